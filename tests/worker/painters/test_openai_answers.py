"""Every form of an answer: base64, URLs, streams, formats; and what is asked for."""

from __future__ import annotations

import base64
import io
import json
import tracemalloc
from typing import Any

import pytest
from PIL import Image

from tests.worker.outgoing import hostile
from tests.worker.outgoing.hostile import peer
from worker.errors import (
    BadPicture,
    ContentRejected,
    Misconfigured,
    OutcomeUnknown,
    ServiceUnavailable,
)
from worker.openai_api import Endpoint
from worker.painters import PaintRequest
from worker.painters.image_url import ImageUrls
from worker.painters.openai import FOREIGN, ImageSettings, OpenAIPainter

REQUEST = PaintRequest(prompt="A kiln.", title="", concepts=("kiln",), style="", seed=7)


def painter_at(api: Any, model: str = "gpt-image-2", **wished: Any) -> OpenAIPainter:
    return OpenAIPainter(
        Endpoint(api_key=api.key, base_url=api.url),
        model=model,
        images=ImageSettings(**wished),
        urls=ImageUrls(api.url, api.key, wished.get("hosts", ()), pause=0.0),
    )


def asked(api: Any) -> list[dict[str, Any]]:
    return [body for _, body in api.requests]


def by_url(api: Any, url: str) -> Any:
    return api.pictured("", data=[{"b64_json": "", "url": url}])


WRITTEN = {
    "with line breaks": lambda text: "\r\n".join(text[i : i + 76] for i in range(0, len(text), 76)),
    "with spaces": lambda text: f"  {text[:9]} {text[9:]}\n",
    "without padding": lambda text: text.rstrip("="),
    "URL-safe": lambda text: text.replace("+", "-").replace("/", "_"),
    "as a data: URL": lambda text: f"data:image/png;base64,{text}",
    "as a data: URL with spaces": lambda text: f" data:image/png;base64, {text} ",
    "as a data: URL of another type": lambda text: f"data:text/plain;charset=utf-8;base64,{text}",
}


@pytest.mark.parametrize("form", WRITTEN)
def test_base64_in_every_form_is_read(api, books, png, form: str) -> None:
    assert {"+", "/", "="} <= set(base64.b64encode(png).decode()), "all forms differ"
    api.will(api.pictured(WRITTEN[form](base64.b64encode(png).decode())))
    assert painter_at(api).paint(REQUEST, books).data == png
    assert books.entries[0].result == png


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_a_picture_is_is_read_from_its_bytes(api, books, kind: str) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(stream, kind)
    api.will(api.pictured(stream.getvalue(), output_format="png"))
    result = painter_at(api).paint(REQUEST, books)
    assert (result.media_type, result.width) == (Image.MIME[kind], 64)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_formats_are_no_picture(api, books, kind: str) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48)).save(stream, kind)
    api.will(api.pictured(stream.getvalue()))
    with pytest.raises(BadPicture):
        painter_at(api).paint(REQUEST, books)
    assert books.states == ["settled"]


@pytest.mark.parametrize(
    ("model", "is_asked"),
    [
        ("gpt-image-2.6-flare", False),
        ("openai/gpt-image-2", False),
        ("chatgpt-image-latest", False),
        ("stable-diffusion", True),
    ],
)
def test_base64_is_asked_for_where_it_is_not_certain(api, books, png, model, is_asked) -> None:
    api.will(api.pictured(png))
    painter_at(api, model).paint(REQUEST, books)
    assert asked(api)[0].get("response_format") == ("b64_json" if is_asked else None)


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_response_format_is_found_out_once_and_costs_nothing(
    api, books, png, status: int
) -> None:
    refusal = api.refusal(status, "unknown_parameter", "Unknown parameter: 'response_format'.")
    api.will(refusal, *[api.pictured(png)] * 2)
    painter = painter_at(api, "my-model")
    for _ in range(2):
        assert painter.paint(REQUEST, books).data == png
    assert books.states == ["refused", "settled", "settled"]
    assert ["response_format" in body for body in asked(api)] == [True, False, False]


def test_another_refusal_is_not_asked_again(api, books) -> None:
    api.will(api.refusal(400, "invalid_value", "size is too large"))
    with pytest.raises(Misconfigured, match="size is too large"):
        painter_at(api, "my-model").paint(REQUEST, books)
    assert len(api.requests) == 1


def test_a_format_that_the_options_name_is_kept(api, books) -> None:
    api.will(api.refusal(400, None, "response_format=url is not supported"))
    painter = painter_at(api, "my-model", options={"response_format": "url"})
    with pytest.raises(Misconfigured, match="response_format=url"):
        painter.paint(REQUEST, books)
    assert [body["response_format"] for body in asked(api)] == ["url"]


