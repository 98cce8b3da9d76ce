"""The admin pages: sign-in, forms, and the record of every change."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.accounts import Admins, AdminsError
from storage.catalogue.db.tables import artists
from storage.catalogue.sessions import FREE_FAILURES
from tests.gallery.admin.desk import PASSWORD, csrf, send

PAGES = (
    "/admin",
    "/admin/artists/ada",
    "/admin/artists/ada/edit",
    "/admin/artists/ada/picks",
    "/admin/artists/ada/now",
    "/admin/create",
    "/admin/works",
    "/admin/works/ada/1",
    "/admin/review",
    "/admin/publications",
    "/admin/spending",
    "/admin/log",
    "/admin/site",
    "/admin/account",
)
FORMS = (
    "/admin/sign-out",
    "/admin/artists/ada/tuning",
    "/admin/artists/ada/undo",
    "/admin/artists/ada/pause",
    "/admin/artists/ada/resume",
    "/admin/artists/ada/now",
    "/admin/artists/ada/edit",
    "/admin/artists/ada/retire",
    "/admin/artists/ada/restore",
    "/admin/create",
    "/admin/account",
    "/admin/accounts",
    "/admin/accounts/change",
    "/admin/accounts/password",
    "/admin/works",
    "/admin/works/check-again",
    "/admin/works/ada/1",
    "/admin/works/ada/1/takedown",
    "/admin/publications/ada/1/webhook",
    "/admin/publications/retry",
)

EVERYTHING = {
    "beta": "0.1",
    "visibility": "hidden",
    "decision": "again",
    "reason": "x",
    "sure": "yes",
    "who": "eve",
    "password": PASSWORD,
    "role": "admin",
    "work": "ada:1",
    "title": "Eve",
}
"""What any of the forms may ask for."""


@pytest.mark.parametrize("page", PAGES)
def test_unknown_clients_are_redirected_to_the_sign_in(client: TestClient, page: str) -> None:
    answer = client.get(page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/sign-in")
    client.cookies.set("desk", "forged")
    assert client.get(page).status_code == 303


@pytest.mark.parametrize("form", FORMS)
def test_forms_without_a_session_do_nothing(client: TestClient, stores, form: str) -> None:
    assert client.post(form, data=EVERYTHING).status_code == 303
    assert stores.catalogue.artists.tuning("ada").tuning.beta != 0.1
    assert stores.catalogue.works.get("ada:1").visibility == "shown"
    assert not stores.catalogue.artists.get("ada").paused


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("token", [None, "", "wrong", "ü"])
def test_forms_with_a_wrong_token_do_nothing(
    ann: TestClient, stores, form: str, token: str | None
) -> None:
    data = EVERYTHING | ({} if token is None else {"csrf": token})
    assert ann.post(form, data=data).status_code == 403
    assert stores.catalogue.works.get("ada:1").visibility == "shown"
    assert not stores.catalogue.artists.get("ada").paused


def test_the_cookie_is_limited_to_the_admin_pages(client: TestClient) -> None:
    answer = client.post("/admin/sign-in", data={"who": "ann", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/admin" in cookie
    assert client.get("/admin").headers["cache-control"] == "no-store"


def test_signing_out_ends_the_session(ann: TestClient) -> None:
    token = ann.cookies["desk"]
    assert ann.post("/admin/sign-out", data={"csrf": csrf(ann)}).status_code == 303
    ann.cookies.set("desk", token, path="/admin")
    assert ann.get("/admin").status_code == 303


def test_too_many_failures_block_the_sign_in(client: TestClient) -> None:
    for _ in range(FREE_FAILURES):
        answer = client.post("/admin/sign-in", data={"who": "ann", "password": "guess"})
        assert answer.status_code == 403
        assert "Wrong name or password" in answer.text
    locked = client.post("/admin/sign-in", data={"who": "ann", "password": PASSWORD})
    assert locked.status_code == 429
    assert "wait" in locked.text


def test_failures_elsewhere_do_not_block_an_admin(stores, admins: Admins) -> None:
    app = create_app(stores.catalogue, stores.archive, site=SiteSettings(), admins=admins)
    stranger = TestClient(app, client=("198.51.100.7", 1))
    for _ in range(2 * FREE_FAILURES):
        stranger.post("/admin/sign-in", data={"who": "ann", "password": "guess"})
    right = {"who": "ann", "password": PASSWORD}
    assert stranger.post("/admin/sign-in", data=right).status_code == 429
    ann = TestClient(app, client=("203.0.113.9", 1), follow_redirects=False)
    assert ann.post("/admin/sign-in", data=right).status_code == 303


def test_a_session_ends_with_its_password_or_its_admin(stores, tmp_path: Path) -> None:
    admins = Admins(tmp_path / "own.json")
    admins.set_password("ann", PASSWORD)
    app = create_app(stores.catalogue, stores.archive, site=SiteSettings(), admins=admins)
    ann = TestClient(app, follow_redirects=False)
    for end in (
        lambda: admins.set_password("ann", PASSWORD + " again"),
        lambda: admins.set_password("ann", PASSWORD),
        lambda: (tmp_path / "own.json").write_text("{}"),
        (tmp_path / "own.json").unlink,
    ):
        admins.set_password("ann", PASSWORD)
        ann.post("/admin/sign-in", data={"who": "ann", "password": PASSWORD})
        form = {"csrf": csrf(ann)}
        end()
        assert ann.get("/admin").status_code == 303
        assert ann.post("/admin/artists/ada/pause", data=form).status_code == 303
    assert not stores.catalogue.artists.get("ada").paused


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b'{"ann": 1}', b'{"ann": null}', b"[" * 5000]
)
def test_a_damaged_file_of_admins_is_reported_and_blocks_sign_in(
    stores, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    file = tmp_path / "own.json"
    admins = Admins(file)
    admins.set_password("ann", PASSWORD)
    app = create_app(stores.catalogue, stores.archive, site=SiteSettings(), admins=admins)
    with TestClient(app, follow_redirects=False) as ann:
        assert not caplog.records
        right = {"who": "ann", "password": PASSWORD}
        ann.post("/admin/sign-in", data=right)
        file.write_bytes(content)
        for answer in (
            ann.get("/admin"),
            ann.get("/admin/sign-in"),
            ann.post("/admin/sign-in", data=right),
        ):
            assert answer.status_code == 503
            assert "in its log" in answer.text and str(file) not in answer.text
            told = caplog.records.pop().getMessage()
            assert str(file) in told and "artist password" in told
        assert ann.get("/works/ada/1").status_code == 200
        with pytest.raises(AdminsError, match="remove it and set each admin's password"):
            admins.set_password("bob", PASSWORD)
        assert file.read_bytes() == content
    with TestClient(app):
        assert "artist password" in caplog.records.pop().getMessage(), "it is told at the start"


def test_admins_added_in_parallel_can_all_sign_in(tmp_path: Path) -> None:
    names = [f"admin {number}" for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda n: Admins(tmp_path / "a").set_password(n, PASSWORD), names))
    assert all(Admins(tmp_path / "a").check(name, PASSWORD) for name in names)


def test_parallel_guesses_do_not_exceed_the_limit(
    client: TestClient, admins: Admins, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All guesses are sent before the first is found wrong."""
    checked: list[str] = []
    under_way = Barrier(FREE_FAILURES, timeout=10)

    def check(who: str, password: str) -> bool:
        checked.append(password)
        under_way.wait()
        return False

    monkeypatch.setattr(admins, "check", check)
    guesses = [{"who": "ann", "password": f"guess {number}"} for number in range(12)]
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda data: client.post("/admin/sign-in", data=data), guesses))
    assert len(checked) == FREE_FAILURES
    codes = Counter(answer.status_code for answer in answers)
    assert codes == {403: FREE_FAILURES, 429: 12 - FREE_FAILURES}


