"""`artist verify` as an admin calls it."""

from __future__ import annotations

import json
from pathlib import Path

from storage.archive.archive import Archive
from storage.archive.folder import FolderStore
from tests.cli.conftest import Call


def test_what_is_wrong_is_told_and_mended(call: Call, lived: Path) -> None:
    said = call("verify", "--data", lived, "--json")
    assert said.code == 0, "the folder has no memory yet: it fills itself when the artist works"
    assert json.loads(said.out)["findings"] == []
    Archive(FolderStore(lived / "archive")).save_image(b"nobody's", "image/png")
    told = call("verify", "--data", lived)
    assert told.code == 1 and "orphan picture" in told.out
    assert "artist verify --repair" in told.out
    mended = call("verify", "--data", lived, "--repair")
    assert "orphan picture" in mended.out and "mended" in mended.out
    again = json.loads(call("verify", "--data", lived, "--json").out)
    assert again["works"] == 3 and again["pictures"] == 4
    assert not [f for f in again["findings"] if f["kind"] == "orphan picture"]


def test_a_damaged_memory_is_emptied_and_fills_itself(call: Call, lived: Path) -> None:
    assert call("verify", "--data", lived, "--quick").code == 0
    (config,) = (lived / "memory").glob("*/edge_config.json")
    config.write_text("{")
    told = call("verify", "--data", lived, "--quick")
    assert told.code == 1 and "damaged memory" in told.out and "verify --repair" in told.out
    assert call("verify", "--data", lived, "--quick", "--repair").code == 0
    assert call("verify", "--data", lived, "--quick").code == 0


def test_what_is_lost_is_told_written_down_and_known_from_then_on(call: Call, lived: Path) -> None:
    (lived / "archive/manifests/alien/00000002.json").write_bytes(b"{")
    (lived / "catalogue.sqlite3").unlink()
    rebuilt = call("rebuild", "--data", lived)
    assert rebuilt.code == 1 and "manifests/alien/00000002.json" in rebuilt.out
    assert "2 works" in rebuilt.out and "alien:2 is lost" in rebuilt.out
    repaired = call("verify", "--data", lived, "--repair")
    assert repaired.code == 0 and "manifests/alien/00000002.json" in repaired.out
    again = json.loads(call("verify", "--data", lived, "--json").out)
    assert (again["findings"], again["known_losses"]) == ([], 1)
