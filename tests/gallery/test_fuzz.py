"""The API, with requests generated from its schema, valid and invalid ones."""

from __future__ import annotations

import random
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app

FUZZ = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_the_api_follows_its_schema(exhibition, memory, mode: GenerationMode) -> None:
    """No response of the 500s, and every response has a status and form of the schema."""
    app = create_app(
        exhibition.catalogue,
        exhibition.archive,
        site=SiteSettings(),
        memory_of=lambda *_: memory,
        limited=False,
    )
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and operation.path == "/api/v1/artists":
            continue  # it takes nothing that could be wrong

        @given(case=operation.as_strategy(generation_mode=mode))
        @FUZZ
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=[CHECKS.get_one(name) for name in CHECKED])

        ask()
        asked += 1
    assert asked >= 3


PARTS = st.one_of(
    st.sampled_from(
        [
            "artists",
            "ada",
            "works",
            "concepts",
            "sea",
            "search",
            "like",
            "1",
            "0",
            "-1",
            "9" * 40,
            "..",
            "%00",
            "api",
        ]
    ),
    st.text(max_size=12),
)


@given(
    parts=st.lists(PARTS, max_size=5),
    query=st.dictionaries(
        st.sampled_from(["before", "until", "question", "by", "every", "cursor", "limit", "q"]),
        st.text(max_size=20),
        max_size=2,
    ),
    seed=st.integers(0, 10),
)
@settings(FUZZ, max_examples=150)
def test_no_address_breaks_the_gallery(visitor: TestClient, parts, query, seed) -> None:
    quoted = [
        part if part.startswith("%") else quote(part.encode("utf-8", "surrogatepass"), safe="")
        for part in parts
    ]
    method = random.Random(seed).choice(["GET", "HEAD", "POST", "PUT"])
    answer = visitor.request(method, "http://testserver/" + "/".join(quoted), params=query)
    assert answer.status_code < 500
