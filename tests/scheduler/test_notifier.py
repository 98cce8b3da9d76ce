"""Alarms are delivered, tested with a real HTTP server and a real mail server."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import update

from scheduler import notifier
from scheduler.notifier import Notifier
from storage.catalogue import Alarm, Catalogue
from storage.catalogue.db.tables import alarms
from tests.gallery.certificates import certify, pem
from tests.served.ports import free_port
from tests.worker.outgoing import hostile
from worker.config.settings import Settings

ALARM = Alarm("alien", "silent", "no new work since noon")


class Hook:
    """A web server that stores its requests, and answers with `status`."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.got.append((dict(self.headers), body))
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/alarm"

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    yield hook
    hook.stop()


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    catalogue.alarms.update([ALARM])
    yield catalogue
    catalogue.close()


def settings(monkeypatch: pytest.MonkeyPatch, **alarms: str) -> Settings:
    monkeypatch.setenv("ARTIST_ALARM_SECRET", "s3cret")
    return Settings.model_validate({"alarms": alarms})


def test_the_webhook_receives_signed_json(
    catalogue: Catalogue, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Notifier(settings(monkeypatch, webhook=hook.url))
    one.notify(catalogue)
    one.notify(catalogue)
    catalogue.alarms.update([])
    one.notify(catalogue)
    told = [json.loads(body) for _, body in hook.got]
    assert [(t["artist"], t["kind"], t["state"]) for t in told] == [
        ("alien", "silent", "ringing"),
        ("alien", "silent", "over"),
    ]
    headers, body = hook.got[0]
    digest = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert headers["X-Artist-Signature"] == f"sha256={digest}"


def test_what_was_not_delivered_is_sent_again(
    catalogue: Catalogue, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Notifier(settings(monkeypatch, webhook=hook.url))
    hook.status = 500
    one.notify(catalogue)
    assert len(hook.got) == 1
    hook.status = 200
    with catalogue.database.write() as connection:
        connection.execute(update(alarms).values(next_at=0.0))
    one.notify(catalogue)
    one.notify(catalogue)
    assert len(hook.got) == 2


def test_an_email_holds_the_message(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    letters: list[Message] = []

    class Mailbox:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            letters.append(BytesParser().parsebytes(envelope.content))
            return "250 OK"

    port = free_port()
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        way = settings(monkeypatch, email="ada@example.org", smtp=f"smtp://127.0.0.1:{port}")
        Notifier(way).notify(catalogue)
    finally:
        controller.stop()
    assert [letter["Subject"] for letter in letters] == ["alien: silent"]
    assert letters[0]["To"] == "ada@example.org"
    assert "no new work since noon" in str(letters[0].get_payload())


def test_without_a_channel_alarms_are_logged_and_stored(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    Notifier(settings(monkeypatch)).notify(catalogue)
    assert "alien: no new work since noon" in caplog.text
    assert [row.told for row in catalogue.alarms.active()] == [True]


@pytest.mark.parametrize(
    "behave", [hostile.DRIPPING_HEADERS, hostile.silent, hostile.redirect("http://1.1.1.1/")]
)
def test_a_hostile_webhook_delays_an_alarm_and_nothing_else(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, behave: hostile.Behaviour
) -> None:
    monkeypatch.setattr(notifier, "SECONDS", 0.4)
    with hostile.peer(behave) as listener:
        Notifier(settings(monkeypatch, webhook=listener.url)).notify(catalogue)
        assert len(listener.requests) == 1
    assert [row.told for row in catalogue.alarms.active()] == [False]


def test_a_webhook_that_sends_its_body_slowly_has_received_the_alarm(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hostile.peer(hostile.DRIPPING_BODY) as listener:
        Notifier(settings(monkeypatch, webhook=listener.url)).notify(catalogue)
    assert [row.told for row in catalogue.alarms.active()] == [True]


@pytest.mark.parametrize("greeting", [b"2", b"220 hello\r\n"])
def test_a_slow_mail_server_is_disconnected(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, greeting: bytes
) -> None:
    """Send each byte before the socket's timeout."""
    monkeypatch.setattr(notifier, "SECONDS", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(greeting)
                for _ in range(hostile.PATIENCE):
                    connection.sendall(b"2")
                    if over.wait(0.05):
                        return
                connection.sendall(b"250 too late\r\n")
                dripped.append(True)

        dripped: list[bool] = []
        thread = threading.Thread(target=drip)
        thread.start()
        smtp = f"smtp://127.0.0.1:{server.getsockname()[1]}"
        Notifier(settings(monkeypatch, email="ada@example.org", smtp=smtp)).notify(catalogue)
        over.set()
        thread.join()
    assert dripped == []
    assert [row.told for row in catalogue.alarms.active()] == [False]


def test_an_unavailable_channel_is_tried_once_for_all_alarms(
    catalogue: Catalogue, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.alarms.update(
        [ALARM, Alarm("other", "silent", "nor here"), Alarm("", "disk", "full")]
    )
    hook.status = 500
    Notifier(settings(monkeypatch, webhook=hook.url)).notify(catalogue)
    assert len(hook.got) == 1
    assert not any(row.told for row in catalogue.alarms.active())


def test_no_password_is_sent_to_a_mail_server_with_an_invalid_certificate(
    catalogue: Catalogue,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("WARNING", "scheduler.notifier")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certify("localhost", key, by="localhost", signed_with=key)
    chain = tmp_path / "chain.pem"
    chain.write_bytes(certificate.public_bytes(Encoding.PEM) + pem(key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _ = server.accept()
            with suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
                secured.sendall(b"220 give me your password\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        smtp = f"smtps://ada@127.0.0.1:{server.getsockname()[1]}"
        Notifier(settings(monkeypatch, email="ada@example.org", smtp=smtp)).notify(catalogue)
        thread.join()
    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text
