"""What a technique is, and how one is chosen."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from worker.studio.colour import Pixels
from worker.studio.noise import Rng
from worker.studio.picture import Material
from worker.studio.scene import Scene


@dataclass(frozen=True)
class Technique:
    """A way to make marks."""

    name: str
    words: tuple[str, ...]  # words in an artist's style that ask for it
    suits: Mapping[str, float]  # moods and families it serves well
    render: Callable[[Scene], Pixels]
    materials: tuple[Material, ...] = ()
    framed: bool = False  # whether it draws a border of its own
    trained: bool = False  # whether a trained network has a hand in it


def choose_technique(
    techniques: Sequence[Technique],
    style: str,
    leanings: Mapping[str, float],
    rng: Rng,
    *,
    tried: Sequence[str] = (),
) -> Technique:
    """The style decides where it names techniques; moods and the seed choose the rest.

    Those that were `tried` for this very picture come again only when all have been.
    """
    words = " " + re.sub(r"[^a-z-]+", " ", style.lower())
    asked = [t for t in techniques if any(f" {word}" in words for word in t.words)]
    pool = asked or list(techniques)
    pool = [t for t in pool if t.name not in tried] or pool
    fits = np.array([sum(w * min(leanings.get(k, 0), 2) for k, w in t.suits.items()) for t in pool])
    odds = np.exp(0.7 * (fits - fits.max()))
    return pool[int(rng.choice(len(pool), p=odds / odds.sum()))]
