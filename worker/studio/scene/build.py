"""A plan to a scene that can be rendered: surfaces with colours, a camera and a light."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from storage.archive.plan import Actor, Plan
from worker.studio.field.camera import Camera
from worker.studio.field.colour import Pixels, lighten, mix, to_oklab
from worker.studio.field.render import (
    Backdrop,
    Buffers,
    Light,
    Surface,
    coverage,
    render,
    toned,
)
from worker.studio.field.shade import Mood
from worker.studio.scene.arrange import (
    arrange,
    make_actor,
    natural_height,
    scale_factor,
    viewing_distance,
)
from worker.studio.scene.colours import Board, natural
from worker.studio.scene.effects import ribbons
from worker.studio.scene.mesh import Array, merge
from worker.studio.scene.model import FORMS, GROUND, SCENERY, Part, Placed, bounds_of
from worker.studio.scene.relations import COLOSSAL
from worker.studio.scene.settings import SETTINGS, Ground, Need
from worker.studio.scene.settings.kinds import track
from worker.studio.scene.sky import HOURS, make_light, make_mood, make_plain, make_sky
from worker.studio.scene.staging import disc_of, lamplit, shaped, shuttered

_OWN_COLOUR = ("snow", "water", "leaf", "grass")
_DARK, _LIT_FLOOR = ("void", "stage"), 0.6
"""Settings with darkness behind, and the least lightness of a floor there: a beam has to show."""
_BARE = ("paper", "void")
"""Settings whose ground is one with what is behind."""
_WALLED = ("window", "table", "cloth", "street", "garden")
"""Settings with walls, or a table's edge, that a shadow has to agree with."""
_CASTS = ("curtain", "rails", "sleepers", "bank")
"""Parts of a setting that cast shadows. The ground casts none, else its relief would break up those
that fall on it; nor does what is behind: the shadow on the ground is the actors' own.
"""
_RECEIVES = {"panes": 2.6, "blinds": 2.6}
"""How far about the actors a pattern of light is thrown, in sizes of what they need themselves."""
_THIN = 0.3
"""Height over the width of all actors that a setting is made for at least."""
_DEEP = 0.6
"""Share of its light that a cast shadow lacks besides, under a sky that gives none."""
_AROUND = 0.8
"""What throws and receives shadows, over the actors' diagonal."""
_SMALL = 128
"""Pixels of the shorter side where features are looked for."""
_LEAST_FEATURE = 0.002
"""Share of the picture from which on a feature counts as seen."""
_FEATURE_SEEN = 0.75
"""Share of a feature that nothing stands before: a top over a wall is a scrap."""

_LINED = ("engraving", "etching")
"""Techniques whose lines draw a figure however small."""
_BRIGHT = 0.5
"""Lightness of what is behind, from which on a silhouette is dark."""


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything that a picture is rendered from. `focus` is where the actors are."""

    plan: Plan
    surfaces: Sequence[Surface]
    camera: Camera
    light: Light
    mood: Mood
    backdrop: Backdrop
    focus: tuple[Array, float]
    placed: Sequence[Placed]
    board: Board

    def render(self, shape: tuple[int, int]) -> Buffers:
        """Its buffers at (height, width) pixels."""
        buffers = render(
            self.surfaces,
            self.camera,
            self.light,
            shape,
            backdrop=self.backdrop,
            focus=self.focus,
            occlusion_radius=self.focus[1] * 0.14,
        )
        if self.plan.setting.kind in _BARE:
            buffers = _even(buffers, self.light)
        buffers = _deepened(buffers, self.light)
        rng = np.random.default_rng(self.plan.seed)
        return shaped(buffers, self.plan, self.light, self.focus, rng)


def build(plan: Plan) -> Scene:
    """The scene of a plan; the same plan gives the same scene."""
    placed = arrange(plan)
    ground = make_ground(plan, placed)
    board = Board(plan.palette)
    hour = HOURS[plan.light.hour]
    near = viewing_distance(plan)
    back = board.role("back")
    backdrop = (
        make_sky(
            hour,
            back,
            plan.light.direction,
            large=disc_of(plan, placed),
            tint=board.role("accent"),
        )
        if ground.open_sky
        else make_plain(
            mix(back, board.role("dark"), 0.8 if plan.setting.kind in _DARK else 0.0), fade=0.06
        )
    )
    surfaces = [s for p in placed for s in _actor_surfaces(p, plan, board)]
    surfaces += _scenery(plan, ground, board)
    surfaces += ribbons(plan, board)
    surfaces += _ground_surfaces(ground, plan, board)
    focus = _focus(placed)
    eye = plan.camera.height / max(plan.actors[0].height, 1e-6) if plan.actors else None
    falling = None if ground.wall_at is not None or not _is_free(plan) else eye
    light = make_light(hour, plan.light.direction, eye=falling)
    light, shutter = shuttered(plan, light, focus)
    surfaces += shutter
    light = lamplit(plan, light, placed)
    return Scene(
        plan=plan,
        surfaces=surfaces,
        camera=make_camera(plan),
        light=light,
        mood=make_mood(hour, back, key=plan.light.key, near=near, direction=plan.light.direction),
        backdrop=backdrop,
        focus=(focus[0], focus[1] * _RECEIVES.get(plan.light.pattern, 1.0)),
        placed=placed,
        board=board,
    )


def _is_free(plan: Plan) -> bool:
    """Whether shadows fall on open ground, with no wall or pattern of light to agree with."""
    return plan.setting.kind not in _WALLED and plan.light.pattern not in ("panes", "blinds")


def make_camera(plan: Plan) -> Camera:
    """The viewer of a plan, level, with the horizon moved to where the plan has it."""
    near = viewing_distance(plan)
    tall = 1 / min(plan.format, 1.0)
    eye = (0.0, plan.camera.height, near)
    return Camera(
        eye,
        (0.0, plan.camera.height, near - 1),
        lens=plan.camera.lens,
        aspect=plan.format,
        shift_y=(plan.camera.horizon - 0.5) * tall,
    )


def make_ground(plan: Plan, placed: Sequence[Placed]) -> Ground:
    """What the plan's setting builds about its actors, as `arrange` places them."""
    near = viewing_distance(plan)
    low, high = bounds_of(placed) if placed else (np.zeros(3), np.zeros(3))
    # What lies has next to no height.
    unit = plan.actors[0].height if plan.actors else 1.0
    unit = min(max(unit, _THIN * float(high[0] - low[0])), near * 0.4)
    deepest = max((a.distance for a in plan.actors), default=near)
    far = max(1.25 * (deepest - near) + 0.6 * unit, near * 1.15, unit * 2.6)
    rng = np.random.default_rng(plan.seed)
    where = FORMS[plan.actors[0].form].where if plan.actors else ""
    back = float(low[2])
    on_wall = where == "wall" or any(actor.rest == "wall" for actor in plan.actors[:1])
    need = Need(rng, unit, near, far, back if on_wall else None, back)
    ground = SETTINGS[plan.setting.kind].build(need)
    if where == "rails":
        main = plan.actors[0]
        rails = track(main.height, main.turn, (main.x, main.lift, 0.0))
        return replace(ground, parts=[*ground.parts, *rails])
    return ground


