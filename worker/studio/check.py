"""Is it so? Every sentence of a plan is measured in the buffers of its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storage.archive.plan import Plan, Relation, Statement
from worker.studio.field.colour import from_hex, luminance, to_oklab
from worker.studio.field.noise import blur
from worker.studio.field.render import Buffers
from worker.studio.field.shade import Target
from worker.studio.scene.build import Scene
from worker.studio.scene.model import COPIES, GROUND, RIBBONS, SCENERY
from worker.studio.scene.relations import STATUE, UNPLACED
from worker.studio.scene.sky import DIRECTIONS
from worker.studio.scene.staging import disc_of

Measured = tuple[bool | None, str]

_TELLING, _MOSTLY = 0.08, 0.72
"""Of lightness: what is seen as lighter or darker, and on what share of a thing it must be."""
_GIANT = 2.5
"""How many times as large a giant is as what is beside it, at least."""
_RESTS = 0.8
"""Share of what takes the place of a head under which the shoulders are: no air, no background."""
_AGAINST = 0.1
"""Of lightness: by how much the side away from the light may be the lighter one."""
_DISC_SEEN = 0.06
"""Of OKLab: the least distance of a sun or moon from the sky about it."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Rendered:
    """What is measured: a plan, its scene, and the target with its buffers."""

    plan: Plan
    scene: Scene
    target: Target

    def mask(self, actor: int) -> Mask:
        """Where an actor is seen, all its copies."""
        numbers = self.target.buffers.object
        return (numbers >= actor * COPIES) & (numbers < (actor + 1) * COPIES)


def check(statements: Sequence[Statement], picture: Rendered) -> tuple[Statement, ...]:
    """The statements with what was measured; one whose words can be put right is put right."""
    return tuple(_checked(statement, picture) for statement in statements)


def _checked(statement: Statement, picture: Rendered) -> Statement:
    results = [_CHECKS[name](picture, *arguments) for name, arguments in _split(statement.kind)]
    verdicts = [holds for holds, _ in results if holds is not None]
    if statement.kind.startswith("contrast") and all(verdicts):
        # Which of the two it is only the picture tells.
        word = results[0][1].split()[0]
        for found, told in (("stands out from", "is"), ("stand out from", "are")):
            text = statement.text.replace(found, f"{told} {word} than")
            statement = statement.model_copy(update={"text": text})
    if statement.kind.startswith("areas") and not all(verdicts):
        first, second = _largest(picture)
        return Statement(
            text=f"{first[:1].upper()}{first[1:]} and {second} take the largest areas.",
            kind=f"areas {first};{second}",
            holds=True,
            measured=results[0][1],
        )
    return statement.model_copy(
        update={
            "holds": all(verdicts) if verdicts else None,
            "measured": "; ".join(text for _, text in results if text)[:480],
        }
    )


def _split(kind: str) -> list[tuple[str, tuple[str, ...]]]:
    """`place 0 left size 0 large` as [(place, (0, left)), (size, (0, large))]."""
    if kind.startswith(("colour", "areas", "setting", "structure")):
        name, _, rest = kind.partition(" ")
        return [(name, (rest,))]
    found: list[tuple[str, list[str]]] = []
    for word in kind.split(" "):
        if word in _CHECKS:
            found.append((word, []))
        elif found:
            found[-1][1].append(word)
    return [(name, tuple(arguments)) for name, arguments in found]


def _box(mask: Mask) -> tuple[float, float, float, float]:
    rows, columns = np.nonzero(mask)
    height, width = mask.shape
    return (
        columns.min() / width,
        rows.min() / height,
        (columns.max() + 1) / width,
        (rows.max() + 1) / height,
    )


def _visible(picture: Rendered, actor: str) -> Measured:
    area = float(picture.mask(int(actor)).mean())
    for number, relation in enumerate(picture.plan.relations):
        if relation.object == int(actor) and relation.kind in UNPLACED:
            return _related(picture, str(number))
    gap = _contrast(picture, int(actor))
    return area >= 0.003 and gap > 0.035, f"area {area:.1%}, contrast {gap:.2f}"


