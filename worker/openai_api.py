"""Client, costs and errors of OpenAI's API, or of a compatible server by its base URL."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from worker import outgoing
from worker.error_body import error_words
from worker.errors import (
    ComponentError,
    ContentRejected,
    Misconfigured,
    OutcomeUnknown,
    ServiceUnavailable,
)
from worker.meter import PaidCall
from worker.prices import MILLION, PRICES, Price, price_of

if TYPE_CHECKING:
    import httpx2
    import openai

OPENAI_URL = "https://api.openai.com/v1"
MOST_TOKENS = 100 * MILLION
"""Most tokens of one answer; a greater number is invalid."""

VERIFICATION_PAGE = "https://platform.openai.com/settings/organization/general"

NONSENSE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""Errors that an answer of another API raises when it is read."""

LARGEST_ANSWER = 64 * 2**20
"""Decoded bytes: four times the largest picture of a provider, in base64."""


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
# The gateway's wait timed out; the server may have made the result.
GATEWAY_TIMEOUTS = frozenset({504, 524})

logger = logging.getLogger(__name__)


class Tokens(NamedTuple):
    """An answer's numbers of tokens; `image_in` of those going `into` the model are a picture's."""

    into: int
    out: int
    image_in: int = 0


@dataclass(frozen=True)
class SettingNames:
    """The settings of an endpoint that errors name."""

    base_url: str = "openai.base_url"
    timeout: str = "openai.timeout or openai.image_timeout"
    model: str = "openai.text_model or openai.image_model"
    ceiling: str = "openai.text_ceiling"
    prices: str = "openai.prices"


@dataclass(frozen=True)
class Endpoint:
    """A server of the API, with key and prices.

    An empty `base_url` means OpenAI's own; `timeout` is in seconds, for one whole exchange.
    `prices` are those of the settings; `PRICES` are valid only for OpenAI. A model without a price
    costs its ceiling. `key_name` is the variable that holds the key, `names` are the settings.
    """

    api_key: str = ""
    base_url: str = ""
    timeout: float = 180.0
    prices: Mapping[str, Price] = field(default_factory=dict)
    key_name: str = "OPENAI_API_KEY"
    names: SettingNames = SettingNames()

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI's own server."""
        return not self.base_url or urlsplit(self.base_url).hostname == "api.openai.com"

    @property
    def provider(self) -> str:
        """Its name in the ledger: `openai`, or the server's host."""
        host = urlsplit(self.base_url).netloc.rpartition("@")[2]
        return "openai" if self.is_openai else host

    @cached_property
    def client(self) -> openai.OpenAI:
        """The SDK's client, without automatic retries, since each may be billed.

        Raises:
            Misconfigured: there is no key for OpenAI's own server.
        """
        import openai

        if self.is_openai and not self.api_key:
            raise Misconfigured(
                f"there is no API key: set {self.key_name}, or {self.names.base_url}"
            )
        # With an empty key the SDK would use OpenAI's from the environment.
        key = self.api_key or "none"
        return openai.OpenAI(
            api_key=key,
            base_url=self.base_url or OPENAI_URL,
            timeout=self.timeout,
            max_retries=0,
            default_headers=None if self.is_openai else headers_elsewhere(key),
            http_client=http_client(self.base_url or OPENAI_URL, seconds=self.timeout),
        )

    def price(self, model: str) -> Price | None:
        """Return a model's price; a dated snapshot has the model's price."""
        return price_of(model, {**PRICES, **self.prices} if self.is_openai else self.prices)

    def cost(self, model: str, tokens: Tokens | None, *, ceiling: float) -> float:
        """Return the US dollars for an answer's `tokens`; `ceiling` if the cost is unknown.

        A model without a price is logged once in a process.
        """
        price = self.price(model)
        if price is None:
            _log_unpriced(self.provider, model, ceiling, setting=self.names.prices)
            return ceiling
        is_free = not price.input and not price.output
        if tokens is None:
            return 0.0 if is_free else ceiling
        return price.of(tokens.into, tokens.out, image_tokens=tokens.image_in)


@cache
def _log_unpriced(provider: str, model: str, ceiling: float, *, setting: str) -> None:
    logger.warning(
        "the price of %s at %s is unknown, so each call is charged at its ceiling, $%g: set"
        ' %s."%s"',
        model,
        provider,
        ceiling,
        setting,
        model,
    )


def headers_elsewhere(key: str) -> dict[str, Any]:
    """Return the headers for a server that is not OpenAI's own.

    From the environment the SDK takes the organization, the project and OPENAI_CUSTOM_HEADERS; they
    are for OpenAI, and left out, so that only `key` is sent.
    """
    import openai

    lines = os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n")
    custom = [line.partition(":")[0].strip() for line in lines if ":" in line]
    left_out = dict.fromkeys(["OpenAI-Organization", "OpenAI-Project", *custom], openai.omit)
    kept = {name: value for name, value in left_out.items() if name.lower() != "authorization"}
    return {**kept, "Authorization": f"Bearer {key}"}


def token_counts(usage: object, *names: str) -> Tokens | None:
    """Return an answer's numbers of tokens in and out; None if they are invalid."""
    counts = [getattr(usage, name, None) for name in names]
    match counts:
        case [int(into), int(out)] if not any(isinstance(count, bool) for count in counts):
            if 0 <= into <= MOST_TOKENS and 0 <= out <= MOST_TOKENS:
                return Tokens(into, out, _image_tokens(usage, into))
    return None


