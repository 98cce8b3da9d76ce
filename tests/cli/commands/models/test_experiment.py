"""`artist experiment`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from cli.main import artist
from tests.cas.chat import chat_server

FAVOURITES = (
    "quantum physics", "bioluminescence", "cyberpunk", "mythology", "dreams", "algorithms",
    "technology", "coral reefs", "clockwork", "origami", "auroras", "labyrinths", "nebulae",
    "mycelium", "stained glass", "time", "memory", "circuits", "deserts", "glaciers", "masks",
    "carnivals", "tides", "fractals", "lanterns", "ruins", "jazz", "kelp forests", "calligraphy",
    "gravity", "automata", "fog", "honeycombs", "opera", "volcanoes", "tea ceremonies",
)  # fmt: skip
"""The first seven are those that the paper's free model fell back on."""


def stand_in(request: dict[str, Any]) -> str:
    """Answer as a chat model at random, from the given list or from favourites."""
    system, user = (message["content"] for message in request["messages"][:2])
    listed = re.findall(r"Choose from this list only: (.*)\.$", system)
    words = listed[0].split(", ") if listed else list(FAVOURITES)
    taken = set(re.split(r", |\. ?", re.sub("At work now: |Do not use: ", "", user)))
    free = [word for word in words if word not in taken]
    return free[request["seed"] % len(free)].capitalize() + "."


def test_an_experiment_writes_its_tables_and_continues(tmp_path: Path) -> None:
    options = ["experiment", str(tmp_path), "--runs", "2", "--generations", "4"]
    options += ["--policy", "CAS default", "--policy", "feedback"]
    first = CliRunner().invoke(artist, options, catch_exceptions=False)
    assert first.exit_code == 0
    assert "| CAS default |" in first.stdout
    graded = json.loads((tmp_path / "table.json").read_text())
    assert graded["grader"] != graded["pair"]
    assert all(0 <= policy["fit"] <= 1 and policy["graded"] == 1 for policy in graded["policies"])
    assert first.stdout.index("Graded independently") < first.stdout.index("The paper's metrics")
    names = {path.name for path in (tmp_path / "runs").iterdir()}
    assert names == {"Random.jsonl", "CAS-default.jsonl", "feedback.jsonl"}
    assert {
        "table.md", "table.csv", "table.tex", "table.json", "tests.csv", "costs.json", "plots",
        "runs",
    } == {path.name for path in tmp_path.iterdir()}  # fmt: skip
    costs = json.loads((tmp_path / "costs.json").read_text())
    assert costs == {policy["policy"]: policy["cost"] for policy in graded["policies"]}
    assert min(costs.values()) > 0
    before = {path: path.read_bytes() for path in (tmp_path / "runs").iterdir()}
    again = CliRunner().invoke(artist, options, catch_exceptions=False)
    assert again.stdout == first.stdout
    assert {path: path.read_bytes() for path in (tmp_path / "runs").iterdir()} == before
    (tmp_path / "costs.json").unlink()  # as in a folder of an earlier release
    unknown = CliRunner().invoke(artist, options, catch_exceptions=False)
    assert re.search(r"\| CAS default \|.*\| – \|$", unknown.stdout, re.MULTILINE)
    measured = CliRunner().invoke(artist, [*options, "--costs"], catch_exceptions=False)
    assert not re.search(r"\| – \|$", measured.stdout, re.MULTILINE)
    assert json.loads((tmp_path / "costs.json").read_text()).keys() == costs.keys()


def test_the_policies_of_a_chat_model_run_and_a_failure_stops_no_other(tmp_path: Path) -> None:
    def answer(request: dict[str, Any]) -> str:
        words = re.findall(r"list only: (.*)\.$", request["messages"][0]["content"])
        return words[0].split(", ")[request["seed"] % 1000] if words else "nothing " * 20

    with chat_server(answer) as (client, asked):
        options = ["experiment", str(tmp_path), "--runs", "2", "--generations", "4"]
        options += ["--policy", "Random", "--llm", "local", "--base-url", str(client.base_url)]
        result = CliRunner().invoke(artist, options)
    assert "free LLM" not in (tmp_path / "table.md").read_text()
    assert "| restricted LLM |" in result.stdout
    assert "no usable concept in 3 answers" in str(result.exception)
    assert {request["model"] for request in asked} == {"local"}


