"""Feedback on the pages: every β is the one that was used, with what it depends on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.charts.candidate_plot import plot_candidates
from storage.archive.events import TuningChanged
from storage.archive.manifest import CountedVotes, Manifest, Tally, Tuning

TUNING = Tuning(beta=0.7, feedback="both", lowest_beta=0.6)
BETAS = (0.7, 0.75, 0.7 + 0.05 + 0.05)
HEARD = CountedVotes(since=3, original=Tally(won=2.5, votes=12), harmonious=Tally(won=1.0, votes=1))


@pytest.fixture
def walked(empty, sample) -> Iterator[tuple[TestClient, list[Manifest]]]:
    """A gallery whose artist made two works without feedback, and three with it."""
    life = sample.Life("ada")
    empty.catalogue.artists.tune(
        TuningChanged(artist="ada", at=sample.BORN, version=3, tuning=TUNING, who="ann")
    )
    made = []
    for number in range(1, 6):
        manifest = life.cycle(empty.archive)
        if number > 2:
            told = {"beta": BETAS[number - 3], "counted_votes": HEARD}
            inspiration = manifest.inspiration.model_copy(update=told)
            changes = {"inspiration": inspiration, "tuning": TUNING, "tuning_version": 3}
            manifest = manifest.model_copy(update=changes)
        empty.archive.save_manifest(manifest)
        empty.catalogue.restore_work(manifest)
        made.append(manifest)
    app = create_app(empty.catalogue, empty.archive, site=SiteSettings())
    with TestClient(app) as client:
        yield client, made


def test_a_works_page_shows_its_beta_and_feedback(walked) -> None:
    client, made = walked
    page = client.get("/works/ada/5").text
    assert "How unexpected it is weighs 80% and coherence 20% (β = 0.8)" in page
    assert (
        "β depends on novelty and visitors’ votes here: it began at 0.7 and changes by at most 0.05"
        " a work, between 0.6 and 1. Works since no. 3 had won 2.5 of 12 votes"
        " as the more original and 1 of 1 vote as the more harmonious." in page
    )
    assert "version 3: β 0.8 (feedback from 0.7), patience" in page
    line = plot_candidates(made[4].inspiration, beta=BETAS[2]).line
    assert line is not None and f'x1="{line[0][0]}" y1="{line[0][1]}"' in page
    plain = client.get("/works/ada/1").text
    assert "β depends on" not in plain and "version 1: β 0.85, patience" in plain


def test_the_api_has_the_beta(walked) -> None:
    client, _ = walked
    told = [client.get(f"/api/v1/works/ada/{number}").json() for number in (2, 4)]
    assert [(one["beta"], one["tuning"]["beta"]) for one in told] == [(0.85, 0.85), (0.75, 0.7)]


def test_artist_page_and_studio_show_the_beta_of_the_last_pick(walked) -> None:
    client, made = walked
    page = client.get("/artists/ada").text
    assert (
        "unexpectedness 80%, coherence 20% (β 0.8 in the last pick, depends on novelty and" in page
    )
    studio = client.get("/artists/ada/studio").text
    assert "candidates, at β 0.8." in studio
    line = plot_candidates(made[4].inspiration, beta=BETAS[2]).line
    assert line is not None and f'x2="{line[1][0]}" y2="{line[1][1]}"' in studio


def test_numbers_plot_beta(walked) -> None:
    client, _ = walked
    page = client.get("/artists/ada/numbers").text
    assert "<h2>β</h2>" in page
    assert page.count("β 0.85 → 0.7, feedback off → both") == 2 * page.count('class="wide"')
    assert page.count("→") == page.count("β 0.85 → 0.7") * 2, "the walk itself is no change"
    rows = list(csv.DictReader(io.StringIO(client.get("/artists/ada/works.csv").text)))
    assert [float(row["beta"]) for row in rows] == [0.85, 0.85, *BETAS]
    spots = re.findall(r"<h2>β</h2>.*?</section>", page, re.DOTALL)[0].count("<circle")
    assert spots == 5


def test_without_feedback_there_is_no_such_curve(visitor: TestClient) -> None:
    assert "<h2>β</h2>" not in visitor.get("/artists/ada/numbers").text
