"""The report of a reproduction: small stages really run, and every figure told as it was found."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import asdict
from math import nan
from pathlib import Path

import pytest

from benchmarks.lab import report
from benchmarks.lab.tables import Table
from cas import ConceptModel, CulturalAlienSampler, Vocabulary
from cas.data.corpus import Corpus, Split, Work, count_concepts
from cas.evaluation.evaluate import evaluate
from cas.experiments import collapse as experiment
from cas.experiments import plots
from cas.experiments.policies import sampler_policies
from cas.experiments.results import compare
from cas.experiments.runs import ConceptVectors, RunSettings, run_policies
from cas.experiments.seeds import seed_pairs
from tests.cas.conftest import random_model
from tests.cas.experiments.test_collapse import HashEncoder


@pytest.fixture
def stages(
    sampler: CulturalAlienSampler,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Path:
    """The policies and the sweep over β on a small pair, as `make reproduce` leaves them."""
    vectors = ConceptVectors(HashEncoder())
    settings = RunSettings(seed_pairs(sampler.vocabulary, 3, seed=0), generations=12, rest=4)
    runs, _ = run_policies(
        sampler_policies(sampler), settings, vectors, tmp_path / "experiment/runs"
    )
    done = {name: [run.generations for run in policy] for name, policy in runs.items()}
    comparison = compare(done, sampler, vectors)
    comparison.save(tmp_path / "experiment")
    plots.save_all(comparison, tmp_path / "experiment" / "plots")
    sampler.save_pretrained(tmp_path / "pair")
    monkeypatch.setattr(experiment, "SEED_PAIRS", settings.seeds)
    monkeypatch.setattr(experiment, "PICKS", 3)
    capsys.readouterr()
    experiment.main([str(tmp_path / "pair"), "--beta", "--repeats", "1"])
    (tmp_path / "beta.jsonl").write_text(capsys.readouterr().out)
    return tmp_path


def test_the_report_tells_what_the_stages_found(stages: Path, museum_data: Path) -> None:
    text = report.write(stages).read_text()
    assert "formulas are not public" in text
    assert "Not run: there is no `collapse.jsonl`" in text
    assert "Not run: there is no `evaluation.json`" in text
    images = re.findall(r"!\[[^]]+\]\(([^)]+)\)", text)
    assert {Path(image).stem for image in images} == {
        *("radius", "coverage", "returns", "repetition", "percentiles", "beta"),
    }
    for image in images:
        assert (stages / image).is_file()
        assert (stages / image).with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    rows = [json.loads(line) for line in (stages / "beta.jsonl").read_text().splitlines()[:-1]]
    assert [row["policy"] for row in rows[1:8]] == [f"paper, β {b:g}" for b in experiment.BETAS]
    told = list(csv.DictReader((stages / "tables" / "beta.csv").read_text().splitlines()))
    for row, line in zip(rows, told, strict=True):
        assert float(line["coherence"]) == row["coherence"]
        assert f"| {row['policy']} | {row['repetition']:.3f} |" in text
    assert {path.suffix for path in (stages / "tables").glob("beta.*")} == {".md", ".csv", ".tex"}


def test_over_beta_a_pair_gives_coherence_for_rarity(stages: Path) -> None:
    rows = [json.loads(line) for line in (stages / "beta.jsonl").read_text().splitlines()[:-1]]
    paper = [row for row in rows if row["policy"].startswith("paper")]
    assert paper[0]["coherence"] < paper[-1]["coherence"]
    assert paper[0]["atypicality"] < paper[-1]["atypicality"]


def test_the_hidden_concept_and_the_artists_are_told(works: list[Work], tmp_path: Path) -> None:
    vocabulary = Vocabulary(sorted(count_concepts(works)))
    split = Split.of(Corpus.pack(works, vocabulary), share=0.1, seed=3)
    model: ConceptModel = random_model(vocabulary, 1)
    found = evaluate(CulturalAlienSampler(model, model), split, trials=40)
    (tmp_path / "evaluation.json").write_text(json.dumps(found))
    text = "\n".join(report.hidden(tmp_path))
    figures = json.loads(json.dumps(found))["hidden concept"]["held-out works"]["naive Bayes"]
    assert f"| held-out works | naive Bayes | {figures['works']} | {figures['mrr']:.3f} |" in text
    assert "AUC, matched" in text


def test_collapse_and_what_goes_beyond_are_told(tmp_path: Path) -> None:
    figures = asdict(experiment.PolicyFigures(0.25, 40.0, 0.1, 0.7, 0.2, 0.6))
    (tmp_path / "collapse.jsonl").write_text(
        json.dumps({"policy": "N 16", **figures}) + "\n" + json.dumps({"front": ["N 16"]}) + "\n"
    )
    assert "| N 16 | 0.250 | 40.000 | 0.100 | 0.700 | 0.200 | 0.600 |" in "\n".join(
        report.collapse(tmp_path)
    )
    (tmp_path / "beyond").mkdir()
    nested = {"novelty": {"plain": 0.5}, "policies": [{"policy": "Random", "radius": 1.25}]}
    (tmp_path / "beyond" / "feedback.json").write_text(json.dumps(nested))
    text = "\n".join(report.beyond(tmp_path))
    assert "| novelty · plain | 0.500 |" in text
    assert "| policies · Random · radius | 1.250 |" in text


def test_a_claim_holds_beyond_two_standard_errors() -> None:
    def policy(radius: float, error: float, early: float) -> dict[str, float]:
        return {
            **dict.fromkeys(("return_rate", "saturation"), 0.5),
            **dict.fromkeys(("return_rate_error", "saturation_error"), 0.1),
            **{"radius": radius, "radius_error": error, "repetition_early": early},
        }

    found = report.claims(
        {
            "CAS paper": policy(1.0, 0.03, 0.2),
            "Random": policy(0.8, 0.04, 0.1),
            "restricted LLM": policy(1.05, 0.03, 0.1),
        }
    )
    verdicts = {(str(row[0]), row[-1]) for row in found.rows}
    assert ("goes farther than Random", "holds") in verdicts  # 0.2 > 2 × 0.05
    assert ("returns less than Random", "undecided") in verdicts
    assert ("goes farther than a restricted LLM", "undecided") in verdicts  # -0.05 within 0.085
    assert ("repeats less than a restricted LLM", "does not hold") in verdicts
    assert ("repeats less than a free LLM", "not run") in verdicts
    assert found.rows[0][1:5] == (1.33, 1.25, 1.0, 0.8)


def test_a_table_in_three_forms() -> None:
    table = Table(("policy", "β", "rate"), [("a_b", 0.85, nan), ("50 %", 1, None)], digits=2)
    assert table.markdown().splitlines() == [
        "| policy | β | rate |",
        "| --- | ---: | ---: |",
        "| a_b | 0.85 | – |",
        "| 50 % | 1 | – |",
    ]
    assert table.csv() == "policy,β,rate\na_b,0.85,nan\n50 %,1,\n"
    assert r"a\_b & 0.85 & -- \\" in table.latex()
    assert r"50 \% & 1 & -- \\" in table.latex()
    assert r"policy & $\beta$ & rate \\" in table.latex()
