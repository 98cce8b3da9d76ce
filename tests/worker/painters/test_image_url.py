"""Pictures by URL: only from hosts that are allowed, never with the key to another one."""

from __future__ import annotations

import socket
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from tests.worker.outgoing import hostile
from tests.worker.outgoing.hostile import peer
from worker.errors import BadPicture, Misconfigured, ServiceUnavailable
from worker.painters import image_url
from worker.painters.image_url import ImageUrls

KEY = "sk-canary"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


def urls(one: hostile.Peer, *hosts: str) -> ImageUrls:
    """The pictures of an endpoint."""
    return ImageUrls(f"{one.url}v1", KEY, hosts, pause=0.0)


def localhost(one: hostile.Peer) -> str:
    """Another name of a peer."""
    return f"localhost:{one.port}"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("{own}a.png", b"GET /a.png "),
        ("/v1/images/1/content?variant=0", b"GET /v1/images/1/content?variant=0 "),
        ("images/1.png", b"GET /v1/images/1.png "),
        ("//127.0.0.1:{port}/b.png", b"GET /b.png "),
    ],
)
def test_the_endpoints_own_pictures_are_fetched_with_its_key(url: str, path: bytes) -> None:
    with peer(hostile.answer(b"picture")) as one:
        url = url.format(own=one.url, port=one.port)
        assert urls(one).fetch(url) == b"picture"
        assert one.requests[0].startswith(path)
        assert f"Bearer {KEY}".encode() in one.requests[0]


