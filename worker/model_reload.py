"""The sampler of the current settings, loaded again when `models.sampler` changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from cas.checkpoint import SHIPPED_PAIRS, Trace, pair_signatures, pair_size
from cas.errors import CasError, CheckpointError
from worker.config.settings import SettingsFile

if TYPE_CHECKING:
    from cas import CulturalAlienSampler

logger = logging.getLogger(__name__)

KEY = "models.sampler"


class HotReloadingModel:
    """Gives the sampler for a pick; it is loaded again when settings or the pair's files changed.

    What can't be loaded changes nothing: the last good pair stays current, `fault` says why, and
    it is tried again at the next pick. Safe from several threads.

    Args:
        settings_file: read again when it changed; of its settings, `models.sampler` alone is used.
        load: loads the pair in a folder, or the shipped one where the name is empty.
    """

    def __init__(
        self, settings_file: SettingsFile, load: Callable[[str], CulturalAlienSampler]
    ) -> None:
        self.fault = ""
        self._settings_file = settings_file
        self._load = load
        self._lock = threading.Lock()
        self._seen: tuple[str, tuple[Trace | None, ...]] | None = None
        self._sampler: CulturalAlienSampler | None = None

    def sampler(self) -> CulturalAlienSampler:
        """The current sampler.

        Raises:
            CheckpointError: there is no good pair, nor was there one since this process began.
        """
        with self._lock:
            named = self._named()
            # Looked at before loading: files that change meanwhile are loaded at the next pick.
            found = (named, pair_signatures(named or SHIPPED_PAIRS[0]))
            if self._sampler is None or found != self._seen:
                self._sampler = self._renewed(named, found, self._sampler)
            return self._sampler

    def _named(self) -> str:
        return self._settings_file.refresh().models.sampler

    def _renewed(
        self,
        named: str,
        found: tuple[str, tuple[Trace | None, ...]],
        last: CulturalAlienSampler | None,
    ) -> CulturalAlienSampler:
        try:
            sampler = self._load(named)
        except CasError as error:
            fault = fault_text(named, error)
            if last is None:
                raise CheckpointError(fault) from error
            if fault != self.fault:
                logger.warning("%s The last good pair stays in force.", fault)
            self.fault = fault
            return last
        self.fault, self._seen = "", found
        if last is not None and sampler.fingerprint == last.fingerprint:
            return last
        logger.info("the pair in force is %s", named or SHIPPED_PAIRS[0])
        return sampler


def pair_fault(named: str) -> str:
    """What is wrong with the pair that settings name, as far as its files tell; empty if nothing.

    Nothing is loaded.
    """
    try:
        pair_size(named or SHIPPED_PAIRS[0])
    except CasError as error:
        return fault_text(named, error)
    return ""


def fault_text(named: str, error: Exception) -> str:
    """The fault of a pair, with the key that names it."""
    return f"{KEY} = {named!r}: {error}"
