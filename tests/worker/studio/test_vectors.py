"""The kept vectors of known words."""

import numpy as np
import pytest

from worker.studio.lexicon.vectors import cache_folder, kept_vectors

WORDS = ("sea", "ship", "storm")


class Encoder:
    """Vectors of letter counts, and a tally of what was asked."""

    def __init__(self, lean=0.0):
        self.lean, self.asked = lean, []

    def __call__(self, texts):
        self.asked += texts
        rows = [[text.count(c) + self.lean for c in "aeiouhstrp"] for text in texts]
        return np.array(rows, dtype=np.float32)


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_words_are_encoded_once_and_read_back_the_same():
    first = kept_vectors(WORDS, Encoder())
    again = Encoder()
    np.testing.assert_array_equal(kept_vectors(WORDS, again), first)
    assert not set(again.asked) & set(WORDS)
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1, rtol=1e-5)


def test_another_encoder_or_other_words_are_never_given_these_vectors():
    kept_vectors(WORDS, Encoder())
    other, fewer = Encoder(lean=1.0), Encoder()
    kept_vectors(WORDS, other)
    assert kept_vectors(WORDS[:2], fewer).shape == (2, 10)
    assert set(WORDS) <= set(other.asked)
    assert set(WORDS[:2]) <= set(fewer.asked)


def test_a_damaged_cache_is_made_again():
    first = kept_vectors(WORDS, Encoder())
    (kept,) = cache_folder().iterdir()
    kept.write_bytes(b"damaged")
    np.testing.assert_array_equal(kept_vectors(WORDS, Encoder()), first)
    assert kept.stat().st_size > 100


def test_a_cache_that_cannot_be_written_does_no_harm(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert kept_vectors(WORDS, Encoder()).shape == (3, 10)
