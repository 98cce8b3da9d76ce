"""The diary against an independent count over manifests and votes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import feedparser
import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.diary.entries import Entry, last_entries, months_of, read_month
from storage.archive.events import Ballot
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue

BORN = datetime(2025, 10, 28, 21, 30, tzinfo=UTC)
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
WORDS += ("eleven", "twelve")
TIMES = {"once": 1, "twice": 2}
COUNT = rf"(\d[\d,]*|{'|'.join(WORDS)})"


@dataclass
class Lived:
    """A life whose days are known."""

    catalogue: Catalogue
    manifests: list[Manifest]
    ballots: list[Ballot]

    @property
    def artist(self):
        row = self.catalogue.artists.get("ada")
        assert row is not None
        return row.created

    def days(self) -> dict[date, list[Manifest]]:
        found = defaultdict(list)
        for manifest in self.manifests:
            found[manifest.finished_at.date()].append(manifest)
        return found

    def entries(self) -> list[Entry]:
        return last_entries(self.catalogue, self.artist, limit=400)


LIVES = [(1, 0.4), (2, 5.0), (3, 11.0), (4, 60.0)]
"""Seeds, and hours from work to work."""


@pytest.fixture(scope="module", params=LIVES, ids=lambda life: f"every-{life[1]}-h")
def lived(request: pytest.FixtureRequest, tmp_path_factory, exhibition) -> Iterator[Lived]:
    """Thirty works that were made every so many hours, with failures and votes."""
    seed, hours = request.param
    random = Random(seed)
    row = exhibition.catalogue.artists.get("ada")
    catalogue = Catalogue(f"sqlite:///{tmp_path_factory.mktemp('lived') / 'catalogue.db'}")
    catalogue.artists.add(row.created)
    at, manifests = BORN, []
    for manifest in exhibition.manifests:
        at += timedelta(hours=hours * random.uniform(0.2, 1.8))
        manifests.append(manifest.model_copy(update={"finished_at": at}))
        catalogue.restore_work(manifests[-1])
    ballots = []
    for number in range(60):
        first, second = sorted(random.sample([m.work for m in manifests], 2))
        ballots.append(
            Ballot(
                id=f"{number:032}",
                at=BORN + (at - BORN) * random.random(),
                visitor=str(number),
                question=random.choice(["original", "harmonious"]),
                first=first,
                second=second,
                outcome=random.choice([0.0, 0.5, 1.0]),
            )
        )
        catalogue.votes.cast(ballots[-1], archived=True)
    yield Lived(catalogue, manifests, ballots)
    catalogue.close()


def number(word: str) -> int:
    word = word.lower()
    return WORDS.index(word) if word in WORDS else int(word.replace(",", ""))


def said(entry: Entry, subject: str) -> str:
    return " ".join(one.text for one in entry.sentences if one.subject == subject)


def found(pattern: str, text: str) -> re.Match[str]:
    match = re.search(pattern, text, re.IGNORECASE)
    assert match, f"{pattern!r} is not in {text!r}"
    return match


def test_every_day_with_works_has_one_entry(lived: Lived) -> None:
    assert [entry.day for entry in lived.entries()] == sorted(lived.days(), reverse=True)


def test_works_and_picks_are_those_of_the_manifests(lived: Lived) -> None:
    days = lived.days()
    for entry in lived.entries():
        manifests = days[entry.day]
        made = said(entry, "made")
        assert number(found(rf"\b{COUNT} works?\b", made)[1]) == len(manifests) == entry.works
        numbers = [int(n) for n in re.findall(r"\d+", made.partition("no")[2])]
        assert numbers[0] == manifests[0].number and numbers[-1] == manifests[-1].number
        picks = list(dict.fromkeys(m.inspiration.concept for m in manifests))
        new = said(entry, "new")
        if len(picks) > 5:
            assert number(found(rf"\b{COUNT} ideas\b", new)[1]) == len(picks)
        else:
            assert new.endswith(_joined(picks) + ".")
        (sentence,) = (one for one in entry.sentences if one.subject == "new")
        named = [part.concept for part in sentence.parts if not isinstance(part, str)]
        assert named == [pick for pick in picks if pick in named]


def test_departures_are_those_of_the_manifests(lived: Lived) -> None:
    days = lived.days()
    for entry in lived.entries():
        left = [concept for m in days[entry.day] for concept in m.judgement.departed]
        text = said(entry, "left")
        if not left:
            assert text in ("", "Nothing left my pool.", "I let nothing go.")
        elif len(left) > 5:
            assert number(found(rf"{COUNT} ideas", text)[1]) == len(left)
        else:
            for concept in left:
                assert concept in text
        joined = {m.inspiration.concept: m.number for m in lived.manifests}
        stayed = re.search(
            r"(?:; |of |up )(\w[^;,]*?)(?: had stayed|, which).* since no\. (\d+)", text
        )
        if stayed:
            assert stayed[1] in left
            assert joined[stayed[1]] == int(stayed[2])


def test_novelty_is_that_of_the_manifests(lived: Lived) -> None:
    days, earlier = lived.days(), None
    for entry in reversed(lived.entries()):
        values = {m.number: m.judgement.novelty for m in days[entry.day] if m.number > 1}
        figures = [float(f) for f in re.findall(r"\d\.\d\d", said(entry, "novelty"))]
        if len(values) > 1:
            assert figures == [round(max(values.values()), 2), round(min(values.values()), 2)]
            (sentence,) = (one for one in entry.sentences if one.subject == "novelty")
            titles = {m.number: f"“{m.composition.title}”" for m in days[entry.day]}
            works = [part for part in sentence.parts if not isinstance(part, str)]
            assert [titles[part.work] for part in works] == [part.text for part in works]
            best = [values[part.work] for part in works]
            assert best == [max(values.values()), min(values.values())]
        mean = sum(values.values()) / len(values) if values else None
        trend = said(entry, "trend")
        if trend and mean is not None:
            assert earlier is not None
            assert f"{mean:.2f}" in trend and f"{earlier:.2f}" in trend
            if re.search("rose|more", trend):
                assert mean > earlier
            elif re.search("fell|less", trend):
                assert mean < earlier
        earlier = mean


def test_votes_are_those_of_the_day(lived: Lived) -> None:
    by_day = defaultdict(list)
    for ballot in lived.ballots:
        by_day[ballot.at.date()].append(ballot)
    titles = {m.work: m.composition.title for m in lived.manifests}
    for entry in lived.entries():
        ballots, text = by_day[entry.day], said(entry, "votes")
        if not ballots:
            assert text == ""
            continue
        count = found(rf"mine (once|twice|{COUNT} times)", text)
        assert TIMES.get(count[1]) or number(count[2]) == len(ballots)
        wins = Counter(b.first if b.outcome == 1 else b.second for b in ballots if b.outcome != 0.5)
        best = wins.most_common(2)
        named = re.search(rf"“(.+)” most often, (once|twice|{COUNT} times)", text)
        clear = bool(best) and best[0][1] > 1 and (len(best) < 2 or best[0][1] > best[1][1])
        assert bool(named) == clear
        if named:
            assert named[1] == titles[best[0][0]]
            assert (TIMES.get(named[2]) or number(named[3])) == best[0][1]


def test_the_pool_is_that_of_the_last_work(lived: Lived) -> None:
    days = lived.days()
    for entry in lived.entries():
        pool = days[entry.day][-1].judgement.pool_after.concepts
        text = said(entry, "pool")
        assert number(found(rf"\b{COUNT} ideas?\b", text)[1]) == len(pool)
        if len(pool) <= 5:
            assert text.endswith(f": {_joined(pool)}.")


def test_failures_and_days_without_works_are_told(tmp_path: Path, exhibition) -> None:
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'catalogue.db'}")
    catalogue.artists.add(exhibition.catalogue.artists.get("ada").created)
    for kept, days in ((0, 0), (3, 1), (4, 1), (7, 4)):
        manifest = exhibition.manifests[kept]
        at = BORN + timedelta(days=days, minutes=kept)
        catalogue.restore_work(manifest.model_copy(update={"finished_at": at}))
    last, second, first = last_entries(
        catalogue, exhibition.catalogue.artists.get("ada").created, limit=9
    )
    assert said(first, "made") == "This is where I begin: one work, no. 1."
    assert said(second, "failed") == "Two attempts came to nothing: nos. 2 and 3."
    assert said(last, "made") == "After two days without a work I made one work, no. 8."
    assert said(last, "failed") == "Two attempts came to nothing: nos. 6 and 7."
    catalogue.close()


def test_months_hold_every_day_once(lived: Lived) -> None:
    months, name = [], None
    while True:
        month = read_month(lived.catalogue, lived.artist, name)
        assert month is not None
        months.append(month)
        if month.earlier is None:
            break
        name = month.earlier
    days = [entry.day for month in months for entry in month.entries]
    assert days == sorted(lived.days(), reverse=True)
    assert [month.name for month in months] == months_of(lived.catalogue, "ada")
    assert all(entry.day.replace(day=1) == m.first for m in months for entry in m.entries)
    words = [entry.text for month in months for entry in month.entries]
    assert words == [entry.text for entry in lived.entries()], "also across months"


def test_the_same_facts_give_the_same_words(lived: Lived) -> None:
    assert [entry.text for entry in lived.entries()] == [entry.text for entry in lived.entries()]
    for entry in lived.entries():
        numbers = {m.number for m in lived.days()[entry.day]}
        for one in entry.sentences:
            if one.subject != "votes":
                assert set(one.works) <= numbers


def test_the_page_the_feed_and_the_api_say_the_same(lived: Lived, exhibition) -> None:
    app = create_app(lived.catalogue, exhibition.archive, site=SiteSettings())
    client = TestClient(app)
    entries = lived.entries()
    page = client.get("/artists/ada/diary").text
    newest = re.search(r'<p class="told">(.*?)</p>', page, re.DOTALL)
    assert newest and re.sub(r"<[^>]+>|&#39;", "", newest[1]) == entries[0].text.replace("'", "")
    for href in re.findall(r'href="(/(?:works|artists/ada/diary)[^"#]*)"', page)[:8]:
        assert client.get(href).status_code == 200, href
    feed = feedparser.parse(client.get("/artists/ada/diary.atom").content)
    assert not feed.bozo and len(feed.entries) == min(len(entries), 14)
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    text = re.sub(r"<[^>]+>", "", feed.entries[0].content[0].value).strip()
    assert text.replace("&#39;", "'") == entries[0].text
    found, address = [], "/api/v1/artists/ada/diary?limit=3"
    while address:
        answer = client.get(address).json()
        found += answer["days"]
        address = (answer["next"] or "").removeprefix("http://testserver")
    assert [" ".join(s["text"] for s in day["sentences"]) for day in found] == [
        entry.text for entry in entries
    ]


@pytest.mark.parametrize("lived", LIVES[1:2], indirect=True)
def test_a_hidden_work_is_counted_and_not_named(lived: Lived) -> None:
    before = {entry.day: entry for entry in lived.entries()}
    day, entry = next((d, e) for d, e in before.items() if said(e, "novelty"))
    (sentence,) = (one for one in entry.sentences if one.subject == "novelty")
    hidden = sentence.works[0]
    lived.catalogue.works.moderate(f"ada:{hidden}", "hidden", "")
    after = next(entry for entry in lived.entries() if entry.day == day)
    lived.catalogue.works.moderate(f"ada:{hidden}", "shown", "")
    mentioned = [
        part.work for one in after.sentences for part in one.parts if not isinstance(part, str)
    ]
    assert hidden not in mentioned
    assert after.works == entry.works and said(after, "made") == said(entry, "made")
    assert after.picture is None or after.picture.number != hidden


def test_months_that_are_none(visitor: TestClient) -> None:
    for month in ("2026-13", "0", "x", "2026-1", "9999-12"):
        assert visitor.get(f"/artists/ada/diary?month={month}").status_code == 404, month
    assert "No works in this month." in visitor.get("/artists/ada/diary?month=2030-12").text
    assert visitor.get("/artists/nobody/diary").status_code == 404


def test_an_artist_without_works(empty) -> None:
    client = TestClient(create_app(empty.catalogue, empty.archive, site=SiteSettings()))
    assert "No works yet" in client.get("/artists/ada/diary").text
    assert not feedparser.parse(client.get("/artists/ada/diary.atom").content).bozo
    assert client.get("/api/v1/artists/ada/diary").json() == {"days": [], "next": None}


def _joined(words) -> str:
    words = list(words)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
