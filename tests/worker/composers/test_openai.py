import contextlib
import json
import re
from functools import cached_property
from typing import ClassVar

import pytest

from storage.archive.manifest import Composition
from tests.worker.usages import hostile_usages
from worker.composers import ComposeRequest
from worker.composers.answer import INSTRUCTIONS, Questions, read_answer, write_brief
from worker.composers.openai import OpenAIComposer
from worker.composers.plan_answer import GENERAL_FORMS, TABLES, plan_questions
from worker.errors import (
    ComponentError,
    ContentRejected,
    InvalidResponse,
    Misconfigured,
    OutcomeUnknown,
    ServiceUnavailable,
)
from worker.openai_api import PRICES, Endpoint, Price
from worker.studio.scene.layout import look
from worker.studio.scene.model import FORMS

REQUEST = ComposeRequest(
    artist="Cultural Alien",
    statement="Looks where nobody looks.",
    style="linocut",
    pool=("sea", "sky", "kiln", "rowing boat", "ukiyo-e"),
    required=("sea", "sky", "kiln"),
    seed=2**40 + 5,
    recent_titles=("Low Tide",),
)
GOOD = {
    "thought": "Fire beside water.",
    "title": "Kiln, Low Water",
    "concepts": ["sea", "sky", "kiln", "rowing boat"],
    "prompt": "A kiln in raw umber left of centre, a rowing boat before it; the sea and the sky"
    " meet at one third. Light from the right, Naples yellow.",
}
# 700 tokens in at 1.75 dollars a million, 200 out at 14.
COST = (700 * 1.75 + 200 * 14) / 1e6


@pytest.fixture
def composer(api) -> OpenAIComposer:
    return OpenAIComposer(Endpoint(api_key=api.key, base_url=api.url, prices=PRICES))


def test_composes_and_keeps_the_books(api, books, composer) -> None:
    api.will(api.written(GOOD))
    made = composer.compose(REQUEST, books)
    assert made.title == GOOD["title"]
    assert made.prompt == GOOD["prompt"]
    assert made.concepts == ("sea", "sky", "kiln", "rowing boat")
    assert made.thought == GOOD["thought"]
    assert (made.composer, made.model, made.repairs) == ("openai", "gpt-5.2-2025-12-11", 0)
    [entry] = books.entries
    assert (entry.purpose, entry.model, entry.ceiling) == ("compose", "gpt-5.2", 0.05)
    assert (entry.state, entry.request_id) == ("settled", "req_text")
    assert entry.cost == pytest.approx(COST)


def test_a_model_that_costs_nothing_reserves_nothing(api, books) -> None:
    api.will(api.written(GOOD))
    free = Endpoint(api.key, api.url, prices={"gpt-5.2": Price(0, 0)})
    OpenAIComposer(free).compose(REQUEST, books)
    assert (books.entries[0].ceiling, books.entries[0].cost) == (0.0, 0.0)


def test_the_model_is_told_all_it_needs(api, books, composer) -> None:
    api.will(api.written(GOOD))
    composer.compose(REQUEST, books)
    [(path, asked)] = api.requests
    assert path == "/v1/responses"
    assert asked["model"] == "gpt-5.2"
    assert asked["instructions"] == INSTRUCTIONS
    assert asked["store"] is False
    told = asked["input"][0]["content"]
    for part in (*REQUEST.pool, REQUEST.artist, REQUEST.statement, REQUEST.style, "Low Tide"):
        assert part in told
    shape = asked["text"]["format"]
    assert shape["strict"] is True
    assert set(shape["schema"]["required"]) == set(shape["schema"]["properties"]) == set(GOOD)
    assert shape["schema"]["additionalProperties"] is False


def test_an_earlier_refusal_is_passed_on() -> None:
    refused = ComposeRequest(**{**REQUEST.__dict__, "refusal": "violence"})
    assert "refused an earlier prompt: violence" in write_brief(refused)


def test_the_answer_can_never_cost_more_than_its_ceiling(api, books, composer) -> None:
    api.will(api.written(GOOD))
    composer.compose(REQUEST, books)
    _, asked = api.requests[0]
    bytes_asked = len(json.dumps(asked["input"]) + asked["instructions"])
    worst = Price(1.75, 14.0).of(bytes_asked, asked["max_output_tokens"])
    assert 0.02 < worst <= 0.05
    assert asked["max_output_tokens"] >= 1000


