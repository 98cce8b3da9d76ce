"""A gallery with everything in it, asked over ASGI as a server would ask it: byte by byte."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from cas.experiments.study import Item, plan
from cas.experiments.study_page import write_study
from gallery import SiteSettings, create_app
from gallery.accounts import Admins
from gallery.study_answers import Study
from storage.archive.archive import Archive, open_store
from storage.catalogue import Catalogue
from tests.gallery.conftest import hang

CANARY = "canary-8d1f-in-every-secret"
PASSWORD = "correct horse battery"

Headers = Sequence[tuple[bytes, bytes]]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def everything(self) -> bytes:
        """All bytes of it."""
        return repr(self.headers).encode() + self.body


class Asked:
    """The gallery of two artists, with an admin at the desk and a study."""

    def __init__(
        self, app: FastAPI, catalogue: Catalogue, admins: Admins, portal: BlockingPortal
    ) -> None:
        self.app = app
        self.catalogue = catalogue
        proof = admins.check("ann", PASSWORD)
        assert proof is not None
        self.desk = catalogue.sessions.open("ann", proof)
        session = catalogue.sessions.find(self.desk, admins.hash_of)
        assert session is not None
        self.csrf = session.csrf
        self._portal = portal
        self._visitors = itertools.count(1)

    def ask(
        self, method: str, target: bytes, headers: Headers = (), body: bytes = b"", port: int = 80
    ) -> Answer:
        """One request of a visitor who was never here before.

        An exception that the server would log as a traceback comes out of here.
        """
        path, _, query = target.partition(b"?")
        given = {name for name, _ in headers}
        told = [(b"host", b"art.example.org")] if b"host" not in given else []
        told += (
            [(b"content-length", str(len(body)).encode())] if b"content-length" not in given else []
        )
        number = next(self._visitors)
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path.decode("latin-1")),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": [*told, *headers],
            "client": (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 9),
            "server": ("art.example.org", port),
            "state": {},
        }
        return self._portal.call(self._ask, scope, body)

    async def _ask(self, scope: dict[str, Any], body: bytes) -> Answer:
        sent: list[dict[str, Any]] = []
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            # The visitor stays: whoever listens for a parting is cancelled once it has answered.
            return waiting.pop() if waiting else await anyio.sleep_forever()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start, *rest = sent
        headers = {n.decode("latin-1"): v.decode("latin-1") for n, v in start["headers"]}
        return Answer(start["status"], headers, b"".join(m.get("body", b"") for m in rest))


@contextmanager
def asked(folder: Path, url: str) -> Iterator[Asked]:
    """Open such a gallery over a new catalogue."""
    catalogue = Catalogue(url)
    archive = Archive(open_store(str(folder / "archive"), create=True))
    hang(catalogue, archive, works=4, artist="ada")
    hang(catalogue, archive, works=3, artist="boris")
    catalogue.works.moderate("ada:2", "hidden", "somebody asked")
    admins = Admins(folder / "admins.json")
    admins.set_password("ann", PASSWORD)
    items = [
        Item(f"{policy}-{n}", policy, f"{policy} {n}")
        for policy in ("CAS", "Random")
        for n in range(3)
    ]
    (folder / "study").mkdir()
    write_study(folder / "study", items, plan(items, raters=2, pages=4, shared=1, checks=1, seed=0))
    app = create_app(
        catalogue,
        archive,
        site=SiteSettings(),
        secret=CANARY.encode(),
        admins=admins,
        study=Study(folder / "study"),
    )
    with start_blocking_portal() as portal:
        yield Asked(app, catalogue, admins, portal)
    catalogue.close()
