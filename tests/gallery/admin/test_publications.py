"""Posts that did not get through: how they stand, why, and what a person can do."""

from __future__ import annotations

import html
import re

from starlette.testclient import TestClient

from storage.catalogue import OutboxRow
from tests.gallery.admin.desk import send

WHY = "hooks.example.org can't be reached: nothing answers at this address"


def failed(stores, work: str = "ada:1", *, times: int = 1) -> OutboxRow:
    """A post on the webhook that failed so many times, and waits."""
    outbox = stores.catalogue.outbox
    with stores.catalogue.database.write() as connection:
        outbox.add_in(connection, work, ["webhook"])
    for _ in range(times):
        (row,) = outbox.of_work(work)
        claimed = outbox.claim(row, seconds=60)
        assert claimed is not None
        outbox.settle(claimed, "waiting", WHY, wait=0 if claimed.attempts < times else 3600)
    (row,) = outbox.of_work(work)
    return row


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", "", page)).split())


def test_a_post_that_failed_says_how_often_why_and_when_it_is_tried_again(
    ann: TestClient, stores
) -> None:
    failed(stores, times=3)
    told = text_of(ann.get("/admin/publications").text)
    title = stores.catalogue.works.get("ada:1").title
    assert re.search(
        rf"On webhook Reason: {re.escape(WHY)}\. {re.escape(title)}, no\. 1 by Ada: it failed 3"
        r" times; next attempt at .* UTC\.",
        told,
    )
    assert "Try now" in told and "Do not send" in told


def test_one_that_was_never_tried_is_not_among_them(ann: TestClient, stores) -> None:
    with stores.catalogue.database.write() as connection:
        stores.catalogue.outbox.add_in(connection, "ada:1", ["webhook"])
    told = text_of(ann.get("/admin/publications").text)
    assert "Did not get through" not in told
    assert "waits; next attempt within a minute" in told
    send(ann, "/admin/works/ada/1", visibility="held")
    assert "waits until the work is shown" in text_of(ann.get("/admin/publications").text)


def test_a_waiting_post_is_tried_at_once(ann: TestClient, stores) -> None:
    failed(stores, times=2)
    assert not stores.catalogue.outbox.due(limit=9)
    answer = send(ann, "/admin/publications/ada/1/webhook", decision="again")
    assert answer.headers["location"].endswith("?done=again")
    (row,) = stores.catalogue.outbox.due(limit=9)
    assert (row.state, row.attempts, row.detail) == ("waiting", 2, WHY)


def test_a_waiting_post_is_never_sent(mo: TestClient, stores) -> None:
    failed(stores, times=2)
    send(mo, "/admin/publications/ada/1/webhook", decision="give_up")
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert row.state == "failed"
    send(mo, "/admin/publications/retry")
    assert not stores.catalogue.outbox.due(limit=9)
    told = text_of(mo.get("/admin/publications").text)
    assert "not to be sent, says mo" in told and "Try now" not in told
    (event,) = stores.archive.events(kind="publication")
    assert (event.state, event.detail) == ("failed", "decided by mo")


def test_a_post_that_is_being_sent_is_left_alone(ann: TestClient, stores) -> None:
    row = failed(stores, times=1)
    stores.catalogue.outbox.retry(None, "")
    (row,) = stores.catalogue.outbox.due(limit=1)
    assert stores.catalogue.outbox.claim(row, seconds=60)
    answer = send(ann, "/admin/publications/ada/1/webhook", decision="give_up")
    assert answer.headers["location"].endswith("?done=too-late")
    assert stores.catalogue.outbox.of_work("ada:1")[0].state == "sending"


def test_what_failed_twice_is_told_on_the_overview(ann: TestClient, stores) -> None:
    failed(stores, "ada:1", times=1)
    assert "All is well" in ann.get("/admin").text
    failed(stores, "ada:2", times=2)
    told = text_of(ann.get("/admin").text)
    assert (
        f"1 post does not get through on webhook: {WHY}. It is tried again automatically." in told
    )
    send(ann, "/admin/works/ada/2", visibility="hidden")
    assert "All is well" in ann.get("/admin").text, "it is not sent while the work is hidden"