def test_what_is_empty_is_left_out_and_options_override(api, books, png) -> None:
    api.will(*[api.pictured(png)] * 2)
    painter_at(api, size="", quality="").paint(REQUEST, books)
    options = {"size": "auto", "aspect_ratio": "3:2", "new": {"a": [1, None]}}
    painter_at(api, options=options).paint(REQUEST, books)
    least = {"model": "gpt-image-2", "prompt": "A kiln.", "n": 1}
    assert asked(api) == [least, {**least, "quality": "medium", **options}]


def test_a_seed_is_sent_and_told_where_it_is_wished(api, books, png) -> None:
    api.will(*[api.pictured(png)] * 3)
    settings: list[dict[str, Any]] = [{}, {"seed": True}, {"options": {"seed": 9}}]
    results = [painter_at(api, **one).paint(REQUEST, books) for one in settings]
    assert [body.get("seed") for body in asked(api)] == [None, 7, 9]
    assert [result.seed for result in results] == [None, 7, 9]


def test_a_bar_in_a_prompt_starts_no_negative_prompt(api, books, png) -> None:
    api.will(api.pictured(png))
    request = PaintRequest(prompt="a | b||c", title="", concepts=(), style="", seed=1)
    painter_at(api).paint(request, books)
    assert asked(api)[0]["prompt"] == "a / b//c"


def test_a_picture_by_url_is_fetched_before_the_call_is_settled(api, books, png) -> None:
    with peer(hostile.answer(png)) as one:
        api.will(by_url(api, one.url))
        painter = OpenAIPainter(
            Endpoint(api.key, api.url), urls=ImageUrls(one.url, "other", pause=0.0)
        )
        assert painter.paint(REQUEST, books).data == png
    assert books.entries[0].result == png
    assert books.states == ["settled"]


def test_a_paid_picture_that_can_not_be_fetched_yet_is_not_bought_again(api, books, png) -> None:
    is_there = False

    def behave(gone: Any, connection: Any) -> None:
        status = "200 OK" if is_there else "503 Busy"
        hostile.answer(png if is_there else b"", status)(gone, connection)

    with peer(behave) as one:
        api.will(by_url(api, one.url))
        painter = OpenAIPainter(Endpoint(api.key, api.url), urls=ImageUrls(one.url, pause=0.0))
        with pytest.raises(ServiceUnavailable, match="503"):
            painter.paint(REQUEST, books)
        is_there = True
        # Another process, which knows nothing but the ledger.
        another = OpenAIPainter(Endpoint(api.key, api.url), urls=ImageUrls(one.url, pause=0.0))
        assert another.paint(REQUEST, books).data == png
    assert (len(api.requests), books.states) == (1, ["settled"])
    assert books.entries[0].cost == 0.25


def test_nothing_more_is_bought_of_an_endpoint_whose_pictures_are_elsewhere(api, books) -> None:
    api.will(*[by_url(api, "https://cdn.example/a.png")] * FOREIGN)
    painter = painter_at(api)
    with pytest.raises(BadPicture, match=r"cdn\.example.*openai\.image_hosts"):
        painter.paint(REQUEST, books)
    for _ in range(3):
        with pytest.raises(Misconfigured, match=r"cdn\.example.*openai\.image_hosts"):
            painter.paint(REQUEST, books)
    assert len(api.requests) == FOREIGN
    assert books.states == ["settled"] * FOREIGN


def test_a_single_strange_answer_stops_nothing(api, books, png) -> None:
    strange = by_url(api, "https://cdn.example/a.png")
    api.will(*[strange, api.pictured(png)] * FOREIGN)
    painter = painter_at(api)
    for _ in range(FOREIGN):
        with pytest.raises(BadPicture):
            painter.paint(REQUEST, books)
        assert painter.paint(REQUEST, books).data == png


def streamed(api: Any, *events: object, end: str = "") -> Any:
    text = "".join(
        f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n" for event in events
    )
    headers = {"content-type": "text/event-stream", "x-request-id": "req_stream"}
    return api.reply(text + end, 200, headers)


def completed(picture: bytes, **more: object) -> dict[str, object]:
    usage = {"input_tokens": 100, "output_tokens": 1256, "total_tokens": 1356}
    encoded = base64.b64encode(picture).decode()
    return {
        "type": "image_generation.completed",
        "b64_json": encoded,
        "usage": usage,
        "created_at": 1,
        **more,
    }


