"""Logging: one JSON object a line in the served form, with artist, cycle, step and request.

All packages use `logging`; each line holds the values bound in `structlog.contextvars`. Secrets are
removed from each line, and tracebacks show no local variables.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import structlog

from storage.redaction import redacted
from worker.config.settings import SettingsError

FORMATS = ("json", "text")

_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def configure_log(style: str | None = None) -> None:
    """Write the log to standard error; `style` is `json` or `text`, by default ARTIST_LOG.

    Raises:
        SettingsError: `style` is neither.
    """
    style = style or os.environ.get("ARTIST_LOG") or "text"
    if style not in FORMATS:
        raise SettingsError(f"ARTIST_LOG is {style!r}: set one of {', '.join(FORMATS)}")
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([_TRACEBACKS] if style == "json" else []),
                renderer,
                _without_secrets,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("httpx", "botocore", "boto3", "urllib3", "alembic", "celery.redirected"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _without_secrets(_: Any, __: str, line: Any) -> str:
    """Remove secrets from the complete line, as the last processor."""
    return redacted(line)
