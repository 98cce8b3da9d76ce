"""The manual's proxy examples, each with a gallery: visitors are distinguished."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
import urllib3
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from cli.runtime.server import listen, web_server
from tests.served.ports import free_port, wait_for_port

MANUAL = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


async def tell(request: Request) -> PlainTextResponse:
    """Return the client's address and the path."""
    assert request.client is not None
    return PlainTextResponse(f"{request.client.host} {request.url.scheme} {request.url.hostname}")


@pytest.fixture
def gallery() -> Iterator[int]:
    """The port of a server with the gallery's protocol."""
    listener = listen("127.0.0.1", 0)
    server = web_server(Starlette(routes=[Route("/", tell)]))  # type: ignore[arg-type]
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()


def example(language: str, gallery: int) -> str:
    """The manual's example, with that gallery's port."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", MANUAL, re.DOTALL)
    return str(found).replace("127.0.0.1:8000", f"127.0.0.1:{gallery}")


def nginx(folder: Path, gallery: int, port: int) -> list[str]:
    """The command that starts nginx with the example, without TLS: there is no certificate."""
    server = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", example("nginx", gallery))
    server = re.sub(r"\n *ssl_\w+ .*", "", server)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{server}\n}}\n"
    )
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, gallery: int, port: int) -> list[str]:
    """The command that starts Caddy."""
    site = re.sub(r"^art\.example", f"http://art.example:{port}", example("caddy", gallery))
    (folder / "Caddyfile").write_text(f"{{\n admin off\n}}\n{site}")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, seconds=30)
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize("proxy", [nginx, caddy])
def test_visitors_behind_the_manuals_proxy_are_distinguished(
    gallery: int, tmp_path: Path, proxy: Callable[[Path, int, int], list[str]]
) -> None:
    if shutil.which(proxy.__name__) is None:
        pytest.skip(f"needs {proxy.__name__}")
    port = free_port()
    with running(proxy(tmp_path, gallery, port), port):
        for visitor in ("127.0.0.2", "127.0.0.3"):
            pool = urllib3.HTTPConnectionPool("127.0.0.1", port, source_address=(visitor, 0))
            headers = {"Host": "art.example", "X-Forwarded-For": "203.0.113.7"}
            answer = pool.request("GET", "/", headers=headers, retries=False)
            assert answer.data.decode() == f"{visitor} http art.example", (
                "forged headers do not count"
            )
            pool.close()