PARTIAL = {"type": "image_generation.partial_image", "b64_json": "AAAA", "partial_image_index": 0}


def test_partial_pictures_are_kept_as_stages(
    api, books, png, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.openai_api.OPENAI_URL", api.url)
    part = {**PARTIAL, "b64_json": base64.b64encode(png).decode()}
    api.will(streamed(api, part, PARTIAL, part, completed(png), "[DONE]"))
    result = OpenAIPainter(Endpoint(api.key), images=ImageSettings(partials=2)).paint(
        REQUEST, books
    )
    assert result.data == png
    assert len(result.stages) == 2, "one of the three is no picture"
    for stage in result.stages:
        with Image.open(io.BytesIO(stage)) as opened:
            assert opened.format == "WEBP" and max(opened.size) <= 640


def test_the_last_picture_of_a_stream_is_kept_with_its_cost(
    api, books, png, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.openai_api.OPENAI_URL", api.url)
    api.will(streamed(api, PARTIAL, {"type": "new"}, PARTIAL, completed(png), "[DONE]"))
    painter = OpenAIPainter(Endpoint(api.key), images=ImageSettings(partials=2))
    assert painter.paint(REQUEST, books).data == png
    assert (asked(api)[0]["stream"], asked(api)[0]["partial_images"]) == (True, 2)
    [entry] = books.entries
    assert (entry.state, entry.request_id, entry.result) == ("settled", "req_stream", png)
    assert entry.cost == pytest.approx((100 * 5 + 1256 * 30) / 1e6)


@pytest.mark.parametrize(
    "events", [[], [PARTIAL], [PARTIAL, "[DONE]"], ["[]", "7", "null", '"a"'], [{"type": []}]]
)
def test_a_stream_that_ends_early_has_an_unknown_outcome(api, books, events) -> None:
    api.will(streamed(api, *events))
    with pytest.raises(OutcomeUnknown, match="before the picture was complete"):
        painter_at(api, partials=1).paint(REQUEST, books)
    assert books.states == ["unknown"]


def test_a_stream_that_is_cut_has_an_unknown_outcome(api, books, png) -> None:
    api.will(api.reply(streamed(api, PARTIAL, completed(png)).body, mishap="cut"))
    with pytest.raises(OutcomeUnknown):
        painter_at(api, partials=1).paint(REQUEST, books)
    assert books.states == ["unknown"]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("moderation_blocked", ContentRejected),
        ("server_error", OutcomeUnknown),
        ([], OutcomeUnknown),
    ],
)
def test_an_error_within_a_stream_is_charged(api, books, code, error) -> None:
    api.will(streamed(api, PARTIAL, {"error": {"message": "because", "code": code}}))
    with pytest.raises(error, match="because"):
        painter_at(api, partials=1).paint(REQUEST, books)
    assert books.states == ["unknown"]


def test_a_server_that_does_not_stream_is_understood(api, books, png) -> None:
    api.will(api.pictured(png))
    assert painter_at(api, partials=1).paint(REQUEST, books).data == png
    assert (books.states, books.entries[0].request_id) == (["settled"], "req_image")


@pytest.mark.parametrize("partials", [0, 2])
@pytest.mark.parametrize("behave", [hostile.huge, hostile.bomb])
def test_an_answer_of_200_mib_does_not_fill_the_memory(
    books, monkeypatch: pytest.MonkeyPatch, behave: hostile.Behaviour, partials: int
) -> None:
    """The limit holds while the answer is read; tests need no 64 MiB to see it."""
    monkeypatch.setattr("worker.openai_api.LARGEST_ANSWER", 2**20)
    with peer(behave) as one:
        painter = OpenAIPainter(Endpoint("k", one.url), images=ImageSettings(partials=partials))
        _ = painter._endpoint.client  # what the SDK itself needs is no part of an answer
        tracemalloc.start()
        try:
            with pytest.raises(OutcomeUnknown, match="more than 1048576 bytes"):
                painter.paint(REQUEST, books)
            assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
        finally:
            tracemalloc.stop()
    assert books.states == ["unknown"]


@pytest.mark.parametrize("body", ["data: {broken\n\n", "data: \udc80\n\n"])
def test_a_stream_that_is_no_json_is_no_picture(api, books, body) -> None:
    raw = body.encode("utf-8", "surrogateescape").decode("latin-1")
    api.will(api.reply(raw, 200, {"content-type": "text/event-stream"}))
    with pytest.raises(BadPicture, match="no JSON"):
        painter_at(api, partials=1).paint(REQUEST, books)
    assert books.states == ["settled"]
