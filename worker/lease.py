"""A lease that is kept alive while a worker does a step."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from storage.catalogue import Claim, Cycles

logger = logging.getLogger(__name__)


@contextmanager
def kept_alive(cycles: Cycles, claim: Claim, *, seconds: float) -> Iterator[threading.Event]:
    """Renew a lease three times in each of its `seconds` until the block ends.

    Whatever goes wrong with one renewal, the next one is tried. The event that the block gets is
    set when the lease is lost; the commit of the step finds that out, too.
    """
    done, lost = threading.Event(), threading.Event()

    def renew() -> None:
        while not done.wait(seconds / 3):
            try:
                if cycles.renew(claim, seconds=seconds):
                    continue
            except Exception as error:  # a thread that ends here would let the lease run out
                logger.warning("the lease of %s can't be renewed: %s", claim.cycle.id, error)
            else:
                lost.set()
                logger.info("the lease of %s at %s is no longer held", claim.cycle.id, claim.step)
                return

    renewer = threading.Thread(target=renew, name=f"lease-{claim.cycle.id}", daemon=True)
    renewer.start()
    try:
        yield lost
    finally:
        done.set()
        renewer.join()
