"""A Qdrant server for tests: the part of its REST interface that we use, over Qdrant Edge.

No package carries a Qdrant server. This one checks every request with the models that
`qdrant-client` generates from Qdrant's own OpenAPI description, and refuses whatever it does not
serve, so that a request it takes is one that a real server takes.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import qdrant_edge
from cheroot.wsgi import Server
from pydantic import BaseModel, ValidationError
from qdrant_client import models
from werkzeug.exceptions import BadRequest, Conflict, HTTPException, NotFound, Unauthorized
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

Model = TypeVar("Model", bound=BaseModel)

_ROUTES = Map(
    [
        Rule("/collections/<name>/exists", methods=["GET"], endpoint="exists"),
        Rule("/collections/<name>", methods=["PUT"], endpoint="create"),
        Rule("/collections/<name>", methods=["DELETE"], endpoint="delete"),
        Rule("/collections/<name>/index", methods=["PUT"], endpoint="index"),
        Rule("/collections/<name>/points", methods=["PUT"], endpoint="upsert"),
        Rule("/collections/<name>/points", methods=["POST"], endpoint="retrieve"),
        Rule("/collections/<name>/points/delete", methods=["POST"], endpoint="forget"),
        Rule("/collections/<name>/points/count", methods=["POST"], endpoint="count"),
        Rule("/collections/<name>/points/query/batch", methods=["POST"], endpoint="query"),
    ]
)


@dataclass
class QdrantServer:
    """What the server holds, and how it is told to fail."""

    folder: Path
    url: str = ""
    api_key: str | None = None
    failures: list[int] = field(default_factory=list)
    """Statuses to answer the next requests with."""
    waited: list[bool] = field(default_factory=list)
    """For each write, whether it asked for an answer after the fact (`wait=true`)."""
    shards: dict[str, qdrant_edge.EdgeShard] = field(default_factory=dict)
    indexes: dict[str, dict[str, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @Request.application
    def __call__(self, request: Request) -> Response:
        try:
            if self.failures:
                return _answer({"error": "injected"}, self.failures.pop(0))
            if self.api_key and request.headers.get("api-key") != self.api_key:
                raise Unauthorized("Must provide an API key")
            endpoint, values = _ROUTES.bind_to_environ(request.environ).match()
            serve: Callable[[str, Request], Any] = getattr(self, f"_{endpoint}")
            return _answer(serve(values["name"], request))
        except HTTPException as error:
            return _answer({"error": error.description}, error.code or 500)

    def lose(self) -> None:
        """Forget every collection, as a server does whose disk was replaced."""
        for name in list(self.shards):
            self._drop(name)

    def _drop(self, name: str) -> bool:
        shard = self.shards.pop(name, None)
        self.indexes.pop(name, None)
        if shard:
            shard.close()
        return shard is not None

    def _shard(self, name: str) -> qdrant_edge.EdgeShard:
        if name not in self.shards:
            raise NotFound(f"Not found: Collection `{name}` doesn't exist!")
        return self.shards[name]

    def _exists(self, name: str, request: Request) -> Any:
        return {"exists": name in self.shards}

    def _create(self, name: str, request: Request) -> Any:
        asked = _body(models.CreateCollection, request)
        assert isinstance(asked.vectors, dict)
        with self._lock:
            if name in self.shards:
                raise Conflict(f"Wrong input: Collection `{name}` already exists!")
            vectors = {
                key: qdrant_edge.EdgeVectorParams(
                    size=params.size, distance=getattr(qdrant_edge.Distance, params.distance.value)
                )
                for key, params in asked.vectors.items()
            }
            folder = tempfile.mkdtemp(dir=self.folder)
            config = qdrant_edge.EdgeConfig(vectors=vectors)
            self.shards[name] = qdrant_edge.EdgeShard.create(folder, config)
            self.indexes[name] = {}
        return True

    def _delete(self, name: str, request: Request) -> Any:
        with self._lock:
            return self._drop(name)

    def _index(self, name: str, request: Request) -> Any:
        asked = _body(models.CreateFieldIndex, request)
        self.waited.append(request.args.get("wait") == "true")
        assert isinstance(asked.field_schema, models.PayloadSchemaType)
        schema = getattr(qdrant_edge.PayloadSchemaType, asked.field_schema.value.title())
        self._shard(name).update(
            qdrant_edge.UpdateOperation.create_field_index(asked.field_name, schema)
        )
        self.indexes[name][asked.field_name] = asked.field_schema.value
        return {"operation_id": 0, "status": "completed"}

    def _upsert(self, name: str, request: Request) -> Any:
        asked = _body(models.PointsList, request)
        self.waited.append(request.args.get("wait") == "true")
        points = [
            qdrant_edge.Point(str(point.id), point.vector, point.payload) for point in asked.points
        ]
        self._shard(name).update(qdrant_edge.UpdateOperation.upsert_points(points))
        return {"operation_id": 0, "status": "completed"}

    def _forget(self, name: str, request: Request) -> Any:
        asked = _body(models.PointIdsList, request)
        self.waited.append(request.args.get("wait") == "true")
        ids: Any = [str(point) for point in asked.points]
        self._shard(name).update(qdrant_edge.UpdateOperation.delete_points(ids))
        return {"operation_id": 0, "status": "completed"}

    def _retrieve(self, name: str, request: Request) -> Any:
        asked = _body(models.PointRequest, request)
        found = self._shard(name).retrieve(
            [str(point) for point in asked.ids], bool(asked.with_payload), bool(asked.with_vector)
        )
        return [
            {"id": str(point.id), "payload": point.payload, "vector": point.vector}
            for point in found
        ]

    def _count(self, name: str, request: Request) -> Any:
        asked = _body(models.CountRequest, request)
        count = qdrant_edge.CountRequest(exact=bool(asked.exact), filter=_filter(asked.filter))
        return {"count": self._shard(name).count(count)}

    def _query(self, name: str, request: Request) -> Any:
        asked = _body(models.QueryRequestBatch, request)
        queries = [_edge_query(search) for search in asked.searches]
        found = self._shard(name).query_batch(qdrant_edge.QueryBatchRequest(queries))
        return [
            {
                "points": [
                    {
                        "id": str(point.id),
                        "version": point.version,
                        "score": point.score,
                        "payload": point.payload,
                    }
                    for point in points
                ]
            }
            for points in found
        ]


@contextmanager
def running_qdrant(folder: Path) -> Iterator[QdrantServer]:
    """Serve on a free port of this machine until the block ends."""
    qdrant = QdrantServer(folder)
    server = make_server("127.0.0.1", 0, qdrant, threaded=True, request_handler=_Quiet)
    qdrant.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield qdrant
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        qdrant.lose()


def serve(port: int, folder: Path) -> None:
    """Be a server on that port until the process ends; it keeps connections, as Qdrant does."""
    Server(("127.0.0.1", port), QdrantServer(folder)).start()


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None: ...


def _answer(result: Any, status: int = 200) -> Response:
    state: Any = "ok" if status == 200 else result
    content = {"result": result if status == 200 else None, "status": state, "time": 0.0}
    return Response(json.dumps(content), status=status, mimetype="application/json")


def _body(model: type[Model], request: Request) -> Model:
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        raise BadRequest(str(error)) from error


def _edge_query(search: models.QueryRequest) -> qdrant_edge.QueryRequest:
    if not isinstance(search.query, models.NearestQuery):
        raise BadRequest(f"this test server knows no query {search.query!r}")
    return qdrant_edge.QueryRequest(
        limit=search.limit or 10,
        query=qdrant_edge.Query.Nearest(search.query.nearest, using=search.using),
        filter=_filter(search.filter),
        with_payload=search.with_payload,
        params=qdrant_edge.SearchParams(exact=bool(search.params and search.params.exact)),
    )


def _filter(asked: models.Filter | None) -> qdrant_edge.Filter | None:
    if asked is None:
        return None
    must = [_condition(condition) for condition in asked.must or []]
    must_not = [_condition(condition) for condition in asked.must_not or []]
    return qdrant_edge.Filter(must=must, must_not=must_not)


def _condition(asked: Any) -> Any:
    if isinstance(asked, models.HasIdCondition):
        return qdrant_edge.HasIdCondition({str(point) for point in asked.has_id})
    if isinstance(asked.match, models.MatchValue):
        match = qdrant_edge.MatchValue(asked.match.value)
        return qdrant_edge.FieldCondition(asked.key, match=match)
    if isinstance(asked.range, models.Range):
        return qdrant_edge.FieldCondition(
            asked.key, range=qdrant_edge.RangeFloat(lt=asked.range.lt)
        )
    raise BadRequest(f"this test server knows no condition {asked!r}")
