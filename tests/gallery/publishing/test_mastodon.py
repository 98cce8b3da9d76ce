"""Mastodon, through its own client, against a server that speaks its API."""

from __future__ import annotations

import pytest

from gallery.publishing.mastodon import Mastodon

MOMENT = "2026-11-24T00:00:00.000Z"


def account(address: str) -> Mastodon:
    return Mastodon(address, "token")


def test_a_status_has_picture_words_and_a_description(remotes, hung, ask, publisher) -> None:
    ask("mastodon")
    publisher({"mastodon": account(remotes.address)}).publish_due()
    (status,) = remotes.statuses
    work = hung.catalogue.works.get("ada:1")
    assert work.title in status["content"]
    assert status["content"].endswith("https://art.example.org/works/ada/1</p>")
    assert status["visibility"] == "unlisted"
    assert len(status["content"]) <= 500
    (media,) = remotes.media.values()
    assert media["description"].endswith("made by a machine.")
    assert 0 < media["bytes"] < 8_000_000
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("sent", "https://mastodon.example/@alien/1")


def again(hung, publishing) -> None:
    """Let the sender be taken for dead and another one come."""
    row = hung.catalogue.outbox.of_work("ada:1")[0]
    with hung.catalogue.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET next_at = 0")
    assert row.state in ("sending", "waiting")
    publishing.publish_due()


def test_what_arrived_is_found_and_not_posted_again(remotes, hung, ask, publisher) -> None:
    ask("mastodon")
    publishing = publisher({"mastodon": account(remotes.address)})
    publishing.publish_due()
    with hung.catalogue.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'sending', detail = ''")
    remotes.forgetful = True
    for number in range(90):
        remotes.statuses.append({**remotes.statuses[0], "id": str(number + 2), "content": "other"})
    again(hung, publishing)
    assert len(remotes.statuses) == 91
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("sent", "https://mastodon.example/@alien/1")


@pytest.mark.parametrize("written", ["plain", "linked", "shortened"])
def test_a_status_of_another_work_is_not_taken_for_it(
    remotes, hung, ask, publisher, written: str
) -> None:
    """The address of work 1 is a part of work 12's, and of what stands below its own."""
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
    again(hung, publishing)
    assert remotes.statuses[-1]["content"].endswith(f"{mine}</p>")
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("sent", "https://mastodon.example/@alien/5")
    remotes.statuses[-1]["content"] = content(written, mine)
    with hung.catalogue.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'sending', detail = ''")
    again(hung, publishing)
    assert len(remotes.statuses) == 5


def content(written: str, address: str) -> str:
    """A status as servers write it: Mastodon hides the ends of long addresses."""
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


def test_what_did_not_arrive_is_posted_at_the_next_attempt(remotes, hung, ask, publisher) -> None:
    ask("mastodon")
    publishing = publisher({"mastodon": account(remotes.address)})
    for last_error, said in (("away", "has trouble"), ("busy", "wants us to wait")):
        remotes.last_error = last_error
        again(hung, publishing)
        (row,) = hung.catalogue.outbox.of_work("ada:1")
        assert (row.state, said in row.detail) == ("waiting", True)
    remotes.last_error = ""
    again(hung, publishing)
    assert len(remotes.statuses) == 1
    assert hung.catalogue.outbox.of_work("ada:1")[0].state == "sent"


def test_where_nobody_can_tell_a_person_decides(remotes, hung, ask, publisher) -> None:
    ask("mastodon")
    publishing = publisher({"mastodon": account(remotes.address)})
    remotes.last_error = "away"
    publishing.publish_due()
    remotes.last_error = "unreadable"
    again(hung, publishing)
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert (row.state, "can't be read" in row.detail) == ("unknown", True)
    assert publishing.publish_due() == 0
    assert remotes.statuses == []


def test_refusals_are_final(remotes, hung, ask, publisher) -> None:
    ask("mastodon")
    remotes.last_error = "refuse"
    publisher({"mastodon": account(remotes.address)}).publish_due()
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert (row.state, "refuses status_post" in row.detail) == ("failed", True)


def test_a_server_that_is_not_there_is_asked_later(hung, ask, publisher) -> None:
    ask("mastodon")
    publisher({"mastodon": account("http://127.0.0.1:1")}).publish_due()
    assert hung.catalogue.outbox.of_work("ada:1")[0].state == "waiting"


def test_tokens_are_not_shown() -> None:
    assert "token" not in repr(account("https://example.org")).replace("token=", "")
