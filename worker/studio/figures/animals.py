"""Four-legged animals from one skeleton: proportions in a table, poses by seed."""

from collections.abc import Callable
from importlib.resources import files

import skia

from worker.studio.figures.pelts import PELTS, Build, Frame
from worker.studio.figures.seated import sitting_cat, sitting_hare
from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import blob, limb, oval, polygon, smooth, union


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
    if b.extra in PELTS:
        parts += PELTS[b.extra](Frame(b, poll, nose, top, belly, rear, front, body), rng)
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


SITTING: dict[str, Callable[[Rng], Form]] = {"cat": sitting_cat, "hare": sitting_hare}
