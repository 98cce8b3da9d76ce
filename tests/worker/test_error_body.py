from __future__ import annotations

from typing import Any

import httpx2
import openai
import pytest

from worker.error_body import LONGEST_WORDS, error_words


def words(body: Any) -> str:
    response = httpx2.Response(400, request=httpx2.Request("POST", "http://127.0.0.1/"))
    return error_words(openai.APIStatusError("Error code: 400", response=response, body=body))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"message": "Unknown parameter: 'seed'.", "param": "seed"}, "Unknown parameter: 'seed'"),
        ({"message": "Invalid value", "param": "size", "code": "x"}, "Invalid value; size"),
        ("Argument not supported: size", "Argument not supported: size"),
        ({"code": "400", "error": "Argument not supported: size"}, "Argument not supported: size"),
        ([{"error": {"code": 400, "message": "API key not valid."}}], "API key not valid"),
        ({"detail": "Not Found"}, "Not Found"),
        (
            {"message": {"detail": [{"loc": ["body", "seed"], "msg": "No", "input": "store"}]}},
            "body.seed; No",
        ),
        ("1 error\n Field required [type=missing, input_value={'seed': 1}]", "[type=missing]"),
        (None, ""),
        (7, ""),
        ({"message": ["a", 3, None, "None", "b"]}, "a; b"),
    ],
)
def test_the_servers_own_words(body: Any, told: str) -> None:
    assert words(body).endswith(told)
    assert "store" not in words(body)


def test_huge_and_deep_bodies_are_cut() -> None:
    deep: Any = "end"
    for _ in range(500):
        deep = [deep]
    assert words(deep) == ""
    assert len(words({"message": "x" * 10**6})) <= LONGEST_WORDS