def _shown_parts(placed: Placed, plan: Plan, board: Board) -> Sequence[Part]:
    """The parts of an actor's copy.

    A figure that is small beside a giant is a silhouette with its dress as the accent, where the
    technique draws no lines fine enough for a face and hands.
    """
    parts, actor = placed.model.parts, plan.actors[placed.actor]
    dwarfs = {r.object for r in plan.relations if r.kind in COLOSSAL}
    if placed.actor not in dwarfs or FORMS[actor.form].family != "people":
        return parts
    if plan.technique in _LINED:
        return parts
    level = float(to_oklab(board.role("back"))[0]) + 0.5 * min(HOURS[plan.light.hour].key, 0.0)
    worn = [part.mesh for part in parts if part.material == "main"]
    rest = [part.mesh for part in parts if part.material != "main" and not part.drawn]
    tone = "black" if level > _BRIGHT else "linen"
    pair = (("dress", worn, "main"), ("figure", rest, tone))
    return [Part(name, merge(meshes), material) for name, meshes, material in pair if meshes]


def _actor_surfaces(placed: Placed, plan: Plan, board: Board) -> list[Surface]:
    actor = plan.actors[placed.actor]
    main = board.pigments.get(actor.colour)
    material = natural(FORMS[actor.form].family, actor.seed)
    if main is None and material:
        main = board.material(material)
    return [
        replace(
            _surface(part, board, main, placed.object, index),
            casts=placed.casts,
            visible=placed.visible,
            reflects=placed.visible,
        )
        for index, part in enumerate(_shown_parts(placed, plan, board))
    ]


def _surface(part: Part, board: Board, main: Pixels | None, number: int, index: int) -> Surface:
    colour = board.part(part.material, main=main)
    second = board.part(part.other, main=main) if part.other else board.other(colour)
    low = part.mesh.points.min(0)
    return Surface(
        points=part.mesh.points,
        faces=part.mesh.faces,
        normals=part.mesh.normals,
        grain=part.mesh.grain,
        local=(part.mesh.points - low) * part.repeat,
        colour=colour,
        second=second,
        pattern=part.pattern,
        object=number,
        part=index,
        glow=part.glow,
        clear=float(np.ptp(part.mesh.points[:, 1])) if part.open else 0.0,
        drawn=part.drawn,
    )


def _ground_surfaces(ground: Ground, plan: Plan, board: Board) -> list[Surface]:
    """The setting's parts, the ground drawn half-way to the palette's ground colour."""
    found = []
    tint = board.role("ground")
    for index, part in enumerate(ground.parts):
        surface = _surface(part, board, None, GROUND, index)
        if part.name == "floor" and plan.setting.kind in _DARK:
            lack = max(0.0, _LIT_FLOOR - float(to_oklab(surface.colour)[0]))
            surface = replace(surface, colour=lighten(surface.colour, lack))
        elif part.material != "back":
            share = 0.2 if part.material in _OWN_COLOUR else 0.42
            colour = mix(surface.colour, tint, share)
            surface = replace(surface, colour=colour, second=mix(surface.second, tint, share))
        surface = replace(surface, local=part.mesh.points * part.repeat)
        mirrors = 0.62 if part.name == "water" else 0.0
        casts = part.name in _CASTS and plan.light.direction != "below"
        found.append(replace(surface, mirrors=mirrors, casts=casts))
    return found


