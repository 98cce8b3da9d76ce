"""The corpus: artworks with artist and concepts, from JSONL, Parquet or CSV, stored as tokens."""

from __future__ import annotations

import gzip
import hashlib
import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cas.atomic_files import appearing
from cas.errors import CorpusError
from cas.text_files import read_json_lines, read_table
from cas.validation import check_number
from cas.vocabulary import Vocabulary

FORMATS = (".jsonl", ".jsonl.gz", ".csv", ".csv.gz", ".parquet")
"""What can be read."""
MUSEUM_WORKS = "combined_concepts.jsonl.gz"
"""The museums' works, in the folder that `CULTURAL_ALIEN_DATA` names."""
_TRUTH = {
    **dict.fromkeys(("true", "1", "1.0", "yes"), True),
    **dict.fromkeys(("false", "0", "no", ""), False),
}


@dataclass(frozen=True, slots=True)
class Work:
    """One artwork: its id, its artist (None if unknown) and the concepts it shows."""

    id: str
    artist: str | None
    concepts: tuple[str, ...]


def read_works(path: Path | str) -> Iterator[Work]:
    """Stream the works of a corpus file, one at a time.

    A record has `concepts` (a list; in CSV, text separated by `;`), and may have `id` (its line
    number otherwise), `artist` and `anon` (true, 1 or yes: the artist named is nobody in
    particular). A work whose `artist` or `concepts` is missing or empty is yielded as such.

    Raises:
        CorpusError: the file is missing, has another format, or holds a broken record; the message
            names the line.
    """
    path = Path(path)
    for line, record in read_records(path):
        yield work_of(path, line, record)


def read_records(path: Path, *, more: Sequence[str] = ()) -> Iterator[tuple[int, Any]]:
    """Yield the number and the record of each line of a corpus file.

    Args:
        path: of the file.
        more: columns to read beside a work's own; none of them nor `concepts` need then be there.

    Raises:
        CorpusError: as `read_works`.
    """
    readers = {".jsonl": _jsonl_records, ".csv": _csv_records, ".parquet": _parquet_records}
    suffix = Path(path.name.removesuffix(".gz")).suffix
    if suffix not in readers:
        raise CorpusError(f"Cannot read {path.name}: a corpus is one of {', '.join(FORMATS)}.")
    if not path.is_file():
        raise CorpusError(f"There is no corpus at {path}.")
    yield from readers[suffix](path, more)


def write_works(path: Path | str, works: Iterable[Work]) -> int:
    """Write a corpus file, `.jsonl` or `.jsonl.gz`, that `read_works` reads; returns how many.

    The file appears under its name when it is whole.

    Raises:
        CorpusError: the name has another ending, or the file cannot be written.
    """
    path = Path(path)
    if not path.name.endswith((".jsonl", ".jsonl.gz")):
        raise CorpusError(f"Cannot write {path.name}: a corpus is written as .jsonl or .jsonl.gz.")
    number = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        packed = path.suffix == ".gz"
        with (
            appearing(path) as part,
            gzip.open(part, "wb") if packed else part.open("wb") as file,
        ):
            for work in works:
                file.write(json.dumps(asdict(work), ensure_ascii=False).encode() + b"\n")
                number += 1
    except (OSError, UnicodeEncodeError) as error:
        raise CorpusError(f"{path} cannot be written: {error}.") from error
    return number


def _jsonl_records(path: Path, more: Sequence[str]) -> Iterator[tuple[int, Any]]:
    del more  # a record is read whole
    return read_json_lines(path, error=CorpusError)


def _csv_records(path: Path, more: Sequence[str]) -> Iterator[tuple[int, Any]]:
    required = () if more else ("concepts",)
    optional = ("id", "artist", "anon", "concepts", *more)
    for line, row in read_table(path, required, error=CorpusError, optional=optional):
        yield line, {**row, "concepts": row["concepts"].split(";")}


