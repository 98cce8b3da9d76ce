"""The API that controls artists: who may, what happens, and what is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.api_tokens import ApiTokens, TokensError
from storage.archive.events import TuningChanged, WorkModerated
from storage.catalogue import ArtistRow
from tests.gallery.conftest import Exhibition, build_exhibition


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exhibition]:
    built = build_exhibition(tmp_path_factory.mktemp("life"))
    yield built
    built.catalogue.close()


@pytest.fixture
def tokens(tmp_path: Path) -> ApiTokens:
    return ApiTokens(tmp_path / "tokens.json")


@pytest.fixture
def program(life: Exhibition, tokens: ApiTokens) -> TestClient:
    app = create_app(
        life.catalogue, life.archive, site=SiteSettings(), api_tokens=tokens, limited=False
    )
    return TestClient(app, headers={"Authorization": f"Bearer {tokens.create('cron', by='ann')}"})


def ada(life: Exhibition) -> ArtistRow:
    row = life.catalogue.artists.get("ada")
    assert row is not None
    return row


WRITES = [
    ("GET", "artists/ada/status", None),
    ("POST", "artists/ada/pause", {}),
    ("POST", "artists/ada/resume", None),
    ("POST", "artists/ada/next", None),
    ("PATCH", "artists/ada/tuning", {"beta": 0.5}),
    ("POST", "works/ada/3/visibility", {"visibility": "hidden"}),
    ("POST", "works/ada/3/publications/mastodon", {"decision": "again"}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic YTpi", "Bearer", ""])
def test_without_a_valid_token_nothing_can_be_done(
    life: Exhibition, tokens: ApiTokens, method: str, path: str, body: object, header: str | None
) -> None:
    tokens.create("cron", by="ann")
    app = create_app(
        life.catalogue, life.archive, site=SiteSettings(), api_tokens=tokens, limited=False
    )
    headers = {} if header is None else {"Authorization": header}
    before = life.catalogue.artists.tuning("ada")
    answer = TestClient(app).request(method, f"/api/v1/{path}", json=body, headers=headers)
    assert answer.status_code == 401 and "artist token" in answer.json()["error"]
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert life.catalogue.artists.tuning("ada") == before
    assert not ada(life).paused


def test_a_token_ends_when_it_is_revoked_or_replaced(
    program: TestClient, tokens: ApiTokens
) -> None:
    status = program.get("/api/v1/artists/ada/status")
    assert status.status_code == 200 and status.headers["Cache-Control"] == "no-store"
    tokens.create("cron", by="ann")
    assert program.get("/api/v1/artists/ada/status").status_code == 401
    other = tokens.create("other", by="ann")
    assert tokens.holder(other) == "other" and tokens.names() == ["cron", "other"]
    assert tokens.revoke("other", by="ann") and not tokens.revoke("other", by="ann")
    assert tokens.holder(other) is None


def test_no_token_is_stored_and_the_file_is_its_owners(tokens: ApiTokens, tmp_path: Path) -> None:
    token = tokens.create("cron", by="ann")
    file = tmp_path / "tokens.json"
    assert token not in file.read_text() and file.stat().st_mode & 0o077 == 0
    file.write_text("[]")
    with pytest.raises(TokensError, match="artist token"):
        tokens.holder(token)


def test_an_artist_is_paused_resumed_and_asked_for_a_work(
    life: Exhibition, program: TestClient
) -> None:
    paused = program.post("/api/v1/artists/ada/pause", json={"reason": "holiday"})
    assert (paused.json()["state"], paused.json()["reason"]) == ("paused", "holiday")
    assert ada(life).paused_by == "token cron"
    refused = program.post("/api/v1/artists/ada/next")
    assert refused.status_code == 409 and refused.json()["error"] == "ada is paused: holiday."
    assert program.post("/api/v1/artists/ada/resume").json()["state"] == "between cycles"
    life.catalogue.artists.due_within("ada", 3600.0)
    assert program.post("/api/v1/artists/ada/next").status_code == 200
    assert ada(life).next_due <= life.catalogue.clock.now()
    assert program.post("/api/v1/artists/nobody/resume").status_code == 404


def test_a_tuning_is_changed_under_the_tokens_name(life: Exhibition, program: TestClient) -> None:
    answer = program.patch("/api/v1/artists/ada/tuning", json={"beta": 0.5, "patience": 4})
    assert (answer.json()["tuning"]["beta"], answer.json()["tuning"]["patience"]) == (0.5, 4)
    (*_, newest) = [e for e in life.archive.events("ada") if isinstance(e, TuningChanged)]
    assert (newest.who, newest.tuning.beta) == ("token cron", 0.5)
    for body, words in (
        ({"beta": 7}, "beta = 7"),
        ({"charm": 1}, "'charm'"),
        ({"every": "soon"}, "every"),
    ):
        wrong = program.patch("/api/v1/artists/ada/tuning", json=body)
        assert wrong.status_code == 400 and words in wrong.json()["error"]


def test_a_work_is_hidden_and_shown(life: Exhibition, program: TestClient) -> None:
    hide = {"visibility": "hidden", "reason": "too dark"}
    assert program.post("/api/v1/works/ada/3/visibility", json=hide).json()["done"]
    assert program.get("/works/ada/3").status_code == 410
    (*_, newest) = [e for e in life.archive.events("ada") if isinstance(e, WorkModerated)]
    assert (newest.who, newest.reason) == ("token cron", "too dark")
    show = {"visibility": "shown"}
    assert program.post("/api/v1/works/ada/3/visibility", json=show).status_code == 200
    assert program.get("/works/ada/3").status_code == 200
    wrong = program.post("/api/v1/works/ada/3/visibility", json={"visibility": "gone"})
    assert wrong.status_code == 400
    assert program.post("/api/v1/works/ada/999/visibility", json=show).status_code == 404


def test_a_failed_publication_is_sent_again(life: Exhibition, program: TestClient) -> None:
    catalogue = life.catalogue
    with catalogue.database.write() as connection:
        catalogue.outbox.add_in(connection, "ada:5", ["mastodon"])
    path = "/api/v1/works/ada/5/publications/mastodon"
    assert program.post(path, json={"decision": "arrived"}).status_code == 409
    (row,) = catalogue.outbox.of_work("ada:5")
    claimed = catalogue.outbox.claim(row, seconds=60)
    assert claimed is not None
    catalogue.outbox.settle(claimed, "failed", "no account")
    assert program.post(path, json={"decision": "again"}).json()["done"]
    (row,) = catalogue.outbox.of_work("ada:5")
    assert row.state == "waiting"
    assert program.post(f"{path}x", json={"decision": "again"}).status_code == 404


def test_the_description_names_what_a_token_is_needed_for(program: TestClient) -> None:
    described = program.get("/api/openapi.json").json()["paths"]
    for method, path, _ in WRITES:
        name = f"/api/v1/{path}".replace("/ada", "/{artist}").replace("/3", "/{number}")
        operation = described[name.replace("/mastodon", "/{channel}")][method.lower()]
        assert operation["tags"] == ["control"] and "401" in operation["responses"]


def test_the_page_for_people_names_every_address(life: Exhibition, program: TestClient) -> None:
    page = program.get("/api").text
    described = program.get("/api/openapi.json").json()["paths"]
    for path in (path for path in described if path.startswith("/api/")):
        assert path in page
    assert "visibility (shown, blurred, held, hidden)" in page
    reader = TestClient(create_app(life.catalogue, life.archive, site=SiteSettings()))
    assert "Authorization" not in reader.get("/api").text, "no token is valid here"
