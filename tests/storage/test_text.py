"""Text on its way into a record: what stays as it is, and what no store could hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.text import LONGEST_LINE, fit, has_visible_text, line, prompt, prose

ANYTHING = st.text(st.characters())


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Field\0 Notes", "Field Notes"),
        ("Field\nNotes\r\nSecond\u2028line", "Field Notes Second line"),
        ("sky \ud83d", "sky \ufffd"),
        ("\ud83c\udf0a", "🌊"),
        ("\u202eField Notes", "Field Notes"),
        ("Cafe\u0301", "Café"),
        ("\x1b[31mred\x9b", "[31mred"),
        ("👩\u200d🎨 at  sea", "👩\u200d🎨 at  sea"),
        ("x" * 501, "x" * 499 + "…"),
    ],
)
def test_a_line(said: str, kept: str) -> None:
    assert line(said) == kept


def test_prose_keeps_its_lines() -> None:
    assert prose("A sea.\n\tIts sky.\0") == "A sea.\n\tIts sky."


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S"])))
def test_a_prompt_keeps_its_concepts_letter_for_letter(said: str) -> None:
    """Whatever their normal form: \uf900 is another letter than its composed form."""
    assert prompt(said) == said


@given(ANYTHING)
def test_what_is_kept_is_fit_for_every_store(said: str) -> None:
    for kept in (fit(said), line(said), prose(said), prompt(said)):
        kept.encode()  # raises where a surrogate is left
        assert not any(unicodedata.category(c) == "Cc" and c not in "\t\n\r" for c in kept)
    assert not {"\n", "\r", "\u2028", "\x85"} & set(line(said)) and len(line(said)) <= LONGEST_LINE


@given(ANYTHING)
def test_cleaning_again_changes_nothing(said: str) -> None:
    for clean in (fit, line, prose, prompt):
        assert clean(clean(said)) == clean(said)


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=200))
def test_ordinary_text_stays_as_it_is(said: str) -> None:
    composed = unicodedata.normalize("NFC", said)
    assert line(composed) == prose(composed) == fit(composed) == composed


@pytest.mark.parametrize(
    "said",
    [
        "",
        "  ",
        "\u200b\u200d",
        "\ufeff",
        "\u2060\u00a0",
        "\u3164",
        "\u2800\u2800",
        "\u0301",
        "\u034f\ufe0f",
    ],
)
def test_texts_that_show_nothing_are_known(said: str) -> None:
    assert not has_visible_text(said)


@pytest.mark.parametrize("said", ["a", "7", "…", "海", "👩\u200d🎨", "\u200bx", "†", "e\u0301"])
def test_texts_that_show_something_are_known(said: str) -> None:
    assert has_visible_text(said)