def _stands_out(picture: Rendered, actor: str) -> Measured:
    """Whether nearly all of an actor is lighter, or darker, than what is just around it."""
    mask = picture.mask(int(actor))
    around = (blur(mask.astype(np.float32), 14 * picture.target.unit) > 0.05) & ~mask
    if not mask.any() or not around.any():
        return False, "nothing is around it"
    level = to_oklab(picture.target.colour[::2, ::2])[..., 0]
    middle = float(np.median(level[around[::2, ::2]]))
    gaps = level[mask[::2, ::2]] - middle
    lighter, darker = (float((sign * gaps > _TELLING).mean()) for sign in (1, -1))
    word, share = ("lighter", lighter) if lighter > darker else ("darker", darker)
    return share > _MOSTLY, f"{word} on {share:.0%} of it"


def _contrast(picture: Rendered, actor: int) -> float:
    """How far an actor's lightness and colour are from what is just around it, in OKLab.

    Parts count one by one: a figure half light and half dark is seen on a middle ground.
    """
    mask = picture.mask(actor)
    if not mask.any():
        return 0.0
    near = blur(mask.astype(np.float32), 14 * picture.target.unit) > 0.05
    around = near & ~mask
    if not around.any():
        return 1.0
    lab = to_oklab(picture.target.colour[::2, ::2])
    inside, outside = lab[mask[::2, ::2]], lab[around[::2, ::2]]
    if not len(inside) or not len(outside):
        return 1.0
    gap = np.linalg.norm(inside - outside.mean(0), axis=1)
    spread = float(np.linalg.norm(outside - outside.mean(0), axis=1).mean())
    return float(np.median(gap)) - 0.5 * spread


def _at(picture: Rendered, actor: str, place: str) -> Measured:
    mask = picture.mask(int(actor))
    if not mask.any():
        return False, "not seen"
    left, _, right, _ = _box(mask)
    # Between the middle of its outline and that of its mass.
    middle = (left + right) / 4 + float(np.nonzero(mask)[1].mean()) / (2 * mask.shape[1])
    found = "left" if middle < 0.44 else "right" if middle > 0.56 else "centre"
    near = {"left": middle < 0.47, "right": middle > 0.53, "centre": 0.36 < middle < 0.64}
    return near[place], f"middle at {middle:.2f} ({found})"


def _sized(picture: Rendered, actor: str, size: str) -> Measured:
    mask = picture.mask(int(actor))
    if not mask.any():
        return False, "not seen"
    _, top, _, bottom = _box(mask)
    low, high = {
        "small": (0, 0.28),
        "medium": (0.2, 0.52),
        "large": (0.48, 0.84),
        "huge": (0.76, 1.01),
    }[size]
    return low <= bottom - top <= high, f"height {bottom - top:.2f}"


def _coloured(picture: Rendered, arguments: str) -> Measured:
    actor, _, name = arguments.partition(" ")
    wanted = next((p for p in picture.plan.palette if p.name == name), None)
    mask = main_parts(picture.scene, picture.target.buffers, int(actor))
    if wanted is None or mask.sum() < 12:
        return False, "no such part is seen"
    lit = mask & (picture.target.buffers.light >= np.median(picture.target.buffers.light[mask]))
    seen = to_oklab(picture.target.colour[lit].mean(0))
    table = to_oklab(np.stack([from_hex(p.colour) for p in picture.plan.palette]))
    gaps = np.linalg.norm((table - seen) * (0.5, 1, 1), axis=1)
    distance, least = float(gaps[picture.plan.palette.index(wanted)]), float(gaps.min())
    # Its own colour, not one that another pigment names better.
    return distance < min(0.15, least + 0.05), f"OKLab distance {distance:.2f}"


def main_parts(scene: Scene, buffers: Buffers, actor: int) -> Mask:
    """Where the parts of an actor are seen that wear its own colour, (h, w)."""
    found = np.zeros(buffers.shape, dtype=bool)
    for placed in scene.placed:
        if placed.actor == actor:
            main = [i for i, part in enumerate(placed.model.parts) if part.material == "main"]
            found |= (buffers.object == placed.object) & np.isin(buffers.part, main)
    return found


