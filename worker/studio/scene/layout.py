"""Where the actors stand: many small layouts are drawn, scored as compositions, and the best kept.

The score asks for one dominant shape, balance about the middle, a quiet ground, actors whole and
in the frame, and overlaps that are either none or real (no tangents).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from storage.archive.plan import Actor, Camera, Plan
from worker.studio.field.camera import Camera as FieldCamera
from worker.studio.field.render import Surface, coverage
from worker.studio.scene.arrange import arrange, make_actor, natural_height
from worker.studio.scene.build import make_camera
from worker.studio.scene.mesh import Mesh, merge
from worker.studio.scene.model import COPIES, FORMS, Model, Placed
from worker.studio.scene.relations import DWARFED, STATUE
from worker.studio.scene.settings import SETTINGS
from worker.studio.scene.structures import COUNTS
from worker.studio.scene.support import sunk

TRIES, _FEW_TRIES = 32, 14
"""Layouts that are tried, and where a structure repeats an actor."""
_SIDE = 64
"""Pixels of the shorter side of a layout."""
_MAIN_EXTENT = 0.74
"""Share of the picture that the main actor spans, in height or width, if it can."""
_SLENDER = 0.42
"""Width over height below which what is large is drawn taller still."""
_LOW = 0.45
"""Share of the picture up to which the height of a single actor is low: it stands higher up."""
_LONE = (0.3, 0.42)
"""Share of the picture's shorter side that an actor takes which is alone in a wide space."""
_ALOFT, _CLEAR = (0.36, 0.46), 0.05
"""Place of the middle of what is in the air, from the top, and how far under it the horizon is."""
_HUNG = (1.1, 1.8)
"""Height of the viewer's eye over that of what hangs on a wall."""
_BANK = 0.14
"""Height of a railway bank over that of the train on it."""
_FLAT, _OVER_FLAT = 2.5, 0.8
"""Width over height from which on a thing is flat, and the eye's height over its width then."""
_BARE, _OVER_WIDE = ("void", "paper"), 0.4
"""Grounds without a horizon, and the eye's least height over the width of what stands there."""
_MARGIN = 0.09
"""Share of the picture that actors keep from its edges: many techniques leave paper there."""
PORTRAITS = ("head",)
"""Forms that the lower edge cuts: a head on its shoulders is no thing that stands about."""
_LEVEL, _TOO_LEVEL = 0.5, 0.09
"""Place of a horizon that halves the picture, and how far from it one has to be."""
_LEAST_COPY = 0.0006
"""Share of the picture from which on a copy counts as seen."""
_LEAST_INSIDE = 0.7
"""Share of an actor's copies that the frame holds."""
_CELLS, _FEW_CELLS = 28, 14
"""Cells along a form's longest side in a layout, and where a structure repeats it."""

SHARES = {"small": (0.18, 0.3), "medium": (0.36, 0.52), "large": (0.6, 0.8), "huge": (0.82, 0.94)}
"""Share of the picture's shorter side that an actor's longest extent takes, by size."""

_VIEWS = {"low": (0.2, 0.33), "eye level": (0.8, 1.1), "high": (1.3, 1.75)}
"""Height of the viewer's eye over that of the main actor: the horizon is in its lowest third or
above its top, never through its middle.
"""
_UNDER = (0.26, 0.33)
"""The same at eye level before a horizon: at its usual place it would go through the head."""
_UNDER_SKY = 0.6
"""Greatest height of what has the horizon above it: some sky is left."""
_EDGE_LOW, _EDGE_HIGH = 0.78, 3.0
"""Heights of the eye between which the far edge of a table is behind the middle of a thing."""
_OVER_LYING = 1.15
"""The eye's height over the width of what lies on the ground."""
_NEAR_END = 0.8
"""Share of its size that is left to what lies: its near end is seen larger."""
_SLIVER = 0.09
"""Share of the picture up to which a strip of sky is a sliver."""


@dataclass(frozen=True)
class Wish:
    """What the layout is asked for, one size an actor."""

    sizes: Sequence[str]
    places: Sequence[str]
    """`left`, `centre`, `right` or empty for any, one an actor."""


