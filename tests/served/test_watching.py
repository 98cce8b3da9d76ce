"""The served artist tells of itself: a JSON log, metrics, and signs of progress."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import urllib3

from storage.archive.manifest import Tuning
from tests.served.ports import free_port
from tests.served.postgresql import is_installed
from tests.served.quick import QuickSampler
from tests.served.topology import Topology
from worker.engine.app import create_app
from worker.engine.preview import PreviewError, ask
from worker.steps.inspire import inspire

pytestmark = pytest.mark.skipif(
    not is_installed() or not shutil.which("redis-server"),
    reason="needs PostgreSQL and Redis servers (Debian: postgresql, redis-server)",
)
PORT = free_port()


@pytest.fixture(scope="module")
def deployment() -> Iterator[Topology]:
    with tempfile.TemporaryDirectory(prefix="watched-") as name:
        folder = Path(name)
        watched = {"ARTIST_LOG": "json", "ARTIST_PROGRESS": str(folder / "progress")}
        topology = Topology(folder, workers={}, environment=watched)
        with topology.running():
            topology.remove("beat")
            topology.add_artist_process("beat", "beat", "--metrics-port", str(PORT))
            topology.add_worker("all", "think,call,keep,show")
            topology.create_artist("ada")
            _wait(lambda: topology.catalogue.works.count() >= 2)
            yield topology


def test_every_line_of_the_log_is_json_with_artist_cycle_and_step(deployment: Topology) -> None:
    text = (deployment.folder / "log" / "all.log").read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    ended = [line for line in lines if line["event"].endswith(" ended")]
    first = [line["step"] for line in ended if line["cycle"] == 1]
    assert first == ["inspire", "compose", "paint", "judge", "keep", "publish"]
    assert all(line["artist"] == "ada" and line["task"] for line in ended)
    (bought, *_) = [line for line in lines if line["event"] == "a paid call is settled"]
    assert bought["request"].startswith("req_") and bought["entry"] == "ada:1:paint:1"


def test_beat_tells_prometheus_of_the_whole_deployment(deployment: Topology) -> None:
    text = urllib3.request("GET", f"http://127.0.0.1:{PORT}/metrics").data.decode()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")
    assert float(values.get("artist_catalogue_up", 0)) == 1, text
    assert float(values['artist_cycles{artist="ada",state="done"}']) >= 2
    assert float(values['artist_spent_today_dollars{artist="ada"}']) > 0
    assert 0 <= float(values['artist_novelty{artist="ada"}']) <= 2
    assert any(name.startswith("artist_queue_tasks") for name in values)


def test_signs_of_progress_are_left(deployment: Topology) -> None:
    sign = deployment.folder / "progress" / "alive"
    _wait(sign.exists)


def test_the_desk_may_ask_a_worker_what_an_artist_would_pick(deployment: Topology) -> None:
    app = create_app(deployment.redis_url, lambda: pytest.fail("nothing is done here"))
    deployment.catalogue.artists.pause("ada", "so that its next cycle stays the next", who="test")
    _wait(lambda: deployment.catalogue.cycles.current("ada") is None)
    row = deployment.catalogue.artists.get("ada")
    last = deployment.catalogue.cycles.last_done("ada")
    assert row is not None and last is not None
    number = deployment.catalogue.cycles.last_number("ada") + 1
    wanted = inspire(QuickSampler(), row, number=number, pool=last.pool, tuning=Tuning(beta=0.5))  # type: ignore[arg-type]

    assert ask(app, "ada", Tuning(beta=0.5)) == wanted
    assert deployment.catalogue.cycles.last_number("ada") == number - 1
    with pytest.raises(PreviewError, match="no artist 'nobody'"):
        ask(app, "nobody", Tuning())
    deployment.catalogue.resume("ada")


def test_who_asks_in_vain_is_told_so(deployment: Topology) -> None:
    app = create_app(f"{deployment.redis_url[:-1]}5", lambda: pytest.fail("nothing is done here"))
    with pytest.raises(PreviewError, match="no worker of the queue 'think' answered"):
        ask(app, "ada", Tuning(), patience=0.2)
    away = create_app(f"redis://127.0.0.1:{free_port()}/0", lambda: pytest.fail("not here"))
    with pytest.raises(PreviewError, match="can't be reached"):
        ask(away, "ada", Tuning())


def _wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)
