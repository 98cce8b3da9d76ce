"""A simulated clock for the database and for all our modules."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, tzinfo
from typing import Any, Self

from sqlalchemy import Engine, event
from sqlalchemy.ext.compiler import compiles

from storage.catalogue.db.database import now

PACKAGES = ("storage", "worker", "scheduler")


class Clock:
    """Simulated seconds since 1970."""

    def __init__(self, start: datetime) -> None:
        self.time = start.timestamp()
        clock = self

        @compiles(now, "sqlite")
        def _now(*_: Any, **__: Any) -> str:
            return "simulated_now()"

        @event.listens_for(Engine, "connect")
        def register(connection: Any, _: Any) -> None:
            connection.create_function("simulated_now", 0, lambda: clock.time)

        class Simulated(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                return cls.fromtimestamp(clock.time, tz)

        for name, module in list(sys.modules.items()):
            if name.split(".")[0] in PACKAGES and getattr(module, "datetime", None) is datetime:
                module.datetime = Simulated  # type: ignore[attr-defined]

    def __str__(self) -> str:
        return f"{datetime.fromtimestamp(self.time, UTC):%Y-%m-%d %H:%M}"
