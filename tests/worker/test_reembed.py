"""Other encoders for works that are there already; killed in between, it goes on."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from storage.archive.manifest import Float32
from storage.catalogue import ArtistRow, Catalogue
from storage.rebuild import rebuild
from storage.vectors.edge import EdgeMemory
from storage.vectors.store import VectorSpace
from storage.verify import Verification
from tests.worker.atelier import manifests
from worker.encoders.minilm import MiniLMEncoder
from worker.engine.runner import run_step
from worker.errors import ComponentError
from worker.reembed import artists_of_scope, check_at_rest, reembed
from worker.worker_context import WorkerContext

TEXT = MiniLMEncoder()


class ColourEncoder:
    """The mean colour of a picture: an encoder that is quick and easily checked."""

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
def shop(open_worker_context: Callable[..., WorkerContext]) -> WorkerContext:
    return open_worker_context()


def colour(image: bytes) -> Float32:
    pixels = np.asarray(Image.open(io.BytesIO(image)).convert("RGB"), dtype=np.float32)
    mean = pixels.mean(axis=(0, 1))
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def work(shop: WorkerContext, cycles: int) -> None:
    for _ in range(cycles):
        shop.catalogue.artists.due_within("alien", 0)
        opened = shop.catalogue.cycles.open("alien", tuning_version=1, every=0)
        assert opened is not None
        while run_step(shop, opened.id):
            pass


def cooldown(shop: WorkerContext) -> Sequence[ArtistRow]:
    shop.catalogue.artists.pause("alien", "new eyes", who="ada")
    artist = shop.catalogue.artists.get("alien")
    assert artist is not None
    artists = artists_of_scope(shop.catalogue, artist)
    check_at_rest(shop.catalogue, artists)
    return artists


def new_memory(folder: Path) -> EdgeMemory:
    return EdgeMemory(folder / "new memory", VectorSpace(TEXT.name, TEXT.size, "mean-colour", 3))


def change(shop: WorkerContext, memory: EdgeMemory, encoder: ColourEncoder) -> int:
    return reembed(
        shop.catalogue,
        shop.archive,
        memory,
        artists=cooldown(shop),
        encoders=(TEXT, encoder),
        who="ada",
    )


def test_every_work_gets_vectors_of_the_new_encoder_and_a_rebuild_finds_them(
    shop: WorkerContext, tmp_path: Path
) -> None:
    work(shop, 3)
    novelty = [manifest.judgement.novelty for manifest in manifests(shop)]
    memory = new_memory(tmp_path)
    assert change(shop, memory, ColourEncoder()) == 3
    rows = list(shop.catalogue.works.vectors())
    for manifest, row in zip(manifests(shop), rows, strict=True):
        picture, _ = shop.archive.read_image(manifest.painting.image)
        np.testing.assert_array_equal(row.image, colour(picture))
        np.testing.assert_allclose(row.text, manifest.judgement.text_vector, atol=1e-6)
    assert memory.count("alien") == 3
    assert [m.judgement.novelty for m in manifests(shop)] == novelty
    assert list(Verification(shop.archive, shop.catalogue, {"alien": memory}).findings()) == []
    again = Catalogue(f"sqlite:///{tmp_path / 'again.sqlite3'}")
    rebuild(shop.archive, again)
    artist = again.artists.get("alien")
    assert artist is not None and artist.created.parts.image_encoder == "mean-colour"
    for first, second in zip(rows, again.works.vectors(), strict=True):
        np.testing.assert_array_equal(first.image, second.image)
    again.close()
    memory.close()


def test_killed_in_between_it_goes_on_and_encodes_nothing_twice(
    shop: WorkerContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.reembed.BATCH", 1)
    work(shop, 3)
    memory = new_memory(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        change(shop, memory, ColourEncoder(dies_after=2))
    artist = shop.catalogue.artists.get("alien")
    assert artist is not None and artist.created.parts.image_encoder != "mean-colour"
    encoder = ColourEncoder()
    assert change(shop, memory, encoder) == 3
    assert encoder.encoded == 1
    assert change(shop, memory, encoder) == 3, "a third call changes nothing"
    assert encoder.encoded == 1
    assert len(list(shop.archive.events("alien", "parts"))) == 1
    memory.close()


def test_an_artist_at_work_is_left_alone(shop: WorkerContext) -> None:
    artist = shop.catalogue.artists.get("alien")
    assert artist is not None
    with pytest.raises(ComponentError, match="Pause it first"):
        check_at_rest(shop.catalogue, [artist])
    opened = shop.catalogue.cycles.open("alien", tuning_version=1, every=0)
    shop.catalogue.artists.pause("alien", "new eyes", who="ada")
    paused = shop.catalogue.artists.get("alien")
    assert opened is not None and paused is not None
    with pytest.raises(ComponentError, match="Wait until it has ended"):
        check_at_rest(shop.catalogue, [paused])
