"""`artist hub`: the shipped pair and a corpus as folders, and a refused upload."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from huggingface_hub import constants

from cas import CulturalAlienSampler
from cas.data.corpus import Work, write_works
from cli.main import artist
from tests.cas.hub_server import hub_server


def test_the_shipped_pair_is_exported_with_its_card(tmp_path: Path) -> None:
    out = tmp_path / "pair"
    options = ["hub", "pair", str(out), "--licence", "apache-2.0"]
    told = CliRunner().invoke(artist, options, catch_exceptions=False)
    assert told.exit_code == 0
    card = (out / "README.md").read_text()
    assert card.startswith("---\n")
    assert "license: apache-2.0\n" in card
    assert "# Model card: the museums pair" in card
    shipped = CulturalAlienSampler.from_pretrained()
    assert json.loads((out / "config.json").read_text())["fingerprint"] == shipped.fingerprint
    assert CulturalAlienSampler.from_pretrained(out).fingerprint == shipped.fingerprint


def test_a_corpus_is_exported_and_pushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["sea", "boat", "gull", "sand"]
    works = [
        Work(f"w{n}", f"artist {n % 9}", tuple(words[n % 4 :] + words[: n % 3])) for n in range(90)
    ]
    write_works(tmp_path / "works.jsonl", works)
    options = ["hub", "corpus", str(tmp_path / "works.jsonl"), str(tmp_path / "out")]
    options += ["--name", "Shore", "--version", "1.0.0", "--held-out", "0.2"]
    with hub_server() as (address, stored):
        monkeypatch.setattr(constants, "ENDPOINT", address)
        # The models of a worker switch it off in this process when they find no hub.
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setenv("HF_TOKEN", "hf_none")
        told = CliRunner().invoke(artist, [*options, "--push", "ada/shore"], catch_exceptions=False)
        assert "of 4 concepts are in" in told.stdout
        assert "It is on the hub: http" in told.stdout
        assert "data/test_artists.jsonl" in stored["dataset ada/shore"]
        refused = CliRunner().invoke(artist, [*options, "--push", "no name at all"])
    assert "is written, but could not be uploaded to no name at all" in str(refused.exception)