def _parquet_records(path: Path, more: Sequence[str]) -> Iterator[tuple[int, Any]]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise CorpusError(
            f"Reading {path.name} needs pyarrow: pip install 'cultural-alien[parquet]'."
        ) from error
    try:
        file = parquet.ParquetFile(path)
        wanted = ("id", "artist", "anon", "concepts", *more)
        names = [name for name in wanted if name in file.schema_arrow.names]
        if "concepts" not in names and not more:
            raise CorpusError(f"{path}: no column `concepts` among {file.schema_arrow.names}.")
        line = 0
        for batch in file.iter_batches(columns=names):
            for record in batch.to_pylist():
                line += 1
                yield line, record
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: not a readable Parquet file: {error}.") from error


def work_of(path: Path, line: int, record: object) -> Work:
    """Return the work that a record of `read_records` is, with its concepts or none."""
    if not isinstance(record, dict):
        raise CorpusError(f"{path}, line {line}: a work is a JSON object, not {record!r:.60}.")
    name, artist, concepts = (record.get(each) for each in ("id", "artist", "concepts"))
    concepts = [] if concepts is None or concepts == "" else concepts
    if not isinstance(concepts, list) or not all(isinstance(c, str) for c in concepts):
        raise CorpusError(
            f"{path}, line {line}: `concepts` must be a list of strings, not {concepts!r:.60}."
        )
    if artist is not None and not isinstance(artist, str):
        raise CorpusError(f"{path}, line {line}: `artist` must be text, not {artist!r:.60}.")
    anonymous = str(record.get("anon") or False).strip().lower()
    if anonymous not in _TRUTH:
        raise CorpusError(f"{path}, line {line}: `anon` is true or false, not {anonymous!r:.60}.")
    return Work(
        id=("" if name is None else str(name).strip()) or str(line),
        artist=None if artist is None or _TRUTH[anonymous] else artist.strip() or None,
        concepts=distinct(concepts),
    )


def distinct(concepts: Iterable[str]) -> tuple[str, ...]:
    """Return each concept once, on one line, without spaces around it; empty ones are left out."""
    return tuple(dict.fromkeys(filter(None, (" ".join(c.split()) for c in concepts))))


def count_concepts(works: Iterable[Work]) -> Counter[str]:
    """Return how many works show each concept."""
    counts: Counter[str] = Counter()
    for work in works:
        counts.update(set(work.concepts))
    return counts


@dataclass(frozen=True)
class Corpus:
    """Works packed as tokens; work *w* owns `tokens[offsets[w]:offsets[w + 1]]`, each token once.

    Attributes:
        vocabulary: the concepts; those outside it were left out.
        tokens: [T] int32.
        offsets: [W + 1] int64.
        artists: [W] int32, the artist's number, -1 for a work whose artist is unknown.
        artist_names: the name of each artist's number.
        ids: the name of each work.
    """

    vocabulary: Vocabulary
    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]
    artists: NDArray[np.int32]
    artist_names: tuple[str, ...]
    ids: tuple[str, ...]

    @classmethod
    def pack(cls, works: Iterable[Work], vocabulary: Vocabulary) -> Corpus:
        """Pack a stream of works, at 4 bytes a concept.

        Left out: concepts outside the vocabulary, works that then have none, and every work after
        the first with the same id, or with the same artist and the same set of concepts (museums
        number the pages of one sketchbook, and editions of one print, apart).

        Raises:
            CorpusError: nothing is left.
        """
        tokens, offsets, artists = array("i"), array("q", [0]), array("i")
        numbers: dict[str, int] = {}
        ids: list[str] = []
        seen: set[object] = set()
        for work in works:
            known = sorted(vocabulary.index(c) for c in set(work.concepts) if c in vocabulary)
            page = (work.artist, tuple(known))
            if not known or work.id in seen or (work.artist and page in seen):
                continue
            seen.update((work.id, page))
            tokens.extend(known)
            offsets.append(len(tokens))
            ids.append(work.id)
            artists.append(
                numbers.setdefault(work.artist, len(numbers)) if work.artist is not None else -1
            )
        if not tokens:
            raise CorpusError(
                "No work of the corpus shows a concept of the vocabulary: nothing to train on."
            )
        return cls(
            vocabulary=vocabulary,
            tokens=np.array(tokens, dtype=np.int32),
            offsets=np.array(offsets, dtype=np.int64),
            artists=np.array(artists, dtype=np.int32),
            artist_names=tuple(numbers),
            ids=tuple(ids),
        )

    def __len__(self) -> int:
        return len(self.artists)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """[W] how many concepts each work has."""
        return np.diff(self.offsets)

    @property
    def counts(self) -> NDArray[np.int64]:
        """[V] how many works show each concept."""
        return np.bincount(self.tokens, minlength=len(self.vocabulary))

    def work(self, number: int) -> NDArray[np.int32]:
        """Return the tokens of one work."""
        return self.tokens[self.offsets[number] : self.offsets[number + 1]]

    def subset(self, chosen: NDArray[Any]) -> Corpus:
        """Return the corpus of the works chosen, by mask or number; artists keep their numbers."""
        numbers = np.arange(len(self))[chosen]
        lengths = self.lengths[numbers]
        offsets = np.concatenate(([0], np.cumsum(lengths)))
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
        tokens = self.tokens[np.repeat(self.offsets[numbers], lengths) + within]
        ids = tuple(self.ids[number] for number in numbers)
        return Corpus(
            self.vocabulary, tokens, offsets, self.artists[numbers], self.artist_names, ids
        )

    def artist_unions(self) -> dict[int, NDArray[np.int32]]:
        """Return the distinct tokens of each known artist, by the artist's number."""
        owners = np.repeat(self.artists, self.lengths)
        pairs = np.unique(np.stack([owners, self.tokens], axis=1)[owners >= 0], axis=0)
        starts = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1))
        unions = np.split(pairs[:, 1], starts[1:]) if len(starts) else []
        return {int(pairs[s, 0]): u for s, u in zip(starts, unions, strict=True)}


