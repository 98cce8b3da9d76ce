import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.worker.usages import hostile_usages
from worker.errors import (
    BadPicture,
    ComponentError,
    ContentRejected,
    Misconfigured,
    OutcomeUnknown,
    ServiceUnavailable,
)
from worker.openai_api import PRICES, Endpoint, Price
from worker.outgoing import retry_after
from worker.painters import TRAINED, PaintRequest
from worker.painters.openai import OpenAIPainter

REQUEST = PaintRequest(
    prompt="A kiln in raw umber by the sea.",
    title="The Kiln",
    concepts=("kiln", "sea"),
    style="",
    seed=1,
)
# 100 tokens in at 5 dollars a million, 1,056 out at 30.
COST = (100 * 5 + 1056 * 30) / 1e6


@pytest.fixture
def painter(api) -> OpenAIPainter:
    endpoint = Endpoint(api_key=api.key, base_url=api.url, prices=PRICES)
    return OpenAIPainter(endpoint, ceiling=0.25)


def test_paints_and_keeps_the_books(api, books, painter, png) -> None:
    api.will(api.pictured(png))
    result = painter.paint(REQUEST, books)
    assert result.data == png
    assert (result.width, result.height, result.media_type) == (64, 48, "image/png")
    assert (result.model, result.digital_source_type) == ("gpt-image-2", TRAINED)
    [(path, asked)] = api.requests
    assert path == "/v1/images/generations"
    assert asked == {
        "model": "gpt-image-2",
        "prompt": REQUEST.prompt,
        "n": 1,
        "size": "1024x1024",
        "quality": "medium",
    }
    [entry] = books.entries
    assert (entry.purpose, entry.model, entry.ceiling) == ("paint", "gpt-image-2", 0.25)
    assert entry.state == "settled"
    assert entry.cost == pytest.approx(COST)
    assert entry.request_id == "req_image"
    assert entry.result == png


def test_an_answer_without_usage_costs_its_ceiling(api, books, painter, png) -> None:
    api.will(api.pictured(png, usage=None))
    painter.paint(REQUEST, books)
    assert books.entries[0].cost == 0.25


@pytest.mark.parametrize("model", ["gpt-image-2", "openai/gpt-image-2", "stable-diffusion"])
def test_at_another_host_a_picture_costs_its_ceiling_unless_it_is_given_a_price(
    api, books, png, model: str
) -> None:
    api.will(*[api.pictured(png)] * 3)
    for prices in ({}, {model: Price(0, 10)}, {model: Price(0, 0)}):
        endpoint = Endpoint(api.key, api.url, prices=prices)
        OpenAIPainter(endpoint, model=model, ceiling=0.25).paint(REQUEST, books)
    assert [entry.cost for entry in books.entries] == [0.25, pytest.approx(0.01056), 0.0]
    assert books.entries[0].provider == api.url.split("/")[2]


def test_a_price_of_nothing_holds_where_usage_is_not_told(api, books, png) -> None:
    api.will(api.pictured(png, usage=None))
    OpenAIPainter(Endpoint(api.key, api.url, prices={"m": Price(0, 0)}), model="m").paint(
        REQUEST, books
    )
    assert books.entries[0].cost == 0.0
    assert books.entries[0].ceiling == 0.0, "a budget of nothing has room for what costs nothing"


@pytest.mark.parametrize("usage", hostile_usages("input_tokens", "output_tokens"))
def test_usage_that_can_not_be_is_charged_in_full(api, books, painter, png, usage) -> None:
    api.will(api.pictured(png, usage=usage))
    painter.paint(REQUEST, books)
    assert (books.states, books.entries[0].cost) == (["settled"], 0.25)


@pytest.mark.parametrize(
    "more",
    [
        {"data": None},
        {"data": {}},
        {"data": {"a": 1}},
        {"data": "text"},
        {"data": 7},
        {"data": [None]},
        {"data": ["text"]},
        {"data": [[]]},
        {"data": [{"b64_json": 7}]},
        {"data": [{"b64_json": ["x"]}]},
        {"data": [{"b64_json": "\u00e9"}]},
    ],
)
def test_odd_types_in_an_answer_are_no_picture_and_paid_for(api, books, painter, more) -> None:
    api.will(api.pictured("", **more))
    with pytest.raises(BadPicture):
        painter.paint(REQUEST, books)
    assert books.states == ["settled"]


def test_an_answer_too_deep_to_be_read_is_no_picture(api, books, painter) -> None:
    api.will(api.reply("[" * 200_000))
    with pytest.raises(BadPicture):
        painter.paint(REQUEST, books)
    assert books.states == ["settled"]


