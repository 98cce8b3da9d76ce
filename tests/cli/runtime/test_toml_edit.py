"""A command changes one value of a settings file, and keeps every comment."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.runtime.toml_edit import with_value

TEMPLATE = files("worker").joinpath("artist.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", '[storage]\narchive = "A"\n'),
        ("[tuning]\nbeta = 0.9\n", '[tuning]\nbeta = 0.9\n\n[storage]\narchive = "A"\n'),
        ("[storage]\n# mine\nmemory = ''", "[storage]\narchive = \"A\"\n# mine\nmemory = ''"),
        ("[storage] # ours", '[storage] # ours\narchive = "A"\n'),
        ('[storage]\narchive = "B" # old\n[tuning]', '[storage]\narchive = "A"\n[tuning]'),
        ('[other]\narchive = "B"\n', '[other]\narchive = "B"\n\n[storage]\narchive = "A"\n'),
        ('preset = "paper"\r\n', 'preset = "paper"\n\n[storage]\narchive = "A"\n'),
    ],
)
def test_where_the_line_goes(text: str, wanted: str) -> None:
    assert with_value(text, "storage.archive", "A").replace("\r\n", "\n") == wanted


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("storage.archive", 's3://b/"x"\\y?endpoint=http://h'),
        ("preset", "paper"),
        ("gallery.title", "é"),
    ],
)
def test_the_file_that_we_write_keeps_its_comments(key: str, value: str) -> None:
    text = with_value(TEMPLATE, key, value)
    section, _, name = key.rpartition(".")
    content = tomllib.loads(text)
    assert (content[section] if section else content)[name] == value
    others = [line for line in TEMPLATE.splitlines() if f"{name} = " not in line]
    assert set(others) <= set(text.splitlines())


@pytest.mark.parametrize(
    "text",
    ['storage = { memory = "" }', 'storage.archive = """\nB"""', "storage = 1", "[stor"],
)
def test_a_key_that_can_not_be_changed_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        with_value(text, "storage.archive", "A")


@given(value=st.text(), twice=st.text())
def test_any_value_is_read_back_or_refused(value: str, twice: str) -> None:
    text = "# a note\n[storage]\n# archive = 'x'\nmemory = ''\n"
    for wanted in (value, twice):
        try:
            text = with_value(text, "storage.archive", wanted)
        except ValueError:
            continue
        assert tomllib.loads(text) == {"storage": {"archive": wanted, "memory": ""}}
        assert "# a note" in text
