"""Connections to the public internet alone: no address of this machine, or of the network it is in.

The address is looked up and judged when the connection is made, and that very address is connected
to: a name that answers differently the next time (DNS rebinding), or a redirect, gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable

from httpcore2 import SOCKET_OPTION, ConnectError, NetworkBackend, NetworkStream, SyncBackend


class PrivateAddress(Exception):  # noqa: N818 - reads as what it says
    """The name stands for an address that is not public."""


class PublicOnly(NetworkBackend):
    """Opens connections to public addresses, and no others."""

    def __init__(self) -> None:
        self._sockets = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Connect to the first address that answers.

        Raises:
            PrivateAddress: one of its addresses is not public.
            ConnectError: the name is unknown, or nobody answers.
        """
        fault: Exception = ConnectError(f"{host} has no address")
        for address in public_addresses(host, port):
            try:
                return self._sockets.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except ConnectError as error:
                fault = error
        raise fault

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: object = None
    ) -> NetworkStream:
        """Never: a socket on this machine is not public."""
        raise PrivateAddress(f"{path} is on this machine")

    def sleep(self, seconds: float) -> None:
        """Wait between two attempts to connect."""
        self._sockets.sleep(seconds)


def public_addresses(host: str, port: int) -> list[str]:
    """All addresses of a host.

    Raises:
        PrivateAddress: one of them is not public; then none of them is trusted.
        ConnectError: the name is unknown.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ConnectError(f"{host} is unknown: {error}") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not is_public(address):
            raise PrivateAddress(
                f"{host} stands for {address}, which is not public. If that is meant, set"
                " allow_private = true."
            )
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, embedded IPv4 addresses included."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
