"""Mastodon, through its client library, against a local server with its API."""

from __future__ import annotations

import time

import pytest

from gallery.publishing import mastodon
from gallery.publishing.channel import ChannelRefused, Rejected
from gallery.publishing.decisions import Retried, retry_all
from gallery.publishing.mastodon import Mastodon

MOMENT = "2026-11-24T00:00:00.000Z"


def account(address: str) -> Mastodon:
    return Mastodon(address, "token")


def test_a_status_has_picture_words_and_a_description(remotes, stores, ask, publisher) -> None:
    ask("mastodon")
    publisher({"mastodon": account(remotes.address)}).publish_due()
    (status,) = remotes.statuses
    work = stores.catalogue.works.get("ada:1")
    assert work.title in status["content"]
    assert status["content"].endswith("https://art.example.org/works/ada/1</p>")
    assert status["visibility"] == "unlisted"
    assert len(status["content"]) <= 500
    (media,) = remotes.media.values()
    assert media["description"].endswith("made by a machine.")
    assert 0 < media["bytes"] < 8_000_000
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("sent", "https://mastodon.example/@alien/1")


def again(stores, publishing) -> None:
    """Expire the sender's claim, and send by another one."""
    row = stores.catalogue.outbox.of_work("ada:1")[0]
    with stores.catalogue.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET next_at = 0")
    assert row.state in ("sending", "waiting")
    publishing.publish_due()


def test_what_arrived_is_found_and_not_posted_again(remotes, stores, ask, publisher) -> None:
    ask("mastodon")
    publishing = publisher({"mastodon": account(remotes.address)})
    publishing.publish_due()
    with stores.catalogue.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'sending', detail = ''")
    remotes.forgetful = True
    for number in range(90):
        remotes.statuses.append({**remotes.statuses[0], "id": str(number + 2), "content": "other"})
    again(stores, publishing)
    assert len(remotes.statuses) == 91
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("sent", "https://mastodon.example/@alien/1")


@pytest.mark.parametrize("written", ["plain", "linked", "shortened"])
def test_a_status_of_another_work_is_not_mistaken_for_it(
    remotes, stores, ask, publisher, written: str
) -> None:
    """The address of work 1 is a prefix of work 12's, and of the pages below its own."""
    ask("mastodon")
    publishing = publisher({"mastodon": account(remotes.address)})
    remotes.last_error = "away"
    publishing.publish_due()
    remotes.last_error = ""
    mine = "https://art.example.org/works/ada/1"
    for number, address in enumerate(
        (f"{mine}2", f"{mine}/like", f"{mine}?x", f"https://other.example/?u={mine}"), 50
    ):
        status = {"id": str(number), "content": content(written, address), "media": []}
        remotes.statuses.append({**status, "url": f"https://mastodon.example/@alien/{number}",
            "uri": "", "account": {}, "visibility": "unlisted", "created_at": MOMENT})  # fmt: skip
    again(stores, publishing)
    assert remotes.statuses[-1]["content"].endswith(f"{mine}</p>")
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("sent", "https://mastodon.example/@alien/5")
    remotes.statuses[-1]["content"] = content(written, mine)
    with stores.catalogue.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'sending', detail = ''")
    again(stores, publishing)
    assert len(remotes.statuses) == 5


def content(written: str, address: str) -> str:
    """The HTML of a status: Mastodon hides the ends of long addresses."""
    if written == "plain":
        return f"<p>A work<br>by me</p><p>{address}</p>"
    shown = f"<span>{address}</span>"
    if written == "shortened":
        rest = address.removeprefix("https://")
        shown = (
            f'<span class="invisible">https://</span><span class="ellipsis">{rest[:20]}</span>'
            f'<span class="invisible">{rest[20:]}</span>'
        )
    return f'<p>A work</p><p><a href="{address}" rel="nofollow">{shown}</a></p>'


def test_what_did_not_arrive_is_posted_at_the_next_attempt(remotes, stores, ask, publisher) -> None:
    ask("mastodon")
    publishing = publisher({"mastodon": account(remotes.address)})
    for last_error, said in (("away", "has an error"), ("busy", "limits the rate")):
        remotes.last_error = last_error
        again(stores, publishing)
        (row,) = stores.catalogue.outbox.of_work("ada:1")
        assert (row.state, said in row.detail) == ("waiting", True)
    remotes.last_error = ""
    again(stores, publishing)
    assert len(remotes.statuses) == 1
    assert stores.catalogue.outbox.of_work("ada:1")[0].state == "sent"


def test_an_unknown_outcome_is_decided_by_an_admin(remotes, stores, ask, publisher) -> None:
    ask("mastodon")
    publishing = publisher({"mastodon": account(remotes.address)})
    remotes.last_error = "away"
    publishing.publish_due()
    remotes.last_error = "unreadable"
    again(stores, publishing)
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, "can't be read" in row.detail) == ("unknown", True)
    assert publishing.publish_due() == 0
    assert remotes.statuses == []


