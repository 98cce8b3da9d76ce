"""What a setting is, the table of settings, and the surfaces that they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from worker.studio.scene.mesh import Array, Mesh, box, columns, merge, sheet
from worker.studio.scene.model import Part, Rng

FAR_GROUND = 400.0
"""Metres to the edge of open ground."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What a setting builds.

    `parts` are in world metres, the viewer at +z, the first actor about (0, 0, 0). `height` gives
    the ground's height at points (n,), (n,). `open_sky` says whether the hour's sky shows; else the
    palette's back colour does. `wall_at` is the place of a back wall along z, if there is one.
    """

    parts: Sequence[Part] = ()
    height: Callable[[Array, Array], Array] = field(default=lambda x, z: np.zeros_like(x))
    open_sky: bool = True
    wall_at: float | None = None


@dataclass(frozen=True)
class Need:
    """What a setting may ask about: `unit` is the height of the main actor, in metres.

    `back` is where the actors end along z, and `hung` the place of the wall that the main actor
    hangs on or leans on, if it does.
    """

    rng: Rng
    unit: float
    near: float
    far: float
    hung: float | None = None
    back: float = 0.0


@dataclass(frozen=True)
class SettingKind:
    """A row of the table of settings.

    `phrase` completes "The scene is ...". `ground` names what the actors stand on. `hours` are
    those that it may have; empty means any that has a sky. `scenery` are forms that may stand far
    behind. `scale` is `table` where small things stand at their own size, else `ground`.
    """

    name: str
    phrase: str
    ground: str
    build: Callable[[Need], Ground]
    scale: str = "ground"
    hours: tuple[str, ...] = ()
    scenery: tuple[str, ...] = ()
    takes: tuple[str, ...] = ("ground", "table", "air", "sky")

    @property
    def is_open(self) -> bool:
        """Whether a horizon is seen in it."""
        return self.hours == OPEN or self.name in ("desert", "snow")

    @property
    def is_wide(self) -> bool:
        """Whether nothing in it is as large as a giant, and a small thing is alone there."""
        return self.is_open and self.name not in ("street", "ruins")


SETTINGS: dict[str, SettingKind] = {}

OPEN = (
    "day", "dawn", "noon", "sunset", "dusk", "night", "moonlight", "overcast", "storm", "mist",
    "rain", "summer", "autumn",
)  # fmt: skip
OPEN_LAND = ("ground", "table", "air", "sky", "rails")
"""What open land takes: a track can run through it."""
INSIDE = ("day", "lamplight", "firelight", "overcast", "dusk")


def setting(
    name: str,
    phrase: str,
    ground: str,
    *,
    scale: str = "ground",
    hours: Sequence[str] = OPEN,
    scenery: Sequence[str] = (),
    takes: Sequence[str] = ("ground", "table", "air", "sky"),
) -> Callable[[Callable[[Need], Ground]], Callable[[Need], Ground]]:
    """Register a function as the builder of a setting."""

    def register(build: Callable[[Need], Ground]) -> Callable[[Need], Ground]:
        SETTINGS[name] = SettingKind(
            name, phrase, ground, build, scale, tuple(hours), tuple(scenery), tuple(takes)
        )
        return build

    return register


def plane(
    need: Need, *, level: float = 0.0, behind: float = FAR_GROUND, rough: float = 0.0
) -> Mesh:
    """Ground from under the viewer to far behind, finer close by; `rough` is in units.

    It is level where the actors stand: else their feet hover over it, or a shadow breaks on it.
    """
    depth = np.concatenate(
        [
            np.linspace(need.near + 2 * need.unit, -need.far, 90),
            -np.geomspace(need.far * 1.05, behind, 30),
        ]
    )
    side = np.linspace(-1, 1, 81)
    reach = np.interp(
        -depth, [-need.near, need.far, behind], [need.near * 1.5, need.far * 2.5, behind * 1.6]
    )
    z = np.repeat(depth[:, None], len(side), axis=1)
    x = side[None] * reach[:, None]
    y = np.full_like(x, level)
    if rough:
        waves = _waves(x / need.unit, z / need.unit, need.rng)
        y = y + rough * need.unit * waves * np.clip(-z / need.far - 0.6, 0, 1)
    return sheet(np.stack([x, y, z], axis=-1)).grained(1, 0, 0)


def bare_wall(need: Need, at: float, *, floor: str, pattern: str = "plain") -> Ground:
    """A floor that ends at a wall across the whole view, its face at z = `at`."""
    unit = need.unit
    ground = Part("floor", plane(need, behind=need.far), floor, pattern, repeat=3.2 / unit)
    wall = box(need.far * 30, need.far * 20, 0.1 * unit).moved(0, 0, at - 0.05 * unit)
    return Ground([ground, Part("back wall", wall, "back")], open_sky=False, wall_at=at)


def track(height: float, turn: float, at: tuple[float, float, float]) -> list[Part]:
    """Rails on a bank of stones that run out of sight both ways, for a train of this height.

    `at` is the middle of the rails' top, `turn` the degrees that they are turned from +x.
    """
    along = np.concatenate([np.arange(-30, 30, 0.4), np.geomspace(30, 120, 20)])
    along = np.unique(np.concatenate([along, -along]))

    def strip(outline: Sequence[tuple[float, float]]) -> Mesh:
        rows = [columns(along, y, z) for y, z in outline]
        return sheet(np.stack(rows), crease=30, grain=(1, 0, 0))

    rails = [
        strip([(-0.05, z - 0.02), (0.0, z - 0.02), (0.0, z + 0.02), (-0.05, z + 0.02)][::-1])
        for z in (-0.19, 0.19)
    ]
    sleepers = [box(0.09, 0.03, 0.62).moved(x, -0.075, 0) for x in np.arange(-14, 14, 0.22)]
    bank = strip([(-0.3, -0.8), (-0.07, -0.42), (-0.07, 0.42), (-0.3, 0.8)][::-1])
    made = (
        ("rails", merge(rails), "iron"),
        ("sleepers", merge(sleepers), "dark_wood"),
        ("bank", bank, "stone"),
    )
    return [
        Part(name, mesh.scaled(height).turned(y=turn).moved(*at), material)
        for name, mesh, material in made
    ]


def endless(need: Need) -> Part:
    """A floor that curves up behind into a wall, so that no horizon is seen."""
    turn = np.linspace(0, np.pi / 2, 24)
    bend, back = need.far * 0.8, -need.far * 1.4
    z = [
        *np.linspace(need.near + 2 * need.unit, back, 40),
        *(back - bend * np.sin(turn)),
        back - bend,
    ]
    y = [*np.zeros(40), *(bend * (1 - np.cos(turn))), need.far * 40]
    x = np.linspace(-1, 1, 9) * need.far * 30
    grid = np.stack(np.broadcast_arrays(x[None], np.array(y)[:, None], np.array(z)[:, None]), -1)
    return Part("floor", sheet(grid).grained(1, 0, 0), "back")


def _waves(x: Array, z: Array, rng: Rng) -> Array:
    total = np.zeros_like(x)
    for size in (9.0, 4.3, 2.1):
        angle, phase = rng.uniform(0, 6.28), rng.uniform(0, 6.28)
        total += np.sin((x * np.cos(angle) + z * np.sin(angle)) / size * 6.28 + phase) * size / 9
    return np.asarray(total * 0.5)


def ridge(
    need: Need, distance: float, height: float, material: str, *, name: str, jag: float = 1.0
) -> Part:
    """A skyline of hills or peaks across the whole view, `height` metres at most."""
    count = 160
    x = np.linspace(-1, 1, count) * distance * 1.7
    # Waves that are never cut off: a noise that is makes peaks flat slabs.
    waves = [
        0.62**k * np.sin(2 * np.pi * (1.9 * 1.63**k * x / np.ptp(x) + need.rng.random()))
        for k in range(8 if jag > 1 else 4)
    ]
    profile = np.sum(waves, axis=0)
    rise = (profile - profile.min()) / max(float(np.ptp(profile)), 1e-6)
    top = height * (0.25 + 0.75 * rise**jag)
    rows = []
    for share, back in ((0.0, 0.0), (0.5, 0.35), (0.85, 0.75), (1.0, 1.0), (0.8, 1.5)):
        # A crest that folds over leaves scraps along the skyline.
        rough = 1 + (0.03 * jag if jag > 1 and share < 1 else 0) * need.rng.standard_normal(count)
        rows.append(
            np.stack([x, top * share * rough, np.full(count, -distance - back * height)], -1)
        )
    return Part(name, sheet(np.stack(rows)), material, "mottle", repeat=6 / height)


def open_water(need: Need, *, level: float = 0.0, rough: float = 0.0) -> Part:
    """Water to the horizon at a level; `rough` is the height of its waves in units."""
    return Part(
        "water",
        plane(need, level=level, rough=rough),
        "water",
        "ripples",
        "foam",
        repeat=1.3 / need.unit,
    )


def tessellated(mesh: Mesh, need: Need) -> Mesh:
    """A box whose top is cut into cells, so that none reaches behind the viewer."""
    low, high = mesh.bounds
    x = np.linspace(low[0], high[0], 40)
    z = np.linspace(high[2], low[2], 60)
    grid = np.stack(np.broadcast_arrays(x[None], high[1], z[:, None]), -1)
    back = np.stack(
        [np.stack([x, np.full_like(x, y), np.full_like(x, low[2])], -1) for y in (high[1], low[1])]
    )
    return merge([sheet(grid).grained(1, 0, 0), sheet(back)])
