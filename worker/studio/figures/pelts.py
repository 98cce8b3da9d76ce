"""What tells one four-legged animal from another: mane, horns, antlers, wool, stripes, hump."""

from collections.abc import Callable
from dataclasses import dataclass

import skia

from worker.studio.form import Part
from worker.studio.noise import Rng
from worker.studio.outline import Point, blob, limb, smooth, union


@dataclass(frozen=True)
class Build:
    """Proportions of an animal that faces right, in its own height (to the top of the head)."""

    tint: str
    ears: str
    tail: str
    extra: str
    length: float  # chest to rump
    back: float  # height of the back
    girth: float  # depth of the body
    leg: float  # thickness of a leg
    neck: float  # thickness of the neck
    reach: float  # how far the head is ahead of the chest
    lift: float  # height of the poll
    head: float  # length of the head
    jaw: float  # thickness of the head at the jaw
    muzzle: float  # at the nose
    droop: float  # how far the nose hangs under the poll


@dataclass(frozen=True)
class Frame:
    """Where the parts of one drawn animal are."""

    build: Build
    poll: Point
    nose: Point
    top: float
    belly: float
    rear: float
    front: float
    body: skia.Path


def _mane(frame: Frame, rng: Rng) -> list[Part]:
    del rng
    x, y = frame.poll
    line = [(x, y - 0.04), (x - 0.12, y + 0.06), (frame.front - 0.1, frame.top - 0.0)]
    return [Part(limb(line, [0.05, 0.1, 0.05]), "bark", detail=True)]


def _horns(frame: Frame, rng: Rng) -> list[Part]:
    (x, y), b = frame.poll, frame.build
    horn = limb(
        [(x - 0.03, y - 0.07), (x + 0.03, y - 0.14), (x + 0.11, y - 0.15)], [0.04, 0.035, 0.008]
    )
    spot = (frame.rear + b.length * rng.uniform(0.3, 0.6), frame.top + b.girth * 0.35)
    patch = blob(*spot, 0.17, 0.12, rng, rough=0.3)
    spots = [Part(patch, "white", detail=True)] if b.tint != "black" else []
    return [*spots, Part(horn, "bone")]


def _antlers(frame: Frame, rng: Rng) -> list[Part]:
    del rng
    x, y = frame.poll
    stem = [
        limb([(x, y - 0.04), (x - 0.07, y - 0.12), (x - 0.02 + s, y - 0.2)], [0.022, 0.02, 0.01])
        for s in (0.0, 0.1)
    ]
    tines = [
        limb([(x - 0.05 + s, y - 0.11), (x + 0.02 + s, y - 0.15)], [0.016, 0.007])
        for s in (0.0, 0.07)
    ]
    return [Part(union(*stem, *tines), "bone")]


def _goat(frame: Frame, rng: Rng) -> list[Part]:
    del rng
    (x, y), nose = frame.poll, frame.nose
    horn = limb(
        [(x - 0.01, y - 0.05), (x - 0.07, y - 0.13), (x - 0.16, y - 0.13)], [0.04, 0.032, 0.008]
    )
    beard = limb([(nose[0] - 0.05, nose[1] + 0.03), (nose[0] - 0.06, nose[1] + 0.12)], [0.05, 0.01])
    return [Part(horn, "bone"), Part(beard, frame.build.tint)]


def _wool(frame: Frame, rng: Rng) -> list[Part]:
    (x, y), b = frame.poll, frame.build
    tufts = [
        blob(
            frame.rear + b.length * t,
            frame.top + b.girth * (0.3 + 0.25 * ((i * 7) % 3 - 1)),
            b.length * 0.16,
            b.girth * 0.3,
            rng,
        )
        for i, t in enumerate((0.02, 0.2, 0.4, 0.6, 0.8, 0.95))
    ]
    face = limb([(x + 0.02, y), frame.nose], [b.jaw * 0.95, b.muzzle])
    return [Part(union(frame.body, *tufts), b.tint, relief=0.7), Part(face, "black", 0.06)]


def _ruff(frame: Frame, rng: Rng) -> list[Part]:
    """A white chest and jaw; the fox has black socks too."""
    del rng
    (x, y), b, nose, front = frame.poll, frame.build, frame.nose, frame.front
    chest = smooth(
        [
            (front - 0.02, frame.top + b.girth * 0.3),
            (front + b.reach * 0.7, y + 0.12),
            (front + b.reach * 0.8, y + 0.2),
            (front + 0.02, frame.belly),
        ]
    )
    jaw = limb(
        [(x + b.head * 0.25, y + b.droop * 0.4 + b.jaw * 0.3), (nose[0], nose[1] + 0.015)],
        [b.jaw * 0.4, b.muzzle * 0.4],
    )
    parts = [Part(chest, "white", detail=True), Part(jaw, "white", detail=True)]
    if b.extra == "fox":
        socks = [
            limb([(at, -0.16), (at + 0.01, -0.03)], [b.leg * 0.5, b.leg * 0.6])
            for at in (front - b.length * 0.1, frame.rear + b.length * 0.08)
        ]
        parts.append(Part(union(*socks), "black", detail=True))
    return parts


def _lion(frame: Frame, rng: Rng) -> list[Part]:
    (x, y), b = frame.poll, frame.build
    mane = blob(x - 0.06, y + 0.1, 0.23, 0.27, rng, lumps=17, rough=0.14)
    face = limb([(x + 0.03, y + 0.02), frame.nose], [b.jaw * 1.0, b.muzzle * 1.15])
    return [Part(mane, "hide", relief=0.6), Part(face, b.tint, 0.04, relief=0.9)]


def _stripes(frame: Frame, rng: Rng) -> list[Part]:
    b, rear, top = frame.build, frame.rear, frame.top
    bars = [
        limb(
            [
                (rear + b.length * t, top + 0.0),
                (rear + b.length * t + 0.03, top + b.girth * rng.uniform(0.4, 0.7)),
            ],
            [0.05, 0.008],
        )
        for t in (0.08, 0.2, 0.33, 0.46, 0.6, 0.74, 0.88)
    ]
    return [Part(union(*bars), "ink", detail=True)]


def _hump(frame: Frame, rng: Rng) -> list[Part]:
    del rng
    top = frame.top
    back = [(frame.rear + 0.1, top + 0.06), (-0.04, top - 0.2), (0.04, top - 0.19)]
    hump = smooth([*back, (frame.front - 0.16, top + 0.05)])
    return [Part(hump, frame.build.tint, relief=0.7)]


PELTS: dict[str, Callable[[Frame, Rng], list[Part]]] = {
    "mane": _mane,
    "horns": _horns,
    "antlers": _antlers,
    "goat": _goat,
    "wool": _wool,
    "fox": _ruff,
    "ruff": _ruff,
    "lion": _lion,
    "stripes": _stripes,
    "hump": _hump,
}