@pytest.mark.parametrize("who", ["nobody", "", "a" * 300, "ann\x00"])
def test_other_names_are_refused(client: TestClient, who: str) -> None:
    answer = client.post("/admin/sign-in", data={"who": who, "password": PASSWORD})
    assert answer.status_code in (400, 403)
    assert "set-cookie" not in answer.headers


def test_all_artists_are_listed(ann: TestClient) -> None:
    page = ann.get("/admin").text
    assert "Its next work is due." in page
    assert "All is well: nothing waits for you." in page


def test_a_change_is_recorded_with_its_admin(ann: TestClient, stores) -> None:
    hours = {"quiet": "22:00-07:00", "timezone": "Europe/Berlin", "jitter": "0.2", "burst": "3"}
    data = {"csrf": csrf(ann), "beta": "0.6", "every": "30m", "permutations": "8", **hours}
    assert ann.post("/admin/artists/ada/tuning", data=data).status_code == 303
    newest = stores.catalogue.artists.tuning("ada")
    assert (newest.tuning.beta, newest.tuning.every, newest.tuning.permutations) == (0.6, 1800, 8)
    assert (newest.tuning.quiet, newest.tuning.timezone) == ("22:00-07:00", "Europe/Berlin")
    assert (newest.tuning.jitter, newest.tuning.burst) == (0.2, 3)
    assert newest.who == "ann"
    (event,) = stores.archive.events(kind="tuning")
    assert (event.who, event.version) == ("ann", newest.version)
    page = ann.get("/admin/artists/ada").text
    assert "β 0.7 → 0.6" in page
    assert "a new work every 15 minutes → 30 minutes" in page
    assert "quiet hours none → 22:00-07:00" in page
    ann.post("/admin/artists/ada/tuning", data=data)
    assert stores.catalogue.artists.tuning("ada").version == newest.version
    ann.post("/admin/artists/ada/undo", data={"csrf": csrf(ann)})
    again = stores.catalogue.artists.tuning("ada")
    assert (again.version, again.tuning.beta) == (newest.version + 1, 0.7)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("beta", "1.5"),
        ("beta", "much"),
        ("patience", "0"),
        ("every", "soon"),
        ("floor", "nan"),
        *[("quiet", "at night"), ("timezone", "Mars/Olympus"), ("jitter", "2"), ("burst", "0")],
    ],
)
def test_values_out_of_range_come_back_with_the_reason(
    ann: TestClient, stores, name: str, value: str
) -> None:
    before = stores.catalogue.artists.tuning("ada")
    answer = ann.post("/admin/artists/ada/tuning", data={"csrf": csrf(ann), name: value})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert f'value="{value}"' in answer.text
    assert stores.catalogue.artists.tuning("ada") == before


