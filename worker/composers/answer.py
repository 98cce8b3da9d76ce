"""Prompt, answer and validation of the language model that plans a picture."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from storage.archive.manifest import Composition
from storage.text import Concept, Line, Prompt, Prose, has_visible_text, message, shortened
from worker.composers import ComposeRequest
from worker.composers.json_objects import json_objects

MOST_EXTRA = 4
LONGEST_PROMPT = 4000
LONGEST_TITLE = 120
LONGEST_THOUGHT = 2000
LONGEST_ANSWER = 50_000
"""Letters of a whole answer that is looked at."""

INSTRUCTIONS = f"""\
You are the artist named below, planning your next picture. Answer in JSON with four fields.
thought: one or two sentences on why these concepts belong together.
title: as it would hang in a gallery, at most ten words, unlike the recent titles.
concepts: every required concept, and up to {MOST_EXTRA} more from the pool; copied letter for
letter from the lists, nothing else.
prompt: 60 to 150 words for a painter who sees only them. Name every concept in `concepts` in its
own words. State the subject, the place, where each thing stands in relation to the others, exact
colours, and the source and direction of the light. Avoid words for moods, and names of artists.
"""


class NamedWork(BaseModel):
    """What every answer says: why, how the work is called, and what it shows."""

    model_config = ConfigDict(extra="forbid")

    thought: Prose
    title: Line
    concepts: list[Concept] = Field(description="the required concepts, and others from the pool")


class Answer(NamedWork):
    """What the model is asked for."""

    prompt: Prompt


Read = tuple[Composition | None, list[str]]
"""A composition as it was answered, or what is wrong with the answer."""


@dataclass(frozen=True)
class Questions:
    """What a model is asked, and how its answer is read."""

    instructions: str
    schema: Mapping[str, Any]
    brief: Callable[[ComposeRequest], str]
    read: Callable[[str, ComposeRequest], Read]


def schema(answer: type[NamedWork] = Answer) -> dict[str, Any]:
    """The answer's JSON schema, named, as both of OpenAI's endpoints want it."""
    return {"name": "composition", "strict": True, "schema": answer.model_json_schema()}


def write_form(shape: Mapping[str, Any]) -> str:
    """The form of the answer in words, for models that get no schema, or ignore it."""
    told = json.dumps(shape["schema"], ensure_ascii=False)
    return f"Answer with one JSON object and nothing else. Its JSON schema: {told}"


def write_brief(request: ComposeRequest) -> str:
    """The request in words."""
    lines = [
        f"Artist: {request.artist}",
        f"Statement: {request.statement}",
        f"Style: {request.style}" if request.style else "",
        f"Required concepts: {json.dumps(list(request.required), ensure_ascii=False)}",
        f"Pool: {json.dumps(list(request.pool), ensure_ascii=False)}",
    ]
    if request.recent_titles:
        lines.append(
            f"Recent titles: {json.dumps(list(request.recent_titles), ensure_ascii=False)}"
        )
    if request.refusal:
        lines.append(
            f"The painter refused an earlier prompt: {request.refusal}. Write one that shows the"
            " same concepts in a way that anyone may see."
        )
    return "\n".join(line for line in lines if line)


def write_faults(faults: Sequence[str]) -> str:
    """What is sent back with a wrong answer."""
    wrong = "\n".join(f"- {message(fault)}" for fault in faults)
    return f"That answer can't be used:\n{wrong}\nAnswer again, whole, in the same JSON."


def read_answer(text: str, request: ComposeRequest) -> Read:
    """Parse and check an answer; the list says, to its writer, what is wrong with it."""
    answer, faults = parse(Answer, text, request)
    if answer is None:
        return None, faults
    faults = [
        *faults,
        *concept_faults(answer, request, most=len(set(request.required)) + MOST_EXTRA),
        *_prompt_faults(answer, {*request.pool, *request.required}),
    ]
    made = Composition(
        title=answer.title.strip(),
        prompt=answer.prompt.strip(),
        concepts=tuple(answer.concepts),
        thought=answer.thought,
        composer="openai",
    )
    return (None, faults) if faults else (made, [])


FREE = Questions(INSTRUCTIONS, schema(), write_brief, read_answer)
"""What is asked where a painter reads the prompt itself."""

Work = TypeVar("Work", bound=NamedWork)


def parse(kind: type[Work], text: str, request: ComposeRequest) -> tuple[Work | None, list[str]]:
    """The answer, its concepts as the pool writes them; else what is wrong with its form."""
    if len(text) > LONGEST_ANSWER:
        return None, [f"it has {len(text)} letters; {LONGEST_ANSWER} are the most"]
    answer = _last_fitting(kind, text)
    if isinstance(answer, str):
        return None, [f"it is not the JSON asked for: {answer}"]
    answer.concepts = as_written(answer.concepts, (*request.pool, *request.required))
    answer.thought = shortened(answer.thought.strip(), LONGEST_THOUGHT)
    return answer, []


def _last_fitting(kind: type[Work], text: str) -> Work | str:
    """The last complete object that fits; else what is wrong with the largest one."""
    fault, largest = "there is no complete JSON object in it", 0
    for found in json_objects(text):
        try:
            return kind.model_validate_json(found, extra="ignore")
        except ValidationError as error:
            if len(found) > largest:
                first, largest = error.errors(include_url=False)[0], len(found)
                fault = f"{'.'.join(map(str, first['loc']))} {first['msg']}".strip()
    return fault if text.strip() else "it is empty"


def as_written(given: Iterable[str], known: Iterable[str]) -> list[str]:
    """Each once, and as `known` writes it, whatever its case and its accents."""
    table = {_folded(word): word for word in known}
    return list(dict.fromkeys(table.get(_folded(word.strip()), word) for word in given))


def concept_faults(answer: NamedWork, request: ComposeRequest, *, most: int) -> list[str]:
    """What is wrong with the concepts and the title."""
    allowed = {*request.pool, *request.required}
    faults = []
    strange = [concept for concept in answer.concepts if concept not in allowed]
    if strange:
        faults.append(f"these concepts are not in the pool: {', '.join(strange)}")
    missing = [concept for concept in request.required if concept not in answer.concepts]
    if missing:
        faults.append(f"these required concepts are missing: {', '.join(missing)}")
    if len(answer.concepts) > most:
        faults.append(f"it uses {len(answer.concepts)} concepts; {most} are the most")
    if not has_visible_text(answer.title):
        faults.append("the title is empty")
    if len(answer.title) > LONGEST_TITLE:
        faults.append(f"the title has {len(answer.title)} letters; {LONGEST_TITLE} are the most")
    return faults


def _prompt_faults(answer: Answer, allowed: set[str]) -> list[str]:
    prompt = _folded(answer.prompt)
    if not has_visible_text(prompt):
        return ["the prompt is empty"]
    faults = []
    unnamed = [c for c in answer.concepts if c in allowed and _folded(c) not in prompt]
    if unnamed:
        faults.append(f"the prompt does not name these concepts: {', '.join(unnamed)}")
    if len(prompt) > LONGEST_PROMPT:
        faults.append(f"the prompt has {len(prompt)} letters; {LONGEST_PROMPT} are the most")
    return faults


def _folded(text: str) -> str:
    """A text as it is compared, whatever its case and however its accents are composed."""
    return unicodedata.normalize("NFC", text).casefold()