def test_refusals_are_final(remotes, stores, ask, publisher) -> None:
    ask("mastodon")
    remotes.last_error = "refuse"
    publisher({"mastodon": account(remotes.address)}).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, "refuses status_post" in row.detail) == ("failed", True)


GERMAN = "Dateien, die noch nicht fertig sind, können nicht angehängt werden."


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks at a picture follow one another without a pause."""
    monkeypatch.setattr(mastodon, "_LOOK_SECONDS", 0.0)


def test_a_picture_that_is_still_processed_is_waited_for(
    remotes, stores, ask, publisher, at_once
) -> None:
    ask("mastodon")
    remotes.hasty = 3
    publisher({"mastodon": account(remotes.address)}).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.attempts) == ("sent", 1)
    assert (len(remotes.statuses), len(remotes.media)) == (1, 1)


def test_a_server_may_say_so_in_its_own_language(remotes, stores, ask, publisher, at_once) -> None:
    ask("mastodon")
    publishing = publisher({"mastodon": account(remotes.address)})
    remotes.refusal, remotes.hasty = GERMAN, 1
    publishing.publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, GERMAN in row.detail) == ("failed", True), "the picture was ready"
    ask("mastodon", "ada:2")
    remotes.hasty, remotes.looks_after_refusal = 1, 1
    publishing.publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:2")
    assert row.state == "sent"
    assert len(remotes.media) == 2


def test_a_picture_that_takes_long_is_not_uploaded_again(
    remotes, stores, ask, publisher, at_once
) -> None:
    ask("mastodon")
    publishing = publisher({"mastodon": account(remotes.address)})
    remotes.hasty = 35
    publishing.publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, "did not process the picture in time" in row.detail) == ("waiting", True)
    again(stores, publishing)
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.attempts) == ("sent", 2)
    (status,) = remotes.statuses
    assert list(remotes.media) == status["media"] == ["1"]
    assert len(set(remotes.keys)) == 1


def test_an_upload_that_the_server_dropped_is_made_again(
    remotes, stores, ask, publisher, at_once
) -> None:
    ask("mastodon")
    publishing = publisher({"mastodon": account(remotes.address)})
    remotes.looks = 100
    publishing.publish_due()
    remotes.looks = 0
    remotes.media["gone"] = remotes.media.pop("1")
    again(stores, publishing)
    assert stores.catalogue.outbox.of_work("ada:1")[0].state == "sent"
    assert remotes.statuses[0]["media"] == ["2"]


def test_a_revoked_token_holds_the_queue_until_a_person_lets_it_go_on(
    remotes, stores, ask, publisher
) -> None:
    ask("mastodon", "ada:1", "ada:2", "ada:3")
    remotes.last_error = "revoked"
    publishing = publisher({"mastodon": account(remotes.address)})
    assert [publishing.publish_due() for _ in range(12)] == [1] + [0] * 11
    assert {row.state for row in stores.catalogue.outbox.newest()} == {"waiting"}
    (held,) = stores.catalogue.channels.all()
    assert "refuses the token" in held.held and "token was revoked" in held.held
    remotes.last_error = ""
    assert publishing.publish_due() == 0
    assert retry_all(stores.catalogue, stores.archive, who="ann") == Retried(
        channels=1, publications=0
    )
    assert publishing.publish_due() == 3
    assert len(remotes.statuses) == 3


def test_the_wait_that_a_busy_server_asks_for_is_kept_by_all_posts(
    remotes, stores, ask, publisher
) -> None:
    ask("mastodon", "ada:1", "ada:2")
    remotes.last_error = "busy"
    publishing = publisher({"mastodon": account(remotes.address)})
    assert [publishing.publish_due(), publishing.publish_due()] == [1, 0]
    for row in stores.catalogue.outbox.newest():
        assert row.next_at - time.time() == pytest.approx(6 * 3600, abs=30)


def test_the_account_is_checked_without_a_post(remotes) -> None:
    assert "@alien" in account(remotes.address).check()
    remotes.bot = False
    with pytest.raises(Rejected, match="is not marked as automated"):
        account(remotes.address).check()
    remotes.last_error = "revoked"
    with pytest.raises(ChannelRefused, match="Make a new one"):
        account(remotes.address).check()
    assert remotes.statuses == []


def test_an_unreachable_server_is_tried_later(stores, ask, publisher) -> None:
    ask("mastodon")
    publisher({"mastodon": account("http://127.0.0.1:1")}).publish_due()
    assert stores.catalogue.outbox.of_work("ada:1")[0].state == "waiting"


def test_tokens_are_not_shown() -> None:
    assert "token" not in repr(account("https://example.org")).replace("token=", "")
