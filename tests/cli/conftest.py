"""Fixtures: calls of the command, and the data folder of an artist with works."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from cli.main import artist, expected_errors
from cli.runtime.silence_logs import OURS
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue
from tests.worker.contexts import noise


@dataclass(frozen=True)
class Result:
    """Output and exit code of a call of the command."""

    out: str
    code: int


Call = Callable[..., Result]


@pytest.fixture
def call() -> Iterator[Call]:
    """Call `artist` with arguments; an error that `main` prints becomes exit code 1."""
    levels = {name: logging.getLogger(name).level for name in OURS}

    def call_(*arguments: object) -> Result:
        result = CliRunner().invoke(artist, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            assert isinstance(result.exception, expected_errors()), result.exception
            return Result(f"Error: {result.exception}", 1)
        return Result(result.output, result.exit_code)

    yield call_
    # A command may have silenced them, for this process.
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


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
    """Make a work, with vectors of the packaged encoders' lengths."""
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