def test_both_policies_of_a_chat_model_are_compared_with_the_paper(
    tmp_path: Path,
) -> None:
    """Over HTTP in OpenAI's format: one answers from the list it is given, one from favourites."""
    with chat_server(stand_in) as (client, asked):
        options = ["experiment", str(tmp_path), "--runs", "3", "--generations", "24"]
        options += ["--policy", "Random", "--llm", "stand-in", "--base-url", str(client.base_url)]
        result = CliRunner().invoke(artist, options, catch_exceptions=False)
        assert result.exit_code == 0
        assert len(asked) >= 2 * 3 * 24
        before = len(asked)
        CliRunner().invoke(artist, options, catch_exceptions=False)
        assert len(asked) == before
    table = json.loads((tmp_path / "table.json").read_text())
    figures = {result["policy"]: result for result in table["policies"]}
    restricted, free = figures["restricted LLM"], figures["free LLM"]
    assert restricted["known"] == 1.0
    assert free["distinct"] <= len(FAVOURITES)
    # Few favourites: runs repeat each other and span less.
    assert free["repetition"] > 0.5 > figures["Random"]["repetition"]
    assert free["overlap"] > figures["Random"]["overlap"]
    assert free["vendi"] < figures["Random"]["vendi"]
    for policy, paper in (("restricted LLM", "(0.72)"), ("free LLM", "(0.95)")):
        lines = result.stdout.splitlines()
        assert any(paper in line for line in lines if line.startswith(f"| {policy} |"))
    instructions = {request["messages"][0]["content"] for request in asked}
    assert sum("Choose from this list only" in text for text in instructions) == 1
    assert len(instructions) == 2


def test_a_base_url_needs_a_model(tmp_path: Path) -> None:
    options = ["experiment", str(tmp_path), "--base-url", "http://127.0.0.1:1/v1"]
    result = CliRunner().invoke(artist, options)
    assert "--llm MODEL" in str(result.exception)


def test_baselines_and_readings_run_beside_random(tmp_path: Path) -> None:
    options = ["experiment", str(tmp_path), "--runs", "2", "--generations", "4", "--policy"]
    options += ["PMI", "--policy", "k-DPP", "--policy", "top-k 50"]
    result = CliRunner().invoke(artist, options, catch_exceptions=False)
    assert result.exit_code == 0
    told = json.loads((tmp_path / "table.json").read_text())
    assert {p["policy"] for p in told["policies"]} == {"Random", "PMI", "k-DPP", "top-k 50"}
    assert {test["policy"] for test in told["tests"]} == {"PMI", "k-DPP", "top-k 50"}


def test_the_names_of_baselines_and_readings_are_those_of_the_laboratory() -> None:
    from cas.experiments.reading_policies import REASONS
    from cli.commands.models.experiment import READINGS

    assert set(READINGS) == set(REASONS)


def test_counted_baselines_need_a_grader_of_the_pairs_vocabulary(tmp_path: Path) -> None:
    from cas import ConceptModel, CulturalAlienSampler, Vocabulary
    from cas.model import ModelSize

    small = ModelSize(layers=1, width=16, heads=1, longest=8)
    words = Vocabulary([f"word{number}" for number in range(90)])
    model = ConceptModel.new(words, small)
    CulturalAlienSampler(model, model).save_pretrained(tmp_path / "pair")
    options = ["experiment", str(tmp_path / "out"), "--runs", "2", "--generations", "4"]
    options += ["--model", str(tmp_path / "pair"), "--policy", "PMI"]
    assert "train CORPUS DIR --grader" in str(CliRunner().invoke(artist, options).exception)
    options[-1] = "Random"
    result = CliRunner().invoke(artist, options, catch_exceptions=False)
    assert result.exit_code == 0
    told = json.loads((tmp_path / "out" / "table.json").read_text())
    assert told["policies"][0]["graded"] == 0.0
    assert told["policies"][0]["fit"] is None
