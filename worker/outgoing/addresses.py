"""Resolve host names, and distinguish public from private IP addresses."""

from __future__ import annotations

import ipaddress
import socket
import threading
from typing import Any

from httpx2 import ConnectError, ConnectTimeout, TransportError

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


class NotAllowed(TransportError):  # noqa: N818
    """The target is not allowed; nothing was sent."""


class PrivateAddress(NotAllowed):
    """The name has an address that is not public."""


def resolve(host: str, port: int, *, seconds: float) -> list[str]:
    """Return all addresses of a host, without duplicates.

    Raises:
        ConnectError: the name is unknown.
        ConnectTimeout: the resolver does not answer within `seconds`.
    """
    outcome: list[Any] = []

    def ask() -> None:
        try:
            outcome.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError, OverflowError) as error:
            outcome.append(error)

    # A thread of its own, because the C library's resolver can't be interrupted.
    thread = threading.Thread(target=ask, name="resolve", daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise ConnectTimeout(f"{host} was not resolved within {seconds:.0f} s")
    (found,) = outcome
    if isinstance(found, Exception):
        raise ConnectError(f"{host} is unknown: {found}") from found
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_public(host: str, addresses: list[str]) -> None:
    """Check that all addresses of a host are public.

    Raises:
        PrivateAddress: one of them is not public.
    """
    for address in addresses:
        if not is_public(address):
            raise PrivateAddress(f"{host} has the address {address}, which is not public")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, embedded IPv4 addresses included."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    inner = ip.ipv4_mapped or ip.sixtofour
    if ip in _NAT64:
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    if inner is not None:
        return is_public(str(inner))
    # All other blocks are local, reserved, or translate to another network.
    return ip in _GLOBAL_UNICAST and ip.is_global
