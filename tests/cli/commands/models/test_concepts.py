"""`artist concepts`: what the sampler knows, and what is near to a word."""

from __future__ import annotations

import json

from cas import CulturalAlienSampler
from tests.cli.conftest import Call


def test_all_concepts_are_listed_one_a_line(call: Call) -> None:
    known = list(CulturalAlienSampler.from_pretrained().vocabulary)
    assert call("concepts").out.splitlines() == known
    assert json.loads(call("concepts", "--json").out) == known


def test_a_word_leads_to_concepts_of_its_meaning(call: Call) -> None:
    found = json.loads(call("concepts", "automobile", "--json").out)
    assert not found["known"] and "car" in found["alike in meaning"]
    told = call("concepts", " Sea ").out
    assert told.startswith("sea is a concept of the sampler.\n")
    assert "coast" in told.rpartition("alike in meaning: ")[2].split(", ")
