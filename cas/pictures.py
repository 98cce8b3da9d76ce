"""Pictures to annotate: a folder with a table beside it, or Parquet shards that hold the images."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cas.errors import CorpusError

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp")
"""Of files that are taken for pictures."""
PARQUET_BATCH = 64
"""Rows of Parquet read at once."""


@dataclass(frozen=True)
class Picture:
    """A picture's name, its artist if known, and where its bytes are."""

    id: str
    artist: str | None
    path: Path | None = None
    content: bytes | None = None

    def open(self) -> Image:
        """Return the decoded picture in RGB.

        Raises:
            OSError: it is missing, truncated or no picture.
        """
        from PIL import Image as Decoder
        from PIL import UnidentifiedImageError

        try:
            with Decoder.open(io.BytesIO(self.content) if self.content else self._path()) as image:
                return image.convert("RGB")
        except (UnidentifiedImageError, Decoder.DecompressionBombError, SyntaxError) as error:
            raise OSError(str(error)) from error

    def _path(self) -> Path:
        if self.path is None:
            raise OSError("the record holds no image")
        return self.path


def pictures_of(source: str) -> Iterator[Picture]:
    """Stream pictures from a folder, or from Parquet files by path or URL.

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
                names = [n for n in ("id", "artist", "image") if n in table.schema_arrow.names]
                if "image" not in names:
                    raise CorpusError(f"{each.path} has no column `image`.")
                number = 0
                for batch in table.iter_batches(batch_size=PARQUET_BATCH, columns=names):
                    for row in batch.to_pylist():
                        number += 1
                        image = row["image"]
                        content = image.get("bytes") if isinstance(image, dict) else image
                        name = str(row.get("id") or f"{Path(each.path).name}#{number}")
                        artist = row.get("artist")
                        yield Picture(name, None if artist is None else str(artist), None, content)
        except (OSError, ArrowException) as error:
            raise CorpusError(f"{each.path} is not a readable Parquet file: {error}.") from error
