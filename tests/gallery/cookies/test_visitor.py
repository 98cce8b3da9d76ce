"""The address that identifies a visitor, and the attributes of cookies."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.accounts import Admins
from gallery.cookies.visitor import address_of

PASSWORD = "correct horse battery"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("192.0.2.1", 1), ("192.0.2.1", 2), True),
        (("192.0.2.1", 1), ("192.0.2.2", 1), False),
        (("2001:db8:0:1::1", 1), ("2001:db8:0:1:ffff:ffff:ffff:ffff", 1), True),
        (("2001:db8:0:1::1", 1), ("2001:db8:0:2::1", 1), False),
        (("fe80::1%eth0", 1), ("fe80::2%eth0", 1), True),
        (("unknown", 0), ("_hidden", 0), False),
        (None, None, True),
    ],
)
def test_an_ipv6_address_is_reduced_to_its_network(one: object, other: object, same: bool) -> None:
    assert (address_of(one) == address_of(other)) is same


@pytest.mark.parametrize(
    ("base_url", "asked", "secure"),
    [
        ("https://art.example", "http", True),
        ("https://art.example/alien", "http", True),
        ("http://art.example", "https", False),
        (None, "https", True),
        (None, "http", False),
    ],
)
def test_cookies_are_secure_if_the_public_address_is_https(
    exhibition, tmp_path: Path, base_url: str | None, asked: str, secure: bool
) -> None:
    admins = Admins(tmp_path / "admins.json")
    admins.set_password("ann", PASSWORD)
    site = SiteSettings(base_url=base_url)
    app = create_app(exhibition.catalogue, exhibition.archive, site=site, admins=admins)
    visitor = TestClient(app, base_url=f"{asked}://here", follow_redirects=False)
    answers = [
        visitor.get("/vote"),
        visitor.post("/favourites", data={"artist": "ada", "number": "3"}),
        visitor.post("/admin/sign-in", data={"who": "ann", "password": PASSWORD}),
    ]
    for answer in answers:
        assert ("Secure" in answer.headers["set-cookie"].split("; ")) is secure
    path = "/alien" if base_url and base_url.endswith("/alien") else ""
    assert f"Path={path or '/'};" in answers[0].headers["set-cookie"]
    assert f"Path={path}/admin;" in answers[2].headers["set-cookie"]
