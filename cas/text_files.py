"""Read text files: lines, words, JSON, JSON lines and tables, with one set of rules.

Spreadsheets, museums and scrapers write UTF-8 with or without a byte order mark, or UTF-16 with
one; all of it is read, and `.gz` is unpacked. What cannot be read whole is refused in a sentence
with the file and the line, as the kind of error that the caller names: no traceback of a decoder
comes out, and no record is passed over.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

Source = Path | str | IO[bytes]
"""A local file, or an open one, which is closed at the end; its name is passed separately."""
Error = Callable[[str], Exception]
"""Makes the error of a sentence; a class of errors does."""

_BUFFER = 1 << 20
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_TEXT = re.compile(r"\\u(?:d[89a-f]|0000)", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_lines(
    source: Source, *, error: Error, name: str = "", mended: Callable[[], object] | None = None
) -> Iterator[str]:
    r"""Yield the lines of a text file with their ends, which become \n.

    Args:
        source: of the text; unpacked where its name ends in `.gz`.
        error: raised where the file is missing, cut short, neither UTF-8 nor UTF-16 with a mark,
            or holds NUL.
        name: of the file; its path by default.
        mended: called for each line that is not UTF-8, which is then read as Windows-1252; without
            it such a line is refused.
    """
    name = name or str(source)
    number, opened = 0, False
    try:
        with ExitStack() as stack:
            file: Any = source
            if isinstance(source, Path | str):
                file = stack.enter_context(Path(source).open("rb"))
            opened = True
            if name.endswith(".gz"):
                file = stack.enter_context(gzip.GzipFile(fileobj=file))
            buffered = stack.enter_context(io.BufferedReader(file, _BUFFER))
            wide = buffered.peek(2)[:2] in _UTF_16
            # Both keep what cannot be decoded as surrogates, so that its line can be named.
            codec = ("utf-16", "surrogatepass") if wide else ("utf-8", "surrogateescape")
            for line in stack.enter_context(io.TextIOWrapper(buffered, *codec)):
                number += 1
                if line.isascii() and "\0" not in line:
                    yield line
                else:
                    where = f"{name}, line {number}"
                    yield _checked(line, where, error, None if wide else mended)
    except (OSError, EOFError, zlib.error) as why:
        told = f"{name} cannot be read{' to its end' if opened else ''}"
        raise error(f"{told}: {getattr(why, 'strerror', None) or why}.") from why
    except UnicodeDecodeError as why:
        raise error(f"{name}, line {number + 1}: the file ends within a letter.") from why


def _checked(line: str, where: str, error: Error, mended: Callable[[], object] | None) -> str:
    if "\0" in line:
        raise error(
            f"{where} holds NUL, as binary files do, and UTF-16 without a byte order mark. Save it"
            " as text in UTF-8."
        )
    if _SURROGATE.search(line):
        if mended is None:
            raise error(f"{where} is not UTF-8: {line.strip()[:60]!r}. Save the file as UTF-8.")
        mended()
        line = line.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return line.removeprefix("\ufeff")  # files that were put together have marks inside, too


def read_words(source: Source, *, error: Error) -> list[str]:
    """Return the words or phrases of a list, one a line; `#` begins a remark."""
    words = (line.partition("#")[0].strip() for line in read_lines(source, error=error))
    return [word for word in words if word]


def read_json(source: Source, *, error: Error, name: str = "") -> Any:
    """Return what a JSON file holds."""
    name = name or str(source)
    return _parsed("".join(read_lines(source, error=error, name=name)), name, 1, error)


def read_json_lines(source: Source, *, error: Error, name: str = "") -> Iterator[tuple[int, Any]]:
    """Yield the number of each line that is not blank, and what it holds."""
    name = name or str(source)
    for number, line in enumerate(read_lines(source, error=error, name=name), start=1):
        if line.strip():
            yield number, _parsed(line.rstrip(), name, number, error)


def _parsed(text: str, name: str, line: int, error: Error) -> Any:
    try:
        value = json.loads(text)
        if "\\u" in text and _NO_TEXT.search(text):
            written = json.dumps(value, ensure_ascii=False).replace("\\\\", "")
            if "\\u0000" in written or _SURROGATE.search(written):
                raise ValueError("a NUL or half a surrogate pair, which no text holds")
    except (ValueError, RecursionError) as why:
        reason = str(why)
        if isinstance(why, json.JSONDecodeError):
            line, reason = line + why.lineno - 1, f"{why.msg} at column {why.colno}"
        raise error(
            f"{name}, line {line}: not a JSON object ({reason}): {text.strip()[:60]!r}. Mend or"
            " delete it."
        ) from why
    return value


def read_rows(
    source: Source, *, error: Error, name: str = "", mended: Callable[[], object] | None = None
) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the first line of each record of a CSV file, and its cells.

    Rows of empty cells, which spreadsheets add, are left out.
    """
    name = name or str(source)
    ended = True

    def lines() -> Iterator[str]:
        nonlocal ended
        for line in read_lines(source, error=error, name=name, mended=mended):
            ended = line.endswith("\n")
            yield line

    reader = csv.reader(lines(), strict=True)
    width = 0
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as why:
            raise error(
                f"{name}, line {first}: not a whole record ({why}). Is a quote not closed?"
            ) from why
        if cells is None:
            return
        width = width or len(cells)
        if not ended and len(cells) < width:
            raise error(f"{name} is cut short within line {first}: {','.join(cells)[-60:]!r}.")
        if any(cell.strip() for cell in cells):
            yield first, cells


def read_table(
    source: Source,
    columns: Sequence[str],
    *,
    error: Error,
    optional: Sequence[str] = (),
    name: str = "",
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of the first line of each record of a CSV file, and its cells by column.

    Columns are found whatever their case; spaces around names and cells are left out.

    Args:
        source: of the table.
        columns: that it must have.
        error: raised where it lacks one, has one twice, or a record has no cell for one or more
            cells than there are columns; and where `read_rows` raises.
        optional: columns that are "" where the table or the record has none.
        name: of the file; its path by default.
    """
    name = name or str(source)
    rows = read_rows(source, error=error, name=name)
    _, heading = next(rows, (1, []))
    titles = [title.strip(' \t"').casefold() for title in heading]
    places = {}
    for each in (*columns, *optional):
        if titles.count(each.casefold()) > 1:
            raise error(f"{name} has the column {each} twice.")
        if each.casefold() in titles:
            places[each] = titles.index(each.casefold())
    if missing := set(columns) - set(places):
        raise error(
            f"{name} lacks the column {', '.join(sorted(missing))}: it has {', '.join(heading)}."
        )
    fewest = max((places[each] + 1 for each in columns), default=0)
    for line, cells in rows:
        if len(cells) < fewest or any(cell.strip() for cell in cells[len(titles) :]):
            raise error(
                f"{name}, line {line} has {len(cells)} cells for {len(titles)} columns:"
                f" {','.join(cells)[:60]!r}. Mend or delete it."
            )
        row = dict.fromkeys(optional, "")
        row |= {each: cells[at].strip() for each, at in places.items() if at < len(cells)}
        yield line, row