def test_the_key_is_never_sent_to_another_server(api, books, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", api.key)
    with pytest.raises(Misconfigured, match="401"):
        OpenAIPainter(Endpoint(base_url=api.url)).paint(REQUEST, books)


@pytest.mark.parametrize(
    ("status", "code", "error", "hint"),
    [
        (429, "rate_limit_exceeded", ServiceUnavailable, "429"),
        (429, "insufficient_quota", Misconfigured, "credit"),
        (400, "billing_hard_limit_reached", Misconfigured, "credit"),
        (401, "invalid_api_key", Misconfigured, "OPENAI_API_KEY"),
        (403, "unsupported_country_region_territory", Misconfigured, "403"),
        (404, "model_not_found", Misconfigured, "404"),
        (400, "invalid_value", Misconfigured, "400"),
        (400, "moderation_blocked", ContentRejected, "moderation|400"),
        (400, "content_policy_violation", ContentRejected, "400"),
        (500, "server_error", ServiceUnavailable, "500"),
        (503, None, ServiceUnavailable, "503"),
    ],
)
def test_refused_requests_cost_nothing(
    api, books, painter, status: int, code: str, error: type[ComponentError], hint: str
) -> None:
    api.will(api.refusal(status, code, "because"))
    with pytest.raises(error, match=hint) as caught:
        painter.paint(REQUEST, books)
    assert type(caught.value) is error
    assert "because" in str(caught.value)
    assert books.states == ["refused"]
    assert len(api.requests) == 1, "each try may be billed"


def test_moderation_after_painting_is_charged(api, books, painter) -> None:
    details = {"moderation_details": {"moderation_stage": "output", "categories": ["other"]}}
    api.will(api.refusal(400, "moderation_blocked", "rejected by the safety system", **details))
    with pytest.raises(ContentRejected, match="safety system"):
        painter.paint(REQUEST, books)
    assert books.states == ["unknown"]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry-after": "17"}, 17), ({"retry-after-ms": "1500"}, 1.5), ({}, None)],
)
def test_retry_after_is_honoured(api, books, painter, headers, seconds) -> None:
    api.will(api.refusal(429, "rate_limit_exceeded", headers=headers))
    with pytest.raises(ServiceUnavailable) as caught:
        painter.paint(REQUEST, books)
    assert caught.value.retry_after == seconds


def test_retry_after_may_be_a_date() -> None:
    later = datetime.now(UTC) + timedelta(seconds=90)
    assert retry_after({"retry-after": format_datetime(later)}) == pytest.approx(90, abs=5)
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 -0000"}) == 0
    assert retry_after({"retry-after": "soon"}) is None


def test_a_hanging_server_leaves_the_outcome_unknown(api, books) -> None:
    api.will(api.reply(mishap="hang"))
    hasty = OpenAIPainter(Endpoint(api_key=api.key, base_url=api.url, timeout=0.2))
    with pytest.raises(OutcomeUnknown, match="did not answer"):
        hasty.paint(REQUEST, books)
    assert books.states == ["unknown"]
    assert books.entries[0].cost == 0.25


def test_a_connection_dropped_after_sending_leaves_the_outcome_unknown(api, books, painter) -> None:
    api.will(api.reply(mishap="drop"))
    with pytest.raises(OutcomeUnknown):
        painter.paint(REQUEST, books)
    assert books.states == ["unknown"]


def test_an_answer_cut_on_its_way_leaves_the_outcome_unknown(api, books, painter, png) -> None:
    whole = api.pictured(png)
    api.will(api.reply(whole.body, mishap="cut"))
    with pytest.raises(OutcomeUnknown):
        painter.paint(REQUEST, books)
    assert books.states == ["unknown"]


@pytest.mark.parametrize("status", [504, 524])
def test_a_gateway_that_gave_up_leaves_the_outcome_unknown(api, books, painter, status) -> None:
    api.will(api.reply("<html>timeout</html>", status, {"content-type": "text/html"}))
    with pytest.raises(OutcomeUnknown):
        painter.paint(REQUEST, books)
    assert books.states == ["unknown"]


def test_a_server_that_is_not_there_is_away_and_costs_nothing(books) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refuses connections
        port = taken.getsockname()[1]
        nobody = OpenAIPainter(Endpoint(api_key="k", base_url=f"http://127.0.0.1:{port}/v1"))
        with pytest.raises(ServiceUnavailable, match="can't be reached"):
            nobody.paint(REQUEST, books)
    assert books.states == ["refused"]


def test_an_address_that_is_none_has_to_be_mended(books) -> None:
    with pytest.raises(Misconfigured, match="not a usable URL"):
        OpenAIPainter(Endpoint(api_key="k", base_url="ftp://paint/v1")).paint(REQUEST, books)
    assert books.states == ["refused"]


def test_no_key_for_openai_is_told_before_anything_is_reserved(books, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")
    with pytest.raises(Misconfigured, match="OPENAI_API_KEY"):
        OpenAIPainter(Endpoint()).paint(REQUEST, books)
    assert books.entries == []


@pytest.mark.parametrize(
    ("picture", "hint"),
    [("not base64!", "broken base64"), ("", "without a picture in base64")],
)
def test_an_answer_without_a_readable_picture_is_paid_for(
    api, books, painter, picture: str, hint: str
) -> None:
    api.will(api.pictured(picture))
    with pytest.raises(BadPicture, match=hint):
        painter.paint(REQUEST, books)
    assert books.states == ["settled"]
    assert books.entries[0].cost == pytest.approx(COST)


def test_an_answer_without_data_is_paid_for(api, books, painter, png) -> None:
    api.will(api.pictured(png, data=[]))
    with pytest.raises(BadPicture):
        painter.paint(REQUEST, books)
    assert books.entries[0].cost == pytest.approx(COST)


def test_a_truncated_picture_is_kept_and_paid_for(api, books, painter, png) -> None:
    api.will(api.pictured(png[: len(png) // 2]))
    with pytest.raises(BadPicture, match="no whole"):
        painter.paint(REQUEST, books)
    assert books.states == ["settled"]
    assert books.entries[0].result == png[: len(png) // 2]


@pytest.mark.parametrize("content_type", ["application/json", "text/html"])
def test_an_answer_that_is_no_json_is_charged_in_full(api, books, painter, content_type) -> None:
    api.will(api.reply("<html>welcome</html>", 200, {"content-type": content_type}))
    with pytest.raises(BadPicture, match="no JSON"):
        painter.paint(REQUEST, books)
    assert books.states == ["settled"]
    assert books.entries[0].cost == 0.25
