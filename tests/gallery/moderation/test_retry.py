"""Works whose check failed are checked again, and decisions of admins take precedence."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from gallery.moderation.decisions import moderate
from gallery.moderation.retry import LOOK, MOST_TRIES, WORKS, ModerationRetry, add_moderation_retry
from worker.errors import ServiceUnavailable
from worker.moderation.openai import UNCHECKED, Moderator


class Judge(Moderator):
    """Flags works with the given word; gives no result while it is unavailable."""

    model = "judge"

    def __init__(self) -> None:
        self.away = False
        self.marked = ""
        self.asked: list[str] = []

    def marks(self, words: str, image: bytes) -> Collection[str]:
        self.asked.append(words.partition("\n")[0])
        if self.away:
            raise ServiceUnavailable("the check is away")
        assert image
        return {"violence"} if self.marked and self.marked in words else ()


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def life(tmp_path: Path, sample: Any) -> Iterator[Any]:
    built = sample.build_exhibition(tmp_path, works=4)
    for number in (2, 3):
        built.catalogue.works.moderate(f"ada:{number}", "held", UNCHECKED)
    yield built
    built.catalogue.close()


def look_at(life: Any) -> tuple[ModerationRetry, Judge, Clock]:
    judge, clock = Judge(), Clock()
    return ModerationRetry(life.catalogue, life.archive, judge, clock), judge, clock


def test_a_person_may_ask_for_the_check_again(life: Any) -> None:
    retry, judge, clock = look_at(life)
    judge.away = True
    for _ in range(2 * MOST_TRIES + 1):
        retry.look()
        clock.now += 86_400
    asked = len(judge.asked)
    assert retry.look() == 0 and len(judge.asked) == asked, "it gave up"
    judge.away = False
    moderate(life.catalogue, life.archive, "ada", 2, "held", UNCHECKED, who="ann")
    assert retry.look() == 1
    assert visibility(life)[1] == "shown"


def visibility(life: Any) -> list[str]:
    return [life.catalogue.works.get(f"ada:{number}").visibility for number in range(1, 5)]


def test_works_are_released_or_held_by_the_new_result(life: Any) -> None:
    second_look, judge, _ = look_at(life)
    judge.marked = life.catalogue.works.get("ada:3").title
    assert second_look.look() == 2
    assert visibility(life) == ["shown", "shown", "held", "shown"]
    assert life.catalogue.works.get("ada:3").visibility_reason.endswith("marked it: violence")
    assert second_look.look() == 0
    assert len(judge.asked) == 2
    told = {event.number: (event.visibility, event.who) for event in life.archive.events("ada")}
    assert told == {2: ("shown", "judge"), 3: ("held", "judge")}


def test_works_held_by_an_admin_are_not_checked(life: Any) -> None:
    life.catalogue.works.moderate("ada:2", "held", "I want to think about it")
    second_look, _, _ = look_at(life)
    assert second_look.look() == 1
    assert visibility(life) == ["shown", "held", "shown", "shown"]


def test_a_decision_during_the_check_takes_precedence(life: Any) -> None:
    class Slow(Judge):
        def marks(self, words: str, image: bytes) -> Collection[str]:
            life.catalogue.works.moderate("ada:2", "hidden", "no")
            return ()

    ModerationRetry(life.catalogue, life.archive, Slow()).look()
    assert visibility(life)[1] == "hidden"


def test_waits_grow_while_the_check_is_unavailable_and_end(life: Any) -> None:
    second_look, judge, clock = look_at(life)
    judge.away = True
    waits: list[float] = []
    begun = clock.now
    while clock.now < begun + 36 * 3600:
        before = len(judge.asked)
        assert second_look.look() == 0
        assert len(judge.asked) - before <= 1
        if len(judge.asked) > before and judge.asked[-1] == judge.asked[0]:
            waits.append(clock.now)
        clock.now += 60
    assert len(waits) == MOST_TRIES
    gaps = [later - earlier for earlier, later in itertools.pairwise(waits)]
    assert gaps == sorted(gaps) and gaps[0] <= 180 and gaps[-1] >= 6 * 3600
    judge.away = False
    assert second_look.look() == 0
    assert ModerationRetry(life.catalogue, life.archive, judge).look() == 2


def test_a_run_is_short_and_a_missing_picture_does_not_block_others(life: Any) -> None:
    for number in (1, 4):
        life.catalogue.works.moderate(f"ada:{number}", "held", UNCHECKED)
    lost = life.archive.store.path
    picture = life.catalogue.works.get("ada:1").image
    (found,) = (path for path in (lost / "images").rglob("*") if path.stem == picture)
    found.unlink()
    second_look, _, _ = look_at(life)
    assert second_look.look() == 0
    assert second_look.look() == 3 <= WORKS
    assert visibility(life) == ["held", "shown", "shown", "shown"]


def test_the_task_is_scheduled_in_the_queue_of_the_first_check(life: Any) -> None:
    app = Celery("test", broker="memory://")
    second_look, _, _ = look_at(life)
    add_moderation_retry(app, second_look, seconds=9)
    entry = app.conf.beat_schedule[LOOK]
    assert (entry["schedule"], entry["options"]["queue"]) == (9, "keep")
    app.tasks[LOOK]()
    assert visibility(life) == ["shown"] * 4
