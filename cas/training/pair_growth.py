"""Add new concepts to both models of a pair; the result is written to a folder of its own.

The old pair stays as it is. The new folder appears under its name when it is whole.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cas.checkpoint import MODEL_CARD, pair_folder
from cas.data.corpus import Corpus, Work
from cas.errors import CorpusError, TrainingError, VocabularyError
from cas.forward import pad_batch
from cas.model import ConceptModel
from cas.ranks import Floats, average_ranks
from cas.sampler import CulturalAlienSampler
from cas.training.batches import KINDS, Kind
from cas.training.growth_report import GrowthReport, NewConcept, RankShift
from cas.training.vocabulary_growth import STEPS, Replay, adapt, grown
from cas.vocabulary import Vocabulary

MOST_WORKS = 50
"""Works that teach one new concept, at most."""
REPLAYED = 2_000
"""Sets sampled from the old model, trained on with the new ones to show how rare these are."""
POOLS = 200
"""Pools on which ranks are measured, at most."""
FEWEST_POOLS = 20
"""With fewer works than this to measure on, sets that the old model draws are the pools."""
NEAREST = 3
"""Old concepts named beside a new one."""

TextVectors = Callable[[Sequence[str]], NDArray[np.floating]]
"""Texts → [texts, d] vectors."""


@dataclass(frozen=True)
class GrowthProgress:
    """One model at one moment: its kind, and steps done of all."""

    kind: Kind
    step: int
    steps: int


def grow_pair(
    pair: Path | str,
    folder: Path | str,
    *,
    concepts: Sequence[str],
    text_vectors: TextVectors,
    works: Iterable[Work] | None = None,
    seed: int = 0,
    progress: Callable[[GrowthProgress], None] = lambda _: None,
) -> GrowthReport:
    """Write a pair with new concepts added; `from_pretrained(folder)` loads it.

    The same arguments make the same pair. Killed, it leaves no `folder`: call it again.

    Args:
        pair: a pair's folder, or a shipped pair's name; it is left as it is.
        folder: of the new pair; nothing may lie there yet.
        concepts: the new ones, in lower case, none of them known to the pair.
        text_vectors: of any model; it is asked once, for old and new concepts.
        works: those that hold new concepts teach them, up to `MOST_WORKS` each, and others are
            what the ranks of old concepts are measured on. Without it text vectors alone do.
        seed: of every draw.
        progress: is called after each step of learning.

    Raises:
        VocabularyError: a concept is known, doubled, empty or spelt otherwise than concepts are.
        CorpusError: no work holds a new concept beside another one, or `works` break off.
        CheckpointError: `pair` is no pair.
        TrainingError: `folder` is there already, or can't be written.
    """
    folder = Path(folder)
    if folder.exists():
        raise TrainingError(f"{folder} is there already: name a new folder, or delete this one.")
    old = CulturalAlienSampler.from_pretrained(pair)
    new = checked_concepts(concepts, old.vocabulary)
    vocabulary = Vocabulary([*old.vocabulary, *new])
    corpus = None if works is None else _packed(works, new, vocabulary)
    vectors = np.asarray(text_vectors(list(vocabulary)))
    with _appearing(folder) as partial:
        models = {
            kind: _Grown.of(
                kind, _model(old, kind), new, vectors, corpus=corpus, seed=seed, progress=progress
            )
            for kind in KINDS
        }
        sampler = CulturalAlienSampler(
            models["coherence"].model, models["context"].model, abstract=old.abstract
        )
        sampler.save_pretrained(partial)
        saved = CulturalAlienSampler.from_pretrained(partial)
        pools, pools_are = _pools(corpus, models["coherence"].replay, old, seed=seed)
        before, after = (_nlls(each, pools) for each in (old, saved))
        report = GrowthReport(
            folder=folder,
            grown_from=str(pair),
            old_fingerprint=old.fingerprint,
            fingerprint=saved.fingerprint,
            old_concepts=len(old.vocabulary),
            concepts=_new_concepts(saved, models, after["coherence"]),
            shifts=tuple(_shift(kind, before[kind], after[kind]) for kind in KINDS),
            pools=len(pools),
            pools_are=pools_are,
            seed=seed,
        )
        (partial / MODEL_CARD).write_text(report.markdown() + _old_card(pair), encoding="utf-8")
    return report


def checked_concepts(concepts: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return new concepts, if a pair with this vocabulary can take them.

    Raises:
        VocabularyError: there is none, or one of them is known, doubled, empty or misspelt.
    """
    if isinstance(concepts, str):
        raise VocabularyError(
            f"Concepts come as a list of strings, but one string was given: {concepts!r}."
        )
    if not concepts:
        raise VocabularyError("There is no new concept in the list: name one at least.")
    seen: set[str] = set()
    for concept in concepts:
        spelling = " ".join(concept.lower().split())
        if not spelling:
            raise VocabularyError("A new concept is empty: delete it, or write a word.")
        if concept != spelling:
            raise VocabularyError(
                f"Concepts are written in lower case with single spaces: {concept!r} must be"
                f" {spelling!r}."
            )
        if concept in vocabulary:
            raise VocabularyError(
                f"The pair knows {concept!r} already: take it out of the new concepts."
            )
        if concept in seen:
            raise VocabularyError(f"{concept!r} is twice among the new concepts: keep one.")
        seen.add(concept)
    return tuple(concepts)


