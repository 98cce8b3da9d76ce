"""Records that many tests need, and a PostgreSQL server of their own."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

# Tests run side by side: threads of one that wait for each other would slow all of them down.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import hypothesis
import pytest

from storage.archive.events import ArtistCreated, Parts, TuningChanged
from storage.archive.manifest import Manifest, Tuning
from storage.archive.plan import Plan
from storage.redaction import redacted
from tests.manifests import MOMENT, a_manifest
from tests.served.postgresql import PostgreSQL, is_installed

# Examples are derived from the tests themselves, so that a run can be had again.
for name, examples in (("default", 200), ("many", 10_000)):
    hypothesis.settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def no_secret_of_another_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process knows its secrets for good; a test knows its own alone."""
    monkeypatch.setattr(redacted, "_known", frozenset())
    monkeypatch.setattr(redacted, "_forms", ())
    factory = logging.getLogRecordFactory()
    yield
    logging.setLogRecordFactory(factory)


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
    return a_manifest


@pytest.fixture(scope="module")
def plans_drawn_once() -> Iterator[None]:
    """For tests in which many answers lead to the same plan: to draw one takes a second."""
    from worker.studio import OfflinePainter

    drawn: dict[str, Plan] = {}
    draw = OfflinePainter.plan

    def plan(painter: OfflinePainter, concepts: Sequence[str], **asked: Any) -> Plan:
        key = repr((painter.width, painter.height, concepts, asked))
        if key not in drawn:
            drawn[key] = draw(painter, concepts, **asked)
        return drawn[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OfflinePainter, "plan", plan)
        yield


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