_SIDES = {
    name: np.array(axis, dtype=np.float32)
    for name, axis in (("left", (-1, 0, 0)), ("right", (1, 0, 0)), ("below", (0, -1, 0)))
}


def _lit(picture: Rendered, direction: str) -> Measured:
    buffers = picture.target.buffers
    solid = buffers.object >= 0
    if direction in ("left", "right") and _contradicted(picture, direction):
        return False, "the other side of the picture is lighter"
    # A light from a side also comes from above and before: only the side tells them apart.
    to_light = _SIDES.get(direction, -np.array(DIRECTIONS[direction], dtype=np.float32))
    facing = buffers.normal @ (to_light / np.linalg.norm(to_light))
    towards, away = solid & (facing > 0.45), solid & (facing < -0.2)
    if towards.sum() < 30 or away.sum() < 30:
        return None, "too few surfaces to tell"
    gap = float(buffers.light[towards].mean() - buffers.light[away].mean())
    return gap > 0.1, f"lit side {gap:+.2f} lighter"


def _contradicted(picture: Rendered, side: str) -> bool:
    """Whether what is around the actors is plainly lighter on the side away from the light."""
    level = to_oklab(picture.target.colour[::2, ::2])[..., 0]
    around = picture.target.buffers.object[::2, ::2] >= SCENERY
    around |= picture.target.buffers.object[::2, ::2] < 0
    third = level.shape[1] // 3
    left, right = (
        float(part[free].mean()) if (free := open_).any() else 0.5
        for part, open_ in (
            (level[:, :third], around[:, :third]),
            (level[:, -third:], around[:, -third:]),
        )
    )
    lead = left - right if side == "left" else right - left
    return lead < -_AGAINST


_SKIES: dict[str, Callable[[float, float, float], bool]] = {
    "day": lambda level, chroma, warm: level > 0.55,
    "warm": lambda level, chroma, warm: warm > 0.02,
    "dusk": lambda level, chroma, warm: level < 0.62,
    "night": lambda level, chroma, warm: level < 0.45,
    "grey": lambda level, chroma, warm: chroma < 0.06,
}
"""What an hour's sky looks like: lightness, chroma, and warmth (b of OKLab)."""


def _timed(picture: Rendered, hour: str) -> Measured:
    """Whether a viewer sees the hour, in the sky; the dark, in all but the actors."""
    numbers = picture.target.buffers.object[::2, ::2]
    lab = to_oklab(picture.target.colour[::2, ::2])
    where = (numbers < 0) | (numbers >= SCENERY) if hour == "dark" else numbers < 0
    if where.mean() < 0.05:
        return False, "too little of it is seen"
    level, a, b = (float(v) for v in lab[where].mean(0))
    if hour == "dark":
        return level < 0.45, f"lightness {level:.2f}"
    chroma = float(np.hypot(a, b))
    return _SKIES[hour](level, chroma, b), f"sky {level:.2f} light, chroma {chroma:.2f}, b {b:.2f}"


def _glowing(picture: Rendered, actor: str) -> Measured:
    """Whether what is near an actor is lighter than what is farther off."""
    buffers = picture.target.buffers
    mask, around = picture.mask(int(actor)), buffers.object >= GROUND
    near = (blur(mask.astype(np.float32), 60 * picture.target.unit) > 0.05) & around & ~mask
    far = around & ~near & ~mask
    if near.sum() < 30 or far.sum() < 30:
        return False, "nothing is around it"
    level = to_oklab(picture.target.colour)[..., 0]
    gap = float(level[near].mean() - level[far].mean())
    return gap > 0.025, f"{gap:+.2f} lighter beside it"


def _keyed(picture: Rendered, key: str) -> Measured:
    tone = luminance(picture.target.colour)
    mean, light, dark = float(tone.mean()), float((tone > 0.5).mean()), float((tone < 0.2).mean())
    holds = mean < 0.4 and light < 0.25 if key == "low" else mean > 0.52 and dark < 0.2
    return holds, f"mean lightness {mean:.2f}, light on {light:.0%}, dark on {dark:.0%}"


