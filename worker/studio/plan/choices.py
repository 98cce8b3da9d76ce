"""What a plan is drawn for, and what a composer may decide about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storage.archive.plan import Plan
from worker.studio.plan.depiction import Depiction


@dataclass(frozen=True)
class ChosenActor:
    """One actor as a composer wants it; what is empty is drawn."""

    concept: str
    form: str
    pose: str = ""
    place: str = ""
    size: str = ""


@dataclass(frozen=True)
class Choices:
    """What a composer decides about the plan itself; what is empty is drawn.

    `setting_for`, `hour_for` and `structure_for` are the concepts that these stand for, if any.
    `relation` is its kind, and the concepts of its subject and its object.
    """

    setting: str = ""
    setting_for: str = ""
    viewpoint: str = ""
    hour: str = ""
    hour_for: str = ""
    direction: str = ""
    key: str = ""
    structure: str = ""
    structure_for: str = ""
    technique: str = ""
    actors: tuple[ChosenActor, ...] = ()
    relation: tuple[str, str, str] | None = None

    def actor(self, concept: str) -> ChosenActor:
        """What is wanted of one actor."""
        return next((a for a in self.actors if a.concept == concept), ChosenActor(concept, ""))

    def fitting(self, rows: Sequence[Depiction]) -> Sequence[Depiction]:
        """Of a concept's rows those that show it by the chosen form, if any do."""
        form = self.actor(rows[0].concept).form
        return [row for row in rows if form and row.form == form] or rows

    def rows(self, rows: Sequence[Depiction]) -> list[Depiction]:
        """The rows as chosen: actors first, in their order; no other concept shows a form."""
        if not self.actors:
            return list(rows)
        order = [actor.concept for actor in self.actors]
        cast = sorted((r for r in rows if r.concept in order), key=lambda r: order.index(r.concept))
        rest = [replace(row, form="") for row in rows if row.concept not in order]
        return [*map(self._row, cast), *rest]

    def _row(self, row: Depiction) -> Depiction:
        actor = self.actor(row.concept)
        if actor.form == row.form:
            return replace(row, pose=actor.pose or row.pose)
        return replace(row, form=actor.form, pose=actor.pose, attributes=(), names_form=False)


NO_CHOICES = Choices()


@dataclass(frozen=True)
class Demand:
    """What a plan is drawn for: concepts by weight, the newest first."""

    concepts: Sequence[str]
    seed: int
    style: str = ""
    aspect: float = 1.0
    attempt: int = 0
    techniques: Sequence[tuple[str, Sequence[str]]] = ()
    """Every technique: its name, and the words in a style that ask for it."""
    choices: Choices = NO_CHOICES
    recent: Sequence[Plan] = ()
    """Plans of the latest works, newest first."""
