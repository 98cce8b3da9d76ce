"""Read a language model's reply, of the Responses API or of chat completions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.text import fit, message
from worker.openai_api import Tokens, token_counts

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion
    from openai.types.chat.chat_completion_message import ChatCompletionMessage
    from openai.types.responses import Response


@dataclass(frozen=True)
class Reply:
    """One reply of either endpoint."""

    text: str = ""
    model: str = ""
    request_id: str = ""
    tokens: Tokens | None = None
    refusal: str = ""
    cut_short: str = ""
    failure: str = ""


def read_response(response: Response) -> Reply:
    """Reply of the Responses API."""
    failure = response.error
    if failure and not getattr(response, "output", None):
        return _failed(response, failure)
    contents = [
        content for item in response.output if item.type == "message" for content in item.content
    ]
    refusals = [content.refusal for content in contents if content.type == "refusal"]
    details = response.incomplete_details
    reason = message(str(details.reason or "")) if details else ""
    if reason == "content_filter":
        refusals.append(reason)
    if failure and failure.code == "invalid_prompt":
        refusals.append(failure.message)
    return Reply(
        text=fit("".join(content.text for content in contents if content.type == "output_text")),
        model=_name(response.model),
        request_id=response._request_id or "",
        tokens=token_counts(response.usage, "input_tokens", "output_tokens"),
        refusal=message("; ".join(refusals)),
        cut_short=reason,
        failure=message(str(failure.message)) if failure else "",
    )


def read_chat(completion: ChatCompletion) -> Reply:
    """Reply of the Chat Completions API."""
    told = getattr(completion, "error", None)
    if told and not getattr(completion, "choices", None):
        return _failed(completion, told)
    choice = completion.choices[0]
    broken = getattr(choice, "error", None)
    filtered = "content_filter" if choice.finish_reason == "content_filter" else ""
    return Reply(
        text=fit(_text(choice.message)),
        model=_name(completion.model),
        request_id=completion._request_id or "",
        tokens=token_counts(completion.usage, "prompt_tokens", "completion_tokens"),
        refusal=message(str(choice.message.refusal or filtered)),
        cut_short="max_output_tokens" if choice.finish_reason == "length" else "",
        failure=_error_message(broken) if broken else "",
    )


def _text(said: ChatCompletionMessage) -> str:
    """What a message says; a model that thinks may have answered there and nowhere else.

    Mistral's models send parts, of which some are thoughts.
    """
    content: object = said.content
    if isinstance(content, list):
        content = "".join(part["text"] for part in content if part["type"] == "text")
    thoughts = (getattr(said, name, None) for name in ("reasoning_content", "reasoning"))
    if isinstance(content, str) and content.strip():
        return content
    if content:
        raise TypeError(f"the content of a message is {type(content).__name__}")
    return next((thought for thought in thoughts if isinstance(thought, str)), "")


def _failed(answer: Response | ChatCompletion, error: object) -> Reply:
    """A reply that is an error, with the status of a success."""
    return Reply(request_id=answer._request_id or "", failure=_error_message(error))


def _error_message(error: object) -> str:
    told = error.get("message") if isinstance(error, dict) else getattr(error, "message", error)
    return message(str(told or error))


def _name(value: object) -> str:
    return value if isinstance(value, str) else ""
