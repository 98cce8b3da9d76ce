"""The memory on a server that fails: away, busy, locked, or its collection gone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from storage.errors import StorageUnavailable
from storage.vectors.server import ServerMemory
from storage.vectors.store import Point, VectorSpace
from tests.storage.qdrant_server import QdrantServer

SPACE = VectorSpace("minilm", 24, "lite0", 40)


def work(number: int) -> Point:
    text, image = (np.eye(size, dtype=np.float32)[number % size] for size in (24, 40))
    return Point(f"ann:{number}", "ann", "ann", number, text, image)


def calls(memory: ServerMemory) -> list[Callable[[], object]]:
    one = work(1)
    return [
        lambda: memory.upsert([one]),
        lambda: memory.nearest(one.text, one.image, scope="ann", before=9),
        lambda: memory.similar(text=one.text),
        memory.count,
        memory.clear,
    ]


@pytest.fixture
def memory(qdrant_server: QdrantServer) -> ServerMemory:
    return ServerMemory(qdrant_server.url, SPACE)


def test_the_collection_has_indexes_and_writes_wait(
    memory: ServerMemory, qdrant_server: QdrantServer
) -> None:
    memory.upsert([work(1)])
    assert qdrant_server.indexes == {
        SPACE.name: {"scope": "keyword", "artist": "keyword", "sequence": "integer"}
    }
    assert qdrant_server.waited
    assert all(qdrant_server.waited)


def test_two_machines_share_one_collection(
    memory: ServerMemory, qdrant_server: QdrantServer
) -> None:
    other = ServerMemory(qdrant_server.url, SPACE)
    memory.upsert([work(1)])
    other.upsert([work(1), work(2)])
    assert memory.count() == other.count() == 2


def test_two_machines_may_make_the_collection_at_once(
    qdrant_server: QdrantServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ServerMemory(qdrant_server.url, SPACE).upsert([work(1)])
    monkeypatch.setattr(qdrant_server, "_exists", lambda *_: {"exists": False})
    assert ServerMemory(qdrant_server.url, SPACE).count() == 1


@pytest.mark.parametrize("status", [500, 503])
def test_a_refusal_is_said_and_passes(
    memory: ServerMemory, qdrant_server: QdrantServer, status: int
) -> None:
    for call in calls(memory):
        qdrant_server.failures.append(status)
        with pytest.raises(StorageUnavailable, match=str(status)):
            call()
        call()


def test_a_server_that_is_away_is_said() -> None:
    with pytest.raises(StorageUnavailable, match=r"127\.0\.0\.1:9 does not answer"):
        ServerMemory("http://127.0.0.1:9", SPACE)


def test_the_key_is_sent_and_asked_for(qdrant_server: QdrantServer) -> None:
    qdrant_server.api_key = "sesame"
    with pytest.raises(StorageUnavailable, match="API key"):
        ServerMemory(qdrant_server.url, SPACE)
    with pytest.warns(UserWarning, match="insecure connection"):
        memory = ServerMemory(qdrant_server.url, SPACE, api_key="sesame")
    assert memory.count() == 0


def test_a_lost_collection_is_made_anew_and_never_answers_as_if_it_were_whole(
    memory: ServerMemory, qdrant_server: QdrantServer
) -> None:
    upsert, nearest, similar, count, clear = calls(memory)
    upsert()
    for search in (nearest, similar):
        qdrant_server.lose()
        with pytest.raises(StorageUnavailable, match="lost the collection"):
            search()
        search()
    qdrant_server.lose()
    assert count() == 0
    qdrant_server.lose()
    upsert()
    assert count() == 1
    qdrant_server.lose()
    clear()
    assert count() == 0
    assert set(qdrant_server.indexes[SPACE.name]) == {"scope", "artist", "sequence"}


def test_closing_twice_is_closing_once(memory: ServerMemory) -> None:
    memory.close()
    memory.close()
    with pytest.raises(StorageUnavailable, match="does not answer"):
        memory.count()
