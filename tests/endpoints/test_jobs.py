"""Painters whose provider takes a job: presets, errors, and that no picture is bought twice."""

from __future__ import annotations

import contextlib
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.endpoints import jobs
from tests.endpoints.images import KEY, running
from tests.endpoints.jobs import Jobs
from tests.worker.conftest import Books
from worker.components import check_usable, image_settings_of, painter_of
from worker.config.settings import Settings
from worker.errors import (
    ComponentError,
    ContentRejected,
    Misconfigured,
    OutcomeUnknown,
    ServiceUnavailable,
)
from worker.painters import PaintRequest, PaintResult
from worker.painters.jobs import DIALECTS, JobPainter, job_server

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "endpoints.md"
PART = PAGE.read_text(encoding="utf-8").partition("## Pictures by jobs\n")[2].partition("\n## ")[0]
DOUBLES: dict[str, type[Jobs]] = {
    "FLUX.2": jobs.BlackForestLabs,
    "Replicate": jobs.Replicate,
    "fal": jobs.Fal,
}


def commission(prompt: str = "A kiln by the sea") -> PaintRequest:
    return PaintRequest(prompt=prompt, title="Kiln", concepts=("kiln",), style="", seed=1234)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAINTER_API_KEY", KEY)


@pytest.fixture(params=DOUBLES)
def double(request: pytest.FixtureRequest) -> Iterator[Jobs]:
    with running(DOUBLES[request.param]) as one:
        assert isinstance(one, Jobs)
        yield one


def preset(double: Jobs) -> dict[str, Any]:
    """The settings of a preset, as they stand on the page."""
    name = next(name for name, kind in DOUBLES.items() if isinstance(double, kind))
    found = re.search(rf"^### {re.escape(name)}\n.*?```toml\n(.*?)```", PART, re.S | re.M)
    assert found, name
    return tomllib.loads(found[1])


def painter_at(double: Jobs, *, timeout: float = 5.0, **painter: object) -> JobPainter:
    content = preset(double)
    name = content["parts"]["painter"]
    assert urlsplit(DIALECTS[name].base_url).path == double.base_path
    content["painter"] |= {"base_url": double.base_url, "timeout": timeout, **painter}
    settings = Settings(**content)
    assert isinstance(painter_of(settings, name, None), JobPainter)  # type: ignore[arg-type]
    return JobPainter(name, job_server(settings, name), image_settings_of(settings), pause=0.01)


def test_a_preset_paints_once_and_pays_once(double: Jobs) -> None:
    books, painter = Books(), painter_at(double)
    first = painter.paint(commission(), books)
    assert first.data == double.painted[0] and (first.width, first.height) == (96, 64)
    assert books.states == ["settled"] and len(double.asked) == 1
    assert books.entries[0].cost == books.entries[0].ceiling > 0
    again = painter.paint(commission(), Books())
    assert again.seed == first.seed
    assert (again.data == first.data) is (first.seed is not None)


