"""`artist experiment` as a person runs it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from cli.main import artist


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


def test_a_base_url_needs_a_model(tmp_path: Path) -> None:
    options = ["experiment", str(tmp_path), "--base-url", "http://127.0.0.1:1/v1"]
    result = CliRunner().invoke(artist, options)
    assert "--llm MODEL" in str(result.exception)
