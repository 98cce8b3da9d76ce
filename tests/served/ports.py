"""Free ports of this machine."""

from __future__ import annotations

import socket
import time

_reserved: list[socket.socket] = []


def free_port() -> int:
    """A port that nobody listens on, and that stays reserved until this process ends.

    The bound socket that is kept has SO_REUSEADDR and does not listen: connections are refused, a
    server that names the port can listen on it, and the system gives it to nobody who asks for any
    port. Without it, another program can take the port before the server that it was meant for.
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    _reserved.append(kept)
    port: int = kept.getsockname()[1]
    return port


def wait_for_port(port: int, *, seconds: float = 30.0) -> None:
    """Return as soon as somebody listens on the port.

    Raises:
        TimeoutError: nobody does in so many seconds.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"nobody listens on port {port} after {seconds:g} s")
