"""Annotation: the nearest concepts of each picture by CLIP (paper, section 3.1: ten of them).

Two stages. *Encoding* is the long one: pictures become vectors, shard by shard, each shard a file,
so a killed run goes on and shards can be shared out. *Assignment* is short: vectors become
concepts, with two remedies for CLIP's bias that are off by default: centring, and a cap on how
often a concept may be given.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from cas.atomic_files import appearing
from cas.cpu_count import usable_processors
from cas.data.clip import Clip, Pixels, Vectors
from cas.data.corpus import Work
from cas.data.corpus import write_works as write_corpus
from cas.data.image_sources import LeftOut, Picture
from cas.errors import CasError
from cas.text_files import read_json
from cas.vocabulary import Vocabulary

PLAN = "annotation.json"
"""The file beside the shards that says which CLIP they are of."""
SHARD = 1024
"""Pictures in a shard, by default."""
BATCH = 32
"""Pictures in a batch of the model, by default."""
CONSIDERED = 100
"""With a cap, this many concepts of each picture compete, the nearest first."""


class AnnotationError(CasError):
    """An annotation that cannot start, resume or be assigned."""


@dataclass(frozen=True)
class Shard:
    """Encoded pictures: [n] ids and artists ("" when unknown), [n, d] unit vectors."""

    ids: tuple[str, ...]
    artists: tuple[str, ...]
    vectors: Vectors


@dataclass(frozen=True)
class Fault:
    """A picture that was left out, and why."""

    id: str
    reason: str


def shard_file(folder: Path, number: int) -> Path:
    """Return a shard's path; the file exists once it is complete."""
    return folder / f"shard-{number:05}.npz"


def encode_shard(
    number: int, pictures: Sequence[Picture], clip: Clip, folder: Path | str, *, batch: int = BATCH
) -> int:
    """Encode one shard into `shard-NNNNN.npz` in `folder`, unless it is there; return its size.

    Pictures are decoded on other threads while the model works. Those that cannot be decoded are
    listed in the shard, with the reason, and left out.

    Raises:
        AnnotationError: the folder's shards are of another CLIP, of other pictures or of another
            size.
        ClipError: the model can't be had; the folder is as it was.
    """
    clip.load()
    folder = Path(folder)
    begin(folder, clip)
    path = shard_file(folder, number)
    if path.is_file():
        return _finished(path, pictures)
    kept: list[Picture] = []
    faults: list[tuple[str, str]] = []
    vectors: list[Vectors] = []
    ahead = usable_processors()
    with ThreadPoolExecutor(ahead) as threads:

        def decode(group: Sequence[Picture]) -> Future[_Decoded]:
            return threads.submit(_decoded, group, clip)

        for decoded in _batches(pictures, decode, batch, ahead=ahead):
            faults += decoded.faults
            if decoded.pictures:
                vectors.append(clip.pictures(decoded.pixels))
                kept += decoded.pictures
    # A doubled task may be at work on the same shard.
    with appearing(path) as part, part.open("wb") as file:
        np.savez(
            file,
            ids=np.array([p.id for p in kept], dtype=str),
            artists=np.array([p.artist or "" for p in kept], dtype=str),
            vectors=np.concatenate(vectors) if vectors else np.zeros((0, 0), np.float32),
            faults=np.array(faults, dtype=str).reshape(-1, 2),
        )
    return len(kept)


def _finished(path: Path, pictures: Sequence[Picture]) -> int:
    """Return the size of a shard that is there, after a look whether it is of these pictures."""
    shard, faults = read_shard(path)
    held, asked = {*shard.ids, *(fault.id for fault in faults)}, {p.id for p in pictures}
    if held != asked:
        raise AnnotationError(
            f"{path} holds {len(held)} pictures and {len(asked)} are asked for, of which"
            f" {len(held & asked)} are the same: the folder was begun with other pictures or"
            " another size of shards. Give the same again, or choose another folder."
        )
    return len(shard.ids)


