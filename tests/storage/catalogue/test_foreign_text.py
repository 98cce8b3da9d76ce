"""Text from outside: both databases keep the same of it, and none of them a secret."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, CycleFailed, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Composition, Manifest
from storage.archive.objects import canonical_json
from storage.catalogue import Alarm, Catalogue, Step, question_of
from storage.errors import ValueRefused
from storage.rebuild import rebuild
from storage.redaction import REDACTED, conceal
from storage.verify import Verification
from tests.cycles import claimed, rewind
from tests.manifests import MOMENT

SECRET = "sk-canary-0123456789"
LONG = "a concept that goes on for longer than any word or phrase of a vocabulary would, " * 3


def test_what_no_database_could_hold_is_left_out_of_every_text(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    alive.restore_work(make_manifest(1))
    alive.works.moderate("alien:1", "held", "a\0b \ud83d")
    alive.artists.pause("alien", "because\0 of \x01this")
    work, artist = alive.works.get("alien:1"), alive.artists.get("alien")
    assert work is not None and work.visibility_reason == "ab \ufffd"
    assert artist is not None and artist.pause_reason == "because of this"
    assert alive.works.get("alien:1\0") == work
    assert alive.works.newest(concept="sea\0\ud83d") == []


def test_a_title_with_a_nul_is_kept_without_it(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    made = make_manifest(1)
    # As an earlier release read it: nothing in it was checked.
    composition = made.composition.model_copy(update={"title": "Field\0 Notes"})
    alive.restore_work(made.model_copy(update={"composition": composition}))
    (work,) = alive.works.newest()
    assert work.title == "Field Notes"
    assert alive.search.works(question_of("field notes")) == [work]


def test_a_concept_too_long_for_a_key_is_found_all_the_same(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    for number, end in ((1, "one"), (2, "another")):
        made = make_manifest(number)
        composition = made.composition.model_copy(update={"concepts": ("sea", LONG + end)})
        alive.restore_work(made.model_copy(update={"composition": composition}))
    for number, end in ((1, "one"), (2, "another")):
        (work,) = alive.works.newest(concept=LONG + end)
        assert (work.number, work.concepts) == (number, ("sea", LONG + end))
        assert alive.works.count(concept=LONG + end) == 1
        assert dict(alive.works.companions(LONG + end)) == {"sea": 1}


def test_a_name_too_long_for_its_column_is_cut_alike(alive: Catalogue) -> None:
    provider = f"{'models.' * 30}example:8080"
    assert alive.rates.take(provider, per_minute=1) == 0
    assert alive.rates.take(provider, per_minute=1) > 0
    assert alive.rates.take(f"other.{provider}", per_minute=1) == 0
    alive.artists.pause("alien", "rest", who="somebody with a long name " * 9)
    artist = alive.artists.get("alien")
    assert artist is not None and len(artist.paused_by) == 64


def test_no_text_that_people_are_told_holds_a_secret(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    conceal(SECRET)
    made = make_manifest(1)
    composition = Composition.model_validate(
        {**dict(made.composition), "title": f"Of {SECRET}", "prompt": f"The sea, {SECRET}."}
    )
    alive.restore_work(made.model_copy(update={"composition": composition}))
    alive.works.moderate("alien:1", "held", f"it says {SECRET}")
    alive.artists.pause("alien", f"Bearer {SECRET}")
    alive.alarms.update([Alarm("alien", "paused", f"Bearer {SECRET}")])
    alive.restore_failure(
        CycleFailed(
            artist="alien",
            at=MOMENT,
            number=2,
            started_at=MOMENT,
            tuning_version=1,
            step="compose",
            reason=f"Bearer {SECRET}",
        )
    )
    (work,) = alive.works.not_public()
    (alarm,) = alive.alarms.active()
    artist, failed = alive.artists.get("alien"), alive.cycles.get("alien:2")
    assert artist is not None and failed is not None
    told = [artist.pause_reason, alarm.alarm.message, failed.last_error, work.visibility_reason]
    for text in (*told, work.title, work.prompt):
        assert SECRET not in text and REDACTED in text
    assert alive.search.works(question_of("canary")) == []


def test_a_record_that_waits_for_its_next_step_holds_no_secret(alive: Catalogue) -> None:
    conceal(SECRET)
    alive.cycles.open("alien", tuning_version=1, every=0)
    claim = claimed(alive, "alien:1")
    refused = Composition(
        title="", prompt="", concepts=(), composer="openai", refusal=f"Bearer {SECRET}"
    )
    rewind(alive, claim, Step.COMPOSE, refused)
    cycle = alive.cycles.get("alien:1")
    assert cycle is not None and cycle.composition is not None
    assert cycle.composition.refusal == f"Bearer {REDACTED}"
    with alive.database.read() as connection:
        (row,) = connection.exec_driver_sql("SELECT composition FROM cycles").all()
    assert json.loads(row.composition)["refusal"] == f"Bearer {REDACTED}"


def test_a_number_that_no_column_holds_is_an_error_of_ours(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    with pytest.raises(ValueRefused, match="can't hold a value"):
        alive.restore_work(make_manifest(1).model_copy(update={"number": 2**70}))


def test_an_archive_of_a_release_that_kept_everything_is_rebuilt_and_stays_as_it_is(
    catalogue: Catalogue,
    folder_store: FolderStore,
    created: ArtistCreated,
    tuned: TuningChanged,
    make_manifest: Callable[[int], Manifest],
) -> None:
    archive = Archive(folder_store)
    archive.append(created)
    archive.append(tuned)
    key = "manifests/alien/00000001.json"
    ordinary = canonical_json(make_manifest(1))
    old = ordinary.replace(b'"title":"Work 1"', b'"title":"Field\\u0000\\u0001 Notes"')
    old = old.replace(b"The sea, the sky", b"The sea\\u0000, the sky")
    archive.store.put(key, old, media_type="application/json")
    rebuild(archive, catalogue)
    (work,) = catalogue.works.newest()
    assert work.title == "Field Notes"
    assert work.prompt == "The sea, the sky and concept 1."
    manifest = archive.read_manifest("alien", 1)
    assert (manifest.composition.title, manifest.composition.prompt) == (work.title, work.prompt)
    assert archive.store.get(key) == old
    (finding,) = Verification(archive, catalogue, quick=True).findings()
    assert (finding.kind, finding.what) == ("lost picture", "alien:1")
