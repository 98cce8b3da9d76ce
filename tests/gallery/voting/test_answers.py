"""What a visitor sees after a vote, and what the page says that votes change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.voting.answers import last_answer
from storage.archive.events import Ballot, TuningChanged
from storage.archive.manifest import Tuning


@pytest.fixture
def stores(tmp_path: Path, sample) -> Iterator:
    built = sample.build_exhibition(tmp_path, works=4)
    yield built
    built.catalogue.close()


@pytest.fixture
def voter(stores) -> Iterator[TestClient]:
    app = create_app(stores.catalogue, stores.archive, site=SiteSettings(), limited=False)
    with TestClient(app) as client:
        yield client


def vote(stores, visitor: str, first: str, second: str, outcome: float, **options: object) -> None:
    ballot = Ballot(
        id=f"{stores.catalogue.votes.count():032x}",
        at=options.get("at", datetime.now(UTC)),
        visitor=visitor,
        question=options.get("question", "original"),
        first=first,
        second=second,
        outcome=outcome,
    )
    assert stores.catalogue.votes.cast(ballot)


def test_an_answer_has_the_crowds_split_from_the_side_of_the_chosen(stores) -> None:
    for visitor, outcome in (("a", 1.0), ("b", 1.0), ("c", 0.5), ("d", 0.0)):
        vote(stores, visitor, "ada:1", "ada:2", outcome)
    vote(stores, "a", "ada:2", "ada:3", 1.0, at=datetime.now(UTC) - timedelta(minutes=1))
    vote(stores, "d", "ada:1", "ada:2", 1.0, question="harmonious")
    catalogue = stores.catalogue
    for visitor, chosen, counts, agree in (
        ("a", "ada:1", (2, 1, 1), 1),
        ("d", "ada:2", (1, 1, 2), 0),
        ("c", "ada:1", (2, 1, 1), 0),
    ):
        told = last_answer(catalogue, visitor, "original")
        assert told is not None
        assert told.chosen.id == chosen
        assert (told.for_chosen, told.ties, told.for_other) == counts
        assert (told.others, told.agree, told.tie) == (3, agree, visitor == "c")
    told = last_answer(catalogue, "a", "original")
    assert [(one.won, one.votes) for one in told.records] == [(2.5, 4), (2.5, 5)]


def test_old_answers_and_hidden_works_are_not_told(stores) -> None:
    vote(stores, "a", "ada:1", "ada:2", 1.0, at=datetime.now(UTC) - timedelta(hours=2))
    assert last_answer(stores.catalogue, "a", "original") is None
    vote(stores, "b", "ada:1", "ada:2", 1.0)
    stores.catalogue.works.moderate("ada:2", "hidden", "somebody asked")
    assert last_answer(stores.catalogue, "b", "original") is None
    assert last_answer(stores.catalogue, "nobody", "original") is None


def told(page: str) -> str:
    part = page.partition('class="told"')[2].partition("</div>")[0].partition(">")[2]
    return " ".join(unescape(re.sub("<[^>]+>", "", part)).split())


def test_the_page_names_both_works_and_then_asks_on(voter: TestClient, stores) -> None:
    page = voter.get("/vote").text
    assert told(page).startswith("Choose one")
    ballot = re.findall(r'name="ballot" value="([^"]+)"', page)[0]
    page = voter.post("/vote", data={"ballot": ballot, "choice": "left"}).text
    (cast,) = stores.catalogue.votes.all()
    titles = {work: stores.catalogue.works.get(work).title for work in (cast.first, cast.second)}
    chosen, other = (cast.first, cast.second) if cast.outcome else (cast.second, cast.first)
    assert told(page).startswith(
        f"You chose {titles[chosen]} over {titles[other]}. You are the first"
    )
    assert f"{titles[chosen]} has won 1 of 1 so far" in told(page)
    assert ballot not in page and 'name="ballot"' in page
    vote(stores, "another", cast.first, cast.second, cast.outcome)
    assert "1 of 1 other visitor said the same." in told(voter.get("/vote").text)
    assert told(voter.get("/vote?question=harmonious").text).startswith("Choose one")


def test_the_page_says_what_votes_change(voter: TestClient, stores) -> None:
    assert "They do not change what is painted." in voter.get("/vote").text
    stores.catalogue.artists.tune(
        TuningChanged(
            artist="ada",
            at=datetime.now(UTC),
            version=3,
            tuning=Tuning(feedback="votes"),
            who="test",
        )
    )
    page = voter.get("/vote").text
    assert "Ada learns from them" in page and "do not change" not in page
