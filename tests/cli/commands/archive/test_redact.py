"""`artist redact`: secrets of an earlier release in archive and catalogue."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import artist
from storage.archive.archive import Archive
from storage.archive.events import CycleFailed, Event
from storage.archive.folder import FolderStore
from storage.archive.objects import canonical_json
from storage.catalogue import Catalogue
from storage.redaction import REDACTED
from tests.cli.conftest import Call
from tests.manifests import MOMENT, a_manifest, a_spending

KEY = "sk-canary-0123456789"
OLD = "old/secret+0123456789="


def _leaked(event: Event) -> bytes:
    """An event as an earlier release wrote it, with the keys."""
    return canonical_json(event).replace(b"LEAK", f"b'Bearer {KEY}\\\\n' {OLD}".encode())


@pytest.fixture
def leaky(lived: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which an earlier release has written secrets."""
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\n")
    store = FolderStore(lived / "archive")
    spending = a_spending(
        4, "compose", model="gpt-5.2", state="refused", ceiling=50_000, reason="LEAK"
    )
    failure = CycleFailed(
        artist="alien",
        at=MOMENT,
        number=4,
        started_at=MOMENT,
        tuning_version=1,
        step="compose",
        reason="LEAK",
    )
    events: dict[str, Event] = {
        "events/alien/spending/00000004-compose-1-refused.json": spending,
        "events/alien/failure/00000004.json": failure,
    }
    for key, event in events.items():
        store.put(key, _leaked(event), media_type="application/json")
    manifest = canonical_json(a_manifest(9)).replace(b"Work 9", f"Work {OLD}".encode())
    store.put("manifests/alien/00000009.json", manifest, media_type="application/json")
    catalogue = Catalogue(f"sqlite:///{lived / 'catalogue.sqlite3'}")
    catalogue.restore_work(a_manifest(9))
    catalogue.restore_failure(failure)
    catalogue.ledger.enter(spending)
    catalogue.close()
    with closing(sqlite3.connect(lived / "catalogue.sqlite3")) as plain, plain:
        plain.execute("UPDATE cycles SET trouble = ? WHERE number = 4", (f"Bearer {KEY}",))
        plain.execute("UPDATE artists SET pause_reason = ?", (f"Bearer {KEY}",))
        plain.execute("UPDATE works SET title = ? WHERE number = 9", (f"Work {OLD}",))
        plain.execute("UPDATE texts SET title = 'canary' WHERE work = 'alien:9'")
        plain.execute("UPDATE ledger SET spending = ?", (_leaked(spending).decode(),))
    return lived


def stored(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "lock" not in path.name
    }


def everything(folder: Path) -> bytes:
    return b"".join(stored(folder).values())


def test_secrets_are_listed_without_being_shown_or_changed(call: Call, leaky: Path) -> None:
    before = stored(leaky / "archive")
    result = call("redact", "--data", leaky)
    assert result.code == 1
    assert "events/alien/failure/00000004.json: reason" in result.out
    assert "events/alien/spending/00000004-compose-1-refused.json: reason" in result.out
    assert "cycles alien:4: trouble" in result.out
    assert "artists alien: pause_reason" in result.out
    assert "ledger alien:4:compose:1: spending.reason" in result.out
    assert "canary" not in result.out and "Remove it with --apply" in result.out
    assert stored(leaky / "archive") == before


def test_secrets_are_removed_and_nothing_else_changes(
    call: Call, leaky: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLD_KEY", OLD)
    before = stored(leaky / "archive")
    result = call("redact", "--data", leaky, "--env", "OLD_KEY", "--apply", "--json")
    assert result.code == 0, result.out
    found = {row["where"]: row["fields"] for row in json.loads(result.out)}
    assert found["manifests/alien/00000009.json"] == ["composition.title"]
    assert found["works alien:9"] == ["title"]
    left = everything(leaky)
    assert KEY.encode() not in left and OLD.encode() not in left
    after = stored(leaky / "archive")
    assert after.keys() == before.keys()
    assert {key for key in after if after[key] != before[key]} == {
        key for key in found if key.startswith(("events/", "manifests/"))
    }
    archive = Archive(FolderStore(leaky / "archive"))
    (failed,) = archive.events("alien", "failure")
    assert isinstance(failed, CycleFailed)
    assert failed.reason == f"b'Bearer {REDACTED}\\n' {REDACTED}"
    assert archive.read_manifest("alien", 9).composition.title == f"Work {REDACTED}"
    assert call("redact", "--data", leaky, "--env", "OLD_KEY").out == "No secret was found.\n"


def test_an_old_key_is_read_from_standard_input(leaky: Path) -> None:
    ended = CliRunner().invoke(
        artist, ["redact", "--data", str(leaky), "--stdin", "--apply"], input=f"\n{OLD}\n"
    )
    assert ended.exit_code == 0, ended.output
    assert OLD.encode() not in everything(leaky)


@pytest.mark.parametrize("secret", ["", "short", "mountains"])
def test_ordinary_words_are_not_searched_for(
    call: Call, leaky: Path, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("OLD_KEY", secret)
    result = call("redact", "--data", leaky, "--env", "OLD_KEY", "--apply")
    assert result.code == 1 and "the variable OLD_KEY is too short" in result.out
    assert KEY.encode() in everything(leaky)
