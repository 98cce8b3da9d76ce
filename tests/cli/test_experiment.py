"""`artist experiment` as a person runs it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from cli.main import artist
from tests.cas.chat import chat_server


def test_an_experiment_writes_its_tables_and_goes_on(tmp_path: Path) -> None:
    options = ["experiment", str(tmp_path), "--runs", "2", "--generations", "4"]
    options += ["--arm", "CAS default", "--arm", "feedback"]
    first = CliRunner().invoke(artist, options, catch_exceptions=False)
    assert first.exit_code == 0
    assert "| CAS default |" in first.stdout
    names = {path.name for path in (tmp_path / "runs").iterdir()}
    assert names == {"Random.jsonl", "CAS-default.jsonl", "feedback.jsonl"}
    assert {"table.md", "table.csv", "table.tex", "table.json", "plots", "runs"} == {
        path.name for path in tmp_path.iterdir()
    }
    before = {path: path.read_bytes() for path in (tmp_path / "runs").iterdir()}
    again = CliRunner().invoke(artist, options, catch_exceptions=False)
    assert again.stdout == first.stdout
    assert {path: path.read_bytes() for path in (tmp_path / "runs").iterdir()} == before


def test_the_arms_of_a_chat_model_run_and_a_failing_one_costs_no_other(tmp_path: Path) -> None:
    def answer(request: dict[str, Any]) -> str:
        words = re.findall(r"list only: (.*)\.$", request["messages"][0]["content"])
        return words[0].split(", ")[request["seed"] % 1000] if words else "nothing " * 20

    with chat_server(answer) as (client, asked):
        options = ["experiment", str(tmp_path), "--runs", "2", "--generations", "4"]
        options += ["--arm", "Random", "--llm", "local", "--base-url", str(client.base_url)]
        result = CliRunner().invoke(artist, options)
    assert "free LLM" not in (tmp_path / "table.md").read_text()
    assert "| restricted LLM |" in result.stdout
    assert "no usable concept in 3 answers" in str(result.exception)
    assert {request["model"] for request in asked} == {"local"}


def test_a_base_url_needs_a_model(tmp_path: Path) -> None:
    options = ["experiment", str(tmp_path), "--base-url", "http://127.0.0.1:1/v1"]
    result = CliRunner().invoke(artist, options)
    assert "--llm MODEL" in str(result.exception)
