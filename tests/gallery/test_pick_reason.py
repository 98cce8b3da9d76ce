"""The reason of a pick for the first screen, against the candidates themselves."""

from __future__ import annotations

import asyncio
import threading

import pytest

from gallery.pick_reason import RIVALS, PickReasons, reason_of_pick, share_in_words
from storage.archive.manifest import Candidate


def test_the_pick_and_its_rivals_stand_where_their_ranks_put_them(exhibition) -> None:
    for manifest in exhibition.manifests[1:]:
        candidates = manifest.inspiration.candidates
        reason = reason_of_pick(manifest)
        shown = (reason.pick, *reason.rivals)
        assert [one.concept for one in shown] == [c.concept for c in candidates[: RIVALS + 1]]
        assert reason.others == len(candidates) - 1
        for one, candidate in zip(shown, candidates, strict=False):
            rarer = sum(c.context_nll < candidate.context_nll for c in candidates)
            fits = sum(c.coherence_nll > candidate.coherence_nll for c in candidates)
            assert one.rarity == pytest.approx(rarer / reason.others)
            assert one.fit == pytest.approx(fits / reason.others)
            weighed = manifest.beta * one.rarity + (1 - manifest.beta) * one.fit
            assert one.both == pytest.approx(weighed)
        both = [one.both for one in shown]
        assert both == sorted(both, reverse=True)


@pytest.mark.parametrize(
    ("coherence_rank", "context_rank", "verdict"),
    [
        (1, 3, "Unexpected, yet fitting"),
        (3, 3, "Unexpected more than fitting"),
        (1, 1, "Fitting more than unexpected"),
        (3, 1, "Neither unexpected nor fitting alone"),
    ],
)
def test_the_verdict_follows_the_ranks(
    exhibition, coherence_rank: float, context_rank: float, verdict: str
) -> None:
    manifest = exhibition.manifests[9]
    ranks = [(coherence_rank, context_rank), (2, 2), (2, 2)]
    candidates = tuple(
        Candidate(
            concept=f"c{i}",
            coherence_nll=coherence,
            context_nll=context,
            coherence_rank=coherence,
            context_rank=context,
            score=0.0,
        )
        for i, (coherence, context) in enumerate(ranks)
    )
    inspiration = manifest.inspiration.model_copy(update={"candidates": candidates})
    reason = reason_of_pick(manifest.model_copy(update={"inspiration": inspiration}))
    assert reason.verdict == verdict


def test_shares_in_words() -> None:
    shares = (1.0, 0.99, 0.9, 0.89, 0.5, 0.49, 0.1)
    words = ["all", "nearly all", "nearly all", "most", "most", "some", "few"]
    assert [share_in_words(share) for share in shares] == words


def test_the_text_is_the_beginning_of_what_holds(exhibition) -> None:
    manifest = exhibition.manifests[9]
    text = reason_of_pick(manifest).text
    assert text and manifest.composition.prompt.startswith(text)
    long = manifest.composition.model_copy(update={"prompt": "word " * 200})
    assert reason_of_pick(manifest.model_copy(update={"composition": long})).text == ""


def test_a_slow_archive_is_not_waited_for_and_read_once(
    exhibition, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, opened, asked = exhibition.archive.read_manifest, threading.Event(), []

    def slowly(artist: str, number: int):
        asked.append(number)
        assert opened.wait(60)
        return read(artist, number)

    monkeypatch.setattr(exhibition.archive, "read_manifest", slowly)

    async def visit() -> None:
        reasons = PickReasons(exhibition.archive)
        assert await reasons.of("ada", 7, seconds=0.0) is None
        assert await reasons.of("ada", 7, seconds=0.0) is None
        opened.set()
        reason = await reasons.of("ada", 7, seconds=None)
        assert reason == reason_of_pick(exhibition.manifests[6])
        assert await reasons.of("ada", 7, seconds=0.0) is reason
        assert asked == [7]

    asyncio.run(visit())


def test_a_lost_manifest_has_no_reason(exhibition) -> None:
    reasons = PickReasons(exhibition.archive)
    assert asyncio.run(reasons.of("ada", 999, seconds=None)) is None
