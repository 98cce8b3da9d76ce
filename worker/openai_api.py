"""Shared by all clients of OpenAI's API: client, prices, errors.

Any server that speaks the API will do, by its base URL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from worker import outgoing
from worker.errors import (
    ComponentError,
    ContentRejected,
    Misconfigured,
    OutcomeUnknown,
    ServiceUnavailable,
)
from worker.meter import PaidCall

if TYPE_CHECKING:
    import httpx2
    import openai

OPENAI_URL = "https://api.openai.com/v1"
MILLION = 1_000_000
MOST_TOKENS = 100 * MILLION
"""Of one answer; a server that tells of more is not believed."""

LONGEST_RETRY = 86400.0
"""Seconds that a server may ask to be left alone; who asks for longer is asked tomorrow."""

NONSENSE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What reading an answer raises that is not of this API."""

LARGEST_ANSWER = 64 * 2**20
"""Bytes, decoded: four times the largest picture that a provider makes, in base64."""


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens, going in and coming out."""

    input: float
    output: float

    def of(self, tokens_in: int, tokens_out: int) -> float:
        """US dollars for one answer."""
        return (tokens_in * self.input + tokens_out * self.output) / MILLION


PRICES: Mapping[str, Price] = {
    # developers.openai.com/api/docs/pricing, November 2026. Input that was cached costs less; it is
    # counted in full here, so the ledger never says too little.
    "gpt-6.1-sol": Price(2.00, 10.00),
    "gpt-6-sol": Price(2.00, 10.00),
    "gpt-6-luna": Price(0.10, 0.50),
    "gpt-6-astra": Price(10.00, 50.00),
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
    # Text in, picture out.
    "gpt-image-2.6-flare": Price(5.00, 30.00),
    "gpt-image-2.6-sunburst": Price(5.00, 30.00),
    "gpt-image-2.5-flare": Price(5.00, 30.00),
    "gpt-image-2.5-sunburst": Price(5.00, 30.00),
    "gpt-image-2": Price(5.00, 30.00),
    "gpt-image-1.5": Price(5.00, 32.00),
    "gpt-image-1-mini": Price(2.00, 8.00),
    "gpt-image-1": Price(5.00, 40.00),
}

MODERATION_CODES = frozenset(
    {"moderation_blocked", "content_policy_violation", "content_filter", "invalid_prompt"}
)
BILLING_CODES = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "account_deactivated",
    }
)
# The gateway gave up waiting; what it waited for may well have been made.
GATEWAY_TIMEOUTS = frozenset({504, 524})


@dataclass(frozen=True)
class Endpoint:
    """A server that speaks the API, and how to pay it.

    `base_url` empty means OpenAI's own; `timeout` is in seconds, for one whole exchange. `prices`
    are those that the settings name; the known ones are OpenAI's, and hold nowhere else. A model
    without a price costs its ceiling.
    """

    api_key: str = ""
    base_url: str = ""
    timeout: float = 180.0
    prices: Mapping[str, Price] = field(default_factory=dict)

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI's own."""
        return not self.base_url or urlsplit(self.base_url).hostname == "api.openai.com"

    @property
    def provider(self) -> str:
        """Its name in the ledger: `openai`, or the server's host."""
        host = urlsplit(self.base_url).netloc.rpartition("@")[2]
        return "openai" if self.is_openai else host

    @cached_property
    def client(self) -> openai.OpenAI:
        """The SDK's client; it never tries again by itself, since each try may be billed.

        Raises:
            Misconfigured: there is no key for OpenAI's own server.
        """
        import openai

        if self.is_openai and not self.api_key:
            raise Misconfigured("there is no API key: set OPENAI_API_KEY, or openai.base_url")
        return openai.OpenAI(
            # An empty key would make the SDK take OpenAI's from the environment.
            api_key=self.api_key or "none",
            base_url=self.base_url or OPENAI_URL,
            timeout=self.timeout,
            max_retries=0,
            http_client=http_client(self.base_url or OPENAI_URL, seconds=self.timeout),
        )

    def price(self, model: str) -> Price | None:
        """A model's price; that of a dated snapshot is the model's."""
        prices = {**PRICES, **self.prices} if self.is_openai else self.prices
        return prices.get(model) or prices.get(re.sub(r"-\d{4}-\d{2}-\d{2}$", "", model))

    def cost(self, model: str, tokens: tuple[int, int] | None, *, ceiling: float) -> float:
        """US dollars for so many tokens in and out; `ceiling` where it is unknown."""
        price = self.price(model)
        if price is None:
            return ceiling
        is_free = not price.input and not price.output
        return price.of(*(tokens or (0, 0))) if tokens or is_free else ceiling


