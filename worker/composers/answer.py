"""Prompt, answer and validation of the language model that plans a picture."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from storage.text import Concept, Line, Prompt, Prose, has_visible_text, message, shortened
from worker.composers import ComposeRequest

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


class Answer(BaseModel):
    """What the model is asked for."""

    model_config = ConfigDict(extra="forbid")

    thought: Prose
    title: Line
    concepts: list[Concept] = Field(description="the required concepts, and others from the pool")
    prompt: Prompt


def schema() -> dict[str, Any]:
    """The answer's JSON schema, named, as both of OpenAI's endpoints want it."""
    return {"name": "composition", "strict": True, "schema": Answer.model_json_schema()}


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


def read_answer(text: str, request: ComposeRequest) -> tuple[Answer | None, list[str]]:
    """Parse and check an answer; the list says, to its writer, what is wrong with it."""
    if len(text) > LONGEST_ANSWER:
        return None, [f"it has {len(text)} letters; {LONGEST_ANSWER} are the most"]
    # Small models think aloud or fence their JSON.
    start, end = text.find("{"), text.rfind("}")
    try:
        answer = Answer.model_validate_json(text[start : end + 1] if start >= 0 else text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return None, [f"it is not the JSON asked for: {where} {first['msg']}".replace("  ", " ")]
    known = {_folded(concept): concept for concept in (*request.pool, *request.required)}
    given = [known.get(_folded(c.strip()), c) for c in answer.concepts]
    answer.concepts = list(dict.fromkeys(given))
    answer.thought = shortened(answer.thought.strip(), LONGEST_THOUGHT)
    return answer, _faults(answer, request)


def _faults(answer: Answer, request: ComposeRequest) -> list[str]:
    allowed = {*request.pool, *request.required}
    most = len(set(request.required)) + MOST_EXTRA
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
    prompt = _folded(answer.prompt)
    if not has_visible_text(prompt):
        return [*faults, "the prompt is empty"]
    unnamed = [c for c in answer.concepts if c in allowed and _folded(c) not in prompt]
    if unnamed:
        faults.append(f"the prompt does not name these concepts: {', '.join(unnamed)}")
    if len(prompt) > LONGEST_PROMPT:
        faults.append(f"the prompt has {len(prompt)} letters; {LONGEST_PROMPT} are the most")
    return faults


def _folded(text: str) -> str:
    """A text as it is compared, whatever its case and however its accents are composed."""
    return unicodedata.normalize("NFC", text).casefold()
