"""Training compared with Hugging Face `Trainer`: seconds to an equal held-out loss, at fp32.

All train the shipped size on the museums' artworks with AdamW at the same constant learning rate,
batch 128, on two threads; ours once from a warm start, and once from the same cold weights as
theirs. Every sequence is a new permutation. `Trainer` runs with its defaults, and with
`train_sampling_strategy="group_by_length"`. Each stops at the first evaluation (every 25 steps, not
timed) at which its held-out loss is at most the target.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from cas.data.corpus import Corpus, Split
from cas.evaluation.evaluate import museum_split
from cas.evaluation.recipe import SHIPPED
from cas.model import ConceptModel
from cas.training.batches import ArtworkSequences, SequenceRules
from cas.training.embedding_init import warm_start
from cas.training.train import set_loss

BATCH = 128
LOOK = 25
TARGET = 5.1
LEARNING_RATE = 1e-3
LIMIT_SECONDS = 240.0
RULES = SequenceRules(artist_power=1.0)


class HeldOutLoss:
    """Cross-entropy per token over fixed sequences of the validation works."""

    def __init__(self, split: Split) -> None:
        source = ArtworkSequences(split.validation_works, RULES)
        self._groups = source.batch(1000, np.random.default_rng(0), groups=40)

    @torch.no_grad()
    def __call__(self, model: ConceptModel) -> float:
        """Return nats per token."""
        network: torch.nn.Module = model.network
        network.train(False)
        total = sum(
            set_loss(
                network(input_ids=with_bos(group, model.bos)).logits,
                torch.from_numpy(group),
                model.eos,
            ).item()
            for group in self._groups
        )
        network.train(True)
        return total / sum(group.size + len(group) for group in self._groups)


def with_bos(group: np.ndarray, bos: int) -> torch.Tensor:
    return torch.from_numpy(np.pad(group, ((0, 0), (1, 0)), constant_values=bos))


def cold_model(split: Split) -> ConceptModel:
    torch.manual_seed(0)
    return ConceptModel.new(split.train.vocabulary, SHIPPED.coherence.size)


def ours(split: Split, held_out: HeldOutLoss, *, warm: bool) -> tuple[float, int]:
    """Return the seconds, with those of a warm start, and sequences to the target."""
    model = cold_model(split)
    started, looking = time.perf_counter(), 0.0
    source = ArtworkSequences(split.train, RULES)
    if warm:
        warm_start(model.network, source, seed=0)
    optimizer = torch.optim.AdamW(model.network.parameters(), lr=LEARNING_RATE)
    step = 0
    while True:
        batch = source.batch(BATCH, np.random.default_rng(step), groups=4)
        tokens = sum(group.size + len(group) for group in batch)
        for group in batch:
            logits = model.network(input_ids=with_bos(group, model.bos)).logits
            loss = set_loss(logits, torch.from_numpy(group), model.eos) / tokens
            torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        if step % LOOK == 0:
            since = time.perf_counter()
            reached = held_out(model) <= TARGET
            looking += time.perf_counter() - since
            seconds = time.perf_counter() - started - looking
            if reached or seconds > LIMIT_SECONDS:
                return (seconds if reached else float("inf")), step * BATCH


class Permutations(torch.utils.data.Dataset[dict[str, list[int]]]):
    """The works that `ArtworkSequences` reads, each in a new order."""

    def __init__(self, corpus: Corpus, bos: int, eos: int) -> None:
        self._corpus = corpus
        works = np.flatnonzero(corpus.lengths >= RULES.shortest)
        self._works = np.random.default_rng(0).permutation(works)
        self._ends = bos, eos
        self._generator = np.random.default_rng(0)

    def __len__(self) -> int:
        return len(self._works)

    def __getitem__(self, index: int) -> dict[str, list[int]]:
        order = self._generator.permutation(self._corpus.work(self._works[index]))[: RULES.longest]
        tokens = [self._ends[0], *order.tolist(), self._ends[1]]
        return {"input_ids": tokens[:-1], "labels": tokens[1:]}


class PaddedShift:
    """Pads a batch on the right; the labels are already shifted."""

    def __call__(self, rows: list[dict[str, list[int]]]) -> dict[str, torch.Tensor]:
        """Return [B, T] tokens, labels (-100: none) and mask."""
        longest = max(len(row["input_ids"]) for row in rows)

        def padded(key: str, fill: int) -> torch.Tensor:
            return torch.tensor([row[key] + [fill] * (longest - len(row[key])) for row in rows])

        mask = [[1] * len(r["input_ids"]) + [0] * (longest - len(r["input_ids"])) for r in rows]
        return {
            "input_ids": padded("input_ids", 0),
            "shift_labels": padded("labels", -100),
            "labels": padded("labels", -100),
            "attention_mask": torch.tensor(mask),
        }


def trainer(split: Split, held_out: HeldOutLoss, *, by_length: bool) -> tuple[float, int]:
    """Return the seconds and sequences that Hugging Face `Trainer` needs to the target."""
    from transformers import Trainer, TrainerCallback, TrainingArguments

    model = cold_model(split)

    class StopAtTarget(TrainerCallback):  # type: ignore[misc]
        looking, seconds = 0.0, float("inf")

        def on_step_end(self, arguments: Any, state: Any, control: Any, **_: Any) -> Any:
            if state.global_step % LOOK == 0:
                since = time.perf_counter()
                reached = held_out(model) <= TARGET
                self.looking += time.perf_counter() - since
                seconds = time.perf_counter() - started - self.looking
                if reached or seconds > LIMIT_SECONDS:
                    self.seconds = seconds if reached else float("inf")
                    control.should_training_stop = True
            return control

    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            per_device_train_batch_size=BATCH,
            learning_rate=LEARNING_RATE,
            lr_scheduler_type="constant",
            weight_decay=0.01,
            max_steps=20_000,
            save_strategy="no",
            logging_strategy="no",
            report_to=[],
            use_cpu=True,
            seed=0,
            remove_unused_columns=False,
            disable_tqdm=True,
            **({"train_sampling_strategy": "group_by_length"} if by_length else {}),
        )
        stop = StopAtTarget()
        data = Permutations(split.train, model.bos, model.eos)
        run = Trainer(
            model=model.network,
            args=arguments,
            train_dataset=data,
            data_collator=PaddedShift(),
            callbacks=[stop],
        )
        started = time.perf_counter()
        run.train()
        return stop.seconds, int(run.state.global_step) * BATCH


def main() -> None:
    data = os.environ.get("CULTURAL_ALIEN_DATA")
    if not data:
        print("training: skipped, since CULTURAL_ALIEN_DATA is not set", file=sys.stderr)
        return
    torch.set_num_threads(2)
    split = museum_split(Path(data))
    held_out = HeldOutLoss(split)
    results = {
        "ours": ours(split, held_out, warm=True),
        "ours from cold weights": ours(split, held_out, warm=False),
        "Trainer": trainer(split, held_out, by_length=False),
        "Trainer, grouped by length": trainer(split, held_out, by_length=True),
    }
    print(f"seconds to a held-out loss of {TARGET} nats per token (limit {LIMIT_SECONDS:.0f} s)")
    for name, (seconds, sequences) in results.items():
        ratio = seconds / results["ours"][0]
        print(f"{name:28s} {seconds:7.1f} s {sequences:8d} sequences  {ratio:6.2f}× ours")


if __name__ == "__main__":
    main()
