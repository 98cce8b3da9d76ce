"""What an error response means, and what a person is told to do about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from worker.composers import ComposeRequest
from worker.composers.openai import OpenAIComposer
from worker.errors import (
    ComponentError,
    ContentRejected,
    Misconfigured,
    OutcomeUnknown,
    ServiceUnavailable,
)
from worker.openai_api import Endpoint, explain
from worker.outgoing import LONGEST_RETRY, retry_after

REQUEST = ComposeRequest("alien", "", "", pool=("sea",), required=("sea",), seed=1)
UNVERIFIED = "Your organization must be verified to use the model `gpt-image-2.6-flare`."


def failure(api: Any, books: Any, reply: Any) -> ComponentError:
    """The error of one call that is answered like this, explained."""
    import openai

    api.will(reply)
    client = Endpoint(api.key, api.url).client
    with books.paid("paint", provider="p", model="m", ceiling=1.0) as call:
        with pytest.raises(openai.OpenAIError) as raised:
            client.images.generate(model="m", prompt="p")
        return explain(raised.value, call)


@pytest.mark.parametrize(
    ("status", "code", "message", "kind", "told"),
    [
        (403, None, UNVERIFIED, Misconfigured, "Verify the organization at the provider"),
        (400, "unsupported_value", UNVERIFIED, Misconfigured, "choose another model"),
        (403, "no_access", "forbidden", Misconfigured, "the key in OPENAI_API_KEY"),
        (402, None, "Insufficient credits", Misconfigured, "credit and limits"),
        (402, 402, "Insufficient credits", Misconfigured, "credit and limits"),
        (401, "invalid_api_key", "wrong", Misconfigured, "Check OPENAI_API_KEY"),
        (404, "model_not_found", "The model `m` is gone", Misconfigured, "Choose a model"),
        (404, None, "model 'm' not found, try pulling it", Misconfigured, "Choose a model"),
        (404, None, "Not Found", Misconfigured, "Check openai.base_url"),
        (429, "insufficient_quota", "quota", Misconfigured, "credit and limits"),
        (429, "rate_limit_exceeded", "slow down", ServiceUnavailable, "slow down"),
        (429, None, "slow down", ServiceUnavailable, "slow down"),
        (500, None, "boom", ServiceUnavailable, "boom"),
        (400, "moderation_blocked", "not this", ContentRejected, "not this"),
    ],
)
def test_errors_are_told_apart_and_cost_nothing(
    api, books, status: int, code: Any, message: str, kind: type[ComponentError], told: str
) -> None:
    error = failure(api, books, api.refusal(status, code, message))
    assert type(error) is kind
    assert told in str(error) and message in str(error) and str(status) in str(error)
    assert ("OPENAI_API_KEY" in str(error)) == (status in (401, 403) and message != UNVERIFIED)
    assert books.states == ["refused"]


def test_a_spent_quota_may_be_told_by_the_type_alone(api, books) -> None:
    reply = api.refusal(429, None, "no", type="insufficient_quota")
    assert isinstance(failure(api, books, reply), Misconfigured)


@pytest.mark.parametrize("odd", [7, [], {}, {"a": []}, True, None, [["insufficient_quota"]]])
def test_values_of_any_type_are_read(api, books, odd: Any) -> None:
    reply = api.refusal(429, odd, odd, type=odd, metadata=odd, moderation_details=odd)
    assert isinstance(failure(api, books, reply), ServiceUnavailable)


def test_a_refusal_by_openrouters_moderation_is_one_of_content(api, books) -> None:
    flagged = {"reasons": ["violence"], "flagged_input": "a fight"}
    error = failure(api, books, api.refusal(403, 403, "flagged", metadata=flagged))
    assert isinstance(error, ContentRejected)
    assert books.states == ["refused"]


@pytest.mark.parametrize(
    "where",
    [{"moderation_stage": "output"}, {"moderation_details": {"moderation_stage": "output"}}],
)
def test_a_picture_refused_after_it_was_made_is_charged(api, books, where: Any) -> None:
    error = failure(api, books, api.refusal(400, "moderation_blocked", "no", **where))
    assert isinstance(error, ContentRejected) and "so it is charged" in str(error)
    assert (books.states, books.entries[0].cost) == (["unknown"], 1.0)


@pytest.mark.parametrize("status", [504, 524])
def test_a_gateway_that_gave_up_is_late(api, books, status: int) -> None:
    error = failure(api, books, api.refusal(status, None))
    assert isinstance(error, OutcomeUnknown) and error.is_late
    assert "openai.image_timeout" in str(error)


def test_an_answer_over_the_time_limit_is_late(api, books) -> None:
    api.will(api.reply(mishap="hang"))
    with pytest.raises(OutcomeUnknown, match=r"raise openai\.timeout") as raised:
        OpenAIComposer(Endpoint(api.key, api.url, timeout=0.2)).compose(REQUEST, books)
    assert raised.value.is_late
    assert books.states == ["unknown"]


def test_a_dropped_connection_is_not_late(api, books) -> None:
    error = failure(api, books, api.reply(mishap="drop"))
    assert isinstance(error, OutcomeUnknown) and not error.is_late


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("17", 17.0),
        (" 2.5 ", 2.5),
        ("86401", LONGEST_RETRY),
        ("9" * 400, LONGEST_RETRY),
        ("Fri, 31 Dec 9999 23:59:59 -2359", LONGEST_RETRY),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        *[
            (nonsense, None)
            for nonsense in ("-5", "-1e9", "soon", "", "nan", "inf", "1e3", "0x10", "12 34", "٣-",
                             "Mon, 32 Foo 2026 99:99:99 GMT", "Sat, 01 Jan 10000 00:00:00 GMT")
        ],
    ],
)  # fmt: skip
def test_retry_after_in_every_form(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}) == seconds


def test_retry_after_as_a_date_to_come() -> None:
    later = datetime.now(UTC) + timedelta(hours=2)
    found = retry_after({"retry-after": format_datetime(later, usegmt=True)})
    assert found == pytest.approx(7200, abs=60)


def test_a_missing_key_is_told_by_the_name_of_its_variable() -> None:
    with pytest.raises(Misconfigured, match="MODERATION_API_KEY"):
        _ = Endpoint(key_name="MODERATION_API_KEY").client
