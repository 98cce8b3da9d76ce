"""The training loop of one model: loss, optimiser, checkpoints and resuming.

A step depends on the seed, its number and the weights alone: a run that was killed goes on with the
same losses.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cas.atomic_files import appearing
from cas.data.corpus import Corpus, Split
from cas.errors import CorpusError, TrainingError
from cas.model import ConceptModel
from cas.training.batches import Kind, batch_of_step, sequence_source
from cas.training.distillation import Teachers, taught_loss
from cas.training.embedding_init import warm_start
from cas.training.gpt2_init import begin_from_gpt2
from cas.training.settings import (
    Progress,
    TrainingProgress,
    TrainingReport,
    TrainingSettings,
    learning_rate,
)
from cas.vocabulary import Vocabulary

CHECKPOINT = "checkpoint.pt"
"""The file that a killed run goes on from."""

Batch = list[NDArray[np.int64]]
"""Sequences of one step, each [L] tokens."""


def set_loss(logits: Tensor, sequences: Tensor, eos: int) -> Tensor:
    """Return the summed negative log-likelihood, averaged over the orders still possible.

    A sequence is a random order of a set, so after *i* concepts each of the L - i others is as
    likely to be next. Scoring all of them, instead of the one that came, has the same expectation
    as cross-entropy and less noise; after L concepts comes EOS.

    Args:
        logits: [B, L + 1, V + 2], of the positions after BOS and after each concept.
        sequences: [B, L] int64 tokens.
        eos: the token that ends a sequence.

    Returns:
        A scalar, in nats, summed over B (L + 1) tokens.
    """
    length = sequences.shape[1]
    logits = logits.float()
    normaliser = logits.logsumexp(dim=-1)
    remaining = torch.ones(length, length, device=logits.device).triu()
    weights = remaining / remaining.sum(dim=1, keepdim=True)
    targets = sequences[:, None, :].expand(-1, length, -1)
    likely = (logits[:, :length].gather(2, targets) * weights).sum() + logits[:, length, eos].sum()
    return normaliser.sum() - likely


class TrainingRun:
    """One model's run: everything a checkpoint keeps, and the loop."""

    def __init__(self, kind: Kind, split: Split, folder: Path, settings: TrainingSettings) -> None:
        self.kind = kind
        self.folder = folder
        self.settings = settings
        self.device = _device(settings.device)
        self.precision = _precision(settings.precision, self.device)
        self.source = sequence_source(kind, split.train, settings.rules)
        self.held_out = [
            _held_out(kind, part, settings, what=what, corpus=split.train)
            for part, what in (
                (split.validation_works, "works"),
                (split.validation_artists, "artists"),
            )
        ]
        self.identity = _identity(kind, split.train, settings)
        self.vocabulary: Vocabulary = split.train.vocabulary
        with torch.random.fork_rng():
            torch.manual_seed(settings.seed)
            self.model = ConceptModel.new(self.vocabulary, settings.size)
        if settings.begin_from:
            earlier = ConceptModel.load(folder.parent / settings.begin_from, self.vocabulary)
            self.model.network.load_state_dict(earlier.network.state_dict())
        elif settings.begin_from_gpt2:
            begin_from_gpt2(self.model, settings.begin_from_gpt2)
        elif settings.warm_start:
            warm_start(self.model.network, self.source, seed=settings.seed)
        self.network = cast(nn.Module, self.model.network).to(self.device)
        self.teachers = self._teachers(split.train) if settings.teachers else None
        self.optimizer = _optimizer(self.network, settings)
        self.step = 0
        self.evals: list[dict[str, float]] = []
        self.best_loss = math.inf
        self.best_weights = {k: w.clone() for k, w in self.model.weights().items()}

    def finish(self, progress: Progress | None) -> None:
        """Train to the last step or until patience ends, then save the best weights."""
        settings = self.settings
        started = reported = time.monotonic()
        first = self.step
        while self.step < settings.steps and not self._out_of_patience():
            loss = self._train_step()
            self.step += 1
            look = self.step % settings.evaluate_every == 0 or self.step == settings.steps
            if look:
                self._look(loss)
                self._save_checkpoint()
            if progress and (look or time.monotonic() - reported > 1.0):
                reported = time.monotonic()
                progress(self._progress(loss, look, (self.step - first) / (reported - started)))
        self.model.network.load_state_dict(self.best_weights, strict=False)
        self.model.save(self.folder)

    def report(self) -> TrainingReport:
        """What the run was, by its best look."""
        best = min(self.evals, key=lambda look: look["held_out_works"] + look["held_out_artists"])
        return TrainingReport(
            kind=self.kind,
            steps=self.step,
            best_step=int(best["step"]),
            held_out_works=best["held_out_works"],
            held_out_artists=best["held_out_artists"],
            evals=tuple(self.evals),
        )

    def _train_step(self) -> float:
        settings = self.settings
        torch.manual_seed(_step_seed(settings.seed, self.step))
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(settings, self.step)
        self.network.train()
        batch = batch_of_step(
            self.source, self.step, size=settings.batch, groups=settings.groups, seed=settings.seed
        )
        value = self._accumulate(batch)
        if not math.isfinite(value):
            raise TrainingError(
                f"The {self.kind} model's loss became {value} at step {self.step}. The last"
                f" checkpoint is kept; start in a new folder with a learning rate under"
                f" {settings.learning_rate:g}."
            )
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), settings.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return value

    def _accumulate(self, batch: Batch) -> float:
        """Add the gradient of a batch's mean loss a token, and return that loss."""
        tokens, total = _tokens(batch), 0.0
        for group in batch:
            loss = self._summed_loss(group) / tokens
            torch.autograd.backward(loss)
            total += loss.item()
        return total

    def _teachers(self, corpus: Corpus) -> Teachers:
        device = str(self.device)
        models = [
            ConceptModel.load(self.folder.parent / name, self.vocabulary, device=device)
            for name in self.settings.teachers
        ]
        return Teachers(
            models,
            corpus,
            naive_bayes=self.settings.naive_bayes,
            smoothing=self.settings.bayes_smoothing,
            prior=self.settings.bayes_prior,
        )

    def _summed_loss(self, group: NDArray[np.int64]) -> Tensor:
        sequences = torch.from_numpy(group).to(self.device)
        start = sequences.new_full((len(sequences), 1), self.model.bos)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bf16"):
            logits = self.network(input_ids=torch.cat([start, sequences], dim=1)).logits
        loss = set_loss(logits, sequences, self.model.eos)
        if self.teachers is None or not self.network.training:
            return loss
        taught = taught_loss(logits, self.teachers.probabilities(sequences), self.model.eos)
        return torch.lerp(loss, taught, self.settings.taught)

    @torch.no_grad()
    def _look(self, loss: float) -> None:
        """Measure both held-out losses; keep the weights if their mean is the lowest so far."""
        self.network.train(False)
        works, artists = (
            sum(self._summed_loss(group).item() for group in batch) / _tokens(batch)
            for batch in self.held_out
        )
        self.evals.append(
            {"step": self.step, "loss": loss, "held_out_works": works, "held_out_artists": artists}
        )
        if (works + artists) / 2 < self.best_loss:
            self.best_loss = (works + artists) / 2
            self.best_weights = {k: w.detach().clone() for k, w in self.model.weights().items()}

    def _out_of_patience(self) -> bool:
        means = [(look["held_out_works"] + look["held_out_artists"]) / 2 for look in self.evals]
        return len(means) > self.settings.patience and min(means[-self.settings.patience :]) > min(
            means
        )

    def _progress(self, loss: float, look: bool, steps_per_second: float) -> TrainingProgress:
        last = self.evals[-1] if look else {}
        return TrainingProgress(
            kind=self.kind,
            step=self.step,
            steps=self.settings.steps,
            loss=loss,
            held_out_works=last.get("held_out_works", math.nan),
            held_out_artists=last.get("held_out_artists", math.nan),
            learning_rate=learning_rate(self.settings, self.step - 1),
            sequences_per_second=steps_per_second * self.settings.batch,
        )

    def _save_checkpoint(self) -> None:
        state = {
            "identity": self.identity,
            "step": self.step,
            "looks": self.evals,
            "best_loss": self.best_loss,
            "best_weights": self.best_weights,
            "weights": self.model.weights(),
            "optimizer": self.optimizer.state_dict(),
        }
        with appearing(self.folder / CHECKPOINT) as part:
            torch.save(state, part)

    def resume(self) -> None:
        """Go on from the folder's checkpoint, if there is one."""
        path = self.folder / CHECKPOINT
        if not path.exists():
            return
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
            identity = state["identity"]
        except Exception as error:  # torch raises pickle, zip, key or runtime errors
            raise TrainingError(
                f"The checkpoint {path} cannot be read ({type(error).__name__}). Delete it to start"
                " anew."
            ) from error
        changed = [
            f"{key}: {identity.get(key)} then, {self.identity.get(key)} now"
            for key in sorted(identity.keys() | self.identity.keys())
            if identity.get(key) != self.identity.get(key)
        ]
        if changed:
            raise TrainingError(
                f"{self.folder} holds a run with other settings ({'; '.join(changed)}). Use the"
                " same settings to go on, or a new folder."
            )
        self.network.load_state_dict(state["weights"], strict=False)
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.evals = state["step"], state["looks"]
        self.best_loss, self.best_weights = state["best_loss"], state["best_weights"]


