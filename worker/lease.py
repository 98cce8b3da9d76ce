"""A lease that is kept alive while its step runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from storage.catalogue import Claim, Cycles
from storage.errors import StorageError

logger = logging.getLogger(__name__)


@contextmanager
def kept_alive(cycles: Cycles, claim: Claim, *, seconds: float) -> Iterator[None]:
    """Renew the claim's lease three times in each of its `seconds` until the block ends.

    Where it is lost, or the catalogue is away, renewing stops: the commit will find that out.
    """
    done = threading.Event()

    def renew() -> None:
        while not done.wait(seconds / 3):
            try:
                if not cycles.renew(claim, seconds=seconds):
                    return
            except StorageError as error:
                logger.warning("the lease of %s can't be renewed: %s", claim.cycle.id, error)

    renewer = threading.Thread(target=renew, name=f"lease-{claim.cycle.id}", daemon=True)
    renewer.start()
    try:
        yield
    finally:
        done.set()
        renewer.join()
