"""Which models a provider offers, and when they shut down."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from worker.errors import ComponentError
from worker.openai_api import NONSENSE, Endpoint

SHUTDOWNS: Mapping[str, date] = {
    # developers.openai.com/api/docs/deprecations, November 2026.
    "dall-e-2": date(2026, 5, 12),
    "dall-e-3": date(2026, 5, 12),
    "gpt-image-1": date(2026, 10, 23),
    "gpt-image-1.5": date(2026, 12, 1),
    "gpt-image-1-mini": date(2026, 12, 1),
    "gpt-4o": date(2027, 1, 14),
    "gpt-4o-mini": date(2027, 1, 14),
    "gpt-4.1": date(2027, 1, 14),
    "gpt-4.1-mini": date(2027, 1, 14),
}

_SECONDS = 10.0


@dataclass(frozen=True)
class ModelState:
    """Whether a model can be asked, today and later."""

    model: str
    well: bool
    says: str


def offered_models(endpoint: Endpoint) -> set[str]:
    """Names of the models that the provider offers to this key.

    Raises:
        ComponentError: it does not answer, or refuses the key.
    """
    import openai

    try:
        listed = endpoint.client.with_options(timeout=_SECONDS).models.list()
        return {str(model.id) for model in listed}
    except (openai.OpenAIError, *NONSENSE) as error:
        raise ComponentError(
            f"{endpoint.provider} does not say which models it has: {error}"
        ) from error


def model_state(
    model: str, offered: Collection[str], *, today: date, is_openai: bool = True
) -> ModelState:
    """What is known of one model, against what the provider says and the dates that it published.

    The dates are OpenAI's: at another provider a model of that name may live longer.
    """
    ends = _shutdown(model) if is_openai else None
    if model not in offered:
        close = difflib.get_close_matches(model, offered, n=3, cutoff=0.5)
        hint = f"; it has {', '.join(close)}" if close else ""
        gone = f", and ended on {ends}" if ends and ends <= today else ""
        return ModelState(model, False, f"the provider does not offer it{gone}{hint}")
    if ends is None:
        return ModelState(model, True, "the provider offers it")
    if ends <= today:
        return ModelState(model, False, f"it was to end on {ends}: choose another one now")
    days = (ends - today).days
    return ModelState(model, days > 30, f"it ends on {ends}, in {days} days: choose another one")


def _shutdown(model: str) -> date | None:
    """Day on which a model, or the one that a dated snapshot belongs to, ends."""
    return SHUTDOWNS.get(re.sub(r"-\d{4}-\d{2}-\d{2}$", "", model))
