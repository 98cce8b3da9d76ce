"""Each thing that a person does in the admin has its row in the log."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from gallery.accounts import Admins
from gallery.admin import account, artist, auth, edit, publications, works
from gallery.moderation.decisions import moderate
from tests.gallery.admin.desk import PASSWORD, send
from tests.gallery.admin.test_records import rows
from worker.moderation.openai import UNCHECKED


@pytest.fixture
def admins(tmp_path: Path) -> Admins:
    """Accounts that this test alone changes."""
    kept = Admins(tmp_path / "admins.json")
    kept.set_password("ann", PASSWORD)
    return kept


def _forms() -> set[str]:
    """The addresses that the admin's forms are sent to."""
    return {
        route.path
        for module in (account, artist, auth, edit, publications, works)
        for route in module.router.routes
        if isinstance(route, APIRoute) and "POST" in route.methods
    }


def _log(client: TestClient) -> list[list[str]]:
    return rows(client.get("/admin/log").text)


def test_each_form_that_changes_something_has_a_row_in_the_log(ann: TestClient, stores) -> None:
    outbox = stores.catalogue.outbox
    with stores.catalogue.database.write() as connection:
        outbox.add_in(connection, "ada:1", ["bluesky", "mastodon", "webhook"])
        outbox.add_in(connection, "ada:3", ["webhook"])
    for row in (*outbox.of_work("ada:1"), *outbox.of_work("ada:3")):
        claimed = outbox.claim(row, seconds=60)
        state = "unknown" if row.channel == "bluesky" else "waiting"
        outbox.settle(claimed, state, "nothing answers", wait=3600)
    moderate(stores.catalogue, stores.archive, "ada", 3, "held", UNCHECKED, who="the-check")
    new = {"who": "new", "password": PASSWORD, "role": "moderator"}
    forms: list[tuple[str, str, dict[str, object]]] = [
        ("/accounts", "/accounts", new),
        ("/accounts/password", "/accounts/password", {"who": "new", "password": PASSWORD + "!"}),
        ("/accounts/change", "/accounts/change", {"who": "new", "to": "admin"}),
        ("/accounts/change", "/accounts/change", {"who": "new"}),
        ("/artists/{name}/tuning", "/artists/ada/tuning", {"beta": "0.6"}),
        ("/artists/{name}/undo", "/artists/ada/undo", {}),
        ("/artists/{name}/pause", "/artists/ada/pause", {}),
        ("/artists/{name}/resume", "/artists/ada/resume", {}),
        ("/artists/{name}/now", "/artists/ada/now", {}),
        ("/create", "/create", {"name": "bea", "seed": ["sea", "sky"], "show_seeds": "free"}
         | {"composer": "grammar", "painter": "offline", "memory": "own", "style": "", "title": ""}
         | {"statement": ""}),
        ("/artists/{name}/edit", "/artists/ada/edit", {"title": "Ada II", "seed": ["sea", "sky"]}),
        ("/artists/{name}/retire", "/artists/ada/retire", {}),
        ("/artists/{name}/restore", "/artists/ada/restore", {}),
        ("/works/check-again", "/works/check-again", {}),
        ("/works", "/works", {"work": ["ada:1"], "visibility": "blurred"}),
        ("/works/{artist}/{number}", "/works/ada/1", {"visibility": "shown"}),
        ("/publications/{artist}/{number}/{channel}", "/publications/ada/1/bluesky",
         {"decision": "arrived"}),
        ("/publications/{artist}/{number}/{channel}", "/publications/ada/1/mastodon",
         {"decision": "again"}),
        ("/publications/{artist}/{number}/{channel}", "/publications/ada/1/webhook",
         {"decision": "give_up"}),
        ("/publications/retry", "/publications/retry", {}),
        ("/publications/give-up", "/publications/give-up", {}),
        ("/works/{artist}/{number}/takedown", "/works/ada/2/takedown",
         {"reason": "a court", "sure": "yes"}),
        ("/account", "/account",
         {"current": PASSWORD, "new": PASSWORD + "?", "again": PASSWORD + "?"}),
    ]  # fmt: skip
    told = {f"/admin{route}" for route, _, _ in forms}
    for _, path, data in forms:
        before = len(_log(ann))
        answer = send(ann, f"/admin{path}", **data)
        assert answer.status_code == 303, (path, answer.text)
        after = _log(ann)
        assert len(after) > before, path
        assert "ann" in {row[1] for row in after[: len(after) - before]}, path
    for word in (
        "noted as arrived: no. 1 on bluesky",
        "asked to send again no. 1 on mastodon",
        "decided not to send no. 1 on webhook",
        "decided not to send no. 1 on mastodon",
        "asked to send all that failed again",
        "asked for the safety check of no. 3 again",
    ):
        assert word in {row[3] for row in _log(ann)}, word
    assert told == _forms() - {"/admin/sign-in", "/admin/sign-out"}
