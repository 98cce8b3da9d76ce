"""Markdown of the generated pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """Plain text as the content of one cell of a table."""
    for letter in "\\|<>[]{}*_":
        text = text.replace(letter, f"\\{letter}" if letter not in "<>" else f"&#{ord(letter)};")
    return text.replace("\n", " ")


def code(text: str) -> str:
    """Text in the font of code; a line break in it is written as in TOML."""
    return "`" + text.replace("\n", "\\n").replace("|", "\\|") + "`"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown already."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
