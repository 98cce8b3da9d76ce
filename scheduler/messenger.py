"""Tells people of alarms: by webhook, by e-mail, and in the log in any case."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import httpx2 as httpx

from storage.catalogue import AlarmRow, Catalogue
from worker.settings import Settings

TIMEOUT = 10.0
SIGNATURE = "X-Artist-Signature"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Messenger:
    """Delivers what the catalogue's alarms have to tell; what can't be delivered waits a minute.

    A message goes out at least once on every way that is set. The webhook's JSON holds artist,
    kind, message, since and state (`ringing` or `over`); where there is a secret, its HMAC-SHA256
    stands in the header `X-Artist-Signature` as `sha256=…`.
    """

    settings: Settings

    def tell(self, catalogue: Catalogue) -> None:
        """Deliver every alarm, and every end of one, that people do not know of yet."""
        for row in catalogue.alarms.to_tell():
            logger.log(logging.INFO if row.over else logging.ERROR, "%s", _sentence(row))
            delivered = [self._delivered(way, row) for way in self._ways()]
            if all(delivered):
                catalogue.alarms.told(row)

    def _ways(self) -> list[Callable[[AlarmRow], None]]:
        alarms = self.settings.alarms
        ways: list[Callable[[AlarmRow], None]] = []
        if alarms.webhook:
            ways.append(self._post)
        if alarms.email:
            ways.append(self._mail)
        return ways

    def _delivered(self, way: Callable[[AlarmRow], None], row: AlarmRow) -> bool:
        try:
            way(row)
        except (httpx.HTTPError, OSError, smtplib.SMTPException) as error:
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
        httpx.post(
            self.settings.alarms.webhook, content=body, headers=headers, timeout=TIMEOUT
        ).raise_for_status()

    def _mail(self, row: AlarmRow) -> None:
        alarms = self.settings.alarms
        message = EmailMessage()
        message["From"], message["To"] = alarms.sender, alarms.email
        message["Subject"] = f"{row.alarm.artist or 'all artists'}: {row.alarm.kind}" + (
            " is over" if row.over else ""
        )
        message.set_content(_sentence(row))
        server = urlsplit(alarms.smtp)
        connect = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
        with connect(server.hostname or "localhost", server.port or 0, timeout=TIMEOUT) as smtp:
            if server.scheme == "smtp" and _offers_tls(smtp):
                smtp.starttls(context=ssl.create_default_context())
            if server.username:
                password = self.settings.smtp_password.get_secret_value()
                smtp.login(unquote(server.username), password)
            smtp.send_message(message)


def _offers_tls(smtp: smtplib.SMTP) -> bool:
    smtp.ehlo()
    return smtp.has_extn("starttls")


def _sentence(row: AlarmRow) -> str:
    who = row.alarm.artist or "all artists"
    over = "it is over: " if row.over else ""
    return f"{who}: {over}{row.alarm.message}"
