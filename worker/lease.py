"""A lease that is kept alive while a worker does steps of its cycle."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from storage.catalogue import Claim, Cycles
from storage.errors import StorageError

logger = logging.getLogger(__name__)


class Lease:
    """The lease of a worker on a cycle: `claim` is the one on the step that it does now."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim


@contextmanager
def kept_alive(cycles: Cycles, claim: Claim, *, seconds: float) -> Iterator[Lease]:
    """Renew a lease three times in each of its `seconds` until the block ends.

    Where it is lost, or the catalogue is away, the commit of the step will find that out.
    """
    lease = Lease(claim)
    done = threading.Event()

    def renew() -> None:
        while not done.wait(seconds / 3):
            try:
                cycles.renew(lease.claim, seconds=seconds)
            except StorageError as error:
                logger.warning("the lease of %s can't be renewed: %s", claim.cycle.id, error)

    renewer = threading.Thread(target=renew, name=f"lease-{claim.cycle.id}", daemon=True)
    renewer.start()
    try:
        yield lease
    finally:
        done.set()
        renewer.join()
