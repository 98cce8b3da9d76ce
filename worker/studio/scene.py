"""The stage: everything a technique needs to know about what is painted where.

A scene is laid in from back to front. Each plane of colour is kept in pixel maps: colour,
label (which plane), flow (which way the hand moves) and depth; a fifth, figure, parts the things
from the ground they stand on. Techniques read the maps and make the picture by their own means.
Coordinates are in units: the shorter side is 1000, whatever the size in pixels.
"""

from dataclasses import dataclass, field

import numpy as np
import skia
from numpy.typing import NDArray

from worker.studio.colour import Colour, Pixels, lighten, luminance, mix, to_oklab
from worker.studio.form import Form
from worker.studio.light import Key, Light
from worker.studio.noise import Rng, blur, cloud
from worker.studio.outline import box, moved
from worker.studio.palette import Palette
from worker.studio.picture import Material


@dataclass(frozen=True)
class Plane:
    """One laid-in area: its label in the label map and what it is."""

    label: int
    name: str
    depth: float


@dataclass
class Scene:
    """The maps, the planes in them, and the palette and light they stand in."""

    pixels: tuple[int, int]  # (height, width)
    palette: Palette
    light: Light
    rng: Rng
    tags: frozenset[str] = frozenset()
    coarse: float = 1.0  # how broad the marks of the hand are beside the usual
    edge: float = 0.05  # the share of the sheet at each side that nothing important enters
    planes: list[Plane] = field(default_factory=list)
    materials: set[Material] = field(default_factory=set)  # what the technique itself took

    def __post_init__(self) -> None:
        """Lay out the blank sheet."""
        height, width = self.pixels
        self.scale = min(self.pixels) / 1000  # pixels a unit
        self.width, self.height = width / self.scale, height / self.scale
        self.colour = np.zeros((height, width, 3), dtype=np.float32)
        self.colour[:] = self.palette.paper
        self.label = np.zeros((height, width), dtype=np.int16)
        self.flow = np.zeros((height, width), dtype=np.float32)
        self.depth = np.zeros((height, width), dtype=np.float32)
        self.figure = np.zeros((height, width), dtype=np.bool_)

    def everywhere(self) -> skia.Path:
        """The whole sheet as a path."""
        return box(-5, -5, self.width + 5, self.height + 5)

    def paint(
        self,
        path: skia.Path,
        colour: Colour,
        *,
        name: str,
        depth: float,
        below: Colour | None = None,
        relief: float = 0.0,
        flow: float = 0.0,
        mottle: float = 0.03,
        stretch: float = 1.0,
        opacity: float = 1.0,
        detail: bool = False,
        soft: float = 0.0,
        figure: bool = False,
    ) -> None:
        """Lay in one plane.

        `below` is the colour at its foot where it changes downwards, `relief` how far it is
        modelled by the light, `mottle` how uneven its colour is, `soft` the blur of its edge in
        units. A `detail` gets no label of its own.
        """
        window = self._window(path, soft)
        if window is None:
            return
        top, bottom, left, right = window
        mask = self._mask(path, window)
        if soft:
            mask = blur(mask, soft * self.scale)
        shape = mask.shape
        paint = np.empty((*shape, 3), dtype=np.float32)
        paint[:] = colour
        if below is not None:
            bounds = path.getBounds()
            rows = (np.arange(top, bottom) / self.scale - bounds.top()) / max(bounds.height(), 1e-6)
            share = np.clip(rows, 0, 1).astype(np.float32)[:, None, None]
            paint = paint * (1 - share) + np.asarray(below, dtype=np.float32) * share
        if mottle and min(shape) > 3:
            cell = min(max(70 * self.scale / min(shape), 0.02), 1.0)
            uneven = cloud(shape, self.rng, cell=cell, octaves=4, stretch=stretch) - 0.5
            paint *= 1 + (2.4 * mottle) * uneven[..., None]
        if relief and min(shape) > 3:
            paint *= 1 + relief * self._modelling(mask)[..., None]
        mask = mask * opacity
        view = np.s_[top:bottom, left:right]
        self.colour[view] += (np.clip(paint, 0, 1) - self.colour[view]) * mask[..., None]
        if not detail:
            solid = mask > 0.5
            label = len(self.planes) + 1
            self.planes.append(Plane(label, name, depth))
            self.label[view][solid] = label
            self.flow[view][solid] = flow
            self.depth[view][solid] = depth
            self.figure[view][solid] = figure

    def place(
        self,
        form: Form,
        *,
        x: float,
        base: float,
        height: float,
        depth: float,
        name: str,
        flip: bool = False,
        silhouette: Colour | None = None,
        opacity: float = 1.0,
    ) -> None:
        """Stand a form at (x, base), `height` units tall; `silhouette` paints it in one colour."""
        matrix = skia.Matrix()
        matrix.setScale(-height if flip else height, height)
        matrix.postTranslate(x, base)
        shift = self._counterchange(form, x, base, height, depth) if silhouette is None else 0.0
        for part in form.parts:
            own = self.palette.local(part.tint, depth=depth)
            if silhouette is not None:
                own = mix(own, silhouette, 0.86)
            flow = np.pi - part.flow if flip else part.flow
            self.paint(
                moved(part.path, matrix),
                lighten(own, part.tone * (0.4 + 0.6 * depth) + shift),
                name=name,
                depth=depth,
                relief=0.7 * part.relief * (0.35 + 0.65 * depth),
                flow=flow,
                mottle=0.05,
                detail=part.detail,
                opacity=opacity,
                figure=True,
            )

    def _counterchange(
        self, form: Form, x: float, base: float, height: float, depth: float
    ) -> float:
        """How much lighter (or darker) a form must be to stand off from what is behind it."""
        left, top, right, bottom = form.bounds
        rows = np.array([base + top * height, base + bottom * height]) * self.scale
        columns = np.array([x + left * height, x + right * height]) * self.scale
        y0, y1 = np.clip(rows, 0, self.pixels[0] - 1).astype(int)
        x0, x1 = np.clip(columns, 0, self.pixels[1] - 1).astype(int)
        if y1 - y0 < 2 or x1 - x0 < 2:
            return 0.0
        behind = float(np.cbrt(np.mean(luminance(self.colour[y0:y1:4, x0:x1:4]) ** 2.2)))
        solid = [part for part in form.parts if not part.detail]
        sizes = [part.path.getBounds().width() * part.path.getBounds().height() for part in solid]
        tones = [to_oklab(self.palette.local(part.tint, depth=depth))[0] for part in solid]
        own = float(np.average(tones, weights=np.maximum(sizes, 1e-6)))
        need = 0.27 * (0.35 + 0.65 * depth)
        gap = own - behind
        if abs(gap) >= need:
            return 0.0
        side = np.sign(gap) if abs(gap) > 0.06 else (1.0 if behind < 0.56 else -1.0)
        return float(side * need - gap)

    def shadow(self, *, x: float, base: float, width: float, strength: float = 0.35) -> None:
        """A cast shadow on the ground, away from the light."""
        reach = -self.light.side * width * 0.5
        path = skia.Path()
        path.addOval(
            skia.Rect.MakeLTRB(
                x - width / 2 + min(reach, 0),
                base - width * 0.07,
                x + width / 2 + max(reach, 0),
                base + width * 0.1,
            )
        )
        self.paint(
            path,
            self.palette.ink,
            name="shadow",
            depth=1,
            mottle=0,
            opacity=strength * self.light.strength,
            soft=width * 0.03,
            detail=True,
        )

    def glow(self, *, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Light spreading in the air about (x, y)."""
        height, width = self.pixels
        rows = (np.arange(height, dtype=np.float32) / self.scale - y)[:, None]
        columns = (np.arange(width, dtype=np.float32) / self.scale - x)[None, :]
        share = strength * np.exp(-(rows**2 + columns**2) / (radius * radius))
        self.colour += (np.asarray(colour, dtype=np.float32) - self.colour) * share[..., None]

    def finish(self, key: Key) -> None:
        """Give the lay-in its value structure: the darkest dark, the lightest light, the key."""
        tone = luminance(self.colour)
        low, high = np.percentile(tone[::3, ::3], [1.5, 98.5])
        ends = np.array([self.palette.ink, self.palette.paper], dtype=np.float32)
        dark, light = (float(value) for value in luminance(ends))
        lowest = dark * 0.9 + (light - dark) * key.low
        highest = dark + (light - dark) * key.high
        spread = np.clip((tone - low) / max(float(high - low), 0.25), 0, 1)
        wanted = lowest + (highest - lowest) * spread
        if key.name == "full":
            wanted = 0.72 * wanted + 0.28 * tone
        factor = (wanted + 0.02) / (tone + 0.02)
        toned = self.colour * factor[..., None]
        grey = luminance(toned)[..., None]
        self.colour = np.clip(grey + (toned - grey) * key.chroma, 0, 1).astype(np.float32)

    def veil(self, top: float, bottom: float, colour: Colour, strength: float) -> None:
        """Mist: a band between two heights, soft at both ends."""
        y = np.arange(self.pixels[0], dtype=np.float32) / self.scale
        band = np.clip((y - top) / max((bottom - top) * 0.6, 1), 0, 1)
        band *= np.clip((bottom - y) / max((bottom - top) * 0.4, 1), 0, 1)
        uneven = 0.5 + cloud(self.pixels, self.rng, cell=0.3, octaves=3, stretch=4)
        share = np.clip(band[:, None] * strength * uneven, 0, 1)
        self.colour += (np.asarray(colour, dtype=np.float32) - self.colour) * share[..., None]

    def _window(self, path: skia.Path, soft: float) -> tuple[int, int, int, int] | None:
        bounds, pad = path.getBounds(), 2 + int(3 * soft * self.scale)
        top = max(int(bounds.top() * self.scale) - pad, 0)
        bottom = min(int(bounds.bottom() * self.scale) + pad, self.pixels[0])
        left = max(int(bounds.left() * self.scale) - pad, 0)
        right = min(int(bounds.right() * self.scale) + pad, self.pixels[1])
        return (top, bottom, left, right) if bottom > top and right > left else None

    def _mask(self, path: skia.Path, window: tuple[int, int, int, int]) -> Pixels:
        top, bottom, left, right = window
        coverage: NDArray[np.uint8] = np.zeros((bottom - top, right - left), dtype=np.uint8)
        info = skia.ImageInfo.MakeA8(right - left, bottom - top)
        surface = skia.Surface.MakeRasterDirect(info, coverage)
        canvas = surface.getCanvas()
        canvas.translate(-left, -top)
        canvas.scale(self.scale, self.scale)
        canvas.drawPath(path, skia.Paint(AntiAlias=True))
        surface.flushAndSubmit()
        return np.asarray(coverage.astype(np.float32) / 255, dtype=np.float32)

    def _modelling(self, mask: Pixels) -> Pixels:
        """Light minus shade, about -0.5..0.5, as if the mask were a low relief."""
        size = float(np.sqrt(max(float(mask.sum()), 1.0)))
        height = blur(mask, max(size * 0.16, 1.0)) + 0.5 * blur(mask, max(size * 0.05, 0.6))
        dy, dx = np.gradient(height)
        x, y = self.light.direction
        shade = -(dx * x + dy * y) * size * 0.45
        return np.asarray(
            np.clip(shade, -0.55, 0.55) * (0.5 + 0.7 * self.light.strength), dtype=np.float32
        )