def token_counts(usage: object, *names: str) -> tuple[int, int] | None:
    """What an answer says of its tokens, going in and coming out; None where that can't be so."""
    counts = [getattr(usage, name, None) for name in names]
    match counts:
        case [int(into), int(out)] if not any(isinstance(count, bool) for count in counts):
            if 0 <= into <= MOST_TOKENS and 0 <= out <= MOST_TOKENS:
                return into, out
    return None


def http_client(base_url: str, *, seconds: float) -> httpx2.Client:
    """What the SDK is to speak HTTP with: each exchange has a deadline, its answer a ceiling."""
    return outgoing.client(seconds=seconds, largest=LARGEST_ANSWER, trusted=base_url)


def explain(error: openai.OpenAIError, call: PaidCall) -> ComponentError:
    """Say what a failed call means, and close it in the books where its cost is certain.

    Left open, and so charged in full as *unknown*, are calls that left and were never answered.
    """
    import openai

    if isinstance(error, openai.APIStatusError):
        return _explain_status(error, call)
    if isinstance(error, openai.APIConnectionError):
        return _explain_connection(error, call)
    return OutcomeUnknown(f"the answer can't be read: {error}")


def _explain_connection(error: openai.APIConnectionError, call: PaidCall) -> ComponentError:
    cause = error.__cause__
    kind = type(cause).__name__
    if kind in ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"):
        message = f"{error.request.url.host} can't be reached: {cause or error}"
        call.refuse(message)
        return ServiceUnavailable(message)
    if isinstance(cause, outgoing.NotAllowed):
        call.refuse(str(cause))
        return Misconfigured(str(cause))
    if kind in ("UnsupportedProtocol", "InvalidURL", "LocalProtocolError"):
        message = f"{error.request.url} is no address that can be asked: {cause}"
        call.refuse(message)
        return Misconfigured(message)
    return OutcomeUnknown(
        f"{error.request.url.host} was asked and gave no answer ({kind}: {cause or error})"
    )


def _explain_status(error: openai.APIStatusError, call: PaidCall) -> ComponentError:
    message = f"{error.request.url.host} answered {error.status_code}: {error.message}"
    # The body is the server's, and so is the type of whatever stands in it.
    code = error.code if isinstance(error.code, str) else ""
    if code in MODERATION_CODES:
        if not _was_moderated_afterwards(error):
            call.refuse(message)
        return ContentRejected(message)
    if error.status_code in GATEWAY_TIMEOUTS:
        return OutcomeUnknown(message)
    call.refuse(message)
    if code in BILLING_CODES:
        return Misconfigured(f"{message}. Look at the account's credit and limits")
    match error.status_code:
        case 401:
            return Misconfigured(f"{message}. Look at OPENAI_API_KEY")
        case 408 | 409 | 429:
            return ServiceUnavailable(message, retry_after=retry_after(error.response.headers))
        case status if status >= 500:
            return ServiceUnavailable(message, retry_after=retry_after(error.response.headers))
    return Misconfigured(message)


def _was_moderated_afterwards(error: openai.APIStatusError) -> bool:
    """Whether the refused thing had been made already, and may be billed."""
    body = error.body if isinstance(error.body, dict) else {}
    details = body.get("moderation_details")
    return isinstance(details, dict) and details.get("moderation_stage") == "output"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to be left alone: `Retry-After` as seconds or as a date."""
    seconds = _retry_after(headers)
    return None if seconds is None else min(max(0.0, seconds), LONGEST_RETRY)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    milliseconds = headers.get("retry-after-ms", "")
    if re.fullmatch(r"\d+(\.\d+)?", milliseconds):
        return float(milliseconds) / 1000
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return (until - datetime.now(UTC)).total_seconds()
