"""What a diary is read from, in both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.archive.events import Ballot
from storage.catalogue import Catalogue
from storage.catalogue.queries import artist_history
from tests.databases import new_database
from tests.manifests import MOMENT, a_manifest


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_times_and_votes_of_an_artist(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch, created, kind: str
) -> None:
    monkeypatch.setattr(artist_history, "_BLOCK", 2)
    catalogue = Catalogue(new_database(request, tmp_path, kind))
    for name in ("alien", "alien2"):
        catalogue.artists.add(created.model_copy(update={"artist": name, "scope": name}))
    made = {}
    for number in (1, 2, 4, 5, 7):
        for name in ("alien", "alien2"):
            at = MOMENT + timedelta(hours=7 * number)
            manifest = a_manifest(number, name)
            judgement = manifest.judgement.model_copy(update={"scope": name})
            changes = {"finished_at": at, "judgement": judgement}
            manifest = manifest.model_copy(update=changes)
            catalogue.restore_work(manifest)
            made[number] = at.timestamp()
    found = list(catalogue.history.times("alien"))
    assert found == [(number, made[number]) for number in (7, 5, 4, 2, 1)]
    assert [n for n, _ in catalogue.history.times("alien", before=made[4])] == [2, 1]
    assert catalogue.history.first_number("alien") == 1
    assert catalogue.history.first_number("nobody") == 0
    start = datetime(2026, 1, 1, tzinfo=UTC)
    pairs = [("alien2:1", "alien2:2"), ("alien2:1", "alien:2"), ("alien:1", "alien:7")]
    for number, (first, second) in enumerate(pairs * 2):
        ballot = Ballot(
            id=f"{number:032}",
            at=start + timedelta(hours=number),
            visitor=f"{number}",
            question="original",
            first=min(first, second),
            second=max(first, second),
            outcome=1,
        )
        assert catalogue.votes.cast(ballot, archived=number != 5)
    since, until = start.timestamp() + 3600, start.timestamp() + 6 * 3600
    votes = catalogue.votes.between("alien", since=since, until=until)
    assert [int(vote.id) for vote in votes] == [1, 2, 4], "from hour 1 on, archived, its own"
    catalogue.close()
