"""Pictures to annotate: a folder with a table beside it, or Parquet shards that hold the images."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from cas.errors import CorpusError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem
    from PIL.Image import Image

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp")
"""Of files that are taken for pictures."""


@dataclass(eq=False)
class RowGroup:
    """The images of one row group of a Parquet file, read together when the first is asked for.

    Args:
        filesystem: fsspec's, with the file.
        path: of the file there.
        number: of the row group.
    """

    filesystem: AbstractFileSystem
    path: str
    number: int
    _images: list[bytes | None] | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def image(self, row: int) -> bytes | None:
        """Return the encoded image of a row of the group, or None where the record holds none.

        Raises:
            OSError: the file cannot be read.
        """
        from pyarrow import ArrowException, parquet

        with self._lock:
            if self._images is None:
                try:
                    with self.filesystem.open(self.path, "rb") as file:
                        group = parquet.ParquetFile(file).read_row_group(self.number, ["image"])
                except ArrowException as error:
                    raise OSError(str(error)) from error
                cells = group.column("image").to_pylist()
                self._images = [c.get("bytes") if isinstance(c, dict) else c for c in cells]
            return self._images[row]


@dataclass(frozen=True)
class Picture:
    """A picture's name, its artist if known, and where its bytes are: a file, or a group's row."""

    id: str
    artist: str | None
    path: Path | None = None
    group: RowGroup | None = None
    row: int = 0

    def open(self) -> Image:
        """Return the decoded picture in RGB.

        Raises:
            OSError: it is missing, truncated or no picture.
        """
        from PIL import Image as Decoder
        from PIL import UnidentifiedImageError

        try:
            with Decoder.open(self._bytes()) as image:
                return image.convert("RGB")
        except (UnidentifiedImageError, Decoder.DecompressionBombError, SyntaxError) as error:
            raise OSError(str(error)) from error

    def _bytes(self) -> Path | io.BytesIO:
        if self.path is not None:
            return self.path
        content = self.group.image(self.row) if self.group else None
        if not content:
            raise OSError("the record holds no image")
        return io.BytesIO(content)


def pictures_of(source: str) -> Iterator[Picture]:
    """Stream pictures from a folder, or from Parquet files by path or URL; none is read yet.

    In a folder, the table is its first *.jsonl or *.csv with a column `file` (and, if known, `id`
    and `artist`); without one, every image file is a picture, and its folder the artist. Parquet
    rows have `image` (bytes, or {bytes, path} as the model hub keeps them) and may have `id` and
    `artist`: `hf://datasets/huggan/wikiart/data/*.parquet` is WikiArt by its hub id.

    Raises:
        CorpusError: there is no such source, or its table is broken.
    """
    if "://" in source or source.endswith(".parquet"):
        yield from _parquet(source)
        return
    folder = Path(source)
    if not folder.is_dir():
        raise CorpusError(f"There is no folder of pictures at {source}.")
    for table in sorted([*folder.glob("*.jsonl"), *folder.glob("*.csv")]):
        rows = _table(table)
        if rows and "file" in rows[0]:
            for row in rows:
                name = str(row["file"])
                artist = row.get("artist") or None
                yield Picture(str(row.get("id") or name), artist, folder / name)
            return
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES):
        inside = path.relative_to(folder)
        yield Picture(str(inside), inside.parts[0] if len(inside.parts) > 1 else None, path)


def _table(path: Path) -> Sequence[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            if path.suffix == ".csv":
                return list(csv.DictReader(file))
            return [json.loads(line) for line in file if line.strip()]
    except (OSError, ValueError, csv.Error) as error:
        raise CorpusError(f"{path} cannot be read: {error}.") from error


def _parquet(source: str) -> Iterator[Picture]:
    import fsspec
    from pyarrow import ArrowException, parquet

    files = fsspec.open_files(source, "rb")
    if not files:
        raise CorpusError(f"There are no pictures at {source}.")
    for each in files:
        try:
            with each as file:
                table = parquet.ParquetFile(file)
                names = table.schema_arrow.names
                if "image" not in names:
                    raise CorpusError(f"{each.path} has no column `image`.")
                told = [name for name in ("id", "artist") if name in names]
                number = 0
                for index in range(table.num_row_groups):
                    group = RowGroup(each.fs, each.path, index)
                    size = table.metadata.row_group(index).num_rows
                    records = table.read_row_group(index, told).to_pylist() if told else [{}] * size
                    for row, record in enumerate(records):
                        number += 1
                        name = str(record.get("id") or f"{Path(each.path).name}#{number}")
                        artist = record.get("artist")
                        yield Picture(
                            name, None if artist is None else str(artist), group=group, row=row
                        )
        except (OSError, ArrowException) as error:
            raise CorpusError(f"{each.path} is not a readable Parquet file: {error}.") from error
