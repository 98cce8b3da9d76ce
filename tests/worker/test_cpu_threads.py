"""Numbers of threads: one for a pick of the sampler, a share for a large model."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch

import worker.cpu_threads
from cas import CulturalAlienSampler
from storage.archive.events import ArtistCreated
from storage.archive.manifest import Tuning
from storage.catalogue import ArtistRow
from worker.cpu_threads import divide_processors, share, threads_for, torch_threads
from worker.encoders.minilm import MiniLMEncoder
from worker.steps.inspire import inspire


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    divide_processors(1)
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("processors", "at_once", "environment", "threads"),
    [(16, 1, "", 16), (16, 2, "", 8), (2, 4, "", 1), (16, 2, "3", 3), (2, 1, "64", 2)],
)
def test_a_large_model_gets_a_share_of_the_processors(
    monkeypatch: pytest.MonkeyPatch, processors: int, at_once: int, environment: str, threads: int
) -> None:
    monkeypatch.setattr(worker.cpu_threads, "usable_processors", lambda: processors)
    monkeypatch.setenv("OMP_NUM_THREADS", environment)
    divide_processors(at_once)
    assert (share(), threads_for(64), threads_for(1)) == (threads, threads, 1)


def test_the_number_is_restored_and_other_threads_keep_theirs() -> None:
    with ThreadPoolExecutor(1) as other:
        assert other.submit(torch.get_num_threads).result() == 2
        with torch_threads(1):
            assert torch.get_num_threads() == 1
            assert other.submit(torch.get_num_threads).result() == 2
        assert torch.get_num_threads() == 2
    with pytest.raises(ZeroDivisionError), torch_threads(3):
        assert torch.get_num_threads() == 3
        raise ZeroDivisionError
    assert torch.get_num_threads() == 2


def test_the_sampler_picks_with_one_thread(
    sampler: CulturalAlienSampler, created: ArtistCreated, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    forward = sampler.coherence.next_nll

    def watched(pools: torch.Tensor) -> torch.Tensor:
        seen.append(torch.get_num_threads())
        return forward(pools)

    monkeypatch.setattr(sampler.coherence, "next_nll", watched)
    artist = ArtistRow("alien", created, None, False, False, "", "", 0.0, 0, 0.0, 0.0)
    inspire(sampler, artist, number=1, pool=None, tuning=Tuning())
    assert set(seen) == {1} and torch.get_num_threads() == 2


def test_one_text_is_read_with_one_thread_and_many_with_the_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []

    def watched(self: MiniLMEncoder, texts: Any) -> Any:
        seen.append(torch.get_num_threads())
        return torch.zeros(len(texts), 384).numpy()

    monkeypatch.setattr(MiniLMEncoder, "_encode_batch", watched)
    monkeypatch.setattr(worker.cpu_threads, "usable_processors", lambda: 3)
    monkeypatch.delenv("OMP_NUM_THREADS")
    MiniLMEncoder().encode(["a fox"])
    MiniLMEncoder().encode(["a fox", "a crow"])
    assert seen == [1, 3]
