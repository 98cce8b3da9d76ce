"""Favourites: added, removed, stored only in the visitor's cookie."""

from __future__ import annotations

import re

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.cookies.favourites import COOKIE, Favourites
from gallery.urls import Urls


@pytest.fixture
def client(exhibition) -> TestClient:
    app = create_app(
        exhibition.catalogue, exhibition.archive, site=SiteSettings(), secret=b"s" * 32
    )
    return TestClient(app)


def change(client: TestClient, number: int, deed: str = "add"):
    return client.post("/favourites", data={"artist": "ada", "number": number, "deed": deed})


def listed(page: str) -> list[int]:
    return [int(n) for n in re.findall(r'class="title" href="/works/ada/(\d+)"', page)]


def test_works_are_added_and_removed(client: TestClient) -> None:
    assert "No favourites yet" in client.get("/favourites").text
    for number in (3, 17, 5, 3):
        answer = change(client, number)
        assert answer.url.path == "/favourites"
    assert listed(answer.text) == [3, 5, 17]
    assert listed(change(client, 5, "remove").text) == [3, 17]
    assert client.get("/favourites").headers["cache-control"] == "no-store"


def test_hearts_name_the_work_by_its_id_and_are_read_back(client: TestClient) -> None:
    for work in ("ada:3", "ada:17"):
        client.post("/favourites", data={"work": work})
    answer = client.get("/favourites/ids")
    assert answer.json() == ["ada:17", "ada:3"]
    assert answer.headers["cache-control"] == "no-store"
    client.post("/favourites", data={"work": "ada:3", "deed": "remove"})
    assert client.get("/favourites/ids").json() == ["ada:17"]
    page = client.get("/works").text
    assert page.count('class="heart"') == 24 and 'value="ada:30"' in page
    assert 'id="favour" method="post" action="/favourites"' in page


def test_favourites_belong_to_one_visitor(client: TestClient, exhibition) -> None:
    change(client, 4)
    other = TestClient(client.app)
    assert listed(other.get("/favourites").text) == []
    other.cookies.set(COOKIE, client.cookies[COOKIE][:-1] + "x")
    assert listed(other.get("/favourites").text) == []
    assert other.get("/favourites").status_code == 200


def test_another_site_can_not_change_them(client: TestClient) -> None:
    answer = client.post(
        "/favourites",
        data={"artist": "ada", "number": 1},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"artist": "ada", "number": 999}, 404),
        ({"artist": "nobody", "number": 1}, 404),
        ({"artist": "ada", "number": 0}, 422),
        ({"artist": "ada", "number": "x"}, 422),
        ({"artist": "ada", "number": 1, "deed": "burn"}, 422),
        ({}, 422),
        ({"work": "ada:999"}, 404),
        ({"work": "ada"}, 422),
        ({"work": "ada:0"}, 422),
        ({"work": "ada:" + "9" * 30}, 422),
    ],
)
def test_odd_forms_are_refused(client: TestClient, form: dict[str, object], status: int) -> None:
    answer = client.post("/favourites", data=form)
    assert answer.status_code in (status, 400)
    assert "set-cookie" not in answer.headers


def test_as_many_are_kept_as_a_cookie_holds() -> None:
    store = Favourites(b"s" * 32)
    works = [f"{'long-name-' * 6}{i * 7919 % 1000:03}:{i * 104729}" for i in range(300)]
    to = Urls("https://art.example", "")
    answer = Response()
    store.set_cookie(to, answer, works)
    cookie = answer.headers["set-cookie"]
    assert len(cookie) < 4096
    back = {"type": "http", "headers": [(b"cookie", cookie.partition(";")[0].encode())]}
    kept = store.of(Request(back))
    assert 10 < len(kept) <= 100
    assert list(kept) == works[: len(kept)]


def test_the_work_page_has_the_button_but_not_when_exported(client, exhibition) -> None:
    assert 'action="/favourites"' in client.get("/works/ada/3").text
    site = SiteSettings(static=True, base_url="https://art.example")
    static = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=site))
    assert "favourites" not in static.get("/works/ada/3").text
