"""Settings from the file, the environment and the command's options."""

from __future__ import annotations

import tomllib
import traceback
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from cas import PRESETS
from storage.archive.manifest import Tuning
from worker.config.sections import Section
from worker.config.settings import (
    Settings,
    SettingsError,
    SettingsFile,
    load_settings,
    secret_from_environment,
    tuning_from_settings,
)
from worker.config.types import parse_duration


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ARTIST_TUNING__BETA"):
        monkeypatch.delenv(name, raising=False)


def written(folder: Path, text: str) -> Path:
    file = folder / "artist.toml"
    file.write_text(text)
    return file


def test_without_a_file_every_setting_has_a_default(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "artist.toml")
    assert settings.artist.seeds == ("sea", "sky")
    assert tuning_from_settings(settings).every == 900


def test_the_shipped_file_lists_every_setting_with_its_default(tmp_path: Path) -> None:
    template = files("worker").joinpath("artist.toml").read_text(encoding="utf-8")
    assert load_settings(written(tmp_path, template)) == Settings()
    live = "\n".join(
        line[2:] if line.startswith("# ") and " = " in line and "my-model" not in line else line
        for line in template.splitlines()
        if not line.startswith("# The environment")
    )
    content = tomllib.loads(live)
    for section, field in Settings.model_fields.items():
        if not isinstance(field.default, Section):
            continue
        known = set(type(field.default).model_fields) - {"prices"}
        assert set(content[section]) == known, f"[{section}] in artist.toml"
        if section != "tuning":
            told = {name: value for name, value in content[section].items() if name in known}
            assert type(field.default).model_validate(told) == field.default
    tuning = content["tuning"]
    assert parse_duration(tuning.pop("every")) == 900
    wished = tuning_from_settings(Settings())
    assert tuning == wished.model_dump(exclude={"every"})


@pytest.mark.parametrize("preset", ["default", "paper"])
def test_a_preset_is_the_samplers_own(tmp_path: Path, preset: str) -> None:
    tuning = tuning_from_settings(load_settings(written(tmp_path, f'preset = "{preset}"')))
    for name in ("beta", "temperature", "candidates", "permutations", "calibration", "floor"):
        assert getattr(tuning, name) == getattr(PRESETS[preset], name)