def artist_halves(corpus: Corpus) -> tuple[Corpus, Corpus]:
    """Cut a corpus in two with no artist in both: one to choose by, one to grade the choices by.

    The hash of an artist's name decides, and of a work's id where its artist is unknown, so that
    adding works to a corpus moves none of the others. It is independent of the hash of `Split`.
    """
    side = _hashed_parts([f"half {name}" for name in corpus.artist_names], 0.5)
    known = corpus.artists >= 0
    works = _hashed_parts([f"half {work}" for work in corpus.ids], 0.5)
    chosen = np.where(known, side[corpus.artists], works) == 1 if len(side) else works == 1
    return corpus.subset(chosen), corpus.subset(~chosen)


@dataclass(frozen=True)
class Split:
    """A corpus in five parts: one to train on, and works and artists held out twice over."""

    train: Corpus
    validation_works: Corpus
    validation_artists: Corpus
    test_works: Corpus
    test_artists: Corpus

    @classmethod
    def of(cls, corpus: Corpus, *, share: float = 0.04, seed: int = 0) -> Split:
        """Hold out `share` of the artists for each artist part, and of the other works for each
        work part.

        The hash of an artist's name and of a work's id decides, so that adding works to a corpus or
        changing its vocabulary moves none of the others. The work parts hold works of artists
        trained on, and of unknown ones.
        """
        meaning = "above 0, up to 0.5"
        check_number("share", share, meaning, low=0, high=0.5, above=True, error=CorpusError)
        part = _hashed_parts([f"{seed} {name}" for name in corpus.artist_names], share)
        known = corpus.artists >= 0
        artist_part = (
            np.where(known, part[corpus.artists], 0) if len(part) else np.zeros(len(corpus))
        )
        work_part = _hashed_parts([f"{seed} {work}" for work in corpus.ids], share)
        inside = artist_part == 0
        return cls(
            train=corpus.subset(inside & (work_part == 0)),
            validation_works=corpus.subset(inside & (work_part == 1)),
            validation_artists=corpus.subset(artist_part == 1),
            test_works=corpus.subset(inside & (work_part == 2)),
            test_artists=corpus.subset(artist_part == 2),
        )


def _hashed_parts(names: Sequence[str], share: float) -> NDArray[np.int64]:
    """Return part 1 or 2 for `share` of the names each, and 0 for the rest."""
    draws = np.array(
        [
            int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
            for name in names
        ],
        dtype=np.float64,
    ) / float(2**64)
    return np.where(draws < share, 1, np.where(draws < 2 * share, 2, 0))
