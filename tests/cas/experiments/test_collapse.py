"""An experiment end to end: policies, resuming, a chat model's nonsense, tables and plots."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cas import PRESETS, CulturalAlienSampler, Vocabulary
from cas.experiments import plots
from cas.experiments.costs import measured_cost, pick_cost
from cas.experiments.paper_figures import PAPER
from cas.experiments.people import read_lists
from cas.experiments.plots import save_all
from cas.experiments.policies import (
    FeedbackPicker,
    LanguageModelPicker,
    PolicyError,
    Question,
    RandomPicker,
    SamplerPicker,
    sampler_policies,
)
from cas.experiments.results import compare
from cas.experiments.runs import (
    ConceptVectors,
    ExperimentError,
    RunSettings,
    run_policies,
    run_policy,
)
from cas.experiments.seeds import seed_pairs
from tests.cas.chat import chat_server


class HashEncoder:
    """Unit vectors drawn from each text's own letters: the same text, the same vector."""

    name = "hash"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        rows = [np.random.default_rng(list(text.encode())).normal(size=16) for text in texts]
        return np.stack([row / np.linalg.norm(row) for row in rows]).astype(np.float32)


@pytest.fixture
def vectors() -> ConceptVectors:
    return ConceptVectors(HashEncoder())


@pytest.fixture
def settings(sampler: CulturalAlienSampler) -> RunSettings:
    return RunSettings(seed_pairs(sampler.vocabulary, 3, seed=0), generations=12, rest=4)


def listed(request: dict[str, Any]) -> str:
    """Answer with a concept of the list that is neither at work nor resting."""
    system, user = request["messages"][0]["content"], request["messages"][1]["content"]
    words = system.split("Choose from this list only: ")[1].rstrip(".").split(", ")
    taken = user.replace(". Do not use: ", ", ").split("At work now: ")[1].rstrip(".").split(", ")
    free = [word for word in words if word not in taken]
    return f'- "{free[request["seed"] % len(free)].upper()}".'


def picks_of(path: Path) -> list[str]:
    return [json.loads(line)["pick"] for line in path.read_text().splitlines()[1:]]


