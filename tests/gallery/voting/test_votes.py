"""Votes: one per visitor and pair, only on offered pairs, archived, ranked."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from itsdangerous import URLSafeTimedSerializer
from starlette.testclient import TestClient

from cas.experiments.bradley_terry import Vote, Votes, fit
from cas.tuning import PRESETS
from gallery import SiteSettings, create_app
from gallery.middleware import rate_limit
from gallery.middleware.rate_limit import NEW_VOTERS, VOTES
from gallery.voting.pairs import POOL, next_pair, pair_key, voting_pool
from gallery.voting.policies import policy
from gallery.voting.ranking import PRIOR, rank
from gallery.voting.vote_limit import VoteLimit
from storage.archive.manifest import Tuning
from storage.catalogue import Catalogue, Comparison
from storage.rebuild import rebuild

SECRET = b"s" * 32


@pytest.fixture
def stores(tmp_path: Path, sample) -> Iterator:
    """Two artists with six works each."""
    built = sample.build_exhibition(tmp_path, works=6, artist="ada")
    sample.hang(built.catalogue, built.archive, works=6, artist="boris")
    yield built
    built.catalogue.close()


@pytest.fixture
def voter(stores) -> Iterator[TestClient]:
    app = create_app(
        stores.catalogue, stores.archive, site=SiteSettings(), secret=SECRET, limited=False
    )
    with TestClient(app) as client:
        yield client


def ballot_of(page: str) -> str:
    return re.findall(r'name="ballot" value="([^"]+)"', page)[0]


def test_a_visitor_is_asked_about_every_pair_once(voter: TestClient, stores) -> None:
    seen = set()
    while (page := voter.get("/vote").text).count('name="ballot"'):
        assert page == voter.get("/vote").text or "ballot" in page
        answer = voter.post(
            "/vote", data={"ballot": ballot_of(page), "choice": "left"}, follow_redirects=False
        )
        assert answer.status_code == 303
        assert answer.headers["location"] == "/vote?question=original"
        seen.add(len(seen))
    assert len(seen) == 12 * 11 // 2
    assert stores.catalogue.votes.count() == 66
    assert "every pair" in page
    assert 'name="ballot"' in voter.get("/vote?question=harmonious").text


def cast(client: TestClient, **options: object) -> int:
    """Cast one vote; return the response."""
    page = client.get("/vote").text
    answer = client.post("/vote", data={"ballot": ballot_of(page), "choice": "left"}, **options)
    return answer.status_code


def test_deleting_the_cookie_does_not_make_many_voters(stores) -> None:
    app = create_app(stores.catalogue, stores.archive, site=SiteSettings(), secret=SECRET)
    codes = Counter()
    for _ in range(25):
        stranger = TestClient(app, client=("198.51.100.7", 1), follow_redirects=False)
        codes[cast(stranger)] += 1
    assert codes == {303: round(NEW_VOTERS.burst), 429: 25 - round(NEW_VOTERS.burst)}
    assert stores.catalogue.votes.count() == NEW_VOTERS.burst
    elsewhere = TestClient(app, client=("203.0.113.9", 1), follow_redirects=False)
    assert cast(elsewhere) == 303


def test_a_family_stays_within_the_limit(stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six people with one address, each with an answer every six seconds for ten minutes."""
    clock = [1000.0]
    monkeypatch.setattr(rate_limit.time, "monotonic", lambda: clock[0])
    vote_limit = VoteLimit()
    for turn in range(100):
        for _ in range(6):
            vote_limit.admit("198.51.100.7", new=turn == 0)
            clock[0] += 1


def test_votes_of_one_address_are_limited(stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit.time, "monotonic", lambda: 1000.0)
    app = create_app(stores.catalogue, stores.archive, site=SiteSettings(), secret=SECRET)
    voter = TestClient(app, follow_redirects=False)
    assert [cast(voter) for _ in range(round(VOTES.burst))] == [303] * round(VOTES.burst)
    ballot = ballot_of(voter.get("/vote").text)
    refused = voter.post("/vote", data={"ballot": ballot, "choice": "tie"})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert "wait 1 seconds" in refused.text
    assert stores.catalogue.votes.count() == VOTES.burst


