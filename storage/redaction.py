"""Redact the secrets of this deployment from any text.

The code that reads the settings registers secret values (`conceal`). From then on they are replaced
in all that is logged, raised as an error, kept in the catalogue or written to the archive, also
where they are percent-encoded, in base64 or inside JSON. JSON Web Tokens are replaced wherever they
stand.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

REDACTED = "[redacted]"

SHORTEST = 8
SHORTEST_WORD = 16
"""Letters of the shortest secret that is searched for, and of the shortest that is letters alone.

A password such as `artist` or `postgres` would be found in ordinary sentences. In addresses
(`scheme://user:password@host`) every password is replaced.
"""

_TOKEN = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+")
"""A JSON Web Token. Servers issue new ones all day: they are recognised, not registered."""

_IN_ADDRESS = re.compile(r"(://[^\s/@:]*):[^\s/@]*@")


CONTROL_CHARACTERS = "\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
"""Control characters but for tabs and line breaks, and those that turn the direction of text, as in
a character class of a regular expression."""

_CONTROL = re.compile(f"[{CONTROL_CHARACTERS}]")


def without_control_characters(text: str) -> str:
    """The text without what a terminal obeys, and what turns the direction of other text."""
    return text if text.isprintable() else _CONTROL.sub("", text)


class Redaction:
    """Replaces certain secrets in texts; `secrets` that are too short to recognise are left out."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: frozenset[str] = frozenset()
        self._forms: tuple[str, ...] = ()
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Replace these secrets, too."""
        new = {secret.strip() for secret in secrets if is_specific(secret)} - self._known
        if new:
            self._known |= new
            forms = {form for secret in self._known for form in _forms(secret)}
            self._forms = tuple(sorted(forms, key=len, reverse=True))

    def __call__(self, text: str) -> str:
        """The text without the secrets, session tokens, and the passwords of addresses in it."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, REDACTED)
        if "eyJ" in text:
            text = _TOKEN.sub(REDACTED, text)
        return _IN_ADDRESS.sub(rf"\1:{REDACTED}@", text) if "://" in text else text


def is_specific(secret: str) -> bool:
    """Whether a secret is long enough to be searched for in texts."""
    secret = secret.strip()
    return len(secret) >= (SHORTEST_WORD if secret.isalpha() else SHORTEST)


redacted = Redaction()
"""A text without any secret that this process has registered."""


def conceal(*secrets: str) -> None:
    """Replace these values in all that this process logs, stores or reports from now on."""
    redacted.add(secrets)
    factory = logging.getLogRecordFactory()
    if not isinstance(factory, _RedactingFactory):
        logging.setLogRecordFactory(_RedactingFactory(factory))


class _RedactingFactory:
    """Makes log records whose message and traceback hold no secret and command no terminal.

    Whichever handler gets them.
    """

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self._make = make

    def __call__(self, *args: Any, **options: Any) -> logging.LogRecord:
        record = self._make(*args, **options)
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            return record  # arguments that do not fit: the handler reports it
        told = without_control_characters(redacted(message))
        if told != message:
            record.msg, record.args = told, ()
        if record.exc_info and record.exc_info[0] is not None:
            trace = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            told = without_control_characters(redacted(trace))
            if told != trace:
                record.exc_text = told
        return record


def _forms(secret: str) -> Iterator[str]:
    """The ways in which a secret may stand in a text."""
    yield secret
    for coded in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield coded
        yield re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), coded)
    yield json.dumps(secret)[1:-1]
    yield repr(secret)[1:-1]
    # As a part of something longer, such as "user:password": which letters of base64 depend on
    # the secret alone follows from where it begins among groups of three bytes.
    for before in range(3):
        raw = b"\0" * before + secret.encode("utf-8", "surrogateescape")
        whole = base64.b64encode(raw[: len(raw) // 3 * 3]).decode("ascii")
        inner = whole[(8 * before + 5) // 6 :]
        yield from (inner, inner.replace("+", "-").replace("/", "_"))