def _scenery(plan: Plan, ground: Ground, board: Board) -> list[Surface]:
    """The plan's features, one after the other into the distance, beside the actors."""
    found: list[Surface] = []
    if not plan.actors:
        return found
    near = plan.actors[0].distance
    lens = np.tan(np.radians(plan.camera.lens / 2)) * max(plan.format, 1.0)
    indoors = ground.wall_at is not None
    for index, feature in enumerate(plan.setting.features):
        seed = int.from_bytes(hashlib.sha256(f"{plan.seed}/{feature}".encode()).digest()[:4])
        rng = np.random.default_rng(seed)
        actor = Actor(concept=feature, form=feature, seed=seed, turn=float(rng.uniform(-30, 30)))
        model = make_actor(actor)
        height = natural_height(actor) * (scale_factor(plan.actors[0]) if indoors else 1.0)
        share = rng.uniform(0.12, 0.24)
        distance = max(height / (2 * lens * share), near * 1.6)
        if indoors:
            distance = near - (ground.wall_at or 0.0) * 0.9
        side = float(rng.choice([-1.0, 1.0]))
        x = side * rng.uniform(0.45, 0.8) * lens * distance
        z = near - distance
        y = float(ground.height(np.array([x]), np.array([z]))[0])
        for i, part in enumerate(model.parts):
            set_out = replace(part, mesh=part.mesh.scaled(height).moved(x, y, z))
            found.append(_surface(set_out, board, board.role("second"), SCENERY + index, i))
    return found


def visible_features(plan: Plan) -> tuple[str, ...]:
    """The plan's features that are seen whole, apart from the actors and from each other."""
    if not plan.setting.features:
        return ()
    placed, board = arrange(plan), Board(plan.palette)
    ground = make_ground(plan, placed)
    actors = [s for p in placed for s in _actor_surfaces(p, plan, board)]
    scenery = _scenery(plan, ground, board)
    height = round(_SMALL / min(plan.format, 1.0))
    shape, camera = (height, round(height * plan.format)), make_camera(plan)
    objects, _ = coverage(
        [*actors, *scenery, *_ground_surfaces(ground, plan, board)], camera, shape
    )
    taken = coverage(actors, camera, shape)[0] >= 0
    seen = []
    for index, feature in enumerate(plan.setting.features):
        alone = coverage([s for s in scenery if s.object == SCENERY + index], camera, shape)[0] >= 0
        own = objects == SCENERY + index
        whole = own.sum() > _FEATURE_SEEN * alone.sum()
        if own.mean() > _LEAST_FEATURE and whole and _is_clear(alone, taken):
            seen.append(feature)
            taken |= alone
    return tuple(seen)


def _is_clear(mask: NDArray[np.bool_], taken: NDArray[np.bool_]) -> bool:
    """Whether a shape is inside the picture and apart from those that are there already."""
    rows, columns = np.nonzero(mask)
    if not len(rows) or not columns.min() or columns.max() == mask.shape[1] - 1:
        return False
    gap = max(round(0.03 * min(mask.shape)), 1)
    box = (
        slice(max(rows.min() - gap, 0), rows.max() + gap + 1),
        slice(max(columns.min() - gap, 0), columns.max() + gap + 1),
    )
    return not bool(taken[box].any())


def _even(buffers: Buffers, light: Light) -> Buffers:
    """The buffers with a bare ground lit as if it all were level: no horizon shows where it turns
    up.
    """
    to_light = -np.array(light.towards, dtype=np.float32)
    shadow = np.where(buffers.normal @ to_light > 0, buffers.shadow, 1).astype(np.float32)
    up = np.array([0.0, 1.0, 0.0], dtype=np.float32)
    level = toned(buffers.position, up, shadow, buffers.occlusion, light)
    here = buffers.object == GROUND
    return replace(
        buffers,
        shadow=np.where(here, shadow, buffers.shadow),
        light=np.where(here, np.clip(level, 0, 1), buffers.light),
    )


def _deepened(buffers: Buffers, light: Light) -> Buffers:
    """The buffers with darker cast shadows: the open sky would light them more than other shade,
    and the dark side of a thing would not run into its shadow.
    """
    cast = (1 - buffers.shadow) * (buffers.object >= GROUND)
    deep = 1 - _DEEP * (1 - light.ambient) * cast
    return replace(buffers, light=(buffers.light * deep).astype(np.float32))


def _focus(placed: Sequence[Placed]) -> tuple[Array, float]:
    if not placed:
        return np.zeros(3), 2.0
    low, high = bounds_of(placed)
    return (low + high) / 2, float(np.linalg.norm(high - low)) * _AROUND
