"""Passwords and roles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.accounts import Admins
from gallery.api_tokens import ApiTokens
from storage.catalogue.sessions import FREE_FAILURES
from tests.gallery.admin.desk import PASSWORD, send

NEW = "a better password"


@pytest.fixture
def admins(tmp_path: Path) -> Admins:
    """Accounts of this test alone."""
    kept = Admins(tmp_path / "admins.json")
    kept.set_password("ann", PASSWORD)
    kept.set_password("mo", PASSWORD, role="moderator")
    return kept


def test_a_password_is_changed_and_other_sessions_end(
    mo: TestClient, stores, admins: Admins
) -> None:
    app = create_app(stores.catalogue, stores.archive, site=SiteSettings(), admins=admins)
    elsewhere = TestClient(app, follow_redirects=False)
    elsewhere.post("/admin/sign-in", data={"who": "mo", "password": PASSWORD})
    assert elsewhere.get("/admin").status_code == 200
    answer = send(mo, "/admin/account", current=PASSWORD, new=NEW, again=NEW)
    assert answer.headers["location"] == "/admin/account?done=password"
    assert admins.check("mo", NEW) and not admins.check("mo", PASSWORD)
    assert admins.role_of("mo") == "moderator"
    assert mo.get("/admin").status_code == 200
    assert elsewhere.get("/admin").status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "again", "says"),
    [
        ("wrong", NEW, NEW, "not your current password"),
        (PASSWORD, NEW, NEW + "!", "two new passwords differ"),
        (PASSWORD, "short", "short", "10 characters"),
    ],
)
def test_a_wrong_form_changes_no_password(
    mo: TestClient, admins: Admins, current: str, new: str, again: str, says: str
) -> None:
    answer = send(mo, "/admin/account", current=current, new=new, again=again)
    assert answer.status_code in (400, 403)
    assert says in answer.text
    assert admins.check("mo", PASSWORD)


def test_guesses_of_the_current_password_are_limited(mo: TestClient, admins: Admins) -> None:
    codes = [
        send(mo, "/admin/account", current="guess", new=NEW, again=NEW).status_code
        for _ in range(FREE_FAILURES + 1)
    ]
    assert codes == [*[403] * FREE_FAILURES, 429]
    right = send(mo, "/admin/account", current=PASSWORD, new=NEW, again=NEW)
    assert right.status_code == 429 and admins.check("mo", PASSWORD)


def test_an_admin_adds_changes_and_removes_accounts(ann: TestClient, admins: Admins) -> None:
    send(ann, "/admin/accounts", who="eve", password=NEW, role="moderator")
    assert admins.roles() == {"ann": "admin", "eve": "moderator", "mo": "moderator"}
    assert "Make eve an admin" in ann.get("/admin/account").text
    send(ann, "/admin/accounts/change", who="eve", to="admin")
    assert admins.role_of("eve") == "admin"
    send(ann, "/admin/accounts/change", who="eve")
    assert admins.roles() == {"ann": "admin", "mo": "moderator"}
    for data in ({"who": "ann"}, {"who": "ann", "to": "moderator"}):
        answer = send(ann, "/admin/accounts/change", **data)
        assert answer.status_code == 400
        assert "At least one admin must be left." in answer.text
    short = send(ann, "/admin/accounts", who="eve", password="short", role="moderator")
    assert short.status_code == 400 and "10 characters" in short.text
    assert admins.roles() == {"ann": "admin", "mo": "moderator"}


def test_a_name_that_exists_is_not_added_again(ann: TestClient, admins: Admins) -> None:
    taken = send(ann, "/admin/accounts", who="mo", password=NEW, role="admin")
    assert taken.status_code == 400
    assert "There is an account mo already" in taken.text
    assert admins.role_of("mo") == "moderator" and admins.check("mo", PASSWORD)
    send(ann, "/admin/accounts/password", who="mo", password=NEW)
    assert admins.role_of("mo") == "moderator" and admins.check("mo", NEW)
    unknown = send(ann, "/admin/accounts/password", who="eve", password=NEW)
    assert unknown.status_code == 400 and "There is no account eve." in unknown.text
    assert admins.role_of("eve") is None


def test_changes_of_accounts_and_tokens_are_in_the_log_of_admins(
    ann: TestClient, sign_in: Callable[[str], TestClient], admins: Admins, tmp_path: Path
) -> None:
    send(ann, "/admin/accounts", who="eve", password=NEW, role="moderator")
    send(ann, "/admin/accounts/password", who="eve", password=PASSWORD)
    send(ann, "/admin/accounts/change", who="eve", to="admin")
    send(ann, "/admin/accounts/change", who="eve", to="moderator")
    send(ann, "/admin/accounts/change", who="eve", to="moderator")
    send(ann, "/admin/accounts/change", who="eve")
    send(ann, "/admin/account", current=PASSWORD, new=NEW, again=NEW)
    tokens = ApiTokens(tmp_path / "tokens.json")
    tokens.create("cron", by="root")
    tokens.revoke("cron", by="root")
    with (tmp_path / "accounts.log").open("a") as file:
        file.write("cut sh")
    told = [(one.who, one.what) for one in admins.log.all()]
    assert told == [
        ("ann", "added the account ann, an admin"),
        ("mo", "added the account mo, a moderator"),
        ("ann", "added the account eve, a moderator"),
        ("ann", "gave eve a new password"),
        ("ann", "made eve an admin"),
        ("ann", "made eve a moderator"),
        ("ann", "removed the account eve"),
        ("ann", "changed the password"),
        ("root", "created a token for cron"),
        ("root", "revoked the token of cron"),
    ]
    page = ann.get("/admin/log").text
    assert all(what in page for _, what in told)
    assert NEW not in (tmp_path / "accounts.log").read_text()
    assert "removed the account eve" not in sign_in("mo").get("/admin/log").text


def test_a_role_holds_at_once(ann: TestClient, admins: Admins) -> None:
    admins.set_password("eve", NEW)
    assert ann.get("/admin/spending").status_code == 200
    admins.set_role("ann", "moderator", by="eve")
    assert ann.get("/admin/spending").status_code == 403
    assert ann.get("/admin/works").status_code == 200


def test_accounts_of_earlier_releases_are_admins(tmp_path: Path, admins: Admins) -> None:
    file = tmp_path / "admins.json"
    stored = json.loads(file.read_text())
    assert isinstance(stored["ann"], str), "an earlier release reads it, too"
    old = tmp_path / "old.json"
    old.write_text(json.dumps({"ann": stored["ann"]}))
    assert Admins(old).roles() == {"ann": "admin"}
    assert Admins(old).check("ann", PASSWORD)
