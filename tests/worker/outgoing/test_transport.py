"""With hostile peers, an exchange keeps its time and size limits, and leaks no secret."""

from __future__ import annotations

import gzip
import socket
import threading
import tracemalloc
from collections.abc import Iterator

import httpx2
import pytest

from tests.worker.outgoing import hostile
from tests.worker.outgoing.hostile import peer
from worker.outgoing import NotAllowed, PrivateAddress, TooLarge, client

SECRET = {"Authorization": "Bearer s3cret", "Cookie": "c=s3cret", "X-Api-Key": "s3cret"}
SHORT = 0.4
LONG = 30.0


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def both_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name resolves to this machine, which counts as public."""
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **how: look_up("127.0.0.1", *rest, **how)
    )
    monkeypatch.setattr("worker.outgoing.addresses.is_public", lambda _: True)


@pytest.mark.parametrize(
    "behave", [hostile.DRIPPING_HEADERS, hostile.DRIPPING_BODY, hostile.silent]
)
def test_no_peer_delays_an_exchange_beyond_its_deadline(behave: hostile.Behaviour) -> None:
    with (
        peer(behave) as slow,
        client(seconds=SHORT, largest=10**6, trusted=slow.url) as ours,
        pytest.raises(httpx2.ReadTimeout, match=r"more than 0\.4 s"),
    ):
        ours.post(slow.url, json={})


def test_a_shorter_timeout_of_one_request_counts() -> None:
    with (
        peer(hostile.DRIPPING_BODY) as slow,
        client(seconds=LONG, largest=10**6, trusted=slow.url) as ours,
        pytest.raises(httpx2.ReadTimeout, match=r"0\.3 s"),
    ):
        ours.get(slow.url, timeout=0.3)


def test_a_peer_that_reads_nothing_is_timed_out() -> None:
    """It accepts, and never reads, so that the buffers of both sides fill up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with (
            client(seconds=SHORT, largest=10, trusted=url) as ours,
            pytest.raises(httpx2.WriteTimeout),
        ):
            ours.post(url, content=bytes(64 * 2**20))


def test_a_resolver_that_never_answers_is_timed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait())
    with client(seconds=SHORT, largest=10) as ours, pytest.raises(httpx2.ConnectTimeout):
        ours.get("http://nowhere.example/")
    over.set()


@pytest.mark.parametrize("behave", [hostile.huge, hostile.bomb])
def test_no_answer_is_read_beyond_the_size_limit(behave: hostile.Behaviour) -> None:
    with peer(behave) as large, client(seconds=LONG, largest=10**6, trusted=large.url) as ours:
        tracemalloc.start()
        try:
            with pytest.raises(TooLarge, match="more than 1000000 bytes"):
                ours.get(large.url)
            assert tracemalloc.get_traced_memory()[1] < 20 * 10**6
        finally:
            tracemalloc.stop()


def test_a_body_that_is_not_needed_is_not_read() -> None:
    with (
        peer(hostile.DRIPPING_BODY) as slow,
        client(seconds=LONG, largest=0, trusted=slow.url) as ours,
    ):
        assert ours.post(slow.url, json={}).status_code == 200


def test_compressed_answers_are_read() -> None:
    packed = gzip.compress(b'{"a": 1}')
    behave = hostile.answer(packed, headers="Content-Encoding: gzip\r\n")
    with peer(behave) as one, client(seconds=LONG, largest=100, trusted=one.url) as ours:
        assert ours.get(one.url).json() == {"a": 1}


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(gzip.compress(b"x" * 99, mtime=0)[:-9], "gzip"), (b"no gzip", "gzip"), (b"x", "br")],
)
def test_broken_encodings_are_reported(body: bytes, encoding: str) -> None:
    behave = hostile.answer(body, headers=f"Content-Encoding: {encoding}\r\n")
    with (
        peer(behave) as one,
        client(seconds=LONG, largest=100, trusted=one.url) as ours,
        pytest.raises(httpx2.RemoteProtocolError, match="response"),
    ):
        ours.get(one.url)


def test_the_number_of_redirects_is_limited() -> None:
    with peer(hostile.redirect("/again")) as loop:
        with (
            client(seconds=LONG, largest=10, trusted=loop.url) as ours,
            pytest.raises(NotAllowed, match="more than 3 times"),
        ):
            ours.post(loop.url)
        assert len(loop.requests) == 4


