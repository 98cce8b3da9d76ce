"""What waits for a person comes first, each with what mends it; and who may steer an artist."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from gallery.moderation.decisions import moderate
from storage.archive.events import CycleFailed
from storage.catalogue import Alarm
from tests.gallery.admin.desk import send

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def fail(stores, *numbers: int) -> None:
    for number in numbers:
        failed = CycleFailed(
            artist="ada",
            at=NOW,
            number=number,
            started_at=NOW,
            tuning_version=2,
            step="compose",
            reason=f"the model answered {500 + number}",
        )
        assert stores.catalogue.restore_failure(failed)


def test_an_artist_that_failed_waits_for_a_person(ann: TestClient, stores) -> None:
    fail(stores, 4, 5, 6)
    page = ann.get("/admin").text
    assert "One thing waits for you." in page and "All is well" not in page
    says = "Its last 3 attempts failed, the newest at the step compose: the model answered 506."
    assert says in page
    assert "Its last 3 attempts failed." in page
    assert 'action="/admin/artists/ada/resume"' in page
    assert "the model answered 506" in ann.get("/admin/artists/ada").text


def test_failures_before_the_last_work_are_over(ann: TestClient, stores, sample) -> None:
    life = sample.Life("bo")
    stores.catalogue.artists.add(life.created)
    first, second = life.cycle(stores.archive), life.cycle(stores.archive)
    failed = CycleFailed(
        artist="bo",
        at=NOW,
        number=1,
        started_at=NOW,
        tuning_version=1,
        step="paint",
        reason="no paint",
    )
    stores.catalogue.restore_failure(failed)
    assert "no paint" in ann.get("/admin").text
    stores.archive.save_manifest(second)
    stores.catalogue.restore_work(second)
    assert first.number == 1
    assert "no paint" not in ann.get("/admin").text


def test_a_pause_after_an_error_waits_and_a_persons_pause_does_not(ann: TestClient, stores) -> None:
    stores.catalogue.artists.pause("ada", "OPENAI_API_KEY is missing")
    page = ann.get("/admin").text
    assert "Ada paused after an error: OPENAI_API_KEY is missing." in page
    stores.catalogue.artists.pause("ada", "holiday", who="ann")
    assert "Nothing waits for you. Ada is paused." in ann.get("/admin").text


def test_alarms_held_works_and_publications_wait_with_what_mends_them(
    ann: TestClient, stores
) -> None:
    stores.catalogue.alarms.update(
        [
            Alarm("", "disk", "1.2 GiB are free"),
            Alarm("ada", "budget-daily", "$4.20 are spent"),
            Alarm("ada", "new kind", "something else is wrong"),
        ]
    )
    moderate(stores.catalogue, stores.archive, "ada", 2, "held", "blood", who="a model")
    with stores.catalogue.database.write() as connection:
        stores.catalogue.outbox.add_in(connection, "ada:1", ["mastodon"])
    (row,) = stores.catalogue.outbox.due(limit=1)
    stores.catalogue.outbox.settle(
        stores.catalogue.outbox.claim(row, seconds=60), "failed", "401: the token is invalid"
    )
    page = ann.get("/admin").text
    for says in (
        "1.2 GiB are free.",
        "Ada: $4.20 are spent.",
        "Ada: something else is wrong.",
        "1 work is held back and waits for your decision.",
        "1 publication needs a decision on mastodon.",
    ):
        assert says in page
    assert 'href="/admin/artists/ada#money"' in page
    assert 'href="/admin/works?visibility=held"' in page


def test_a_moderator_sees_what_a_moderator_can_mend(mo: TestClient, stores) -> None:
    fail(stores, 4)
    moderate(stores.catalogue, stores.archive, "ada", 2, "held", "blood", who="a model")
    page = mo.get("/admin").text
    assert "1 work is held back" in page
    assert "Try again now" not in page and "Make one now" not in page
    assert 'href="/admin/spending"' not in page


def test_make_one_now(ann: TestClient, stores) -> None:
    stores.catalogue.artists.rest("ada", seconds=3600, reason="three failures")
    assert send(ann, "/admin/artists/ada/now").headers["location"].endswith("?done=now")
    row = stores.catalogue.artists.get("ada")
    assert (row.rests_until, row.next_due) == (0, 0)
    assert [one.name for one, _ in stores.catalogue.artists.due(limit=9)] == ["ada"]
    assert "begins at once" in ann.get("/admin/artists/ada?done=now").text
    (event,) = stores.archive.events("ada", "control")
    assert (event.action, event.who) == ("make now", "ann")


def test_a_paused_artist_is_resumed_first(ann: TestClient, stores) -> None:
    send(ann, "/admin/artists/ada/pause", reason="the light is bad")
    assert stores.catalogue.artists.get("ada").pause_reason == "the light is bad"
    assert "Make one now" not in ann.get("/admin/artists/ada").text
    answer = send(ann, "/admin/artists/ada/now")
    assert answer.status_code == 409
    assert "ada is paused: resume it first." in answer.text
    send(ann, "/admin/artists/ada/resume")
    events = sorted(stores.archive.events("ada", "control"), key=lambda event: event.at)
    assert [(event.action, event.reason) for event in events] == [
        ("pause", "the light is bad"),
        ("resume", ""),
    ]


def test_quiet_hours_are_spoken_of_where_there_are_some(ann: TestClient) -> None:
    assert "quiet" not in ann.get("/admin/artists/ada?done=now").text.partition("<form")[0]
    send(ann, "/admin/artists/ada/tuning", quiet="22:00-07:00")
    answer = send(ann, "/admin/artists/ada/now")
    assert "if it is a quiet hour now" in ann.get(answer.headers["location"]).text


def test_what_an_artist_does_now_is_a_part_that_is_asked_for_again(ann: TestClient, stores) -> None:
    assert "data-busy" in ann.get("/admin/artists/ada/now").text, "it is due"
    cycle = stores.catalogue.cycles.open("ada", tuning_version=2, every=900)
    told = ann.get("/admin/artists/ada/now").text
    assert "It makes no. 4, and chooses a concept (step 1 of 6)." in told and "data-busy" in told
    assert cycle is not None and "<html" not in told
    moderate(stores.catalogue, stores.archive, "ada", 3, "held", "blood", who="a model")
    assert "held back: blood" in ann.get("/admin/artists/ada/now").text


def test_errors_stay_in_the_layout_of_the_admin(mo: TestClient, client: TestClient) -> None:
    for answer in (
        mo.get("/admin/spending"),
        mo.get("/admin/works/ada/999"),
        mo.get("/admin/nowhere"),
        mo.post("/admin/works/ada/1", data={"csrf": "wrong", "visibility": "shown"}),
        send(mo, "/admin/works/ada/1", visibility="shown", reason="x" * 501),
    ):
        assert answer.status_code in (400, 403, 404)
        assert 'aria-label="Admin pages"' in answer.text
        assert 'aria-label="Gallery"' not in answer.text
    assert 'aria-label="Admin pages"' not in mo.get("/nowhere").text


def test_a_wrong_password_keeps_the_name(client: TestClient) -> None:
    answer = client.post("/admin/sign-in", data={"who": "ann <b>", "password": "wrong"})
    assert answer.status_code == 403 and 'value="ann &lt;b&gt;"' in answer.text


ADMINS_ONLY = (
    "/admin/artists/ada/now",
    "/admin/artists/ada",
    "/admin/artists/ada/picks",
    "/admin/artists/ada/edit",
    "/admin/create",
    "/admin/spending",
    "/admin/site",
)


@pytest.mark.parametrize("page", ADMINS_ONLY)
def test_a_moderator_may_not_read_pages_of_admins(mo: TestClient, page: str) -> None:
    answer = mo.get(page)
    assert answer.status_code == 403
    assert "only an admin" in answer.text


@pytest.mark.parametrize(
    "form",
    [
        *[f"/admin/artists/ada/{act}" for act in ("tuning", "undo", "pause", "resume", "now")],
        *[f"/admin/artists/ada/{act}" for act in ("edit", "retire", "restore")],
        "/admin/create",
        "/admin/accounts",
        "/admin/accounts/change",
    ],
)
def test_a_moderator_may_not_tune_edit_or_change_accounts(
    mo: TestClient, stores, admins, form: str
) -> None:
    before = stores.catalogue.artists.get("ada"), stores.catalogue.artists.tuning("ada")
    data = {"beta": "0.1", "title": "Mo", "who": "ann", "name": "mo", "seed": "sea"}
    data |= {"password": "correct horse", "role": "moderator", "to": "moderator"}
    assert send(mo, form, **data).status_code == 403
    assert (stores.catalogue.artists.get("ada"), stores.catalogue.artists.tuning("ada")) == before
    assert dict(admins.roles()) == {"ann": "admin", "mo": "moderator"}


def test_a_moderator_decides_on_works(mo: TestClient, stores) -> None:
    send(mo, "/admin/works/ada/1", visibility="hidden", reason="asked for")
    (event,) = stores.archive.events(kind="moderation")
    assert (event.visibility, event.who) == ("hidden", "mo")
    send(mo, "/admin/works/ada/2/takedown", reason="a court", sure="yes")
    assert stores.catalogue.works.get("ada:2").visibility == "removed"


def test_notices_are_only_those_that_are_known(ann: TestClient) -> None:
    page = ann.get("/admin/artists/ada?done=%3Cscript%3E").text
    assert not re.search(r'class="notice-line"', page)