def test_a_ceiling_that_leaves_no_room_has_to_be_mended(api, books) -> None:
    tight = OpenAIComposer(Endpoint(api.key, api.url, prices=PRICES), ceiling=0.001)
    with pytest.raises(Misconfigured, match=r"ceiling of 0\.001 .* raise openai\.text_ceiling"):
        tight.compose(REQUEST, books)
    assert books.entries == []


WRONG = [
    ({"concepts": ["sea", "sky", "kiln", "cyberpunk"]}, "not in the pool: cyberpunk"),
    ({"concepts": ["sea", "kiln"]}, "required concepts are missing: sky"),
    ({"prompt": "  "}, "the prompt is empty"),
    ({"prompt": "A kiln by the sea."}, "does not name these concepts: sky, rowing boat"),
    ({"prompt": GOOD["prompt"] * 60}, "letters; 4000 are the most"),
    ({"title": ""}, "the title is empty"),
    ({"title": "kiln " * 40}, "the title has 200 letters"),
    ({"concepts": "sea"}, "not the JSON asked for: concepts"),
]


@pytest.mark.parametrize(("change", "fault"), WRONG)
def test_a_wrong_answer_is_sent_back_with_what_is_wrong(
    api, books, composer, change: dict[str, object], fault: str
) -> None:
    wrong = json.dumps({**GOOD, **change})
    api.will(api.written(wrong), api.written(GOOD))
    made = composer.compose(REQUEST, books)
    assert made.repairs == 1
    assert made.title == GOOD["title"]
    _, again = api.requests[1]
    assert [turn["role"] for turn in again["input"]] == ["user", "assistant", "user"]
    assert again["input"][1]["content"] == wrong
    assert fault in again["input"][2]["content"]
    assert books.states == ["settled", "settled"]


def test_too_many_concepts_are_sent_back() -> None:
    pool = tuple("abcdefghij")
    request = ComposeRequest(**{**REQUEST.__dict__, "pool": pool, "required": ("a",)})
    answer = {**GOOD, "concepts": list(pool), "prompt": " ".join(pool)}
    _, faults = read_answer(json.dumps(answer), request)
    assert faults == ["it uses 10 concepts; 5 are the most"]


def test_two_repairs_are_allowed(api, books, composer) -> None:
    api.will(api.written("Sure! Here you go"), api.written("{}"), api.written(GOOD))
    assert composer.compose(REQUEST, books).repairs == 2
    assert len(books.entries) == 3


def test_after_two_repairs_the_grammar_or_a_pause_is_the_workers_choice(
    api, books, composer
) -> None:
    wrong = {**GOOD, "concepts": ["dreams", "algorithms"]}
    api.will(*[api.written(wrong)] * 3)
    with pytest.raises(
        InvalidResponse, match=r"gpt-5\.2 gave no usable answer.*dreams, algorithms"
    ):
        composer.compose(REQUEST, books)
    assert books.states == ["settled"] * 3
    assert sum(entry.cost for entry in books.entries) == pytest.approx(3 * COST)


def test_nonsense_is_quoted_back_and_paid_for(api, books, composer) -> None:
    api.will(*[api.written("Lorem ipsum } {")] * 3)
    with pytest.raises(InvalidResponse, match="not the JSON asked for"):
        composer.compose(REQUEST, books)
    assert "Lorem ipsum" in api.requests[1][1]["input"][1]["content"]


def test_letters_case_and_repetition_are_forgiven(api, books, composer) -> None:
    api.will(api.written({**GOOD, "concepts": ["Sea", " sky", "KILN", "kiln"]}))
    assert composer.compose(REQUEST, books).concepts == ("sea", "sky", "kiln")


def test_an_answer_cut_short_is_sent_back(api, books, composer) -> None:
    short = api.written(
        json.dumps(GOOD)[:80],
        status="incomplete",
        incomplete_details={"reason": "max_output_tokens"},
    )
    api.will(short, api.written(GOOD))
    assert composer.compose(REQUEST, books).repairs == 1
    assert "cut short: max_output_tokens" in api.requests[1][1]["input"][2]["content"]


