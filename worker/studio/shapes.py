"""Silhouettes from open fonts: thousands of named things, each turned into a form to be carved.

The glyphs of Noto Emoji (SIL Open Font License) are line drawings; of Material Design Icons
(Apache 2.0) solid signs. A glyph is never printed as it is: its outer contour becomes a
silhouette without an outline, its inner lines become cuts, and the technique does the rest.
"""

import importlib.util
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import skia
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from worker.studio.form import Form, Part
from worker.studio.outline import common, cut, moved
from worker.studio.picture import Material, PaintError

NOTO = Material(
    "Noto Emoji (monochrome)", "https://fonts.google.com/noto/specimen/Noto+Emoji", "OFL-1.1"
)
MDI = Material("Material Design Icons 7", "https://pictogrammers.com/library/mdi/", "Apache-2.0")

# The font's axis of weight, whose thinnest lines (300) leave most to the technique.
_WEIGHT_AXIS = int.from_bytes(b"wght")

_EMOJI = (
    (0x231A, 0x231B), (0x2600, 0x2604), (0x2693, 0x2697), (0x26A1, 0x26C4), (0x26EA, 0x26FA),
    (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1FAFF),
)  # fmt: skip
# Unicode 15 names that Python 3.11 does not know yet.
_NEW_NAMES = {
    0x1FABB: "hyacinth", 0x1FABC: "jellyfish", 0x1FABD: "wing", 0x1FABF: "goose",
    0x1FACE: "moose face", 0x1FACF: "donkey", 0x1FAAD: "folding hand fan", 0x1FAAE: "comb",
    0x1FA87: "maracas", 0x1FA88: "flute",
}  # fmt: skip


@dataclass(frozen=True)
class Glyph:
    """One drawing in a font."""

    name: str
    codepoint: int
    material: Material


