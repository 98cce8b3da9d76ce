"""Many artists in one folder: create, list, tune, pause, as an admin does it."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest

from storage.archive.archive import Archive
from storage.archive.events import TuningChanged
from storage.archive.folder import FolderStore
from tests.cli.conftest import Call

WHO = getpass.getuser()


@pytest.fixture
def two(call: Call, lived: Path) -> Path:
    """A folder with `alien`, who made three works, and `owl`, who is new."""
    said = call(
        *("create", "owl", "--data", lived, "--seeds", "night, tree", "--memory", "all"),
        *("--title", "The Owl", "--style", "ink"),
    )
    assert said.code == 0, said.out
    return lived


def test_an_artist_is_created_beside_another(call: Call, two: Path) -> None:
    listed = json.loads(call("list", "--data", two, "--json").out)
    assert [(row["artist"], row["works"]) for row in listed] == [("alien", 3), ("owl", 0)]
    assert listed[1]["pool"] == ["night", "tree"]
    table = call("list", "--data", two).out
    assert "alien" in table and "owl" in table


@pytest.mark.parametrize(
    ("name", "seeds", "told"),
    [
        ("owl", "night", "There is an artist owl already"),
        ("An Owl", "night", "name = 'An Owl'"),
        ("crow", "nigth", "night"),
        ("crow", " , ", "at least one concept"),
    ],
)
def test_mistakes_in_creating_are_told(
    call: Call, two: Path, name: str, seeds: str, told: str
) -> None:
    said = call("create", name, "--data", two, "--seeds", seeds)
    assert said.code == 1 and told in said.out


def test_which_artist_is_meant_must_be_said_where_there_are_two(call: Call, two: Path) -> None:
    (two / "artist.toml").write_text('[artist]\nname = "nobody"\n')
    said = call("pause", "--data", two)
    assert said.code == 1 and "Say which artist is meant: alien, owl." in said.out
    wrong = call("pause", "olw", "--data", two)
    assert wrong.code == 1 and "Did you mean owl?" in wrong.out


def test_pause_and_resume_by_name(call: Call, two: Path) -> None:
    assert call("pause", "owl", "--data", two, "--reason", "moult").code == 0
    states = {
        r["artist"]: r["state"] for r in json.loads(call("list", "--data", two, "--json").out)
    }
    assert states["owl"] == "paused" and states["alien"] != "paused"
    assert call("resume", "owl", "--data", two).code == 0


def test_tuning_is_changed_undone_and_given_back_to_the_file(call: Call, lived: Path) -> None:
    said = call("tune", "alien", "--data", lived, "--beta", "0.9", "--every", "1.5h")
    assert said.code == 0, said.out
    assert "beta 0.85 → 0.9" in said.out and "every 900.0 → 5400.0" in said.out
    assert "patience 3 → 4" in call("tune", "--data", lived, "--patience", "4").out
    assert "patience 4 → 3" in call("tune", "--data", lived, "--undo").out
    assert "beta 0.9 → 0.85" in call("tune", "--data", lived, "--reset").out
    assert "beta 0.85 → 0.9" in call("tune", "--data", lived, "--history").out
    events = Archive(FolderStore(lived / "archive")).events("alien", "tuning")
    assert [(e.who, e.reset_by) for e in events if isinstance(e, TuningChanged)] == [
        ("artist.toml", ""),
        *[(WHO, "")] * 3,
        ("artist.toml", WHO),
    ]


def test_feedback_is_switched_on_and_told(call: Call, lived: Path) -> None:
    assert "--feedback [off|novelty|votes|both]" in call("tune", "--help").out
    assert "feedback" not in call("status", "--data", lived).out
    said = call("tune", "--data", lived, "--feedback", "both", "--lowest-beta", "0.6")
    assert "feedback off → both, lowest_beta 0.5 → 0.6" in said.out
    told = " ".join(call("status", "--data", lived).out.split())
    assert "β 0.85 to begin with: feedback from novelty and votes between 0.6 and 1" in told
    (report,) = json.loads(call("status", "--data", lived, "--json").out)["artists"]
    assert (report["tuning"]["feedback"], report["last_beta"]) == ("both", None)


def test_the_tuning_in_force_is_shown_with_its_meaning(call: Call, lived: Path) -> None:
    said = call("tune", "--data", lived)
    assert "0.85" in said.out and "weight of cultural rarity" in said.out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--beta", "2"], "beta = 2.0"),
        (["--quiet", "night"], "quiet = 'night'"),
        (["--feedback", "votes", "--lowest-beta", "0.9"], "not 0.9 ≤ 0.85 ≤ 1"),
        (["--undo"], "nothing to undo"),
        (["--beta", "0.5", "--reset"], "not both"),
    ],
)
def test_mistakes_in_tuning_are_told_and_change_nothing(
    call: Call, lived: Path, options: list[str], told: str
) -> None:
    said = call("tune", "--data", lived, *options)
    assert said.code == 1 and told in said.out
    assert len(call("tune", "--data", lived, "--history").out.strip().splitlines()) == 2


def test_a_duration_that_is_none_is_told(call: Call, lived: Path) -> None:
    said = call("tune", "--data", lived, "--every", "soon")
    assert said.code == 2 and "write for example 10s" in said.out
