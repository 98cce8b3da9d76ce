"""Check whether the model hub can be reached: its client would retry for a minute."""

from __future__ import annotations

import httpx2
from huggingface_hub import constants

from worker import outgoing

TIMEOUT_SECONDS = 4.0

# The environment's value; the client reads `constants.HF_HUB_OFFLINE`.
_OFFLINE_BY_WISH = constants.HF_HUB_OFFLINE


def go_offline_if_away() -> bool:
    """If the hub does not answer, let its client use only the local cache; True if so.

    Each call checks again.
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