def _packed(works: Iterable[Work], new: Sequence[str], vocabulary: Vocabulary) -> Corpus:
    """Pack the works; one of them at least can teach."""
    wanted, met = set(new), set[str]()
    teaching, ended = 0, False

    def told() -> Iterator[Work]:
        nonlocal teaching, ended
        for work in works:
            met.update(work.concepts)
            known = [concept for concept in set(work.concepts) if concept in vocabulary]
            teaching += len(known) > 1 and not wanted.isdisjoint(known)
            yield work
        ended = True

    try:
        corpus = Corpus.pack(told(), vocabulary)
    except CorpusError:
        if not ended:
            raise
        corpus = None
    if corpus is None or not teaching:
        close = [c for each in new for c in get_close_matches(each, met - wanted, n=2, cutoff=0.8)]
        hint = f" They do hold {', '.join(map(repr, close))}." if close else ""
        raise CorpusError(
            f"None of the works holds a new concept ({', '.join(new[:5])}"
            f"{', …' if len(new) > 5 else ''}) beside another concept: spell new concepts as the"
            f" works do, or grow without works.{hint}"
        )
    return corpus


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """A folder to write in that gets its name when all is written, and is gone if that fails."""
    partial = folder.with_name(f".partial-{folder.name}")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        partial.rename(folder)
    except OSError as error:
        raise TrainingError(f"{folder} can't be written: {error}.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@dataclass(frozen=True)
class _Lessons:
    """What teaches one model: sets with a new concept, and the artist of each (-1: unknown)."""

    sets: list[NDArray[np.int64]]
    artists: list[int]

    @classmethod
    def of(
        cls, kind: Kind, corpus: Corpus | None, first_new: int, *, longest: int, seed: int
    ) -> _Lessons:
        """Choose works, and make of each what this kind of model reads."""
        lessons = cls([], [])
        if corpus is None:
            return lessons
        generator = np.random.default_rng([seed, KINDS.index(kind)])
        unions = corpus.artist_unions()
        for work in _teaching_works(corpus, first_new, generator):
            tokens, artist = corpus.work(work), int(corpus.artists[work])
            if kind == "context" and artist < 0:
                continue
            kept = generator.choice(tokens[tokens >= first_new])
            others = tokens if kind == "coherence" else unions[artist]
            others = generator.permutation(others[others != kept])
            size = min(len(tokens), longest)
            lessons.sets.append(np.concatenate([[kept], others[: size - 1]]).astype(np.int64))
            lessons.artists.append(artist)
        return lessons

    def artists_of(self, token: int) -> list[int]:
        """Return the artist of each set that holds the token."""
        pairs = zip(self.sets, self.artists, strict=True)
        return [artist for tokens, artist in pairs if token in tokens]


def _teaching_works(
    corpus: Corpus, first_new: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Return works that hold a new concept beside another one, in order."""
    owners = np.repeat(np.arange(len(corpus)), corpus.lengths)
    usable = corpus.lengths[owners] > 1
    chosen = [
        generator.permutation(owners[(corpus.tokens == token) & usable])[:MOST_WORKS]
        for token in range(first_new, len(corpus.vocabulary))
    ]
    return np.unique(np.concatenate(chosen))


@dataclass(frozen=True)
class _Grown:
    """A model that knows the new concepts, what taught it, and what it knew before."""

    model: ConceptModel
    lessons: _Lessons
    replay: Replay

    @classmethod
    def of(
        cls,
        kind: Kind,
        old: ConceptModel,
        new: Sequence[str],
        vectors: NDArray[np.floating],
        *,
        corpus: Corpus | None,
        seed: int,
        progress: Callable[[GrowthProgress], None],
    ) -> _Grown:
        """Grow one model, given [V + k, d] text vectors, and let it learn."""
        size = len(old.vocabulary)
        model = grown(old, new, old_vectors=vectors[:size], new_vectors=vectors[size:])
        lessons = _Lessons.of(kind, corpus, size, longest=old.longest, seed=seed)
        replay = Replay.of(old, REPLAYED, seed=seed)
        if lessons.sets:
            adapt(
                model,
                size,
                lessons.sets,
                others=replay.sets,
                weight=replay.weight(lessons.sets),
                seed=seed,
                progress=lambda step: progress(GrowthProgress(kind, step, STEPS)),
            )
        return cls(model, lessons, replay)


def _model(sampler: CulturalAlienSampler, kind: Kind) -> ConceptModel:
    return sampler.coherence if kind == "coherence" else sampler.context


def _pools(
    corpus: Corpus | None, replay: Replay, old: CulturalAlienSampler, *, seed: int
) -> tuple[list[NDArray[np.int64]], str]:
    """Return pools of old concepts to measure on, and what they are."""
    generator = np.random.default_rng(seed)
    longest = min(old.coherence.longest, old.context.longest)
    if corpus is not None:
        newest = np.maximum.reduceat(corpus.tokens, corpus.offsets[:-1])
        usable = np.flatnonzero((newest < len(replay.shares)) & (corpus.lengths > 2))
        if len(usable) >= FEWEST_POOLS:
            works = [corpus.work(int(n)) for n in generator.permutation(usable)[:POOLS]]
            pools = [generator.permutation(work)[:longest].astype(np.int64) for work in works]
            return pools, "works of the corpus"
    chosen = generator.permutation(len(replay.sets))[:POOLS]
    return [
        replay.sets[place][:longest] for place in chosen
    ], "sets that the old coherence model draws"


def _nlls(sampler: CulturalAlienSampler, pools: Sequence[NDArray[np.int64]]) -> dict[Kind, Floats]:
    """Return each model's [P, V] NLLs of the next concept."""
    rows = pad_batch(pools)
    return {kind: _model(sampler, kind).next_nll(rows).double().numpy() for kind in KINDS}


def _shift(kind: Kind, before: Floats, after: Floats) -> RankShift:
    """Compare [P, V] NLLs with [P, V + k], new concepts last."""
    size = before.shape[1]
    was, among_old, among_all = (
        np.stack([average_ranks(row) for row in nlls])[:, :size]
        for nlls in (before, after[:, :size], after)
    )
    return RankShift(
        kind, float(np.abs(among_old - was).mean()), float(np.abs(among_all - was).mean())
    )


def _new_concepts(
    saved: CulturalAlienSampler, models: Mapping[Kind, _Grown], nlls: Floats
) -> tuple[NewConcept, ...]:
    """Describe each new concept, by [P, V + k] NLLs of the coherence model and by its row."""
    first_new = len(models["coherence"].replay.shares)
    rows = saved.coherence.weights()["transformer.wte.weight"].double().numpy()
    rows = rows - rows[:first_new].mean(axis=0)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ranks = np.median([average_ranks(row) for row in nlls], axis=0)
    return tuple(
        NewConcept(
            concept=saved.vocabulary[token],
            works=len(models["coherence"].lessons.artists_of(token)),
            artists=len(set(models["context"].lessons.artists_of(token))),
            nearest=tuple(
                saved.vocabulary[int(place)]
                for place in np.argsort(-(rows[:first_new] @ rows[token]))[:NEAREST]
            ),
            median_rank=float(ranks[token]),
        )
        for token in range(first_new, len(saved.vocabulary))
    )


def _old_card(pair: Path | str) -> str:
    """Return the card of the pair that grew, one heading deeper; nothing where it has none."""
    folder = pair_folder(pair)
    for name in (MODEL_CARD, "README.md"):
        if (folder / name).is_file():
            text = (folder / name).read_text(encoding="utf-8", errors="replace")
            return "\n" + re.sub(r"^#", "##", text, flags=re.MULTILINE)
    return ""