def test_a_refusal_in_words_is_paid_for(api, books, composer) -> None:
    api.will(api.response([{"type": "refusal", "refusal": "I can't help with that."}]))
    with pytest.raises(ContentRejected, match="can't help") as caught:
        composer.compose(REQUEST, books)
    assert type(caught.value) is ContentRejected
    assert books.states == ["settled"]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        (
            {"incomplete_details": {"reason": "content_filter"}, "status": "incomplete"},
            ContentRejected,
        ),
        (
            {"error": {"code": "invalid_prompt", "message": "policy"}, "status": "failed"},
            ContentRejected,
        ),
        (
            {"error": {"code": "server_error", "message": "oops"}, "status": "failed"},
            ServiceUnavailable,
        ),
    ],
)
def test_an_answer_that_failed_is_paid_for(api, books, composer, more, error) -> None:
    api.will(api.written("", **more))
    with pytest.raises(error):
        composer.compose(REQUEST, books)
    assert books.states == ["settled"]


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (429, "rate_limit_exceeded", ServiceUnavailable),
        (429, "insufficient_quota", Misconfigured),
        (401, "invalid_api_key", Misconfigured),
        (404, "model_not_found", Misconfigured),
        (400, "invalid_prompt", ContentRejected),
        (500, None, ServiceUnavailable),
    ],
)
def test_refused_requests_cost_nothing(
    api, books, composer, status: int, code: str | None, error: type[ComponentError]
) -> None:
    api.will(api.refusal(status, code, headers={"retry-after": "9"}))
    with pytest.raises(error) as caught:
        composer.compose(REQUEST, books)
    assert books.states == ["refused"]
    if isinstance(caught.value, ServiceUnavailable):
        assert caught.value.retry_after == 9
    assert api.paths == ["/v1/responses"]


def test_a_wrong_key_has_to_be_mended(api, books) -> None:
    with pytest.raises(Misconfigured, match=r"Incorrect API key provided.*OPENAI_API_KEY"):
        OpenAIComposer(Endpoint("sk-wrong", api.url)).compose(REQUEST, books)


@pytest.mark.parametrize("mishap", ["hang", "drop", "cut"])
def test_what_happened_after_sending_is_unknown(api, books, mishap: str) -> None:
    api.will(api.reply(api.written(GOOD).body, mishap=mishap))
    hasty = OpenAIComposer(Endpoint(api.key, api.url, timeout=0.3))
    with pytest.raises(OutcomeUnknown):
        hasty.compose(REQUEST, books)
    assert books.states == ["unknown"]


@pytest.mark.parametrize("body", ["<html>", "[]", '"text"', '{"object": "response"}'])
def test_an_answer_of_another_api_is_charged_and_away(api, books, composer, body: str) -> None:
    api.will(api.reply(body))
    with pytest.raises(ServiceUnavailable, match="not of this API"):
        composer.compose(REQUEST, books)
    assert books.states == ["settled"]
    assert books.entries[0].cost == 0.05


@pytest.mark.parametrize("usage", hostile_usages("input_tokens", "output_tokens"))
def test_usage_that_can_not_be_is_charged_in_full(api, books, composer, usage) -> None:
    api.will(api.written(GOOD, usage=usage))
    assert composer.compose(REQUEST, books).title == GOOD["title"]
    assert (books.states, books.entries[0].cost) == (["settled"], 0.05)


@pytest.mark.parametrize(
    "more",
    [
        {"output": None},
        {"output": 7},
        {"output": {"type": "message"}},
        {"output": [None]},
        {"output": [{"type": "message", "content": None}]},
        {"output": [{"type": "message", "content": {"a": 1}}]},
        {"output": [{"type": "message", "content": [7]}]},
        {"output": [{"type": "message", "content": [{"type": "output_text", "text": 7}]}]},
        {"output": [{"type": "message", "content": [{"type": "refusal", "refusal": {}}]}]},
        {"incomplete_details": "text"},
        {"incomplete_details": {"reason": ["x"]}},
        {"error": "text"},
        {"error": {"code": ["x"], "message": {"a": 1}}},
        {"model": {"a": 1}},
        {"model": None},
    ],
)
def test_odd_types_in_an_answer_are_told_as_its_fault(api, books, composer, more) -> None:
    api.will(*[api.written(GOOD, **more)] * 3)
    with contextlib.suppress(ComponentError):
        composer.compose(REQUEST, books)
    assert set(books.states) == {"settled"}


