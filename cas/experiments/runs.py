"""Run a policy for many generations with a pool and patience; each pick is saved as it is made.

A generation shows its pick and a few concepts of its pool, those long not shown first, as the
artist's composer does. Without pictures, novelty is of the text alone: 1 less the greatest cosine
of the vector of what a generation shows with that of an earlier one of its run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from math import nan
from pathlib import Path
from threading import Event
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cas.atomic_files import appearing
from cas.errors import CasError
from cas.experiments.policies import Picker, PolicyError, Question, timed
from cas.experiments.trajectories import Floats, generation_vector


class ExperimentError(CasError):
    """An experiment that cannot start, resume or be read."""


class TextEncoder(Protocol):
    """Turns texts into unit vectors."""

    name: str

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return [len(texts), d] unit vectors."""
        ...


class ConceptVectors:
    """The text vectors of concepts, each encoded once."""

    def __init__(self, encoder: TextEncoder) -> None:
        self.encoder = encoder.name
        self._encode = encoder.encode
        self._known: dict[str, NDArray[np.float32]] = {}

    def __call__(self, concepts: Sequence[str]) -> NDArray[np.float32]:
        """Return [len(concepts), d]."""
        new = [concept for concept in dict.fromkeys(concepts) if concept not in self._known]
        if new:
            self._known.update(zip(new, self._encode(new), strict=True))
        return np.stack([self._known[concept] for concept in concepts])


@dataclass(frozen=True)
class RunSettings:
    """How runs go, the same for every policy.

    Args:
        seeds: one tuple of concepts a run; they never leave the pool.
        generations: how many each run has.
        patience: generations in a row without more novelty, then a concept leaves the pool.
        rest: generations that a departed concept stays away.
        fewest_shown: concepts that a generation shows at least, its pick among them.
        most_shown: concepts that it shows at most.
        pool_size: above it the concept with the highest count leaves, oldest first.
        seed: of every pick.

    Raises:
        ExperimentError: a number is out of range, or a run has no seed concept.
    """

    seeds: tuple[tuple[str, ...], ...]
    generations: int = 200
    patience: int = 3
    rest: int = 20
    pool_size: int = 12
    fewest_shown: int = 2
    most_shown: int = 4
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.fewest_shown <= self.most_shown:
            raise ExperimentError(
                f"1 ≤ fewest_shown ≤ most_shown must hold, not {self.fewest_shown} and"
                f" {self.most_shown}."
            )
        if min(self.generations, self.patience, self.pool_size) < 1 or self.rest < 0:
            raise ExperimentError(
                "generations, patience and pool_size are at least 1 and rest at least 0, not"
                f" {self.generations}, {self.patience}, {self.pool_size} and {self.rest}."
            )
        if not self.seeds or not all(self.seeds):
            raise ExperimentError("An experiment needs a run, and each run a seed concept.")


@dataclass(frozen=True)
class Generation:
    """One generation.

    Attributes:
        picks: what was new in it.
        concepts: all at work: the pool, its seeds first, and the picks.
        shown: those that its work shows.
        seeds: those that never leave the pool.
    """

    picks: tuple[str, ...]
    concepts: tuple[str, ...]
    shown: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()

    @property
    def unfixed(self) -> tuple[str, ...]:
        """All its concepts but the seeds, which every generation of a run has in common."""
        return tuple(c for c in self.concepts if c not in self.seeds) or self.concepts


