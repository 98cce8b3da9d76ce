"""Several artists in one folder: create, list, tune, pause."""

from __future__ import annotations

import getpass
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cas import Vocabulary
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.folder import FolderStore
from storage.catalogue import Catalogue
from tests.cli.conftest import Call
from worker.edit_artist import edit_artist

WHO = getpass.getuser()


@pytest.fixture
def two(call: Call, lived: Path) -> Path:
    """A folder with `alien`, which has three works, and `owl`, which is new."""
    result = call(
        *("create", "owl", "--data", lived, "--seeds", "night, tree", "--memory", "all"),
        *("--title", "The Owl", "--style", "ink"),
    )
    assert result.code == 0, result.out
    return lived


def test_an_artist_is_created_beside_another(call: Call, two: Path) -> None:
    listed = json.loads(call("list", "--data", two, "--json").out)
    assert [(row["artist"], row["works"]) for row in listed] == [("alien", 3), ("owl", 0)]
    assert listed[1]["pool"] == ["night", "tree"]
    table = call("list", "--data", two).out
    assert "alien" in table and "owl" in table


@pytest.mark.parametrize(
    ("name", "seeds", "text"),
    [
        ("owl", "night", "The artist owl exists already"),
        ("An Owl", "night", "name = 'An Owl'"),
        ("crow", "nigth", "night"),
        ("crow", " , ", "at least one concept"),
    ],
)
def test_mistakes_in_create_are_reported(
    call: Call, two: Path, name: str, seeds: str, text: str
) -> None:
    result = call("create", name, "--data", two, "--seeds", seeds)
    assert result.code == 1 and text in result.out


