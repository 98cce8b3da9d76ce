"""Captions as a stream: from text, TSV, CSV or Parquet, local, compressed or by URL."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cas.errors import CorpusError

FORMATS = (".txt", ".tsv", ".csv", ".parquet", "and the first three with .gz")
"""What can be read."""
COLUMN = "caption"
"""The column of captions, unless told otherwise."""
BATCH = 20_000
"""Rows of Parquet read at once."""


@dataclass
class CaptionSource:
    """Some files of captions, read one after the other as often as asked.

    A text file has a caption a line. A TSV or CSV file has a heading with the column, or else the
    caption stands last in each row. A Parquet file has the column, as PD12M's published layout
    does; only that column is read, a row group's batch at a time.

    Args:
        paths: local paths, or URLs with patterns that fsspec opens, such as
            `hf://datasets/Spawning/PD12M/metadata/*.parquet`.
        column: that holds the caption.

    Attributes:
        read: captions read so far, empty ones left out.
        mended: of these, captions that were not UTF-8 and were read as Windows-1252.
    """

    paths: tuple[str, ...]
    column: str = COLUMN
    read: int = 0
    mended: int = 0

    def __iter__(self) -> Iterator[str]:
        """Yield every caption.

        Raises:
            CorpusError: a file is missing, of another format, cut short or lacks the column.
        """
        self.read = self.mended = 0
        for path in self.paths:
            for caption in self._captions(path):
                if caption and not caption.isspace():
                    self.read += 1
                    yield caption

    def _captions(self, path: str) -> Iterator[str]:
        kind = Path(path.removesuffix(".gz")).suffix
        readers = {".txt": _lines, ".tsv": self._rows, ".csv": self._rows}
        try:
            for opened, file in _opened(path):
                if kind == ".parquet":
                    yield from self._parquet(opened, file)
                elif kind in readers:
                    lines = self._decoded(gzip.GzipFile(fileobj=file) if _is_gzip(path) else file)
                    yield from readers[kind](lines, opened)
                else:
                    raise CorpusError(
                        f"Cannot read {opened}: captions come as {', '.join(FORMATS)}."
                    )
        except (OSError, EOFError, csv.Error) as error:
            raise CorpusError(f"{path} cannot be read to its end: {error}.") from error

    def _decoded(self, file: Iterable[bytes]) -> Iterator[str]:
        for line in file:
            try:
                yield line.decode("utf-8").strip("\r\n\ufeff")
            except UnicodeDecodeError:
                self.mended += 1
                yield line.decode("cp1252", errors="replace").strip("\r\n")

    def _rows(self, lines: Iterator[str], path: str) -> Iterator[str]:
        tabs = Path(path.removesuffix(".gz")).suffix == ".tsv"
        # Museums' TSV files hold bare quotes, which only commas make into quoting.
        rows = (line.split("\t") for line in lines) if tabs else csv.reader(lines)
        first = next(rows, None)
        if first is None:
            return
        heading = [name.strip().lower() for name in first]
        at = heading.index(self.column) if self.column in heading else -1
        if at == -1:
            yield first[-1]
        for row in rows:
            if len(row) > max(at, 0):
                yield row[at]

    def _parquet(self, path: str, file: IO[bytes]) -> Iterator[str]:
        try:
            from pyarrow import ArrowException, parquet
        except ImportError as error:
            raise CorpusError(
                f"Reading {path} needs pyarrow: pip install 'cultural-alien[parquet]'."
            ) from error
        try:
            table = parquet.ParquetFile(file)
            if self.column not in table.schema_arrow.names:
                raise CorpusError(
                    f"{path} has no column {self.column!r} among"
                    f" {', '.join(table.schema_arrow.names)}: name it with --column."
                )
            for batch in table.iter_batches(batch_size=BATCH, columns=[self.column]):
                yield from (caption for caption in batch.column(0).to_pylist() if caption)
        except ArrowException as error:
            raise CorpusError(f"{path} is not a readable Parquet file: {error}.") from error


def _lines(lines: Iterator[str], path: str) -> Iterator[str]:
    del path
    yield from lines


def _is_gzip(path: str) -> bool:
    return path.endswith(".gz")


def _opened(path: str) -> Iterator[tuple[str, Any]]:
    """Yield the name and the open file of a local path, or of each file behind a URL."""
    if "://" not in path:
        if not Path(path).is_file():
            raise CorpusError(f"There are no captions at {path}.")
        with Path(path).open("rb") as file:
            yield path, io.BufferedReader(file, 1 << 20)
        return
    import fsspec

    found = fsspec.open_files(path, "rb")
    if not found:
        raise CorpusError(f"There are no captions at {path}.")
    for each in found:
        with each as file:
            yield each.path, file
