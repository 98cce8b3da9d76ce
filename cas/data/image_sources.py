"""Image sources for annotation: a folder with a table, or Parquet shards that contain images."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from cas.data.image_files import PictureError, open_picture, picture_formats
from cas.errors import CorpusError
from cas.text_files import read_json_lines, read_table

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem
    from PIL.Image import Image

LeftOut = Callable[[str], object]
"""Called with what is left out, such as the suffix of a file that is not a picture."""


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
    _images: list[Any] | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def image(self, row: int) -> Any:
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
            OSError: its Parquet file cannot be read, or the record holds no image.
            PictureError: it is missing, truncated or no picture.
        """
        if self.path is not None:
            return open_picture(self.path)
        content = self.group.image(self.row) if self.group else None
        if not content:
            raise OSError("the record holds no image")
        if not isinstance(content, bytes):
            raise PictureError(f"the record holds {content!r:.60}, not the bytes of an image")
        return open_picture(content)


def pictures_of(source: str, *, left_out: LeftOut = lambda _: None) -> Iterator[Picture]:
    """Stream pictures from a folder, or from Parquet files by path or URL; none is read yet.

    In a folder, the table is its first *.jsonl or *.csv with a column `file` (and, if known, `id`
    and `artist`); without one, every file with a suffix of pictures is one, and its folder the
    artist. Parquet rows have `image` (bytes, or {bytes, path} as the model hub keeps them) and may
    have `id` and `artist`: `hf://datasets/huggan/wikiart/data/*.parquet` is WikiArt by its hub id.

    Args:
        source: of the pictures.
        left_out: called with the suffix of each other file, if there is no table.

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
        rows = list(_rows(table))
        if any(row["file"] for _, row in rows):
            for line, row in rows:
                name, known = row["file"], row["id"]
                if not name:
                    raise CorpusError(f"{table}, line {line} names no file. Mend or delete it.")
                yield Picture(known or name, row["artist"] or None, folder / name)
            return
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix.lower() in picture_formats():
            # A name may hold bytes that are not UTF-8, which no record can.
            inside = Path(os.fsencode(path.relative_to(folder)).decode("utf-8", "backslashreplace"))
            yield Picture(str(inside), inside.parts[0] if len(inside.parts) > 1 else None, path)
        else:
            left_out(path.suffix.lower() or "no suffix")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    names = ("file", "id", "artist")
    if path.suffix == ".csv":
        yield from read_table(path, (), error=CorpusError, optional=names)
        return
    for line, record in read_json_lines(path, error=CorpusError):
        if not isinstance(record, dict):
            raise CorpusError(f"{path}, line {line}: a row is a JSON object, not {record!r:.60}.")
        yield line, {name: _text(record.get(name)) for name in names}


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _parquet(source: str) -> Iterator[Picture]:
    import fsspec
    from pyarrow import ArrowException, parquet

    try:
        files = fsspec.open_files(source, "rb")
    except (OSError, ImportError, ValueError) as error:
        raise CorpusError(f"{source} cannot be read: {error}.") from error
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
                        name = _text(record.get("id")) or f"{Path(each.path).name}#{number}"
                        artist = _text(record.get("artist")) or None
                        yield Picture(name, artist, group=group, row=row)
        except (OSError, ArrowException, UnicodeDecodeError) as error:
            raise CorpusError(f"{each.path} is not a readable Parquet file: {error}.") from error
