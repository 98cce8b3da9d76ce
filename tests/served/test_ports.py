"""Free ports stay free for the server that they are meant for."""

from __future__ import annotations

import socket

import pytest

from tests.served.ports import free_port


def test_nobody_who_asks_for_any_port_is_given_a_reserved_one() -> None:
    reserved = {free_port() for _ in range(50)}
    assert len(reserved) == 50
    given = set()
    for _ in range(8000):  # of 28,000 that the system chooses from at random
        with socket.create_server(("127.0.0.1", 0)) as other:
            given.add(other.getsockname()[1])
    assert not given & reserved


def test_a_reserved_port_refuses_connections_until_its_server_listens() -> None:
    port = free_port()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    with socket.create_server(("127.0.0.1", port)):
        socket.create_connection(("127.0.0.1", port)).close()
