"""What becomes of a secret in a text: never anything that could be read."""

from __future__ import annotations

import base64
import json
import logging
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import StorageError
from storage.redaction import REDACTED, Redaction, conceal, is_specific, redacted
from storage.urls import secrets_in

SECRET = 'sk-"canary"/+0123456789 %é'
PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)


@pytest.mark.parametrize(
    "text",
    [
        f"Illegal header value b'Bearer {SECRET}\\n'",
        f"https://host/path?key={quote(SECRET, safe='')}",
        f"https://host/path?key={quote(SECRET, safe='').lower()}",
        f"https://host/path?key={quote_plus(SECRET)}",
        json.dumps({"reason": f"refused {SECRET}"}),
        repr(f"refused {SECRET}"),
    ],
)
def test_it_is_replaced_however_it_is_written(text: str) -> None:
    told = Redaction([f"{SECRET}\n"])(text)
    assert REDACTED in told and "canary" not in told and "0123456789" not in told


@pytest.mark.parametrize("user", ["", "a", "ab", "abc", "artist"])
def test_it_is_replaced_in_the_header_of_basic_authentication(user: str) -> None:
    header = base64.b64encode(f"{user}:{SECRET}".encode()).decode()
    told = Redaction([SECRET])(f"Basic {header} was refused")
    kept = told.removeprefix("Basic ").removesuffix(" was refused")
    assert REDACTED in kept
    assert len(kept.replace(REDACTED, "")) <= len(base64.b64encode(f"{user}:12".encode())) + 4


@given(secret=PRINTABLE, before=st.text(max_size=10), after=st.text(max_size=10))
def test_whatever_it_is_and_wherever_it_stands(secret: str, before: str, after: str) -> None:
    told = Redaction([secret])(f"{before}{secret}{after}")
    if is_specific(secret):
        assert secret not in told.replace(REDACTED, "")


def test_a_word_that_sentences_are_made_of_is_no_secret_that_can_be_searched_for() -> None:
    redaction = Redaction(["", "artist", "postgres", "  short "])
    text = "an artist of that name uses postgresql"
    assert redaction(text) == text


def test_the_password_of_an_address_is_replaced_whether_it_is_known_or_not() -> None:
    told = Redaction()("postgresql+psycopg://artist:pw@host:5432/db and http://host:80/@alien")
    assert told == f"postgresql+psycopg://artist:{REDACTED}@host:5432/db and http://host:80/@alien"


def test_no_error_of_ours_tells_it_and_none_is_longer_than_a_page() -> None:
    conceal(SECRET)
    assert str(StorageError(f"refused {SECRET}")) == f"refused {REDACTED}"
    assert len(str(StorageError("x" * 1_000_000))) == 2000


def test_no_log_record_holds_it_whichever_handler_gets_it(caplog: pytest.LogCaptureFixture) -> None:
    conceal(SECRET)
    logger = logging.getLogger("somebody.else")
    logger.warning("sent %s", f"Bearer {SECRET}")
    try:
        raise ValueError(f"Bearer {SECRET}")
    except ValueError:
        logger.exception("it broke off")
    assert caplog.messages == [f"sent Bearer {REDACTED}", "it broke off"]
    assert SECRET not in caplog.text and f"Bearer {REDACTED}" in caplog.text


def test_no_log_commands_a_terminal(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING", "storage.test")
    conceal("anything-at-all-0")
    logger = logging.getLogger("storage.test")
    logger.warning("it said %s", "\x1b]0;owned\x07\x1b[2Jred\u202e\x9b31m")
    try:
        raise ValueError("\x1b[2Jboom")
    except ValueError:
        logger.exception("broken")
    assert "it said ]0;owned[2Jred31m" in caplog.text
    assert "ValueError: [2Jboom" in caplog.text
    assert "\x1b" not in caplog.text


def test_a_key_that_stands_alone_before_the_host_is_secret() -> None:
    assert "tok-canary-0123" in set(secrets_in("https://tok-canary-0123@models.example/v1"))
    assert "postgres-owner" not in set(secrets_in("postgresql://postgres-owner@db/art"))


def test_session_tokens_are_replaced_though_nobody_registered_them() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJkaWQ6cGxjOmEifQ.c2lnbmF0dXJl"
    said = redacted(f'"Bearer {token}", and {token}')
    assert said == f'"Bearer {REDACTED}", and {REDACTED}'
    for plain in ("eyJ", "eyJust. a. sentence", "keyJ.a.b", "eyJhbGciOiJI.png"):
        assert redacted(plain) == plain
