"""The chat client of commands that can use a language model."""

from __future__ import annotations

import os
from typing import Any

from cli.errors import UserError
from worker.config.settings import secret_from_environment
from worker.openai_api import OPENAI_URL, http_client

TIMEOUT_SECONDS = 600.0


def chat_client(base_url: str | None) -> Any:
    """Return an OpenAI client for an endpoint, OpenAI's own if none is given.

    Raises:
        UserError: there is no key for OpenAI's own.
    """
    from openai import OpenAI, OpenAIError

    asked = base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI_URL
    try:
        # The client insists on a key, which a local endpoint does not want.
        key = secret_from_environment("OPENAI_API_KEY") or ("none" if base_url else None)
        return OpenAI(
            base_url=base_url,
            api_key=key,
            timeout=TIMEOUT_SECONDS,
            http_client=http_client(asked, seconds=TIMEOUT_SECONDS),
        )
    except OpenAIError as error:
        raise UserError(f"The chat model cannot be asked: {error}") from error
