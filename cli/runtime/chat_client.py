"""The client of commands that can use a language model."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import click

from cli.errors import UserError
from worker.config.settings import secret_from_environment
from worker.error_body import error_words, named_in
from worker.openai_api import OPENAI_URL, Endpoint, headers_elsewhere, http_client, status_text

TIMEOUT_SECONDS = 600.0
OPTIONAL = ("seed", "temperature")
"""Parameters of a question that are left out where the endpoint refuses them by name."""


def chat_client(base_url: str | None) -> Any:
    """Return a client of chat completions for an endpoint, by default OpenAI's own.

    A parameter of `OPTIONAL` that the endpoint refuses is left out from then on, and told of once.

    Raises:
        UserError: OpenAI's own endpoint needs a key.
    """
    from openai import OpenAI, OpenAIError

    asked = base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI_URL
    try:
        # The client requires a key, even for a local endpoint.
        key = secret_from_environment("OPENAI_API_KEY") or ("none" if base_url else None)
        elsewhere = not Endpoint(base_url=asked).is_openai
        client = OpenAI(
            base_url=base_url,
            api_key=key,
            default_headers=headers_elsewhere(key) if elsewhere and key else None,
            timeout=TIMEOUT_SECONDS,
            http_client=http_client(asked, seconds=TIMEOUT_SECONDS),
        )
    except OpenAIError as error:
        raise UserError(f"The chat model cannot be asked: {error}") from error
    create = _without_refused(client.chat.completions.create)
    return SimpleNamespace(chat=SimpleNamespace(completions=SimpleNamespace(create=create)))


def _without_refused(create: Callable[..., Any]) -> Callable[..., Any]:
    from openai import APIStatusError

    refused: frozenset[str] = frozenset()

    def ask(**arguments: Any) -> Any:
        nonlocal refused
        while True:
            sent = {name: arguments[name] for name in arguments if name not in refused}
            try:
                return create(**sent)
            except APIStatusError as error:
                words = error_words(error) if error.status_code in (400, 422) else ""
                named = named_in(words, [name for name in OPTIONAL if name in sent])
                if not named:
                    # The SDK's message lacks the words of servers with other error bodies.
                    told, response = status_text(error), error.response
                    raise type(error)(told, response=response, body=error.body) from error
                if not named <= refused:
                    refused |= named
                    names = ", ".join(sorted(named))
                    click.echo(f"{arguments['model']} is asked without {names}: {words}", err=True)

    return ask
