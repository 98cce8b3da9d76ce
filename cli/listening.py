"""The socket that the gallery listens on."""

from __future__ import annotations

import socket

from cli.errors import UserError


def listen(host: str, port: int, *, tries: int = 1) -> socket.socket:
    """Listen on the port, or on the first free one of those after it.

    Raises:
        UserError: none of `tries` ports is free, or the address is not ours.
    """
    for candidate in range(port, port + tries):
        try:
            return socket.create_server((host, candidate))
        except OSError as error:
            fault = error
    raise UserError(
        f"The gallery can't listen on {host}:{port} ({fault.strerror}). Choose another port with"
        " --port."
    )