def test_a_vote_that_is_sent_twice_counts_once(voter: TestClient, stores) -> None:
    ballot = ballot_of(voter.get("/vote").text)
    for choice in ("left", "right"):
        voter.post("/vote", data={"ballot": ballot, "choice": choice})
    (vote,) = stores.catalogue.votes.all()
    assert vote.outcome in (0.0, 1.0)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"ballot": "forged", "choice": "left"}, 400),
        ({"ballot": "x" * 5000, "choice": "left"}, 400),
        ({"choice": "left"}, 400),
        ({"ballot": "", "choice": "sideways"}, 400),
    ],
)
def test_forged_votes_are_refused(voter: TestClient, stores, data: dict, status: int) -> None:
    voter.get("/vote")
    answer = voter.post("/vote", data=data)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert stores.catalogue.votes.count() == 0


def test_ballots_are_valid_for_one_visitor(voter: TestClient, stores) -> None:
    ballot = ballot_of(voter.get("/vote").text)
    cookie = voter.cookies["visitor"]
    voter.cookies.clear()
    assert voter.post("/vote", data={"ballot": ballot, "choice": "tie"}).status_code == 400
    voter.cookies.set("visitor", cookie[:-3] + "xyz")
    assert voter.post("/vote", data={"ballot": ballot, "choice": "tie"}).status_code == 400
    voter.cookies.clear()
    voter.get("/vote")
    assert voter.post("/vote", data={"ballot": ballot, "choice": "tie"}).status_code == 400
    assert stores.catalogue.votes.count() == 0


def test_cookie_is_anonymous_and_http_only(voter: TestClient, stores) -> None:
    cookie = voter.get("/vote").headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    voter.post("/vote", data={"ballot": ballot_of(voter.get("/vote").text), "choice": "tie"})
    (vote,) = stores.catalogue.votes.all()
    assert vote.visitor not in voter.cookies["visitor"]
    assert vote.outcome == 0.5


def test_votes_come_back_from_the_archive(stores, tmp_path: Path) -> None:
    app = create_app(stores.catalogue, stores.archive, site=SiteSettings())
    with TestClient(app) as client:
        for _ in range(5):
            page = client.get("/vote").text
            client.post("/vote", data={"ballot": ballot_of(page), "choice": "right"})
    assert stores.catalogue.votes.not_archived(limit=9) == []
    for artist in stores.catalogue.artists.all():
        stores.archive.append(artist.created)
    again = Catalogue(f"sqlite:///{tmp_path / 'again.db'}")
    assert rebuild(stores.archive, again).votes == 5
    assert list(again.votes.all()) == list(stores.catalogue.votes.all())
    again.close()


def test_pool_is_capped_and_shared_evenly(stores) -> None:
    pool = voting_pool(stores.catalogue)
    assert Counter(work.artist for work in pool) == {"ada": 6, "boris": 6}
    stores.catalogue.works.moderate("ada:6", "blurred", "blood")
    assert "ada:6" not in {work.id for work in voting_pool(stores.catalogue)}
    assert POOL < 200


def test_rare_works_and_other_artists_go_first(stores) -> None:
    pool = voting_pool(stores.catalogue)
    counts = {work.id: 5 for work in pool} | {"ada:3": 0}
    for visitor in "abcdef":
        pair = next_pair(pool, counts=counts, answered=set(), visitor=visitor, question="original")
        assert pair is not None
        assert "ada:3" in pair_key(pair.left, pair.right)
        assert pair.left.artist != pair.right.artist


