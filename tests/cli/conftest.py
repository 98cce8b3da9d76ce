"""The command as its users call it, and a folder in which an artist has lived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from cli.main import artist, expected_errors
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue
from tests.worker.atelier import noise


@dataclass(frozen=True)
class Said:
    """What a call of the command printed, and its exit code."""

    out: str
    code: int


Call = Callable[..., Said]


@pytest.fixture
def call() -> Call:
    """Calls `artist` with arguments; an error that `main` tells becomes exit code 1."""

    def call_(*arguments: object) -> Said:
        result = CliRunner().invoke(artist, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            assert isinstance(result.exception, expected_errors()), result.exception
            return Said(f"Error: {result.exception}", 1)
        return Said(result.output, result.exit_code)

    return call_


@pytest.fixture
def lived(
    tmp_path: Path,
    created: ArtistCreated,
    tuned: TuningChanged,
    make_manifest: Callable[[int], Manifest],
) -> Path:
    """The data folder of an artist that made three works."""
    folder = tmp_path / "lived"
    folder.mkdir()
    (folder / "artist.toml").write_text("[tuning]\nbeta = 0.85\n")
    archive = Archive(FolderStore(folder / "archive", create=True))
    catalogue = Catalogue(f"sqlite:///{folder / 'catalogue.sqlite3'}")
    archive.append(created)
    archive.append(tuned)
    catalogue.artists.add(created)
    catalogue.artists.tune(tuned)
    for number in (1, 2, 3):
        make_work(archive, catalogue, make_manifest(number))
    catalogue.close()
    return folder


def make_work(archive: Archive, catalogue: Catalogue, manifest: Manifest) -> None:
    """Let a work be made, its vectors as long as the packaged encoders'."""
    image = archive.save_image(noise(manifest.number), "image/png")
    painting = manifest.painting.model_copy(update={"image": image})
    random = np.random.default_rng(manifest.number)
    judgement = manifest.judgement.model_copy(
        update={
            "text_vector": random.normal(size=384).astype(np.float32),
            "image_vector": random.normal(size=1280).astype(np.float32),
        }
    )
    manifest = manifest.model_copy(update={"painting": painting, "judgement": judgement})
    archive.save_manifest(manifest)
    catalogue.restore_work(manifest)
