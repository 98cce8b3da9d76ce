"""What every object store must do, whatever it is made of."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from storage.archive.archive import ObjectStore, open_store
from storage.errors import ObjectConflict, ObjectMissing

PNG = "image/png"


def test_an_object_comes_back_as_it_was_put(store: ObjectStore) -> None:
    data = bytes(range(256)) * 10
    assert store.put("images/ab/abc.png", data, media_type=PNG) is True
    assert store.get("images/ab/abc.png") == data
    assert store.exists("images/ab/abc.png")
    assert store.size("images/ab/abc.png") == len(data)


def test_an_empty_object_is_an_object(store: ObjectStore) -> None:
    store.put("empty", b"", media_type=PNG)
    assert store.get("empty") == b""


def test_putting_the_same_bytes_again_changes_nothing(store: ObjectStore) -> None:
    store.put("a/b", b"same", media_type=PNG)
    assert store.put("a/b", b"same", media_type=PNG) is False
    assert list(store.keys()) == ["a/b"]


def test_other_bytes_under_a_key_are_refused_and_the_old_ones_stay(store: ObjectStore) -> None:
    store.put("a/b", b"first", media_type=PNG)
    with pytest.raises(ObjectConflict, match="a/b"):
        store.put("a/b", b"second", media_type=PNG)
    assert store.get("a/b") == b"first"


def test_replace_creates_and_overwrites(store: ObjectStore) -> None:
    store.replace("derived/x", b"one", media_type=PNG)
    store.replace("derived/x", b"two", media_type=PNG)
    assert store.get("derived/x") == b"two"


@pytest.mark.parametrize("key", ["no/such/thing", "a", "a/b/c"])
def test_a_missing_object_is_named(store: ObjectStore, key: str) -> None:
    store.put("a/b", b"x", media_type=PNG)
    assert not store.exists(key)
    assert store.size(key) is None
    with pytest.raises(ObjectMissing, match=key):
        store.get(key)


def test_keys_are_sorted_and_chosen_by_prefix(store: ObjectStore) -> None:
    names = ["b/1", "a-b/2", "a/10", "a/9", "a/c/1", "a.json", "a/ü", "A/x", "ab"]
    for name in names:
        store.put(name, name.encode(), media_type=PNG)
    assert list(store.keys()) == sorted(names)
    assert list(store.keys("a/")) == ["a/10", "a/9", "a/c/1", "a/ü"]
    assert list(store.keys("a/1")) == ["a/10"]
    assert list(store.keys("a")) == sorted(name for name in names if name.startswith("a"))
    assert list(store.keys("zzz/")) == []


def test_folders_are_the_names_directly_below(store: ObjectStore) -> None:
    for name in ["m/ann/1", "m/ann/2", "m/bob/x/1", "m/loose", "n/cid/1"]:
        store.put(name, b"", media_type=PNG)
    assert list(store.folders("m/")) == ["ann", "bob"]
    assert list(store.folders()) == ["m", "n"]
    assert list(store.folders("none/")) == []


def test_a_good_store_lacks_nothing_and_a_probe_leaves_no_key(store: ObjectStore) -> None:
    assert store.probe() == ()
    assert store.probe() == ()
    assert list(store.keys()) == []


def test_of_sixteen_writers_of_the_same_bytes_one_creates(store_url: str) -> None:
    stores = 4 * [open_store(store_url) for _ in range(4)]
    barrier = Barrier(16)

    def write(store: ObjectStore) -> bool:
        barrier.wait()
        return store.put("race/one", b"the very same" * 1000, media_type=PNG)

    with ThreadPoolExecutor(16) as threads:
        assert Counter(threads.map(write, stores)) == {True: 1, False: 15}
    assert stores[0].get("race/one") == b"the very same" * 1000


def test_of_sixteen_writers_of_different_bytes_one_wins_and_all_others_hear_of_it(
    store_url: str,
) -> None:
    stores = 4 * [open_store(store_url) for _ in range(4)]
    barrier = Barrier(16)

    def write(writer: int) -> int | None:
        barrier.wait()
        try:
            stores[writer].put("race/many", f"{writer}".encode() * 5000, media_type=PNG)
        except ObjectConflict:
            return None
        return writer

    with ThreadPoolExecutor(16) as threads:
        winners = [winner for winner in threads.map(write, range(16)) if winner is not None]
    assert len(winners) == 1
    assert stores[0].get("race/many") == f"{winners[0]}".encode() * 5000


def test_a_deleted_object_is_gone_and_may_be_deleted_again(store: ObjectStore) -> None:
    store.put("a/b", b"x", media_type=PNG)
    store.put("a/c", b"y", media_type=PNG)
    for _ in range(2):
        store.delete("a/b")
        assert list(store.keys()) == ["a/c"]
    store.delete("no/such/thing")
    assert store.put("a/b", b"other", media_type=PNG)
