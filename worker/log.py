"""The log: one JSON object a line in the served form, each with artist, cycle, step and request.

Every part goes on using `logging`; what is bound in `structlog.contextvars` comes with each line.
"""

from __future__ import annotations

import logging
import os
import sys

import structlog

FORMATS = ("json", "text")


def configure_log(style: str | None = None) -> None:
    """Write the log to standard error; `style` is `json` or `text`, or as ARTIST_LOG says.

    Raises:
        ValueError: it is neither.
    """
    style = style or os.environ.get("ARTIST_LOG", "text")
    if style not in FORMATS:
        raise ValueError(f"ARTIST_LOG is {style!r}: write one of {', '.join(FORMATS)}")
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
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([structlog.processors.dict_tracebacks] if style == "json" else []),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("httpx", "botocore", "boto3", "urllib3", "alembic", "celery.redirected"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
