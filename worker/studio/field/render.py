"""A scene to buffers: what the camera sees at each pixel, and how the light falls there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from worker.studio.field import raster
from worker.studio.field.camera import NEAR, Camera
from worker.studio.field.colour import Pixels, mix
from worker.studio.field.noise import blur
from worker.studio.field.patterns import PATTERNS
from worker.studio.field.scraps import whole

Array = NDArray[np.float64]
Map = NDArray[np.float32]
Index = NDArray[np.int32]
Backdrop = Callable[[Map], tuple[Pixels, Map]]
"""View directions (n, 3) to the colour (n, 3) and the light (n,) of what lies behind everything."""

_CONTACT = 0.65
"""Share of the key light that a closed corner loses: the dark line under what stands."""
_GRAIN = 0.004
"""Radius over which occlusion is evened out, in shorter sides."""
_SHADOW_SIZE = 1400
"""Cells of the shadow map's side, for pictures of 512 pixels and more; small ones need fewer."""


@dataclass(frozen=True, eq=False)
class Surface:
    """One part of one object, in world metres, with its colours.

    `local` are the same points on the form as it was made, times the pattern's repeat. `glow`
    adds light of its own; `mirrors` is the share of the mirrored scene that a horizontal surface
    shows (water). What is not `visible` may still cast a shadow (`casts`) or be mirrored
    (`reflects`).
    """

    points: Array
    faces: Index
    normals: Array
    grain: Array
    local: Array
    colour: Pixels
    second: Pixels
    pattern: str = "plain"
    object: int = 0
    part: int = 0
    glow: float = 0.0
    mirrors: float = 0.0
    visible: bool = True
    casts: bool = True
    reflects: bool = True
    clear: float = 0.0
    """Metres within which nothing shades it: a face is not shaded by its own nose and hair."""
    drawn: bool = False
    """Whether all that is seen of it counts as contour."""


@dataclass(frozen=True)
class Light:
    """The key light and the light of the surroundings.

    `towards` is the direction that parallel light travels; where `at` is set, the light is a
    point there instead. Where `falls` is set, shadows fall that way on what casts none, the ground:
    a painter draws them where they are seen, and the form is still modelled from before.
    `softness` is the tangent of the light's size: 0.02 sharp, 0.3 very soft.
    """

    towards: tuple[float, float, float] = (0.5, -0.7, -0.5)
    at: tuple[float, float, float] | None = None
    falls: tuple[float, float, float] | None = None
    key: float = 1.0
    ambient: float = 0.32
    softness: float = 0.08
    reach: float = 6.0