@pytest.mark.parametrize(
    "more",
    [
        {"choices": None},
        {"choices": []},
        {"choices": {"a": 1}},
        {"choices": "text"},
        {"choices": [None]},
        {"choices": [{"message": None}]},
        {"choices": [{"message": {"content": {"a": 1}}}]},
        {"choices": [{"message": {"content": ["x"]}}]},
        {"choices": [{"message": {"content": None, "refusal": {"a": 1}}}]},
        {"model": 7},
    ],
)
def test_odd_types_in_a_chat_are_told_as_its_fault(api, books, more) -> None:
    composer = OpenAIComposer(Endpoint(api.key, api.url), model="llama3.2")
    api.will(api.refusal(404, None), *[api.chatted(GOOD, **more)] * 3)
    with contextlib.suppress(ComponentError):
        composer.compose(REQUEST, books)
    assert set(books.states) == {"refused", "settled"}


@pytest.mark.parametrize("usage", hostile_usages("prompt_tokens", "completion_tokens"))
def test_usage_of_a_chat_that_can_not_be_is_charged_in_full(api, books, usage) -> None:
    endpoint = Endpoint(api.key, api.url, prices={"m": Price(1, 1)})
    api.will(api.refusal(404, None), api.chatted(GOOD, usage=usage))
    OpenAIComposer(endpoint, model="m").compose(REQUEST, books)
    assert books.entries[-1].cost == 0.05


@pytest.mark.parametrize("code", [["x"], {"a": 1}, 7, True])
def test_odd_types_in_an_error_are_told(api, books, composer, code) -> None:
    api.will(api.refusal(400, code, ["no"]))
    with pytest.raises(Misconfigured):
        composer.compose(REQUEST, books)
    assert books.states == ["refused"]


@pytest.mark.parametrize("after", ["9" * 400, "-9", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_nobody_is_left_alone_for_years(api, books, composer, after: str) -> None:
    api.will(api.refusal(503, None, headers={"retry-after": after}))
    with pytest.raises(ServiceUnavailable) as caught:
        composer.compose(REQUEST, books)
    assert caught.value.retry_after is None or 0 <= caught.value.retry_after <= 86400


class TestServersOfOnesOwn:
    """Ollama, vLLM and llama.cpp speak chat completions; some have no /responses."""

    @pytest.fixture
    def composer(self, api) -> OpenAIComposer:
        return OpenAIComposer(Endpoint(api.key, api.url), model="llama3.2")

    @pytest.mark.parametrize("status", [404, 405, 501])
    def test_fall_back_to_chat_completions_and_remember(
        self, api, books, composer, status: int
    ) -> None:
        api.will(api.refusal(status, None), api.chatted(GOOD), api.chatted(GOOD))
        made = composer.compose(REQUEST, books)
        assert (made.title, made.model) == (GOOD["title"], "llama3.2")
        composer.compose(REQUEST, books)
        assert api.paths == ["/v1/responses", "/v1/chat/completions", "/v1/chat/completions"]
        assert books.states == ["refused", "settled", "settled"]
        assert [entry.cost for entry in books.entries] == [0, 0.05, 0.05]

    def test_are_given_schema_system_and_seed(self, api, books, composer) -> None:
        api.will(api.refusal(404, None), api.chatted(GOOD))
        composer.compose(REQUEST, books)
        _, asked = api.requests[1]
        assert asked["messages"][0] == {"role": "system", "content": INSTRUCTIONS}
        assert asked["seed"] == REQUEST.seed % 2**31
        assert asked["response_format"]["json_schema"]["strict"] is True

    def test_may_think_aloud_or_fence_their_answer(self, api, books, composer) -> None:
        text = f"<think>sea, sky…</think>\n```json\n{json.dumps(GOOD, indent=1)}\n```"
        api.will(api.refusal(404, None), api.chatted(text))
        assert composer.compose(REQUEST, books).repairs == 0

    def test_are_sent_their_mistakes_too(self, api, books, composer) -> None:
        api.will(
            api.refusal(404, None),
            api.chatted(json.dumps(GOOD)[:50], finish_reason="length"),
            api.chatted({**GOOD, "concepts": ["sea"]}),
            api.chatted(GOOD),
        )
        assert composer.compose(REQUEST, books).repairs == 2
        assert "cut short" in api.requests[2][1]["messages"][-1]["content"]
        assert "missing: sky, kiln" in api.requests[3][1]["messages"][-1]["content"]

    def test_may_filter(self, api, books, composer) -> None:
        api.will(api.refusal(404, None), api.chatted("", finish_reason="content_filter"))
        with pytest.raises(ContentRejected):
            composer.compose(REQUEST, books)

    def test_without_either_endpoint_have_to_be_mended(self, api, books, composer) -> None:
        api.will(api.refusal(404, None), api.refusal(404, None, "model 'llama3.2' not found"))
        with pytest.raises(Misconfigured, match=r"llama3\.2"):
            composer.compose(REQUEST, books)
        assert books.states == ["refused", "refused"]


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Field\0 Notes", "Field Notes"),
        ("Field\nNotes\r\nSecond line", "Field Notes Second line"),
        ("\u202eField Notes", "Field Notes"),
        ("Cafe\u0301 Terrace", "Café Terrace"),
    ],
)
def test_letters_that_no_store_can_hold_are_left_out(api, books, composer, title, kept) -> None:
    prompt = f"{GOOD['prompt']}\0"
    api.will(api.written({**GOOD, "title": title, "prompt": prompt, "thought": "a\x01b"}))
    made = composer.compose(REQUEST, books)
    assert (made.title, made.prompt, made.thought) == (kept, GOOD["prompt"], "ab")


