"""Annotation: the nearest concepts of each work by CLIP (paper, section 3.1: ten) or by its text.

Two stages. *Encoding*, here, is the long one: works become vectors, shard by shard, each shard a
file, so a killed run goes on and shards can be shared out. *Assignment* (`cas.data.assignment`) is
short: vectors become concepts.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from cas.atomic_files import appearing
from cas.cpu_count import usable_processors
from cas.data.clip import Vectors
from cas.data.corpus import Work
from cas.data.corpus import write_works as write_corpus
from cas.data.encoders import Encoder, Item
from cas.data.image_sources import LeftOut
from cas.errors import CasError
from cas.text_files import read_json
from cas.vocabulary import Vocabulary

PLAN = "annotation.json"
"""The file beside the shards that says which encoder they are of."""
SHARD = 1024
"""Works in a shard, by default."""
BATCH = 32
"""Works in a batch of the model, by default."""
ItemT = TypeVar("ItemT", bound=Item)
"""A kind of works."""


class AnnotationError(CasError):
    """An annotation that cannot start, resume or be assigned."""


@dataclass(frozen=True)
class Shard:
    """Encoded works: [n] ids and artists ("" when unknown), [n, d] unit vectors."""

    ids: tuple[str, ...]
    artists: tuple[str, ...]
    vectors: Vectors

    @property
    def named(self) -> Iterator[tuple[str, str]]:
        """The id and artist of each."""
        return zip(self.ids, self.artists, strict=True)


@dataclass(frozen=True)
class Fault:
    """A work that was left out, and why."""

    id: str
    reason: str


def shard_file(folder: Path, number: int) -> Path:
    """Return a shard's path; the file exists once it is complete."""
    return folder / f"shard-{number:05}.npz"


def encode_shard(
    number: int, works: Sequence[Item], encoder: Encoder, folder: Path | str, *, batch: int = BATCH
) -> int:
    """Encode one shard into `shard-NNNNN.npz` in `folder`, unless it is there; return its size.

    Pictures are decoded on other threads while the model works. Works that cannot be decoded are
    listed in the shard, with the reason, and left out.

    Raises:
        AnnotationError: the folder's shards are of another encoder, of other works or of another
            size.
        CasError: the model can't be had; the folder is as it was.
    """
    encoder.load()
    folder = Path(folder)
    begin(folder, encoder)
    path = shard_file(folder, number)
    if path.is_file():
        return _finished(path, works)
    kept: list[Item] = []
    faults: list[tuple[str, str]] = []
    vectors: list[Vectors] = []
    ahead = usable_processors()
    with ThreadPoolExecutor(ahead) as threads:

        def decode(group: Sequence[Item]) -> Future[_Decoded]:
            return threads.submit(_decoded, group, encoder)

        for decoded in _batches(works, decode, batch, ahead=ahead):
            faults += decoded.faults
            if decoded.works:
                vectors.append(encoder.vectors(np.stack(decoded.prepared)))
                kept += decoded.works
    # A doubled task may be at work on the same shard.
    with appearing(path) as part, part.open("wb") as file:
        np.savez(
            file,
            ids=np.array([w.id for w in kept], dtype=str),
            artists=np.array([w.artist or "" for w in kept], dtype=str),
            vectors=np.concatenate(vectors) if vectors else np.zeros((0, 0), np.float32),
            faults=np.array(faults, dtype=str).reshape(-1, 2),
        )
    return len(kept)


def _finished(path: Path, works: Sequence[Item]) -> int:
    """Return the size of a shard that is there, after a look whether it is of these works."""
    shard, faults = read_shard(path)
    held, asked = {*shard.ids, *(fault.id for fault in faults)}, {work.id for work in works}
    if held != asked:
        raise AnnotationError(
            f"{path} holds {len(held)} works and {len(asked)} are asked for, of which"
            f" {len(held & asked)} are the same: the folder was begun with other works or"
            " another size of shards. Give the same again, or choose another folder."
        )
    return len(shard.ids)


