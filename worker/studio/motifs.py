"""Motifs: things the painter knows how to draw, each with its size, its place and its drawing.

A motif's `drawing` names a maker and what it makes: `person:sitting,dress`, `animal:fox`,
`tree:oak`, `building:church`, `boat:ship`, `noto:owl@bark`, `mdi:piano@black`. The table of
motifs is `lexicon/motifs.txt`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from worker.studio.figures.animals import quadruped
from worker.studio.figures.groups import GROUPS
from worker.studio.figures.people import person
from worker.studio.form import Form
from worker.studio.noise import Rng
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
        return {"noto": NOTO, "mdi": MDI}.get(self.drawing.partition(":")[0])


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


def _mdi(rng: Rng, what: str) -> Form:
    del rng
    name, _, tint = what.partition("@")
    return glyph_form(mdi_glyphs()[name], tint=tint or "deep")


def _tree(rng: Rng, what: str) -> Form:
    return bush(rng) if what == "bush" else tree(rng, kind=what)


MAKERS: dict[str, Callable[[Rng, str], Form]] = {
    "person": _person,
    "animal": lambda rng, what: quadruped(rng, kind=what),
    "group": lambda rng, what: GROUPS[what](rng),
    "tree": _tree,
    "building": lambda rng, what: BUILDINGS[what](rng),
    "boat": _boat,
    "noto": _noto,
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
