"""The offline painter: a plan in, a picture out; no key, no network, no trained model."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from storage.archive.plan import Plan, Statement
from worker.studio.check import Rendered, check, main_parts
from worker.studio.field.colour import Pixels, from_hex, luminance, mix
from worker.studio.field.noise import blur
from worker.studio.field.render import Buffers
from worker.studio.field.shade import Target, shade
from worker.studio.judge import ALL_OVER, composition
from worker.studio.marks import TECHNIQUES
from worker.studio.marks.technique import Stage, Technique, no_stage
from worker.studio.picture import (
    PaintError,
    Picture,
    check_size,
    is_whole,
    to_image,
    to_png,
    true_text,
)
from worker.studio.plan.choices import NO_CHOICES, Choices, Demand
from worker.studio.plan.depiction import Dictionary
from worker.studio.plan.describe import describe
from worker.studio.plan.draw import draw_plan
from worker.studio.plan.vectors import Encode
from worker.studio.scene.build import Scene, build
from worker.studio.scene.effects import apply
from worker.studio.scene.model import COPIES

_WORKING_SIDE = (256, 1024)
"""Pixels of the longer side at which marks are made; the picture is resized from there."""

_CANDIDATES = 4
"""Plans drawn for one picture: the one that is composed best is kept."""
_MOST_CANDIDATES, _FAIR = 8, 0.8
"""Plans drawn at most, while the best has a lower score than is fair."""
_JUDGED_SIDE = 144
"""Pixels of the shorter side at which plans are judged."""
_FALSE = 0.7
"""What a statement that does not hold takes from the score of a plan."""
_ATTEMPTS = 4
_LONGEST_CONCEPT = 80
_MOST_CONCEPTS = 7


@dataclass(frozen=True, eq=False)
class Sheet:
    """A picture before its marks: the scene, the target, and the checked statements."""

    scene: Scene
    target: Target
    statements: tuple[Statement, ...]


class OfflinePainter:
    """Plans and paints. The same arguments give the same bytes on one machine.

    `encode` gives unit text vectors, (n, d), for words that are in no table.

    Raises:
        PaintError: for sizes outside 64..4096, or wider than 4 : 1.
    """

    def __init__(
        self, width: int = 1024, height: int = 1024, *, encode: Encode | None = None
    ) -> None:
        check_size(width, height)
        self.width, self.height = width, height
        self._dictionary = Dictionary(encode)

    def plan(
        self,
        concepts: Sequence[str],
        *,
        seed: int,
        style: str = "",
        attempt: int = 0,
        choices: Choices = NO_CHOICES,
        recent: Sequence[Plan] = (),
    ) -> Plan:
        """Plan a picture of these concepts, the weightiest first.

        `choices` are a composer's own; what they leave empty is drawn. `recent` are the plans of
        the latest works, newest first: what they show comes seldom. Each attempt at the same
        concepts and seed gives another plan. Of a few plans the best composed one is
        kept (`worker.studio.judge`).

        Raises:
            PaintError: there is no concept.
        """
        demand = Demand(
            clean(concepts)[:_MOST_CONCEPTS],
            seed,
            style,
            self.width / self.height,
            attempt,
            [(name, t.words) for name, t in TECHNIQUES.items()],
            choices,
            recent,
        )
        first = draw_plan(
            replace(demand, attempt=attempt * _MOST_CANDIDATES), self._dictionary.read
        )
        # Many copies are slow to draw, and differ little from plan to plan.
        many = first.structure is not None and first.structure.kind in ALL_OVER
        if many:
            return first
        best, score = first, self._score(first, choices)
        for n in range(1, _MOST_CANDIDATES):
            if n >= _CANDIDATES and score > _FAIR:
                break
            one = draw_plan(
                replace(demand, attempt=attempt * _MOST_CANDIDATES + n), self._dictionary.read
            )
            if (found := self._score(one, choices)) > score:
                best, score = one, found
        return best

    def _score(self, plan: Plan, choices: Choices) -> float:
        """How well a plan is composed, how true its words are, and whether it has every actor that
        was chosen, in a small rendering.
        """
        longest = max(plan.format, 1 / plan.format)
        wide = plan.format >= 1
        shape = (_JUDGED_SIDE, round(_JUDGED_SIDE * longest))
        sheet = self._sheet(plan, shape if wide else shape[::-1], ())
        whole = is_whole(sheet.statements)
        false = sum(s.holds is False for s in sheet.statements)
        picture = Rendered(plan, sheet.scene, sheet.target)
        lacking = max(len(choices.actors) - len(plan.actors), 0)
        return composition(picture) - _FALSE * false - (0.0 if whole else 4.0) - 4.0 * lacking

    def describe(self, plan: Plan) -> tuple[Statement, ...]:
        """The plan in words, before it is painted."""
        return describe(plan, self._dictionary.read, technique=_technique(plan))

    def paint(
        self,
        plan: Plan,
        *,
        statements: Sequence[Statement] = (),
        title: str = "",
        on_stage: Callable[[bytes], None] | None = None,
    ) -> Picture:
        """Paint a plan; `on_stage` gets the picture's making as WebP files, masses first.

        `statements` are the plan's words where it has been described already.
        """
        return self._finish(plan, self.prepare(plan, statements=statements), title, on_stage)

    def paint_concepts(
        self,
        concepts: Sequence[str],
        *,
        seed: int,
        style: str = "",
        on_stage: Callable[[bytes], None] | None = None,
    ) -> Picture:
        """Plan and paint, again while an actor can't be seen, a few times at most.

        Raises:
            PaintError: there is no concept.
        """
        for attempt in range(_ATTEMPTS):
            plan = self.plan(concepts, seed=seed, style=style, attempt=attempt)
            sheet = self.prepare(plan)
            if attempt == _ATTEMPTS - 1 or is_whole(sheet.statements):
                break
        return self._finish(plan, sheet, "", on_stage)

    def _finish(
        self, plan: Plan, sheet: Sheet, title: str, on_stage: Callable[[bytes], None] | None
    ) -> Picture:
        """Make the marks, and the file."""
        stage = no_stage if on_stage is None else _encoded(on_stage)
        if on_stage is not None:
            stage(_values(sheet.target))
            stage(_masses(sheet.target))
        pixels = _technique(plan).render(sheet.target, stage)
        prompt = true_text(sheet.statements)
        png = to_png(pixels, (self.width, self.height), title=title, prompt=prompt)
        return Picture(png, self.width, self.height, plan, sheet.statements)

    def lines(self, plan: Plan) -> str:
        """The picture as SVG, for a plotter.

        Raises:
            PaintError: its technique is not made of lines.
        """
        technique = _technique(plan)
        if technique.lines is None:
            able = ", ".join(name for name, t in TECHNIQUES.items() if t.lines)
            raise PaintError(f"{technique.name} is not made of lines; these are: {able}")
        return technique.lines(self.prepare(plan).target)

    def prepare(self, plan: Plan, *, statements: Sequence[Statement] = ()) -> Sheet:
        """Build, render and check a plan."""
        return self._sheet(plan, self._working(), statements)

    def _sheet(self, plan: Plan, shape: tuple[int, int], statements: Sequence[Statement]) -> Sheet:
        scene = build(plan)
        buffers = apply(scene.render(shape), plan, _lightest(plan))
        accent = _accent(plan, scene, buffers)
        target = shade(
            buffers,
            scene.mood,
            pigments=np.stack([from_hex(p.colour) for p in plan.palette if p.role != "accent"]),
            accent_colour=scene.board.role("accent"),
            accent=accent,
            actors=(buffers.object >= 0) & (buffers.object < COPIES * max(len(plan.actors), 1)),
            rng=np.random.default_rng(plan.seed),
        )
        said = statements or self.describe(plan)
        return Sheet(scene, target, check(said, Rendered(plan, scene, target)))

    def _working(self) -> tuple[int, int]:
        longest = max(self.width, self.height)
        scale = min(max(longest, _WORKING_SIDE[0]), _WORKING_SIDE[1]) / longest
        return max(round(self.height * scale), 64), max(round(self.width * scale), 64)


def clean(concepts: Sequence[str]) -> tuple[str, ...]:
    """The concepts without repetitions and blanks, each cut to a length that fits a sentence.

    Raises:
        PaintError: none is left.
    """
    if isinstance(concepts, str):
        raise PaintError('concepts must be a list of words, like ["fox", "church"], not one text')
    words = dict.fromkeys(" ".join(concept.split())[:_LONGEST_CONCEPT] for concept in concepts)
    words.pop("", None)
    if not words:
        raise PaintError("there is no concept to paint; give at least one word")
    return tuple(words)


def _technique(plan: Plan) -> Technique:
    found = TECHNIQUES.get(plan.technique)
    if found is None:
        raise PaintError(
            f"there is no technique {plan.technique!r}; known: {', '.join(TECHNIQUES)}"
        )
    return found


def _lightest(plan: Plan) -> Pixels:
    """The palette's lightest colour."""
    return max((from_hex(p.colour) for p in plan.palette), key=lambda c: float(luminance(c)))