def begin(folder: Path, encoder: Encoder) -> None:
    """Note which encoder a folder's shards are of.

    Raises:
        AnnotationError: they are of another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plan = folder / PLAN
    if not plan.is_file():
        with appearing(plan) as part:
            part.write_text(json.dumps({"encoder": encoder.name}) + "\n", encoding="utf-8")
    found = read_json(plan, error=AnnotationError)
    # Earlier folders have "clip".
    before = found.get("encoder", found.get("clip")) if isinstance(found, dict) else None
    if before is None:
        raise AnnotationError(f"{plan} names no encoder: delete the folder and run again.")
    if before != encoder.name:
        raise AnnotationError(
            f"{folder} holds vectors of {before}, not of {encoder.name}: vectors of different"
            " models cannot be mixed. Choose another folder."
        )


def shards_of(
    works: Iterable[ItemT], *, size: int = SHARD, left_out: LeftOut = lambda _: None
) -> Iterator[list[ItemT]]:
    """Cut a stream of works into shards, always the same way; doubled ids are left out."""
    seen: set[str] = set()

    def distinct() -> Iterator[ItemT]:
        for work in works:
            if work.id in seen:
                left_out("an id that came before")
            else:
                seen.add(work.id)
                yield work

    stream = distinct()
    while shard := list(islice(stream, size)):
        yield shard


def encode_all(
    works: Iterable[Item],
    encoder: Encoder,
    folder: Path | str,
    *,
    size: int = SHARD,
    batch: int = BATCH,
    progress: Callable[[int], None] = lambda _: None,
    left_out: LeftOut = lambda _: None,
) -> None:
    """Encode every missing shard, one after the other; report what is left out."""
    done = 0
    for number, shard in enumerate(shards_of(works, size=size, left_out=left_out)):
        encode_shard(number, shard, encoder, folder, batch=batch)
        done += len(shard)
        progress(done)


def unfinished(
    works: Iterable[Item],
    folder: Path | str,
    *,
    size: int = SHARD,
    left_out: LeftOut = lambda _: None,
) -> Iterator[int]:
    """Yield the numbers of the shards that are not there yet, and open no work.

    Raises:
        AnnotationError: a shard that is there is of other works or of another size.
    """
    for number, shard in enumerate(shards_of(works, size=size, left_out=left_out)):
        path = shard_file(Path(folder), number)
        if path.is_file():
            _finished(path, shard)
        else:
            yield number


def read_shard(path: Path) -> tuple[Shard, list[Fault]]:
    """Read a shard and its faults.

    Raises:
        AnnotationError: the file is broken.
    """
    try:
        with path.open("rb") as stream, np.load(stream) as file:
            faults = [Fault(str(i), str(reason)) for i, reason in file["faults"]]
            ids, artists = (tuple(str(x) for x in file[key]) for key in ("ids", "artists"))
            return Shard(ids, artists, file["vectors"].astype(np.float32)), faults
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise AnnotationError(f"{path} is broken ({error}): delete it and run again.") from error


def read_shards(folder: Path | str) -> tuple[Shard, list[Fault]]:
    """Read all shards of a folder as one.

    Raises:
        AnnotationError: there are none, no work could be decoded, or one is in two shards.
    """
    paths = sorted(Path(folder).glob("shard-*.npz"))
    read = [read_shard(path) for path in paths]
    whole = [shard for shard, _ in read if shard.ids]
    faults = [fault for _, some in read for fault in some]
    if not whole:
        told = f" ({len(faults)} could not be decoded, first {faults[0]})" if faults else ""
        raise AnnotationError(f"{folder} holds no work that is encoded{told}.")
    ids = tuple(i for shard in whole for i in shard.ids)
    if len(set(ids)) < len(ids):
        twice = next(name for name, count in Counter(ids).items() if count > 1)
        raise AnnotationError(
            f"{folder} holds {twice!r} in two shards: it was begun with other works or another"
            " size of shards. Choose another folder."
        )
    return Shard(
        ids,
        tuple(a for shard in whole for a in shard.artists),
        np.concatenate([shard.vectors for shard in whole]),
    ), faults


def write_works(
    path: Path,
    works: Iterable[tuple[str, str | None]],
    assigned: NDArray[np.int64],
    vocabulary: Vocabulary,
) -> None:
    """Write works (id and artist) and concepts as a corpus, `cas.data.corpus.read_works` reads it.

    The artist may be None or "".
    """
    rows = zip(works, assigned, strict=True)
    write_corpus(
        path,
        (
            Work(name, artist or None, tuple(vocabulary[int(token)] for token in row))
            for (name, artist), row in rows
        ),
    )


@dataclass(frozen=True)
class _Decoded:
    """A batch: the works that could be decoded, each prepared, and the faults."""

    prepared: list[NDArray[Any]]
    works: list[Item]
    faults: list[tuple[str, str]]


def _decoded(works: Sequence[Item], encoder: Encoder) -> _Decoded:
    batch = _Decoded([], [], [])
    for work in works:
        try:
            batch.prepared.append(encoder.prepare(work.open()))
            batch.works.append(work)
        except (OSError, ValueError) as error:
            batch.faults.append((work.id, f"{type(error).__name__}: {error}"))
    return batch


def _batches(
    works: Sequence[Item],
    decode: Callable[[Sequence[Item]], Future[_Decoded]],
    size: int,
    *,
    ahead: int,
) -> Iterator[_Decoded]:
    """Yield decoded batches; the next `ahead` ones are decoded while the model works on these."""
    waiting: deque[Future[_Decoded]] = deque()
    for start in range(0, len(works), size):
        waiting.append(decode(works[start : start + size]))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