@pytest.mark.parametrize(
    "title",
    ["\0\0", "half a letter \ud83d", "\u200b\u200b", "\u3164", "\u2060 \ufeff", "\x1b\u202e"],
)
def test_a_title_of_no_letters_is_sent_back(api, books, composer, title) -> None:
    api.will(api.written({**GOOD, "title": title}), api.written(GOOD))
    assert composer.compose(REQUEST, books).repairs == 1


def test_a_lone_surrogate_outside_of_any_json_is_sent_back_and_not_met_again(
    api, books, composer
) -> None:
    api.will(api.written("half a letter \ud83d"), api.written(GOOD))
    assert composer.compose(REQUEST, books).repairs == 1
    assert "\ufffd" in api.requests[1][1]["input"][1]["content"]


def test_accents_composed_in_another_way_are_the_same_concept(api, books, composer) -> None:
    request = ComposeRequest(
        **{**REQUEST.__dict__, "pool": ("cafe\u0301", "sea"), "required": ("cafe\u0301",)}
    )
    api.will(
        api.written({**GOOD, "concepts": ["Caf\u00e9"], "prompt": "A caf\u00e9 by the harbour."})
    )
    assert composer.compose(request, books).concepts == ("cafe\u0301",)


def test_a_record_holds_no_more_of_an_answer_than_people_read(api, books, composer) -> None:
    api.will(api.written({**GOOD, "thought": "long " * 5000}, model="m" * 10**6))
    made = composer.compose(REQUEST, books)
    assert len(made.thought) == 2000
    assert len(made.model) <= 500


def test_an_answer_of_megabytes_is_sent_back_and_not_repeated(api, books, composer) -> None:
    api.will(api.written({**GOOD, "thought": "x" * 4_000_000}), api.written(GOOD))
    assert composer.compose(REQUEST, books).repairs == 1
    assert len(json.dumps(api.requests[1][1])) < 50_000


def test_strange_concepts_are_not_told_back_without_end(api, books, composer) -> None:
    strange = [f"strange {number}" for number in range(2000)]
    api.will(api.written({**GOOD, "concepts": strange}), api.written(GOOD))
    assert composer.compose(REQUEST, books).repairs == 1
    assert len(api.requests[1][1]["input"][-1]["content"]) < 10_000


