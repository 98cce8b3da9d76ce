"""Libraries that chatter on the console while they load, told to be quiet."""

from __future__ import annotations

import logging
import os
import warnings


def quiet_libraries() -> None:
    """Keep the console for what the artist has to say; errors are still shown."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    warnings.filterwarnings("ignore")
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    for name in ("celery", "kombu", "transformers", "open_clip", "huggingface_hub", "httpx"):
        logging.getLogger(name).setLevel(logging.ERROR)
