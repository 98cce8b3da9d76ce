"""Chapters of a life, against what the manifests say of the pool."""

from __future__ import annotations

from gallery.stats.pool_lives import BLOCK, departures_between, history, pool_lives
from storage.catalogue import PoolRow


def row(number: int, concept: str, pool: str) -> PoolRow:
    """A work after which the pool has the seed `sea` and these concepts, one letter each."""
    return PoolRow(number, concept, ("sea", *pool), frozenset({"sea"}))


def test_a_chapter_ends_when_the_last_of_its_beginning_has_left() -> None:
    rows = [row(1, "a", "a"), row(2, "b", "ab"), row(4, "c", "bc"), row(5, "d", "cd")]
    rows += [row(6, "e", "de"), row(7, "f", "ef")]
    lives = pool_lives("x", rows)
    found = [(one.first, one.last, one.founders, one.stayed, one.over) for one in lives]
    assert found == [
        (1, 4, ("a",), ("a",), True),
        (5, 7, ("c", "d"), ("d",), True),
    ]


def test_a_concept_that_leaves_at_once_is_a_chapter_of_its_own() -> None:
    found = pool_lives("x", [row(1, "a", ""), row(2, "b", "b")])
    assert [(one.first, one.last, one.stayed, one.over) for one in found] == [
        (1, 1, ("a",), True),
        (2, 2, ("b",), False),
    ]


def test_the_chapters_of_a_life_are_true(exhibition) -> None:
    manifests = exhibition.manifests
    found = history(exhibition.catalogue, "ada", first=1, last=len(manifests))
    assert [one.first for one in found.lives] == [
        1,
        *(one.last + 1 for one in found.lives[:-1]),
    ]
    for life in found.lives:
        pools = {
            m.number: set(m.judgement.pool_after.concepts)
            for m in manifests[life.first - 1 : life.last]
        }
        founders = set(life.founders)
        assert founders <= pools[life.first] and not founders & {"sea", "sky"}
        assert all(founders & pools[n] for n in range(life.first, life.last))
        assert life.over == (not founders & pools[life.last])
        before_the_end = life.last - 1 if life.over and life.last > life.first else life.last
        assert set(life.stayed) == founders & pools[before_the_end]
    for manifest in manifests[1:]:
        assert set(found.left[manifest.work]) == set(manifest.judgement.departed)


def test_a_part_of_a_life_has_the_same_chapters_up_to_its_end(exhibition) -> None:
    whole = history(exhibition.catalogue, "ada", first=1, last=30)
    part = history(exhibition.catalogue, "ada", first=14, last=17)
    assert part.lives[:-1] == whole.lives[: len(part.lives) - 1]
    same = whole.lives[len(part.lives) - 1]
    assert (part.lives[-1].id, part.lives[-1].last) == (same.id, 17)
    assert part.lives[-1].goes_on == (same.last > 17)
    left = departures_between(exhibition.catalogue, {"ada": (14, 17)})
    assert {work: left[work] for work in ("ada:14", "ada:17")} == {
        work: whole.left[work] for work in ("ada:14", "ada:17")
    }


def test_a_chapter_ends_at_a_block(tmp_path, sample) -> None:
    built = sample.build_exhibition(tmp_path, works=0)
    rows = [row(n, "a", "a") for n in range(1, BLOCK + 3)]
    built.catalogue.works.pools = lambda spans: {
        artist: [one for one in rows if first - 1 <= one.number <= last]
        for artist, (first, last) in spans.items()
    }
    found = history(built.catalogue, "x", first=BLOCK - 1, last=BLOCK + 2)
    assert [(one.first, one.last) for one in found.lives] == [(1, BLOCK), (BLOCK + 1, BLOCK + 2)]
    built.catalogue.close()
