"""An alarm before a model that artists use shuts down."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from storage.catalogue import Alarm, ArtistRow
from worker.config.settings import Settings
from worker.errors import ComponentError
from worker.model_servers import ModelServer, composer_server, painter_server
from worker.openai_api import Endpoint
from worker.provider_models import NOTICE, model_end, offered_models

DAY = 86400.0

logger = logging.getLogger(__name__)


@dataclass
class _Listing:
    """The models of one provider; None until it has answered."""

    endpoint: Endpoint
    offered: Mapping[str, date | None] | None = None
    asked_at: float = 0.0
    thread: threading.Thread | None = None

    def look(self) -> None:
        """Ask the provider in a thread, if it is time."""
        if self.thread is not None and time.monotonic() < self.asked_at + DAY:
            return
        self.asked_at = time.monotonic()
        self.thread = threading.Thread(target=self._ask, name="models", daemon=True)
        self.thread.start()

    def _ask(self) -> None:
        try:
            self.offered = offered_models(self.endpoint)
        except ComponentError as error:
            logger.info("shutdown dates of models: %s", error)


class ModelWatch:
    """Finds the models in use that end within `NOTICE`.

    Each provider is asked for its dates at most once a day, by a thread of its own, and only if an
    artist uses its API. Until it has answered, the published dates are used alone.
    """

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._listings: dict[tuple[str, str], _Listing] = {}

    def alarms(self, artists: Iterable[ArtistRow], active: Sequence[Alarm] = ()) -> list[Alarm]:
        """Return the alarms for the models of these artists; it never waits for a provider.

        Those of the `active` ones that another process found stay until the provider has answered.
        """
        servers = self._servers(artists)
        self._listings = {
            key: self._listings.get(key) or _Listing(server.endpoint)
            for server in servers.values()
            for key in [_key(server)]
        }
        for listing in self._listings.values():
            listing.look()
        return [
            alarm for kind, server in servers.items() for alarm in self._found(kind, server, active)
        ]

    def wait(self) -> None:
        """Wait until the providers have been asked, if that is under way."""
        for listing in self._listings.values():
            if listing.thread is not None:
                listing.thread.join()

    def _servers(self, artists: Iterable[ArtistRow]) -> dict[str, ModelServer]:
        """The servers that artists who work use, by kind of alarm."""
        parts = [
            artist.created.parts for artist in artists if not (artist.paused or artist.retired)
        ]
        servers = {}
        if any(part.composer == "openai" for part in parts):
            servers["text-model"] = composer_server(self._settings())
        if any(part.painter == "openai" for part in parts):
            servers["image-model"] = painter_server(self._settings())
        return servers

    def _found(self, kind: str, server: ModelServer, active: Sequence[Alarm]) -> Iterator[Alarm]:
        offered = self._listings[_key(server)].offered
        endpoint, model = server.endpoint, server.model
        day, successor = model_end(model, offered or {}, is_openai=endpoint.is_openai)
        today = datetime.now(UTC).date()
        if day is not None and day - today <= NOTICE:
            verb = "shuts down" if day > today else "was shut down"
            says = f"{model} {verb} on {day}: set {endpoint.names.model} to {successor}"
            yield Alarm("", kind, says)
        elif offered is None:
            yield from (
                alarm
                for alarm in active
                if alarm.kind == kind and alarm.message.startswith(f"{model} ")
            )


def _key(server: ModelServer) -> tuple[str, str]:
    return server.endpoint.base_url, server.endpoint.api_key