def _image_tokens(usage: object, into: int) -> int:
    """Tokens of pictures going in; all of them if their number is invalid: they cost more."""
    told = getattr(getattr(usage, "input_tokens_details", None), "image_tokens", None)
    if told is None:
        return 0
    return told if type(told) is int and 0 <= told <= into else into


def http_client(base_url: str, *, seconds: float) -> httpx2.Client:
    """Return the SDK's HTTP client, with limits on the time and size of each exchange."""
    return outgoing.client(seconds=seconds, largest=LARGEST_ANSWER, trusted=base_url)


_OPENAI = Endpoint()


def explain(
    error: openai.OpenAIError, call: PaidCall, *, endpoint: Endpoint = _OPENAI
) -> ComponentError:
    """Return the meaning of a failed call, and close it in the ledger if its cost is certain.

    A call that was sent and not answered stays open, and is charged in full as *unknown*.
    """
    import openai

    if isinstance(error, openai.APIStatusError):
        return _explain_status(error, call, endpoint)
    if isinstance(error, openai.APIConnectionError):
        return _explain_connection(error, call, endpoint)
    return OutcomeUnknown(f"the answer can't be read: {error}")


def _explain_connection(
    error: openai.APIConnectionError, call: PaidCall, endpoint: Endpoint
) -> ComponentError:
    cause = error.__cause__
    kind = type(cause).__name__
    host = error.request.url.host
    if kind in ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"):
        message = f"{host} can't be reached: {outgoing.why_unreachable(cause or error)}"
        call.refuse(message)
        return ServiceUnavailable(message)
    if isinstance(cause, outgoing.NotAllowed):
        call.refuse(str(cause))
        return Misconfigured(str(cause))
    if kind in ("UnsupportedProtocol", "InvalidURL", "LocalProtocolError"):
        message = f"{error.request.url} is not a usable URL: {cause}"
        call.refuse(message)
        return Misconfigured(message)
    told = f"{host} did not answer ({kind}: {cause or error})"
    if kind in ("ReadTimeout", "WriteTimeout"):
        return _late(told, endpoint)
    return OutcomeUnknown(told)


def _late(told: str, endpoint: Endpoint) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{told}. It may have made the result, so it is charged, and is not asked again for this"
        f" cycle. If it happens often, raise {endpoint.names.timeout}, or ask for less quality",
        is_late=True,
    )


def _explain_status(
    error: openai.APIStatusError, call: PaidCall, endpoint: Endpoint
) -> ComponentError:
    message = status_text(error)
    if _is_content_refusal(error):
        if _was_moderated_afterwards(error):
            return ContentRejected(f"{message}. It was made, and then refused, so it is charged")
        call.refuse(message)
        return ContentRejected(message)
    if error.status_code in GATEWAY_TIMEOUTS:
        return _late(message, endpoint)
    call.refuse(message)
    advice = status_advice(error, endpoint=endpoint)
    if advice:
        return Misconfigured(f"{message}. {advice}")
    if error.status_code in (408, 409, 429) or error.status_code >= 500:
        return ServiceUnavailable(message, retry_after=outgoing.retry_after(error.response.headers))
    return Misconfigured(message)


def status_text(error: openai.APIStatusError) -> str:
    """Return who answered with what status, and the server's own words."""
    words = (error_words(error) or error.message).rstrip(" .")
    return f"{error.request.url.host} answered {error.status_code}: {words}"


def status_advice(error: openai.APIStatusError, *, endpoint: Endpoint) -> str:
    """Return what a person must do about an error response; empty: nothing, or it is unknown."""
    words, key_name = error_words(error).lower(), endpoint.key_name
    code, kind = _text(error.code), _text(error.type)
    if "must be verified" in words:
        where = f" ({VERIFICATION_PAGE})" if error.request.url.host == "api.openai.com" else ""
        return (
            f"Verify the organization at the provider{where}; that may take 15 minutes to have an"
            " effect. Or choose another model in the settings"
        )
    if error.status_code == 402 or code in BILLING_CODES or kind in BILLING_CODES:
        return "Check the account's credit and limits at the provider"
    match error.status_code:
        case 401:
            return f"Check {key_name}: it holds the key that was sent"
        case 400 if "api key" in words:
            return f"Check {key_name}: it holds the key that was sent"
        case 403:
            return f"The account of the key in {key_name} may not do this: see the provider's words"
        case 400 | 404 | 422 if code == "model_not_found" or _UNKNOWN_MODEL.search(words):
            return "Choose a model that it offers in the settings; `artist doctor` checks them"
        case 404:
            return f"Check {endpoint.names.base_url}: there is no such address"
    return ""


# "invalid model name …", "x is not a valid model ID", "model 'x' not found", "the deployment … does
# not exist" (Azure).
_UNKNOWN_MODEL = re.compile(
    r"(valid|unknown|no such) model"
    r"|\b(models?|deployment)\b.* (not found|(does not|doesn't|not) exist)"
)


def _text(value: object) -> str:
    """A value of an error's body, which comes from the server and may have any type."""
    return value if isinstance(value, str) else ""


def _is_content_refusal(error: openai.APIStatusError) -> bool:
    if _text(error.code) in MODERATION_CODES:
        return True
    body = error.body if isinstance(error.body, dict) else {}
    metadata = body.get("metadata")  # OpenRouter's
    return isinstance(metadata, dict) and "flagged_input" in metadata


def _was_moderated_afterwards(error: openai.APIStatusError) -> bool:
    """Whether the result was made before it was refused, and may be billed."""
    body = error.body if isinstance(error.body, dict) else {}
    details = body.get("moderation_details")
    places = (body, details if isinstance(details, dict) else {})
    return any(place.get("moderation_stage") == "output" for place in places)
