"""Lifts against counts by hand, and chance against sets drawn by chance."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from cas import CasError, Vocabulary
from cas.data.corpus import Corpus, Work, artist_halves, count_concepts
from cas.errors import CheckpointError
from cas.evaluation.lifts import Meetings, load_meetings, save_meetings


@pytest.fixture(scope="module")
def corpus(works: list[Work]) -> Corpus:
    return Corpus.pack(works, Vocabulary(sorted(count_concepts(works))))


def sets_of(works: list[Work], corpus: Corpus) -> dict[str, list[set[str]]]:
    """The distinct works, and each artist's union, as sets of words."""
    shown = {(w.artist, frozenset(w.concepts)) for w in works}
    assert len(shown) == len(corpus)
    artists: dict[str | None, set[str]] = {}
    for artist, concepts in shown:
        artists.setdefault(artist, set()).update(concepts)
    return {"works": [set(c) for _, c in shown], "artists": list(artists.values())}


@pytest.mark.parametrize("kind", ["works", "artists"])
def test_meetings_and_lifts_are_those_counted_by_hand(
    works: list[Work], corpus: Corpus, kind: str
) -> None:
    sets = sets_of(works, corpus)[kind]
    found = Meetings.in_works(corpus) if kind == "works" else Meetings.in_artists(corpus)
    total = sum(len(s) for s in sets)
    chance = sum(len(s) * (len(s) - 1) for s in sets) / total**2
    lifts = found.lifts(shrinkage=2.0)
    words = list(corpus.vocabulary)
    for i in range(0, len(words), 7):
        holds = sum(words[i] in s for s in sets)
        assert found.each[i] == holds
        assert math.isnan(lifts[i, i])
        for j in range(0, len(words), 5):
            if i == j:
                continue
            both = sum(words[i] in s and words[j] in s for s in sets)
            expected = chance * holds * sum(words[j] in s for s in sets)
            assert found.both[i, j] == both
            assert lifts[i, j] == pytest.approx(math.log((both + 2) / (expected + 2)))


def test_without_ties_between_concepts_lifts_are_near_zero_however_sets_differ_in_size() -> None:
    """Artists of two to thirty concepts, drawn by frequency alone: nothing is to be found."""
    generator = np.random.default_rng(0)
    weights = 1 / np.arange(1, 61)
    made = [
        Work(
            str(n),
            f"artist {n}",
            tuple(
                f"c{c}"
                for c in generator.choice(
                    60, int(generator.integers(2, 30)), replace=False, p=weights / weights.sum()
                )
            ),
        )
        for n in range(3000)
    ]
    corpus = Corpus.pack(made, Vocabulary([f"c{c}" for c in range(60)]))
    found = Meetings.in_artists(corpus)
    rare = found.lifts()[20:, 20:]  # the likeliest few are in nearly every set
    assert abs(np.nanmean(rare)) < 0.1
    mean = np.nanmean(found.lifts()[20:, 20:], axis=1)
    assert abs(np.corrcoef(mean, found.each[20:])[0, 1]) < 0.5
    naive = np.outer(found.each, found.each) / len(made)
    assert np.median(np.log((found.both + 1) / (naive + 1))[20:, 20:]) > 0.2


def test_shrinkage_takes_what_little_is_known_towards_zero(corpus: Corpus) -> None:
    found = Meetings.in_works(corpus)
    weak, strong = found.lifts(shrinkage=0.5), found.lifts(shrinkage=50.0)
    off = ~np.eye(len(weak), dtype=bool)
    assert np.abs(strong[off]).max() < np.abs(weak[off]).max()
    assert np.all(np.sign(weak[off]) == np.sign(strong[off]))
    with pytest.raises(CasError, match="shrinkage must be a number above 0"):
        found.lifts(shrinkage=0.0)


def test_counts_are_kept_and_a_broken_file_is_told(corpus: Corpus, tmp_path: Path) -> None:
    path, size = tmp_path / "counts.npz", len(corpus.vocabulary)
    made = (Meetings.in_works(corpus), Meetings.in_artists(corpus))
    save_meetings(path, *made)
    for ours, read in zip(made, load_meetings(path, size), strict=True):
        assert np.array_equal(ours.both, read.both)
        assert np.array_equal(ours.each, read.each)
        assert ours.chance == read.chance
    with pytest.raises(CheckpointError, match="holds no readable counts of 3 concepts"):
        load_meetings(path, 3)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(CheckpointError, match="Copy it again, or count anew"):
        load_meetings(path, size)


def test_no_artist_is_in_both_halves_and_more_works_move_none(
    works: list[Work], corpus: Corpus
) -> None:
    halves = artist_halves(corpus)
    assert sum(map(len, halves)) == len(corpus)
    names = [{corpus.artist_names[a] for a in half.artists} for half in halves]
    assert not names[0] & names[1]
    assert all(len(each) > 15 for each in names)
    more = Corpus.pack([*works[300:], Work("new", "somebody", ("concept a0",))], corpus.vocabulary)
    again = {more.artist_names[a] for a in artist_halves(more)[0].artists} - {"somebody"}
    assert again <= names[0]


def test_works_of_unknown_artists_are_halved_too(corpus: Corpus, works: list[Work]) -> None:
    unknown = Corpus.pack([Work(w.id, None, w.concepts) for w in works], corpus.vocabulary)
    halves = artist_halves(unknown)
    assert all(len(half) > 200 for half in halves)