def _packaged(package: str, file: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise PaintError(
            f"the shapes package {package!r} is not installed; run: pip install "
            f"{_DISTRIBUTIONS[package]}"
        )
    return Path(next(iter(spec.submodule_search_locations))) / file


_DISTRIBUTIONS = {
    "manimgx_fonts": "manimgx-fonts",
    "fonticon_mdi7": "fonticon-materialdesignicons7",
}


@cache
def _font(material: Material) -> skia.Font:
    path = (
        _packaged("manimgx_fonts", "NotoEmoji[wght].ttf")
        if material is NOTO
        else _packaged("fonticon_mdi7", "fonts/materialdesignicons-webfont.ttf")
    )
    # A manager of its own: skia's default one reads the system's font configuration first.
    face = skia.FontMgr.New_Custom_Empty().makeFromFile(str(path))
    if material is NOTO:
        light = skia.FontArguments.VariationPosition.Coordinates(
            [skia.FontArguments.VariationPosition.Coordinate(_WEIGHT_AXIS, 300.0)]
        )
        position = skia.FontArguments.VariationPosition(light)
        face = face.makeClone(skia.FontArguments().setVariationDesignPosition(position))
    return skia.Font(face, 1000)


@cache
def noto_glyphs() -> dict[str, Glyph]:
    """Every pictograph of Noto Emoji by its Unicode name in lower case."""
    font, glyphs = _font(NOTO), {}
    for first, last in _EMOJI:
        for codepoint in range(first, last + 1):
            name = _NEW_NAMES.get(codepoint) or unicodedata.name(chr(codepoint), "").lower()
            if name and font.unicharToGlyph(codepoint):
                glyphs[name] = Glyph(name, codepoint, NOTO)
    return glyphs


@cache
def mdi_glyphs() -> dict[str, Glyph]:
    """Every Material Design Icon by its name, words parted by spaces."""
    source = _packaged("fonticon_mdi7", "mdi7.py").read_text(encoding="utf-8")
    pairs = re.findall(r'^    (\w+) = "\\U([0-9a-f]{8})"', source, re.MULTILINE)
    return {
        name.replace("_", " "): Glyph(name.replace("_", " "), int(code, 16), MDI)
        for name, code in pairs
    }


@cache
def glyph_form(glyph: Glyph, *, tint: str) -> Form:
    """The glyph as a form one unit tall: a silhouette and the cuts inside it."""
    font = _font(glyph.material)
    path = font.getPath(font.unicharToGlyph(glyph.codepoint))
    if path is None or path.isEmpty():
        raise PaintError(f"the shape {glyph.name!r} has no outline in {glyph.material.name}")
    bounds = path.computeTightBounds()
    size = max(bounds.height(), bounds.width() * 0.6)
    matrix = skia.Matrix.Translate(-bounds.centerX(), -bounds.bottom())
    matrix.postScale(1 / size, 1 / size)
    drawn = moved(path, matrix)
    if glyph.material is MDI:
        return Form((Part(drawn, tint, relief=0.6),))
    inside = _enclosed(drawn)
    whole = skia.Path(_outline(inside))
    whole.addPath(drawn)
    whole.setFillType(skia.PathFillType.kWinding)
    within = _outline(_shrink(inside, 15))
    cuts = common(drawn, within)
    masses = common(_outline(_masses(drawn)), within)
    return Form(
        (
            Part(whole, tint, relief=0.6),
            Part(cut(cuts, masses), tint, -0.26, relief=0, detail=True),
            Part(masses, tint, -0.2, relief=0.2, detail=True),
        )
    )


# The raster on which a drawing is filled: this many cells to a unit, and a margin about it.
_CELLS, _MARGIN = 160, 12


def _drawn_cells(path: skia.Path) -> NDArray[np.uint8]:
    """Coverage 0..255 of the drawing on the grid of cells."""
    rows, columns = _CELLS + 2 * _MARGIN, int(_CELLS * 1.7) + 2 * _MARGIN
    coverage: NDArray[np.uint8] = np.zeros((rows, columns), dtype=np.uint8)
    surface = skia.Surface.MakeRasterDirect(skia.ImageInfo.MakeA8(columns, rows), coverage)
    canvas = surface.getCanvas()
    canvas.translate(columns / 2, rows - _MARGIN)
    canvas.scale(_CELLS, _CELLS)
    canvas.drawPath(path, skia.Paint(AntiAlias=True))
    surface.flushAndSubmit()
    return coverage


def _masses(path: skia.Path) -> NDArray[np.bool_]:
    """Where the drawing is not a line but a filled area."""
    solid = _shrink(_drawn_cells(path) > 100, 15)
    grown = Image.fromarray(solid.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(17))
    return np.asarray(grown) > 100


def _enclosed(path: skia.Path) -> NDArray[np.bool_]:
    """What the drawing's strokes enclose, small gaps closed."""
    coverage = _drawn_cells(path)
    closed = np.asarray(Image.fromarray(coverage).filter(ImageFilter.MaxFilter(7))) > 100
    outside = np.zeros_like(closed)
    outside[0], outside[-1], outside[:, 0], outside[:, -1] = True, True, True, True
    while True:
        grown = outside.copy()
        grown[1:] |= outside[:-1]
        grown[:-1] |= outside[1:]
        grown[:, 1:] |= outside[:, :-1]
        grown[:, :-1] |= outside[:, 1:]
        grown &= ~closed
        if np.array_equal(grown, outside):
            return _shrink(~outside, 7)
        outside = grown


def _shrink(mask: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    image = Image.fromarray(mask.astype(np.uint8) * 255).filter(ImageFilter.MinFilter(size))
    return np.asarray(image) > 100


def _outline(mask: NDArray[np.bool_]) -> skia.Path:
    """The boundary of a mask of cells as a path in the form's units."""
    edges = np.diff(mask.astype(np.int8), axis=1, prepend=0, append=0)
    rects = []
    for row in np.flatnonzero(mask.any(axis=1)):
        starts, ends = np.flatnonzero(edges[row] == 1), np.flatnonzero(edges[row] == -1)
        rects += [
            skia.IRect.MakeLTRB(int(start), int(row), int(end), int(row) + 1)
            for start, end in zip(starts, ends, strict=True)
        ]
    region = skia.Region()
    region.setRects(rects)
    path = skia.Path()
    region.getBoundaryPath(path)
    matrix = skia.Matrix.Translate(-mask.shape[1] / 2, -(mask.shape[0] - _MARGIN))
    matrix.postScale(1 / _CELLS, 1 / _CELLS)
    return moved(path, matrix)
