"""Training of the pair: from a corpus file to two models that the sampler loads.

`train` does it all; `train_model` trains one of the two. A run that was killed goes on from its
last checkpoint with the same losses: a step depends on the seed, its number and the weights alone.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cas.corpus import Corpus, Split, read_works
from cas.errors import CorpusError, TrainingError
from cas.model import ConceptModel, ModelSize
from cas.sequences import (
    KINDS,
    Kind,
    SequenceRules,
    sequence_source,
)
from cas.vocabulary import Vocabulary
from cas.vocabulary_rules import RuleReport, VocabularyRules
from cas.warm_start import warm_start

CHECKPOINT = "checkpoint.pt"


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
        patience: stop after so many looks without a lower held-out loss.
        warm_start: begin with factorised co-occurrence as the token embeddings (`cas.warm_start`).
        begin_from: begin with the weights of a finished model of the same size instead: the name of
            its folder beside this one's, such as "coherence" for a context model.
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
    looks: tuple[dict[str, float], ...]


@dataclass(frozen=True)
class PairReport:
    """What `train` made: the folder, the vocabulary's rules and each model's run."""

    folder: Path
    vocabulary: RuleReport
    models: tuple[TrainingReport, ...]


Batch = list[NDArray[np.int64]]
Progress = Callable[[TrainingProgress], None]

USER_RULES = VocabularyRules(fewest_works=5, fewest_artists=1)


def train(
    corpus_path: Path | str,
    output_dir: Path | str,
    *,
    settings: TrainingSettings | None = None,
    context_settings: TrainingSettings | None = None,
    rules: VocabularyRules = USER_RULES,
    kinds: Sequence[Kind] = KINDS,
    progress: Progress | None = None,
) -> PairReport:
    """Train the pair on a corpus file; `CulturalAlienSampler.from_pretrained(output_dir)` loads it.

    Started again on the same folder, it goes on where it stopped.

    Args:
        corpus_path: works as `cas.corpus.read_works` reads them.
        output_dir: gets `vocabulary.txt`, `coherence/`, `context/` and `training.json`.
        settings: of both models, or of the coherence model alone if `context_settings` is given.
        context_settings: of the context model.
        rules: which concepts make the vocabulary; by default those in five works or more.
        kinds: which of the two to train now.
        progress: is called about every second and at every look at the held-out losses.

    Raises:
        CorpusError: the corpus cannot be read or holds nothing to learn from.
        TrainingError: the folder holds a run with other settings, or the loss became NaN.
    """
    output = Path(output_dir)
    settings = settings or TrainingSettings()
    per_kind = {"coherence": settings, "context": context_settings or settings}
    vocabulary, spelling, report = rules.build(partial(read_works, corpus_path))
    corpus = Corpus.pack(rules.apply(read_works(corpus_path), spelling), vocabulary)
    output.mkdir(parents=True, exist_ok=True)
    vocabulary.save(output / "vocabulary.txt")
    models = []
    for kind in kinds:
        split = Split.of(corpus, share=per_kind[kind].held_out, seed=per_kind[kind].seed)
        models.append(train_model(kind, split, output / kind, per_kind[kind], progress=progress))
    pair = PairReport(folder=output, vocabulary=report, models=tuple(models))
    (output / "training.json").write_text(
        json.dumps(
            {"pair": asdict(pair), "settings": {k: asdict(s) for k, s in per_kind.items()}},
            indent=1,
            default=str,
        )
        + "\n"
    )
    return pair


def train_model(
    kind: Kind,
    split: Split,
    folder: Path | str,
    settings: TrainingSettings,
    *,
    progress: Progress | None = None,
) -> TrainingReport:
    """Train one model on `split.train`, stop by the held-out parts, save the best in `folder`.

    Raises:
        CorpusError, TrainingError: as `train`.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    run = _Run(kind, split, folder, settings)
    with torch.random.fork_rng():
        run.resume()
        run.finish(progress)
    return run.report()


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


