"""Renew the leases of the steps that this worker runs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from storage.catalogue import Claim, Cycles

logger = logging.getLogger(__name__)


class Leases:
    """Renews the leases of all running steps, three times in `seconds`.

    One thread renews all leases, since a thread per step would cost more than a short step; it ends
    when no lease is left.
    """

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._held: dict[threading.Event, tuple[Cycles, Claim]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def renewed_lease(self, cycles: Cycles, claim: Claim) -> Iterator[threading.Event]:
        """Renew a lease until the block ends; the yielded event is set if the lease is lost.

        After an error the renewal is tried again. The step's commit checks the lease, too.
        """
        lost = threading.Event()
        with self._lock:
            self._held[lost] = cycles, claim
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._renew, name="leases", daemon=True)
                self._thread.start()
        try:
            yield lost
        finally:
            with self._lock:
                del self._held[lost]

    def _renew(self) -> None:
        while True:
            time.sleep(self._seconds / 3)
            with self._lock:
                held = list(self._held.items())
                if not held:
                    self._thread = None
                    return
            for lost, (cycles, claim) in held:
                try:
                    is_held = cycles.renew(claim, seconds=self._seconds)
                except Exception as error:  # else all leases would expire
                    logger.warning("the lease of %s can't be renewed: %s", claim.cycle.id, error)
                    continue
                if not is_held and lost in self._held:
                    lost.set()
                    logger.warning(
                        "%s of %s belongs to another worker now", claim.step, claim.cycle.id
                    )
