"""Deliver activities to the inboxes of other servers, each once as far as the protocol allows."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx2

from gallery.fediverse.documents import as_json
from gallery.fediverse.federation import Federation
from gallery.fediverse.keys import KeyLocked
from storage.catalogue import WorkRow
from storage.catalogue.fediverse import Delivery, Told
from worker.outgoing import NotAllowed, retry_after

LEASE_SECONDS: Final = 120.0
"""Seconds after which another process may make a delivery that has no outcome."""

GIVE_UP_SECONDS: Final = 3 * 86400.0
"""Age of a delivery that is not tried again."""

LONGEST_LOOK: Final = 60.0
_AT_ONCE: Final = 4
_FIRST_WAIT: Final = 60.0
_LONGEST_WAIT: Final = 6 * 3600.0
_PASSING: Final = (401, 408, 425, 429)
"""Refusals that may pass: of a signature, too, since the server may have an old key of ours."""

_TIDY_SECONDS: Final = 3600.0
_OVERLAP_SECONDS: Final = 3600.0
_CHANGES: Final = 20
_LOG = logging.getLogger(__name__)


class Deliverer:
    """Makes the deliveries of a deployment; several at once do no harm."""

    def __init__(self, federation: Federation) -> None:
        self._federation = federation
        self._stored = federation.catalogue.fediverse
        self._tidied = 0.0
        self._told_until = 0.0

    def run(self, *, limit: int = 60) -> int:
        """Tell of works that were hidden or blurred, and make what is due; return how many.

        None is begun after `LONGEST_LOOK` seconds.
        """
        self._tell_changes()
        self._tidy()
        until = time.monotonic() + LONGEST_LOOK
        made = 0
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="deliver") as threads:
            # Each look finds one delivery of each inbox.
            while time.monotonic() < until:
                now = sum(threads.map(self._deliver, self._stored.deliveries.due(limit=limit)))
                if now == 0:
                    break
                made += now
        return made

    def _tell_changes(self) -> None:
        look = time.time()
        while works := self._stored.deliveries.changed(since=self._told_until, limit=_CHANGES):
            for work in works:
                self._tell_change(work)
        # Decisions may be dated by another clock, or be committed a little later.
        self._told_until = look - _OVERLAP_SECONDS

    def _tell_change(self, work: WorkRow) -> None:
        documents = self._federation.documents
        change = documents.update(work) if work.visible else documents.delete(work)
        shown: Told = "blurred" if work.visibility == "blurred" else "shown"
        count = self._stored.deliveries.tell(
            work.id,
            shown if work.visible else "deleted",
            artist=work.artist,
            activity=change["id"],
            body=as_json(change),
            after=documents.at.create(work),
            instead=as_json(documents.create(work)) if work.visible else "",
        )
        _LOG.info("%s: %s for %d inboxes", work.id, change["type"], count)

    def _tidy(self) -> None:
        if time.monotonic() - self._tidied > _TIDY_SECONDS or not self._tidied:
            self._tidied = time.monotonic()
            self._stored.deliveries.forget_ended()
            self._stored.people.forget_idle()

    def _deliver(self, due: Delivery) -> bool:
        claimed = self._stored.deliveries.claim(due, seconds=LEASE_SECONDS)
        if claimed is None:
            return False
        try:
            answer = self._federation.remote.post(
                claimed.inbox, claimed.artist, claimed.body.encode()
            )
        except (NotAllowed, httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            self._settle_failed(claimed, str(error))
        except (httpx2.TransportError, KeyLocked) as error:
            self._later(claimed, str(error) or type(error).__name__, None)
        except Exception as error:
            # An unexpected error must not stop the other deliveries.
            _LOG.exception("%s to %s", claimed.activity, claimed.inbox)
            self._later(claimed, f"{type(error).__name__}: {error}", None)
        else:
            self._judge(claimed, answer)
        return True

    def _judge(self, claimed: Delivery, answer: httpx2.Response) -> None:
        status = answer.status_code
        if answer.is_success:
            self._stored.deliveries.settle(claimed, "sent", "")
        elif status in _PASSING or status >= 500:
            self._later(claimed, f"the server answered {status}", retry_after(answer.headers))
        else:
            self._settle_failed(claimed, f"the server answered {status}")
            if status == 410:
                self._stored.people.forget_inbox(claimed.inbox)

    def _later(self, claimed: Delivery, why: str, asked: float | None) -> None:
        if time.time() - claimed.created_at > GIVE_UP_SECONDS:
            self._settle_failed(claimed, f"{claimed.attempts} attempts failed: {why}")
            return
        doubled = _FIRST_WAIT * 2.0 ** min(claimed.attempts - 1, 20)
        wait = min(max(doubled, asked or 0.0), _LONGEST_WAIT)
        _LOG.info("%s to %s waits %.0f s: %s", claimed.activity, claimed.inbox, wait, why)
        self._stored.deliveries.settle(claimed, "waiting", why, wait=wait)

    def _settle_failed(self, claimed: Delivery, why: str) -> None:
        _LOG.warning("%s to %s was given up: %s", claimed.activity, claimed.inbox, why)
        self._stored.deliveries.settle(claimed, "failed", why)
