"""Both memories against brute force in numpy; what holds for one must hold for the other."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.archive.manifest import Float32
from storage.vectors.edge import EdgeMemory
from storage.vectors.server import ServerMemory
from storage.vectors.store import BATCH, Memory, Point, VectorSpace, point_id

SPACE = VectorSpace("minilm", 24, "lite0", 40)
MAKERS = ["edge", "in process", "test server", "QDRANT_URL"]


@pytest.fixture(params=MAKERS)
def make_memory(
    request: pytest.FixtureRequest, ram_folder: Path
) -> Iterator[Callable[[VectorSpace], Memory]]:
    """Opens an empty memory of each kind for a space."""
    opened: list[Memory] = []

    def make(space: VectorSpace) -> Memory:
        memory: Memory
        if request.param == "edge":
            memory = EdgeMemory(ram_folder / "memory", space)
        elif request.param == "in process":
            memory = ServerMemory(":memory:", space)
        elif request.param == "test server":
            memory = ServerMemory(request.getfixturevalue("qdrant_server").url, space)
        else:
            if "QDRANT_URL" not in os.environ:
                pytest.skip("QDRANT_URL names no Qdrant server")
            memory = ServerMemory(
                os.environ["QDRANT_URL"], space, api_key=os.environ.get("QDRANT_API_KEY")
            )
            memory.clear()
        opened.append(memory)
        return memory

    yield make
    for memory in opened:
        memory.close()


@pytest.fixture
def memory(make_memory: Callable[[VectorSpace], Memory]) -> Memory:
    return make_memory(SPACE)


def points(count: int, *, space: VectorSpace = SPACE, seed: int = 0) -> list[Point]:
    """Works of two artists in one scope of their own each, of any length and direction."""
    random = np.random.default_rng(seed)
    made = []
    for index in range(count):
        artist = ("ann", "bob")[index % 2]
        scale = 10.0 ** random.integers(-3, 4)
        made.append(
            Point(
                work=f"{artist}:{index}",
                artist=artist,
                scope=artist,
                sequence=index + 1,
                text=(scale * random.normal(size=space.text_size)).astype(np.float32),
                image=(random.normal(size=space.image_size) + 0.5).astype(np.float32),
            )
        )
    return made


def cosines(query: Float32, vectors: list[Float32]) -> np.ndarray:
    """Cosine of a vector with each of many, in float64."""
    wide = np.array(vectors, dtype=np.float64)
    one = query.astype(np.float64)
    return wide @ one / np.linalg.norm(wide, axis=1) / np.linalg.norm(one)


def test_the_nearest_are_those_of_brute_force(memory: Memory) -> None:
    works = points(300)
    memory.upsert(works)
    for query in points(20, seed=1):
        earlier = [p for p in works if p.scope == query.scope and p.sequence < 200]
        found = memory.nearest(query.text, query.image, scope=query.scope, before=200, limit=5)
        for kind, nearest in (("text", found.text), ("image", found.image)):
            expected = cosines(getattr(query, kind), [getattr(p, kind) for p in earlier])
            best = np.argsort(-expected)[:5]
            assert [n.work for n in nearest] == [earlier[i].work for i in best]
            assert [n.cosine for n in nearest] == pytest.approx(expected[best], abs=1e-6)


def test_cosines_of_real_sizes_agree_to_a_millionth(
    make_memory: Callable[[VectorSpace], Memory],
) -> None:
    space = VectorSpace("minilm", 384, "lite0", 1280)
    memory = make_memory(space)
    works = points(60, space=space)
    memory.upsert(works)
    everything = {p.work: p for p in works}
    for query in points(10, space=space, seed=1):
        for kind in ("text", "image"):
            vector = getattr(query, kind)
            for near in memory.similar(**{kind: vector}, limit=60):
                (exact,) = cosines(vector, [getattr(everything[near.work], kind)])
                assert near.cosine == pytest.approx(exact, abs=1e-6)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    places=st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(1, 2**40)), max_size=20, unique=True
    ),
    scope=st.sampled_from("abcd"),
    before=st.integers(0, 2**40 + 1),
)
def test_only_earlier_works_of_the_scope_are_found(
    memory: Memory, places: list[tuple[str, int]], scope: str, before: int
) -> None:
    memory.clear()
    vectors = points(len(places) + 1)
    memory.upsert(
        Point(f"{where}:{sequence}", "ann", where, sequence, vector.text, vector.image)
        for (where, sequence), vector in zip(places, vectors, strict=False)
    )
    expected = {f"{w}:{s}" for w, s in places if w == scope and s < before}
    query = vectors[-1]
    found = memory.nearest(query.text, query.image, scope=scope, before=before, limit=50)
    assert {near.work for near in found.text} == expected
    assert {near.work for near in found.image} == expected
    assert memory.count(scope, before=before) == len(expected)
    assert memory.count(scope) == sum(where == scope for where, _ in places)
    assert memory.count() == len(places)


def test_the_first_work_has_no_neighbours(memory: Memory) -> None:
    (first,) = points(1)
    found = memory.nearest(first.text, first.image, scope="ann", before=1)
    assert found.text == found.image == ()
    assert memory.count() == 0


def test_a_work_itself_has_cosine_one_and_its_opposite_minus_one(memory: Memory) -> None:
    (work, *_) = points(1)
    memory.upsert([work])
    (same,) = memory.similar(text=work.text)
    (opposite,) = memory.similar(image=-work.image)
    assert same.cosine == pytest.approx(1, abs=1e-6)
    assert same.cosine <= 1
    assert opposite.cosine == pytest.approx(-1, abs=1e-6)
    assert opposite.cosine >= -1


def test_remembering_twice_is_remembering_once_and_the_later_counts(memory: Memory) -> None:
    works = points(10)
    memory.upsert(works)
    memory.upsert(works)
    assert memory.count() == 10
    moved = Point(works[0].work, "ann", "all", 99, works[1].text, works[1].image)
    memory.upsert([moved])
    assert memory.count() == 10
    assert memory.count("all", before=100) == 1
    assert memory.count("all", before=99) == 0
    found = memory.nearest(works[1].text, works[1].image, scope="all", before=100)
    assert [near.work for near in found.image] == [works[0].work]
    assert found.text[0].cosine == pytest.approx(1, abs=1e-6)


def test_more_points_than_one_request_carries(memory: Memory) -> None:
    memory.upsert(iter(points(BATCH + 10)))
    assert memory.count() == BATCH + 10
    memory.upsert([])
    assert memory.count() == BATCH + 10


def test_more_like_this_leaves_out_what_it_is_told_to(memory: Memory) -> None:
    works = points(30)
    memory.upsert(works)
    query = works[4]
    everything = memory.similar(image=query.image, limit=30)
    assert everything[0].work == query.work
    assert len(everything) == 30
    others = memory.similar(image=query.image, limit=3, exclude=[query.work, everything[1].work])
    assert others == everything[2:5]
    mine = memory.similar(text=query.text, scope="bob", limit=30)
    assert {near.work for near in mine} == {work.work for work in works if work.scope == "bob"}


def test_equal_cosines_are_ordered_by_name(memory: Memory) -> None:
    (one,) = points(1)
    memory.upsert(Point(f"w:{n}", "ann", "ann", n, one.text, one.image) for n in (3, 1, 2))
    assert [near.work for near in memory.similar(text=one.text)] == ["w:1", "w:2", "w:3"]


def test_forgetting_everything(memory: Memory) -> None:
    memory.upsert(points(5))
    memory.clear()
    assert memory.count() == 0
    memory.upsert(points(3))
    assert memory.count() == 3


def test_forgetting_some_works(memory: Memory) -> None:
    works = points(4)
    memory.upsert(works)
    memory.forget([works[1].work, "nobody:1"])
    assert memory.count() == 3
    assert set(memory.points([work.work for work in works])) == {works[n].work for n in (0, 2, 3)}


@pytest.mark.parametrize("vector", [np.zeros(24), np.full(24, np.nan), np.full(24, np.inf)])
def test_a_vector_without_direction_is_refused(memory: Memory, vector: np.ndarray) -> None:
    (good,) = points(1)
    bad = Point("ann:2", "ann", "ann", 2, vector.astype(np.float32), good.image)
    with pytest.raises(ValueError, match="no direction"):
        memory.upsert([good, bad])
    assert memory.count() == 0


def test_a_vector_of_another_encoder_is_refused(memory: Memory) -> None:
    (good,) = points(1)
    with pytest.raises(ValueError, match=r"lite0 gives vectors of shape \(40,\).*\(24,\)"):
        memory.nearest(good.text, good.text, scope="ann", before=5)
    with pytest.raises(ValueError, match="minilm gives vectors of shape"):
        memory.similar(text=good.image)


def test_a_search_is_by_one_vector(memory: Memory) -> None:
    (good,) = points(1)
    for vectors in ({}, {"text": good.text, "image": good.image}):
        with pytest.raises(ValueError, match="exactly one"):
            memory.similar(**vectors)


def test_many_threads_at_once_lose_nothing(memory: Memory) -> None:
    works = points(160)
    memory.upsert(works[:16])
    barrier = threading.Barrier(16)

    def live(thread: int) -> None:
        barrier.wait()
        for work in works[thread::16]:
            memory.upsert([work])
            (found,) = memory.similar(text=work.text, limit=1)
            assert found.work == work.work
            near = memory.nearest(work.text, work.image, scope=work.scope, before=17)
            assert near.image
            assert memory.count() >= 16

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(live, range(16)))
    assert memory.count() == 160
    everything = memory.similar(image=works[0].image, limit=400)
    assert {near.work for near in everything} == {work.work for work in works}


def test_what_is_held_can_be_looked_at(memory: Memory) -> None:
    works = points(6)
    memory.upsert(works)
    held = memory.points([works[0].work, works[3].work, "nobody:1"])
    assert set(held) == {works[0].work, works[3].work}
    for work in (works[0], works[3]):
        copy = held[work.work]
        assert (copy.artist, copy.scope, copy.sequence) == (work.artist, work.scope, work.sequence)
        for mine, theirs in ((work.text, copy.text), (work.image, copy.image)):
            cosine = mine @ theirs / np.linalg.norm(mine) / np.linalg.norm(theirs)
            assert cosine == pytest.approx(1.0, abs=1e-5)


def test_spaces_do_not_meet(make_memory: Callable[[VectorSpace], Memory]) -> None:
    first = make_memory(SPACE)
    second = make_memory(VectorSpace("minilm", 24, "clip", 40))
    first.upsert(points(4))
    assert second.count() == 0


def test_names_of_spaces_are_readable_safe_and_all_different() -> None:
    spaces = [
        VectorSpace("all-MiniLM-L6-v2", 384, "open_clip:ViT-B-32/laion2b", 512),
        VectorSpace("all-MiniLM-L6-v2", 384, "open_clip:ViT-B-32_laion2b", 512),
        VectorSpace("all-MiniLM-L6-v2", 384, "open_clip:ViT-B-32/laion2b", 768),
        VectorSpace("x" * 500, 384, "../..", 512),
    ]
    names = [space.name for space in spaces]
    assert names[0].startswith("works-all-minilm-l6-v2-open-clip-vit-b-32-laion2b-")
    assert len(set(names)) == len(names)
    for name in names:
        assert len(name) < 200
        assert "/" not in name


def test_ids_of_works_are_uuids_of_version_five_and_never_change() -> None:
    assert uuid.UUID(point_id("ann:1")).version == 5
    assert point_id("ann:1") == "4c70bfcb-4376-5731-8ccc-2cfe021a143b"
    assert point_id("ann:1") != point_id("ann:11")
