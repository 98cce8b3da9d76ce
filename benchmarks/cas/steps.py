"""A step of the shipped pair compared with plain transformers, in one run, on two threads.

A step scores a pool of eight under both models, draws 256 candidates and ranks them. The others
are the same step on plain `GPT2LMHeadModel` forwards at equal K and batch, and Hugging Face
`generate` for 256 candidates followed by scoring. Rounds alternate; median and fastest are printed.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from cas import PRESETS, CulturalAlienSampler

POOL_SIZE = 8
BATCH = 256


def pools(sampler: CulturalAlienSampler, count: int) -> list[list[str]]:
    generator = np.random.default_rng(0)
    size = len(sampler.vocabulary)
    return [
        [sampler.vocabulary[int(t)] for t in generator.choice(size, POOL_SIZE, replace=False)]
        for _ in range(count)
    ]


class PlainForward:
    """`next_nll` by plain transformers: logits of all positions, of which the last is used."""

    def __init__(self, model: torch.nn.Module) -> None:
        self._model = model

    def __call__(self, tokens: torch.Tensor) -> torch.Tensor:
        """Return [B, V + 2] logits."""
        logits: torch.Tensor = self._model(input_ids=tokens).logits
        return logits[:, -1]


def plain(sampler: CulturalAlienSampler) -> CulturalAlienSampler:
    """The same pair without its fast path."""
    twin = CulturalAlienSampler.from_pretrained()
    for model in (twin.coherence, twin.context):
        model._forward = PlainForward(model.network)  # type: ignore[assignment]
    return twin


def generate_and_score(sampler: CulturalAlienSampler, pool: list[str]) -> None:
    """Generate 256 next concepts in one call; then score each pool + concept with both models."""
    coherence = sampler.coherence
    start = [coherence.bos, *sampler.vocabulary.indices(pool)]
    drawn = coherence.network.generate(  # type: ignore[operator]
        torch.tensor([start] * 256),
        attention_mask=torch.ones(256, len(start), dtype=torch.long),
        max_new_tokens=1,
        do_sample=True,
        temperature=2.5,
        pad_token_id=coherence.eos,
    )
    with torch.inference_mode():
        for model in (sampler.coherence, sampler.context):
            torch.log_softmax(model.network(input_ids=drawn).logits, dim=-1)


def rounds(contestants: dict[str, Callable[[], object]], *, count: int) -> dict[str, list[float]]:
    """Time each contestant once per round, in milliseconds, after three warm-up rounds."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(count + 3):
        for name, run in contestants.items():
            started = time.perf_counter()
            run()
            if number >= 3:
                times[name].append((time.perf_counter() - started) * 1e3)
    return times


def main() -> None:
    torch.set_num_threads(2)
    sampler = CulturalAlienSampler.from_pretrained()
    twin = plain(sampler)
    one, many = pools(sampler, 1), pools(sampler, BATCH)
    times: dict[str, list[float]] = {}
    for k in (1, 4):
        tuning = replace(PRESETS["paper"], permutations=k)

        def step(pair: CulturalAlienSampler, tuning: object = tuning) -> Callable[[], object]:
            return lambda: pair.sample_batch(one, tuning=tuning, seeds=[1])  # type: ignore[arg-type]

        def batch(pair: CulturalAlienSampler, tuning: object = tuning) -> Callable[[], object]:
            return lambda: pair.sample_batch(many, tuning=tuning, seeds=range(BATCH))  # type: ignore[arg-type]

        times |= rounds(
            {f"step, K = {k}": step(sampler), f"step on plain forwards, K = {k}": step(twin)},
            count=60,
        )
        times |= rounds(
            {
                f"256 artists in a batch, K = {k}": batch(sampler),
                f"256 artists on plain forwards, K = {k}": batch(twin),
            },
            count=4,
        )
    times |= rounds({"generate + scoring": lambda: generate_and_score(sampler, one[0])}, count=10)
    print(f"{'milliseconds':44s} {'median':>9s} {'fastest':>9s}")
    for name, values in times.items():
        print(f"{name:44s} {statistics.median(values):9.2f} {min(values):9.2f}")
    for k in (1, 4):
        single = statistics.median(times[f"step, K = {k}"])
        slow = statistics.median(times[f"step on plain forwards, K = {k}"])
        shared = statistics.median(times[f"256 artists in a batch, K = {k}"]) / BATCH
        print(f"K = {k}: {slow / single:.2f}× plain forwards; a batch {single / shared:.2f}× steps")


if __name__ == "__main__":
    main()
