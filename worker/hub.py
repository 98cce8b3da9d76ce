"""Check once whether the model hub can be reached, so that an offline machine fails fast.

Its client would try again and again for a minute.
"""

from __future__ import annotations

import httpx2
from huggingface_hub import constants

from worker import outgoing

TIMEOUT_SECONDS = 4.0

# What the environment asks for; `constants.HF_HUB_OFFLINE` is what the client heeds.
_OFFLINE_BY_WISH = constants.HF_HUB_OFFLINE


def go_offline_if_away() -> bool:
    """Where the hub does not answer, let its client look in the local cache alone; True if so.

    Asked again, it finds a hub that has come back.
    """
    if _OFFLINE_BY_WISH:
        return True
    hub = constants.ENDPOINT
    try:
        with outgoing.client(
            seconds=TIMEOUT_SECONDS, largest=0, trusted=hub, elsewhere=True
        ) as client:
            client.head(hub)
        constants.HF_HUB_OFFLINE = False
    except httpx2.HTTPError:
        constants.HF_HUB_OFFLINE = True
    return constants.HF_HUB_OFFLINE
