"""Other encoders for existing works; after a kill it continues."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from storage.archive.manifest import Float32
from storage.catalogue import ArtistRow, Catalogue, Step
from storage.rebuild import rebuild
from storage.vectors.edge import EdgeMemory
from storage.vectors.store import VectorSpace
from storage.verify import Verification
from tests.worker.contexts import manifests
from worker.encoders.minilm import MiniLMEncoder
from worker.engine.runner import run_step
from worker.errors import ComponentError
from worker.reembed import artists_of_scope, check_at_rest, reembed
from worker.worker_context import WorkerContext

TEXT = MiniLMEncoder()


class ColourEncoder:
    """The mean colour of a picture: an encoder that is fast and easy to check."""

    name = "mean-colour"
    size = 3

    def __init__(self, *, dies_after: int | None = None) -> None:
        self.encoded = 0
        self._dies_after = dies_after

    def encode(self, images: Sequence[bytes]) -> Float32:
        if self._dies_after is not None and self.encoded >= self._dies_after:
            raise KeyboardInterrupt
        self.encoded += len(images)
        return np.stack([colour(image) for image in images])


@pytest.fixture
def context(open_worker_context: Callable[..., WorkerContext]) -> WorkerContext:
    return open_worker_context()


def colour(image: bytes) -> Float32:
    pixels = np.asarray(Image.open(io.BytesIO(image)).convert("RGB"), dtype=np.float32)
    mean = pixels.mean(axis=(0, 1))
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def work(context: WorkerContext, cycles: int) -> None:
    for _ in range(cycles):
        context.catalogue.artists.due_within("alien", 0)
        opened = context.catalogue.cycles.open("alien", tuning_version=1, every=0)
        assert opened is not None
        while run_step(context, opened.id):
            pass


def cooldown(context: WorkerContext) -> Sequence[ArtistRow]:
    context.catalogue.artists.pause("alien", "new eyes", who="ada")
    artist = context.catalogue.artists.get("alien")
    assert artist is not None
    artists = artists_of_scope(context.catalogue, artist)
    check_at_rest(context.catalogue, artists)
    return artists


def new_memory(folder: Path) -> EdgeMemory:
    return EdgeMemory(folder / "new memory", VectorSpace(TEXT.name, TEXT.size, "mean-colour", 3))


def change(context: WorkerContext, memory: EdgeMemory, encoder: ColourEncoder) -> int:
    return reembed(
        context.catalogue,
        context.archive,
        memory,
        artists=cooldown(context),
        encoders=(TEXT, encoder),
        who="ada",
    )


def test_every_work_gets_vectors_of_the_new_encoder_and_a_rebuild_finds_them(
    context: WorkerContext, tmp_path: Path
) -> None:
    work(context, 3)
    novelty = [manifest.judgement.novelty for manifest in manifests(context)]
    memory = new_memory(tmp_path)
    assert change(context, memory, ColourEncoder()) == 3
    rows = list(context.catalogue.works.vectors())
    for manifest, row in zip(manifests(context), rows, strict=True):
        picture, _ = context.archive.read_image(manifest.painting.image)
        np.testing.assert_array_equal(row.image, colour(picture))
        np.testing.assert_allclose(row.text, manifest.judgement.text_vector, atol=1e-6)
    assert memory.count("alien") == 3
    assert [m.judgement.novelty for m in manifests(context)] == novelty
    assert (
        list(Verification(context.archive, context.catalogue, {"alien": memory}).findings()) == []
    )
    again = Catalogue(f"sqlite:///{tmp_path / 'again.sqlite3'}")
    rebuild(context.archive, again)
    artist = again.artists.get("alien")
    assert artist is not None and artist.created.parts.image_encoder == "mean-colour"
    for first, second in zip(rows, again.works.vectors(), strict=True):
        np.testing.assert_array_equal(first.image, second.image)
    again.close()
    memory.close()


def test_after_a_kill_it_continues_and_encodes_nothing_twice(
    context: WorkerContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.reembed.BATCH", 1)
    work(context, 3)
    memory = new_memory(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        change(context, memory, ColourEncoder(dies_after=2))
    artist = context.catalogue.artists.get("alien")
    assert artist is not None and artist.created.parts.image_encoder != "mean-colour"
    encoder = ColourEncoder()
    assert change(context, memory, encoder) == 3
    assert encoder.encoded == 1
    assert change(context, memory, encoder) == 3, "a third call changes nothing"
    assert encoder.encoded == 1
    assert len(list(context.archive.events("alien", "parts"))) == 1
    memory.close()


def test_a_running_artist_is_refused(context: WorkerContext) -> None:
    artist = context.catalogue.artists.get("alien")
    assert artist is not None
    with pytest.raises(ComponentError, match="Pause it first"):
        check_at_rest(context.catalogue, [artist])
    opened = context.catalogue.cycles.open("alien", tuning_version=1, every=0)
    context.catalogue.artists.pause("alien", "new eyes", who="ada")
    paused = context.catalogue.artists.get("alien")
    assert opened is not None and paused is not None
    with pytest.raises(ComponentError, match="Wait until it has ended"):
        check_at_rest(context.catalogue, [paused])
    check_at_rest(context.catalogue, [replace(paused, paused=False, retired=True)], alone=True)
    while run_step(context, opened.id) is not Step.KEEP:
        pass
    with pytest.raises(ComponentError, match="still at keep"):
        check_at_rest(context.catalogue, [paused], alone=True)


def test_a_cycle_that_an_error_paused_is_judged_with_the_new_encoders(
    context: WorkerContext, tmp_path: Path
) -> None:
    work(context, 1)
    opened = context.catalogue.cycles.open("alien", tuning_version=1, every=0)
    assert opened is not None
    while run_step(context, opened.id) is not Step.JUDGE:
        pass
    context.catalogue.artists.pause("alien", "no usable answer")
    artist = context.catalogue.artists.get("alien")
    assert artist is not None
    check_at_rest(context.catalogue, [artist], alone=True)
    memory, encoder = new_memory(tmp_path), ColourEncoder()
    reembed(
        context.catalogue,
        context.archive,
        memory,
        artists=[artist],
        encoders=(TEXT, encoder),
        who="ada",
    )
    tools = context.components(artist)
    context.load_tools = lambda parts: replace(tools, image_encoder=encoder, memory=memory)
    while run_step(context, opened.id):
        pass
    newest = manifests(context)[-1]
    assert newest.number == 2 and newest.judgement.image_encoder == "mean-colour"
    assert [row.image.size for row in context.catalogue.works.vectors()] == [3, 3]
    memory.close()