@dataclass(frozen=True, eq=False)
class Buffers:
    """What is seen, (h, w) or (h, w, 3); float32 unless said.

    `object` and `part` are -1 where the backdrop shows. `depth` is metres along the view, and
    `FAR` there. `light` is how bright a white surface would be, 0..1; `shadow` the share of the
    key light that arrives. `flow` (h, w, 2) is the direction that strokes follow, in the picture
    (x right, y down), of unit length. `edge` are contours, 0..1.
    """

    position: Map
    normal: Map
    depth: Map
    object: Index
    part: Index
    albedo: Pixels
    light: Map
    shadow: Map
    occlusion: Map
    flow: Map
    edge: Map
    camera: Camera = field(repr=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.depth.shape[0], self.depth.shape[1]

    def mask(self, *objects: int) -> NDArray[np.bool_]:
        """Where these objects are seen, (h, w)."""
        return np.isin(self.object, objects)


FAR = 1e6


def render(
    surfaces: Sequence[Surface],
    camera: Camera,
    light: Light,
    shape: tuple[int, int],
    *,
    backdrop: Backdrop,
    focus: tuple[ArrayLike, float],
    occlusion_radius: float = 0.35,
) -> Buffers:
    """Render to (height, width) buffers.

    `focus` is the centre and the radius, in metres, of what must throw and receive shadows.
    """
    seen = [s for s in surfaces if s.visible]
    view = _View(seen, camera, shape)
    rays = camera.rays(shape).astype(np.float32)
    normal = view.values("normals")
    length = np.linalg.norm(normal, axis=-1, keepdims=True)
    normal = normal / np.maximum(length, 1e-6)
    normal *= np.where((normal * rays).sum(-1, keepdims=True) > 0, -1, 1)
    position = view.values("points")
    free = position + view.clearance(light)
    with ThreadPoolExecutor(2) as pool:
        shading = pool.submit(_shading, view, surfaces, free, normal, light, focus)
        closing = pool.submit(_occlusion, view, position, normal, camera, occlusion_radius)
        albedo, own = view.albedo()
        shade, closed = shading.result(), closing.result()
    shade = whole(shade, np.where(view.casts(), view.object, -1))
    # Little light comes between a thing and what it stands on, from wherever it shines.
    shade = shade * (1 - _CONTACT * np.clip(2.2 * closed - 0.12, 0, 1))
    lit = np.clip(toned(position, normal, shade, closed, light) + own, 0, 1)
    behind = view.hit < 0
    if behind.any():
        albedo[behind], lit[behind] = backdrop(rays[behind])
    if any(s.mirrors for s in seen):
        _reflect(view, surfaces, camera, light, backdrop, focus, albedo, lit)
    return Buffers(
        position=position,
        normal=normal,
        depth=view.depth,
        object=view.object,
        part=view.part,
        albedo=albedo,
        light=lit,
        shadow=shade,
        occlusion=closed,
        flow=_flow(normal, view.values("grain"), camera),
        edge=view.edges(normal),
        camera=camera,
    )


def coverage(
    surfaces: Sequence[Surface], camera: Camera, shape: tuple[int, int]
) -> tuple[Index, Map]:
    """Object at each pixel (-1 for none) and depth, without any light: for layouts and checks."""
    view = _View([s for s in surfaces if s.visible], camera, shape)
    return view.object, view.depth


class _View:
    """The surfaces seen from one place."""

    def __init__(self, surfaces: Sequence[Surface], camera: Camera, shape: tuple[int, int]) -> None:
        self.surfaces = surfaces
        self.flat = camera.span > 0
        offsets = np.cumsum([0, *(len(s.points) for s in surfaces)])
        counts = [len(s.faces) for s in surfaces]
        self.faces = np.concatenate(
            [s.faces + o for s, o in zip(surfaces, offsets, strict=False)]
            or [np.zeros((0, 3), np.int32)]
        ).astype(np.int32)
        self.surface_of = np.repeat(np.arange(len(surfaces), dtype=np.int32), counts)
        points = self._all("points")
        self.columns, self.rows, self._depths = camera.project(points, shape)
        nearness = np.full(shape, -np.inf if self.flat else 0.0)
        self.hit = np.full(shape, -1, dtype=np.int32)
        raster.rasterise(
            self.columns, self.rows, self._depths, self.faces, NEAR, self.flat, nearness, self.hit
        )
        found = self.hit >= 0
        with np.errstate(divide="ignore"):
            depth = -nearness if self.flat else 1 / nearness
        self.depth = np.where(found, depth, FAR).astype(np.float32)
        self.surface = np.where(found, self.surface_of[self.hit], -1) if len(surfaces) else self.hit
        objects = np.array([*(s.object for s in surfaces), -1], dtype=np.int32)
        parts = np.array([*(s.part for s in surfaces), -1], dtype=np.int32)
        self.object, self.part = objects[self.surface], parts[self.surface]

    def casts(self) -> NDArray[np.bool_]:
        """Where what is seen throws shadows, (h, w): not on the ground."""
        return np.array([*(s.casts for s in self.surfaces), False])[self.surface]

    def values(self, name: str) -> Map:
        """A per-vertex value (n, 3) at every pixel, (h, w, 3)."""
        out = np.zeros((*self.hit.shape, 3), dtype=np.float32)
        data = self._all(name)
        raster.resolve(
            self.columns, self.rows, self._depths, self.faces, self.flat, self.hit, data, out
        )
        return out

    def clearance(self, light: Light) -> Map | float:
        """How far, towards the light, each pixel looks before shade counts, (h, w, 3)."""
        clear = np.array([*(s.clear for s in self.surfaces), 0.0], dtype=np.float32)
        if light.at is not None or not clear.any():
            return 0.0
        way = -np.array(light.towards, dtype=np.float32)
        return np.asarray(clear[self.surface][..., None] * (way / np.linalg.norm(way)))

    def edges(self, normal: Map) -> Map:
        """Contours, and what is drawn as such."""
        found = raster.edges(self.object, self.part, self.depth, normal, self.hit)
        drawn = np.array([*(s.drawn for s in self.surfaces), False])
        found[drawn[self.surface]] = raster.DRAWN
        return np.asarray(found)

    def albedo(self) -> tuple[Pixels, Map]:
        """Own colour (h, w, 3) and own light (h, w)."""
        colour = np.zeros((*self.hit.shape, 3), dtype=np.float32)
        glow = np.zeros(self.hit.shape, dtype=np.float32)
        local = self.values("local")
        for index in np.unique(self.surface[self.surface >= 0]).tolist():
            surface, where = self.surfaces[index], self.surface == index
            if surface.pattern == "plain":
                colour[where] = surface.colour
            else:
                share = PATTERNS[surface.pattern](local[where])
                colour[where] = mix(surface.colour, surface.second, np.clip(share, 0, 1))
            glow[where] = surface.glow
        return colour, glow

    def _all(self, name: str) -> Array:
        arrays = [getattr(s, name) for s in self.surfaces]
        return np.concatenate(arrays) if arrays else np.zeros((0, 3))


def _occlusion(view: _View, position: Map, normal: Map, camera: Camera, radius: float) -> Map:
    """Ambient occlusion (h, w), found on every other pixel: it is smooth."""
    height, width = view.hit.shape
    near, facing, depth, hit = (
        np.ascontiguousarray(values[::2, ::2])
        for values in (position, normal, view.depth, view.hit)
    )
    scale = camera.scale((height, width)) / 2
    closed = raster.occlusion(near, facing, depth, hit, scale, camera.span > 0, radius)
    # Its few samples leave a grain, which techniques would draw.
    even = Image.fromarray(blur(closed, _GRAIN * min(height, width)))
    large = even.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(large, dtype=np.float32)


def _shading(
    view: _View,
    surfaces: Sequence[Surface],
    position: Map,
    normal: Map,
    light: Light,
    focus: tuple[ArrayLike, float],
) -> Map:
    """Share of the key light that arrives, (h, w)."""
    if light.falls is None or light.at is not None:
        return _shadow(surfaces, position, normal, view.hit, light, focus)
    ground = (view.hit >= 0) & ~view.casts()
    own = _shadow(surfaces, position, normal, np.where(ground, -1, view.hit), light, focus)
    falling = replace(light, towards=light.falls)
    cast = _shadow(surfaces, position, normal, np.where(ground, view.hit, -1), falling, focus)
    return np.minimum(own, cast)


def _shadow(
    surfaces: Sequence[Surface],
    position: Map,
    normal: Map,
    hit: Index,
    light: Light,
    focus: tuple[ArrayLike, float],
) -> Map:
    casting = [s for s in surfaces if s.casts]
    if not casting or not (hit >= 0).any():
        return np.ones(hit.shape, dtype=np.float32)
    points = np.concatenate([s.points for s in casting])
    centre, size = np.asarray(focus[0], dtype=np.float64), focus[1]
    if light.at is None:
        towards = np.array(light.towards) / np.linalg.norm(light.towards)
        eye = centre - towards * (size * 3 + 4)
        camera = Camera(tuple(eye), tuple(centre), span=size * 2.1)
    else:
        camera = Camera(light.at, tuple(centre), lens=120.0)
    side = min(_SHADOW_SIZE, round(2.8 * min(hit.shape)) + 64)
    square = (side, side)
    columns, rows, depths = camera.project(points, square)
    flat = camera.span > 0
    nearness = np.full(square, -np.inf if flat else 0.0)
    blocker = np.full(square, -1, dtype=np.int32)
    offsets = np.cumsum([0, *(len(s.points) for s in casting)])
    faces = np.concatenate([s.faces + o for s, o in zip(casting, offsets, strict=False)])
    raster.rasterise(columns, rows, depths, faces.astype(np.int32), NEAR, flat, nearness, blocker)
    scale = camera.scale(square)
    # In shares of the size: a shadow must begin at the foot of a cup as at that of a church.
    bias = 0.002 * size + 1.6 * (size / side)
    eye_ = np.array(camera.eye)
    return np.asarray(
        raster.shadow(
            position, normal, hit, camera.axes, eye_, scale, flat, nearness, light.softness, bias
        )
    )


def toned(position: Map, normal: Map, shade: Map, closed: Map, light: Light) -> Map:
    """How bright white surfaces are, by where they face and what keeps the light from them."""
    if light.at is None:
        to_light = -np.array(light.towards, dtype=np.float32)
        to_light /= np.linalg.norm(to_light)
        facing = normal @ to_light
        strength: Map | float = 1.0
    else:
        gap = np.array(light.at, dtype=np.float32) - position
        distance = np.linalg.norm(gap, axis=-1)
        facing = (normal * gap).sum(-1) / np.maximum(distance, 1e-6)
        strength = 1.0 / (1.0 + (distance / light.reach) ** 2)
    # Wrapped a little: a hard terminator looks like plastic.
    direct = np.clip((facing + 0.12) / 1.12, 0, 1) * shade * strength * light.key
    sky = 0.72 + 0.28 * normal[..., 1]
    around = light.ambient * sky * (1 - 0.85 * closed)
    return np.asarray(1 - np.exp(-1.35 * (direct + around)), dtype=np.float32) / np.float32(0.79)


def _flow(normal: Map, grain: Map, camera: Camera) -> Map:
    """Direction of strokes in the picture: the grain's, else round the form."""
    right, up, _ = camera.axes.astype(np.float32)
    grained = np.stack([grain @ right, -(grain @ up)], axis=-1)
    around = np.stack([normal @ up, normal @ right], axis=-1)
    size = np.linalg.norm(grained, axis=-1, keepdims=True)
    flow = np.where(size > 0.15, grained, around)
    length = np.linalg.norm(flow, axis=-1, keepdims=True)
    level = np.array([1.0, 0.0], dtype=np.float32)
    return np.where(length > 0.02, flow / np.maximum(length, 1e-6), level).astype(np.float32)


def _reflect(
    view: _View,
    surfaces: Sequence[Surface],
    camera: Camera,
    light: Light,
    backdrop: Backdrop,
    focus: tuple[ArrayLike, float],
    albedo: Pixels,
    lit: Map,
) -> None:
    """Show the scene, upside down, in surfaces that mirror; ripples shift it sideways."""
    water = [s for s in view.surfaces if s.mirrors]
    level = float(np.mean(water[0].points[:, 1]))
    flip = np.array([1.0, -1.0, 1.0])
    above = [
        flipped(s, level)
        for s in surfaces
        if s.reflects and not s.mirrors and s.points[:, 1].max() > level + 0.02
    ]
    shape = lit.shape[0], lit.shape[1]
    half = (shape[0] + 1) // 2, (shape[1] + 1) // 2
    towards = (light.towards[0], -light.towards[1], light.towards[2])
    under = None if light.at is None else (light.at[0], 2 * level - light.at[1], light.at[2])
    upside = replace(light, towards=towards, at=under, falls=None)

    def mirrored(rays: Map) -> tuple[Pixels, Map]:
        return backdrop(rays * np.array([1, -1, 1], dtype=np.float32))

    centre = np.asarray(focus[0], dtype=np.float64) * flip + np.array([0.0, 2 * level, 0.0])
    seen = render(above, camera, upside, half, backdrop=mirrored, focus=(centre, focus[1]))
    strength = np.array([s.mirrors for s in view.surfaces] + [0.0], dtype=np.float32)[view.surface]
    rows, columns = np.nonzero(strength > 0)
    waves = PATTERNS["ripples"](view.values("local")[rows, columns]) - 0.5
    zoom = camera.scale(shape) / np.maximum(view.depth[rows, columns], 0.1)
    shifted = np.clip(columns + waves * zoom * 0.12, 0, shape[1] - 1).astype(int)
    part = strength[rows, columns]
    rows_, columns_ = rows // 2, shifted // 2
    albedo[rows, columns] = mix(albedo[rows, columns], seen.albedo[rows_, columns_], part)
    lit[rows, columns] = lit[rows, columns] * (1 - part) + seen.light[rows_, columns_] * part * 0.9


def flipped(surface: Surface, level: float) -> Surface:
    """The surface as water at a height shows it."""
    flip = np.array([1.0, -1.0, 1.0])
    points = surface.points * flip + np.array([0.0, 2 * level, 0.0])
    return replace(
        surface,
        points=points,
        faces=np.ascontiguousarray(surface.faces[:, ::-1]),
        normals=surface.normals * flip,
        grain=surface.grain * flip,
        visible=True,
    )
