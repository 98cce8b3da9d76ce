from __future__ import annotations

import json

import pytest

from worker.composers import ComposeRequest
from worker.composers.answer import LONGEST_ANSWER, read_answer
from worker.composers.json_objects import json_objects

REQUEST = ComposeRequest(
    artist="A", statement="", style="", pool=("sea", "sky"), required=("sea",), seed=1
)
ANSWER = {
    "thought": "Water.",
    "title": "Low Tide",
    "concepts": ["sea"],
    "prompt": "The sea at {low} tide.",
}
TEXT = json.dumps(ANSWER)
DRAFT = json.dumps({**ANSWER, "title": "A Draft"})


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"```json\n{json.dumps(ANSWER, indent=2)}\n```",
        f"Sure {{as asked}}! Here it is:\n{TEXT}\nNote: the set {{sea, sky}} was required.",
        f'<think>The pool is {{sea, sky}}; I need {{"title": "x"}}.</think>\n{TEXT}',
        f"<think>\n{DRAFT}\n</think>\n\n{TEXT}",
        f"<think>It never ends, {{\n{TEXT}",
        f"<think>{TEXT}</think>",
        f"[THINK]{DRAFT}[/THINK]{TEXT}",
        f"<|channel|>analysis<|message|>{DRAFT}<|end|><|channel|>final<|message|>{TEXT}",
        f'{DRAFT}\nNo, better:\n{TEXT}\n{{"done": true}}',
        f"{TEXT}\n{json.dumps({**ANSWER, 'title': 'Cut Short'})[:40]}",
        json.dumps({**ANSWER, "notes": "none", "colours": [{"a": 1}]}),
        json.dumps({"composition": ANSWER}),
        json.dumps([ANSWER]),
        TEXT.replace("{low}", "{low}\n"),  # a line break within a string
        "\ufeff" + TEXT,
    ],
)
def test_the_answer_is_found(text: str) -> None:
    made, faults = read_answer(text, REQUEST)
    assert faults == []
    assert made is not None
    assert made.title == "Low Tide"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("I can't draw.", "there is no complete JSON object in it"),
        (TEXT[:-1], "there is no complete JSON object in it"),
        (TEXT.replace('"]', '",]'), "there is no complete JSON object in it"),
        ('{"title": "x"}', "thought Field required"),
        (f'<think>{DRAFT}</think>{{"title": "x"}}', "thought Field required"),
        ('{"a": ' * 4000, "there is no complete JSON object in it"),
        ('{"a": ' * 4000 + "1" + "}" * 4000, "recursion limit exceeded"),
        (f'{{"thought": {"9" * 5000}}}', "there is no complete JSON object in it"),
        ("{}" * 20_000, "thought Field required"),
        ("{" * LONGEST_ANSWER, "there is no complete JSON object in it"),
        ("x" * (LONGEST_ANSWER + 1), "50001 letters; 50000 are the most"),
    ],
)
def test_what_is_wrong_is_told_to_its_writer(text: str, fault: str) -> None:
    made, faults = read_answer(text, REQUEST)
    assert made is None
    assert fault in faults[0]


def test_objects_come_last_first_with_those_within_them() -> None:
    found = [json.loads(text) for text in json_objects('{"a": {"b": 1}} and {"c": 2}')]
    assert found == [{"c": 2}, {"b": 1}, {"a": {"b": 1}}]
