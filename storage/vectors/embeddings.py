"""The current vectors of a work: those it was judged by, or later ones of other encoders."""

from __future__ import annotations

from storage.archive.archive import Archive
from storage.archive.events import Embedded, Parts, embedding_id
from storage.archive.manifest import Float32, Manifest
from storage.archive.objects import event_key_of
from storage.catalogue import Catalogue, VectorRow
from storage.errors import ArchiveError, ObjectMissing
from storage.vectors.store import Point


def current_vectors(archive: Archive, manifest: Manifest, parts: Parts) -> tuple[Float32, Float32]:
    """Text and image vector of a work by the encoders that its artist works with now.

    Raises:
        ObjectMissing: it has not been embedded with these encoders yet.
    """
    judgement = manifest.judgement
    if (judgement.text_encoder, judgement.image_encoder) == (
        parts.text_encoder,
        parts.image_encoder,
    ):
        return judgement.text_vector, judgement.image_vector
    name = embedding_id(manifest.number, parts.text_encoder, parts.image_encoder)
    event = archive.read_event(manifest.artist, "embedding", name)
    if not isinstance(event, Embedded):
        raise ObjectMissing(
            f"{manifest.work} has no vectors of {parts.text_encoder} and {parts.image_encoder}:"
            f" run `artist reembed {manifest.artist}`."
        )
    return event.text_vector, event.image_vector


def current_vectors_key(manifest: Manifest, parts: Parts) -> str:
    """Where in the archive the vectors of other encoders than those of the judgement lie."""
    identifier = embedding_id(manifest.number, parts.text_encoder, parts.image_encoder)
    return event_key_of(manifest.artist, "embedding", identifier)


def restore_vectors(archive: Archive, catalogue: Catalogue, artist: str) -> None:
    """Let every work of an artist have its vectors of the encoders that the artist has now.

    A work that has none can't be compared any more: its manifest, picture or vectors are damaged.
    """
    row = catalogue.artists.get(artist)
    if row is None:
        return
    for manifest in archive.manifests(artist, damaged=lambda *_: None):
        try:
            text, image = current_vectors(archive, manifest, row.created.parts)
        except ArchiveError:
            with catalogue.database.write() as connection:
                catalogue.works.forget_vectors_in(connection, manifest.work)
            continue
        judgement = manifest.judgement
        catalogue.works.set_vectors(
            VectorRow(manifest.work, artist, judgement.scope, judgement.sequence, text, image)
        )


def as_point(row: VectorRow) -> Point:
    """A work's vectors as the memory takes them."""
    return Point(
        work=row.work,
        artist=row.artist,
        scope=row.scope,
        sequence=row.sequence,
        text=row.text,
        image=row.image,
    )
