"""Artists and their tunings."""

from __future__ import annotations

import pytest

from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.manifest import Tuning
from storage.catalogue import Catalogue


def test_an_artist_is_entered_once(catalogue: Catalogue, created: ArtistCreated) -> None:
    assert catalogue.artists.add(created)
    assert not catalogue.artists.add(created.model_copy(update={"title": "Another"}))
    found = catalogue.artists.get("alien")
    assert found is not None and found.created == created
    assert [artist.name for artist in catalogue.artists.all()] == ["alien"]
    assert catalogue.artists.get("nobody") is None


def test_pause_says_why_and_resume_forgets_it(alive: Catalogue) -> None:
    alive.artists.pause("alien", "holiday")
    paused = alive.artists.get("alien")
    assert paused is not None and paused.paused and paused.pause_reason == "holiday"
    alive.artists.resume("alien")
    resumed = alive.artists.get("alien")
    assert resumed is not None and not resumed.paused and resumed.pause_reason == ""


def test_every_tuning_is_kept_and_the_newest_is_in_force(
    alive: Catalogue, tuned: TuningChanged
) -> None:
    bolder = tuned.model_copy(update={"version": 2, "tuning": Tuning(beta=0.9), "who": "ada"})
    assert alive.artists.tune(bolder)
    assert not alive.artists.tune(bolder.model_copy(update={"who": "bob"})), "the version is taken"
    newest = alive.artists.tuning("alien")
    assert newest is not None and (newest.version, newest.who) == (2, "ada")
    assert [row.version for row in alive.artists.tunings("alien")] == [2, 1]
    assert alive.artists.tuning_version("alien", 1).tuning == Tuning()
    with pytest.raises(KeyError, match="alien has no tuning 9"):
        alive.artists.tuning_version("alien", 9)