@pytest.mark.usefixtures("plans_drawn_once")
class TestAPlanForTheStudio:
    """Where the painter paints plans, the model chooses among what the studio has."""

    REQUEST = ComposeRequest(
        **{
            **REQUEST.__dict__,
            "pool": ("sea", "sky", "fox", "church", "winter", "grief"),
            "required": ("fox",),
            "paints_plan": True,
        }
    )
    GOOD: ClassVar = {
        "thought": "The fox keeps watch.",
        "title": "Fox before a Church",
        "concepts": ["fox", "church", "winter"],
        "setting": "snow",
        "setting_for": "winter",
        "hour": "dusk",
        "hour_for": "",
        "direction": "right",
        "key": "low",
        "viewpoint": "low",
        "technique": "linocut",
        "structure": "",
        "structure_for": "",
        "actors": [
            {"concept": "fox", "form": "dog", "pose": "", "place": "left", "size": "large"},
            {"concept": "church", "form": "church", "pose": "", "place": "right", "size": "medium"},
        ],
        "relation": None,
    }
    RIDDEN: ClassVar = {
        "concepts": ["fox", "sky"],
        "setting": "meadow",
        "setting_for": "",
        "actors": [
            {"concept": "fox", "form": "dog", "pose": "", "place": "", "size": ""},
            {"concept": "sky", "form": "horse", "pose": "", "place": "centre", "size": "large"},
        ],
        "relation": {"kind": "carries", "subject": "sky", "object": "fox"},
    }

    @pytest.fixture
    def composer(self, api) -> OpenAIComposer:
        return OpenAIComposer(Endpoint(api.key, api.url, prices=PRICES), width=256, height=256)

    def read(self, **change: object) -> tuple[Composition | None, list[str]]:
        return self.questions.read(json.dumps({**self.GOOD, **change}), self.REQUEST)

    @cached_property
    def questions(self) -> Questions:
        return plan_questions(256, 256, None)

    def test_the_plan_follows_the_choices(self, api, books, composer) -> None:
        api.will(api.written(self.GOOD))
        made = composer.compose(self.REQUEST, books)
        plan = made.plan
        assert plan is not None
        assert (made.title, made.composer, made.repairs) == ("Fox before a Church", "openai", 0)
        assert set(made.concepts) == {"fox", "church", "winter"}
        assert (plan.setting.kind, plan.setting.concept) == ("snow", "winter")
        assert (plan.setting.viewpoint, plan.technique) == ("low", "linocut")
        assert (plan.light.hour, plan.light.direction, plan.light.key) == ("dusk", "right", "low")
        assert [actor.form for actor in plan.actors] == ["dog", "church"]
        assert plan.actors[0].attributes == ("fox",)
        assert plan.structure is None
        assert made.prompt == " ".join(s.text for s in made.statements)
        assert "fox" in made.prompt
        seen = look(plan, side=160)
        assert seen[0].middle < 0.5 < seen[1].middle
        assert seen[0].right - seen[0].left > 0.4  # large
        assert books.states == ["settled"]

    def test_the_model_is_told_what_the_studio_has(self, api, books, composer) -> None:
        api.will(api.written(self.GOOD))
        composer.compose(self.REQUEST, books)
        [(_, asked)] = api.requests
        assert "plan" in asked["instructions"]
        assert "winter: " in asked["input"][0]["content"]
        shape = asked["text"]["format"]["schema"]
        assert set(shape["required"]) == set(shape["properties"]) == set(self.GOOD)
        assert shape["additionalProperties"] is False
        assert set(shape["properties"]["setting"]["enum"]) == {"", *TABLES["setting"]}
        assert asked["max_output_tokens"] > 1000

    def test_the_general_forms_are_forms(self) -> None:
        named = re.split(r",\s*", GENERAL_FORMS)
        assert [form for form in named if form not in FORMS] == []

    def test_a_relation_puts_its_subject_first(self) -> None:
        made, faults = self.read(**self.RIDDEN)
        assert faults == []
        assert made is not None
        assert made.plan is not None
        [relation] = made.plan.relations
        assert [actor.form for actor in made.plan.actors] == ["horse", "dog"]
        assert (relation.kind, relation.subject, relation.object) == ("carries", 0, 1)

    def test_what_is_left_empty_is_drawn(self) -> None:
        empty = dict.fromkeys(
            ("setting", "setting_for", "hour", "direction", "key", "viewpoint", "technique"), ""
        )
        made, faults = self.read(**empty, actors=[])
        assert faults == []
        assert made is not None
        assert made.plan is not None
        assert made.plan.technique in TABLES["technique"]
        assert made.plan.actors
        assert "fox" in made.concepts

    def test_letters_case_is_forgiven(self) -> None:
        actor = {"concept": "FOX", "form": "Dog ", "pose": "", "place": "Left", "size": "LARGE"}
        made, faults = self.read(
            concepts=["Fox", "winter"], setting="Snow", setting_for="Winter", actors=[actor]
        )
        assert (faults, made is None) == ([], False)

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ({"setting": "moon base"}, "there is no setting 'moon base'; these are: meadow"),
            ({"hour": "teatime"}, "there is no hour 'teatime'"),
            ({"technique": "airbrush"}, "there is no technique 'airbrush'"),
            ({"structure": "chaos"}, "there is no structure 'chaos'"),
            ({"hour": "spotlight"}, "snow has no hour 'spotlight'"),
            ({"concepts": ["fox", "church", "winter", "sea"]}, "nothing shows these concepts: sea"),
            ({"concepts": ["church", "winter"]}, "required concepts are missing: fox"),
            ({"concepts": ["fox", "church", "winter", "sea", "sky"]}, "5 concepts; 4 are the most"),
            ({"setting_for": "summer"}, "not in its own concepts: summer"),
            ({"hour_for": "winter", "hour": ""}, "hour_for is winter, but hour is empty"),
            ({"title": " "}, "the title is empty"),
            ({"actors": "fox"}, "not the JSON asked for: actors"),
            ({"relation": {"kind": "holds"}}, "not the JSON asked for: relation"),
            (
                {"relation": {"kind": "holds", "subject": "fox", "object": "church"}},
                "a dog (standing) can't have the relation 'holds' to a church",
            ),
            (
                {
                    "setting": "meadow",
                    "setting_for": "",
                    "concepts": ["fox", "church"],
                    "actors": [
                        {"concept": "fox", "form": "jug", "pose": "", "place": "", "size": "small"},
                        {"concept": "church", "form": "house", "pose": "", "place": "", "size": ""},
                    ],
                    "relation": {"kind": "towers over", "subject": "fox", "object": "church"},
                },
                "what towers over a thing is large or huge, not small",
            ),
            (
                {"relation": {"kind": "holds", "subject": "fox", "object": "sea"}},
                "must be the concepts of two of its actors",
            ),
        ],
    )
    def test_wrong_choices_are_told(self, change: dict[str, object], fault: str) -> None:
        made, faults = self.read(**change)
        assert made is None
        assert any(fault in told for told in faults), faults

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ({"form": "unicorn pegasus"}, "there is no form 'unicorn pegasus'"),
            ({"pose": "yodelling"}, "the form dog has no pose 'yodelling': "),
            ({"place": "upstairs"}, "there is no place 'upstairs'"),
            ({"size": "cosmic"}, "there is no size 'cosmic'"),
            ({"form": "rowing boat", "pose": ""}, "a rowing boat can't be in the setting snow"),
            ({"concept": "church"}, "two actors are for the same concept"),
        ],
    )
    def test_wrong_actors_are_told(self, change: dict[str, str], fault: str) -> None:
        first, second = self.GOOD["actors"]
        _, faults = self.read(actors=[{**first, **change}, second])
        assert any(fault in told for told in faults), faults

    @pytest.mark.parametrize(
        "answer", ["", "{}", "[]", "null", "no plan today", '{"actors": [[]]}']
    )
    def test_nonsense_is_told(self, answer: str) -> None:
        made, faults = self.questions.read(answer, self.REQUEST)
        assert made is None
        assert "not the JSON asked for" in faults[0]

    def test_wrong_choices_are_sent_back(self, api, books, composer) -> None:
        api.will(api.written({**self.GOOD, "setting": "moon base"}), api.written(self.GOOD))
        made = composer.compose(self.REQUEST, books)
        assert made.repairs == 1
        assert "there is no setting 'moon base'" in api.requests[1][1]["input"][2]["content"]