def _shares(picture: Rendered) -> dict[str, float]:
    pigments = picture.plan.palette
    table = to_oklab(np.stack([from_hex(p.colour) for p in pigments]))
    small = to_oklab(picture.target.colour[::4, ::4]).reshape(-1, 3)
    near = np.argmin((((small[:, None] - table[None]) * (0.8, 1, 1)) ** 2).sum(-1), axis=1)
    counts = np.bincount(near, minlength=len(pigments)) / len(near)
    return {p.name: float(c) for p, c in zip(pigments, counts, strict=True)}


def _largest(picture: Rendered) -> tuple[str, str]:
    shares = _shares(picture)
    first, second, *_ = sorted(shares, key=lambda name: -shares[name])
    return first, second


def _areas(picture: Rendered, names: str) -> Measured:
    shares = _shares(picture)
    largest = _largest(picture)
    text = ", ".join(f"{name} {shares[name]:.0%}" for name in largest)
    return set(names.split(";")) == set(largest), text


def _accented(picture: Rendered) -> Measured:
    index = picture.plan.accented
    if index is None:
        return False, "no actor carries it"
    mask = main_parts(picture.scene, picture.target.buffers, index)
    mask = mask[::2, ::2]
    if mask.sum() < 4:
        return False, "not seen"
    chroma = np.hypot(*np.moveaxis(to_oklab(picture.target.colour[::2, ::2])[..., 1:], -1, 0))
    inside, rest = float(chroma[mask].mean()), float(chroma[~mask].mean())
    return inside > 1.15 * rest, f"chroma {inside:.2f} against {rest:.2f}"


def _related(picture: Rendered, number: str) -> Measured:
    relation = picture.plan.relations[int(number)]
    if relation.kind == "casts the shadow of":
        ground = picture.target.buffers.object >= GROUND
        dark = float((ground & (picture.target.buffers.shadow < 0.4)).mean())
        return dark > 0.008, f"shadow on {dark:.1%}"
    one, other = (_points(picture, i) for i in (relation.subject, relation.object))
    if one is None or other is None:
        return False, "one of the two is missing"
    size = float(np.ptp(one, axis=0).max())
    gap = float(np.min(np.linalg.norm(one[:, None] - other[None], axis=2))) / max(size, 1e-9)
    seen = all(picture.mask(i).mean() > 0.002 for i in (relation.subject, relation.object))
    inside = bool(((other.mean(0) >= one.min(0)) & (other.mean(0) <= one.max(0))).all())
    rise = float(other[:, 1].min() - one[:, 1].min()) / max(float(np.ptp(one[:, 1])), 1e-9)
    ratio = float(np.ptp(one, axis=0).max() / np.ptp(other, axis=0).max())
    placed = {
        "towers over": ratio > _GIANT and abs(rise) < 0.05,
        "hovers over": ratio > _GIANT and bool(one[:, 1].min() > other[:, 1].max()),
        STATUE: abs(float(one[:, 1].min() - other[:, 1].max())) < 0.1 * size and gap < 0.1,
        "lacks its head for": rise > 0.4 and _rests(picture, relation) > _RESTS,
        "bears": rise > 0.05 and gap < 0.1,
        "carries": rise > 0.3 and gap < 0.1,
        "frames": inside,
        "encloses": inside,
    }.get(relation.kind, gap < 0.1 or inside)
    return seen and placed, f"gap {gap:.2f} of its size, foot at {rise:.0%} of its height"


def _rests(picture: Rendered, relation: Relation) -> float:
    """Share of the thing's width, in the middle half of it, under which the subject begins."""
    thing, body = picture.mask(relation.object), picture.mask(relation.subject)
    columns = np.flatnonzero(thing.any(0))
    if not len(columns):
        return 0.0
    quarter = len(columns) // 4
    middle = columns[quarter : len(columns) - quarter]
    lowest = thing.shape[0] - 1 - np.argmax(thing[::-1, middle], axis=0)
    below = np.minimum(lowest + 1, thing.shape[0] - 1)
    return float(body[below, middle].mean())


