"""The memory on a Qdrant server, shared by many processes.

A collection that was lost is made again, empty: `count` shows it, and whoever judges fills it from
the catalogue again. Searches ask for exact results; payload indexes serve the filters.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

import httpx
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from storage.archive.manifest import Float32, Nearest
from storage.errors import StorageUnavailable
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
    "scope": models.PayloadSchemaType.KEYWORD,
    "artist": models.PayloadSchemaType.KEYWORD,
    "sequence": models.PayloadSchemaType.INTEGER,
}
_EXACT = models.SearchParams(exact=True)
_IN_PROCESS = ":memory:"
_CONNECTIONS = 8


class ServerMemory:
    """A `Memory` in the collection of its vector space on the server at `url`, made if missing.

    `url` may be `:memory:`, the client's own imitation of a server, which is not safe for threads
    by itself: calls are made one after another there.

    Raises:
        StorageUnavailable: the server is unavailable, or refuses the key.
    """

    def __init__(
        self, url: str, space: VectorSpace, *, api_key: str | None = None, timeout: int = 20
    ) -> None:
        self.space = space
        self.url = url
        self._in_process = url == _IN_PROCESS
        self._params = None if self._in_process else _EXACT  # exact is all that the client can do
        self._one_at_a_time = threading.RLock() if self._in_process else contextlib.nullcontext()
        with self._plain_errors():
            self._client = (
                QdrantClient(location=url)
                if self._in_process
                else QdrantClient(
                    url=url,
                    api_key=api_key,
                    timeout=timeout,
                    check_compatibility=False,
                    # By default connections to this very machine are closed after each answer.
                    limits=httpx.Limits(max_keepalive_connections=_CONNECTIONS),
                )
            )
            self._make_collection()

    def upsert(self, points: Iterable[Point]) -> None:
        """Keep points, in the place of older ones of the same works; on return they are safe.

        Raises:
            ValueError: a vector is not of this space.
            StorageUnavailable: the server is unavailable or refuses.
        """
        remaining = iter(points)
        while batch := [self._stored(point) for point in islice(remaining, BATCH)]:
            with self._plain_errors():
                try:
                    self._client.upsert(self.space.name, points=batch, wait=True)
                except UnexpectedResponse as error:
                    if error.status_code != 404:
                        raise
                    self._make_collection()
                    self._client.upsert(self.space.name, points=batch, wait=True)

    def nearest(
        self, text: Float32, image: Float32, *, scope: str, before: int, limit: int = 8
    ) -> Neighbours:
        """The works of the scope with a lower sequence that are nearest by cosine.

        Raises:
            StorageUnavailable: the server is unavailable, or had lost the collection.
        """
        where = _filter(scope, before=before)
        by_text, by_image = self._search(
            self._query("text", self.space.text(text), where, limit=limit),
            self._query("image", self.space.image(image), where, limit=limit),
        )
        return Neighbours(text=by_text, image=by_image)

    def similar(
        self,
        *,
        text: Float32 | None = None,
        image: Float32 | None = None,
        scope: str | None = None,
        limit: int = 8,
        exclude: Collection[str] = (),
    ) -> tuple[Nearest, ...]:
        """The works nearest to one vector, text or image, but those in `exclude`.

        Raises:
            StorageUnavailable: the server is unavailable, or had lost the collection.
        """
        name, vector = only_vector(self.space, text, image)
        where = _filter(scope, exclude=exclude)
        (found,) = self._search(self._query(name, vector, where, limit=limit))
        return found

    def count(self, scope: str | None = None, *, before: int | None = None) -> int:
        """How many works it holds; of the scope, with a lower sequence, where given."""
        where = _filter(scope, before=before)
        with self._plain_errors():
            try:
                return self._client.count(self.space.name, count_filter=where, exact=True).count
            except UnexpectedResponse as error:
                if error.status_code != 404:
                    raise
                self._make_collection()
                return 0

    def points(self, works: Sequence[str]) -> Mapping[str, Point]:
        """Those of the works that it holds, by name.

        Raises:
            StorageUnavailable: the server is unavailable, or had lost the collection.
        """
        ids: list[models.ExtendedPointId] = [point_id(work) for work in works]
        with self._plain_errors():
            found = self._client.retrieve(
                self.space.name, ids, with_payload=True, with_vectors=True
            )
        held = [as_stored_point(record.payload, record.vector) for record in found]
        return {point.work: point for point in held}

    def forget(self, works: Sequence[str]) -> None:
        """Drop those of the works that it holds.

        Raises:
            StorageUnavailable: the server is unavailable.
        """
        ids: list[models.ExtendedPointId] = [point_id(work) for work in works]
        with self._plain_errors():
            try:
                self._client.delete(self.space.name, models.PointIdsList(points=ids), wait=True)
            except UnexpectedResponse as error:
                if error.status_code != 404:
                    raise
                self._make_collection()

    def clear(self) -> None:
        """Forget everything."""
        with self._plain_errors():
            self._client.delete_collection(self.space.name)
            self._make_collection()

    def close(self) -> None:
        """Let go of the connections; may be called twice."""
        with self._one_at_a_time:
            self._client.close()

    def _query(
        self, name: str, vector: list[float], where: models.Filter | None, *, limit: int
    ) -> models.QueryRequest:
        return models.QueryRequest(
            query=vector,
            using=name,
            filter=where,
            limit=limit,
            with_payload=["work"],
            params=self._params,
        )

    def _search(self, *queries: models.QueryRequest) -> list[tuple[Nearest, ...]]:
        with self._plain_errors():
            try:
                answers = self._client.query_batch_points(self.space.name, queries)
            except UnexpectedResponse as error:
                if error.status_code == 404:
                    self._make_collection()
                raise
        return [_nearest(answer.points) for answer in answers]

    def _make_collection(self) -> None:
        """Make the collection and its indexes where they are missing; another may be at it too."""
        sizes = {"text": self.space.text_size, "image": self.space.image_size}
        vectors = {
            name: models.VectorParams(size=size, distance=models.Distance.COSINE)
            for name, size in sizes.items()
        }
        if not self._client.collection_exists(self.space.name):
            try:
                self._client.create_collection(self.space.name, vectors_config=vectors)
            except UnexpectedResponse as error:
                if error.status_code != 409:
                    raise
        if self._in_process:  # it warns that it has no indexes
            return
        for field, schema in _INDEXES.items():
            self._client.create_payload_index(self.space.name, field, schema, wait=True)

    def _stored(self, point: Point) -> models.PointStruct:
        return models.PointStruct(
            id=point.id,
            vector={"text": self.space.text(point.text), "image": self.space.image(point.image)},
            payload={
                "work": point.work,
                "artist": point.artist,
                "scope": point.scope,
                "sequence": point.sequence,
            },
        )

    @contextlib.contextmanager
    def _plain_errors(self) -> Iterator[None]:
        """Say what the client reports as a person would."""
        try:
            with self._one_at_a_time:
                yield
        except UnexpectedResponse as error:
            if error.status_code in (401, 403):
                what = "refuses the API key. Set the one it was started with"
            elif error.status_code == 404:
                what = "had lost the collection; it is made anew and filled from the catalogue"
            else:
                what = "refuses. The work goes on when it is well again"
            raise StorageUnavailable(
                f"The memory at {self.url} {what}. ({error.status_code} {error.reason_phrase})"
            ) from error
        except (ApiException, RuntimeError) as error:
            raise StorageUnavailable(
                f"The memory at {self.url} does not answer: {error}. The work goes on when it is "
                "back."
            ) from error


def _filter(
    scope: str | None, *, before: int | None = None, exclude: Collection[str] = ()
) -> models.Filter | None:
    must: list[models.Condition] = []
    if scope is not None:
        match = models.MatchValue(value=scope)
        must.append(models.FieldCondition(key="scope", match=match))
    if before is not None:
        earlier = models.Range(lt=before)
        must.append(models.FieldCondition(key="sequence", range=earlier))
    ids: list[models.ExtendedPointId] = [point_id(work) for work in exclude]
    must_not: list[models.Condition] = [models.HasIdCondition(has_id=ids)] if ids else []
    return models.Filter(must=must, must_not=must_not) if must or must_not else None


def _nearest(found: list[models.ScoredPoint]) -> tuple[Nearest, ...]:
    return as_nearest((str((point.payload or {})["work"]), point.score) for point in found)
