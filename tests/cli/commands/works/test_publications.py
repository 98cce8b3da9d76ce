"""`artist publications`: what was posted where, and a person's word on what went wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.archive.archive import Archive
from storage.archive.events import Published
from storage.archive.folder import FolderStore
from storage.catalogue import Catalogue
from tests.cli.conftest import Call


@pytest.fixture
def posted(lived: Path) -> Path:
    """Of three works one arrived, one failed, and of one nobody knows."""
    catalogue = Catalogue(f"sqlite:///{lived / 'catalogue.sqlite3'}")
    for number, state in ((1, "sent"), (2, "failed"), (3, "unknown")):
        with catalogue.database.write() as connection:
            catalogue.outbox.add_in(connection, f"alien:{number}", ["webhook"])
        (row,) = catalogue.outbox.due(limit=1)
        claimed = catalogue.outbox.claim(row, seconds=60)
        assert claimed is not None
        assert catalogue.outbox.settle(claimed, state, f"it is {state}")
    catalogue.close()
    return lived


def states(call: Call, folder: Path, *work: str) -> dict[str, str]:
    said = call("publications", *work, "--data", folder, "--json")
    return {row["work"]: row["state"] for row in json.loads(said.out)}


def test_all_publications_are_listed(call: Call, posted: Path) -> None:
    found = states(call, posted)
    assert found == {"alien:1": "sent", "alien:2": "failed", "alien:3": "unknown"}
    assert states(call, posted, "alien:2", "webhook") == {"alien:2": "failed"}
    assert "alien:3 on webhook: unknown" in call("publications", "--data", posted).out


def test_a_decision_is_carried_out_and_written_down(call: Call, posted: Path) -> None:
    said = call("publications", "alien:3", "webhook", "arrived", "--data", posted)
    assert "alien:3 on webhook: sent" in said.out
    assert "waiting" in call("publications", "alien:2", "webhook", "again", "--data", posted).out
    archive = Archive(FolderStore(posted / "archive"))
    (told,) = archive.events("alien", "publication")
    assert isinstance(told, Published) and (told.number, told.state) == (3, "sent")


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        (("alien:1", "webhook", "again"), "alien:1 on webhook is sent: nothing to decide"),
        (("alien:9",), "alien:9 was never published."),
        (("alien:1", "bluesky"), "alien:1 was never published on bluesky."),
        (("alien:1", "webhook", "perhaps"), "is not one of"),
    ],
)
def test_what_can_not_be_decided_is_said(
    call: Call, posted: Path, asked: tuple[str, ...], complaint: str
) -> None:
    said = call("publications", *asked, "--data", posted)
    assert said.code != 0 and complaint in said.out
