"""Compare each figure with another library's in one run: `python -m benchmarks.lab [NAME…]`.

CPU seconds of this process, which depend less on other programs; compare the ratios.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from cas.data.clip import Clip
    from cas.experiments.policies import Picker, Question

Result = TypeVar("Result")

SEED = 0


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of all threads of this process."""
    started = time.process_time()
    work()
    return time.process_time() - started


def bradley_terry() -> None:
    """Fit 1,000 works, 100,000 votes, 200 resamples, and the same with choix; one thread each."""
    import choix
    from threadpoolctl import threadpool_limits

    from cas.experiments.bradley_terry import Vote, Votes, bootstrap, fit

    generator = np.random.default_rng(SEED)
    ability = generator.normal(size=1000)
    first = generator.integers(1000, size=100_000)
    second = (first + generator.integers(1, 1000, size=100_000)) % 1000
    won = generator.random(100_000) < 1 / (1 + np.exp(ability[second] - ability[first]))
    pairs = np.where(won[:, None], np.stack([first, second], 1), np.stack([second, first], 1))
    names = [str(n) for n in range(1000)]
    votes = Votes.of([Vote(names[a], names[b]) for a, b in pairs.tolist()], names=names)
    data = [tuple(pair) for pair in pairs.tolist()]
    with threadpool_limits(1):  # else threads that wait for each other would be counted
        ours = seconds(lambda: fit(votes))
        whole = seconds(lambda: bootstrap(votes, resamples=200, seed=SEED))
        theirs = seconds(lambda: choix.ilsr_pairwise(1000, data))
    gap = np.abs(fit(votes).abilities - choix.ilsr_pairwise(1000, data)).max()
    print(f"one fit: ours {ours:.2f} s, choix.ilsr_pairwise {theirs:.2f} s, {theirs / ours:.1f} ×")
    print(f"  greatest difference: {gap:.1e}")
    print(f"200 resamples: ours {whole:.1f} s; choix would need {200 * theirs:.0f} s,"
          f" {200 * theirs / whole:.0f} ×")  # fmt: skip


def captions(count: int) -> Iterator[str]:
    """Yield random captions of 15 words whose frequencies follow Zipf's law, with rare words."""
    generator = np.random.default_rng(SEED)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = ["".join(generator.choice(letters, 7)) for _ in range(60_000)]
    weights = 1 / np.arange(1, len(words) + 1)
    for start in range(0, count, 10_000):
        drawn = generator.choice(len(words), (10_000, 15), p=weights / weights.sum())
        for number, row in enumerate(drawn[: count - start]):
            yield f"{' '.join(words[n] for n in row)} rare{'abcdefghij'[number % 10]}"


