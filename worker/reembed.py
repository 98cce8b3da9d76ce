"""Change the encoders of artists that have works: embed every work again (design §4).

Vectors of different encoders can't be compared, so all artists of a scope change together. The
archive gets the new vectors first; after a kill, the same call continues where it stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice

from storage.archive import latest_events
from storage.archive.archive import Archive
from storage.archive.events import Embedded, Parts, PartsChanged, embedding_id
from storage.archive.manifest import Manifest
from storage.catalogue import ArtistRow, Catalogue, Step
from storage.errors import ArchiveError
from storage.vectors.embeddings import restore_vectors
from storage.vectors.store import Memory
from worker.encoders import ImageEncoder, TextEncoder
from worker.errors import ComponentError
from worker.steps.judge import catch_up

logger = logging.getLogger(__name__)

BATCH = 16
"""Number of pictures that are encoded at once."""


def artists_of_scope(catalogue: Catalogue, artist: ArtistRow) -> Sequence[ArtistRow]:
    """Return the artists in the same scope: their works are compared with one another."""
    scope = artist.created.scope
    return [row for row in catalogue.artists.all() if row.created.scope == scope]


def check_at_rest(
    catalogue: Catalogue, artists: Sequence[ArtistRow], *, alone: bool = False
) -> None:
    """Check that no artist has an open cycle, which the old encoders would judge.

    `alone`: no worker runs. A cycle that is not judged yet may then stay open, such as that of an
    artist that an error paused: it will be judged with the new encoders.

    Raises:
        ComponentError: an artist is neither paused nor retired, or has an open cycle.
    """
    for artist in artists:
        if not (artist.paused or artist.retired):
            raise ComponentError(
                f"{artist.name} is running. Pause it first: `artist pause {artist.name}`."
            )
        cycle = catalogue.cycles.current(artist.name)
        if cycle is not None and (not alone or cycle.step.is_after(Step.JUDGE)):
            raise ComponentError(f"{cycle.id} is still at {cycle.step}. Wait until it has ended.")


def reembed(
    catalogue: Catalogue,
    archive: Archive,
    memory: Memory,
    *,
    artists: Sequence[ArtistRow],
    encoders: tuple[TextEncoder, ImageEncoder],
    who: str,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Encode every work of a scope's artists with these encoders; return the number of works.

    `memory` is that of the new encoders. The stored novelty of works does not change.
    """
    done = 0
    for artist in artists:
        manifests = archive.manifests(artist.name, damaged=_left_out)
        while batch := list(islice(manifests, BATCH)):
            _embed(archive, batch, encoders)
            done += len(batch)
            progress(done)
    for artist in artists:
        _change_parts(catalogue, archive, artist, encoders, who=who)
        restore_vectors(archive, catalogue, artist.name)
    for scope in {artist.created.scope for artist in artists}:
        catch_up(catalogue, memory, scope)
    return done


def _embed(
    archive: Archive, manifests: Sequence[Manifest], encoders: tuple[TextEncoder, ImageEncoder]
) -> None:
    """Add the vectors of works that have none of these encoders to the archive."""
    text, image = encoders
    missing, pictures = [], []
    for manifest in manifests:
        name = embedding_id(manifest.number, text.name, image.name)
        try:
            if archive.read_event(manifest.artist, "embedding", name) is None:
                pictures.append(archive.read_image(manifest.painting.image)[0])
                missing.append(manifest)
        except ArchiveError as error:
            _left_out(manifest.work, error)
    if not missing:
        return
    texts = text.encode([manifest.composition.prompt for manifest in missing])
    for manifest, text_vector, image_vector in zip(
        missing, texts, image.encode(pictures), strict=True
    ):
        archive.append_once(
            Embedded(
                artist=manifest.artist,
                at=datetime.now(UTC),
                number=manifest.number,
                text_encoder=text.name,
                image_encoder=image.name,
                text_vector=text_vector,
                image_vector=image_vector,
            )
        )


def _left_out(what: str, error: ArchiveError) -> None:
    logger.warning("%s is left out: %s", what, error)


def _change_parts(
    catalogue: Catalogue,
    archive: Archive,
    artist: ArtistRow,
    encoders: tuple[TextEncoder, ImageEncoder],
    *,
    who: str,
) -> None:
    text, image = encoders
    parts = artist.created.parts.model_copy(
        update={"text_encoder": text.name, "image_encoder": image.name}
    )
    newest = latest_events.parts(archive.events(artist.name, "parts")).get(artist.name)
    if newest is None or newest.parts != parts:
        archive.append(
            PartsChanged(
                artist=artist.name,
                at=datetime.now(UTC),
                version=1 if newest is None else newest.version + 1,
                parts=Parts.model_validate(parts.model_dump()),
                who=who,
            )
        )
    catalogue.artists.set_parts(artist.name, parts)
