"""Four-legged animals from one skeleton: proportions in a table, poses by seed."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import skia

from worker.studio.figures.seated import sitting_cat, sitting_hare
from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import blob, limb, oval, polygon, smooth, union


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


def _builds() -> dict[str, Build]:
    """The table beside this file, one animal a line."""
    table = files("worker.studio.figures").joinpath("animals.txt").read_text(encoding="utf-8")
    builds = {}
    for line in table.splitlines():
        if line.startswith("#"):
            continue
        kind, tint, ears, tail, extra, *numbers = line.split()
        builds[kind] = Build(tint, ears, tail, extra, *map(float, numbers))
    return builds


BUILDS = _builds()


def quadruped(rng: Rng, *, kind: str) -> Form:
    """An animal of `BUILDS`, one unit tall, walking, standing or grazing."""
    if kind in SITTING:
        return SITTING[kind](rng)
    b = BUILDS[kind]
    grazing = b.tail in ("mane", "tuft", "stub") and b.extra not in ("lion",) and rng.random() < 0.3
    rear, front = -b.length / 2, b.length / 2
    top, belly = -b.back, -b.back + b.girth
    sway = float(rng.uniform(0.0, 0.03))
    body = smooth(
        [
            (rear - 0.03, top + b.girth * 0.45),
            (rear + 0.02, top + 0.02),
            (rear + b.length * 0.3, top - 0.012),
            (0.04, top + sway),
            (front - b.length * 0.2, top - 0.02),
            (front + 0.02, top + b.girth * 0.28),
            (front - 0.01, belly - 0.02),
            (front - b.length * 0.25, belly + 0.02),
            (0.0, belly - 0.01),
            (rear + b.length * 0.26, belly - 0.05),
            (rear + 0.03, belly - 0.01),
        ]
    )
    poll = (front + b.reach, -b.lift) if not grazing else (front + b.reach * 1.2, -0.24)
    neck = limb(
        [
            (front - 0.1, top + b.girth * 0.36),
            (front + b.reach * 0.45, (top - b.girth * 0.02 + poll[1]) / 2 + 0.04),
            poll,
        ],
        [b.neck * 1.6, b.neck * 1.05, b.neck * 0.72],
    )
    drop = b.droop if not grazing else b.head * 0.75
    nose = (poll[0] + (b.head**2 - min(drop, b.head * 0.9) ** 2) ** 0.5, poll[1] + drop)
    head = limb(
        [poll, ((poll[0] + nose[0]) / 2, (poll[1] + nose[1]) / 2), nose],
        [b.jaw * 1.05, b.jaw, b.muzzle],
    )
    near, far = _legs(b, rng, rear=rear, front=front, belly=belly)
    parts = [Part(far, b.tint, -0.13, relief=0.3), *_tail(b, rng, rear=rear, top=top)]
    ears = _ears(b, poll, -0.02)
    whole = union(body, neck, head, near, ears)
    parts.append(Part(whole, b.tint, relief=0.9, flow=0.3))
    parts += _extras(
        b, rng, poll=poll, nose=nose, top=top, belly=belly, rear=rear, front=front, body=body
    )
    eye = (
        poll[0] + (nose[0] - poll[0]) * 0.34,
        poll[1] + (nose[1] - poll[1]) * 0.34 - b.jaw * 0.14,
    )
    parts.append(Part(oval(*eye, 0.011, 0.012), "ink", detail=True))
    parts.append(
        Part(
            oval(nose[0] + b.muzzle * 0.28, nose[1] - 0.005, b.muzzle * 0.24, b.muzzle * 0.2),
            "ink",
            detail=True,
        )
    )
    return Form(tuple(parts))


def _legs(
    b: Build, rng: Rng, *, rear: float, front: float, belly: float
) -> tuple[skia.Path, skia.Path]:
    stride = float(rng.choice([0.02, 0.08, 0.13])) * min(b.length, 1)
    hip, shoulder = rear + b.length * 0.13, front - b.length * 0.12
    length = -belly

    def hind(x: float, swing: float) -> skia.Path:
        return limb(
            [
                (x + 0.03, belly - b.girth * 0.35),
                (x + 0.02 + swing * 0.4, belly + 0.02),
                (x - 0.05 + swing * 0.9, -length * 0.48),
                (x - 0.01 + swing, -0.02),
            ],
            [b.leg * 3.0, b.leg * 1.7, b.leg * 0.85, b.leg * 0.8],
        )

    def fore(x: float, swing: float) -> skia.Path:
        return limb(
            [
                (x, belly - b.girth * 0.35),
                (x + swing * 0.3, belly + 0.02),
                (x + 0.01 + swing * 0.7, -length * 0.5),
                (x + swing, -0.02),
            ],
            [b.leg * 2.4, b.leg * 1.35, b.leg * 0.85, b.leg * 0.8],
        )

    def paw(x: float) -> skia.Path:
        return limb([(x, -0.022), (x + 0.035, -0.016)], [b.leg * 0.85, b.leg * 0.6])

    near = union(
        hind(hip, -stride), fore(shoulder, stride), paw(hip - 0.01 - stride), paw(shoulder + stride)
    )
    far = union(
        hind(hip + 0.07, stride),
        fore(shoulder - 0.06, -stride),
        paw(hip + 0.06 + stride),
        paw(shoulder - 0.06 - stride),
    )
    return near, far


def _ears(b: Build, poll: tuple[float, float], lean: float) -> skia.Path:
    x, y = poll
    size = b.jaw
    shapes = {
        "prick": [
            (x - size * 0.34, y - size * 0.2),
            (x - size * 0.3 + lean, y - size * 0.98),
            (x + size * 0.12, y - size * 0.35),
        ],
        "long": [
            (x - size * 0.4, y - size * 0.1),
            (x - size * 0.7, y - size * 1.6),
            (x + size * 0.1, y - size * 0.4),
        ],
        "fox": [
            (x - size * 0.45, y - size * 0.2),
            (x - size * 0.3, y - size * 1.2),
            (x + size * 0.3, y - size * 0.4),
        ],
        "cat": [
            (x - size * 0.4, y - size * 0.3),
            (x - size * 0.36, y - size * 0.85),
            (x + size * 0.02, y - size * 0.45),
        ],
        "hare": [
            (x - size * 0.3, y - size * 0.2),
            (x - size * 0.9, y - size * 1.9),
            (x - size * 0.2, y - size * 1.5),
            (x + size * 0.2, y - size * 0.3),
        ],
        "side": [
            (x - size * 0.3, y - size * 0.05),
            (x - size * 0.95, y - size * 0.25),
            (x - size * 0.15, y - size * 0.42),
        ],
        "flop": [
            (x - size * 0.35, y - size * 0.45),
            (x - size * 0.6, y + size * 0.6),
            (x + size * 0.05, y + size * 0.1),
        ],
        "round": [
            (x - size * 0.5, y - size * 0.35),
            (x - size * 0.4, y - size * 0.72),
            (x - size * 0.05, y - size * 0.62),
            (x + size * 0.0, y - size * 0.35),
        ],
    }
    outline = (
        polygon(shapes[b.ears]) if b.ears in ("prick", "fox", "cat") else smooth(shapes[b.ears])
    )
    if b.ears in ("cat", "fox"):
        second = polygon([(px + size * 0.42, py + size * 0.04) for px, py in shapes[b.ears]])
        outline = union(outline, second)
    return outline


def _tail(b: Build, rng: Rng, *, rear: float, top: float) -> list[Part]:
    x, y = rear - 0.01, top + 0.05
    lift = float(rng.uniform(-0.04, 0.08))
    if b.tail == "fox":
        tail = limb(
            [
                (x, y + 0.03),
                (x - 0.18, y + 0.12),
                (x - 0.36, y + 0.2 - lift),
                (x - 0.52, y + 0.16 - lift * 2),
            ],
            [0.08, 0.16, 0.2, 0.03],
        )
        tip = limb([(x - 0.4, y + 0.19 - lift), (x - 0.53, y + 0.155 - lift * 2)], [0.15, 0.03])
        return [Part(tail, b.tint, relief=0.9), Part(tip, "white", detail=True)]
    shapes = {
        "brush": ([(x, y), (x - 0.14, y + 0.14), (x - 0.2, y + 0.34)], [0.07, 0.11, 0.03]),
        "mane": (
            [(x, y), (x - 0.11, y + 0.06), (x - 0.13, y + 0.26), (x - 0.1, y + 0.44)],
            [0.05, 0.08, 0.1, 0.02],
        ),
        "tuft": ([(x, y), (x - 0.06, y + 0.12), (x - 0.05, y + 0.34)], [0.04, 0.028, 0.024]),
        "stub": ([(x + 0.02, y), (x - 0.05, y + 0.05)], [0.07, 0.04]),
        "up": ([(x, y), (x - 0.13, y - 0.08), (x - 0.16, y - 0.22)], [0.06, 0.05, 0.025]),
        "cat": (
            [(x, y), (x - 0.18, y + 0.04), (x - 0.27, y - 0.12), (x - 0.2, y - 0.3)],
            [0.06, 0.055, 0.05, 0.04],
        ),
        "curl": ([(x, y), (x - 0.06, y - 0.05), (x - 0.02, y - 0.08)], [0.03, 0.025, 0.02]),
    }
    points, widths = shapes[b.tail]
    parts = [Part(limb(points, widths), "bark" if b.tail == "mane" else b.tint, -0.03)]
    if b.tail == "tuft":
        parts.append(Part(blob(x - 0.05, y + 0.37, 0.03, 0.055, rng), "bark"))
    return parts


def _extras(
    b: Build,
    rng: Rng,
    *,
    poll: tuple[float, float],
    nose: tuple[float, float],
    top: float,
    belly: float,
    rear: float,
    front: float,
    body: skia.Path,
) -> list[Part]:
    x, y = poll
    if b.extra == "mane":
        mane = limb(
            [(x, y - 0.04), (x - 0.12, y + 0.06), (front - 0.1, top - 0.0)], [0.05, 0.1, 0.05]
        )
        return [Part(mane, "bark", detail=True)]
    if b.extra == "horns":
        horn = limb(
            [(x - 0.03, y - 0.07), (x + 0.03, y - 0.14), (x + 0.11, y - 0.15)], [0.04, 0.035, 0.008]
        )
        patch = blob(
            rear + b.length * rng.uniform(0.3, 0.6),
            top + b.girth * 0.35,
            0.17,
            0.12,
            rng,
            rough=0.3,
        )
        spots = [Part(patch, "white", detail=True)] if b.tint != "black" else []
        return [*spots, Part(horn, "bone")]
    if b.extra == "antlers":
        stem = [
            limb(
                [(x, y - 0.04), (x - 0.07, y - 0.12), (x - 0.02 + s, y - 0.2)], [0.022, 0.02, 0.01]
            )
            for s in (0.0, 0.1)
        ]
        tines = [
            limb([(x - 0.05 + s, y - 0.11), (x + 0.02 + s, y - 0.15)], [0.016, 0.007])
            for s in (0.0, 0.07)
        ]
        return [Part(union(*stem, *tines), "bone")]
    if b.extra == "goat":
        horn = limb(
            [(x - 0.01, y - 0.05), (x - 0.07, y - 0.13), (x - 0.16, y - 0.13)], [0.04, 0.032, 0.008]
        )
        beard = limb(
            [(nose[0] - 0.05, nose[1] + 0.03), (nose[0] - 0.06, nose[1] + 0.12)], [0.05, 0.01]
        )
        return [Part(horn, "bone"), Part(beard, b.tint)]
    if b.extra == "wool":
        tufts = [
            blob(
                rear + b.length * t,
                top + b.girth * (0.3 + 0.25 * ((i * 7) % 3 - 1)),
                b.length * 0.16,
                b.girth * 0.3,
                rng,
            )
            for i, t in enumerate((0.02, 0.2, 0.4, 0.6, 0.8, 0.95))
        ]
        face = limb([(x + 0.02, y), nose], [b.jaw * 0.95, b.muzzle])
        return [Part(union(body, *tufts), b.tint, relief=0.7), Part(face, "black", 0.06)]
    if b.extra in ("fox", "ruff"):
        chest = smooth(
            [
                (front - 0.02, top + b.girth * 0.3),
                (front + b.reach * 0.7, y + 0.12),
                (front + b.reach * 0.8, y + 0.2),
                (front + 0.02, belly),
            ]
        )
        jaw = limb(
            [(x + b.head * 0.25, y + b.droop * 0.4 + b.jaw * 0.3), (nose[0], nose[1] + 0.015)],
            [b.jaw * 0.4, b.muzzle * 0.4],
        )
        parts = [Part(chest, "white", detail=True), Part(jaw, "white", detail=True)]
        if b.extra == "fox":
            socks = [
                limb([(lx, -0.16), (lx + 0.01, -0.03)], [b.leg * 0.5, b.leg * 0.6])
                for lx in (front - b.length * 0.1, rear + b.length * 0.08)
            ]
            parts.append(Part(union(*socks), "black", detail=True))
        return parts
    if b.extra == "lion":
        mane = blob(x - 0.06, y + 0.1, 0.23, 0.27, rng, lumps=17, rough=0.14)
        face = limb([(x + 0.03, y + 0.02), nose], [b.jaw * 1.0, b.muzzle * 1.15])
        return [Part(mane, "hide", relief=0.6), Part(face, b.tint, 0.04, relief=0.9)]
    if b.extra == "stripes":
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
    if b.extra == "hump":
        return [
            Part(
                smooth(
                    [
                        (rear + 0.1, top + 0.06),
                        (-0.04, top - 0.2),
                        (0.04, top - 0.19),
                        (front - 0.16, top + 0.05),
                    ]
                ),
                b.tint,
                relief=0.7,
            )
        ]
    return []


SITTING: dict[str, Callable[[Rng], Form]] = {"cat": sitting_cat, "hare": sitting_hare}
