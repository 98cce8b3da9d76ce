"""OpenAI's prices, and the dates on which its models shut down, as of `AS_OF`.

Both tables are OpenAI's alone: another server's prices come from the settings, and its dates from
its list of models. Whoever changes a line changes `AS_OF` too, with both pages read again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

AS_OF = date(2026, 11, 29)
PRICES_PAGE = "https://developers.openai.com/api/docs/pricing"
SHUTDOWNS_PAGE = "https://developers.openai.com/api/docs/deprecations"

MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens, going in and coming out.

    `image_input` is the price of those tokens going in that are a picture's; None: that of all.
    """

    input: float
    output: float
    image_input: float | None = None

    def of(self, tokens_in: int, tokens_out: int, *, image_tokens: int = 0) -> float:
        """Return the US dollars for one answer; `image_tokens` are among `tokens_in`."""
        picture = self.input if self.image_input is None else self.image_input
        text_tokens = tokens_in - image_tokens
        spent = text_tokens * self.input + image_tokens * picture + tokens_out * self.output
        return spent / MILLION


@dataclass(frozen=True)
class Shutdown:
    """The day on which a model ends, and the model that OpenAI names in its place."""

    on: date
    successor: str


# Standard rates for short contexts. Cached input costs less; it is counted in full here, so that
# the ledger never shows too little.
PRICES: Mapping[str, Price] = {
    "gpt-6.2-astra": Price(8.00, 40.00),
    "gpt-6.2-sol": Price(2.00, 10.00),
    "gpt-6.1-sol": Price(2.00, 10.00),
    "gpt-6.1-terra": Price(1.00, 5.00),
    "gpt-6-astra": Price(10.00, 50.00),
    "gpt-6-sol": Price(2.00, 10.00),
    "gpt-6-luna": Price(0.10, 0.50),
    "gpt-5.6-sol": Price(4.00, 20.00),
    "gpt-5.6-terra": Price(2.00, 12.00),
    "gpt-5.6-luna": Price(0.20, 1.20),
    "gpt-5.5": Price(5.00, 30.00),
    "gpt-5.4": Price(2.50, 15.00),
    "gpt-5.4-mini": Price(0.75, 4.50),
    "gpt-5.2": Price(1.75, 14.00),
    "gpt-5.1": Price(1.25, 10.00),
    "gpt-5": Price(1.25, 10.00),
    "gpt-5-mini": Price(0.25, 2.00),
    "gpt-5-nano": Price(0.05, 0.40),
    "gpt-4.1": Price(2.00, 8.00),
    "gpt-4.1-mini": Price(0.40, 1.60),
    "gpt-4o": Price(2.50, 10.00),
    "gpt-4o-mini": Price(0.15, 0.60),
    # Text and pictures in, a picture out.
    "gpt-image-2.6-flare": Price(5.00, 30.00, image_input=8.00),
    "gpt-image-2.6-sunburst": Price(5.00, 30.00, image_input=8.00),
    "gpt-image-2.5-flare": Price(5.00, 30.00, image_input=8.00),
    "gpt-image-2.5-sunburst": Price(5.00, 30.00, image_input=8.00),
    "gpt-image-2": Price(5.00, 30.00, image_input=8.00),
    "gpt-image-1.5": Price(5.00, 32.00, image_input=8.00),
    "gpt-image-1-mini": Price(2.00, 8.00, image_input=2.50),
    "gpt-image-1": Price(5.00, 40.00, image_input=10.00),
}

_IMAGES_2_6 = "gpt-image-2.6-flare or gpt-image-2.6-sunburst"

SHUTDOWNS: Mapping[str, Shutdown] = {
    "dall-e-2": Shutdown(date(2026, 5, 12), _IMAGES_2_6),
    "dall-e-3": Shutdown(date(2026, 5, 12), _IMAGES_2_6),
    "gpt-4.1-nano": Shutdown(date(2026, 10, 23), "gpt-6-luna"),
    "gpt-image-1": Shutdown(date(2026, 10, 23), _IMAGES_2_6),
    "gpt-image-1.5": Shutdown(date(2026, 12, 1), _IMAGES_2_6),
    "gpt-image-1-mini": Shutdown(date(2026, 12, 1), _IMAGES_2_6),
    "chatgpt-image-latest": Shutdown(date(2026, 12, 1), _IMAGES_2_6),
    "gpt-5": Shutdown(date(2026, 12, 11), "gpt-6.1-sol"),
    "gpt-5-mini": Shutdown(date(2026, 12, 11), "gpt-6.1-terra"),
    "gpt-5-nano": Shutdown(date(2026, 12, 11), "gpt-6-luna"),
    "gpt-4o": Shutdown(date(2027, 1, 14), "gpt-6-luna"),
    "gpt-4o-mini": Shutdown(date(2027, 1, 14), "gpt-6-luna"),
    "gpt-4.1": Shutdown(date(2027, 1, 14), "gpt-6-luna"),
    "gpt-4.1-mini": Shutdown(date(2027, 1, 14), "gpt-6-luna"),
    # No successor seen for these two: that of gpt-5 and of gpt-5-nano.
    "gpt-5.1": Shutdown(date(2027, 4, 1), "gpt-6.1-sol"),
    "gpt-5.4-nano": Shutdown(date(2027, 4, 1), "gpt-6-luna"),
}


def price_of(model: str, prices: Mapping[str, Price] = PRICES) -> Price | None:
    """Return a model's price; a dated snapshot has the model's price."""
    return prices.get(model) or prices.get(undated(model))


def shutdown_of(model: str) -> Shutdown | None:
    """Return the known end of one of OpenAI's models, or of a dated snapshot's model."""
    return SHUTDOWNS.get(model) or SHUTDOWNS.get(undated(model))


def undated(model: str) -> str:
    """Return the model's name without a snapshot's date: `gpt-5` of `gpt-5-2025-08-07`."""
    return re.sub(r"-\d{4}-\d{2}-\d{2}$", "", model)
