"""What each concept becomes in a picture: the table that a person approved, and its reading.

`concepts.tsv` has one or more rows a concept; the columns are explained in its first line. A
concept that is not in it takes the rows of its nearest neighbour by text vectors, from a cosine of
0.6 on; any other is painted as a field of gestures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np

from worker.studio.plan.vectors import Encode, kept_vectors, unit

NEAR = 0.6
"""The least cosine of a neighbour that may stand for an unknown word (all-MiniLM-L6-v2)."""


@dataclass(frozen=True)
class Depiction:
    """One row: any of a form with pose and attributes, a setting, a structure and an hour.

    `names_form` says that the concept is a name of what is seen ("a sailor"); else the picture
    shows the concept *as* something ("grief, shown as an old woman with her head in her hands").
    `stands_for` is the known concept whose row an unknown one takes. `staffage` is in no pool: it
    is there for the scale.
    """

    concept: str
    names_form: bool = False
    form: str = ""
    pose: str = ""
    attributes: tuple[str, ...] = ()
    setting: str = ""
    structure: str = ""
    hour: str = ""
    stands_for: str = ""
    staffage: bool = False


@cache
def depictions() -> dict[str, tuple[Depiction, ...]]:
    """The rows of each concept."""
    text = files("worker.studio.plan").joinpath("concepts.tsv").read_text("utf-8")
    found: dict[str, tuple[Depiction, ...]] = {}
    for line in text.splitlines():
        if line and line[0] != "#":
            row = _row(line.split("\t"))
            found[row.concept] = (*found.get(row.concept, ()), row)
    return found


def _row(columns: Sequence[str]) -> Depiction:
    concept, how, form, pose, attributes, setting, structure, hour = (*columns, *[""] * 8)[:8]
    return Depiction(
        concept,
        how == "is",
        form,
        pose,
        tuple(word.strip() for word in attributes.split(",") if word.strip()),
        setting,
        structure,
        hour,
    )


class Dictionary:
    """Reads concepts; `encode` gives unit text vectors, (n, d), for words that are in no row."""

    def __init__(self, encode: Encode | None = None) -> None:
        self._encode = encode
        self._nearest = cache(self._find_nearest)

    def read(self, concept: str) -> tuple[Depiction, ...]:
        """The rows of a concept, of its singular, of its neighbour, or a gesture."""
        rows = depictions()
        folded = " ".join(concept.lower().split())
        for form in (folded, folded.removesuffix("s"), folded.removesuffix("es")):
            if form in rows:
                return tuple(replace(row, concept=concept) for row in rows[form])
        near = self._nearest(folded)
        if near is not None:
            return tuple(
                replace(row, concept=concept, names_form=False, stands_for=near)
                for row in rows[near]
            )
        return (Depiction(concept, structure="gesture"),)

    def _find_nearest(self, word: str) -> str | None:
        if self._encode is None or not any(letter.isalpha() for letter in word):
            return None
        words = list(depictions())
        cosines = kept_vectors(words, self._encode) @ unit(self._encode([word]))[0]
        best = int(np.argmax(cosines))
        return words[best] if cosines[best] >= NEAR else None


Reader = Callable[[str], tuple[Depiction, ...]]