def test_feedback_is_chosen_from_what_there_is(ann: TestClient, stores) -> None:
    page = ann.get("/admin/artists/ada").text
    choices = re.search(r'(?s)<select id="feedback".*?</select>', page)
    assert choices is not None
    assert re.findall(r'<option value="(\w+)"( selected)?>', choices[0]) == [
        *[("off", " selected"), ("novelty", ""), ("votes", ""), ("both", "")]
    ]
    assert "it begins at" not in page
    data = {"csrf": csrf(ann), "feedback": "novelty", "lowest_beta": "0.6", "beta_step": "0.1"}
    assert ann.post("/admin/artists/ada/tuning", data=data).status_code == 303
    tuning = stores.catalogue.artists.tuning("ada").tuning
    assert (tuning.feedback, tuning.lowest_beta, tuning.beta_step) == ("novelty", 0.6, 0.1)
    page = ann.get("/admin/artists/ada").text
    assert "β depends on novelty: it begins at 0.7 and stays between 0.6 and 1." in page
    assert "let β follow nothing → how new its last works were" in page
    wrong = ann.post("/admin/artists/ada/tuning", data={"csrf": csrf(ann), "beta": "0.2"})
    assert wrong.status_code == 400
    assert "β must lie between its lowest and its highest value" in wrong.text


def test_a_preview_changes_nothing(ann: TestClient, stores, tried: list) -> None:
    before = stores.catalogue.artists.tuning("ada")
    data = {"csrf": csrf(ann), "beta": "0.25", "patience": "7", "act": "try"}
    page = ann.post("/admin/artists/ada/tuning", data=data).text
    assert f"It would pick “{stores.manifests[-1].inspiration.concept}”" in page
    wanted = before.tuning.model_copy(update={"beta": 0.25, "patience": 7})
    assert tried == [("ada", wanted)], "one preview tells what is picked now, too"
    assert ann.get("/admin/artists/ada?beta=0.25&patience=7").text.count("It would pick") == 1
    assert stores.catalogue.artists.tuning("ada") == before
    assert "0.25" in page


def test_the_start_of_the_next_cycle_is_shown(ann: TestClient, stores) -> None:
    assert "begins as soon as possible." in ann.get("/admin/artists/ada").text
    with stores.catalogue.database.write() as connection:
        noon = datetime(2030, 5, 1, 12, tzinfo=UTC).timestamp()
        connection.execute(update(artists).where(artists.c.name == "ada").values(next_due=noon))
    told = ann.get("/admin/artists/ada").text
    assert "begins 1 May 2030, 12:00 UTC." in told
    stores.catalogue.artists.pause("ada", "a test")
    assert "Next work" not in ann.get("/admin/artists/ada").text


def test_pause_and_resume(ann: TestClient, stores) -> None:
    ann.post("/admin/artists/ada/pause", data={"csrf": csrf(ann)})
    row = stores.catalogue.artists.get("ada")
    assert (row.paused, row.paused_by) == (True, "ann")
    page = ann.get("/admin/artists/ada").text
    assert "Resume" in page and "It is paused by ann.</p>" in page
    ann.post("/admin/artists/ada/resume", data={"csrf": csrf(ann)})
    assert not stores.catalogue.artists.get("ada").paused
    assert ann.post("/admin/artists/nobody/pause", data={"csrf": csrf(ann)}).status_code == 404