def test_ranking_is_the_fit_of_its_votes(voter: TestClient, stores) -> None:
    """Visitors mostly prefer Boris; compared with a direct call of the library."""
    dice = np.random.default_rng(3)
    for _ in range(12):
        voter.cookies.clear()
        for _ in range(3):
            page = voter.get("/vote").text
            _, _, *pair = URLSafeTimedSerializer(SECRET, salt="ballot").loads(ballot_of(page))
            artists = [work.partition(":")[0] for work in pair]
            better = ("left", "right")[artists.index("boris")] if "boris" in artists else "tie"
            choice = better if dice.random() < 0.8 else "tie"
            voter.post("/vote", data={"ballot": ballot_of(page), "choice": choice})
    comparisons = stores.catalogue.votes.comparisons("original")
    ranking = rank("original", comparisons, "artists")
    assert ranking is not None
    assert [place.name for place in ranking.places] == ["boris", "ada"]
    votes = []
    for one in comparisons:
        if one.first_artist != one.second_artist:
            pair = (one.first_artist, one.second_artist)
            winner, loser = pair if one.outcome >= 0.5 else pair[::-1]
            votes.append(Vote(winner, loser, tie=one.outcome == 0.5, rater=one.visitor))
    model = fit(Votes.of(votes), prior=PRIOR)
    abilities = dict(zip(model.names, model.abilities, strict=True))
    for place in ranking.places:
        assert place.ability == pytest.approx(abilities[place.name])
        assert place.low < place.ability < place.high
    assert voter.get("/votes?by=policies").status_code == 200
    for by in ("artists", "tunings", "works"):
        shown = voter.get(f"/votes?by={by}")
        assert shown.status_code == 200
        assert "votes between different" in shown.text
    rows = list(csv.DictReader(io.StringIO(voter.get("/votes.csv").text)))
    assert len(rows) == len(comparisons) == 36
    assert {row["question"] for row in rows} == {"original"}


@pytest.mark.parametrize("visitors", [1, 12])
def test_only_ties_do_not_break_the_ranking(voter: TestClient, visitors: int) -> None:
    for _ in range(visitors):
        voter.cookies.clear()
        ballot = ballot_of(voter.get("/vote").text)
        voter.post("/vote", data={"ballot": ballot, "choice": "tie"})
    for by in ("artists", "tunings", "policies", "works"):
        shown = voter.get(f"/votes?by={by}")
        assert shown.status_code == 200
    assert f"{visitors} of them ties" in shown.text


def test_works_of_an_unknown_tuning_are_ranked() -> None:
    vote = Comparison("v", 1.0, "ada:1", "ada", 1, "boris:2", "boris", 9)
    policies = rank("original", [vote], "policies", policies={("ada", 1): "paper"})
    assert policies is not None
    assert [place.name for place in policies.places] == ["paper", "unknown"]


def test_votes_within_one_artist_do_not_rank_artists() -> None:
    same = Comparison("v", 1.0, "ada:1", "ada", 1, "ada:2", "ada", 2)
    assert rank("original", [same], "artists") is None
    tunings = rank("original", [same], "tunings")
    assert tunings is not None
    assert [place.name for place in tunings.places] == ["ada, tuning 1", "ada, tuning 2"]


def test_policies_are_ranked_over_all_artists() -> None:
    votes = [
        Comparison("v", 1.0, "ada:1", "ada", 1, "boris:2", "boris", 1),
        Comparison("v", 1.0, "boris:3", "boris", 2, "ada:2", "ada", 2),
        Comparison("w", 1.0, "ada:1", "ada", 1, "boris:3", "boris", 2),
    ]
    by_hand = {
        ("ada", 1): "paper",
        ("boris", 2): "paper",
        ("ada", 2): "default",
        ("boris", 1): "default",
    }
    policies = rank("original", votes, "policies", policies=by_hand)
    assert policies is not None
    assert [place.name for place in policies.places] == ["paper", "default"]
    assert policies.votes == 2  # the third one is between two works of one policy


def test_a_policy_is_named_by_the_nearest_preset() -> None:
    paper = asdict(PRESETS["paper"])
    default = asdict(PRESETS["default"])
    assert policy(Tuning(**paper)) == "paper"
    assert policy(Tuning(**default, patience=9, every=60)) == "default"
    assert policy(Tuning(**{**default, "beta": 1, "permutations": 8})) == "default, β 1, K 8"
    assert policy(Tuning(**default, feedback="votes")) == "default, feedback votes"
    assert policy(Tuning(**{**paper, "temperature": 1.5})) == "paper, temperature 1.5"


def test_empty_galleries_have_no_question(empty) -> None:
    client = TestClient(create_app(empty.catalogue, empty.archive, site=SiteSettings()))
    assert "fewer than two works" in client.get("/vote").text
    assert client.get("/votes").status_code == 200
    assert client.get("/vote?question=cheaper").status_code == 400
