"""Why a server can't be reached, in words."""

from __future__ import annotations

import re
from typing import Final

_CODE: Final = re.compile(r"^\[[^\]]*\]\s*")

_MEANS: Final = (
    ("refused", "nothing answers at this address (the connection is refused)"),
    ("not known", "there is no server of this name"),
    ("name resolution", "the name can't be looked up"),
    ("no address associated", "there is no server of this name"),
    ("unreachable", "there is no way to it through the network"),
    ("certificate", "its certificate is not valid"),
    ("disconnected", "it ended the connection without an answer"),
    ("reset by peer", "it ended the connection without an answer"),
)


def why_unreachable(error: BaseException) -> str:
    """The cause of a failed exchange without codes such as `[Errno 111]`."""
    text = _CODE.sub("", str(error)).strip()
    if "timeout" in type(error).__name__.lower() or "timed out" in text.lower():
        return "it did not answer in time"
    known = next((means for part, means in _MEANS if part in text.lower()), "")
    return known or text or type(error).__name__
