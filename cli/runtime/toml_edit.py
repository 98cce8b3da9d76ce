"""Change one value of a TOML file; keep comments and everything else."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any


def with_value(text: str, key: str, value: str) -> str:
    """Return the TOML text with `key`, such as `storage.archive` or `preset`, set to this string.

    Each candidate text is parsed; the first that changes this value and no other is returned.

    Raises:
        ValueError: the text is not TOML, or the key can't be changed automatically.
    """
    wanted = tomllib.loads(text)
    section, _, name = key.rpartition(".")
    table = wanted
    for part in section.split(".") if section else ():
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            raise ValueError(f"{part} is not a table")
    table[name] = value
    line = f"{name} = {json.dumps(value, ensure_ascii=False)}"
    for candidate in _candidates(text, section, name, line):
        if _read(candidate) == wanted:
            return candidate
    raise ValueError(f"{key} can only be changed by hand")


def _candidates(text: str, section: str, name: str, line: str) -> Iterator[str]:
    lines = text.splitlines(keepends=True)
    # In place of the current value; else of the comment that explains it.
    for mark in ("", "# ?"):
        for number, old in enumerate(lines):
            if re.match(rf"[ \t]*{mark}{re.escape(name)}[ \t]*=", old):
                yield "".join([*lines[:number], f"{line}\n", *lines[number + 1 :]])
    if not section:
        yield f"{line}\n{text}"
        return
    for number, old in enumerate(lines):
        if re.match(rf"[ \t]*\[[ \t]*{re.escape(section)}[ \t]*\]", old):
            yield "".join([*lines[:number], f"{old.rstrip()}\n{line}\n", *lines[number + 1 :]])
    yield f"{text.rstrip()}\n\n[{section}]\n{line}\n".lstrip()


def _read(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
