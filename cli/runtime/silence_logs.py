"""Silence the console output of libraries while they load."""

from __future__ import annotations

import logging
import os
import warnings

OURS = ("cas", "storage", "worker", "scheduler", "gallery")


def silence_logs() -> None:
    """Show only the commands' own output, and errors of our packages, on the console."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    warnings.filterwarnings("ignore")
    logging.basicConfig(level=logging.CRITICAL, format="%(levelname)s %(name)s: %(message)s")
    for name in OURS:
        logging.getLogger(name).setLevel(logging.ERROR)