class _Run:
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
        elif settings.warm_start:
            warm_start(self.model.network, self.source, seed=settings.seed)
        self.network = cast(nn.Module, self.model.network).to(self.device)
        self.optimizer = _optimizer(self.network, settings)
        self.step = 0
        self.looks: list[dict[str, float]] = []
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
        best = min(self.looks, key=lambda look: look["held_out_works"] + look["held_out_artists"])
        return TrainingReport(
            kind=self.kind,
            steps=self.step,
            best_step=int(best["step"]),
            held_out_works=best["held_out_works"],
            held_out_artists=best["held_out_artists"],
            looks=tuple(self.looks),
        )

    def _train_step(self) -> float:
        settings = self.settings
        torch.manual_seed(_step_seed(settings.seed, self.step))
        generator = np.random.default_rng([settings.seed, self.step])
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(settings, self.step)
        self.network.train()
        batch = self.source.batch(settings.batch, generator, groups=settings.groups)
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

    def _summed_loss(self, group: NDArray[np.int64]) -> Tensor:
        sequences = torch.from_numpy(group).to(self.device)
        start = sequences.new_full((len(sequences), 1), self.model.bos)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bf16"):
            logits = self.network(input_ids=torch.cat([start, sequences], dim=1)).logits
        return set_loss(logits, sequences, self.model.eos)

    @torch.no_grad()
    def _look(self, loss: float) -> None:
        """Measure both held-out losses; keep the weights if their mean is the lowest so far."""
        self.network.train(False)
        works, artists = (
            sum(self._summed_loss(group).item() for group in batch) / _tokens(batch)
            for batch in self.held_out
        )
        self.looks.append(
            {"step": self.step, "loss": loss, "held_out_works": works, "held_out_artists": artists}
        )
        if (works + artists) / 2 < self.best_loss:
            self.best_loss = (works + artists) / 2
            self.best_weights = {k: w.detach().clone() for k, w in self.model.weights().items()}

    def _out_of_patience(self) -> bool:
        means = [(look["held_out_works"] + look["held_out_artists"]) / 2 for look in self.looks]
        return len(means) > self.settings.patience and min(means[-self.settings.patience :]) > min(
            means
        )

    def _progress(self, loss: float, look: bool, steps_per_second: float) -> TrainingProgress:
        last = self.looks[-1] if look else {}
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
            "looks": self.looks,
            "best_loss": self.best_loss,
            "best_weights": self.best_weights,
            "weights": self.model.weights(),
            "optimizer": self.optimizer.state_dict(),
        }
        partial_file = self.folder / (CHECKPOINT + ".partial")
        with partial_file.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        partial_file.replace(self.folder / CHECKPOINT)

    def resume(self) -> None:
        """Go on from the folder's checkpoint, if there is one."""
        path = self.folder / CHECKPOINT
        if not path.exists():
            return
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
            identity = state["identity"]
        except Exception as error:  # torch raises pickle, zip, key and runtime errors alike
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
        self.step, self.looks = state["step"], state["looks"]
        self.best_loss, self.best_weights = state["best_loss"], state["best_weights"]


def learning_rate(settings: TrainingSettings, step: int) -> float:
    """Return the learning rate of a step: a linear warm-up, then half a cosine down to 0."""
    warmup = max(1, round(settings.warmup * settings.steps))
    if step < warmup:
        return settings.learning_rate * (step + 1) / warmup
    share = (step - warmup) / max(1, settings.steps - warmup)
    return settings.learning_rate * 0.5 * (1.0 + math.cos(math.pi * share))


def _held_out(
    kind: Kind, part: Corpus, settings: TrainingSettings, *, what: str, corpus: Corpus
) -> Batch:
    """Draw the sequences that a run is judged by: the same ones every time."""
    try:
        source = sequence_source(kind, part, settings.rules)
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
