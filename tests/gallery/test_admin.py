"""The desk: who gets in, what forms may do, and that every change is written down."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.accounts import Admins, AdminsError
from storage.archive.manifest import Inspiration, Tuning
from storage.catalogue.db.tables import artists
from storage.catalogue.sessions import FREE_FAILURES

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def admins(tmp_path_factory: pytest.TempPathFactory) -> Admins:
    kept = Admins(tmp_path_factory.mktemp("admins") / "admins.json")
    kept.set_password("ann", PASSWORD)
    return kept


@pytest.fixture
def hung(tmp_path: Path, sample) -> Iterator:
    built = sample.build_exhibition(tmp_path, works=3)
    yield built
    built.catalogue.close()


@pytest.fixture
def tried() -> list[tuple[str, Tuning]]:
    """What previews were asked for."""
    return []


@pytest.fixture
def desk(hung, admins: Admins, tried: list) -> TestClient:
    def preview(name: str, tuning: Tuning) -> Inspiration:
        tried.append((name, tuning))
        return hung.manifests[-1].inspiration

    app = create_app(
        hung.catalogue, hung.archive, site=SiteSettings(), admins=admins, preview=preview
    )
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def ann(desk: TestClient) -> TestClient:
    """Somebody who is signed in."""
    answer = desk.post("/admin/sign-in", data={"who": "ann", "password": PASSWORD})
    assert answer.status_code == 303
    return desk


def csrf(client: TestClient, page: str = "/admin") -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', client.get(page).text)[0]


PAGES = ("/admin", "/admin/artists/ada", "/admin/review", "/admin/publications")
FORMS = (
    "/admin/sign-out",
    "/admin/artists/ada/tuning",
    "/admin/artists/ada/undo",
    "/admin/artists/ada/pause",
    "/admin/artists/ada/resume",
    "/admin/works/ada/1",
    "/admin/publications/ada/1/webhook",
)


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_shown_the_door(desk: TestClient, page: str) -> None:
    answer = desk.get(page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/sign-in")
    desk.cookies.set("desk", "forged")
    assert desk.get(page).status_code == 303


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_strangers_do_nothing(desk: TestClient, hung, form: str) -> None:
    data = {"beta": "0.1", "visibility": "hidden", "decision": "again"}
    assert desk.post(form, data=data).status_code == 303
    assert hung.catalogue.artists.tuning("ada").tuning.beta != 0.1
    assert hung.catalogue.works.get("ada:1").visibility == "shown"
    assert not hung.catalogue.artists.get("ada").paused


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("token", [None, "", "wrong", "ü"])
def test_forms_from_elsewhere_do_nothing(
    ann: TestClient, hung, form: str, token: str | None
) -> None:
    data = {"beta": "0.1", "visibility": "hidden", "decision": "again"}
    data |= {} if token is None else {"csrf": token}
    assert ann.post(form, data=data).status_code == 403
    assert hung.catalogue.works.get("ada:1").visibility == "shown"
    assert not hung.catalogue.artists.get("ada").paused


def test_the_cookie_is_for_the_desk_alone(desk: TestClient) -> None:
    answer = desk.post("/admin/sign-in", data={"who": "ann", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/admin" in cookie
    assert desk.get("/admin").headers["cache-control"] == "no-store"


def test_signing_out_ends_the_session(ann: TestClient) -> None:
    token = ann.cookies["desk"]
    assert ann.post("/admin/sign-out", data={"csrf": csrf(ann)}).status_code == 303
    ann.cookies.set("desk", token, path="/admin")
    assert ann.get("/admin").status_code == 303


def test_too_many_failures_lock_the_door(desk: TestClient) -> None:
    for _ in range(FREE_FAILURES):
        answer = desk.post("/admin/sign-in", data={"who": "ann", "password": "guess"})
        assert answer.status_code == 403
        assert "do not belong together" in answer.text
    locked = desk.post("/admin/sign-in", data={"who": "ann", "password": PASSWORD})
    assert locked.status_code == 429
    assert "wait" in locked.text


def test_nobody_locks_an_admin_out_by_name(hung, admins: Admins) -> None:
    app = create_app(hung.catalogue, hung.archive, site=SiteSettings(), admins=admins)
    stranger = TestClient(app, client=("198.51.100.7", 1))
    for _ in range(2 * FREE_FAILURES):
        stranger.post("/admin/sign-in", data={"who": "ann", "password": "guess"})
    right = {"who": "ann", "password": PASSWORD}
    assert stranger.post("/admin/sign-in", data=right).status_code == 429
    ann = TestClient(app, client=("203.0.113.9", 1), follow_redirects=False)
    assert ann.post("/admin/sign-in", data=right).status_code == 303


def test_a_session_ends_with_its_password_or_its_admin(hung, tmp_path: Path) -> None:
    admins = Admins(tmp_path / "own.json")
    admins.set_password("ann", PASSWORD)
    app = create_app(hung.catalogue, hung.archive, site=SiteSettings(), admins=admins)
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
    assert not hung.catalogue.artists.get("ada").paused


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b'{"ann": 1}', b'{"ann": null}', b"[" * 5000]
)
def test_a_broken_file_of_admins_is_told_and_lets_nobody_in(
    hung, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    file = tmp_path / "own.json"
    admins = Admins(file)
    admins.set_password("ann", PASSWORD)
    app = create_app(hung.catalogue, hung.archive, site=SiteSettings(), admins=admins)
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


def test_admins_named_at_the_same_moment_all_get_in(tmp_path: Path) -> None:
    names = [f"admin {number}" for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda n: Admins(tmp_path / "a").set_password(n, PASSWORD), names))
    assert all(Admins(tmp_path / "a").check(name, PASSWORD) for name in names)


def test_guesses_side_by_side_do_not_slip_through_an_open_door(
    desk: TestClient, admins: Admins, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many are under way before the first is found wrong."""
    checked: list[str] = []
    under_way = Barrier(FREE_FAILURES, timeout=10)

    def check(who: str, password: str) -> bool:
        checked.append(password)
        under_way.wait()
        return False

    monkeypatch.setattr(admins, "check", check)
    guesses = [{"who": "ann", "password": f"guess {number}"} for number in range(12)]
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda data: desk.post("/admin/sign-in", data=data), guesses))
    assert len(checked) == FREE_FAILURES
    codes = Counter(answer.status_code for answer in answers)
    assert codes == {403: FREE_FAILURES, 429: 12 - FREE_FAILURES}


