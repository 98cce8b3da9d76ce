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
    """Returns the sampler for a pick; it is reloaded when settings or the pair's files change.

    If loading fails, the last valid pair stays in use, `fault` is the reason, and the next pick
    tries again. Safe from several threads.

    Args:
        settings_file: read again when it changed; only `models.sampler` is used.
        load: loads the pair in a folder, or the shipped one if the name is empty.
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
            CheckpointError: no valid pair was loaded since the process started.
        """
        with self._lock:
            named = self._named()
            # Read before loading: files that change meanwhile are loaded at the next pick.
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
                logger.warning("%s The last valid pair stays in use.", fault)
            self.fault = fault
            return last
        self.fault, self._seen = "", found
        if last is not None and sampler.fingerprint == last.fingerprint:
            return last
        logger.info("the pair in use is %s", named or SHIPPED_PAIRS[0])
        return sampler


def pair_fault(named: str) -> str:
    """Return what is wrong with the files of the settings' pair, without loading it, or ""."""
    try:
        pair_size(named or SHIPPED_PAIRS[0])
    except CasError as error:
        return fault_text(named, error)
    return ""


def fault_text(named: str, error: Exception) -> str:
    """Return the error of a pair, with the setting that names it."""
    return f"{KEY} = {named!r}: {error}"