@dataclass(frozen=True)
class Seen:
    """What a layout shows of one actor: shares of the picture, its box in 0..1."""

    area: float
    hidden: float
    left: float
    top: float
    right: float
    bottom: float
    depth: float
    thickness: float = 1.0
    """Area over half the outline: the width of a rod, the radius of a disc, in shorter sides."""
    copies: int = 1
    inside: float = 1.0
    """Share of its copies that have their middle in the frame."""

    @property
    def height(self) -> float:
        """Share of the picture's height."""
        return self.bottom - self.top

    @property
    def extent(self) -> float:
        """The larger share: of the picture's height, or of its width."""
        return max(self.height, self.right - self.left)

    @property
    def middle(self) -> float:
        """Place of its middle across the picture, 0..1."""
        return (self.left + self.right) / 2


def lay_out(plan: Plan, wish: Wish) -> Plan:
    """The plan with the numbers of the best layout found.

    Actors that never fit are kept where they are least wrong: the caller checks.
    """
    rng = np.random.default_rng(plan.seed)
    many = plan.structure is not None
    cells, tries = (_FEW_CELLS, _FEW_TRIES) if many else (_CELLS, TRIES)
    models = [_coarse(make_actor(actor), cells) for actor in plan.actors]
    if not plan.relations:
        models = [Model(model.parts) for model in models]
    best, best_score = plan, -np.inf
    if not plan.actors:
        return plan
    loose = plan.structure is not None or bool(plan.relations)
    most = 0.5 if _has_relation(plan, "towers over") else 0.8 if loose else 0.35
    for attempt in range(tries):
        # The later, the smaller: what does not fit at its size still finds a place.
        shrink = 1 - most * attempt / tries
        proposal = _propose(plan, wish, models, rng, shrink=shrink)
        score = _score(proposal, wish, models)
        if score > best_score:
            best, best_score = proposal, score
    return _settled(best, models)


def _settled(plan: Plan, models: Sequence[Model]) -> Plan:
    """The plan with the numbers of what is tied to another, and of what it is tied to."""
    tied = {r.object for r in plan.relations} | {r.subject for r in plan.relations}
    actors, near = list(plan.actors), plan.actors[0].distance
    for placed in arrange(plan, models) if plan.structure is None else []:
        if placed.actor in tied and placed.visible:
            low, high = placed.model.bounds
            new: dict[str, float] = {"lift": float(low[1])}
            if placed.actor:
                x, _, z = (low + high) / 2
                new |= {
                    "x": float(x),
                    "distance": float(near - z),
                    "height": float(np.ptp((low, high), 0)[1]),
                }
            actors[placed.actor] = actors[placed.actor].model_copy(update=new)
    return plan.model_copy(update={"actors": tuple(actors)})


