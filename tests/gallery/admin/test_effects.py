"""What β and patience did, told with an artist's own works."""

from __future__ import annotations

import re
from types import SimpleNamespace

from starlette.testclient import TestClient

from gallery.admin.effects import (
    BetaGroup,
    PatienceGroup,
    low_middle_high,
    stays_by_patience,
    works_by_beta,
)
from storage.archive.manifest import Pool, PoolEntry, Tuning


def test_the_lowest_the_highest_and_the_middle_are_chosen() -> None:
    groups = [BetaGroup(beta, 1, 1.0, ()) for beta in (0.2, 0.25, 0.5, 0.7, 1.0)]
    assert [group.beta for group in low_middle_high(groups)] == [0.2, 0.5, 1.0]
    assert low_middle_high(groups[:2]) == groups[:2] and low_middle_high([]) == []


def test_works_at_one_beta_alone_are_told_as_such(ann: TestClient, stores) -> None:
    (group,) = works_by_beta(stores.catalogue, "ada")
    assert group.count == 3
    page = ann.get("/admin/artists/ada").text
    assert "It worked at this β alone" in page and "at a low" not in page


def test_works_at_several_betas_stand_beside_the_slider(ann: TestClient, stores) -> None:
    catalogue = stores.catalogue
    with catalogue.database.write() as connection:
        for number, beta in ((1, 0.3), (2, 0.6), (3, 0.95)):
            connection.exec_driver_sql(f"UPDATE works SET beta = {beta} WHERE number = {number}")
    page = ann.get("/admin/artists/ada").text
    part = page[page.index("cards made") : page.index('id="money"')]
    assert re.findall(r"β (0\.\d+) ·", part) == ["0.3", "0.6", "0.95"]
    assert re.findall(r"/admin/works/ada/(\d)", part) == ["1", "2", "3"]
    assert "alone" not in part


def test_stays_are_told_by_the_patience_that_ended_them() -> None:
    def chapter(number: int, version: int, *concepts: str) -> SimpleNamespace:
        entries = tuple(
            PoolEntry(concept=c, seed=c == "sea", entered=0 if c == "sea" else int(c[1:]))
            for c in concepts
        )
        return SimpleNamespace(number=number, tuning_version=version, pool=Pool(entries=entries))

    chapters = [
        chapter(1, 1, "sea", "c1"),
        chapter(2, 1, "sea", "c1", "c2"),
        chapter(3, 1, "sea", "c2"),
        chapter(4, 2, "sea"),
    ]
    story = SimpleNamespace(
        artists=SimpleNamespace(
            tunings=lambda _: [
                SimpleNamespace(version=1, tuning=Tuning(patience=2)),
                SimpleNamespace(version=2, tuning=Tuning(patience=9)),
            ]
        ),
        works=SimpleNamespace(
            newest_number=lambda _: 4, chapters=lambda _, first: iter(chapters[first - 1 :])
        ),
    )
    assert stays_by_patience(story, "ada") == [PatienceGroup(2, 1, 2.0), PatienceGroup(9, 1, 2.0)]