@pytest.mark.parametrize("who", ["nobody", "", "a" * 300, "ann\x00"])
def test_nobody_else_gets_in(desk: TestClient, who: str) -> None:
    answer = desk.post("/admin/sign-in", data={"who": who, "password": PASSWORD})
    assert answer.status_code in (400, 403)
    assert "set-cookie" not in answer.headers


def test_all_artists_are_on_the_desk(ann: TestClient) -> None:
    page = ann.get("/admin").text
    assert "between cycles" in page
    assert "Nothing waits for you" in page


def test_a_change_is_written_down_with_its_person(ann: TestClient, hung) -> None:
    hours = {"quiet": "22:00-07:00", "timezone": "Europe/Berlin", "jitter": "0.2", "burst": "3"}
    data = {"csrf": csrf(ann), "beta": "0.6", "every": "30m", "permutations": "8", **hours}
    assert ann.post("/admin/artists/ada/tuning", data=data).status_code == 303
    newest = hung.catalogue.artists.tuning("ada")
    assert (newest.tuning.beta, newest.tuning.every, newest.tuning.permutations) == (0.6, 1800, 8)
    assert (newest.tuning.quiet, newest.tuning.timezone) == ("22:00-07:00", "Europe/Berlin")
    assert (newest.tuning.jitter, newest.tuning.burst) == (0.2, 3)
    assert newest.who == "ann"
    (event,) = hung.archive.events(kind="tuning")
    assert (event.who, event.version) == ("ann", newest.version)
    page = ann.get("/admin/artists/ada").text
    assert "beta 0.7 → 0.6" in page
    ann.post("/admin/artists/ada/tuning", data=data)
    assert hung.catalogue.artists.tuning("ada").version == newest.version
    ann.post("/admin/artists/ada/undo", data={"csrf": csrf(ann)})
    again = hung.catalogue.artists.tuning("ada")
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
    ann: TestClient, hung, name: str, value: str
) -> None:
    before = hung.catalogue.artists.tuning("ada")
    answer = ann.post("/admin/artists/ada/tuning", data={"csrf": csrf(ann), name: value})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert f'value="{value}"' in answer.text
    assert hung.catalogue.artists.tuning("ada") == before


def test_feedback_is_chosen_from_what_there_is(ann: TestClient, hung) -> None:
    page = ann.get("/admin/artists/ada").text
    choices = re.search(r'(?s)<select id="feedback".*?</select>', page)
    assert choices is not None
    assert re.findall(r"<option( selected)?>(\w+)<", choices[0]) == [
        *[(" selected", "off"), ("", "novelty"), ("", "votes"), ("", "both")]
    ]
    assert "it begins at" not in page
    data = {"csrf": csrf(ann), "feedback": "novelty", "lowest_beta": "0.6", "beta_step": "0.1"}
    assert ann.post("/admin/artists/ada/tuning", data=data).status_code == 303
    tuning = hung.catalogue.artists.tuning("ada").tuning
    assert (tuning.feedback, tuning.lowest_beta, tuning.beta_step) == ("novelty", 0.6, 0.1)
    page = ann.get("/admin/artists/ada").text
    assert "β answers novelty: it begins at 0.7 and stays between 0.6 and 1." in page
    assert "feedback off → novelty" in page
    wrong = ann.post("/admin/artists/ada/tuning", data={"csrf": csrf(ann), "beta": "0.2"})
    assert wrong.status_code == 400
    assert "lowest_beta ≤ beta ≤ highest_beta must hold, not 0.6 ≤ 0.2 ≤ 1." in wrong.text