def test_options_override_the_environment_which_overrides_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, "[tuning]\nbeta = 0.1\npatience = 7")
    assert tuning_from_settings(load_settings(file)).beta == 0.1
    monkeypatch.setenv("ARTIST_TUNING__BETA", "0.2")
    assert tuning_from_settings(load_settings(file)).beta == 0.2
    tuning = tuning_from_settings(load_settings(file, {"tuning.beta": 0.3}))
    assert (tuning.beta, tuning.patience) == (0.3, 7)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[tuning]\nbetta = 0.5", "there is no setting 'tuning.betta'; did you mean 'tuning.beta'"),
        ("[tunning]\nbeta = 0.5", "there is no setting 'tunning'"),
        ("patience = 3", "there is no setting 'patience'; did you mean 'tuning.patience'"),
        ("[tuning]\nbeta = 1.5", "beta = 1.5: input should be less than or equal to 1"),
        ("[tuning]\nbeta = -0.1", "beta = -0.1: input should be greater than or equal to 0"),
        (
            '[tuning]\nbeta = 0.3\nfeedback = "novelty"',
            "artist.toml: with feedback novelty, lowest_beta ≤ beta ≤ highest_beta must hold, not"
            " 0.5 ≤ 0.3 ≤ 1",
        ),
        (
            '[tuning]\nfeedback = "loud"',
            "tuning.feedback = 'loud': input should be 'off', 'novelty'",
        ),
        ("[tuning]\nbeta_step = 0", "beta_step = 0"),
        ('[tuning]\nbeta = "much"', "tuning.beta = 'much': input should be a valid number"),
        ('[tuning]\nevery = "soon"', "tuning.every = 'soon': is not a duration"),
        ('[artist]\nshow_seeds = "never"', "artist.show_seeds = 'never'"),
        ("[artist]\nseeds = []", "artist.seeds = []: needs at least one concept"),
        ('[artist]\nseeds = ["sea", "Sea "]', "names a concept twice"),
        ('[artist]\nname = "Mr. X"', "artist.name = 'Mr. X'"),
        ("[tuning\nbeta = 1", "can't be read"),
    ],
)
def test_a_mistake_is_reported_with_key_value_and_remedy(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(written(tmp_path, text))
    assert complaint in str(caught.value)
    assert "artist.toml" in str(caught.value)


def test_a_file_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    file = tmp_path / "artist.toml"
    file.write_text("[tuning]\nbeta = 0.4\n")
    watched = SettingsFile(file)
    before = watched.settings
    assert watched.refresh() is before
    file.write_text("[tuning]\nbeta = 0.45\n")
    assert tuning_from_settings(watched.refresh()).beta == 0.45


def test_a_mistake_in_the_environment_is_reported_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTIST_TUNING__BETA", "much")
    with pytest.raises(SettingsError, match=r"^the environment: tuning\.beta = 'much'"):
        load_settings(written(tmp_path, "[tuning]\nbeta = 0.5"))


def test_an_invalid_file_leaves_the_last_valid_values_in_use(tmp_path: Path) -> None:
    file = written(tmp_path, "[tuning]\nbeta = 0.4")
    watched = SettingsFile(file)
    file.write_text("[tuning]\nbeta = 7")
    assert tuning_from_settings(watched.refresh()).beta == 0.4
    assert "beta = 7" in watched.fault
    file.write_text("[tuning]\nbeta = 0.6")
    assert tuning_from_settings(watched.refresh()).beta == 0.6
    assert watched.fault == ""


@pytest.mark.parametrize("gone", [True, False])
def test_a_half_written_file_does_not_reset_to_defaults(tmp_path: Path, gone: bool) -> None:
    file = written(tmp_path, "[tuning]\nbeta = 0.4")
    watched = SettingsFile(file)
    if gone:
        file.unlink()
    else:
        file.write_text("")
    assert tuning_from_settings(watched.refresh()).beta == 0.4
    assert str(file) in watched.fault
    file.write_text("[tuning]\nbeta = 0.6")
    assert tuning_from_settings(watched.refresh()).beta == 0.6
    assert watched.fault == ""


def test_a_file_may_be_created_later(tmp_path: Path) -> None:
    watched = SettingsFile(tmp_path / "artist.toml")
    assert (
        tuning_from_settings(watched.refresh()).beta == tuning_from_settings(watched.settings).beta
    )
    assert watched.fault == ""
    written(tmp_path, "[tuning]\nbeta = 0.6")
    assert tuning_from_settings(watched.refresh()).beta == 0.6


@pytest.mark.parametrize(
    ("text", "seconds"), [("10s", 10), ("15m", 900), ("1.5h", 5400), ("2d", 172800), ("0", 0)]
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    settings = Settings()
    assert settings.openai_api_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in repr(settings)


SECRETS = [
    field.validation_alias for field in Settings.model_fields.values() if field.validation_alias
]


@pytest.mark.parametrize("variable", SECRETS)
def test_every_secret_is_stripped_and_never_shown(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "  canary-0123456789\r\n")
    settings = Settings()
    assert "canary-0123456789" in set(settings.secrets())
    for shown in (repr(settings), str(settings), settings.model_dump_json(), str(vars(settings))):
        assert "canary" not in shown


@pytest.mark.parametrize("variable", SECRETS)
@pytest.mark.parametrize("value", ["canäry-0123456789", "canary-0123\n456789", "canary\x7f"])
def test_a_secret_that_is_invalid_in_a_header_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=f"{variable} contains a character") as caught:
        load_settings(tmp_path / "artist.toml")
    told = "".join(traceback.format_exception(caught.value))
    assert "0123" not in told and "canary" not in told and "canäry" not in told


def test_a_secret_in_the_wrong_setting_is_not_shown_either(tmp_path: Path) -> None:
    for text in (
        '[openai]\napi_key = "sk-canary"',
        '[openai]\nbase_url = "sk-canary"',
        "OPENAI_API_KEY = 5",
    ):
        with pytest.raises(SettingsError) as caught:
            load_settings(written(tmp_path, text))
        assert "sk-canary" not in "".join(traceback.format_exception(caught.value))


def test_a_single_secret_is_read_in_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary\n")
    assert secret_from_environment("OPENAI_API_KEY") == "sk-canary"
    assert secret_from_environment("NOT_SET") == ""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canäry")
    with pytest.raises(SettingsError, match="OPENAI_API_KEY contains a character"):
        secret_from_environment("OPENAI_API_KEY")


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("storage", "catalogue", "not a url"),
        ("storage", "catalogue", "sqlite://tmp/x.db"),
        ("storage", "catalogue", "postgresql+psycopg://artist:k3/Zp+9@Qw=@127.0.0.1:8955/artist"),
        ("storage", "archive", "gs://x"),
        ("storage", "archive", "s3://b?endpoint=127.0.0.1:9000"),
        ("storage", "archive", "s3://key:k3@b"),
        ("storage", "memory", "localhost:6333"),
        ("storage", "broker", "redis://:k3/Zp+9#Qw=@127.0.0.1:8956/0"),
        ("storage", "broker", "rediss//x"),
        ("storage", "broker", "kafkaesque://x"),
        ("openai", "base_url", "localhost:11434/v1"),
        ("moderation", "base_url", "localhost"),
        ("gallery", "base_url", "example.org"),
        ("gallery", "static_url", "example.org"),
        ("alarms", "webhook", "hooks.example/k3"),
        ("alarms", "smtp", "localhost:25"),
        ("publishing.webhook", "url", "hooks.example/k3"),
        ("publishing.mastodon", "server", "https://a:k3/b@c"),
        ("publishing.bluesky", "service", "ftp://x"),
    ],
)
def test_an_invalid_address_is_refused_by_name(
    tmp_path: Path, section: str, key: str, value: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(written(tmp_path, f'[{section}]\n{key} = "{value}"'))
    said = str(caught.value)
    assert f"{section}.{key} " in said and "k3" not in said and "\n" not in said


def test_passwords_of_stores_may_be_separate_from_their_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTIST_STORAGE__CATALOGUE", "postgres://artist@db/artist")
    monkeypatch.setenv("ARTIST_CATALOGUE_PASSWORD", "k3/Zp+9@Qw=")
    monkeypatch.setenv("ARTIST_STORAGE__BROKER", "redis://redis:6379/0")
    monkeypatch.setenv("ARTIST_BROKER_PASSWORD", "k3/Zp+9#Qw=")
    settings = load_settings(tmp_path / "artist.toml")
    assert settings.catalogue_url(tmp_path).password == "k3/Zp+9@Qw="
    with Connection(settings.broker) as broker:
        assert (broker.hostname, broker.port, broker.password) == ("redis", 6379, "k3/Zp+9#Qw=")


@pytest.mark.parametrize("name", ["what?", "100%25 art", "a#b", "a:b@c", "mañana"])
def test_a_data_folder_of_any_name_holds_its_own_catalogue(tmp_path: Path, name: str) -> None:
    url = Settings().catalogue_url(tmp_path / name)
    assert url.database == str(tmp_path / name / "catalogue.sqlite3")
    assert url.query == {}


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    file = tmp_path / "artist.toml"
    for encoding in ("utf-8-sig", "utf-16"):
        file.write_bytes("[tuning]\r\nbeta = 0.9\r\n".encode(encoding))
        assert tuning_from_settings(load_settings(file)).beta == 0.9


def test_a_list_in_the_environment_is_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTIST_ARTIST", "sea,sky")
    with pytest.raises(SettingsError, match="Write lists and tables there as JSON"):
        load_settings(tmp_path / "artist.toml")
    monkeypatch.setenv("ARTIST_ARTIST", '{"seeds": ["tower"]}')
    assert load_settings(tmp_path / "artist.toml").artist.seeds == ("tower",)


def test_trusted_proxies_are_addresses_or_networks(tmp_path: Path) -> None:
    file = written(tmp_path, '[gallery]\ntrusted_proxies = ["10.1.2.3", "10.9.8.7/8", "fd00::/8"]')
    known = load_settings(file).gallery.trusted_proxies
    assert known == ("10.1.2.3/32", "10.0.0.0/8", "fd00::/8")
    for wrong in ("proxy", "*", "10.0.0.0/99", ""):
        file = written(tmp_path, f'[gallery]\ntrusted_proxies = ["{wrong}"]')
        with pytest.raises(SettingsError, match=r"gallery\.trusted_proxies.* is not an address or"):
            load_settings(file)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tuning.every", "99999999999999999999d"),
        ("tuning.every", 1e25),
        ("tuning.every", "1" + "0" * 400 + "d"),
        ("tuning.temperature", 1e30),
        ("tuning.candidates", 10**30),
        ("tuning.rest", 10**30),
        ("tuning.daily_budget", 1e30),
        ("tuning.monthly_budget", 1e30),
        ("openai.timeout", "2d"),
        ("openai.timeout", "0s"),
        ("openai.text_ceiling", 1e30),
        ("openai.image_ceiling", 1e30),
        ("openai.requests_per_minute", 1e30),
        ("openai.prices", {"m": {"input": 1e30, "output": 0}}),
        ("moderation.timeout", "99999999999999999999d"),
        ("storage.min_free_gib", 1e30),
        ("schedule.most_open", 10**30),
        ("artist.seed", 10**30),
    ],
)
def test_numbers_out_of_range_are_refused_by_name(tmp_path: Path, key: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=key.rpartition(".")[2]):
        load_settings(tmp_path / "artist.toml", {key: value})


def test_a_tuning_of_an_older_release_can_be_read() -> None:
    told = Tuning.model_validate_json('{"every": 8.64e24, "candidates": 99999999, "rest": 3}')
    assert (told.every, told.candidates, told.rest) == (3650 * 86400.0, 1_000_000, 3)
