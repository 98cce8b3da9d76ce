"""Records that many tests need, and a PostgreSQL server of their own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Tests run side by side: threads of one that wait for each other would slow all of them down.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest

from storage.events import ArtistCreated, Parts, TuningChanged
from storage.manifest import (
    Candidate,
    Composition,
    Inspiration,
    Judgement,
    Manifest,
    Painting,
    Pool,
    PoolEntry,
    Tuning,
)
from tests.served.postgresql import PostgreSQL, is_installed

MOMENT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def created() -> ArtistCreated:
    """An artist of the name `alien`."""
    return ArtistCreated(
        artist="alien",
        at=MOMENT,
        title="Cultural Alien",
        statement="It looks where nobody looks.",
        style="woodblock",
        seeds=("sea", "sky"),
        seed=1,
        scope="alien",
        parts=Parts(
            composer="grammar",
            painter="offline",
            text_encoder="all-MiniLM-L6-v2",
            image_encoder="efficientnet-lite0",
        ),
    )


@pytest.fixture
def tuned() -> TuningChanged:
    """Its first tuning."""
    return TuningChanged(artist="alien", at=MOMENT, version=1, tuning=Tuning(), who="artist.toml")


@pytest.fixture
def make_manifest() -> Callable[[int], Manifest]:
    """Manifests of works that could have been made one after another."""
    return _manifest


def _manifest(number: int, artist: str = "alien") -> Manifest:
    generator = np.random.default_rng(number)
    concept = f"concept {number}"
    pool = Pool(entries=(PoolEntry(concept="sea", seed=True), PoolEntry(concept="sky", seed=True)))
    started = MOMENT + timedelta(minutes=number)
    return Manifest(
        artist=artist,
        number=number,
        tuning=Tuning(),
        tuning_version=1,
        inspiration=Inspiration(
            concept=concept,
            pool_before=pool,
            candidates=(
                Candidate(
                    concept=concept,
                    coherence_nll=4.0,
                    context_nll=9.0,
                    coherence_rank=1,
                    context_rank=1,
                    score=0,
                ),
            ),
            seed=number,
            models="f" * 64,
        ),
        composition=Composition(
            title=f"Work {number}",
            prompt=f"The sea, the sky and {concept}.",
            concepts=("sea", "sky", concept),
            composer="grammar",
        ),
        painting=Painting(
            image=f"{number:064x}",
            media_type="image/png",
            width=64,
            height=64,
            painter="offline",
            digital_source_type="http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
        ),
        judgement=Judgement(
            sequence=number,
            scope=artist,
            watermark=number - 1,
            novelty=1.0 / number,
            previous_novelty=1.0 / (number - 1) if number > 1 else None,
            improved=True if number == 1 else None if number == 2 else False,
            nearest_text=None,
            nearest_image=None,
            text_encoder="all-MiniLM-L6-v2",
            image_encoder="efficientnet-lite0",
            text_vector=generator.normal(size=8).astype(np.float32),
            image_vector=generator.normal(size=6).astype(np.float32),
            pool_after=Pool(
                entries=(*pool.entries, PoolEntry(concept=concept, entered=number, count=0))
            ),
            departed=(),
        ),
        started_at=started,
        finished_at=started + timedelta(seconds=5),
    )


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Address of a PostgreSQL server that is started for the tests and thrown away."""
    if not is_installed():
        pytest.skip("no PostgreSQL server is installed (Debian: postgresql)")
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        server = PostgreSQL(Path(folder))
        server.start()
        yield server.url
        server.stop()
