"""The studio: page and events of an artist at work, step by step."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterator
from contextlib import aclosing

import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.live_status import Watch, live_status_of, versions_of
from storage.catalogue import Step
from storage.errors import StorageUnavailable
from tests.cycles import commit, reschedule


@pytest.fixture
def at_work(empty, sample) -> Iterator[tuple]:
    """An artist with four works in an exhibition of its own, and a visitor."""
    built = sample.hang(empty.catalogue, empty.archive, works=4, artist="boreas")
    app = create_app(empty.catalogue, empty.archive, site=SiteSettings())
    yield empty.catalogue, built.manifests, TestClient(app)


def step_shown(page: str) -> str:
    found = re.search(r'aria-current="step">([^<]+)<', page)
    return found.group(1) if found else ""


def test_every_step_is_shown_as_it_comes(at_work) -> None:
    catalogue, manifests, visitor = at_work
    cycle = catalogue.cycles.open("boreas", tuning_version=2, every=900)
    assert cycle is not None
    last = manifests[-1]
    marks, shown = [], []
    for output in (last.inspiration, last.composition, last.painting):
        scene = live_status_of(catalogue, "boreas")
        marks.append(scene.mark)
        page = visitor.get("/artists/boreas/studio", params={"mark": scene.mark}).text
        assert f'data-mark="{scene.mark}"' in page
        shown.append(step_shown(page))
        claim = catalogue.cycles.claim(cycle.id, holder="test", seconds=60)
        commit(catalogue, claim, output)
    assert shown == ["Concept", "Prompt", "Painting"]
    assert len({*marks, live_status_of(catalogue, "boreas").mark}) == 4
    page = visitor.get("/artists/boreas/studio?mark=judging").text
    assert "This pick" in page
    for candidate in last.inspiration.candidates[:8]:
        assert candidate.concept in page
    assert page.count("<circle") == len(last.inspiration.candidates)


def test_unknown_marks_redirect_to_the_cached_page(at_work) -> None:
    _, _, visitor = at_work
    answer = visitor.get("/artists/boreas/studio?mark=invented", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == "/artists/boreas/studio"


def test_between_cycles_it_counts_down_and_shows_the_last_pick(at_work) -> None:
    catalogue, manifests, visitor = at_work
    page = visitor.get("/artists/boreas/studio").text
    assert "is between two works" in page
    assert "The last pick" in page
    assert manifests[-1].composition.title in page
    catalogue.cycles.open("boreas", tuning_version=2, every=900)
    scene = live_status_of(catalogue, "boreas")
    assert scene.due is None
    assert [progress for _, progress in scene.steps] == ["now", *["ahead"] * 5]


def test_a_failed_step_shows_the_time_of_its_next_attempt(at_work) -> None:
    catalogue, _, visitor = at_work
    cycle = catalogue.cycles.open("boreas", tuning_version=2, every=900)
    claim = catalogue.cycles.claim(cycle.id, holder="test", seconds=60)
    reschedule(catalogue, claim, seconds=300, reason="secret-host:443 refused")
    scene = live_status_of(catalogue, "boreas")
    assert scene.stuck
    assert scene.due == scene.cycle.retry_at
    page = visitor.get("/artists/boreas/studio").text
    assert "will be tried again" in page
    assert "secret-host" not in page
    assert 'class="countdown"' in page


def test_a_paused_artist_shows_the_reason_and_no_time(at_work) -> None:
    catalogue, _, visitor = at_work
    catalogue.artists.pause("boreas", "the paint is used up", who="ann")
    page = visitor.get("/artists/boreas/studio").text
    assert "is paused: the paint is used up" in page
    assert "It is not known when the next work begins" in page
    assert live_status_of(catalogue, "boreas").due is None


def test_an_artist_without_works_has_a_studio(empty, sample) -> None:
    empty.catalogue.artists.add(sample.Life("zephyr").created)
    visitor = TestClient(create_app(empty.catalogue, empty.archive, site=SiteSettings()))
    page = visitor.get("/artists/zephyr/studio")
    assert page.status_code == 200
    assert "has not begun yet" in page.text
    assert "sea and sky" in page.text


def test_an_unknown_artist_has_no_studio(visitor: TestClient) -> None:
    for address in ("/artists/nobody/studio", "/artists/nobody/studio/events"):
        assert visitor.get(address).status_code == 404


def test_an_exported_gallery_has_no_studio(exhibition) -> None:
    site = SiteSettings(static=True, base_url="https://art.example")
    client = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=site))
    assert "/studio" not in client.get("/artists/ada").text


def test_one_query_notifies_all_watchers(at_work) -> None:
    catalogue, _, _ = at_work
    looks: list[tuple[str, ...]] = []

    def look(artists: Collection[str]):
        looks.append(tuple(artists))
        return versions_of(catalogue, artists)

    async def visit() -> None:
        watch = Watch(look, seconds=0.01, heartbeat=60)
        visitors = [watch.follow("boreas") for _ in range(5)]
        first = [await anext(visitor) for visitor in visitors]
        assert set(first) == {live_status_of(catalogue, "boreas").mark}
        catalogue.artists.pause("boreas", "to think", who="ann")
        second = await asyncio.gather(*(anext(visitor) for visitor in visitors))
        assert set(second) == {live_status_of(catalogue, "boreas").mark} != set(first)
        for visitor in visitors:
            await visitor.aclose()

    asyncio.run(visit())
    assert set(looks) == {("boreas",)}


def test_the_number_of_watchers_is_limited() -> None:
    async def visit() -> None:
        watch = Watch(lambda artists: dict.fromkeys(artists, "m"), listeners=2, seconds=0.01)
        one, two = watch.follow("ada"), watch.follow("bo")
        assert [await anext(one), await anext(two)] == ["m", "m"]
        assert watch.full
        assert [mark async for mark in watch.follow("ada")] == []
        await one.aclose()
        assert not watch.full
        async with aclosing(watch.follow("ada")) as three:
            assert await anext(three) == "m"
        await two.aclose()

    asyncio.run(visit())


def test_one_address_can_not_use_all_places() -> None:
    async def visit() -> None:
        watch = Watch(lambda artists: dict.fromkeys(artists, "m"), each=2, seconds=0.01)
        mine = [watch.follow(artist, "192.0.2.7") for artist in ("ada", "bo")]
        assert [await anext(marks) for marks in mine] == ["m", "m"]
        assert watch.has_enough("192.0.2.7") and not watch.has_enough("192.0.2.8")
        assert [mark async for mark in watch.follow("ada", "192.0.2.7")] == []
        async with aclosing(watch.follow("ada", "192.0.2.8")) as other:
            assert await anext(other) == "m"
        await mine[0].aclose()
        async with aclosing(watch.follow("ada", "192.0.2.7")) as again:
            assert await anext(again) == "m"
        await mine[1].aclose()
        assert not watch.has_enough("192.0.2.7")

    asyncio.run(visit())


@pytest.mark.parametrize(("limits", "status"), [({"listeners": 0}, 503), ({"each": 0}, 429)])
def test_refused_watchers_get_a_retry_time(at_work, limits, status: int) -> None:
    _, _, visitor = at_work
    visitor.app.state.watch = Watch(lambda _: {}, **limits)
    answer = visitor.get("/artists/boreas/studio/events")
    assert answer.status_code == status
    assert int(answer.headers["retry-after"]) > 0


def test_heartbeats_continue_without_changes_and_without_the_store() -> None:
    away = [True]

    def look(artists: Collection[str]):
        if away[0]:
            raise StorageUnavailable("the catalogue does not answer")
        return dict.fromkeys(artists, "back")

    async def visit() -> None:
        watch = Watch(look, seconds=0.01, heartbeat=0.02)
        async with aclosing(watch.follow("ada")) as marks:
            assert [await anext(marks), await anext(marks)] == [None, None]
            away[0] = False
            async for mark in marks:
                if mark is not None:
                    break
            assert mark == "back"
            assert await anext(marks) is None

    asyncio.run(visit())


def test_steps_are_named_in_the_page(at_work) -> None:
    _, _, visitor = at_work
    page = visitor.get("/artists/boreas/studio").text
    assert page.count('<li class="ahead"') == len(Step)
