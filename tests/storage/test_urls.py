"""Addresses of stores: read once, and refused without a part of a password."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from storage.urls import catalogue_url, http_address, secrets_in, split_address, with_password


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_name_of_postgresql_means_the_driver_that_is_there(scheme: str) -> None:
    url = catalogue_url(f"{scheme}://artist@127.0.0.1:8955/artist")
    assert url == make_url("postgresql+psycopg://artist@127.0.0.1:8955/artist")


def test_a_password_of_its_own_stands_where_the_address_has_none() -> None:
    assert catalogue_url("postgres://a@h/d", password="k3/Zp+9@Qw=").password == "k3/Zp+9@Qw="
    assert catalogue_url("postgres://a:own@h/d", password="other").password == "own"


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_any_password_can_be_put_into_an_address(password: str) -> None:
    parts = urlsplit(with_password("redis://localhost:6379/0", password))
    assert (unquote(parts.password or ""), parts.hostname, parts.port) == (
        password,
        "localhost",
        6379,
    )


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("not a url", "is no address of a database"),
        ("postgresql+asyncpg://artist@h/d", "is no address of a database"),
        ("mysql://h/d", "is no address of a database"),
        ("sqlite://tmp/x.db", "names no file"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:////art?/x.db", "write \\? as %3F"),
        ("postgresql://artist:k3/Zp+9@Qw=@127.0.0.1:8955/artist", "percent-encoded"),
        ("postgresql://artist:k3/Zp+9=@127.0.0.1:8955/artist", "percent-encoded"),
        ("postgresql://artist:k3#Zp@127.0.0.1:8955/artist", "percent-encoded"),
        ("postgresql://artist:k3?Zp@127.0.0.1:8955/artist", "percent-encoded"),
        ("postgresql://h:port/d", "names no host and port"),
        ("postgresql://h:99999/d", "names no host and port"),
    ],
)
def test_an_address_of_no_database_is_explained(address: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        catalogue_url(address)
    assert "k3" not in str(caught.value) and "Zp" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["localhost:1234/v1", "http://", "ftp://host", "http://a b", "https://u:p/w@host", "//host"],
)
def test_an_address_of_no_web_server_is_explained(address: str) -> None:
    with pytest.raises(ValueError):
        http_address(address)


@pytest.mark.parametrize(
    "address", ["http://h:8000/@alien", "https://u:p@h/@alien", "https://[::1]:80/v1?x=a@b"]
)
def test_an_at_sign_in_a_web_address_is_no_password(address: str) -> None:
    assert http_address(address) == address


@given(st.text())
def test_whatever_it_is_it_is_read_or_refused(text: str) -> None:
    for address in (text, f"redis://{text}", f"sqlite://{text}", f"postgres://{text}"):
        for read in (split_address, http_address, catalogue_url):
            try:
                read(address)
            except ValueError as error:
                assert type(error) is ValueError, address


def test_what_nobody_may_read_of_an_address() -> None:
    token = "XXXXXXXXXXXXXXXXXXXXXXXX"
    assert set(secrets_in("redis://:a%2Fb@h/0")) == {"a%2Fb", "a/b"}
    assert token in set(secrets_in(f"https://hooks.example/services/T0/{token}", whole=True))
    assert set(secrets_in("https://example.org/a-gallery-with-a-long-name")) == {""}