def _points(picture: Rendered, actor: int) -> NDArray[np.float64] | None:
    """Points all over an actor's surface (800, 3), evenly by area."""
    found = [p.mesh for q in picture.scene.placed if q.actor == actor for p in q.model.parts]
    if not found:
        return None
    a, b, c = np.moveaxis(np.concatenate([mesh.points[mesh.faces] for mesh in found]), 1, 0)
    area = np.concatenate([mesh.areas for mesh in found])
    rng = np.random.default_rng(1)
    face = rng.choice(len(area), 800, p=area / area.sum())
    share = np.sort(rng.random((2, 800, 1)), axis=0)
    u, v = share[0], 1 - share[1]
    return np.asarray(a[face] + u * (b - a)[face] + v * (c - a)[face])


def _patterned(picture: Rendered, pattern: str) -> Measured:
    """Whether the light's pattern is seen: the disc in the sky, or light and shade."""
    buffers = picture.target.buffers
    if pattern == "disc":
        disc = disc_of(picture.plan, picture.scene.placed)
        if disc is None:
            return False, "there is none"
        rays = buffers.camera.rays(buffers.shape).astype(np.float32)
        near = rays @ disc.towards.astype(np.float32) > np.cos(np.arctan(disc.tangent))
        sky = buffers.object < 0
        share, about = float((near & sky).mean()), sky & ~near
        if share <= 0.02 or not about.any():
            return False, f"on {share:.1%}"
        lab = to_oklab(picture.target.colour)
        gap = float(np.linalg.norm(lab[near & sky].mean(0) - lab[about].mean(0)))
        return gap > _DISC_SEEN, f"on {share:.1%}, contrast {gap:.2f}"
    ground = buffers.object >= GROUND
    lit = float((buffers.shadow[ground] > 0.6).mean()) if ground.any() else 0.0
    least = 0.02 if pattern == "beam" else 0.06
    return least < lit < 0.9, f"light on {lit:.0%} of the ground and walls"


def _structured(picture: Rendered, arguments: str) -> Measured:
    kind, _, count = arguments.rpartition(" ")
    wanted = int(count)
    numbers = picture.target.buffers.object
    own = numbers[(numbers >= 0) & (numbers < COPIES)]
    seen = int((np.bincount(own, minlength=COPIES) > 0.0004 * numbers.size).sum())
    if wanted:
        return seen == wanted, f"{seen} seen"
    if kind == "gesture":
        share = float((numbers >= RIBBONS).mean())
        return share > 0.01, f"sweeps on {share:.1%}"
    if kind == "isolation":
        share = float(((numbers >= 0) & (numbers < COPIES)).mean())
        return share < 0.1, f"on {share:.1%}"
    return None, ""


def _nearer(picture: Rendered, near: str, far: str) -> Measured:
    depth = picture.target.buffers.depth
    one, other = picture.mask(int(near)), picture.mask(int(far))
    if not one.any() or not other.any():
        return False, "not seen"
    first, second = float(np.median(depth[one])), float(np.median(depth[other]))
    return first < second, f"{first:.1f} m and {second:.1f} m"


def _featured(picture: Rendered, index: str) -> Measured:
    area = float((picture.target.buffers.object == SCENERY + int(index)).mean())
    return area > 0.0012, f"area {area:.1%}"


def _set_in(picture: Rendered, kind: str) -> Measured:
    share = float(
        ((picture.target.buffers.object >= GROUND) | (picture.target.buffers.object < 0)).mean()
    )
    return share > 0.12, f"{share:.0%} of the picture"


def _made(picture: Rendered) -> Measured:
    return True, ""


_CHECKS: dict[str, Callable[..., Measured]] = {
    "technique": _made,
    "visible": _visible,
    "contrast": _stands_out,
    "setting": _set_in,
    "place": _at,
    "size": _sized,
    "colour": _coloured,
    "light": _lit,
    "hour": _timed,
    "glow": _glowing,
    "key": _keyed,
    "areas": _areas,
    "accent": _accented,
    "relation": _related,
    "structure": _structured,
    "pattern": _patterned,
    "nearer": _nearer,
    "feature": _featured,
}