@pytest.mark.parametrize(
    ("url", "data"),
    [
        ("data:image/png;base64,iVBO Rw0K\nGgo=", b"\x89PNG\r\n\x1a\n"),
        ("DATA:image/png;base64,iVBORw0KGgo", b"\x89PNG\r\n\x1a\n"),
        ("data:image/png;base64,iVBORw0KGgo%3D", b"\x89PNG\r\n\x1a\n"),
        ("data:image/png,%89PNG%0D%0A%1A%0A", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_data_urls_are_decoded(url: str, data: bytes) -> None:
    assert ImageUrls("http://127.0.0.1:1/v1").fetch(url) == data


@pytest.mark.parametrize("url", ["data:image/png;base64,%%%", "data:image/png", "data:;base64,é"])
def test_broken_data_urls_are_no_picture(url: str) -> None:
    with pytest.raises(BadPicture, match="data: URL"):
        ImageUrls("http://127.0.0.1:1/v1").fetch(url)


OTHER_NOTATIONS = [
    "http://2130706433:{port}/a.png",
    "http://0x7f000001:{port}/a.png",
    "http://0177.0.0.1:{port}/a.png",
    "http://127.1:{port}/a.png",
    "http://[::ffff:127.0.0.1]:{port}/a.png",
    "http://[::ffff:7f00:1]:{port}/a.png",
    "http://localhost:{port}/a.png",
    "http://127.0.0.1./a.png",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://metadata.google.internal/",
    "http://127.0.0.1:22/",
    "http://127.0.0.1:99999999/",
    "http://127.0.0.1:6379/",
    "http://0.0.0.0:{port}/",
    "http://[::1]:{port}/",
]


@pytest.mark.parametrize("url", OTHER_NOTATIONS)
def test_no_other_host_or_port_or_notation_is_asked(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with peer(hostile.answer(b"inside")) as one:
        monkeypatch.setattr(socket, "getaddrinfo", _not_asked)
        with pytest.raises((Misconfigured, BadPicture), match=r"openai\.image_hosts|Invalid IPv4"):
            urls(one).fetch(url.format(port=one.port))
        assert one.requests == []


def _not_asked(*_: object, **__: object) -> None:
    raise AssertionError("nothing is looked up")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/a.png",
        "javascript:alert(1)",
        "https://user:word@127.0.0.1/a.png",
        "http://[::1",
        "http://a\x00b/",
        "\ud800",
    ],
)
def test_what_is_no_web_address_is_no_picture(url: str) -> None:
    with pytest.raises(BadPicture):
        ImageUrls("http://127.0.0.1:1/v1", KEY, pause=0.0).fetch(url)


def test_another_host_that_is_allowed_gets_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.outgoing.addresses.is_public", lambda _: True)
    with peer(hostile.answer(b"picture")) as other, peer(hostile.answer()) as one:
        assert urls(one, localhost(other)).fetch(f"http://{localhost(other)}/a") == b"picture"
        assert KEY.encode() not in b"".join(other.requests)
        assert one.requests == []


def test_an_allowed_host_with_a_private_address_is_not_fetched() -> None:
    with peer(hostile.answer(b"inside")) as other, peer(hostile.answer()) as one:
        with pytest.raises(Misconfigured, match="not public"):
            urls(one, localhost(other)).fetch(f"http://{localhost(other)}/a")
        assert other.requests == []


@pytest.mark.parametrize("second", ["127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"])
def test_an_allowed_host_whose_address_changes_is_not_fetched(
    monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    """It is public when it is listed, and private when it is fetched."""
    lookups: list[str] = []

    def lookup(host: str, port: int, *_: object, **__: object) -> list[Any]:
        lookups.append(host)
        family = socket.AF_INET6 if ":" in second else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (second, port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    pictures = ImageUrls("https://api.example/v1", KEY, ("images.example",), pause=0.0)
    with pytest.raises(Misconfigured, match="not public"):
        pictures.fetch("https://images.example/a.png")
    assert lookups == ["images.example"], "it is looked up once, and that address is checked"


def test_a_redirect_leads_only_to_allowed_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.outgoing.addresses.is_public", lambda _: True)
    with peer(hostile.answer(b"picture")) as other:
        away = f"http://{localhost(other)}/a.png"
        with peer(hostile.redirect(away, "302 Found")) as one:
            with pytest.raises(Misconfigured, match="redirects to"):
                urls(one).fetch("/a.png")
            assert other.requests == []
            assert urls(one, localhost(other)).fetch("/a.png") == b"picture"
            assert KEY.encode() not in b"".join(other.requests)


@pytest.mark.parametrize("target", [u for u in OTHER_NOTATIONS if "{port}" in u])
def test_a_redirect_to_another_notation_is_refused(target: str) -> None:
    with peer(hostile.answer(b"inside")) as inside:
        with (
            peer(hostile.redirect(target.format(port=inside.port))) as one,
            pytest.raises(Misconfigured),
        ):
            urls(one).fetch("/a.png")
        assert inside.requests == []


@pytest.mark.parametrize("behave", [hostile.huge, hostile.bomb])
def test_200_mib_do_not_fill_the_memory(
    behave: hostile.Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit holds while the answer is read; tests need no 48 MiB to see it."""
    monkeypatch.setattr(image_url, "LARGEST_PICTURE", 2**20)
    with peer(behave) as one:
        tracemalloc.start()
        try:
            with pytest.raises(BadPicture, match="more than 1048576 bytes"):
                urls(one).fetch("/a.png")
            assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
        finally:
            tracemalloc.stop()
        assert len(one.requests) == 1, "it is not tried again"


def test_the_largest_picture_is_far_below_200_mib() -> None:
    assert image_url.LARGEST_PICTURE <= 48 * 2**20


def test_a_slow_answer_ends_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_url, "FETCH_SECONDS", 0.3)
    with (
        peer(hostile.DRIPPING_BODY) as one,
        pytest.raises(ServiceUnavailable, match=r"more than 0\.\d+ s"),
    ):
        urls(one).fetch("/a.png")
    assert len(one.requests) == 1, "there is no time for another attempt"


@pytest.mark.parametrize("status", ["404 Not Found", "429 Slow", "500 Oh", "503 Busy"])
def test_what_may_come_later_is_tried_again(status: str) -> None:
    with peer(_after(1, hostile.answer(b"", status), hostile.answer(b"picture"))) as one:
        assert urls(one).fetch("/a.png") == b"picture"
        assert len(one.requests) == 2


@pytest.mark.parametrize("status", ["400 Bad", "401 No", "403 No", "410 Gone", "204 None"])
def test_what_never_comes_is_not_tried_again(status: str) -> None:
    with peer(hostile.answer(b"", status)) as one:
        with pytest.raises(BadPicture, match=status[:3]):
            urls(one).fetch("/a.png")
        assert len(one.requests) == 1


def test_a_server_that_is_gone_is_unavailable() -> None:
    with peer(hostile.answer()) as one:
        gone = urls(one)
    with pytest.raises(ServiceUnavailable, match="could not be fetched"):
        gone.fetch("/a.png")


def _after(times: int, first: hostile.Behaviour, then: hostile.Behaviour) -> hostile.Behaviour:
    left: list[Callable[..., None]] = [first] * times

    def behave(gone: Any, connection: Any) -> None:
        (left.pop() if left else then)(gone, connection)

    return behave
