from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx2
import openai
import pytest

from worker.composers.request_form import LEAST_TOKENS, Format, RequestForm

FIRST = RequestForm()
SCHEMA, OBJECT, TEXT = (replace(FIRST, format=each) for each in list(Format)[1:])


def refusal(status: int, body: Any) -> openai.APIStatusError:
    request = httpx2.Request("POST", "http://127.0.0.1/v1/x")
    response = httpx2.Response(status, request=request)
    told = body.get("error", body) if isinstance(body, dict) else body
    return openai.APIStatusError("Error code", response=response, body=told)


def error(message: str, code: object = None, **more: object) -> dict[str, object]:
    return {"error": {"message": message, "code": code, **more}}


def detail(name: str, **more: object) -> dict[str, object]:
    return {"detail": [{"loc": ["body", name], "msg": "Extra inputs are not permitted", **more}]}


@pytest.mark.parametrize(
    ("form", "status", "body", "following"),
    [
        (FIRST, 404, "<html><h1>404 Not Found</h1></html>", SCHEMA),
        (FIRST, 405, {"detail": "Method Not Allowed"}, SCHEMA),
        (FIRST, 501, "", SCHEMA),
        (FIRST, 400, error("unsupported: responses API is not enabled for this model"), SCHEMA),
        (FIRST, 403, error("route not allowed"), SCHEMA),
        (FIRST, 500, error("convert_request_failed: not implemented"), SCHEMA),
        (FIRST, 422, detail("store", input=False), replace(FIRST, left_out=frozenset({"store"}))),
        (FIRST, 422, detail("text", input={"store": 1}), SCHEMA),
        (SCHEMA, 400, error("This response_format type is unavailable now"), OBJECT),
        (SCHEMA, 404, error("No endpoints found that can handle the requested parameters"), OBJECT),
        (SCHEMA, 400, error("Failed to parse grammar", 400), OBJECT),
        (OBJECT, 400, {"error": "'response_format.type' must be 'json_schema' or 'text'"}, TEXT),
        (SCHEMA, 422, detail("seed", input=1), replace(SCHEMA, left_out=frozenset({"seed"}))),
        (
            SCHEMA,
            400,
            [error('Unknown name "seed": Cannot find field.', 400)],
            replace(SCHEMA, left_out=frozenset({"seed"})),
        ),
        (
            TEXT,
            400,
            error("Developer instruction is not enabled for models/gemma-3-27b-it"),
            replace(TEXT, left_out=frozenset({"system"})),
        ),
        (
            SCHEMA,
            400,
            error("'max_tokens' is not supported. Use 'max_completion_tokens' instead."),
            replace(SCHEMA, token_limit="max_completion_tokens"),
        ),
        (
            SCHEMA,
            400,
            error("'max_tokens' or 'max_completion_tokens' is too large: 8192."),
            replace(SCHEMA, most_tokens=4096),
        ),
        (
            SCHEMA,
            400,
            error("Range of max_tokens should be [1, 4096]"),
            replace(SCHEMA, most_tokens=4096),
        ),
        (
            SCHEMA,
            400,
            error("request (9000 tokens) exceeds the available context size (8192 tokens)"),
            replace(SCHEMA, most_tokens=4096),
        ),
    ],
)
def test_what_is_refused_is_left_out(
    form: RequestForm, status: int, body: object, following: RequestForm
) -> None:
    assert form.after(refusal(status, body)) == following


@pytest.mark.parametrize(
    ("form", "status", "body"),
    [
        (FIRST, 401, error("unknown key")),
        (FIRST, 402, error("unknown account")),
        (FIRST, 429, error("the endpoint is not available")),
        (FIRST, 503, error("not implemented")),
        (FIRST, 500, error("server error")),
        (FIRST, 403, error("Your organization must be verified to use this model")),
        (FIRST, 404, error("unknown model", "model_not_found")),
        (FIRST, 400, error("not allowed by the policy", "content_filter")),
        (FIRST, 400, error("not permitted", "insufficient_quota")),
        (FIRST, 400, error("x is not a valid model ID", 400)),
        (SCHEMA, 404, error("model 'x' not found")),
        (SCHEMA, 400, error("Bad Request")),
        (TEXT, 400, error("response_format is unknown")),
        (replace(SCHEMA, left_out=frozenset({"seed"})), 400, error("seed is unknown")),
        (replace(SCHEMA, most_tokens=LEAST_TOKENS), 400, error("exceeds the context size")),
    ],
)
def test_another_cause_is_no_reason_to_ask_in_another_way(
    form: RequestForm, status: int, body: object
) -> None:
    assert form.after(refusal(status, body)) is None


def test_a_server_that_refuses_all_is_left_after_a_few_requests() -> None:
    """The worst one names everything each time."""
    worst = error(
        "store, seed, max_tokens, response_format: not supported; system messages are not enabled"
    )
    form, steps = FIRST, 0
    while (following := form.after(refusal(400, worst))) is not None:
        form, steps = following, steps + 1
    assert steps <= 6