def begin(folder: Path, clip: Clip) -> None:
    """Note which CLIP a folder's shards are of.

    Raises:
        AnnotationError: they are of another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plan = folder / PLAN
    if not plan.is_file():
        with appearing(plan) as part:
            part.write_text(json.dumps({"clip": clip.name}) + "\n", encoding="utf-8")
    found = read_json(plan, error=AnnotationError)
    before = found.get("clip") if isinstance(found, dict) else None
    if before is None:
        raise AnnotationError(f"{plan} names no CLIP: delete the folder and run again.")
    if before != clip.name:
        raise AnnotationError(
            f"{folder} holds vectors of {before}, not of {clip.name}: vectors of different models"
            " cannot be mixed. Choose another folder."
        )


def shards_of(
    pictures: Iterable[Picture], *, size: int = SHARD, left_out: LeftOut = lambda _: None
) -> Iterator[list[Picture]]:
    """Cut a stream of pictures into shards, always the same way; doubled ids are left out."""
    seen: set[str] = set()

    def distinct() -> Iterator[Picture]:
        for picture in pictures:
            if picture.id in seen:
                left_out("an id that came before")
            else:
                seen.add(picture.id)
                yield picture

    stream = distinct()
    while shard := list(islice(stream, size)):
        yield shard


def encode_all(
    pictures: Iterable[Picture],
    clip: Clip,
    folder: Path | str,
    *,
    size: int = SHARD,
    batch: int = BATCH,
    progress: Callable[[int], None] = lambda _: None,
    left_out: LeftOut = lambda _: None,
) -> None:
    """Encode every missing shard, one after the other; report what is left out."""
    done = 0
    for number, shard in enumerate(shards_of(pictures, size=size, left_out=left_out)):
        encode_shard(number, shard, clip, folder, batch=batch)
        done += len(shard)
        progress(done)


def unfinished(
    pictures: Iterable[Picture],
    folder: Path | str,
    *,
    size: int = SHARD,
    left_out: LeftOut = lambda _: None,
) -> Iterator[int]:
    """Yield the numbers of the shards that are not there yet, and read no picture.

    Raises:
        AnnotationError: a shard that is there is of other pictures or of another size.
    """
    for number, shard in enumerate(shards_of(pictures, size=size, left_out=left_out)):
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
        AnnotationError: there are none, no picture could be decoded, or one is in two shards.
    """
    paths = sorted(Path(folder).glob("shard-*.npz"))
    read = [read_shard(path) for path in paths]
    whole = [shard for shard, _ in read if shard.ids]
    faults = [fault for _, some in read for fault in some]
    if not whole:
        told = f" ({len(faults)} could not be decoded, first {faults[0]})" if faults else ""
        raise AnnotationError(f"{folder} holds no picture that is encoded{told}.")
    ids = tuple(i for shard in whole for i in shard.ids)
    if len(set(ids)) < len(ids):
        twice = next(name for name, count in Counter(ids).items() if count > 1)
        raise AnnotationError(
            f"{folder} holds {twice!r} in two shards: it was begun with other pictures or another"
            " size of shards. Choose another folder."
        )
    return Shard(
        ids,
        tuple(a for shard in whole for a in shard.artists),
        np.concatenate([shard.vectors for shard in whole]),
    ), faults


@dataclass(frozen=True)
class AssignmentRules:
    """How vectors become concepts.

    Args:
        nearest: concepts a picture.
        centre: take the mean picture off pictures and the mean concept off concepts first.
        cap: the greatest share of pictures that may show one concept; 1 is no cap.
    """

    nearest: int = 10
    centre: bool = False
    cap: float = 1.0

    def __post_init__(self) -> None:
        if self.nearest < 1 or not 0 < self.cap <= 1:
            raise AnnotationError(
                f"nearest is at least 1 and cap above 0, up to 1, not {self.nearest} and"
                f" {self.cap}."
            )


@dataclass(frozen=True)
class Spread:
    """How evenly an assignment uses the vocabulary: what centring and the cap are judged by.

    Attributes:
        used: concepts given to any picture.
        effective: exp of the entropy of the concepts' shares: the number if evenly used.
        top: the share of pictures with the most frequent concept.
        top_concept: which that is.
        cosine: mean cosine of a picture and its concepts, uncentred: what evenness costs.
    """

    used: int
    effective: float
    top: float
    top_concept: str
    cosine: float