def test_a_worker_that_died_fetches_the_picture_and_buys_no_other(
    double: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address of the job is in the ledger before it is asked for."""
    books = Books()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(JobPainter, "_look", killed)
        painter_at(double).paint(commission(), books)
    assert books.states == ["settled"] and books.entries[0].url
    result = painter_at(double).paint(commission(), books)
    assert result.data == double.painted[0]
    assert len(double.asked) == 1, "it was bought once"


def test_a_job_that_takes_longer_than_the_painter_waits_is_asked_for_again(double: Jobs) -> None:
    books, double.rounds = Books(), 10**9
    with pytest.raises(ServiceUnavailable, match=r"not done within.*painter\.timeout"):
        painter_at(double, timeout=0.1).paint(commission(), books)
    double.rounds = 0
    assert painter_at(double).paint(commission(), books).data == double.painted[0]
    assert len(double.asked) == 1


@pytest.mark.parametrize("lost", ["forgotten", "deleted"])
def test_another_job_is_begun_only_where_the_first_is_lost(double: Jobs, lost: str) -> None:
    books = Books()
    painter_at(double).paint(commission(), books)
    if lost == "forgotten":
        double.forgets = True
        with pytest.raises(ServiceUnavailable):
            painter_at(double).paint(commission(), books)
    else:
        double.files.clear()  # the provider's URLs end after minutes
        assert painter_at(double).paint(commission(), books).data == double.painted[1]
    assert len(books.entries) == 2 and len(double.asked) == 2


def test_a_refused_picture_is_told_as_such_and_another_prompt_is_a_job_of_its_own(
    double: Jobs,
) -> None:
    books = Books()
    with pytest.raises(ContentRejected, match="charged"):
        painter_at(double).paint(commission("FORBIDDEN"), books)
    result = painter_at(double).paint(commission("A quiet kiln"), books)
    assert result.data == double.painted[1] and books.states == ["settled", "settled"]


def test_a_failed_job_is_temporary(double: Jobs) -> None:
    with pytest.raises(ServiceUnavailable, match="charged"):
        painter_at(double).paint(commission("BROKEN"), Books())


def test_an_unreachable_server_costs_nothing(double: Jobs) -> None:
    painter, books = painter_at(double), Books()
    double.close()
    with pytest.raises(ServiceUnavailable):
        painter.paint(commission(), books)
    assert books.states == ["refused"]


def test_a_key_goes_to_no_other_host() -> None:
    """Neither for a job that the provider has elsewhere, nor for a picture."""
    with running(jobs.BlackForestLabs) as double, running(jobs.BlackForestLabs) as other:
        assert isinstance(double, Jobs)
        double.elsewhere, books = other.origin, Books()
        painter = painter_at(double)
        for _ in range(2):
            with pytest.raises(Misconfigured, match="does not get the key"):
                painter.paint(commission(), books)
        assert books.states == ["settled"], "no more is bought"
        assert other.requests == []
    for kind in (jobs.Replicate, jobs.Fal):
        with running(kind) as double, running(kind) as other:
            assert isinstance(double, Jobs)
            double.elsewhere = other.origin
            with pytest.raises(Misconfigured, match="image_hosts"):
                painter_at(double).paint(commission(), Books())
            assert other.requests == []


def test_pictures_are_fetched_without_the_key(double: Jobs) -> None:
    painter_at(double).paint(commission(), Books())
    fetched = double.requests[-1]
    assert fetched.path.startswith("/files/") and KEY not in str(fetched.headers)


@pytest.mark.parametrize(
    ("name", "address", "allowed"),
    [
        ("bfl", "https://api.us.bfl.ai/v1/get_result?id=1", True),
        ("bfl", "https://api.bfl.ai/v1/get_result?id=1", True),
        ("bfl", "http://api.us.bfl.ai/v1/get_result?id=1", False),
        ("bfl", "https://api.us.bfl.ai.example.org/v1", False),
        ("replicate", "https://api.replicate.com/v1/predictions/1", True),
        ("replicate", "https://replicate.delivery/1", False),
        ("fal", "https://queue.fal.run/fal-ai/flux-2-pro/requests/1/status", True),
        ("fal", "https://key@queue.fal.run/1", False),
    ],
)
def test_the_hosts_of_a_provider_are_known(name: str, address: str, allowed: bool) -> None:
    settings = Settings(painter={"model": "m"})  # type: ignore[arg-type]
    painter = JobPainter(name, job_server(settings, name), image_settings_of(settings))
    if allowed:
        assert painter._checked(address) == address
    else:
        with pytest.raises(Misconfigured):
            painter._checked(address)


@pytest.mark.parametrize("answer", [{}, [], "no", {"polling_url": ""}, {"polling_url": 7}])
def test_a_job_without_an_address_is_of_unknown_outcome(answer: object) -> None:
    with running(jobs.BlackForestLabs) as double:
        double.take = lambda *_: jobs.Answer(answer)  # type: ignore[attr-defined]
        books = Books()
        with pytest.raises(OutcomeUnknown):
            painter_at(double).paint(commission(), books)  # type: ignore[arg-type]
        assert books.states == ["unknown"]


@pytest.mark.parametrize("answer", [[], "no", {}, {"status": 7}, {"status": "Ready"}, {"x": [{}]}])
def test_nonsense_instead_of_an_outcome_is_asked_for_again(double: Jobs, answer: object) -> None:
    tell = double.tell
    left = [1, 2]

    def confused(path: str) -> jobs.Answer:
        return jobs.Answer(answer) if left and left.pop() else tell(path)

    double.tell = confused  # type: ignore[method-assign]
    assert painter_at(double).paint(commission(), Books()).data == double.painted[0]


ODD: tuple[Any, ...] = (
    *(None, True, -1, 10**30, "", "\ud800", "a\x00b", "https://[::1", "x" * 10**5, [], {}, [[]]),
    *("file:///etc/passwd", "http://169.254.169.254/", "//evil.example/a.png", "data:,"),
    {"sample": 7},
)


@pytest.mark.parametrize("seed", range(12))
def test_hostile_answers_are_a_picture_or_a_named_failure(double: Jobs, seed: int) -> None:
    """Any part of any answer may be anything; a job is paid for once, and the key stays here."""
    chance = random.Random(seed)

    def spoiled(value: Any) -> Any:
        if chance.random() < 0.25:
            return chance.choice(ODD)
        if isinstance(value, dict):
            return {key: spoiled(one) for key, one in value.items()}
        return [spoiled(one) for one in value] if isinstance(value, list) else value

    def spoil(answer: jobs.Answer) -> jobs.Answer:
        return replace(answer, body=spoiled(answer.body))

    take, tell = double.take, double.tell
    double.rounds = 0
    double.take = lambda path, body: spoil(take(path, body))  # type: ignore[method-assign]
    double.tell = lambda path: spoil(tell(path))  # type: ignore[method-assign]
    books, painter = Books(), painter_at(double, timeout=0.2)
    with contextlib.suppress(ComponentError):
        assert painter.paint(commission(), books).data in double.painted
    # A busy machine may give up before the double has read its request.
    assert len(double.asked) <= len(books.entries) == 1


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured, match=r"painter\.model"):
        check_usable(Settings(), "painter", "bfl")
    monkeypatch.delenv("PAINTER_API_KEY")
    for name in DIALECTS:
        with pytest.raises(Misconfigured, match="PAINTER_API_KEY"):
            check_usable(Settings(painter={"model": "m"}), "painter", name)  # type: ignore[arg-type]


def test_the_table_says_what_happens() -> None:
    rows = [row(name, kind) for name, kind in DOUBLES.items()]
    print("\n".join(rows))
    assert [line for line in PART.splitlines() if line.startswith("| ")][1:] == rows


def row(name: str, kind: type[Jobs]) -> str:
    """A line of the table, from what a double of the provider did."""
    with running(kind) as double:
        assert isinstance(double, Jobs)
        result = painter_at(double).paint(commission(), Books())
        size = f"{result.width * 16}x{result.height * 16}"
        seed = "not sent" if result.seed is None else "sent: the same picture again"
        wrong_model = told(double, model="nonsense")
        refused = told(double, prompt="FORBIDDEN")
        return f"| {name} | {size} | {seed} | {wrong_model} | {refused} |"


def told(double: Jobs, *, prompt: str = "A kiln", **painter: object) -> str:
    with pytest.raises(ComponentError) as caught:
        paint: PaintResult = painter_at(double, **painter).paint(commission(prompt), Books())  # type: ignore[arg-type]
        del paint
    words = re.sub(r"127\.0\.0\.1(:\d+)?", "HOST", str(caught.value).partition("\n")[0])
    return f"{type(caught.value).__name__}: {words}"
