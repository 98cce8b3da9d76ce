"""Objects that an earlier release wrote are read, and written again with the same bytes.

`release_2026_11.jsonl`: a key and an object a line, of every kind, by the release before names of
fields changed. `since_2026_11.jsonl`: those of kinds and with fields that came later.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.archive.events import EVENT
from storage.archive.manifest import Manifest
from storage.archive.objects import canonical_json, key_of

OBJECTS: list[tuple[str, str]] = [
    tuple(json.loads(line))
    for file in ("release_2026_11.jsonl", "since_2026_11.jsonl")
    for line in Path(__file__).with_name(file).read_text("utf-8").splitlines()
]

LATER = {"edit", "control"}
"""Kinds of events that a later release added."""


@pytest.mark.parametrize(("key", "text"), OBJECTS, ids=[key for key, _ in OBJECTS])
def test_an_object_of_an_earlier_release_keeps_its_bytes(key: str, text: str) -> None:
    read = EVENT.validate_json if key.startswith("events/") else Manifest.model_validate_json
    record = read(text)
    assert canonical_json(record).decode() == text
    assert key_of(record) == key


def test_all_kinds_of_events_are_among_them() -> None:
    kinds = set(EVENT.json_schema()["discriminator"]["mapping"])
    assert {json.loads(text).get("kind") for _, text in OBJECTS} >= kinds - LATER


def test_fields_that_have_another_name_now_hold_what_was_written() -> None:
    objects = dict(OBJECTS)
    inspiration = Manifest.model_validate_json(objects["manifests/alien/00000003.json"]).inspiration
    assert inspiration.counted_votes is not None and inspiration.counted_votes.since == 3
    assert [each.concept for each in inspiration.pool_before.cooldown] == ["owl"]
    (moderated,) = (text for key, text in OBJECTS if "/moderation/" in key)
    assert EVENT.validate_json(moderated).visibility == "shown"  # type: ignore[union-attr]