def assign(pictures: Vectors, concepts: Vectors, rules: AssignmentRules) -> NDArray[np.int64]:
    """Return [n, nearest] concept numbers of each picture, the nearest first.

    With a cap, pairs of picture and concept are taken from the nearest down, a full concept
    skipped; a picture whose nearest `CONSIDERED` are all full takes the nearest of them anyway.

    Args:
        pictures: [n, d] unit vectors.
        concepts: [V, d] unit vectors.
        rules: of the assignment.
    """
    if rules.centre:
        pictures, concepts = _centred(pictures), _centred(concepts)
    count = min(rules.nearest, len(concepts))
    considered = min(max(CONSIDERED, count), len(concepts)) if rules.cap < 1 else count
    order, similarity = _nearest(pictures, concepts, considered)
    if rules.cap >= 1:
        return order
    room = np.full(len(concepts), max(1, int(rules.cap * len(pictures))))
    chosen = np.full((len(pictures), count), -1, dtype=np.int64)
    filled = np.zeros(len(pictures), dtype=np.int64)
    for flat in np.argsort(-similarity, axis=None, kind="stable"):
        row, column = divmod(int(flat), considered)
        concept = order[row, column]
        if filled[row] < count and room[concept]:
            chosen[row, filled[row]] = concept
            filled[row] += 1
            room[concept] -= 1
    for short in np.flatnonzero(filled < count):
        spare = [concept for concept in order[short] if concept not in chosen[short]]
        chosen[short, filled[short] :] = spare[: count - filled[short]]
    return chosen


def spread(
    assigned: NDArray[np.int64], pictures: Vectors, concepts: Vectors, vocabulary: Vocabulary
) -> Spread:
    """Measure an assignment."""
    counts = np.bincount(assigned.ravel(), minlength=len(concepts))
    shares = counts[counts > 0] / counts.sum()
    cosine = np.einsum("nd,nkd->nk", pictures, concepts[assigned]).mean()
    return Spread(
        used=int((counts > 0).sum()),
        effective=float(np.exp(-(shares * np.log(shares)).sum())),
        top=float(counts.max() / len(assigned)),
        top_concept=vocabulary[int(counts.argmax())],
        cosine=float(cosine),
    )


def write_works(
    path: Path, shard: Shard, assigned: NDArray[np.int64], vocabulary: Vocabulary
) -> None:
    """Write pictures and concepts as a corpus that `cas.data.corpus.read_works` reads."""
    rows = zip(shard.ids, shard.artists, assigned, strict=True)
    write_corpus(
        path,
        (
            Work(name, artist or None, tuple(vocabulary[int(token)] for token in row))
            for name, artist, row in rows
        ),
    )


def _centred(vectors: Vectors) -> Vectors:
    moved = vectors - vectors.mean(axis=0)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True).clip(min=1e-12))


def _nearest(pictures: Vectors, concepts: Vectors, count: int) -> tuple[NDArray[np.int64], Vectors]:
    orders, similarities = [], []
    for start in range(0, len(pictures), 4096):
        similarity = pictures[start : start + 4096] @ concepts.T
        some = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
        values = np.take_along_axis(similarity, some, axis=1)
        sort = np.argsort(-values, axis=1, kind="stable")
        orders.append(np.take_along_axis(some, sort, axis=1))
        similarities.append(np.take_along_axis(values, sort, axis=1))
    return np.concatenate(orders), np.concatenate(similarities)


@dataclass(frozen=True)
class _Decoded:
    """A batch: [B, H, W, 3] pixels of the pictures that could be decoded, and the faults."""

    pixels: Pixels
    pictures: list[Picture]
    faults: list[tuple[str, str]]


def _decoded(pictures: Sequence[Picture], clip: Clip) -> _Decoded:
    pixels, kept, faults = [], [], []
    for picture in pictures:
        try:
            pixels.append(clip.prepare(picture.open()))
            kept.append(picture)
        except (OSError, ValueError) as error:
            faults.append((picture.id, f"{type(error).__name__}: {error}"))
    return _Decoded(np.stack(pixels) if pixels else np.empty(0, np.uint8), kept, faults)


def _batches(
    pictures: Sequence[Picture],
    decode: Callable[[Sequence[Picture]], Future[_Decoded]],
    size: int,
    *,
    ahead: int,
) -> Iterator[_Decoded]:
    """Yield decoded batches; the next `ahead` ones are decoded while the model works on these."""
    waiting: deque[Future[_Decoded]] = deque()
    for start in range(0, len(pictures), size):
        waiting.append(decode(pictures[start : start + size]))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
