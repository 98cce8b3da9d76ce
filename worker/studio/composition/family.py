"""What a family of composition is, and how one is chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from worker.studio.brief import Brief
from worker.studio.noise import Rng
from worker.studio.scene import Scene

OPEN_AIR = frozenset(
    [
        "sea",
        "waves",
        "sky",
        "clouds",
        "hills",
        "mountains",
        "cliffs",
        "rocks",
        "river",
        "lake",
        "field",
        "path",
        "beach",
        "island",
        "sun",
        "moon",
        "stars",
        "rain",
        "snow",
        "lightning",
        "storm",
        "rainbow",
        "mist",
        "forest",
    ]
)


@dataclass(frozen=True)
class Family:
    """A way to arrange a picture."""

    name: str
    suits: Mapping[str, float]  # tag or motif kind → how much it speaks for this family
    compose: Callable[[Scene, Brief], None]
    base: float = 0.0  # how readily it is taken when nothing speaks for or against it
    open_air: float = 0.0  # what each subject that is land, water, sky or weather adds
    framed: bool = False  # whether it draws a border of its own
    needs: int = 0  # the fewest subjects with a motif that fill it

    def fit(self, brief: Brief) -> float:
        """How well the brief suits this family."""
        kinds = [subject.motif.kind for subject in brief.subjects if subject.motif is not None]
        tagged = sum(weight * min(brief.moods.get(tag, 0), 2) for tag, weight in self.suits.items())
        of_kind = sum(self.suits.get(kind, 0.0) for kind in kinds)
        outdoors = self.open_air * sum(subject.scenery in OPEN_AIR for subject in brief.subjects)
        short = 3.0 * max(self.needs - len(kinds), 0)
        return self.base + tagged + of_kind + outdoors - short


def choose_family(
    families: Sequence[Family], brief: Brief, rng: Rng, *, tried: Sequence[str] = ()
) -> Family:
    """A seeded draw that strongly favours the families that suit the brief.

    A family counts for less each time that it was tried for this very picture.
    """
    fits = np.array([family.fit(brief) - tried.count(family.name) for family in families])
    odds = np.exp(1.6 * (fits - fits.max()))
    return families[int(rng.choice(len(families), p=odds / odds.sum()))]