def look(
    plan: Plan, models: Sequence[Model] | None = None, *, side: int = _SIDE
) -> dict[int, Seen]:
    """What the plan's layout shows of each actor, without setting or light."""
    shape = _shape(plan, side)
    placed = arrange(plan, models)
    camera = make_camera(plan)
    surfaces = [_bare(part.mesh, p.object, p.visible) for p in placed for part in p.model.parts]
    objects, depth = coverage(surfaces, camera, shape)
    actors = np.where(objects >= 0, objects // COPIES, -1)
    found = {}
    owners = _owners(placed)
    for index in sorted({p.actor for p in placed if p.visible}):
        own = [s for s, a in zip(surfaces, owners, strict=True) if a == index]
        alone = objects if len(own) == len(surfaces) else coverage(own, camera, shape)[0]
        mask, whole = actors == index, alone >= 0
        if whole.any():
            copies = np.bincount(objects[mask] - index * COPIES) > _LEAST_COPY * objects.size
            inside = _inside([p for p in placed if p.actor == index], camera, shape)
            seen = _seen(mask, whole, depth)
            found[index] = replace(seen, copies=int(copies.sum()), inside=inside)
    return found


def _inside(copies: Sequence[Placed], camera: FieldCamera, shape: tuple[int, int]) -> float:
    middles = np.array([np.mean(one.model.bounds, axis=0) for one in copies])
    columns, rows, depth = camera.project(middles, shape)
    within = (columns > 0) & (columns < shape[1]) & (rows > 0) & (rows < shape[0]) & (depth > 0)
    return float(within.mean())


def _coarse(model: Model, cells: int) -> Model:
    """The model with few triangles: vertices that share a cell become one, and so do parts:
    some forms have hundreds.
    """
    low, high = model.bounds
    cell = float((high - low).max()) / cells
    whole = _clustered(merge([part.mesh for part in model.parts]), low, cell)
    return Model([replace(model.parts[0], mesh=whole)], model.anchors)


def _clustered(mesh: Mesh, low: NDArray[np.float64], cell: float) -> Mesh:
    keys = np.floor((mesh.points - low) / cell).astype(np.int64) @ np.array([1, 1 << 20, 1 << 40])
    _, first, cluster = np.unique(keys, return_index=True, return_inverse=True)
    points = mesh.points[first]
    faces = cluster[mesh.faces].astype(np.int32)
    a, b, c = faces.T
    kept = faces[(a != b) & (b != c) & (c != a)]
    if not len(kept):
        kept = faces[:1]
    return Mesh(points, np.ascontiguousarray(kept), points * 0, points * 0)


def _owners(placed: Sequence[Placed]) -> list[int]:
    return [p.actor for p in placed for _ in p.model.parts]


def _bare(mesh: Mesh, number: int, visible: bool) -> Surface:
    none = np.zeros(3, dtype=np.float32)
    points = mesh.points
    return Surface(
        points, mesh.faces, points, points, points, none, none, object=number, visible=visible
    )


def _shape(plan: Plan, side: int) -> tuple[int, int]:
    if plan.format >= 1:
        return side, round(side * plan.format)
    return round(side / plan.format), side


def _seen(mask: NDArray[np.bool_], whole: NDArray[np.bool_], depth: NDArray[np.float32]) -> Seen:
    height, width = mask.shape
    rows, columns = np.nonzero(whole)
    return Seen(
        area=float(mask.mean()),
        hidden=1 - float(mask.sum()) / float(whole.sum()),
        left=float(columns.min()) / width,
        right=float(columns.max() + 1) / width,
        top=float(rows.min()) / height,
        bottom=float(rows.max() + 1) / height,
        depth=float(np.median(depth[mask])) if mask.any() else 0.0,
        thickness=2 * float(whole.sum()) / max(_outline(whole), 1) / min(whole.shape),
    )


def _outline(mask: NDArray[np.bool_]) -> float:
    """Length of a shape's outline in pixels: steps between it and what is not it, rounded off."""
    framed = np.pad(mask, 1)
    steps = sum(int((np.diff(framed, axis=axis)).sum()) for axis in (0, 1))
    return steps * np.pi / 4


def _propose(
    plan: Plan, wish: Wish, models: Sequence[Model], rng: np.random.Generator, *, shrink: float
) -> Plan:
    """One layout: the main actor's size sets the distance, its foot the horizon."""
    lens = float(rng.uniform(30, 42))
    zoom = 2 * np.tan(np.radians(lens) / 2)
    kind, main = SETTINGS[plan.setting.kind], plan.actors[0]
    tall = _tall(plan, models)
    low, high = models[0].bounds
    width, longest = float(high[0] - low[0]), _longest(models[0])
    share = _share(plan, wish.sizes[0], rng, width=width, longest=longest, shrink=shrink)
    eye = _eye(plan, rng, width=width, longest=longest)
    if kind.is_open and eye > 1 and not _floats(plan, 0):
        share = min(share, _UNDER_SKY * longest)
    distance, eye = tall * longest / (share * zoom), eye * tall
    units = 1 / min(plan.format, 1.0)
    # Rows are in shorter sides from the top; the main actor's foot comes near the lower edge.
    foot = units * float(rng.uniform(0.8, 0.93))
    rise = share / longest
    if rise < _LOW and not (plan.relations or plan.structure):
        foot = units * (0.5 + 0.5 * rise + float(rng.uniform(0.06, 0.16)))
    drop = eye / (distance * zoom)
    horizon = foot - drop
    if main.form in PORTRAITS and plan.structure is None:
        foot = units * float(rng.uniform(1.03, 1.12))
        horizon = foot - drop
    row = units * float(rng.uniform(*_ALOFT))
    floats = _floats(plan, 0)
    if floats:
        # A horizon behind it would make it neither standing nor flying.
        under = row + rise / 2 + _CLEAR
        horizon = min(max(under, units * float(rng.uniform(0.55, 0.8))), units * 0.97)
    if floats and FORMS[main.form].where == "wall":
        # Its lower edge is well above the floor.
        eye = float(rng.uniform(*_HUNG)) * tall
        horizon = units * float(rng.uniform(0.48, 0.58))
    actors = []
    for index, actor in enumerate(plan.actors):
        height = natural_height(actor)
        if index == 0:
            away, size, height = distance, share, tall
        else:
            size = float(rng.uniform(*SHARES[wish.sizes[index]])) * shrink
            away = height * _longest(models[index]) / (size * zoom)
            nearest = eye / (zoom * max(units * 0.96 - horizon, 0.05))
            away = float(np.clip(away, max(nearest, distance * 0.72), distance * 30))
            # Seen from high up, what is far stands high in the picture: keep its top inside.
            while away > nearest and horizon + (eye - height) / (zoom * away) < 0.05 * units:
                away *= 0.93
        across = _across(wish.places[index], plan.format, size, rng)
        lift = _lift(actor, height)
        if _floats(plan, index):
            lift = eye + (horizon - row) * zoom * away - height / 2
        lift -= height * sunk(actor.rest, beside=len(plan.actors) > 1)
        actors.append(
            actor.model_copy(
                update={"x": across * zoom * away, "distance": away, "height": height, "lift": lift}
            )
        )
    camera = Camera(height=eye, lens=lens, horizon=horizon / units)
    return plan.model_copy(update={"actors": tuple(actors), "camera": camera})


def _share(
    plan: Plan, size: str, rng: np.random.Generator, *, width: float, longest: float, shrink: float
) -> float:
    """Share of the shorter side that the main actor takes."""
    slender = width < _SLENDER or 0.8 / longest < _LOW
    wanted = "huge" if size == "large" and slender and plan.structure is None else size
    lone = plan.structure is not None and plan.structure.kind == "isolation"
    drawn = float(rng.uniform(*_LONE)) if lone else float(rng.uniform(*SHARES[wanted])) * shrink
    near = _NEAR_END if plan.actors[0].rest == "flat" else 1.0
    # A statue and its plinth share the size.
    raised = 1 + DWARFED[STATUE] if _has_relation(plan, STATUE) else 1.0
    return near * min(drawn / raised, _widest(plan, longest, width))


def _eye(plan: Plan, rng: np.random.Generator, *, width: float, longest: float) -> float:
    """Height of the viewer's eye over that of the main actor."""
    kind, flat = SETTINGS[plan.setting.kind], plan.actors[0].rest == "flat"
    view = plan.setting.viewpoint
    eye = float(rng.uniform(*(_UNDER if view == "eye level" and kind.is_open else _VIEWS[view])))
    if kind.scale == "table" or kind.name in _BARE or flat:
        over = _OVER_LYING if flat else _OVER_FLAT
        return _over_table(eye, width=width, longest=longest, over=over)
    return eye


def _has_relation(plan: Plan, kind: str) -> bool:
    return any(relation.kind == kind for relation in plan.relations)


def _tall(plan: Plan, models: Sequence[Model]) -> float:
    """Metres of the main actor; a giant is as large as makes what is beside it life-size."""
    share = next((DWARFED[r.kind] for r in plan.relations if r.kind in DWARFED), None)
    if share is None:
        return natural_height(plan.actors[0])
    giant, thing = (float(np.ptp(model.bounds, axis=0).max()) for model in models[:2])
    return natural_height(plan.actors[1]) * thing / (share * giant)


def _widest(plan: Plan, longest: float, width: float) -> float:
    """The share up to which all of the main actor's width is in the frame."""
    if plan.structure is not None or plan.actors[0].form in PORTRAITS:
        return np.inf
    return (max(plan.format, 1.0) - 2 * _MARGIN) * longest / width


def _over_table(eye: float, *, width: float, longest: float, over: float) -> float:
    """The eye over a thing on a table or bare ground, in its heights; so is `width`."""
    # What lies is seen a little from above: its edge alone tells nothing.
    least = max(0.5, _OVER_WIDE * width, over * longest if longest > _FLAT else 0.0)
    if least < 1:
        return min(max(eye, least), _EDGE_LOW)
    return max(eye, least, _EDGE_HIGH)


def _longest(model: Model) -> float:
    """Its extent that the picture's size is for, over its height."""
    low, high = model.bounds
    return max(1.0, float(high[0] - low[0]) * 0.85)


def is_flat(actor: Actor) -> bool:
    """Whether it is much wider than high, as a plate is."""
    return _longest(make_actor(actor)) > _FLAT


def _floats(plan: Plan, index: int) -> bool:
    """Whether an actor is off the ground; what hovers over another one is raised with that."""
    hovers = index == 0 and _has_relation(plan, "hovers over")
    return FORMS[plan.actors[index].form].where in ("air", "sky", "wall") and not hovers


def _across(place: str, aspect: float, size: float, rng: np.random.Generator) -> float:
    """Middle of an actor in shorter sides from the picture's middle."""
    wide = max(aspect, 1.0)
    middle = {"left": -0.25, "centre": 0.0, "right": 0.25}.get(place)
    if middle is None:
        middle = float(rng.choice([-0.24, -0.12, 0.0, 0.12, 0.24]))
    room = max(0.5 * wide - 0.5 * size - 0.03, 0.0)
    return float(np.clip(middle * wide + rng.uniform(-0.05, 0.05), -room, room))


def _lift(actor: Actor, height: float) -> float:
    """Metres that what stands on the ground is above it: in the water a little under it."""
    return {"water": -0.06, "rails": _BANK}.get(FORMS[actor.form].where, 0.0) * height


def rim_of(plan: Plan, index: int, seen: Seen) -> float:
    """How far an actor keeps from the frame; the lower edge may cut a portrait."""
    rim = min(seen.left, seen.top, 1 - seen.right)
    portrait = plan.actors[index].form in PORTRAITS and plan.structure is None
    return rim if portrait else min(rim, 1 - seen.bottom)


def _score(plan: Plan, wish: Wish, models: Sequence[Model]) -> float:
    found = look(plan, models)
    isolated = plan.structure is not None and plan.structure.kind == "isolation"
    score = 0.0
    if SETTINGS[plan.setting.kind].is_open:
        score -= 12 * max(0.0, _TOO_LEVEL - abs(plan.camera.horizon - _LEVEL))
        score -= 3.0 if 0.0 < plan.camera.horizon < _SLIVER else 0.0
    for index in range(len(plan.actors)):
        seen = found.get(index)
        if seen is None:
            continue
        edge = rim_of(plan, index, seen)
        score -= 5.0 if edge <= 0.004 else max(0.0, _MARGIN - edge) * 30
        score -= 8 * max(0.0, _LEAST_INSIDE - seen.inside)
        score -= 4 * max(0.0, seen.hidden - (0.15 if index == 0 else 0.35))
        # A sliver of overlap is a tangent: either apart or clearly in front.
        score -= 0.8 if 0.0 < seen.hidden < 0.06 else 0.0
        score -= 2.0 if seen.area < 0.008 and not isolated else 0.0
        if index == 0 and plan.structure is None:
            lack = max(0.0, _MAIN_EXTENT - seen.extent)
            score -= (16 if _has_relation(plan, "towers over") else 4) * lack
        place = wish.places[index]
        if place and (plan.structure is None or plan.structure.kind not in COUNTS):
            score -= 6 * max(
                0.0, abs(seen.middle - {"left": 0.34, "centre": 0.5, "right": 0.66}[place]) - 0.1
            )
    areas = sorted((s.area for s in found.values()), reverse=True)
    total = sum(areas)
    target = 0.05 if isolated else 0.28
    score -= 3 * max(0.0, total - 0.55) + (7 * max(0.0, target - total) if not isolated else 0)
    if len(areas) > 1:
        score += min(areas[0] / max(areas[1], 1e-4), 3.0) * 0.5
    weight = sum(s.area * (s.middle - 0.5) for s in found.values()) / max(total, 1e-6)
    score -= 2.5 * max(0.0, abs(weight) - 0.13)
    return score
