"""Public and private addresses, in every notation."""

from __future__ import annotations

import socket

import pytest

from tests.worker.outgoing import hostile
from tests.worker.outgoing.hostile import peer
from worker.outgoing import PrivateAddress, client, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "64:ff9b:1::101:101",
        "fec0::1",
        "feff::1",
        "::127.0.0.1",
        "::1.1.1.1",
        "::ffff:0:127.0.0.1",
        "2002:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "2001:db8::1",
        "100::1",
        "4000::1",
    ],
)
def test_private_addresses_are_detected_in_every_notation(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1", "2002:101:101::1"],
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def answers(monkeypatch: pytest.MonkeyPatch, *lookups: list[str]) -> None:
    """Let every name resolve to these addresses, at each call to the next."""
    left = list(lookups)
    look_up = socket.getaddrinfo

    def lookup(host, port, *rest, **how):
        if host[0].isdigit():
            return look_up(host, port, *rest, **how)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


def test_dns_rebinding_has_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is resolved once, and the checked address is connected to."""
    monkeypatch.setattr("worker.outgoing.addresses.is_public", lambda ip: ip == "127.0.0.1")
    with peer(hostile.answer()) as judged:
        answers(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
        with client(seconds=30.0, largest=9) as ours:
            assert ours.get(f"http://rebind.example:{judged.port}/").status_code == 200
            with pytest.raises(PrivateAddress, match=r"has the address 127\.0\.0\.2"):
                ours.get(f"http://rebind.example:{judged.port}/")


def test_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ["1.1.1.1", "127.0.0.1"])
    with client(seconds=30.0, largest=9) as ours, pytest.raises(PrivateAddress):
        ours.get("http://both.example/")
