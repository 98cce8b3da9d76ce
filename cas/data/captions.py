"""Stream captions from text, TSV, CSV or Parquet files: local, compressed or by URL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cas.errors import CorpusError
from cas.text_files import Source, read_lines, read_rows

FORMATS = (".txt", ".tsv", ".csv", ".parquet", "and the first three with .gz")
"""What can be read."""
COLUMN = "caption"
"""The default column of captions."""
BATCH = 20_000
"""Rows of Parquet read at once."""


@dataclass
class CaptionSource:
    """Some files of captions, read one after the other as often as asked.

    A text file has a caption a line. A TSV or CSV file has a heading with the column, or else the
    caption stands last in each row; quotes mean something in CSV alone. A Parquet file has the
    column, as PD12M's published layout does; only that column is read, a row group's batch at a
    time.

    Args:
        paths: local paths, or URLs with patterns that fsspec opens, such as
            `hf://datasets/Spawning/PD12M/metadata/*.parquet`.
        column: that holds the caption.

    Attributes:
        read: captions read so far, empty ones left out.
        mended: lines that were not UTF-8 and were read as Windows-1252.
        short: rows that have no cell in the column, and were left out.
    """

    paths: tuple[str, ...]
    column: str = COLUMN
    read: int = 0
    mended: int = 0
    short: int = 0

    def __iter__(self) -> Iterator[str]:
        """Yield every caption.

        Raises:
            CorpusError: a file is missing, of another format, broken or cut short, or lacks the
                column.
        """
        self.read = self.mended = self.short = 0
        for path in self.paths:
            for caption in self._captions(path):
                if caption and not caption.isspace():
                    self.read += 1
                    yield caption

    def _captions(self, path: str) -> Iterator[str]:
        kind = Path(path.removesuffix(".gz")).suffix
        readers = {".txt": self._lines, ".tsv": self._tabs, ".csv": self._commas}
        try:
            for name, source in _opened(path):
                if kind == ".parquet":
                    yield from self._parquet(name, source)
                elif kind in readers:
                    yield from readers[kind](source, name)
                else:
                    raise CorpusError(f"Cannot read {name}: captions come as {', '.join(FORMATS)}.")
        except (OSError, ImportError) as error:
            raise CorpusError(f"{path} cannot be read to its end: {error}.") from error

    def _count_mended(self) -> None:
        self.mended += 1

    def _lines(self, source: Source, name: str) -> Iterator[str]:
        lines = read_lines(source, error=CorpusError, name=name, mended=self._count_mended)
        return (line.rstrip("\n") for line in lines)

    def _tabs(self, source: Source, name: str) -> Iterator[str]:
        # Museums' TSV files hold bare quotes, which only commas make into quoting.
        return self._column((line.split("\t") for line in self._lines(source, name) if line), name)

    def _commas(self, source: Source, name: str) -> Iterator[str]:
        rows = read_rows(source, error=CorpusError, name=name, mended=self._count_mended)
        return self._column((cells for _, cells in rows), name)

    def _column(self, rows: Iterator[list[str]], name: str) -> Iterator[str]:
        first = next(rows, [""])
        heading = [title.strip(' "').casefold() for title in first]
        at = heading.index(self.column.casefold()) if self.column.casefold() in heading else -1
        if at == -1:
            if self.column != COLUMN:
                raise CorpusError(
                    f"{name} has no column {self.column!r} among {', '.join(first)}: name it with"
                    " --column."
                )
            yield first[-1]
        for row in rows:
            if len(row) > at:
                yield row[at]
            else:
                self.short += 1

    def _parquet(self, path: str, source: Source) -> Iterator[str]:
        try:
            from pyarrow import ArrowException, parquet
        except ImportError as error:
            raise CorpusError(
                f"Reading {path} needs pyarrow: pip install 'cultural-alien[parquet]'."
            ) from error
        try:
            table = parquet.ParquetFile(source)
            if self.column not in table.schema_arrow.names:
                raise CorpusError(
                    f"{path} has no column {self.column!r} among"
                    f" {', '.join(table.schema_arrow.names)}: name it with --column."
                )
            for batch in table.iter_batches(batch_size=BATCH, columns=[self.column]):
                for caption in batch.column(0).to_pylist():
                    if not isinstance(caption, str | None):
                        raise CorpusError(f"{path} holds {caption!r:.60} for a caption, not text.")
                    yield caption or ""
        except (ArrowException, UnicodeDecodeError) as error:
            raise CorpusError(f"{path} is not a readable Parquet file: {error}.") from error


def _opened(path: str) -> Iterator[tuple[str, Source]]:
    """Yield a local path twice, or the name and the open file of each file behind a URL."""
    if "://" not in path:
        if not Path(path).is_file():
            raise CorpusError(f"There are no captions at {path}.")
        yield path, path
        return
    import fsspec

    try:
        found = fsspec.open_files(path, "rb")
    except ValueError as error:  # of a protocol that it does not know
        raise CorpusError(f"{path} cannot be read: {error}.") from error
    if not found:
        raise CorpusError(f"There are no captions at {path}.")
    for each in found:
        with each as file:
            yield each.path, file