@dataclass
class Run:
    """One run's state: what it did, and the pool, counts and rest that follow from it.

    `milliseconds` has what each pick took (`cas.experiments.policies.timed`), NaN if it was read.
    """

    settings: RunSettings
    number: int
    vectors: ConceptVectors
    generations: list[Generation] = field(default_factory=list)
    novelties: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)
    _cooldown: dict[str, int] = field(default_factory=dict)
    _last_shown: dict[str, int] = field(default_factory=dict)
    _path: Floats = field(default_factory=lambda: np.empty((0, 0)))

    @property
    def pool(self) -> tuple[str, ...]:
        """The seeds and the concepts that have not left."""
        return (*self.settings.seeds[self.number], *self._counts)

    def question(self) -> Question:
        """Return what the picker is asked for the next generation."""
        number = len(self.generations) + 1
        cooldown = tuple(c for c, until in self._cooldown.items() if until >= number)
        seed = self._seeds_of(number)[0]
        picks = tuple(pick for generation in self.generations for pick in generation.picks)
        return Question(self.pool, cooldown, tuple(self.novelties), seed, picks)

    def advance(self, concept: str, *, milliseconds: float = nan) -> Generation:
        """Let a concept join, judge the generation, and let out what exhausted patience."""
        shown = self._shown(concept)
        generation = Generation(
            (concept,), (*self.pool, concept), shown, self.settings.seeds[self.number]
        )
        point = generation_vector(self.vectors(shown))
        count = len(self.generations)
        if not count:
            self._path = np.empty((self.settings.generations, len(point)))
        novelty = 1.0 - float(np.max(self._path[:count] @ point)) if count else 1.0
        improved = None if count == 1 else not count or novelty > self.novelties[-1]
        self.generations.append(generation)
        self.novelties.append(novelty)
        self.milliseconds.append(milliseconds)
        self._path[count] = point
        self._counts[concept] = 0
        if improved is not None:
            self._counts = {
                c: 0 if improved and c in shown else n + 1 for c, n in self._counts.items()
            }
        self._let_go()
        return generation

    def _seeds_of(self, number: int) -> list[int]:
        """Return two seeds of a generation: of its pick, and of what it shows."""
        mixed = np.random.SeedSequence([self.settings.seed, self.number, number])
        return [int(seed) for seed in mixed.generate_state(2)]

    def _shown(self, concept: str) -> tuple[str, ...]:
        """Return the pick and others of the pool, those long not shown first, ties at random."""
        settings, number = self.settings, len(self.generations) + 1
        generator = np.random.default_rng(self._seeds_of(number)[1])
        rest = [self.pool[place] for place in generator.permutation(len(self.pool))]
        rest.sort(key=lambda each: self._last_shown.get(each, 0))
        size = int(generator.integers(settings.fewest_shown, settings.most_shown + 1))
        shown = (concept, *rest[: size - 1])
        self._last_shown.update(dict.fromkeys(shown, number))
        return shown

    def _let_go(self) -> None:
        settings, number = self.settings, len(self.generations)
        leaving = [c for c, count in self._counts.items() if count >= settings.patience]
        room = max(settings.pool_size - len(settings.seeds[self.number]), 0)
        staying = [c for c in self._counts if c not in leaving]
        if len(staying) > room:
            oldest_first = sorted(staying, key=lambda c: -self._counts[c])
            leaving += oldest_first[: len(staying) - room]
        for concept in leaving:
            del self._counts[concept]
            self._cooldown[concept] = number + settings.rest


Progress = Callable[[str, int, int], None]
"""Is called with a policy's name, the picks made and how many there will be."""


def run_policy(
    name: str,
    picker: Picker,
    settings: RunSettings,
    vectors: ConceptVectors,
    folder: Path | str,
    *,
    progress: Progress | None = None,
) -> list[Run]:
    """Run a policy to its end, or go on where it stopped.

    Each pick is appended to `<name>.jsonl` in `folder` as it comes; the first line has the
    settings and what decides the picks.

    Args:
        name: of the policy.
        picker: picks its concepts.
        settings: of the runs.
        vectors: of the concepts.
        folder: of the experiment.
        progress: is called with the name, the picks made and their number after each generation.

    Raises:
        ExperimentError: the folder holds this policy with other settings, or its file is broken.
        PolicyError: the picker cannot pick; what was picked before is kept.
    """
    runs = _begin(name, picker, settings, vectors, folder)
    _go_on(name, picker, runs, folder, progress, Event())
    return runs