def _held_out(
    kind: Kind, part: Corpus, settings: TrainingSettings, *, what: str, corpus: Corpus
) -> Batch:
    """Draw the sequences that a run is judged by: the same ones every time.

    A part holds a few works of each artist, so none is left out for having few.
    """
    try:
        source = sequence_source(kind, part, replace(settings.rules, fewest_works=1))
    except CorpusError as error:
        artists = np.unique(corpus.artists[corpus.artists >= 0]).size
        raise CorpusError(
            f"The corpus is too small to hold {what} out: with held_out = {settings.held_out:g},"
            f" {len(corpus)} works by {artists} artists are left to train on and"
            f" {len(part)} works to stop by, of which none can be used. Hold out a larger share,"
            " such as 0.2, or give more works."
        ) from error
    generator = np.random.default_rng(settings.seed)
    return source.batch(settings.held_out_sequences, generator, groups=40)


def _tokens(batch: Batch) -> int:
    """Return how many tokens a batch predicts: its concepts and an EOS a sequence."""
    return sum(group.size + len(group) for group in batch)


def _optimizer(network: torch.nn.Module, settings: TrainingSettings) -> torch.optim.AdamW:
    matrices = [p for p in network.parameters() if p.dim() >= 2]
    vectors = [p for p in network.parameters() if p.dim() < 2]
    groups: list[dict[str, Any]] = [
        {"params": matrices, "weight_decay": settings.weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(0.9, 0.98))


def _identity(kind: Kind, train: Corpus, settings: TrainingSettings) -> dict[str, str]:
    """Return what must be the same for a run to go on: corpus, kind and every setting."""
    corpus = hashlib.sha256(train.tokens.tobytes() + train.offsets.tobytes())
    flat = {
        **{f"size.{k}": v for k, v in asdict(settings.size).items()},
        **{f"rules.{k}": v for k, v in asdict(settings.rules).items()},
        **{k: v for k, v in asdict(settings).items() if k not in {"size", "rules"}},
    }
    return {
        "corpus": corpus.hexdigest()[:16],
        "vocabulary": train.vocabulary.fingerprint[:16],
        "kind": kind,
        **{key: str(value) for key, value in flat.items()},
    }


def _step_seed(seed: int, step: int) -> int:
    return int(np.random.SeedSequence([seed, step]).generate_state(1)[0])


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(name)


def _precision(name: str, device: torch.device) -> str:
    """Return fp32 or bf16; on a CPU without bf16 instructions autocast is 20 times slower."""
    if name != "auto":
        return name
    if device.type == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported() else "fp32"
    flags = torch.backends.cpu.get_cpu_capability()
    has_bf16 = flags == "AVX512" and bool(torch.cpu._is_avx512_bf16_supported())
    return "bf16" if has_bf16 else "fp32"
