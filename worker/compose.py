"""The second step: a composer turns the pool into the words of a picture."""

from __future__ import annotations

from collections.abc import Sequence

from storage.catalogue import ArtistRow
from storage.manifest import Composition, Inspiration
from worker.composers import Brief, Composer
from worker.errors import PartRefused
from worker.meter import Meter
from worker.seeds import step_seed


def compose(
    composer: Composer,
    artist: ArtistRow,
    *,
    number: int,
    inspiration: Inspiration,
    recent_titles: Sequence[str],
    meter: Meter,
    fallback: Composer | None = None,
    refusal: str = "",
) -> Composition:
    """Write the composition of cycle `number`; the seeds and the new concept are always in it.

    Where the composer refuses, or can't give a usable answer, `fallback` writes instead, if there
    is one. `refusal` is why a painter refused an earlier prompt, to be avoided this time.

    Raises:
        PartError: the composer failed; see `worker.errors` for what follows.
    """
    created = artist.created
    before = inspiration.pool_before
    brief = Brief(
        artist=created.title,
        statement=created.statement,
        style=created.style,
        pool=(*before.concepts, inspiration.concept),
        required=(*before.seeds, inspiration.concept),
        seed=step_seed(created.seed, number, "compose"),
        recent_titles=tuple(recent_titles),
        refusal=refusal,
    )
    try:
        composition = composer.compose(brief, meter)
    except PartRefused:
        if fallback is None:
            raise
        composition = fallback.compose(brief, meter)
    return composition.model_copy(update={"refusal": refusal})
