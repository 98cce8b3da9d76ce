"""The models that a provider offers, and the days on which they end."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from worker.errors import ComponentError
from worker.openai_api import NONSENSE, Endpoint, status_advice, status_text
from worker.prices import shutdown_of

NOTICE = timedelta(days=30)
"""How long before a model's end a person must choose another one."""

NEAR = 3
"""Most models that are named where the wanted one is not offered."""

_SECONDS = 10.0


@dataclass(frozen=True)
class ModelState:
    """Whether a model is available, today and for the next `NOTICE`."""

    model: str
    well: bool
    says: str


def offered_models(endpoint: Endpoint) -> dict[str, date | None]:
    """Return the models that the provider offers to this key, each with its announced end.

    Raises:
        ComponentError: the provider does not answer, or refuses the key.
    """
    import openai

    try:
        listed = endpoint.client.with_options(timeout=_SECONDS).models.list()
        # Releases of the SDK before 3.50 leave the field untyped, and other servers have none.
        return {str(model.id): _day(getattr(model, "shutdown_date", None)) for model in listed}
    except openai.APIStatusError as error:
        advice = status_advice(error, endpoint=endpoint)
        told = f"{status_text(error)}. {advice}".strip(" .")
        raise ComponentError(f"{endpoint.provider} does not list its models: {told}") from error
    except (openai.OpenAIError, *NONSENSE) as error:
        raise ComponentError(f"{endpoint.provider} does not list its models: {error}") from error


def is_listed(model: str, offered: Collection[str]) -> bool:
    """Whether a provider lists the model; Ollama adds a tag, and Gemini a folder, to its name."""
    return bool({model, f"{model}:latest", f"models/{model}"} & set(offered))


def unlisted(model: str, offered: Collection[str]) -> str:
    """Return that a provider lacks the model, and what it has; empty if it lists it, or none."""
    if not offered or is_listed(model, offered):
        return ""
    near = difflib.get_close_matches(model, offered, n=NEAR, cutoff=0.5)
    named = near or sorted(offered)[:NEAR]
    others = "" if near or len(offered) <= NEAR else f" and {len(offered) - NEAR} others"
    return f"the provider does not offer it; it has {', '.join(named)}{others}"


def model_end(
    model: str, offered: Mapping[str, date | None], *, is_openai: bool
) -> tuple[date | None, str]:
    """Return the day of a model's end, if it is known, and what to choose instead.

    The provider's own date counts. OpenAI's published dates are used where it tells none, and never
    for other providers.
    """
    known = shutdown_of(model) if is_openai else None
    day = offered.get(model) or (known.on if known else None)
    return day, known.successor if known else "another model"


def model_state(
    model: str, offered: Mapping[str, date | None], *, today: date, is_openai: bool = True
) -> ModelState:
    """Return the state of one model, by the provider's list and the known shutdown dates."""
    ends, successor = model_end(model, offered, is_openai=is_openai)
    if missing := unlisted(model, offered):
        gone = f"; it shut down on {ends}: choose {successor}" if ends and ends <= today else ""
        return ModelState(model, False, missing + gone)
    if ends is None:
        says = "the provider offers it" if offered else "the provider lists no models"
        return ModelState(model, True, says)
    if ends <= today:
        return ModelState(model, False, f"its shutdown date was {ends}: choose {successor} now")
    days = (ends - today).days
    says = f"it shuts down on {ends}, in {days} days: choose {successor}"
    return ModelState(model, ends - today > NOTICE, says)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
