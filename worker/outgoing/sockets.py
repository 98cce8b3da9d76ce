"""Sockets with one deadline for the whole exchange.

A timeout of single reads and writes is not enough: a peer that sends single bytes never exceeds it.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpcore2
from httpcore2 import (
    SOCKET_OPTION,
    ConnectError,
    ConnectTimeout,
    NetworkBackend,
    NetworkStream,
    ReadTimeout,
    SyncBackend,
    WriteError,
    WriteTimeout,
)

from worker.outgoing.addresses import check_public, resolve

LONGEST_CONNECT = 10.0
"""Most seconds for one address to answer, before the host's next address is tried."""


class Deadline:
    """The time at which an exchange must be complete."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self, late: type[httpcore2.TimeoutException]) -> float:
        """Return the seconds left.

        Raises:
            TimeoutException: the deadline has passed; `late` is the type.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise late(f"it took more than {self.seconds:g} s")
        return left


@dataclass(frozen=True)
class DeadlineBackend(NetworkBackend):
    """Opens the connections of one exchange; `is_trusted` hosts may have private addresses.

    A name is resolved once, and the checked address is the one connected to: this prevents DNS
    rebinding.
    """

    deadline: Deadline
    is_trusted: Callable[[str], bool]

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
            httpx2.ConnectError, httpx2.ConnectTimeout: the name can't be resolved.
            ConnectError, ConnectTimeout: no address answers.
        """
        addresses = resolve(host, port, seconds=self.deadline.left(ConnectTimeout))
        if not self.is_trusted(host):
            check_public(host, addresses)
        fault: Exception = ConnectError(f"{host} has no address")
        for address in addresses:
            left = min(LONGEST_CONNECT, self.deadline.left(ConnectTimeout))
            try:
                stream = SyncBackend().connect_tcp(
                    address, port, left, local_address, socket_options
                )
            except (ConnectError, ConnectTimeout) as error:
                fault = error
            else:
                return _DeadlineStream(stream, self.deadline)
        raise fault

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: object = None
    ) -> NetworkStream:
        """Refuse Unix sockets."""
        raise ConnectError(f"{path} is not a host")


class _DeadlineStream(NetworkStream):
    def __init__(self, stream: NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._stream.read(max_bytes, self._deadline.left(ReadTimeout))
        except ReadTimeout as error:
            raise ReadTimeout(f"it took more than {self._deadline.seconds:g} s") from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # Not the stream's own `write`: it restarts its timeout with each partial write.
        socket = self._stream.get_extra_info("socket")
        view = memoryview(buffer)
        while view:
            socket.settimeout(self._deadline.left(WriteTimeout))
            try:
                view = view[socket.send(view) :]
            except TimeoutError as error:
                raise WriteTimeout(f"it took more than {self._deadline.seconds:g} s") from error
            except OSError as error:
                raise WriteError(str(error)) from error

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        secured = self._stream.start_tls(
            ssl_context, server_hostname, self._deadline.left(ConnectTimeout)
        )
        return _DeadlineStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
