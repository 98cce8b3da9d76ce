"""The memory in this process: Qdrant Edge, one folder, one owner.

Points survive a killed process: the write-ahead log is replayed on opening. They are flushed to the
disk every few hundred works, not at each, which costs up to 0.2 s on a busy disk: what a power cut
takes, `count` shows, and the catalogue gives back. The index optimizer never runs: a plain scan is
exact, and takes 8 ms for 10,000 works.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import qdrant_edge
from filelock import FileLock, Timeout

from storage.archive.manifest import Float32, Nearest
from storage.errors import MemoryDamaged, MemoryLocked, StorageUnavailable
from storage.vectors.store import (
    BATCH,
    Neighbours,
    Point,
    VectorSpace,
    as_nearest,
    as_stored_point,
    only_vector,
    point_id,
)

_INDEXES = {
    "scope": qdrant_edge.PayloadSchemaType.Keyword,
    "artist": qdrant_edge.PayloadSchemaType.Keyword,
    "sequence": qdrant_edge.PayloadSchemaType.Integer,
}


class EdgeMemory:
    """A `Memory` in the folder of its vector space below `folder`, made if missing.

    Raises:
        MemoryLocked: another process, or another object in this one, owns it.
        StorageUnavailable: it can't be made or opened.
    """

    def __init__(self, folder: str | Path, space: VectorSpace) -> None:
        self.space = space
        self.path = Path(folder).expanduser().absolute() / space.name
        self._writing = threading.Lock()
        self._unflushed = 0
        self._lock = FileLock(f"{self.path}.lock", timeout=0, is_singleton=False)
        with self._plain_errors():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._own_folder()
        try:
            with self._plain_errors():
                self._shard = self._open()
        except StorageUnavailable as error:
            self._lock.release()
            raise MemoryDamaged(str(error), self.path) from error

    def upsert(self, points: Iterable[Point]) -> None:
        """Keep points, in the place of older ones of the same works; a kill can't lose them then.

        Raises:
            ValueError: a vector is not of this space.
            StorageUnavailable: the disk is full, or the memory is closed.
        """
        remaining = iter(points)
        while batch := [self._stored(point) for point in islice(remaining, BATCH)]:
            with self._writing, self._plain_errors():
                self._shard.update(qdrant_edge.UpdateOperation.upsert_points(batch))
                self._unflushed += len(batch)
                if self._unflushed >= BATCH:
                    self._shard.flush()
                    self._unflushed = 0

    def nearest(
        self, text: Float32, image: Float32, *, scope: str, before: int, limit: int = 8
    ) -> Neighbours:
        """The works of the scope with a lower sequence that are nearest by cosine."""
        where = _filter(scope, before=before)
        queries = [
            _query("text", self.space.text(text), where, limit=limit),
            _query("image", self.space.image(image), where, limit=limit),
        ]
        with self._plain_errors():
            by_text, by_image = self._shard.query_batch(qdrant_edge.QueryBatchRequest(queries))
        return Neighbours(text=_nearest(by_text), image=_nearest(by_image))

    def similar(
        self,
        *,
        text: Float32 | None = None,
        image: Float32 | None = None,
        scope: str | None = None,
        limit: int = 8,
        exclude: Collection[str] = (),
    ) -> tuple[Nearest, ...]:
        """The works nearest to one vector, text or image, but those in `exclude`."""
        name, vector = only_vector(self.space, text, image)
        query = _query(name, vector, _filter(scope, exclude=exclude), limit=limit)
        with self._plain_errors():
            return _nearest(self._shard.query(query))

    def count(self, scope: str | None = None, *, before: int | None = None) -> int:
        """How many works it holds; of the scope, with a lower sequence, where given."""
        request = qdrant_edge.CountRequest(exact=True, filter=_filter(scope, before=before))
        with self._plain_errors():
            return int(self._shard.count(request))

    def points(self, works: Sequence[str]) -> Mapping[str, Point]:
        """Those of the works that it holds, by name."""
        with self._plain_errors():
            found = self._shard.retrieve([point_id(work) for work in works], True, True)
        held = [as_stored_point(record.payload, record.vector) for record in found]
        return {point.work: point for point in held}

    def forget(self, works: Sequence[str]) -> None:
        """Drop those of the works that it holds."""
        ids: list[Any] = [point_id(work) for work in works]
        with self._writing, self._plain_errors():
            self._shard.update(qdrant_edge.UpdateOperation.delete_points(ids))

    def clear(self) -> None:
        """Forget everything, and give its disk space back."""
        with self._writing, self._plain_errors():
            with contextlib.suppress(Exception):  # it may be damaged
                self._shard.close()
            shutil.rmtree(self.path)
            self._shard = self._open()

    def close(self) -> None:
        """Flush, and let another process have the folder; may be called twice."""
        with self._writing, self._plain_errors():
            if self._lock.is_locked:
                try:
                    self._shard.close()
                finally:
                    self._lock.release()

    def _own_folder(self) -> None:
        try:
            self._lock.acquire()
        except Timeout:
            raise MemoryLocked(
                f"Another process uses the memory in {self.path}. Stop it first, or ask the "
                "running artist through its gallery."
            ) from None

    def _open(self) -> qdrant_edge.EdgeShard:
        """Load the shard; make it first where missing, under another name until it is whole."""
        if not self.path.exists():
            unfinished = self.path.with_name(self.path.name + ".new")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            shard = qdrant_edge.EdgeShard.create(str(unfinished), self._config())
            for field, schema in _INDEXES.items():
                shard.update(qdrant_edge.UpdateOperation.create_field_index(field, schema))
            shard.flush()
            shard.close()
            unfinished.rename(self.path)
        return qdrant_edge.EdgeShard.load(str(self.path))

    def _config(self) -> qdrant_edge.EdgeConfig:
        sizes = {"text": self.space.text_size, "image": self.space.image_size}
        return qdrant_edge.EdgeConfig(
            vectors={
                name: qdrant_edge.EdgeVectorParams(size=size, distance=qdrant_edge.Distance.Cosine)
                for name, size in sizes.items()
            }
        )

    def _stored(self, point: Point) -> qdrant_edge.Point:
        vectors: Any = {"text": self.space.text(point.text), "image": self.space.image(point.image)}
        payload = {
            "work": point.work,
            "artist": point.artist,
            "scope": point.scope,
            "sequence": point.sequence,
        }
        return qdrant_edge.Point(point.id, vectors, payload)

    @contextlib.contextmanager
    def _plain_errors(self) -> Iterator[None]:
        """Qdrant Edge raises bare exceptions: say which memory failed, and what to do."""
        try:
            yield
        except MemoryLocked:
            raise
        except Exception as error:
            raise StorageUnavailable(
                f"The memory in {self.path} failed: {error}. If that stays so, stop the artist and "
                "delete this folder, or run `artist verify --repair`: the memory fills itself from "
                "the catalogue, nothing in it is the only copy."
            ) from error


def _filter(
    scope: str | None, *, before: int | None = None, exclude: Collection[str] = ()
) -> qdrant_edge.Filter | None:
    must: list[Any] = []
    if scope is not None:
        match = qdrant_edge.MatchValue(scope)
        must.append(qdrant_edge.FieldCondition("scope", match=match))
    if before is not None:
        earlier = qdrant_edge.RangeFloat(lt=before)
        must.append(qdrant_edge.FieldCondition("sequence", range=earlier))
    ids = {point_id(work) for work in exclude}
    must_not: list[Any] = [qdrant_edge.HasIdCondition(set(ids))] if ids else []
    return qdrant_edge.Filter(must=must, must_not=must_not) if must or must_not else None


def _query(
    name: str, vector: list[float], where: qdrant_edge.Filter | None, *, limit: int
) -> qdrant_edge.QueryRequest:
    return qdrant_edge.QueryRequest(
        limit=limit,
        query=qdrant_edge.Query.Nearest(vector, using=name),
        filter=where,
        with_payload=["work"],
        params=qdrant_edge.SearchParams(exact=True),
    )


def _nearest(found: list[qdrant_edge.ScoredPoint]) -> tuple[Nearest, ...]:
    return as_nearest((str((point.payload or {})["work"]), point.score) for point in found)