def _accent(plan: Plan, scene: Scene, buffers: Buffers) -> NDArray[np.bool_]:
    """The parts of the accent's actor that wear its colour."""
    if plan.accented is None:
        return np.zeros(buffers.shape, dtype=bool)
    return main_parts(scene, buffers, plan.accented)


def _values(target: Target) -> Pixels:
    """The thumbnail in three values that a picture begins with."""
    tone = blur(luminance(target.colour), 9 * target.unit)
    steps = np.digitize(tone, np.percentile(tone, (33, 70)))
    board = np.stack([target.ink, mix(target.ink, target.paper, 0.55), target.paper])
    return np.asarray(board[steps], dtype=np.float32)


def _masses(target: Target) -> Pixels:
    """Each object as one flat colour."""
    numbers, inverse = np.unique(target.buffers.object, return_inverse=True)
    flat = inverse.reshape(-1)
    count = np.maximum(np.bincount(flat, minlength=len(numbers)), 1)
    means = [
        np.bincount(flat, target.colour[..., c].ravel(), len(numbers)) / count for c in range(3)
    ]
    return np.stack(means, 1)[flat].reshape(target.colour.shape).astype(np.float32)


def _encoded(on_stage: Callable[[bytes], None]) -> Stage:
    def stage(picture: Pixels) -> None:
        buffer = io.BytesIO()
        image = to_image(picture)
        image.thumbnail((640, 640))
        image.save(buffer, "WEBP", quality=72)
        on_stage(buffer.getvalue())

    return stage
