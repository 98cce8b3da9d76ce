"""`artist verify`."""

from __future__ import annotations

import json
from pathlib import Path

from storage.archive.archive import Archive
from storage.archive.folder import FolderStore
from tests.cli.conftest import Call


def test_faults_are_reported_and_repaired(call: Call, lived: Path) -> None:
    result = call("verify", "--data", lived, "--json")
    assert result.code == 0, "the folder has no memory yet: it is filled when the artist runs"
    assert json.loads(result.out)["findings"] == []
    Archive(FolderStore(lived / "archive")).save_image(b"nobody's", "image/png")
    first = call("verify", "--data", lived)
    assert first.code == 1 and "orphan picture" in first.out
    assert "artist verify --repair" in first.out
    repair = call("verify", "--data", lived, "--repair")
    assert "orphan picture" in repair.out and "repaired" in repair.out
    again = json.loads(call("verify", "--data", lived, "--json").out)
    assert again["works"] == 3 and again["pictures"] == 4
    assert not [f for f in again["findings"] if f["kind"] == "orphan picture"]


def test_a_damaged_memory_is_deleted_and_filled_again(call: Call, lived: Path) -> None:
    assert call("verify", "--data", lived, "--quick").code == 0
    (config,) = (lived / "memory").glob("*/edge_config.json")
    config.write_text("{")
    first = call("verify", "--data", lived, "--quick")
    assert first.code == 1 and "damaged memory" in first.out and "verify --repair" in first.out
    assert call("verify", "--data", lived, "--quick", "--repair").code == 0
    assert call("verify", "--data", lived, "--quick").code == 0


def test_losses_are_reported_recorded_and_known_later(call: Call, lived: Path) -> None:
    (lived / "archive/manifests/alien/00000002.json").write_bytes(b"{")
    (lived / "catalogue.sqlite3").unlink()
    rebuilt = call("rebuild", "--data", lived)
    assert rebuilt.code == 1 and "manifests/alien/00000002.json" in rebuilt.out
    assert "2 works" in rebuilt.out and "alien:2 is lost" in rebuilt.out
    repaired = call("verify", "--data", lived, "--repair")
    assert repaired.code == 0 and "manifests/alien/00000002.json" in repaired.out
    again = json.loads(call("verify", "--data", lived, "--json").out)
    assert (again["findings"], again["known_losses"]) == ([], 1)