def test_the_deadline_spans_all_redirects() -> None:
    def behave(gone: threading.Event, connection: socket.socket) -> None:
        gone.wait(0.3)
        hostile.redirect("/again")(gone, connection)

    with (
        peer(behave) as slow,
        client(seconds=0.5, largest=10, trusted=slow.url) as ours,
        pytest.raises(httpx2.ReadTimeout),
    ):
        ours.get(slow.url)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_no_redirect_leads_to_a_private_address(elsewhere: bool) -> None:
    with peer(hostile.answer()) as inside:
        away = f"http://localhost:{inside.port}/"
        with (
            peer(hostile.redirect(away)) as one,
            client(seconds=LONG, largest=9, trusted=one.url, elsewhere=elsewhere) as ours,
            pytest.raises(NotAllowed),
        ):
            ours.post(one.url)
        assert inside.requests == []


@pytest.mark.usefixtures("both_named")
def test_secrets_are_sent_only_to_their_host() -> None:
    with peer(hostile.answer()) as other:
        with peer(hostile.redirect(f"http://other.example:{other.port}/x")) as one:
            with (
                client(seconds=LONG, largest=9, trusted=one.url) as ours,
                pytest.raises(NotAllowed, match=r"redirects to http://other\.example"),
            ):
                ours.post(one.url, headers=SECRET, content=b"password")
            assert other.requests == []
            with client(seconds=LONG, largest=9, trusted=one.url, elsewhere=True) as ours:
                assert ours.post(one.url, headers=SECRET, content=b"hello").status_code == 200
        assert b"s3cret" in one.requests[-1]
        assert b"s3cret" not in other.requests[0]
        assert other.requests[0].endswith(b"hello")


@pytest.mark.usefixtures("both_named")
def test_another_port_of_the_same_host_is_another_origin() -> None:
    with peer(hostile.answer()) as other, peer(hostile.redirect(other.url)) as one:
        with client(seconds=LONG, largest=9, trusted=one.url) as ours, pytest.raises(NotAllowed):
            ours.get(one.url, headers=SECRET)
        assert other.requests == []


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://a:b@127.0.0.1/", "http://example.org:99999999/"]
)
def test_redirects_to_invalid_urls_are_refused(location: str) -> None:
    with (
        peer(hostile.redirect(location)) as one,
        client(seconds=LONG, largest=9, trusted=one.url, elsewhere=True) as ours,
        pytest.raises(NotAllowed, match=r"invalid URL|not allowed"),
    ):
        ours.get(one.url)


def test_a_post_never_becomes_a_get() -> None:
    with peer(hostile.redirect("/there", "302 Found")) as one:
        with (
            client(seconds=LONG, largest=9, trusted=one.url) as ours,
            pytest.raises(NotAllowed, match="302"),
        ):
            ours.post(one.url)
        assert len(one.requests) == 1


def test_only_the_host_of_the_settings_may_be_private() -> None:
    with peer(hostile.answer()) as one:
        with client(seconds=LONG, largest=9) as ours, pytest.raises(PrivateAddress):
            ours.get(one.url)
        with (
            client(seconds=LONG, largest=9, trusted="http://example.org/") as ours,
            pytest.raises(PrivateAddress),
        ):
            ours.get(one.url)
        assert one.requests == []


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[hostile.Peer]:
    with peer(hostile.answer(b"through")) as one:
        monkeypatch.setenv("http_proxy", one.url)
        monkeypatch.setenv("no_proxy", "")
        yield one


def test_the_proxy_of_the_environment_is_used(proxy: hostile.Peer) -> None:
    url = "http://models.example/v1"
    with client(seconds=LONG, largest=9, trusted=url) as ours:
        assert ours.get(url).text == "through"
    assert proxy.requests[0].startswith(b"GET http://models.example/v1 ")


def test_no_proxy_allows_private_addresses(proxy: hostile.Peer) -> None:
    with (
        client(seconds=LONG, largest=9, trusted="http://models.example") as ours,
        pytest.raises(PrivateAddress),
    ):
        ours.get("http://127.0.0.1:1/")
    with client(seconds=LONG, largest=9) as ours, pytest.raises(PrivateAddress):
        ours.get("http://127.0.0.1:1/")
    assert proxy.requests == []
