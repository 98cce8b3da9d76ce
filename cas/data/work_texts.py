"""Works as text, for annotation where CLIP or the pictures are not at hand.

A work's lines are its title, each of its subjects and its caption. A concept is as near to a work
as to the nearest of its lines, so that a work of many subjects is near each of them, and a line
that thousands of works share is encoded once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cas.data.annotation import Shard
from cas.data.assignment import WorkLines
from cas.data.clip import Vectors
from cas.data.corpus import distinct, read_records, work_of
from cas.data.image_sources import LeftOut
from cas.errors import CorpusError

TEXTS = ("title", "caption")
"""The columns of text beside `concepts`, a work's subjects."""


@dataclass(frozen=True)
class WorkText:
    """A work's name, its artist if known, and its title, subjects and caption without doubles."""

    id: str
    artist: str | None
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A line of text as annotation encodes it; its name is the line itself."""

    id: str
    artist: None = None

    def open(self) -> str:
        """Return the line."""
        return self.id


def read_work_texts(path: Path | str, *, left_out: LeftOut = lambda _: None) -> Iterator[WorkText]:
    """Stream the texts of a corpus file's works, as `cas.data.corpus.read_works` reads it.

    A record may have `title` and `caption` (text) beside `concepts`; each may be missing, and each
    line of a caption counts by itself. Works without any text and doubled ids are left out.

    Args:
        path: of the file.
        left_out: called with the reason.

    Raises:
        CorpusError: the file is missing, has another format, or holds a broken record.
    """
    path = Path(path)
    seen: set[str] = set()
    for line, record in read_records(path, more=TEXTS):
        work = work_of(path, line, record)
        title, caption = (_text(path, line, name, record.get(name)) for name in TEXTS)
        lines = distinct((title, *work.concepts, *caption.splitlines()))
        if work.id in seen:
            left_out("an id that came before")
        elif not lines:
            left_out("no title, concepts or caption")
        else:
            seen.add(work.id)
            yield WorkText(work.id, work.artist, lines)


def _text(path: Path, line: int, name: str, value: object) -> str:
    if value is not None and not isinstance(value, str):
        raise CorpusError(f"{path}, line {line}: `{name}` must be text, not {value!r:.60}.")
    return value or ""


def line_items(works: Iterable[WorkText]) -> Iterator[Line]:
    """Yield each line of some works once, the shortest first: a batch is as long as its longest."""
    lines = {line for work in works for line in work.lines}
    return (Line(line) for line in sorted(lines, key=lambda line: (len(line), line)))


def work_lines(works: Sequence[WorkText], lines: Shard) -> WorkLines:
    """Return works, each of one line or more, with the vectors of all lines."""
    numbers = {line: number for number, line in enumerate(lines.ids)}
    return WorkLines(lines.vectors, [[numbers[line] for line in work.lines] for work in works])


class TextEncoder:
    """A text encoder with the interface that annotation asks of CLIP.

    Args:
        name: of the model.
        encode: turns n texts into [n, d] unit vectors.
    """

    trained = True

    def __init__(self, name: str, encode: Callable[[Sequence[str]], Vectors]) -> None:
        self.name = name
        self._encode = encode

    def load(self) -> None:
        """Encode a word, which loads the model."""
        self._encode(["sea"])

    def prepare(self, text: str) -> NDArray[np.str_]:
        """Return the text as an array without dimensions."""
        return np.array(text)

    def vectors(self, texts: NDArray[np.str_]) -> Vectors:
        """Return [B, d] unit vectors of texts."""
        return self._encode([str(text) for text in texts])

    def concepts(self, concepts: Sequence[str]) -> Vectors:
        """Return [V, d] unit vectors of concepts' names."""
        return self._encode(concepts)
