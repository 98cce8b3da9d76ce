"""A plan and its checked statements in the manifest."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from storage.archive.archive import Archive
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from storage.archive.objects import canonical_json
from storage.archive.plan import (
    Actor,
    OtherUse,
    Pigment,
    Plan,
    Relation,
    Setting,
    Statement,
    Structure,
)
from tests.manifests import a_manifest

PLAN = Plan(
    setting=Setting(kind="snow", concept="winter", features=("church",)),
    actors=(
        Actor(concept="fox", form="dog", pose="sitting", attributes=("fox",), colour="madder"),
        Actor(concept="grief", form="skull", x=-0.5, distance=3.25),
    ),
    relations=(Relation(kind="carries", subject=0, object=1),),
    palette=(Pigment(name="madder", colour="#a03040", share=0.2, role="main"),),
    structure=Structure(kind="isolation", concept="absence"),
    technique="etching",
    format=0.75,
    others=(OtherUse(concept="winter", use="setting"), OtherUse(concept="hat", use="left out")),
    seed=7,
)
STATEMENTS = (
    Statement(text="The fox is on the left.", kind="place 0 left", holds=True, measured="0.31"),
    Statement(text="It is night.", kind="light left", holds=False),
    Statement(text="An etching.", kind="technique"),
)


def planned() -> Manifest:
    manifest = a_manifest()
    changed = {"plan": PLAN, "statements": STATEMENTS}
    return manifest.model_copy(
        update={"composition": manifest.composition.model_copy(update=changed)}
    )


def test_a_manifest_keeps_plan_and_statements(tmp_path) -> None:
    archive = Archive(FolderStore(tmp_path, create=True))
    manifest = planned()
    archive.save_manifest(manifest)
    read = archive.read_manifest("alien", 1)
    assert (read.composition.plan, read.composition.statements) == (PLAN, STATEMENTS)
    assert canonical_json(read) == canonical_json(manifest)


def test_a_manifest_without_a_plan_is_written_as_before() -> None:
    composition = json.loads(canonical_json(a_manifest()))["composition"]
    assert not {"plan", "statements"} & set(composition)


def test_what_is_shown_is_an_actor_or_has_another_use() -> None:
    assert PLAN.shown == {"fox", "grief", "winter"}


@pytest.mark.parametrize(
    "change",
    [
        {"format": 9},
        {"format": float("nan")},
        {"actors": [{"concept": "fox"}]},
        {"actors": [{"concept": "fox", "form": "dog", "x": 1e300}]},
        {"palette": [{"name": "red", "colour": "red", "share": 0.5}]},
        {"relations": [{"kind": "holds", "subject": -1, "object": 0}]},
        {"soundtrack": "loud"},
    ],
)
def test_a_plan_that_can_not_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Plan.model_validate({**PLAN.model_dump(), **change})
