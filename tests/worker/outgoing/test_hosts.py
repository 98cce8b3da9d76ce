"""Lists of hosts: textual, with ports, never another notation of a listed address."""

from __future__ import annotations

import httpx2
import pytest

from tests.worker.outgoing import hostile
from tests.worker.outgoing.hostile import peer
from worker.outgoing import NotAllowed, PrivateAddress, client, is_listed, origin

LISTED = ("images.example.org", "10.0.0.5:9000", "*.cdn.example", "[::1]:8000")


@pytest.mark.parametrize(
    "url",
    [
        "https://images.example.org/a.png",
        "http://images.example.org/a.png",
        "https://IMAGES.example.org:443/a.png",
        "http://10.0.0.5:9000/a",
        "https://eu.cdn.example/a",
        "https://a.b.cdn.example/a",
        "http://[::1]:8000/a",
    ],
)
def test_listed(url: str) -> None:
    assert is_listed(httpx2.URL(url), LISTED)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "https://images.example.org.evil.example/",
        "https://evilimages.example.org/",
        "https://images.example.org@evil.example/",
        "https://images.example.org./",
        "https://images.example.org:8443/",
        "http://10.0.0.5/",
        "http://10.0.0.5:9001/",
        "http://167772165:9000/",
        "http://0x0a000005:9000/",
        "http://10.0.5:9000/",
        "http://[::ffff:10.0.0.5]:9000/",
        "https://cdn.example/",
        "https://evilcdn.example/",
        "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]:8001/",
    ],
)
def test_not_listed(url: str) -> None:
    assert not is_listed(httpx2.URL(url), LISTED)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x", "a.example:443"),
        ("http://a.example:8000", "a.example:8000"),
        ("http://[::1]:8000/v1", "[::1]:8000"),
    ],
)
def test_an_origin_is_an_entry_of_a_list(url: str, expected: str) -> None:
    assert origin(httpx2.URL(url)) == expected
    assert is_listed(httpx2.URL(url), [expected])


def test_redirects_may_lead_to_listed_hosts_without_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("worker.outgoing.addresses.is_public", lambda _: True)
    with peer(hostile.answer(b"there")) as other:
        away = other.url.replace("127.0.0.1", "localhost")
        with peer(hostile.redirect(away)) as one:
            headers = {"Authorization": "Bearer s3cret"}
            listed = (f"localhost:{other.port}",)
            with client(seconds=30.0, largest=9, trusted=one.url, hosts=listed) as ours:
                assert ours.get(one.url, headers=headers).text == "there"
            assert b"s3cret" in one.requests[0]
            assert b"s3cret" not in other.requests[0]
            with (
                client(seconds=30.0, largest=9, trusted=one.url, hosts=("localhost:1",)) as ours,
                pytest.raises(NotAllowed),
            ):
                ours.get(one.url)
            assert len(other.requests) == 1


def test_a_listed_host_must_be_public() -> None:
    with peer(hostile.answer()) as other:
        away = other.url.replace("127.0.0.1", "localhost")
        with (
            peer(hostile.redirect(away)) as one,
            client(
                seconds=30.0, largest=9, trusted=one.url, hosts=(f"localhost:{other.port}",)
            ) as ours,
            pytest.raises(PrivateAddress),
        ):
            ours.get(one.url)
        assert other.requests == []
