"""`artist run` with a language model: works are composed by it, and each request is booked once."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from storage.archive.archive import Archive
from storage.archive.events import Parts, Spending
from tests.chaos.embedded import settle_in
from tests.endpoints.hostile_words import hostile_reply
from tests.endpoints.words import Gemini, TextOnly
from tests.endpoints.words_server import Reply, WordsServer, serving
from tests.served.processes import fork, preload
from tests.served.quick import quick_artist, quick_parts
from tests.served.topology import PRELOADED


def live(server: WordsServer, folder: Path, *, cycles: int) -> Archive:
    """Run an artist, and check its works and its ledger."""
    preload(*PRELOADED, "cli.runtime.embedded")
    settings = (
        '[tuning]\nevery = "0s"\n[storage]\nmin_free_gib = 0\n'
        f'[openai]\nbase_url = "{server.url}"\ntext_model = "{server.model}"\n'
        "requests_per_minute = 0\n"
    )
    parts = Parts(**{**dict(quick_parts("quick")), "composer": "openai"})
    archive = settle_in(folder / "data", settings, every=0.0, parts=parts)
    run = fork(
        quick_artist,
        ("run", "--data", str(folder / "data"), "--cycles", str(cycles), "--no-gallery"),
        environment={"OPENAI_API_KEY": server.key or "none", "OMP_NUM_THREADS": "1"},
        log=folder / "log",
    )
    try:
        assert run.wait(300) == 0, (folder / "log").read_text()
    finally:
        run.kill()
    assert server.problems == []
    assert [made.number for made in archive.manifests("alien")] == list(range(1, cycles + 1))
    calls = [e for e in archive.events("alien", "spending") if isinstance(e, Spending)]
    closed = Counter(call.entry for call in calls if call.state != "reserved")
    assert len(closed) == len(server.sent)
    assert set(closed.values()) == {1}
    return archive


@pytest.mark.parametrize("double", [Gemini, TextOnly], ids=lambda double: double.name)
def test_every_work_is_composed_by_the_model(double: type[WordsServer], tmp_path: Path) -> None:
    with serving(double()) as server:
        archive = live(server, tmp_path, cycles=2)
    made = [manifest.composition for manifest in archive.manifests("alien")]
    assert [(each.composer, each.repairs) for each in made] == [("openai", 0)] * 2
    assert len(server.answered) == 2, "how to ask is found out once"


class Moody(WordsServer):
    """A double of which every second answer is hostile."""

    def reply(self, path: str, asked: dict[str, Any], authorization: str) -> Reply:
        good = super().reply(path, asked, authorization)
        number = len(self.sent)
        if good.status != 200 or number % 2:
            return good
        answer = json.loads(self.composed("/responses", asked))
        bad = hostile_reply(number, "/v1/responses", answer)
        return Reply(bad.body, bad.status)


def test_an_artist_with_hostile_answers_goes_on(tmp_path: Path) -> None:
    with serving(Moody()) as server:
        live(server, tmp_path, cycles=8)
