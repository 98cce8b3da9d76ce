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
"""Seconds for open responses at shutdown: a studio's event stream has no end."""

_BACKLOG: Final = 100
"""Length of the queue of connections that are not accepted yet."""

_THIS_MACHINE: Final = ("127.0.0.1", "::1")


def web_server(app: FastAPI, *, trusted_proxies: Sequence[str] = ()) -> uvicorn.Server:
    """Create the gallery's HTTP server.

    The visitor's address is read from the headers of proxies at these addresses or on this machine.
    """
    return uvicorn.Server(_config(app, trusted_proxies))


def serve_side_by_side(
    folder: Path,
    sockets: list[socket.socket],
    *,
    processes: int,
    trusted_proxies: Sequence[str] = (),
) -> None:
    """Serve the gallery of a data folder in several processes; one that ends is started again."""
    # Each process is new, not a fork: it reads the folder from the environment.
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
        # uvicorn warns about each invalid request: any client could fill the log.
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def web_address(host: str, port: int) -> str:
    """The URL of a server that listens there."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def listen(host: str, port: int, *, tries: int = 1) -> socket.socket:
    """Listen on the first free port of `tries` ports from `port` on.

    Raises:
        UserError: none of the ports is free, or the address is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + tries):
        try:
            return socket.create_server((host, candidate), family=family)
        except OSError as error:
            fault = error.strerror
        except (ValueError, OverflowError) as error:  # not a host name, or not a port
            fault = str(error)
    raise UserError(
        f"The gallery can't listen on {host}:{port} ({fault}). Choose another port with --port, or"
        " another address with gallery.host."
    )
