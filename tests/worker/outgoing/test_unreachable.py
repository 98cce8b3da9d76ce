"""Why a server can't be reached is told in words."""

from __future__ import annotations

import socket

import httpx2
import pytest

from worker import outgoing


def test_a_refused_connection_is_told_without_its_code() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with (
            outgoing.client(seconds=5, largest=100, trusted=address) as client,
            pytest.raises(httpx2.TransportError) as told,
        ):
            client.get(address)
    assert "nothing answers at this address" in outgoing.why_unreachable(told.value)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (httpx2.ConnectError("[Errno -2] Name or service not known"), "no server of this name"),
        (httpx2.ReadTimeout(""), "it did not answer in time"),
        (OSError("[Errno 113] No route to host"), "No route to host"),
        (httpx2.ReadError(""), "ReadError"),
    ],
)
def test_other_causes(error: Exception, says: str) -> None:
    told = outgoing.why_unreachable(error)
    assert says in told and "Errno" not in told
