"""Every subcommand, with users' mistakes."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from filelock import FileLock

from cas.model import ModelSize
from cas.training.presets import TRAINING_PRESETS, TrainingPreset
from cli.main import COMMANDS
from storage.catalogue import Alarm, Catalogue
from tests.cli.conftest import Call
from tests.worker.outgoing import hostile
from worker.config.settings import load_settings


def test_every_command_has_help(call: Call) -> None:
    overview = call("--help")
    assert overview.code == 0
    for name in COMMANDS:
        assert name in overview.out
        result = call(name, "--help")
        assert result.code == 0 and len(result.out.splitlines()) > 4


def test_a_misspelt_command_gets_a_suggestion(call: Call) -> None:
    result = call("statsu")
    assert result.code == 2
    assert "Did you mean `artist status`?" in result.out


def test_help_does_not_load_torch() -> None:
    check = (
        "import sys; from click.testing import CliRunner; from cli.main import artist;"
        "CliRunner().invoke(artist, ['--help']); CliRunner().invoke(artist, ['status', '--help']);"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_init_never_overwrites_settings(call: Call, tmp_path: Path) -> None:
    assert call("init", "--data", tmp_path, "--preset", "paper").code == 0
    written = (tmp_path / "artist.toml").read_text()
    assert 'preset = "paper"' in written
    again = call("init", "--data", tmp_path)
    assert again.code == 1 and "exists already" in again.out
    assert (tmp_path / "artist.toml").read_text() == written


@pytest.mark.parametrize("command", ["status", "works", "pause", "gallery", "worker", "beat"])
def test_a_folder_without_an_artist_is_an_error(call: Call, tmp_path: Path, command: str) -> None:
    result = call(command, "--data", tmp_path / "nothing")
    assert result.code == 1
    assert "There is no artist in" in result.out and "artist run" in result.out
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("before", [True, False])
def test_data_is_accepted_before_or_after_the_command(
    call: Call, lived: Path, before: bool
) -> None:
    place = ("--data", lived)
    result = call(*place, "works", "--json") if before else call("works", *place, "--json")
    assert [work["number"] for work in json.loads(result.out)] == [1, 2, 3]


def test_status_is_the_same_as_text_and_as_json(call: Call, lived: Path) -> None:
    report = json.loads(call("status", "--data", lived, "--json").out)
    assert report["running"] is False and report["settings_fault"] is None
    assert report["artists"][0]["works"] == 3
    result = call("status", "--data", lived).out
    assert "Work 3" in result and "days at this pace" in result


def test_a_broken_settings_file_is_named_in_status(call: Call, lived: Path) -> None:
    (lived / "artist.toml").write_text("[tuning]\nbetta = 1\n")
    result = call("status", "--data", lived)
    assert result.code == 0
    assert "tuning.betta" in result.out and "last valid values" in result.out.replace("\n", " ")


def test_a_broken_pair_is_named_in_status_and_by_the_doctor(call: Call, lived: Path) -> None:
    (lived / "artist.toml").write_text('[models]\nsampler = "nowhere"\n')
    result = call("status", "--data", lived)
    assert result.code == 0
    words = result.out.replace("\n", " ")
    assert "models.sampler = 'nowhere': There is no pair" in words and "last valid values" in words
    report = json.loads(call("status", "--data", lived, "--json").out)
    assert report["settings_fault"].startswith("models.sampler = 'nowhere'")
    rows = json.loads(call("doctor", "--data", lived, "--json").out)
    (sampler,) = (row for row in rows if row["what"] == "sampler")
    assert not sampler["well"] and "models.sampler" in sampler["says"]


def test_status_reports_a_running_artist(call: Call, lived: Path) -> None:
    with FileLock(lived / "artist.lock"):
        assert json.loads(call("status", "--data", lived, "--json").out)["running"] is True


def test_two_processes_never_run_in_one_folder(call: Call, lived: Path) -> None:
    (lived / "artist.lock.pid").write_text("4711")
    with FileLock(lived / "artist.lock"):
        result = call("run", "--data", lived, "--no-gallery")
    assert result.code == 1
    assert "already runs" in result.out and "4711" in result.out


def test_pause_and_resume(call: Call, lived: Path) -> None:
    call("pause", "--data", lived, "--reason", "holiday")
    assert json.loads(call("status", "--data", lived, "--json").out)["artists"][0]["state"] == (
        "paused"
    )
    call("resume", "--data", lived)
    assert json.loads(call("status", "--data", lived, "--json").out)["artists"][0]["state"] == (
        "between cycles"
    )


def test_a_rebuilt_folder_lists_the_same_works(call: Call, lived: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    result = call("rebuild", "--data", new, "--archive", lived / "archive")
    assert result.code == 0, result.out
    assert "1 artists with 3 works" in result.out
    before, after = (call("works", "--data", place, "--json").out for place in (lived, new))
    assert after == before
    assert json.loads(call("status", "--data", new, "--json").out)["artists"][0]["pool"] == [
        "sea",
        "sky",
        "concept 3",
    ]
    again = call("rebuild", "--data", new)
    assert again.code == 1 and "already holds every artist" in again.out


def test_rebuild_writes_the_archive_into_any_settings_file(
    call: Call, lived: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (new / "artist.toml").write_text("# mine\n[tuning]\nbeta = 0.9\n")
    for _ in range(2):
        result = call("rebuild", "--data", new, "--archive", lived / "archive")
    assert (
        "already holds every artist" in result.out
    )  # the second time; the file names this archive
    settings = load_settings(new / "artist.toml")
    assert settings.storage.archive == str(lived / "archive")
    assert settings.tuning.beta == 0.9
    assert (new / "artist.toml").read_text().startswith("# mine\n")
    other = call("rebuild", "--data", new, "--archive", tmp_path / "other")
    assert other.code == 1 and "name storage.archive already" in other.out


@pytest.mark.parametrize("address", ["gs://x", "s3://b?endpoint=127.0.0.1:9000"])
def test_rebuild_refuses_an_invalid_address_and_writes_nothing(
    call: Call, tmp_path: Path, address: str
) -> None:
    result = call("rebuild", "--data", tmp_path / "new", "--archive", address)
    assert result.code == 1 and "storage.archive " in result.out
    assert load_settings(tmp_path / "new" / "artist.toml").storage.archive == ""


def test_rebuild_does_not_write_a_setting_that_the_environment_overrides(
    call: Call, lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTIST_STORAGE__ARCHIVE", str(tmp_path / "other"))
    result = call("rebuild", "--data", tmp_path / "new", "--archive", lived / "archive")
    assert result.code == 1 and "or in the environment" in result.out


@pytest.mark.parametrize("name", ["what?", "100%25 art", "art?1"])
def test_a_folder_of_any_name_holds_its_own_catalogue(
    call: Call, lived: Path, tmp_path: Path, name: str
) -> None:
    new = tmp_path / name
    assert call("rebuild", "--data", new, "--archive", lived / "archive").code == 0
    assert (new / "catalogue.sqlite3").is_file()
    assert {path.name for path in tmp_path.iterdir()} == {"lived", name}


def test_rebuild_without_an_archive_is_an_error(call: Call, tmp_path: Path) -> None:
    result = call("rebuild", "--data", tmp_path / "new")
    assert result.code == 1 and "There is no archive" in result.out


def test_sample_picks_and_explains(call: Call) -> None:
    report = json.loads(call("sample", "--pool", "sea, sky", "--seed", 7, "--json").out)
    assert report["concept"] == report["candidates"][0]["concept"]
    assert report["candidates"] == sorted(report["candidates"], key=lambda c: -c["score"])
    result = call("sample", "--pool", "sea,sky", "--seed", 7).out
    assert report["concept"] in result and "β = 0.85" in result


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--pool", "sea,skyy"), "Did you mean 'sky'"),
        (("--pool", " , "), "has no concept"),
        (("--pool", "sea", "--beta", "1.5"), "beta must be a number from 0"),
        (("--pool", "sea", "--model", "nowhere"), "There is no pair at 'nowhere'"),
    ],
)
def test_sample_reports_mistakes(call: Call, arguments: tuple[str, ...], complaint: str) -> None:
    result = call("sample", *arguments)
    assert result.code == 1 and complaint in result.out


def test_a_corrupt_pair_is_named(call: Call, tmp_path: Path) -> None:
    (tmp_path / "coherence").mkdir()
    (tmp_path / "coherence" / "model.safetensors").write_bytes(b"rust")
    (tmp_path / "vocabulary.txt").write_text("sea\nsky\n")
    result = call("sample", "--pool", "sea", "--model", tmp_path)
    assert result.code == 1 and "coherence" in result.out


def test_train_makes_a_pair_that_samples(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = TRAINING_PRESETS["quick"].coherence
    small = replace(quick, size=ModelSize(layers=1, width=32, heads=2), held_out_sequences=100)
    presets = {"quick": TrainingPreset(small, small)}
    monkeypatch.setattr("cas.training.presets.TRAINING_PRESETS", presets)
    monkeypatch.setattr("cas.training.embedding_init.SEQUENCES", 2_000)
    corpus = tmp_path / "works.jsonl"
    words = ["sea", "sky", "boat", "tree", "hill", "owl", "tower", "rain"]
    lines = [
        {"artist": f"artist {number // 2}", "concepts": list(concepts)}
        for number, concepts in enumerate(permutations(words, 3))
    ]
    corpus.write_text("\n".join(json.dumps(line) for line in lines))
    result = call("train", corpus, tmp_path / "pair", "--sequences", 256)
    assert result.code == 0, result.out
    assert "| held-out works | coherence model |" in (tmp_path / "pair/MODEL_CARD.md").read_text()
    assert "coherence" in result.out and "context" in result.out
    picked = call("sample", "--pool", "sea", "--model", tmp_path / "pair", "--json")
    assert json.loads(picked.out)["concept"] in set(words) - {"sea"}


def test_train_makes_a_grader_of_the_same_corpus(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cas.evaluation import grader as grading

    settings = replace(
        grading.SETTINGS["context"],
        size=ModelSize(layers=1, width=32, heads=2),
        held_out_sequences=100,
    )
    monkeypatch.setattr(grading, "SETTINGS", dict.fromkeys(("coherence", "context"), settings))
    monkeypatch.setattr("cas.training.embedding_init.SEQUENCES", 2_000)
    corpus = tmp_path / "works.jsonl"
    words = ["sea", "sky", "boat", "tree", "hill", "owl", "tower", "rain"]
    lines = [
        {"artist": f"artist {number // 2}", "concepts": list(concepts)}
        for number, concepts in enumerate(permutations(words, 3))
    ]
    corpus.write_text("\n".join(json.dumps(line) for line in lines))
    result = call(
        "train", corpus, tmp_path / "grader", "--grader", "--sequences", 256, "--held-out", 0.1
    )
    assert result.code == 0, result.out
    assert "The grader is in" in result.out
    assert set(grading.Grader.load(tmp_path / "grader").vocabulary) == set(words)


def test_weights_of_gpt2_need_their_preset(call: Call, tmp_path: Path) -> None:
    result = call("train", tmp_path / "works.jsonl", tmp_path / "pair", "--gpt2", tmp_path)
    assert result.code == 1 and "--preset gpt2" in result.out


def test_train_names_the_broken_line(call: Call, tmp_path: Path) -> None:
    corpus = tmp_path / "works.jsonl"
    corpus.write_text('{"artist": "a", "concepts": ["sea", "sky"]}\n{"artist": "b", \n')
    result = call("train", corpus, tmp_path / "pair")
    assert result.code == 1 and "2" in result.out and "works.jsonl" in result.out


def test_doctor_lists_every_part_with_a_reason(
    call: Call, lived: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    rows = json.loads(call("doctor", "--data", lived, "--json").out)
    assert {row["what"] for row in rows} >= {
        *("settings", "catalogue", "archive", "disk"),
        *("composer", "painter", "text encoder", "image encoder"),
    }
    (lived / "artist.toml").write_text("[tuning\n")
    broken = call("doctor", "--data", lived)
    assert broken.code == 1 and "✗" in broken.out


def test_doctor_reports_the_charge_for_a_model_without_a_price(call: Call, tmp_path: Path) -> None:
    models = {"data": [{"id": "llama3.2", "object": "model"}]}
    with hostile.peer(hostile.answer(json.dumps(models).encode())) as server:
        (tmp_path / "artist.toml").write_text(
            f'[openai]\nbase_url = "{server.url}v1"\ntext_model = "llama3.2"\ntext_ceiling = 0.03\n'
        )
        result = " ".join(call("doctor", "--data", tmp_path).out.split())
        assert "each call is charged at its ceiling, $0.03" in result
        with (tmp_path / "artist.toml").open("a") as file:
            file.write('[openai.prices."llama3.2"]\ninput = 0\noutput = 0\n')
        result = call("doctor", "--data", tmp_path).out
        assert "llama3.2" in result and "ceiling" not in result


def test_doctor_names_the_end_of_a_model(call: Call, tmp_path: Path) -> None:
    soon = str(datetime.now(UTC).date() + timedelta(days=29))
    models = {"data": [{"id": "words", "object": "model", "shutdown_date": soon}]}
    with hostile.peer(hostile.answer(json.dumps(models).encode())) as server:
        (tmp_path / "artist.toml").write_text(
            f'[openai]\nbase_url = "{server.url}v1"\ntext_model = "words"\n'
        )
        result = call("doctor", "--data", tmp_path, "--json")
    (model,) = (row for row in json.loads(result.out) if row["what"] == "text model")
    assert result.code == 1 and not model["well"]
    assert f"it shuts down on {soon}" in model["says"] and "choose another" in model["says"]


def test_doctor_checks_comfyui_where_it_is_set(call: Call, tmp_path: Path) -> None:
    workflow = tmp_path / "workflow.json"
    workflow.write_text(json.dumps({"1": {"class_type": "Text", "inputs": {"text": "{prompt}"}}}))
    with hostile.peer(hostile.answer(b'{"system": {}}')) as server:
        (tmp_path / "artist.toml").write_text(
            f'[comfyui]\nurl = "{server.url}"\nworkflow = "{workflow}"\n'
        )
        rows = json.loads(call("doctor", "--data", tmp_path, "--json").out)
    assert [row["well"] for row in rows if row["what"] == "ComfyUI"] == [True]
    result = call("doctor", "--data", tmp_path, "--json")
    (gone,) = (row for row in json.loads(result.out) if row["what"] == "ComfyUI")
    assert result.code == 1 and not gone["well"] and server.url.rstrip("/") in gone["says"]


def test_an_unknown_queue_is_named(call: Call, lived: Path) -> None:
    result = call("worker", "--data", lived, "--queues", "think,sleep")
    assert result.code == 1 and "no queue 'sleep'" in result.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--seeds", "sea,skyy"), "Unknown concept 'skyy'. Did you mean 'sky'"),
        (("--every", "soon"), "is not a duration"),
        (("--seeds", "sea,sea"), "names a concept twice"),
    ],
)
def test_run_reports_mistakes_before_it_creates_anything(
    call: Call, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    result = call("run", "--data", tmp_path / "new", "--no-gallery", *arguments)
    assert result.code == 1 and complaint in result.out
    assert not list((tmp_path / "new").glob("archive/*"))


def test_a_folder_that_cannot_be_made_is_named(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = call("run", "--data", tmp_path / "file" / "data", "--no-gallery")
    assert result.code == 1 and "can't be written" in result.out


def test_status_lists_alarms(call: Call, lived: Path) -> None:
    catalogue = Catalogue(f"sqlite:///{lived / 'catalogue.sqlite3'}")
    catalogue.alarms.update([Alarm("alien", "silent", "no new work since noon")])
    catalogue.close()
    assert "alarm, alien: no new work since noon" in call("status", "--data", lived).out
    (alarm,) = json.loads(call("status", "--data", lived, "--json").out)["alarms"]
    assert alarm["kind"] == "silent"