def test_a_run_follows_the_rules_of_pool_and_patience(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    runs = run_policy("Random", RandomPicker(sampler.vocabulary), settings, vectors, tmp_path)
    for run, seeds in zip(runs, settings.seeds, strict=True):
        assert len(run.generations) == settings.generations
        departed: dict[str, int] = {}
        present: set[str] = set()
        for number, generation in enumerate(run.generations, start=1):
            now = set(generation.concepts) - set(seeds)
            departed |= dict.fromkeys(present - now, number - 1)
            present = now
            assert set(seeds) <= set(generation.concepts)
            pick = generation.picks[0]
            assert number - departed.get(pick, -99) > settings.rest
        for generation in run.generations:
            assert generation.shown[0] == generation.picks[0]
            assert 2 <= len(set(generation.shown)) <= 4
            assert set(generation.shown) <= set(generation.concepts)
            assert set(generation.unfixed) == set(generation.concepts) - set(seeds)
        points = [np.mean(vectors(g.shown), axis=0) for g in run.generations]
        unit = [p / np.linalg.norm(p) for p in points]
        expected = [1.0] + [
            1 - max(unit[g] @ unit[e] for e in range(g)) for g in range(1, len(unit))
        ]
        assert run.novelties == pytest.approx(expected, abs=1e-6)


def test_a_concept_leaves_after_patience_generations_without_more_novelty(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    (run, *_) = run_policy("Random", RandomPicker(sampler.vocabulary), settings, vectors, tmp_path)
    counts: dict[str, int] = {}
    for number, generation in enumerate(run.generations):
        assert set(generation.concepts) - set(settings.seeds[0]) == {*counts, *generation.picks}
        counts[generation.picks[0]] = 0
        if number != 1:
            better = number == 0 or run.novelties[number] > run.novelties[number - 1]
            counts = {
                c: 0 if better and c in generation.shown else n + 1 for c, n in counts.items()
            }
        counts = {c: n for c, n in counts.items() if n < settings.patience}


def test_what_was_long_not_shown_is_shown_first(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    (run, *_) = run_policy("Random", RandomPicker(sampler.vocabulary), settings, vectors, tmp_path)
    last: dict[str, int] = {}
    for number, generation in enumerate(run.generations, start=1):
        others = set(generation.concepts) - set(generation.picks)
        shown = [last.get(c, 0) for c in others if c in generation.shown]
        hidden = [last.get(c, 0) for c in others if c not in generation.shown]
        assert max(shown) <= min(hidden, default=number)
        last.update(dict.fromkeys(generation.shown, number))


def test_a_small_pool_lets_the_stalest_go(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    tight = replace(settings, patience=99, pool_size=5, rest=0)
    for run in run_policy("Random", RandomPicker(sampler.vocabulary), tight, vectors, tmp_path):
        assert all(len(generation.concepts) <= 6 for generation in run.generations)
        assert run.generations[5].concepts[:2] == tight.seeds[run.number]


def test_killed_and_resumed_it_picks_the_same(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    picker = SamplerPicker(sampler, PRESETS["default"])
    run_policy("CAS default", picker, settings, vectors, tmp_path / "whole")
    whole = tmp_path / "whole" / "CAS-default.jsonl"
    part = tmp_path / "part" / "CAS-default.jsonl"
    part.parent.mkdir()
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])  # in the middle of a line
    runs = run_policy("CAS default", picker, settings, vectors, tmp_path / "part")
    assert part.read_bytes() == whole.read_bytes()
    assert [len(run.generations) for run in runs] == [12, 12, 12]


def test_a_torn_line_is_cut_off_in_a_file_of_its_own(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    """Killed while it is cut off, a run must not lose the picks before it."""
    picker = SamplerPicker(sampler, PRESETS["default"])
    run_policy("CAS default", picker, settings, vectors, tmp_path)
    file = tmp_path / "CAS-default.jsonl"
    torn = file.read_bytes()[:-5]
    file.write_bytes(torn)
    with file.open("rb") as before:
        run_policy("CAS default", picker, settings, vectors, tmp_path)
        assert before.read() == torn


def test_arms_side_by_side_pick_what_each_picks_alone(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    pickers = sampler_policies(sampler)
    seen: dict[str, list[int]] = {name: [] for name in pickers}
    together, errors = run_policies(
        pickers,
        settings,
        vectors,
        tmp_path / "together",
        threads=3,
        progress=lambda name, picked, _: seen[name].append(picked),
    )
    assert not errors
    assert list(together) == list(pickers)
    assert set(map(tuple, seen.values())) == {tuple(range(3, 37, 3))}
    for name, picker in pickers.items():
        run_policy(name, picker, settings, vectors, tmp_path / "alone")
        file = f"{name.replace(' ', '-')}.jsonl"
        assert (tmp_path / "together" / file).read_bytes() == (
            tmp_path / "alone" / file
        ).read_bytes()


def test_of_arms_side_by_side_one_may_fail_and_wrong_settings_stop_all_at_once(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    with chat_server(lambda _: 500) as (client, _):
        pickers = {
            "free LLM": LanguageModelPicker(client, "local"),
            "Random": RandomPicker(sampler.vocabulary),
        }
        found, errors = run_policies(pickers, settings, vectors, tmp_path)
    assert [len(run.generations) for run in found["Random"]] == [12, 12, 12]
    assert "free LLM" not in found
    assert ["could not be asked" in str(error) for error in errors] == [True]
    longer = replace(settings, generations=20)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ExperimentError, match="generations was 12 and is 20"):
        run_policies(pickers, longer, vectors, tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_interrupted_arms_stop_after_their_generation_and_go_on_later(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    pickers = sampler_policies(sampler)

    def interrupt(name: str, picked: int, _: int) -> None:
        if name == "CAS paper" and picked == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_policies(pickers, settings, vectors, tmp_path / "part", threads=1, progress=interrupt)
    assert len(picks_of(tmp_path / "part" / "CAS-paper.jsonl")) == 9
    run_policies(pickers, settings, vectors, tmp_path / "part")
    run_policies(pickers, settings, vectors, tmp_path / "whole")
    for path in (tmp_path / "whole").iterdir():
        assert (tmp_path / "part" / path.name).read_bytes() == path.read_bytes()


def test_other_settings_are_refused_and_nothing_is_lost(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    picker = SamplerPicker(sampler, PRESETS["default"])
    run_policy("a", picker, settings, vectors, tmp_path)
    before = (tmp_path / "a.jsonl").read_bytes()
    with pytest.raises(ExperimentError, match=r"settings\.patience was 3 and is 5"):
        run_policy("a", picker, replace(settings, patience=5), vectors, tmp_path)
    other = SamplerPicker(sampler, replace(PRESETS["default"], beta=0.5))
    with pytest.raises(ExperimentError, match=r"picker\.tuning\.beta was 0\.85 and is 0\.5"):
        run_policy("a", other, settings, vectors, tmp_path)
    assert (tmp_path / "a.jsonl").read_bytes() == before


def test_a_broken_file_names_its_line(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    picker = RandomPicker(sampler.vocabulary)
    run_policy("a", picker, settings, vectors, tmp_path)
    path = tmp_path / "a.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:4], lines[8], *lines[4:]]))
    with pytest.raises(ExperimentError, match="line 5 does not follow"):
        run_policy("a", picker, settings, vectors, tmp_path)
    path.write_text("".join([*lines[:4], "garbage\n", *lines[4:]]))
    with pytest.raises(ExperimentError, match="line 5 is not JSON: b'garbage'"):
        run_policy("a", picker, settings, vectors, tmp_path)


def test_language_model_held_to_the_vocabulary(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    with chat_server(listed) as (client, asked):
        picker = LanguageModelPicker(client, "local", vocabulary=sampler.vocabulary)
        runs = run_policy("restricted LLM", picker, settings, vectors, tmp_path)
        assert len(asked) == 36
        again = run_policy("restricted LLM", picker, settings, vectors, tmp_path)
        assert len(asked) == 36  # cached: nothing is asked twice
    assert [run.generations for run in runs] == [run.generations for run in again]
    assert {g.picks[0] for run in runs for g in run.generations} <= set(sampler.vocabulary)


def test_nonsense_is_told_back_and_then_an_error(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    count = iter(range(10_000))

    def answer(request: dict[str, Any]) -> str:
        number = next(count)
        return listed(request) if number < 7 else "As a language model I cannot paint"

    with chat_server(answer) as (client, asked):
        picker = LanguageModelPicker(
            client, "local", vocabulary=sampler.vocabulary, attempts=2, concurrency=1
        )
        with pytest.raises(PolicyError, match=r"no usable concept in 2 answers.*cannot paint"):
            run_policy("restricted LLM", picker, settings, vectors, tmp_path)
    assert len(picks_of(tmp_path / "restricted-LLM.jsonl")) == 7
    told_back = asked[-1]["messages"]
    assert [message["role"] for message in told_back] == ["system", "user", "assistant", "user"]
    assert "is not in the list" in told_back[-1]["content"]


@pytest.mark.parametrize("answer", [500, 401, None, ""])
def test_an_endpoint_that_fails_is_an_error_that_says_so(answer: object) -> None:
    with chat_server(lambda _: answer) as (client, _):
        picker = LanguageModelPicker(client, "local")
        with pytest.raises(PolicyError, match="local"):
            list(picker.picks([Question(("sea",), (), (), 0)]))


def test_a_free_model_says_anything_but_what_is_at_work() -> None:
    answers = iter(["Sea.", "1. Quantum Foam\nbecause it foams", "x" * 90, '"Bees"'])
    with chat_server(lambda _: next(answers)) as (client, _):
        picker = LanguageModelPicker(client, "local", concurrency=1)
        questions = [Question(("sea",), ("sky",), (), seed) for seed in (0, 5)]
        assert list(picker.picks(questions)) == ["quantum foam", "bees"]


def test_of_several_answers_the_first_is_taken() -> None:
    with chat_server(lambda _: "brick, cup; cake.") as (client, _):
        picker = LanguageModelPicker(client, "local")
        assert list(picker.picks([Question(("sea",), (), (), 0)])) == ["brick"]


def test_a_small_model_is_shown_answered_questions_first_and_cut() -> None:
    answers = iter(["sea", "bees"])
    with chat_server(lambda _: next(answers)) as (client, asked):
        told = LanguageModelPicker(client, "local", small=True)
        assert list(told.picks([Question(("sea",), (), (), 0)])) == ["bees"]
        plain = LanguageModelPicker(client, "local")
    for request in asked:
        roles = [message["role"] for message in request["messages"]]
        assert roles == ["system", "user", "assistant", "user", "assistant", "user"]
        assert request["messages"][-1]["content"] == "At work now: sea."
        assert request["max_tokens"] == 24
    assert asked[0]["seed"] != asked[1]["seed"]
    assert told.identity != plain.identity


def test_feedback_moves_beta_within_its_bounds(sampler: CulturalAlienSampler) -> None:
    picker = FeedbackPicker(
        sampler, replace(PRESETS["default"], beta=0.8), lowest=0.7, highest=0.9, step=0.05
    )
    assert picker.beta(()) == picker.beta((1.0, 0.3)) == 0.8
    assert picker.beta((1.0, 0.3, 0.2)) == pytest.approx(0.85)
    assert picker.beta((1.0, 0.3, 0.2, 0.2, 0.1, 0.0)) == pytest.approx(0.9)
    assert picker.beta((1.0, 0.3, 0.4, 0.5, 0.6)) == pytest.approx(0.7)
    with pytest.raises(PolicyError, match=r"0\.9"):
        FeedbackPicker(sampler, PRESETS["default"], lowest=0.9, highest=1.0)


def test_comparison_of_all_arms(
    sampler: CulturalAlienSampler, settings: RunSettings, vectors: ConceptVectors, tmp_path: Path
) -> None:
    policies = {
        name: [run.generations for run in run_policy(name, picker, settings, vectors, tmp_path)]
        for name, picker in sampler_policies(sampler).items()
    }
    lists = tmp_path / "people.txt"
    lists.write_text("sea, sky\nsea, kiln\nkiln, Bees\n\ntower, snow\nsnow, moss\nmoss\n")
    policies["human"] = read_lists(lists)
    found = compare(policies, sampler, vectors)
    by_name = {result.policy: result for result in found.results}
    assert by_name["Random"].return_rate == pytest.approx(0.48, abs=0.05)
    assert by_name["coherence only"].coherence < by_name["Random"].coherence
    assert by_name["context only"].atypicality > by_name["Random"].atypicality
    assert by_name["human"].known == 0.0
    assert np.isnan(by_name["human"].coherence)
    assert by_name["human"].distinct == 7
    assert len(found.curves["human"].radius) == 3
    frame = found.to_pandas()
    assert frame.loc["CAS paper", "radius"] == by_name["CAS paper"].radius

    found.save(tmp_path)
    markdown = (tmp_path / "table.md").read_text()
    assert "formulas are not public" in markdown
    assert f"({PAPER['CAS paper'].radius:.2f})" in markdown
    rows = list(csv.DictReader(io.StringIO((tmp_path / "table.csv").read_text())))
    assert [row["policy"] for row in rows] == list(policies)
    assert float(rows[1]["paper_return_rate"]) == 0.45
    assert json.loads((tmp_path / "table.json").read_text())["policies"][0]["policy"] == "Random"
    latex = (tmp_path / "table.tex").read_text()
    assert latex.count(r"\\") == 3 * (len(policies) + 1)
    assert {line.count("&") for line in latex.splitlines() if "&" in line} == {9, 8, 6}

    paths = save_all(found, tmp_path / "plots")
    first = {path: path.read_bytes() for path in paths}
    assert len(paths) == 10
    assert all(path.stat().st_size > 2000 for path in paths)
    assert save_all(found, tmp_path / "plots") == paths
    assert {path: path.read_bytes() for path in paths} == first


class Slow(RandomPicker):
    """Takes a stated time for all questions at once."""

    def __init__(self, vocabulary: Vocabulary, clock: list[float]) -> None:
        super().__init__(vocabulary)
        self._clock = clock
        self.asked: list[list[Question]] = []

    def picks(self, questions: Sequence[Question]) -> Iterator[str]:
        self.asked.append(list(questions))
        self._clock[0] += 0.006 * len(self.asked)
        yield from super().picks(questions)


def test_the_cost_of_a_pick_is_shared_among_runs_and_measured_again(
    sampler: CulturalAlienSampler,
    settings: RunSettings,
    vectors: ConceptVectors,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "thread_time", lambda: clock[0])
    picker = Slow(sampler.vocabulary, clock)
    runs = run_policy("slow", picker, settings, vectors, tmp_path)
    assert pick_cost(runs) == pytest.approx(2 * 6.5)  # 12 generations of three runs: 2, 4, … 24 ms
    first = picker.asked.copy()
    picker.asked.clear()
    read = run_policy("slow", picker, settings, vectors, tmp_path)
    assert np.isnan(pick_cost(read))
    assert measured_cost(picker, read) == pytest.approx(2 * 4)  # of 4, 6, 8, 10 and 12 ms
    assert [picker.asked[place] for place in (0, -1)] == [first[0], first[11]]
    assert all(asked in first for asked in picker.asked)
    table = compare(
        {"Random": [run.generations for run in read]}, sampler, vectors, costs={"Random": 8.0}
    )
    assert table.results[0].cost == 8.0


def test_random_sets_the_threshold_and_must_be_there(
    sampler: CulturalAlienSampler, vectors: ConceptVectors
) -> None:
    with pytest.raises(ExperimentError, match="Random"):
        compare({}, sampler, vectors)


@pytest.mark.parametrize("text", ["", "sea\n", "sea\nsky\nkiln\n\nsea\nsky\n"])
def test_lists_that_are_too_short(text: str, tmp_path: Path) -> None:
    path = tmp_path / "lists.txt"
    path.write_text(text)
    with pytest.raises(ExperimentError, match="at least 3 generations"):
        read_lists(path)
    with pytest.raises(ExperimentError, match="nowhere"):
        read_lists(tmp_path / "nowhere.txt")


def test_settings_out_of_range() -> None:
    with pytest.raises(ExperimentError, match="0, 3, 12"):
        RunSettings((("sea",),), generations=0)
    with pytest.raises(ExperimentError, match="seed concept"):
        RunSettings(((),))


def test_a_pick_draws_itself_and_becomes_a_frame(sampler: CulturalAlienSampler) -> None:
    pick = sampler.sample([sampler.vocabulary[0]], seed=1)
    frame = pick.to_pandas()
    assert frame.concept.tolist() == [candidate.concept for candidate in pick.candidates]
    axes = plots.pick(pick).axes[0]
    assert pick.concept in axes.get_title(loc="left")
    assert len(axes.collections[0].get_offsets()) == len(pick.candidates)
