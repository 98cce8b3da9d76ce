"""`artist verify` as an admin calls it."""

from __future__ import annotations

import json
from pathlib import Path

from storage.archive import Archive
from storage.folder import FolderStore
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
