"""The grader against percentiles by hand; it keeps to its half; the shipped one is whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cas import CulturalAlienSampler, Vocabulary
from cas.data.corpus import Corpus, Work, artist_halves, count_concepts
from cas.errors import CheckpointError
from cas.evaluation import grader as grading
from cas.evaluation.grader import Grader, train_grader
from cas.evaluation.lifts import Meetings
from tests.cas.conftest import SMALL


@pytest.fixture(scope="module")
def corpus(works: list[Work]) -> Corpus:
    return Corpus.pack(works, Vocabulary(sorted(count_concepts(works))))


@pytest.fixture(scope="module")
def grader(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Grader:
    small = pytest.MonkeyPatch()
    small.setattr(grading, "SETTINGS", dict.fromkeys(("coherence", "context"), SMALL))
    with small.context():
        return train_grader(corpus, tmp_path_factory.mktemp("grader"), held_out=0.1)


def test_grades_are_percentiles_by_hand(corpus: Corpus, grader: Grader) -> None:
    _, half = artist_halves(corpus)
    pool = ["concept a0", "concept a3"]
    words = [w for w in corpus.vocabulary if w not in pool]
    lifts = [Meetings.in_works(half).lifts(), Meetings.in_artists(half).lifts()]
    tokens = corpus.vocabulary.indices(pool)
    for pick in ("concept a1", "concept e2", "mark 3"):
        grades = grader.grade([pick], [pool])
        for found, table in zip((grades.fit, grades.strangeness), lifts, strict=True):
            means = {w: table[corpus.vocabulary.index(w), tokens].mean() for w in words}
            others = [mean for word, mean in means.items() if word != pick]
            above = sum(m > means[pick] for m in others) + 0.5 * others.count(means[pick])
            assert found[0] == pytest.approx(above / len(others))


def test_matched_grades_are_among_concepts_as_frequent(
    corpus: Corpus, grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, half = artist_halves(corpus)
    pool, counts = ["concept a0", "concept a3"], count_concepts(half_works(half))
    tokens = corpus.vocabulary.indices(pool)
    lifts = [Meetings.in_works(half).lifts(), Meetings.in_artists(half).lifts()]
    monkeypatch.setattr(grading, "MATCHED", 9)
    for pick in ("concept a1", "mark 3"):
        others = [w for w in corpus.vocabulary if w not in (*pool, pick)]
        others.sort(key=lambda w: abs(np.log((counts[w] + 1) / (counts[pick] + 1))))
        grades = grader.grade([pick], [pool])
        assert grades.frequency[0] == pytest.approx(
            np.mean(
                [np.heaviside(counts[pick] - counts[w], 0.5) for w in others]  # ties count half
            )
        )
        found = (grades.fit_matched, grades.strangeness_matched)
        for percentile, table in zip(found, lifts, strict=True):
            own, *means = (
                table[corpus.vocabulary.index(w), tokens].mean() for w in (pick, *others[:9])
            )
            below = [np.heaviside(mean - own, 0.5) for mean in means]
            assert percentile[0] == pytest.approx(np.mean(below))
    monkeypatch.setattr(grading, "MATCHED", 1000)
    grades = grader.grade(["concept a1"], [pool])
    assert grades.fit_matched[0] == grades.fit[0]


def half_works(half: Corpus) -> list[Work]:
    words = list(half.vocabulary)
    return [
        Work(name, None, tuple(words[token] for token in half.work(number)))
        for number, name in enumerate(half.ids)
    ]


def test_what_goes_together_fits_by_lifts_and_by_models(grader: Grader) -> None:
    """Works of the corpus keep to one letter, artists to two."""
    pool = ["concept a0", "concept a3"]
    grades = grader.grade(["concept a1", "concept e2"], [pool, pool])
    for each in (grades.fit, grades.coherence, grades.strangeness, grades.atypicality):
        assert each[0] < each[1]


def test_what_the_grader_does_not_know_has_no_grade(grader: Grader) -> None:
    grades = grader.grade(
        ["neon", "concept a1", "concept a1", "concept a1"],
        [["concept a0"], ["neon"], ["neon", "concept a0"], ["concept a1", "concept a0"]],
    )
    for each in (grades.fit, grades.strangeness, grades.coherence, grades.atypicality):
        assert np.isnan(each).tolist() == [True, True, False, False]
    alone = grader.grade(["concept a1"], [["concept a0"]])
    assert grades.fit[2] == grades.fit[3] == alone.fit[0]
    assert np.isnan(grader.grade(["neon"], [["sea"]]).fit).all()


def test_it_is_loaded_as_it_was_made_and_counts_its_half_alone(
    corpus: Corpus, grader: Grader, tmp_path: Path
) -> None:
    chooses, half = artist_halves(corpus)
    assert np.array_equal(grader.works.both, Meetings.in_works(half).both)
    assert not np.array_equal(grader.works.both, Meetings.in_works(chooses).both)
    with pytest.raises(CheckpointError, match="There is no grader at"):
        Grader.load(tmp_path)


def test_the_shipped_grader_knows_the_shipped_vocabulary_and_is_another_pair() -> None:
    grader, pair = Grader.load(), CulturalAlienSampler.from_pretrained()
    assert grader.vocabulary == pair.vocabulary
    assert grader.pair.fingerprint != pair.fingerprint
    grades = grader.grade(["cliff", "telephone"], [["sea", "coast"]] * 2)
    assert grades.fit[0] < 0.1 < grades.fit[1]
    assert grades.coherence[0] < 0.1 < grades.coherence[1]


def test_the_shipped_grader_counts_the_museums_grading_half(museum_data: Path) -> None:
    from cas.data.corpus import MUSEUM_WORKS
    from cas.data.vocabulary_rules import VocabularyRules
    from cas.training.train import read_corpus

    corpus, _ = read_corpus(museum_data / MUSEUM_WORKS, VocabularyRules.load())
    other, half = artist_halves(corpus)
    _, works, artists = Grader.choosing_counts()
    assert np.array_equal(works.both, Meetings.in_works(other).both)
    assert np.array_equal(artists.both, Meetings.in_artists(other).both)
    shipped = Grader.load()
    assert np.array_equal(shipped.works.both, Meetings.in_works(half).both)
    assert np.array_equal(shipped.artists.both, Meetings.in_artists(half).both)
