"""Settings from anybody's hand: they are in force, or one error names the file and the key."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from cli.errors import UserError
from cli.runtime.deployment import Deployment
from cli.runtime.gallery_settings import accounts_of, site_settings
from cli.runtime.publishing_channels import channels_of
from cli.runtime.toml_edit import with_value
from storage.errors import UserFacingError
from tests.border.examples import TEXTS, VALUES, fed
from worker.components import moderator_of
from worker.config.sections import Section
from worker.config.settings import (
    Settings,
    SettingsError,
    SettingsFile,
    load_settings,
    tuning_from_settings,
)
from worker.model_servers import composer_server, painter_server

TEMPLATE = files("worker").joinpath("artist.toml").read_bytes()
CANARY = "sk-canary-0123456789"
SECRETS = [str(f.validation_alias) for f in Settings.model_fields.values() if f.validation_alias]


def keys(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[str]:
    """Every key of the file, with its tables before it."""
    for name, field in model.model_fields.items():
        if isinstance(field.default, Section):
            yield from keys(type(field.default), f"{prefix}{name}.")
        elif not field.validation_alias:
            yield prefix + name


KEYS = sorted(keys())


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """The environment with these variables."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def look(file: Path) -> Settings | None:
    """The settings in the file, used as the commands do; None where an error of ours says why not.

    Any other error leaves this function, and fails the test.
    """
    try:
        settings = load_settings(file)
        deployment = Deployment(file.parent)
        settings.catalogue_url(file.parent)
        tuning_from_settings(settings)
        assert settings.broker is not None
        for server in (composer_server(settings), painter_server(settings)):
            server.endpoint.provider.encode()
        channels_of(settings.publishing, settings.artist.name)
        accounts_of(settings.publishing)
        site_settings(deployment)
        moderator_of(settings)
        json.dumps(settings.artist.model_dump(), ensure_ascii=False).encode()
    except UserFacingError as error:
        said = str(error)
        assert said and len(said) <= 2000 and CANARY not in said
        said.encode()
        return None
    assert CANARY not in repr(settings) + settings.model_dump_json()
    return settings


def without_file(folder: Path) -> Path:
    """Where the settings file would be."""
    (folder / "artist.toml").unlink(missing_ok=True)
    return folder / "artist.toml"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture(autouse=True)
def canaries(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in SECRETS:
        monkeypatch.setenv(variable, CANARY)


def in_toml(value: Any) -> str:
    """A value as TOML writes it; some that it can't write come out as nonsense, which is fine."""
    match value:
        case bool():
            return str(value).lower()
        case float() | int():
            return repr(value)
        case dict():
            inner = ", ".join(f"{json.dumps(k)} = {in_toml(v)}" for k, v in value.items())
            return f"{{ {inner} }}"
        case list():
            return f"[{', '.join(map(in_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


@given(chosen=st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=3))
@fed
def test_any_value_of_any_key(folder: Path, chosen: dict[str, Any]) -> None:
    file = folder / "artist.toml"
    text = "".join(f"{key} = {in_toml(value)}\n" for key, value in chosen.items())
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    look(file)


@given(chosen=st.dictionaries(st.sampled_from(KEYS), TEXTS, min_size=1, max_size=3))
@fed
def test_any_text_in_the_environment(folder: Path, chosen: dict[str, str]) -> None:
    variables = {
        f"ARTIST_{key.upper().replace('.', '__')}": os.fsdecode(
            value.replace("\0", "").encode("utf-8", "replace")
        )
        for key, value in chosen.items()
    }
    with environment(variables):
        look(without_file(folder))


@given(variable=st.sampled_from(SECRETS), around=st.tuples(TEXTS, TEXTS))
@fed
def test_any_secret(folder: Path, variable: str, around: tuple[str, str]) -> None:
    before, after = (text.replace("\0", "").encode("utf-8", "replace").decode() for text in around)
    with environment({variable: f"{before}{CANARY}{after}"}):
        settings = look(without_file(folder))
        if settings is not None:
            assert f"{before}{CANARY}{after}".strip() in set(settings.secrets())


DEEP = [
    b"preset = " + b"[" * 100_000,
    b"[a]" * 9,
    b"\xff\xfe[\0t\0",
    TEMPLATE.replace(b"\n", b"\r"),
]


@given(st.binary(max_size=200) | st.text().map(str.encode) | st.sampled_from(DEEP))
@fed
def test_any_bytes_are_a_settings_file_or_none(folder: Path, content: bytes) -> None:
    file = folder / "artist.toml"
    file.write_bytes(content)
    look(file)


@given(at=st.integers(0, len(TEMPLATE)), length=st.integers(0, 60), put=st.binary(max_size=20))
@fed
def test_a_damaged_file_leaves_the_last_good_values_in_force(
    folder: Path, at: int, length: int, put: bytes
) -> None:
    file = folder / "artist.toml"
    file.write_bytes(TEMPLATE)
    watched = SettingsFile(file)
    good = watched.settings
    file.write_bytes(TEMPLATE[:at] + put + TEMPLATE[at + length :])
    assert watched.refresh() is not None
    if watched.fault:
        assert watched.settings is good and file.name in watched.fault
    look(file)


@given(st.sampled_from(KEYS), TEXTS, VALUES)
@fed
def test_a_key_that_is_none_is_named(folder: Path, near: str, extra: str, value: Any) -> None:
    section, _, name = near.rpartition(".")
    key = json.dumps(name + extra + "x")
    file = folder / "artist.toml"
    written = f"{section}.{key}" if section else key
    file.write_bytes(f"{written} = {in_toml(value)}".encode("utf-8", "surrogatepass"))
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert file.name in str(caught.value)


@given(value=TEXTS)
@fed
def test_a_command_changes_one_value_or_nothing(folder: Path, value: str) -> None:
    try:
        changed = with_value(TEMPLATE.decode(), "storage.archive", value)
    except ValueError:
        return
    file = folder / "artist.toml"
    file.write_bytes(changed.encode("utf-8", "surrogatepass"))
    settings = look(file)
    assert settings is None or settings.storage.archive == value


@given(
    override=st.sampled_from(["tuning.every", "artist.style", "gallery.port", "artist.seeds"]),
    value=VALUES,
)
@fed
def test_any_option_of_a_command(folder: Path, override: str, value: Any) -> None:
    try:
        load_settings(folder / "there is no such file", {override: value})
    except (SettingsError, UserError) as error:
        assert override.partition(".")[2] in str(error)
