"""The log: the contents of each line, and that no line holds a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from storage.redaction import REDACTED, conceal
from worker.config.settings import SettingsError
from worker.ops.log import configure_log

SECRET = "sk-canary-0123456789"


@pytest.fixture
def said(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Return the log's text in the style of the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_log(request.param)
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("said", ["json", "text"], indirect=True)
def test_no_line_holds_a_secret(said: io.StringIO) -> None:
    conceal(SECRET)
    logger = logging.getLogger("tests.log")
    logger.info("a header of %r", f"Bearer {SECRET}", extra={"reason": f"refused {SECRET}"})
    try:
        headers = {"Authorization": f"Bearer {SECRET}"}
        raise ValueError(f"Illegal header value {headers}")
    except ValueError:
        logger.exception("it broke off")
    text = said.getvalue()
    assert "it broke off" in text and "ValueError" in text and REDACTED in text
    assert SECRET not in text


@pytest.mark.parametrize("said", ["json", "text"], indirect=True)
def test_a_traceback_shows_no_variables(said: io.StringIO) -> None:
    """Not even those whose value is not known to be secret."""
    try:
        password = "only a part of it would be cut off" * 10
        raise ValueError(len(password))
    except ValueError:
        logging.getLogger("tests.log").exception("it broke off")
    assert "cut off" not in said.getvalue().replace('would be cut off" * 10', "")


@pytest.mark.parametrize("said", ["json"], indirect=True)
def test_a_line_is_one_json_object(said: io.StringIO) -> None:
    logging.getLogger("tests.log").warning("%s waits", "alien:1", extra={"tries": 2})
    line = json.loads(said.getvalue())
    assert (line["event"], line["tries"], line["level"]) == ("alien:1 waits", 2, "warning")


def test_an_invalid_style_is_reported_with_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTIST_LOG", "yaml")
    with pytest.raises(SettingsError, match="ARTIST_LOG is 'yaml'"):
        configure_log()