def vocabulary() -> None:
    """Count 15-word captions, compared with TfidfVectorizer; measure memory for growing corpora."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    from cas.data.captions import CaptionSource
    from cas.data.tfidf import WORD, WordCounts

    corpora = {"random, 15 words": list(captions(100_000))}
    data = os.environ.get("CULTURAL_ALIEN_DATA")
    if data:
        corpora["museums', read from the file"] = CaptionSource((f"{data}/captions_open.tsv.gz",))
    for name, corpus in corpora.items():
        counted = WordCounts()
        ours = seconds(lambda corpus=corpus, counted=counted: counted.add(corpus).scores())
        vectorizer = TfidfVectorizer(norm=None, token_pattern=WORD.pattern)
        theirs = seconds(lambda corpus=corpus, v=vectorizer: v.fit_transform(corpus).sum(axis=0))
        words = sum(counted.terms.values()) / counted.captions
        print(f"{counted.captions:,} captions ({name}; {words:.0f} words each): ours {ours:.2f} s"
              f" ({counted.captions / ours * 60 / 1e6:.1f} million a minute on one core),"
              f" TfidfVectorizer {theirs:.2f} s, {theirs / ours:.1f} ×")  # fmt: skip
    for count in (25_000, 50_000, 100_000):
        tracemalloc.start()
        WordCounts(most_words=10_000).add(captions(count))
        counted = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"  memory at {count:,} captions, a table of 10,000 words: {counted / 1e6:.0f} MB")


def annotation() -> None:
    """Compare the whole path with the encoder alone: a ViT-B/32 of random weights, real pictures.

    Both use the same batches and torch threads; of two rounds the faster counts. Once with a thread
    for every processor, and once with one less, as if the encoder were on a GPU.
    """
    import torch

    from cas.data.annotation import BATCH, encode_all
    from cas.data.image_sources import pictures_of

    data = os.environ.get("CULTURAL_ALIEN_DATA")
    if not data:
        print("annotation: CULTURAL_ALIEN_DATA is not set")
        return
    pictures = list(pictures_of(f"{data}/paintings"))[: 6 * BATCH]
    groups = [pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH)]
    processors = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        clip = random_clip(Path(folder))
        ready = [np.stack([clip.prepare(p.open()) for p in group]) for group in groups]
        for threads in sorted({processors, max(processors - 1, 1)}, reverse=True):
            torch.set_num_threads(threads)
            alone, whole = [], []
            for number in range(2):
                shards = Path(folder) / f"{threads}-{number}"
                alone.append(clocks(lambda: [clip.vectors(each) for each in ready]))
                whole.append(clocks(lambda shards=shards: encode_all(pictures, clip, shards)))
            (clock, cpu), (clock_whole, cpu_whole) = np.min(alone, 0), np.min(whole, 0)
            count = len(pictures)
            print(f"{count} pictures, {threads} torch threads of {processors} processors: encoder"
                  f" alone {count / clock:.1f} a second, whole path {count / clock_whole:.1f}:"
                  f" {clock / clock_whole:.1%} (CPU seconds {cpu:.1f} and {cpu_whole:.1f}:"
                  f" {cpu / cpu_whole:.1%})", flush=True)  # fmt: skip


def random_clip(folder: Path) -> Clip:
    """Return a ViT-B/32 of random weights, with the speed of the trained one."""
    import open_clip
    import torch

    from cas.data.clip import Clip

    weights = folder / "weights.pt"
    torch.manual_seed(SEED)
    torch.save(open_clip.create_model("ViT-B-32").state_dict(), weights)
    return Clip("ViT-B-32", "openai", weights=weights)


def clocks(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall-clock seconds (decoding overlaps encoding), and CPU seconds."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def experiment() -> None:
    """Run 200 generations × 10 seeds on the shipped pair: the whole command, and its parts."""
    import torch

    from cas import CulturalAlienSampler
    from cas.experiments.policies import SamplerPicker, feedback_policy, sampler_policies
    from cas.experiments.results import compare
    from cas.experiments.runs import ConceptVectors, RunSettings, run_policies
    from cas.experiments.seeds import seed_pairs
    from cas.tuning import PRESETS
    from worker.encoders.minilm import MiniLMEncoder

    whole_command()
    torch.set_num_threads(1)
    sampler = CulturalAlienSampler.from_pretrained()
    vectors = ConceptVectors(MiniLMEncoder())
    settings = RunSettings(seed_pairs(sampler.vocabulary, 10, seed=SEED))
    both("text vectors of the vocabulary", lambda: vectors(list(sampler.vocabulary)))
    pickers = {**sampler_policies(sampler), "feedback": feedback_policy(sampler)}
    policies = {}
    with tempfile.TemporaryDirectory() as folder:

        def run() -> None:
            found, _ = run_policies(pickers, settings, vectors, folder)
            policies.update(
                {name: [each.generations for each in runs] for name, runs in found.items()}
            )

        both("six policies, 200 generations × 10 seeds, models loaded", run)
        both("their table", lambda: compare(policies, sampler, vectors))
        short = replace(settings, generations=30)
        paper = SamplerPicker(sampler, PRESETS["paper"])
        picked = {}
        for name, picker in (("ten runs at once", paper), ("one by one", OneByOne(paper))):
            policy = {name: picker}
            run = partial(run_policies, policy, short, vectors, folder)
            runs = both(f"30 generations × 10 seeds, {name}", run)[0]
            picked[name] = [run.generations for run in runs[name]]
    print(f"  the same picks: {picked['ten runs at once'] == picked['one by one']}")
    print(f"  load average of the machine now: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


class OneByOne:
    """A picker that calls another for one run at a time."""

    def __init__(self, picker: Picker) -> None:
        self._picker = picker

    @property
    def identity(self) -> dict[str, Any]:
        """The other's identity."""
        return self._picker.identity

    def picks(self, questions: Sequence[Question]) -> Iterator[str]:
        """Yield the other's picks."""
        for question in questions:
            yield from self._picker.picks([question])


def whole_command() -> None:
    """Time `artist experiment` with its defaults, from start to plots."""
    with tempfile.TemporaryDirectory() as folder:
        command = [Path(sys.executable).with_name("artist"), "experiment", folder]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        clock = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        clock = time.perf_counter() - clock
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"  the whole command: {clock:.1f} s by the clock, {cpu:.1f} CPU seconds", flush=True)


def both(what: str, work: Callable[[], Result]) -> Result:
    """Print CPU and wall-clock seconds of `work`, and return its result."""
    clock, cpu = time.perf_counter(), time.process_time()
    result = work()
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    print(f"  {what}: {clock:.1f} s by the clock, {cpu:.1f} CPU seconds", flush=True)
    return result


PARTS = {part.__name__: part for part in (bradley_terry, vocabulary, annotation, experiment)}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for name in sys.argv[1:] or PARTS:
        print(f"\n## {name}\n", flush=True)
        PARTS[name]()
