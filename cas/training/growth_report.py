"""The report of a grown pair: data for each new concept, and the change of the old ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cas.training.batches import Kind

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class NewConcept:
    """A concept that entered a pair.

    Attributes:
        concept: its spelling.
        works: that taught the coherence model what it goes with; 0: its text vector alone did.
        artists: whose sets taught the context model.
        nearest: the old concepts whose rows in the coherence model are most like its own.
        median_rank: its middle place among all concepts, the most coherent first, over the pools
            measured.
    """

    concept: str
    works: int
    artists: int
    nearest: tuple[str, ...]
    median_rank: float


@dataclass(frozen=True)
class RankShift:
    """How many places an old concept moved in one model, on average over concepts and pools.

    Attributes:
        kind: of the model.
        among_old: counted among the old concepts.
        among_all: counted among all, new ones included; it cannot pass their number.
    """

    kind: Kind
    among_old: float
    among_all: float


@dataclass(frozen=True)
class GrowthReport:
    """What `cas.training.pair_growth.grow_pair` made, and what of.

    Attributes:
        folder: of the grown pair.
        grown_from: the pair that it grew from, as it was named.
        old_fingerprint: of that pair.
        fingerprint: of the grown one.
        old_concepts: how many there were.
        concepts: the new ones, in token order.
        shifts: of the old ones, in each model.
        pools: how many were measured.
        pools_are: what these were.
        seed: of every draw.
    """

    folder: Path
    grown_from: str
    old_fingerprint: str
    fingerprint: str
    old_concepts: int
    concepts: tuple[NewConcept, ...]
    shifts: tuple[RankShift, ...]
    pools: int
    pools_are: str
    seed: int

    def to_pandas(self) -> pandas.DataFrame:
        """Return one row a new concept; needs pandas (`cultural-alien[lab]`)."""
        import pandas

        return pandas.DataFrame([asdict(each) for each in self.concepts]).set_index("concept")

    def markdown(self) -> str:
        """Return the grown pair's model card."""
        untaught = [each.concept for each in self.concepts if not each.works]
        lines = [
            f"# Model card: the pair {self.folder.name}",
            "",
            f"Grown from the pair `{self.grown_from}` (SHA-256 `{self.old_fingerprint}`), which"
            f" knows {self.old_concepts:,} concepts, by {len(self.concepts)} new ones. This pair:"
            f" SHA-256 `{self.fingerprint}`.",
            "",
            "## How it grew",
            "",
            "A new concept's row began where its text vector says (ridge regression from text"
            " vectors to the rows of the old concepts). Then the rows alone learnt from works that"
            " hold new concepts: coherence from the works, context from sets of their artists'"
            " concepts, both beside sets that the old models drew from what they knew, so many that"
            " new concepts are as frequent as old ones on average. Every other weight is the old"
            f" pair's. Seed {self.seed}.",
            "",
            *_table(
                ("new concept", "works", "artists", "nearest old concepts", "median rank"),
                [
                    (c.concept, f"{c.works}", f"{c.artists}", ", ".join(c.nearest),
                     f"{c.median_rank:,.0f}")
                    for c in self.concepts
                ],
            ),
            "Median rank: the place among all concepts, the most coherent first, after each of"
            f" {self.pools} pools ({self.pools_are}).",
            "",
            "## How far the old concepts moved",
            "",
            *_table(
                ("model", "mean shift of a rank among old concepts", "among all"),
                [(s.kind, f"{s.among_old:.4f}", f"{s.among_all:.2f}") for s in self.shifts],
            ),
            "Among all, an old concept moves where a new one goes before it.",
            "",
            "## Limits",
            "",
            "- The new concepts were not measured on works held out.",
        ]  # fmt: skip
        if untaught:
            lines += [
                f"- No work taught {', '.join(untaught)}: text vectors alone place a concept better"
                " than chance, but not well.",
            ]
        return "\n".join(lines) + "\n"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [headings, ["---"] * len(headings), *rows]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]
