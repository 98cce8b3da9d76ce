"""Motifs: things the painter knows how to draw, each with its size, its place and its drawing.

A motif's `drawing` names a maker and what it makes: `person:sitting,dress`, `animal:fox`,
`tree:oak`, `building:church`, `boat:ship`, `noto:owl@bark`, `mdi:piano@black`. The table of
motifs is `lexicon/motifs.txt`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import skia

from worker.studio.figures.animals import quadruped
from worker.studio.figures.birds import flying
from worker.studio.figures.groups import GROUPS
from worker.studio.figures.people import person
from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import limb, moved
from worker.studio.picture import Material, PaintError
from worker.studio.scenery import boats
from worker.studio.scenery.buildings import BUILDINGS
from worker.studio.scenery.trees import bush, tree
from worker.studio.shapes import MDI, NOTO, glyph_form, mdi_glyphs, noto_glyphs


@dataclass(frozen=True)
class Motif:
    """One thing that can be drawn."""

    name: str
    kind: str  # person, animal, bird, fish, building, wide, tree, plant, boat, thing, sign
    height: float  # in the height of a grown person
    drawing: str

    def draw(self, rng: Rng) -> Form:
        """A fresh drawing of it, one unit tall."""
        maker, _, what = self.drawing.partition(":")
        return MAKERS[maker](rng, what)

    @property
    def material(self) -> Material | None:
        """What it is made from, if that is not ours."""
        return {"noto": NOTO, "flower": NOTO, "mdi": MDI}.get(self.drawing.partition(":")[0])


def _person(rng: Rng, what: str) -> Form:
    pose, dress, *rest = what.split(",")
    hat = rest[0] if rest else None
    if hat is None and rng.random() < 0.35:
        hat = {"coat": "brim", "dress": "bonnet"}.get(dress)
    return person(rng, pose=pose, dress=dress, hat=hat)


def _boat(rng: Rng, what: str) -> Form:
    return {
        "sail": boats.sailing_boat,
        "row": boats.rowing_boat,
        "ship": boats.ship,
        "steamer": boats.steamer,
        "gondola": boats.gondola,
    }[what](rng)


def _noto(rng: Rng, what: str) -> Form:
    del rng
    name, _, tint = what.partition("@")
    return glyph_form(noto_glyphs()[name], tint=tint or "accent")


def _flower(rng: Rng, what: str) -> Form:
    """Three heads of one flower on leafy stems."""
    name, _, tint = what.partition("@")
    head = glyph_form(noto_glyphs()[name], tint=tint or "petal")
    parts: list[Part] = []
    for x, top, size in ((-0.27, -0.56, 0.34), (0.28, -0.52, 0.32), (0.02, -0.66, 0.38)):
        lean = x + float(rng.normal(0, 0.02))
        stem = limb(
            [(x * 0.12, 0.0), (x * 0.5, top * 0.5), (lean, top + 0.06)], [0.03, 0.028, 0.022]
        )
        side = 1 if x >= 0 else -1
        leaf = limb(
            [
                (x * 0.3, top * 0.3),
                (x * 0.5 + 0.12 * side, top * 0.55),
                (x * 0.6 + 0.2 * side, top * 0.62),
            ],
            [0.01, 0.085, 0.01],
        )
        parts += [Part(stem, "foliage", relief=0.6), Part(leaf, "foliage", 0.05, relief=0.5)]
        matrix = skia.Matrix.Translate(lean, top + 0.08)
        matrix.preScale(size, size)
        parts += [replace(part, path=moved(part.path, matrix)) for part in head.parts]
    return Form(tuple(parts))


def _mdi(rng: Rng, what: str) -> Form:
    del rng
    name, _, tint = what.partition("@")
    return glyph_form(mdi_glyphs()[name], tint=tint or "deep")


def _tree(rng: Rng, what: str) -> Form:
    return bush(rng) if what == "bush" else tree(rng, kind=what)


MAKERS: dict[str, Callable[[Rng, str], Form]] = {
    "person": _person,
    "animal": lambda rng, what: quadruped(rng, kind=what),
    "bird": lambda rng, what: flying(rng, kind=what),
    "group": lambda rng, what: GROUPS[what](rng),
    "tree": _tree,
    "building": lambda rng, what: BUILDINGS[what](rng),
    "boat": _boat,
    "noto": _noto,
    "flower": _flower,
    "mdi": _mdi,
}


def parse_motif(line: str) -> tuple[Motif, tuple[str, ...]]:
    """One line of the table, `name | kind | height | drawing | concept, concept`."""
    fields = [field.strip() for field in line.split("|")]
    if len(fields) != 5 or fields[3].partition(":")[0] not in MAKERS:
        raise PaintError(f"not a line of the motif table: {line!r}")
    name, kind, height, drawing, words = fields
    concepts = tuple(word.strip() for word in words.split(",") if word.strip())
    return Motif(name, kind, float(height), drawing), (name, *concepts)
