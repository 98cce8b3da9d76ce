"""Works of real lives: the sampler's own pools, composed by the grammar, painted by the studio.

    python -m benchmarks.studio.lives SHEET.png [--life 0] [--works 24] [--prompts FILE]
    python -m benchmarks.studio.lives SHEET.png --seeds dog,garden

A life is a run of the sampler with the shipped pair, from one pair of seed concepts, with pool and
patience; nothing in it is chosen by hand.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cas import CulturalAlienSampler
from cas.experiments.policies import sampler_policies
from cas.experiments.runs import ConceptVectors, Run, RunSettings
from storage.archive.manifest import Composition
from storage.archive.plan import Plan
from worker.composers import RECENT_PLANS, ComposeRequest
from worker.composers.grammar import GrammarComposer
from worker.encoders.minilm import MiniLMEncoder
from worker.meter import PaidCall
from worker.painters import PaintRequest, PaintResult, SimilarityCheck
from worker.painters.offline import OfflineStudio
from worker.studio.picture import Picture
from worker.studio.sheet import contact_sheet

SEEDS: tuple[tuple[str, ...], ...] = (
    ("sea", "sky"),
    ("woman", "window"),
    ("castle", "mountain"),
    ("war", "child"),
    ("street", "night"),
    ("still life", "bird"),
    ("religious", "tree"),
    ("music", "dancing"),
    ("industry", "river"),
    ("love", "time"),
)
"""Seed pairs of ten lives."""


class NoMoney:
    """A meter for parts that cost nothing."""

    def paid(
        self, purpose: str, *, provider: str, model: str, ceiling: float
    ) -> AbstractContextManager[PaidCall]:
        """Never called.

        Raises:
            AssertionError: always.
        """
        raise AssertionError("nothing is paid here")


@dataclass(frozen=True)
class Work:
    """One work of a life with the seconds that it took."""

    composition: Composition
    result: PaintResult
    compose_seconds: float
    paint_seconds: float


def picks(
    life: int, works: int, seeds: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each generation's pool and the concept that joins it; `seeds` are others than the life's."""
    encoder = MiniLMEncoder()
    settings = RunSettings((seeds or SEEDS[life],), generations=works, seed=life)
    run = Run(settings, 0, ConceptVectors(encoder))
    sampler = CulturalAlienSampler.from_pretrained()
    picker = sampler_policies(sampler)["CAS default"]
    for _ in range(works):
        question = run.question()
        question = replace(question, cooldown=(*question.cooldown, *sampler.abstract))
        concept = next(iter(picker.picks([question])))
        yield question.pool, concept
        run.advance(concept)


def paint_life(
    life: int,
    works: int,
    *,
    size: int,
    style: str = "",
    attempts: int = 4,
    similarity: SimilarityCheck | None = None,
    seeds: tuple[str, ...] = (),
) -> Iterator[Work]:
    """The works of a life, in order; `similarity` may look at those that came before."""
    encode = MiniLMEncoder().encode
    composer = GrammarComposer(width=size, height=size, encode=encode)
    studio = OfflineStudio(width=size, height=size, attempts=attempts, encode=encode)
    recent: list[str] = []
    plans: list[Plan] = []
    titles: list[str] = []
    for number, (pool, concept) in enumerate(picks(life, works, seeds), 1):
        request = ComposeRequest(
            "alien",
            "",
            style,
            (*pool, concept),
            (concept,),
            seed=life * 1000 + number,
            recent_titles=tuple(titles[-20:]),
            recent_concepts=tuple(recent),
            recent_plans=tuple(plans[:RECENT_PLANS]),
            paints_plan=True,
        )
        begun = time.perf_counter()
        composition = composer.compose(request, NoMoney())
        composed = time.perf_counter()
        result = studio.paint(
            PaintRequest(
                composition.prompt,
                composition.title,
                composition.concepts,
                style,
                number,
                similarity,
                plan=composition.plan,
                statements=composition.statements,
            ),
            NoMoney(),
        )
        titles.append(composition.title)
        assert result.plan is not None
        plans.insert(0, result.plan)
        recent = list(dict.fromkeys([*composition.concepts, *recent]))[:24]
        yield Work(composition, result, composed - begun, time.perf_counter() - composed)


def picture(work: Work) -> Picture:
    """The work's picture as the studio made it."""
    result = work.result
    assert result.plan is not None
    return Picture(result.data, result.width, result.height, result.plan, result.statements)


def main() -> None:
    """Paint a life to a sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--life", type=int, default=0)
    parser.add_argument("--seeds", default="", help="two concepts, instead of the life's")
    parser.add_argument("--works", type=int, default=24)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--columns", type=int, default=6)
    parser.add_argument("--cell", type=int, default=380)
    parser.add_argument("--prompts", type=Path)
    parser.add_argument("--folder", type=Path, help="also write each picture there")
    options = parser.parse_args()
    works = []
    seeds = tuple(word.strip() for word in options.seeds.split(",") if word.strip())
    for work in paint_life(options.life, options.works, size=options.size, seeds=seeds):
        works.append(work)
        if options.folder:
            options.folder.mkdir(parents=True, exist_ok=True)
            (options.folder / f"{len(works):02d}.png").write_bytes(work.result.data)
        plan = work.result.plan
        assert plan is not None
        held = [s.holds for s in work.result.statements]
        print(
            f"{len(works)}: {work.composition.concepts} {plan.setting.kind}, {plan.technique},"
            f" {plan.structure.kind if plan.structure else '-'};"
            f" compose {work.compose_seconds:.1f} s, paint {work.paint_seconds:.1f} s,"
            f" attempts {work.result.attempts}, {held.count(True)} true,"
            f" {held.count(False)} false, {held.count(None)} open"
            + "".join(
                f"\n     ✗ {s.kind}: {s.text} ({s.measured})"
                for s in work.result.statements
                if s.holds is False
            ),
            flush=True,
        )
    options.out.write_bytes(
        contact_sheet([picture(w) for w in works], columns=options.columns, cell=options.cell)
    )
    if options.prompts:
        lines = [f"{i}. {w.composition.title}\n{w.result.prompt}\n" for i, w in enumerate(works, 1)]
        options.prompts.write_text("\n".join(lines))
    seconds = [w.compose_seconds + w.paint_seconds for w in works]
    print(f"seconds a work: median {np.median(seconds):.1f}, most {max(seconds):.1f}")


if __name__ == "__main__":
    main()