def test_a_preview_changes_nothing(ann: TestClient, hung, tried: list) -> None:
    before = hung.catalogue.artists.tuning("ada")
    data = {"csrf": csrf(ann), "beta": "0.25", "patience": "7", "act": "try"}
    page = ann.post("/admin/artists/ada/tuning", data=data).text
    assert f"It would pick “{hung.manifests[-1].inspiration.concept}”" in page
    wanted = before.tuning.model_copy(update={"beta": 0.25, "patience": 7})
    assert tried == [("ada", wanted)]
    assert ann.get("/admin/artists/ada?beta=0.25&patience=7").text.count("It would pick") == 1
    assert hung.catalogue.artists.tuning("ada") == before
    assert "0.25" in page


def test_the_desk_tells_when_an_artist_begins_again(ann: TestClient, hung) -> None:
    assert "Next cycle: as soon as it can." in ann.get("/admin/artists/ada").text
    with hung.catalogue.database.write() as connection:
        noon = datetime(2030, 5, 1, 12, tzinfo=UTC).timestamp()
        connection.execute(update(artists).where(artists.c.name == "ada").values(next_due=noon))
    told = ann.get("/admin/artists/ada").text
    assert re.search(r"Next cycle: 1 May 2030, 12:00", told)
    hung.catalogue.artists.pause("ada", "a test")
    assert "Next cycle" not in ann.get("/admin/artists/ada").text


def test_pause_and_resume(ann: TestClient, hung) -> None:
    ann.post("/admin/artists/ada/pause", data={"csrf": csrf(ann)})
    row = hung.catalogue.artists.get("ada")
    assert (row.paused, row.paused_by) == (True, "ann")
    page = ann.get("/admin/artists/ada").text
    assert "Let it go on" in page and "Paused by ann</p>" in page
    ann.post("/admin/artists/ada/resume", data={"csrf": csrf(ann)})
    assert not hung.catalogue.artists.get("ada").paused
    assert ann.post("/admin/artists/nobody/pause", data={"csrf": csrf(ann)}).status_code == 404


def test_works_are_held_and_shown_with_a_reason(ann: TestClient, hung) -> None:
    for visibility, status in (("hidden", 410), ("shown", 200)):
        data = {"csrf": csrf(ann), "visibility": visibility, "reason": "asked for"}
        assert ann.post("/admin/works/ada/2", data=data).status_code == 303
        assert ann.get("/works/ada/2").status_code == status
    events = list(hung.archive.events(kind="moderation"))
    assert [(event.visibility, event.who) for event in events] == [
        ("hidden", "ann"),
        ("shown", "ann"),
    ]
    image = hung.catalogue.works.get("ada:2").image
    assert ann.get(f"/admin/images/{image}").status_code == 200
    bad = {"csrf": csrf(ann), "visibility": "burnt"}
    assert ann.post("/admin/works/ada/2", data=bad).status_code == 400
    assert ann.post("/admin/works/ada/9", data={**bad, "visibility": "shown"}).status_code == 404


def test_a_person_decides_on_publications(ann: TestClient, hung) -> None:
    outbox = hung.catalogue.outbox
    with hung.catalogue.database.write() as connection:
        outbox.add_in(connection, "ada:1", ["mastodon"])
    (row,) = outbox.due(limit=1)
    outbox.settle(outbox.claim(row, seconds=60), "unknown", "the line broke")
    assert "the line broke" in ann.get("/admin/publications").text
    assert "1 publication needs" in ann.get("/admin").text
    data = {"csrf": csrf(ann), "decision": "arrived"}
    assert ann.post("/admin/publications/ada/1/mastodon", data=data).status_code == 303
    (row,) = outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("sent", "ann says so")
    (event,) = hung.archive.events(kind="publication")
    assert event.state == "sent"
    assert ann.post("/admin/publications/ada/2/mastodon", data=data).status_code == 404


def test_without_admins_the_desk_says_what_to_do(hung, tmp_path: Path) -> None:
    nobody = Admins(tmp_path / "none.json")
    app = create_app(hung.catalogue, hung.archive, site=SiteSettings(), admins=nobody)
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
