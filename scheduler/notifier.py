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
"""Time limit for delivering one message by one channel, in seconds."""

SIGNATURE = "X-Artist-Signature"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notifier:
    """Delivers the catalogue's alarms; a failed delivery is tried again after a minute.

    A message is sent at least once by every configured channel. The webhook's JSON holds artist,
    kind, message, since and state (`ringing` or `over`); if a secret is set, the header
    `X-Artist-Signature` holds the body's HMAC-SHA256 as `sha256=…`.
    """

    settings: Settings

    def notify(self, catalogue: Catalogue) -> None:
        """Deliver every alarm, and every end of an alarm, that was not delivered yet."""
        ways, away = self._ways(), set[str]()
        for row in catalogue.alarms.to_notify():
            logger.log(logging.INFO if row.over else logging.ERROR, "%s", _sentence(row))
            delivered = {name: self._delivered(way, row) for name, way in ways.items()}
            if all(delivered.values()) and not away:
                catalogue.alarms.told(row)
            # A channel that failed for one alarm is not tried for the others.
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
            logger.warning("the alarm could not be delivered, and will be tried again: %s", error)
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
    """Connect to a mail server for at most `SECONDS` in total; a socket's timeout is per read.

    Raises:
        OSError, SMTPException: the connection failed or took too long.
    """
    kind: type[smtplib.SMTP] = smtplib.SMTP_SSL if scheme == "smtps" else smtplib.SMTP
    # `SMTP_SSL` accepts any certificate by default.
    more: dict[str, Any] = {"context": ssl.create_default_context()} if scheme == "smtps" else {}
    smtp, over = kind.__new__(kind), threading.Event()

    def watch() -> None:
        if over.wait(SECONDS):
            return
        # Repeatedly: the socket changes when TLS starts.
        while not over.wait(0.1):
            with suppress(OSError, AttributeError):
                cast(socket.socket, smtp.sock).shutdown(socket.SHUT_RDWR)

    # Before the connection: a server may send its greeting slowly.
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
    over = "over: " if row.over else ""
    return f"{who}: {over}{row.alarm.message}"