def test_works_are_held_and_shown_with_a_reason(ann: TestClient, stores) -> None:
    for visibility, status in (("hidden", 410), ("shown", 200)):
        data = {"csrf": csrf(ann), "visibility": visibility, "reason": "asked for"}
        assert ann.post("/admin/works/ada/2", data=data).status_code == 303
        assert ann.get("/works/ada/2").status_code == status
    events = list(stores.archive.events(kind="moderation"))
    assert [(event.visibility, event.who) for event in events] == [
        ("hidden", "ann"),
        ("shown", "ann"),
    ]
    image = stores.catalogue.works.get("ada:2").image
    assert ann.get(f"/admin/images/{image}").status_code == 200
    bad = {"csrf": csrf(ann), "visibility": "burnt"}
    assert ann.post("/admin/works/ada/2", data=bad).status_code == 400
    assert ann.post("/admin/works/ada/9", data={**bad, "visibility": "shown"}).status_code == 404


def test_an_admin_decides_on_publications(ann: TestClient, stores) -> None:
    outbox = stores.catalogue.outbox
    with stores.catalogue.database.write() as connection:
        outbox.add_in(connection, "ada:1", ["mastodon"])
    (row,) = outbox.due(limit=1)
    outbox.settle(outbox.claim(row, seconds=60), "unknown", "the line broke")
    assert "the line broke" in ann.get("/admin/publications").text
    assert "1 publication needs" in ann.get("/admin").text
    data = {"csrf": csrf(ann), "decision": "arrived"}
    assert ann.post("/admin/publications/ada/1/mastodon", data=data).status_code == 303
    (row,) = outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("sent", "decided by ann")
    (event,) = stores.archive.events(kind="publication")
    assert event.state == "sent"
    assert ann.post("/admin/publications/ada/2/mastodon", data=data).status_code == 404


def test_a_failed_post_that_is_given_up_is_decided(ann: TestClient, stores) -> None:
    outbox = stores.catalogue.outbox
    with stores.catalogue.database.write() as connection:
        outbox.add_in(connection, "ada:1", ["mastodon"])
    outbox.settle(outbox.claim(outbox.due(limit=1)[0], seconds=60), "failed", "422")
    assert "Do not send again" in ann.get("/admin/publications").text
    send(ann, "/admin/publications/ada/1/mastodon", decision="give_up")
    assert "To decide" not in ann.get("/admin/publications").text
    assert "1 publication needs" not in ann.get("/admin").text
    send(ann, "/admin/publications/retry")
    (row,) = outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("failed", "decided by ann")


def test_an_admin_lets_held_channels_go_on(ann: TestClient, stores) -> None:
    outbox, channels = stores.catalogue.outbox, stores.catalogue.channels
    with stores.catalogue.database.write() as connection:
        outbox.add_in(connection, "ada:1", ["mastodon"])
    outbox.settle(outbox.claim(outbox.due(limit=1)[0], seconds=60), "failed", "422")
    channels.hold("mastodon", "the token <was> revoked")
    page = ann.get("/admin/publications").text
    assert "the token &lt;was&gt; revoked" in page and "Let all go on" in page
    answer = ann.post("/admin/publications/retry", data={"csrf": csrf(ann)})
    assert answer.status_code == 303
    assert [row.held for row in channels.all()] == [""]
    (row,) = outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("waiting", "queued again by ann")
    assert "Let all go on" not in ann.get("/admin/publications").text


def test_without_admins_the_sign_in_page_has_instructions(stores, tmp_path: Path) -> None:
    nobody = Admins(tmp_path / "none.json")
    app = create_app(stores.catalogue, stores.archive, site=SiteSettings(), admins=nobody)
    client = TestClient(app)
    assert "artist password" in client.get("/admin").text
    answer = client.post("/admin/sign-in", data={"who": "ann", "password": PASSWORD})
    assert answer.status_code == 403


def test_passwords_are_kept_as_hashes_for_the_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "admins.json"
    admins = Admins(file)
    admins.set_password("ann", PASSWORD)
    assert file.stat().st_mode & 0o077 == 0
    assert PASSWORD not in file.read_text()
    assert "argon2id" in file.read_text()
    assert admins.check("ann", PASSWORD)
    assert not admins.check("ann", PASSWORD + "x")
    assert not admins.check("bob", PASSWORD)
    with pytest.raises(ValueError, match="10 characters"):
        admins.set_password("ann", "short")
