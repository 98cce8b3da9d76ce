"""A local double of OpenAI's own API for text, from which the doubles in `words.py` differ.

It checks what it is sent, notes every fault in `problems`, and composes as a model would that read
its instructions.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jsonschema import Draft202012Validator

RESPONSES, CHAT = "/responses", "/chat/completions"
PARAMETERS = {
    RESPONSES: {"model", "instructions", "input", "max_output_tokens", "text", "store"},
    CHAT: {"model", "messages", "max_tokens", "max_completion_tokens", "seed", "response_format"},
}


@dataclass(frozen=True)
class Sent:
    """A request as it came in."""

    path: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """A response; text is sent as it is."""

    body: object
    status: int = 200


class WordsServer:
    """OpenAI's own API; the other doubles differ from it in what they override."""

    name = "OpenAI"
    prefix = "/v1"
    key = "sk-of-the-double"
    model = "gpt-5.2"
    has_responses = True
    enforces_schema = True

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.problems: list[str] = []
        self.answered: list[str] = []
        self.url = ""

    def paths(self) -> list[str]:
        """The endpoints that were asked, in order."""
        return [sent.path for sent in self.sent]

    # What a double may override.

    def error(self, status: int, text: str, *, code: str | None = None, param: str = "") -> Reply:
        """An error in the server's form."""
        kind = "invalid_request_error"
        body = {"message": text, "type": kind, "param": param or None, "code": code}
        return Reply({"error": body}, status)

    def wrong_key(self) -> Reply:
        """What is said to a wrong key."""
        return self.error(401, "Incorrect API key provided: sk-wrong.", code="invalid_api_key")

    def unknown_model(self, model: str) -> Reply | None:
        """What is said to a model that is not there; None: the name is ignored."""
        text = f"The model `{model}` does not exist or you do not have access to it."
        return self.error(404, text, code="model_not_found")

    def no_route(self, path: str) -> Reply:
        """What is said to an unknown endpoint."""
        return self.error(404, f"Invalid URL (POST {self.prefix}{path})")

    def refuses(self, path: str, asked: dict[str, Any]) -> Reply | None:
        """What is said to a request that this server does not take."""
        return None

    def wraps(self, answer: str) -> dict[str, Any]:
        """The message of a chat that carries the answer."""
        return {"role": "assistant", "content": answer}

    # What all have in common.

    def reply(self, path: str, asked: dict[str, Any], authorization: str) -> Reply:
        """Answer one request."""
        path = path.removeprefix(self.prefix)
        self.sent.append(Sent(path, asked))
        if path not in PARAMETERS or (path == RESPONSES and not self.has_responses):
            return self.no_route(path)
        if self.key and authorization != f"Bearer {self.key}":
            return self.wrong_key()
        self._check(path, asked)
        unknown = self.unknown_model(asked["model"]) if asked["model"] != self.model else None
        refused = unknown or self.refuses(path, asked)
        if refused is not None:
            return refused
        self.answered.append(path)
        return Reply(self._answer(path, self.composed(path, asked)))

    def composed(self, path: str, asked: dict[str, Any]) -> str:
        """What the model answers: JSON of the schema that it was given, or has read."""
        messages = asked["input"] if path == RESPONSES else asked["messages"]
        words = asked.get("instructions", "") + "\n".join(m["content"] for m in messages)
        schema = self._schema_of(path, asked) if self.enforces_schema else None
        told = re.search(r"Its JSON schema: (\{.*)", words)
        if schema is None and told:
            schema = json.JSONDecoder().raw_decode(told[1])[0]
        fields = list(schema["properties"]) if schema else _fields(words)
        return json.dumps(composition(words, fields), ensure_ascii=False)

    def _answer(self, path: str, text: str) -> dict[str, Any]:
        if path == CHAT:
            choice = {"index": 0, "message": self.wraps(text), "finish_reason": "stop"}
            usage = {"prompt_tokens": 700, "completion_tokens": 200, "total_tokens": 900}
            return {"object": "chat.completion", "model": self.model, "choices": [choice]} | {
                "id": "chatcmpl-1",
                "created": 1796000000,
                "usage": usage,
            }
        content = {"type": "output_text", "text": self.wraps(text)["content"], "annotations": []}
        message = {"type": "message", "id": "msg_1", "role": "assistant", "content": [content]}
        return {
            "id": "resp_1",
            "object": "response",
            "created_at": 1796000000,
            "status": "completed",
            "error": None,
            "incomplete_details": None,
            "model": self.model,
            "output": [{"type": "reasoning", "id": "rs_1", "summary": []}, message],
            "usage": {"input_tokens": 700, "output_tokens": 200, "total_tokens": 900},
        }

    @staticmethod
    def _schema_of(path: str, asked: dict[str, Any]) -> dict[str, Any] | None:
        if path == RESPONSES:
            shape = asked.get("text", {}).get("format", {})
        else:
            shape = asked.get("response_format", {}).get("json_schema", {})
        schema: dict[str, Any] | None = shape.get("schema")
        return schema

    def _check(self, path: str, asked: dict[str, Any]) -> None:
        """Note what no server of this kind should be sent."""
        strange = set(asked) - PARAMETERS[path]
        if strange:
            self.problems.append(f"{path} does not know {sorted(strange)}")
        tokens = [value for name, value in asked.items() if "tokens" in name]
        if [type(count) for count in tokens] != [int] or not 512 <= tokens[0] <= 8192:
            self.problems.append(f"numbers of tokens: {tokens}")
        if not 0 <= asked.get("seed", 0) < 2**31:
            self.problems.append(f"the seed is {asked['seed']}")
        turns = [m["role"] for m in asked.get("input", asked.get("messages"))]
        if turns[0] == "system":
            turns = turns[1:]
        if turns != ["user", "assistant"] * (len(turns) // 2) + ["user"]:
            self.problems.append(f"the turns are {turns}")
        schema = self._schema_of(path, asked)
        if schema is not None:
            Draft202012Validator.check_schema(schema)
            self.problems.extend(_not_strict(schema))
        mode = asked.get("response_format", {}).get("type")
        if mode == "json_object" and "JSON" not in json.dumps(asked["messages"]):
            self.problems.append("JSON mode needs the word JSON in the messages")


def _not_strict(schema: object) -> Iterator[str]:
    """What OpenAI's strict mode refuses: objects with other or optional keys."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and (
            schema.get("additionalProperties") is not False
            or set(schema["properties"]) != set(schema.get("required", ()))
        ):
            yield f"not strict: {schema.get('title')}"
        for part in schema.values():
            yield from _not_strict(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _not_strict(part)


def _fields(words: str) -> list[str]:
    """The fields that the instructions describe line by line."""
    return re.findall(r"^(\w+): (?=\S)", words.partition("Artist: ")[0], re.MULTILINE)


def composition(words: str, fields: list[str]) -> dict[str, Any]:
    """An answer to a brief, with the fields that the model knows of."""
    required = json.loads(re.findall(r"Required concepts: (\[.*?\])", words)[0])
    values: dict[str, Any] = {
        "thought": "They meet at the edge of the picture {as they must}.",
        "title": f"Study with {required[0]}",
        "concepts": required,
        "prompt": f"A wide scene that shows {', '.join(required)}; light from the left.",
        "actors": [],
        "relation": None,
    }
    return {field: values.get(field, "") for field in fields}


@contextmanager
def serving(double: WordsServer) -> Iterator[WordsServer]:
    """Serve a double on this machine; its `url` is the base URL of the settings."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(double))
    thread = threading.Thread(target=http.serve_forever, args=(0.01,))
    thread.start()
    double.url = f"http://127.0.0.1:{http.server_port}{double.prefix}"
    try:
        yield double
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _handler(double: WordsServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            reply = double.reply(self.path, body, self.headers["authorization"])
            text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
            data = text.encode()
            self.close_connection = True
            self.send_response(reply.status)
            kind = "text/plain" if isinstance(reply.body, str) else "application/json"
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