def run_policies(
    pickers: Mapping[str, Picker],
    settings: RunSettings,
    vectors: ConceptVectors,
    folder: Path | str,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[dict[str, list[Run]], list[PolicyError]]:
    """Run many policies in parallel, each as `run_policy` does, with the same picks.

    Args:
        pickers: by the policies' names.
        settings: of the runs.
        vectors: of the concepts.
        folder: of the experiment.
        threads: policies at work at once; all of them if not given. A model's arithmetic leaves
            Python free, so the policies fill the processors when torch is held to one thread.
        progress: as for `run_policy`; it is called from several threads.

    Returns:
        The runs of the policies that came to their end, and the errors of those that did not.

    Raises:
        ExperimentError: as `run_policy`, before anything is picked.
    """
    begun = {
        name: _begin(name, picker, settings, vectors, folder) for name, picker in pickers.items()
    }
    stop = Event()
    errors = []
    with ThreadPoolExecutor(threads or max(len(pickers), 1)) as pool:
        going = {
            name: pool.submit(_go_on, name, pickers[name], runs, folder, progress, stop)
            for name, runs in begun.items()
        }
        try:
            for name, future in going.items():
                try:
                    future.result()
                except PolicyError as error:
                    errors.append(error)
                    del begun[name]
        finally:
            stop.set()  # interrupted: the policies stop after their generation, and can go on later
    return begun, errors


def _begin(
    name: str,
    picker: Picker,
    settings: RunSettings,
    vectors: ConceptVectors,
    folder: Path | str,
) -> list[Run]:
    """Return a policy's runs as its file has them, which is made if there is none."""
    runs = [Run(settings, number, vectors) for number in range(len(settings.seeds))]
    heading = {
        "policy": name,
        "encoder": vectors.encoder,
        "settings": asdict(settings),
        "picker": picker.identity,
    }
    _resume(_file(folder, name), json.loads(json.dumps(heading)), runs)
    return runs


def _go_on(
    name: str,
    picker: Picker,
    runs: Sequence[Run],
    folder: Path | str,
    progress: Progress | None,
    stop: Event,
) -> None:
    """Make a policy's missing generations, one after the other."""
    generations = runs[0].settings.generations
    with _file(folder, name).open("a", encoding="utf-8") as file:
        for number in range(1, generations + 1):
            if stop.is_set():
                return
            behind = [run for run in runs if len(run.generations) < number]
            picked = picker.picks([run.question() for run in behind]) if behind else iter(())
            for run, (concept, spent) in zip(behind, timed(picked), strict=True):
                run.advance(concept, milliseconds=spent)
                line = {"run": run.number, "generation": number, "pick": concept}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()
            if progress:
                progress(name, number * len(runs), len(runs) * generations)


def current_heading(heading: Mapping[str, Any]) -> dict[str, Any]:
    """A file's first line with the key `policy`, which was `arm` in earlier releases."""
    return {"policy" if key == "arm" else key: value for key, value in heading.items()}


def _file(folder: Path | str, name: str) -> Path:
    return Path(folder) / f"{name.replace(' ', '-')}.jsonl"


def _resume(path: Path, heading: dict[str, object], runs: Sequence[Run]) -> None:
    """Write the first line of a new file, or replay the picks of an old one."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        with appearing(path) as part:
            part.write_text(json.dumps(heading, ensure_ascii=False) + "\n", encoding="utf-8")
        return
    lines = path.read_bytes().split(b"\n")
    whole, torn = lines[:-1], lines[-1]
    if torn:  # a line that was being written when the run was killed
        with appearing(path) as part:  # killed here, it must not lose the whole lines
            part.write_bytes(b"".join(line + b"\n" for line in whole))
    records = [_record(path, number, line) for number, line in enumerate(whole, start=1)]
    if records:
        records[0] = current_heading(records[0])
    if not records or records[0] != heading:
        changed = _difference(records[0] if records else {}, heading)
        raise ExperimentError(
            f"{path} was begun with other settings ({changed}): choose another folder, or delete"
            " the file to begin this policy anew."
        )
    for number, record in enumerate(records[1:], start=2):
        run = next((each for each in runs if each.number == record.get("run")), None)
        concept = record.get("pick")
        expected = len(run.generations) + 1 if run else None
        if run is None or record.get("generation") != expected or not isinstance(concept, str):
            raise ExperimentError(
                f"{path}, line {number} does not follow from the lines before it: {record!s:.80}."
                " Delete it and all after it."
            )
        run.advance(concept)


def _record(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise ExperimentError(
            f"{path}, line {number} is not JSON: {line!r:.60}. Delete it and all after it."
        ) from error
    if not isinstance(record, dict):
        raise ExperimentError(f"{path}, line {number} is not an object: {line!r:.60}.")
    return record


def _difference(before: dict[str, object], now: dict[str, object], under: str = "") -> str:
    """Name the first setting that differs, with both values."""
    for key in dict.fromkeys([*before, *now]):
        old, new = before.get(key), now.get(key)
        if old != new:
            if isinstance(old, dict) and isinstance(new, dict):
                return _difference(old, new, f"{under}{key}.")
            return f"{under}{key} was {old!s:.60} and is {new!s:.60}"
    return "nothing"