def test_mistakes_in_create_are_reported_before_its_parts_are_chosen(
    call: Call, two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Choosing parts loads models and asks servers."""

    def slow(_: object) -> None:
        raise AssertionError("the parts are chosen")

    monkeypatch.setattr("worker.components.choose_components", slow)
    told = call("create", "crow", "--data", two, "--seeds", "nigth").out
    assert "'nigth'" in told and "night" in told
    (two / "artist.toml").write_text('[tuning]\nfeedback = "votes"\nlowest_beta = 0.7\n')
    told = call("create", "crow", "--data", two, "--seeds", "night", "--beta", "0.5").out
    assert "not 0.7 ≤ 0.5" in told
    assert [row["artist"] for row in json.loads(call("list", "--data", two, "--json").out)] == [
        "alien",
        "owl",
    ]


def test_no_models_are_loaded_for_their_vocabulary(two: Path) -> None:
    check = (
        "import sys; from cli.main import artist;"
        f" artist.main([*sys.argv[1:], '--data', {str(two)!r}], standalone_mode=False);"
        " sys.exit('torch' in sys.modules)"
    )
    command = [sys.executable, "-c", check, "edit", "owl", "--seeds", "night"]
    subprocess.run(command, check=True, timeout=120)


def test_with_two_artists_a_name_is_needed(call: Call, two: Path) -> None:
    (two / "artist.toml").write_text('[artist]\nname = "nobody"\n')
    result = call("pause", "--data", two)
    assert result.code == 1 and "Name one of the artists: alien, owl." in result.out
    wrong = call("pause", "olw", "--data", two)
    assert wrong.code == 1 and "Did you mean owl?" in wrong.out


def test_pause_and_resume_by_name(call: Call, two: Path) -> None:
    assert call("pause", "owl", "--data", two, "--reason", "moult").code == 0
    states = {
        r["artist"]: r["state"] for r in json.loads(call("list", "--data", two, "--json").out)
    }
    assert states["owl"] == "paused" and states["alien"] != "paused"
    assert call("resume", "owl", "--data", two).code == 0


def test_tuning_says_from_when_on_it_holds(call: Call, lived: Path) -> None:
    assert "The next cycle uses it." in call("tune", "--data", lived, "--rest", "7").out
    assert "It holds at once." in call("tune", "--data", lived, "--daily-budget", "7").out


def test_tuning_is_changed_undone_and_reset(call: Call, lived: Path) -> None:
    result = call("tune", "alien", "--data", lived, "--beta", "0.9", "--every", "1.5h")
    assert result.code == 0, result.out
    assert "beta 0.85 → 0.9" in result.out and "every 900.0 → 5400.0" in result.out
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


def test_feedback_is_switched_on_and_shown(call: Call, lived: Path) -> None:
    assert "--feedback [off|novelty|votes|both]" in call("tune", "--help").out
    assert "feedback from" not in call("status", "--data", lived).out
    result = call("tune", "--data", lived, "--feedback", "both", "--lowest-beta", "0.6")
    assert "feedback off → both, lowest_beta 0.5 → 0.6" in result.out
    text = " ".join(call("status", "--data", lived).out.split())
    assert "β 0.85 at first: feedback from novelty and votes between 0.6 and 1" in text
    (report,) = json.loads(call("status", "--data", lived, "--json").out)["artists"]
    assert (report["tuning"]["feedback"], report["last_beta"]) == ("both", None)


def test_the_current_tuning_is_shown_with_descriptions(call: Call, lived: Path) -> None:
    result = call("tune", "--data", lived)
    assert "0.85" in result.out and "how strange: 0 picks what fits best" in result.out


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--beta", "2"], "beta = 2.0"),
        (["--quiet", "night"], "quiet = 'night'"),
        (["--feedback", "votes", "--lowest-beta", "0.9"], "not 0.9 ≤ 0.85 ≤ 1"),
        (["--undo"], "nothing to undo"),
        (["--beta", "0.5", "--reset"], "either values, or one of"),
    ],
)
def test_mistakes_in_tune_are_reported_and_change_nothing(
    call: Call, lived: Path, options: list[str], text: str
) -> None:
    result = call("tune", "--data", lived, *options)
    assert result.code == 1 and text in result.out
    assert len(call("tune", "--data", lived, "--history").out.strip().splitlines()) == 2


def test_an_invalid_duration_is_reported(call: Call, lived: Path) -> None:
    result = call("tune", "--data", lived, "--every", "soon")
    assert result.code == 2 and "write for example 10s" in result.out


def test_an_artist_is_edited_retired_and_put_to_work_again(call: Call, two: Path) -> None:
    result = call("edit", "owl", "--data", two, "--title", "Moss", "--seeds", "tree, tower")
    assert result.code == 0
    assert result.out == "owl: title The Owl → Moss; seeds night, tree → tree, tower.\n"
    shown = call("edit", "owl", "--data", two).out
    assert "Moss" in shown and "tree, tower" in shown and "efficientnet-lite0" in shown
    assert re.search(r"retired +no\b", shown)
    assert call("edit", "owl", "--data", two, "--title", "Moss").out == "owl: nothing changed.\n"
    assert call("retire", "owl", "--data", two).code == 0
    assert json.loads(call("list", "--data", two, "--json").out)[1]["state"] == "retired"
    resumed = call("resume", "owl", "--data", two)
    assert resumed.code == 1 and "artist retire owl --undo" in resumed.out
    assert call("retire", "owl", "--undo", "--data", two).code == 0
    assert json.loads(call("list", "--data", two, "--json").out)[1]["state"] == "between cycles"


@pytest.mark.parametrize(
    ("option", "value", "text"),
    [
        ("--seeds", "twoer", "tower"),
        ("--seeds", " ", "at least one concept"),
        ("--painter", "openai", "OPENAI_API_KEY"),
        ("--painter", "diffusers", "models.diffusers"),
        ("--composer", "openai", "OPENAI_API_KEY"),
        ("--painter", "comfyui", "comfyui.workflow"),
        ("--image-encoder", "clip", "artist reembed owl"),
    ],
)
def test_mistakes_in_edit_are_reported_and_change_nothing(
    call: Call, two: Path, option: str, value: str, text: str
) -> None:
    before = call("edit", "owl", "--data", two).out
    result = call("edit", "owl", "--data", two, option, value)
    assert result.code == 1 and text in result.out
    assert call("edit", "owl", "--data", two).out == before


def test_a_life_is_forked_from_a_work_with_another_beta(
    call: Call, two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Vocabulary(["sea", "sky", *[f"concept {number}" for number in range(9)]])
    monkeypatch.setattr("cli.runtime.deployment.Deployment.vocabulary", lambda _: known)
    result = call("create", "moss", "--data", two, "--fork", "alien:2", "--beta", "0.6")
    assert result.code == 0, result.out
    archive = Archive(FolderStore(two / "archive"))
    left = archive.read_manifest("alien", 2).judgement.pool_after
    (row,) = [
        r for r in json.loads(call("list", "--data", two, "--json").out) if r["artist"] == "moss"
    ]
    assert row["pool"] == list(left.concepts) and row["tuning"]["beta"] == 0.6
    created = archive.read_event("moss", "artist", "created")
    assert isinstance(created, ArtistCreated)
    assert (created.forked_from, created.seeds) == ("alien:2", left.seeds)
    wrong = call("create", "fern", "--data", two, "--fork", "alien:99")
    assert wrong.code == 1 and "artist works" in wrong.out
    assert "--seeds" in call("create", "fern", "--data", two).out


def test_a_style_without_a_technique_of_the_offline_painter_is_told(call: Call, two: Path) -> None:
    told = "knows no technique in the style 'vaporwave', and chooses one for each picture: it knows"
    created = call(
        *("create", "crow", "--data", two, "--seeds", "night", "--style", "vaporwave"),
    )
    assert created.code == 0 and told in created.out and "etching" in created.out
    edited = call("edit", "owl", "--data", two, "--style", "vaporwave")
    assert edited.code == 0 and told in edited.out
    assert "vaporwave" in call("edit", "owl", "--data", two).out, "a language model may use it"
    assert "knows no" not in call("edit", "owl", "--data", two, "--style", "quiet linocut").out
    rows = {row["what"]: row for row in json.loads(call("doctor", "--data", two, "--json").out)}
    assert told in rows["style of crow"]["says"] and rows["style of crow"]["well"]
    assert "style of owl" not in rows


def test_doctor_checks_the_parts_of_every_artist_that_works(call: Call, two: Path) -> None:
    catalogue = Catalogue(f"sqlite:///{two / 'catalogue.sqlite3'}")
    owl = catalogue.artists.get("owl")
    assert owl is not None
    archive = Archive(FolderStore(two / "archive"))
    edit_artist(catalogue, archive, owl, changes={"painter": "comfyui"}, who="ann")
    catalogue.close()
    result = call("doctor", "--data", two, "--json")
    rows = {row["what"]: row for row in json.loads(result.out)}
    assert result.code == 1 and not rows["painter of owl"]["well"]
    assert "comfyui.workflow" in rows["painter of owl"]["says"]
    assert rows["painter of alien"]["well"] and rows["image encoder of owl"]["well"]
    assert call("retire", "owl", "--data", two).code == 0
    rows = {row["what"]: row for row in json.loads(call("doctor", "--data", two, "--json").out)}
    assert rows["painter"]["well"] and "painter of owl" not in rows


def test_edit_leads_step_by_step_to_another_image_encoder(call: Call, two: Path) -> None:
    """All artists that share a memory change together; `owl` is alone in `all`."""
    result = call("edit", "owl", "--data", two, "--image-encoder", "clip", "--title", "Moss")
    assert result.code == 1 and "Nothing was changed" in result.out
    steps = re.findall(r"\d\. (.*)", result.out)
    at = f" --data {two}"
    assert steps == [
        f"`artist pause owl{at}`",
        f'image_encoder = "clip" under [parts] in {two / "artist.toml"}',
        f"`artist reembed owl{at}`",
        f"`artist resume owl{at}`",
    ]
    assert "Moss" not in call("edit", "owl", "--data", two).out
    assert call("pause", "owl", "--data", two).code == 0
    (two / "artist.toml").write_text('[parts]\nimage_encoder = "clip"\n')
    shorter = call("edit", "owl", "--data", two, "--image-encoder", "clip").out
    assert re.findall(r"\d\. (.*)", shorter) == [steps[2], steps[3]]
    there = call("edit", "owl", "--data", two, "--image-encoder", "packaged")
    assert there.code == 0 and there.out == "owl has that image encoder.\n"


def test_works_of_a_retired_artist_are_encoded_again(call: Call, two: Path) -> None:
    (two / "artist.toml").write_text('[parts]\nimage_encoder = "packaged"\n')
    running = call("reembed", "alien", "--data", two)
    assert running.code == 1 and "artist pause alien" in running.out
    assert call("retire", "alien", "--data", two).code == 0
    result = call("reembed", "alien", "--data", two)
    assert result.code == 0 and "3 works of alien now have vectors" in result.out
    assert "Resume" not in result.out
