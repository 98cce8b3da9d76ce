"""Send alarms by webhook and by e-mail; they are always logged."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import httpx2

from storage.catalogue import AlarmRow, Catalogue
from worker import outgoing
from worker.config.settings import Settings

SECONDS = 10.0
"""Seconds that one message may take on one way, however slowly the other side answers."""

SIGNATURE = "X-Artist-Signature"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notifier:
    """Delivers what the catalogue's alarms have to tell; what can't be delivered waits a minute.

    A message goes out at least once on every way that is set. The webhook's JSON holds artist,
    kind, message, since and state (`active` or `over`); where there is a secret, its HMAC-SHA256
    stands in the header `X-Artist-Signature` as `sha256=…`.
    """

    settings: Settings

    def notify(self, catalogue: Catalogue) -> None:
        """Deliver every alarm, and every end of one, that people do not know of yet."""
        ways, away = self._ways(), set[str]()
        for row in catalogue.alarms.to_notify():
            logger.log(logging.INFO if row.over else logging.ERROR, "%s", _sentence(row))
            delivered = {name: self._delivered(way, row) for name, way in ways.items()}
            if all(delivered.values()) and not away:
                catalogue.alarms.told(row)
            # What is unavailable for one alarm is not asked once more for each of the others.
            away |= {name for name, went in delivered.items() if not went}
            ways = {name: way for name, way in ways.items() if name not in away}

    def _ways(self) -> dict[str, Callable[[AlarmRow], None]]:
        alarms = self.settings.alarms
        ways: dict[str, Callable[[AlarmRow], None]] = {}
        if alarms.webhook:
            ways["webhook"] = self._post
        if alarms.email:
            ways["email"] = self._mail
        return ways

    def _delivered(self, way: Callable[[AlarmRow], None], row: AlarmRow) -> bool:
        try:
            way(row)
        except (httpx2.HTTPError, OSError, smtplib.SMTPException) as error:
            logger.warning("the alarm could not be delivered, and waits: %s", error)
            return False
        return True

    def _post(self, row: AlarmRow) -> None:
        body = json.dumps(
            {
                "artist": row.alarm.artist,
                "kind": row.alarm.kind,
                "message": row.alarm.message,
                "since": row.since,
                "state": "over" if row.over else "ringing",
            }
        ).encode()
        headers = {"Content-Type": "application/json"}
        secret = self.settings.alarm_secret.get_secret_value()
        if secret:
            digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            headers[SIGNATURE] = f"sha256={digest}"
        url = self.settings.alarms.webhook
        with outgoing.client(seconds=SECONDS, largest=0, trusted=url) as client:
            client.post(url, content=body, headers=headers).raise_for_status()

    def _mail(self, row: AlarmRow) -> None:
        alarms = self.settings.alarms
        message = EmailMessage()
        message["From"], message["To"] = alarms.sender, alarms.email
        message["Subject"] = f"{row.alarm.artist or 'all artists'}: {row.alarm.kind}" + (
            " is over" if row.over else ""
        )
        message.set_content(_sentence(row))
        server = urlsplit(alarms.smtp)
        with _mail_server(server.scheme, server.hostname or "localhost", server.port or 0) as smtp:
            if server.scheme == "smtp" and _offers_tls(smtp):
                smtp.starttls(context=ssl.create_default_context())
            if server.username:
                password = self.settings.smtp_password.get_secret_value()
                smtp.login(unquote(server.username), password)
            smtp.send_message(message)


@contextmanager
def _mail_server(scheme: str, host: str, port: int) -> Iterator[smtplib.SMTP]:
    """A conversation that is cut off when its time is up; a socket's timeout is one of each read.

    Raises:
        OSError, SMTPException: there is none, or it was cut off.
    """
    kind: type[smtplib.SMTP] = smtplib.SMTP_SSL if scheme == "smtps" else smtplib.SMTP
    # `SMTP_SSL` by itself takes any certificate.
    more: dict[str, Any] = {"context": ssl.create_default_context()} if scheme == "smtps" else {}
    smtp, over = kind.__new__(kind), threading.Event()

    def watch() -> None:
        if over.wait(SECONDS):
            return
        # Again and again: the socket changes when TLS begins.
        while not over.wait(0.1):
            with suppress(OSError, AttributeError):
                cast(socket.socket, smtp.sock).shutdown(socket.SHUT_RDWR)

    # Before the server is met: it may drip its greeting.
    threading.Thread(target=watch, name="mail", daemon=True).start()
    try:
        kind.__init__(smtp, host, port, timeout=SECONDS, **more)
        with smtp:
            yield smtp
    finally:
        over.set()


def _offers_tls(smtp: smtplib.SMTP) -> bool:
    smtp.ehlo()
    return smtp.has_extn("starttls")


def _sentence(row: AlarmRow) -> str:
    who = row.alarm.artist or "all artists"
    over = "it is over: " if row.over else ""
    return f"{who}: {over}{row.alarm.message}"
