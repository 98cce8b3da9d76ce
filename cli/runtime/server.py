"""The gallery's listening socket and HTTP server."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from cli.errors import UserError
from cli.runtime.connections import BoundedProtocol

_GRACE_SECONDS: Final = 3
"""How long answers may go on when the server stops: who watches a studio would never let it."""

_BACKLOG: Final = 100
"""Connections that wait to be taken in: so many are open before the first is turned away."""

_THIS_MACHINE: Final = ("127.0.0.1", "::1")


def web_server(app: FastAPI, *, trusted_proxies: Sequence[str] = ()) -> uvicorn.Server:
    """The server that the gallery runs in, wherever it is started.

    Proxies at these addresses, or on this machine, are believed where a visitor comes from.
    """
    return uvicorn.Server(_config(app, trusted_proxies))


def serve_side_by_side(
    folder: Path,
    sockets: list[socket.socket],
    *,
    processes: int,
    trusted_proxies: Sequence[str] = (),
) -> None:
    """Serve the gallery of a data folder in several processes; one that dies is started again."""
    # A process is a new one and no copy of this: it opens the folder that it finds named here.
    os.environ["ARTIST_DATA"] = str(folder)
    config = _config(
        "cli.runtime.gallery_settings:gallery_here",
        trusted_proxies,
        factory=True,
        workers=processes,
    )
    Multiprocess(config, sockets).run()


def _config(
    app: FastAPI | str,
    trusted_proxies: Sequence[str],
    *,
    factory: bool = False,
    workers: int = 1,
) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=factory,
        workers=workers,
        http=BoundedProtocol,
        ws="none",
        forwarded_allow_ips=[*_THIS_MACHINE, *trusted_proxies],
        backlog=_BACKLOG,
        # Its warnings are of requests that make no sense: anybody could fill the log with them.
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def web_address(host: str, port: int) -> str:
    """The address of a server that listens there."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def listen(host: str, port: int, *, tries: int = 1) -> socket.socket:
    """Listen on the port, or on the first free one of those after it.

    Raises:
        UserError: none of `tries` ports is free, or the address is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + tries):
        try:
            return socket.create_server((host, candidate), family=family)
        except OSError as error:
            fault = error.strerror
        except (ValueError, OverflowError) as error:  # no name at all, or no port
            fault = str(error)
    raise UserError(
        f"The gallery can't listen on {host}:{port} ({fault}). Choose another port with --port, or"
        " another address with gallery.host."
    )
