"""How long concepts stay in an artist's pool."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storage.catalogue import ChapterRow


@dataclass(frozen=True)
class ConceptLifetime:
    """One stay of a concept; `left` is the work after which it left, None while it is there."""

    concept: str
    seed: bool
    entered: int
    left: int | None

    def length(self, newest: int) -> int:
        """Number of works of the stay, up to the newest one."""
        return (self.left or newest + 1) - max(self.entered, 1)


def concept_lifetimes(chapters: Iterable[ChapterRow]) -> list[ConceptLifetime]:
    """Every stay in the pools of a sequence of works, in order of entry."""
    ended: list[ConceptLifetime] = []
    present: dict[str, ConceptLifetime] = {}
    for chapter in chapters:
        entries = {entry.concept: entry for entry in chapter.pool.entries}
        for concept in [concept for concept in present if concept not in entries]:
            stay = present.pop(concept)
            ended.append(ConceptLifetime(stay.concept, stay.seed, stay.entered, chapter.number))
        for concept, entry in entries.items():
            present.setdefault(concept, ConceptLifetime(concept, entry.seed, entry.entered, None))
    return sorted([*ended, *present.values()], key=lambda stay: (stay.entered, stay.concept))
