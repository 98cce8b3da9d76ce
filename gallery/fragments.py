"""Parts of pages that are the same on many pages: a work's frame and label, written once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

ROOM: Final = 12_000
"""Fragments that are remembered; each is about two kilobytes."""


class Fragments:
    """Remembers what `{% call kept(key) %}…{% endcall %}` wrote; safe for threads.

    The key must hold everything that the fragment depends on.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._known: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, key: Hashable, caller: Callable[[], str]) -> str:
        """The fragment of that key, written by `caller` if it is new."""
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        written = caller()
        with self._lock:
            self._known[key] = written
            if len(self._known) > self._room:
                self._known.popitem(last=False)
        return written
