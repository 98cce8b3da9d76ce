"""Training settings, progress and reports."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from cas.errors import TrainingError
from cas.model import ModelSize
from cas.training.batches import Kind, SequenceRules
from cas.validation import check_number


@dataclass(frozen=True)
class TrainingSettings:
    """How one model is trained.

    Args:
        size: of the GPT-2.
        rules: which sequences it reads.
        sequences: how many it reads at most; the learning rate reaches 0 there.
        batch: sequences a step.
        groups: of one length each that a step's sequences come in.
        learning_rate: the highest, reached after `warmup` (a share of the steps), then a cosine.
        weight_decay: of AdamW, on matrices only.
        clip: the greatest norm of a step's gradient.
        held_out: share of artists, and of other works, kept for stopping and for testing, each.
        evaluate_every: steps between two looks at the held-out loss, each with a checkpoint.
        held_out_sequences: how many sequences each of the two held-out losses is over.
        patience: stop after this many evaluations without a lower held-out loss.
        warm_start: begin with factorised co-occurrence as the token embeddings
            (`cas.training.embedding_init`).
        begin_from: begin with the weights of a finished model of the same size instead: the name of
            its folder beside this one's, such as "coherence" for a context model.
        begin_from_gpt2: begin with the weights of a GPT-2 of the same size
            (`cas.training.gpt2_init`): its folder, or its name on the Hugging Face hub.
        teachers: finished models whose opinion it learns as well (`cas.training.distillation`):
            names of their folders, as for `begin_from`.
        taught: the share of the loss that is their opinion, where there are teachers.
        naive_bayes: the share that naive Bayes has in that opinion, with its smoothing
            (`bayes_smoothing`) and the weight of its prior (`bayes_prior`).
        precision: "fp32", "bf16" (autocast), or "auto": bf16 where the hardware computes in it.
        device: "cpu", "cuda", or "auto".
        seed: of everything random.
    """

    size: ModelSize = field(default_factory=ModelSize)
    rules: SequenceRules = field(default_factory=SequenceRules)
    sequences: int = 400_000
    batch: int = 128
    groups: int = 4
    learning_rate: float = 1e-3
    warmup: float = 0.03
    weight_decay: float = 0.05
    clip: float = 1.0
    held_out: float = 0.04
    evaluate_every: int = 250
    held_out_sequences: int = 2_000
    patience: int = 8
    warm_start: bool = True
    begin_from: str = ""
    begin_from_gpt2: str = ""
    teachers: tuple[str, ...] = ()
    taught: float = 0.6
    naive_bayes: float = 0.15
    bayes_smoothing: float = 500.0
    bayes_prior: float = 0.8
    precision: str = "auto"
    device: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.precision not in {"auto", "fp32", "bf16"}:
            raise TrainingError(f"precision is auto, fp32 or bf16, not {self.precision!r}.")
        if self.rules.longest != self.size.longest:
            raise TrainingError(
                f"The sequences' longest ({self.rules.longest}) and the model's"
                f" ({self.size.longest}) must be equal."
            )
        if min(self.sequences, self.batch, self.evaluate_every, self.patience) < 1:
            raise TrainingError("sequences, batch, evaluate_every and patience are at least 1.")
        if not 1 <= self.groups <= self.batch or self.batch % self.groups:
            raise TrainingError(
                f"groups must divide batch evenly, but they are {self.groups} and {self.batch}."
            )
        if not 0 < self.held_out < 0.5:
            raise TrainingError(f"held_out is a share between 0 and 0.5, not {self.held_out}.")
        for name in ("learning_rate", "clip", "bayes_smoothing"):
            value = getattr(self, name)
            check_number(name, value, "above 0", low=0, above=True, error=TrainingError)
        for name in ("weight_decay", "bayes_prior"):
            check_number(name, getattr(self, name), "of at least 0", low=0, error=TrainingError)
        check_number("warmup", self.warmup, "from 0 to 1", low=0, high=1, error=TrainingError)
        if self.begin_from and self.begin_from_gpt2:
            raise TrainingError(
                f"A model begins from {self.begin_from!r} or from the GPT-2"
                f" {self.begin_from_gpt2!r}, not from both."
            )
        if not 0 <= self.taught <= 1 or not 0 <= self.naive_bayes <= 1:
            raise TrainingError(
                f"taught and naive_bayes are shares from 0 to 1, not {self.taught} and"
                f" {self.naive_bayes}."
            )

    @property
    def steps(self) -> int:
        """How many steps the whole run has."""
        return math.ceil(self.sequences / self.batch)


@dataclass(frozen=True)
class TrainingProgress:
    """Where a run stands; losses are in nats a token, the held-out ones NaN between two looks."""

    kind: Kind
    step: int
    steps: int
    loss: float
    held_out_works: float
    held_out_artists: float
    learning_rate: float
    sequences_per_second: float


@dataclass(frozen=True)
class TrainingReport:
    """What a finished run was: the figures of its best look, and all looks in order."""

    kind: Kind
    steps: int
    best_step: int
    held_out_works: float
    held_out_artists: float
    evals: tuple[dict[str, float], ...]


Progress = Callable[[TrainingProgress], None]
"""Is called with how far a model's training has come."""


def learning_rate(settings: TrainingSettings, step: int) -> float:
    """Return the learning rate of a step: a linear warm-up, then half a cosine down to 0."""
    warmup = max(1, round(settings.warmup * settings.steps))
    if step < warmup:
        return settings.learning_rate * (step + 1) / warmup
    share = (step - warmup) / max(1, settings.steps - warmup)
    return settings.learning_rate * 0.5 * (1.0 + math.cos(math.pi * share))
