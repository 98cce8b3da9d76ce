"""Local doubles of servers with language models: which endpoints they have, what they refuse, how
they report errors, how they wrap an answer.

They follow the servers' public documentation, sources and bug reports, which each one names.
"""

from __future__ import annotations

import json
from typing import Any

from tests.endpoints.words_server import CHAT, RESPONSES, Reply, WordsServer


class Azure(WordsServer):
    """Azure OpenAI's v1 API: the model is a deployment (learn.microsoft.com, Azure OpenAI)."""

    name = "Azure v1"
    prefix = "/openai/v1"
    model = "my-deployment"

    def wrong_key(self) -> Reply:
        text = "Access denied due to invalid subscription key or wrong API endpoint."
        return Reply({"error": {"code": "401", "message": text}}, 401)

    def unknown_model(self, model: str) -> Reply:
        text = "The API deployment for this resource does not exist."
        return Reply({"error": {"code": "DeploymentNotFound", "message": text}}, 404)


class OpenRouter(WordsServer):
    """Responses in beta; many models fence their JSON (openrouter.ai/docs)."""

    name = "OpenRouter"
    prefix = "/api/v1"
    model = "qwen/qwen3.7-max"

    def error(self, status: int, text: str, *, code: str | None = None, param: str = "") -> Reply:
        return Reply({"error": {"message": text, "code": status}, "user_id": "user_1"}, status)

    def wrong_key(self) -> Reply:
        return self.error(401, "User not found.")

    def unknown_model(self, model: str) -> Reply:
        return self.error(400, f"{model} is not a valid model ID")

    def wraps(self, answer: str) -> dict[str, Any]:
        return {"role": "assistant", "content": f"```json\n{answer}\n```", "reasoning": None}


class LiteLLM(WordsServer):
    """A proxy without /responses, before a model without a seed (BerriAI/litellm#6856)."""

    name = "LiteLLM"
    model = "claude"
    has_responses = False

    def error(self, status: int, text: str, *, code: str | None = None, param: str = "") -> Reply:
        body = {"message": text, "type": "None", "param": "None", "code": str(status)}
        return Reply({"error": body}, status)

    def wrong_key(self) -> Reply:
        return self.error(401, "Authentication Error, Invalid proxy server token passed.")

    def unknown_model(self, model: str) -> Reply:
        return self.error(400, f"/chat/completions: Invalid model name passed in model={model}.")

    def no_route(self, path: str) -> Reply:
        return Reply({"detail": "Not Found"}, 404)

    def refuses(self, path: str, asked: dict[str, Any]) -> Reply | None:
        if "seed" not in asked:
            return None
        return self.error(
            400,
            "litellm.UnsupportedParamsError: anthropic does not support parameters: ['seed'], for"
            " model=claude. To drop these, set `litellm.drop_params=True`",
        )


class Gemini(WordsServer):
    """Errors are lists, an unknown field is refused (ed-donner/agents#45, coder/balatrollm#75)."""

    name = "Gemini"
    prefix = "/v1beta/openai"
    model = "gemini-3-flash-preview"
    has_responses = False

    def error(self, status: int, text: str, *, code: str | None = None, param: str = "") -> Reply:
        said = {"code": status, "message": text, "status": code or "INVALID_ARGUMENT"}
        return Reply([{"error": said}], status)

    def wrong_key(self) -> Reply:
        return self.error(400, "API key not valid. Please pass a valid API key.")

    def unknown_model(self, model: str) -> Reply:
        text = f"models/{model} is not found for API version v1main"
        return self.error(404, text, code="NOT_FOUND")

    def no_route(self, path: str) -> Reply:
        return Reply("", 404)

    def refuses(self, path: str, asked: dict[str, Any]) -> Reply | None:
        if "seed" not in asked:
            return None
        return self.error(
            400, 'Invalid JSON payload received. Unknown name "seed": Cannot find field.'
        )


class VLLM(WordsServer):
    """A context of 8192 tokens, which prompt and answer share (vllm-project/vllm)."""

    name = "vLLM"
    key = ""
    model = "Qwen/Qwen3-8B"
    context = 8192

    def error(self, status: int, text: str, *, code: str | None = None, param: str = "") -> Reply:
        kind = "NotFoundError" if status == 404 else "BadRequestError"
        body = {"message": text, "type": kind, "param": param or None, "code": status}
        return Reply({"error": body}, status)

    def unknown_model(self, model: str) -> Reply:
        return self.error(404, f"The model `{model}` does not exist.", param="model")

    def refuses(self, path: str, asked: dict[str, Any]) -> Reply | None:
        wanted = asked.get("max_output_tokens") or asked.get("max_tokens")
        prompt = len(json.dumps(asked)) // 4
        if wanted + prompt <= self.context:
            return None
        return self.error(
            400,
            f"This model's maximum context length is {self.context} tokens. However, you requested"
            f" {wanted} output tokens and your prompt contains at least {prompt} input tokens."
            " Please reduce the length of the input prompt or the number of requested output"
            " tokens.",
        )


class SGLang(WordsServer):
    """Responses that can't read a list of messages (sgl-project/sglang#17853, #10014)."""

    name = "SGLang"
    key = ""
    model = "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"

    def error(self, status: int, text: str, *, code: str | None = None, param: str = "") -> Reply:
        body = {"object": "error", "message": text, "type": "BadRequestError", "param": None}
        return Reply(body | {"code": status}, status)

    def unknown_model(self, model: str) -> Reply | None:
        return None

    def refuses(self, path: str, asked: dict[str, Any]) -> Reply | None:
        if path == CHAT:
            return None
        return self.error(
            400,
            "1 validation error for ResponseOutputText\ntext\n  Field required [type=missing,"
            " input_value={'content': 'seed and store'}, input_type=dict]",
        )

    def wraps(self, answer: str) -> dict[str, Any]:
        thought = 'The pool is {sea, sky}; {"title": ...} comes first.'
        return {"role": "assistant", "content": answer, "reasoning_content": thought}


class LocalAI(WordsServer):
    """Responses since 3.10 (mudler/LocalAI#8063), whose text format it ignores."""

    name = "LocalAI"
    key = ""
    model = "qwen3-4b"
    enforces_schema = False

    def unknown_model(self, model: str) -> Reply:
        text = f"failed to load model with internal loader: could not load model {model}"
        return Reply({"error": {"code": 500, "message": text, "type": ""}}, 500)

    def wraps(self, answer: str) -> dict[str, Any]:
        return {"role": "assistant", "content": f"Here is the plan {{as asked}}:\n{answer}\n\nBye!"}


class Ollama(WordsServer):
    """A model that ignores the schema, fences its JSON and adds keys (ollama/ollama#17183)."""

    name = "Ollama"
    key = ""
    model = "qwen3.5:9b"
    enforces_schema = False

    def unknown_model(self, model: str) -> Reply:
        kind = "not_found_error"
        body = {"message": f"model '{model}' not found", "type": kind, "param": None, "code": None}
        return Reply({"error": body}, 404)

    def wraps(self, answer: str) -> dict[str, Any]:
        more = json.dumps({**json.loads(answer), "notes": "none"}, indent=1)
        return {"role": "assistant", "content": f"Sure!\n```json\n{more}\n```\nAnything else?"}


class LlamaCpp(WordsServer):
    """No /responses before 2026; json_schema is taken and ignored (ggml-org/llama.cpp#24097)."""

    name = "llama.cpp"
    key = ""
    model = "Qwen3-4B-Q4_K_M.gguf"
    has_responses = False
    enforces_schema = False

    def unknown_model(self, model: str) -> Reply | None:
        return None

    def no_route(self, path: str) -> Reply:
        body = {"message": "File Not Found", "type": "not_found_error", "code": 404}
        return Reply({"error": body}, 404)

    def wraps(self, answer: str) -> dict[str, Any]:
        thought = 'The pool is {sea, sky}; I need {"title": "x"}.'
        return {"role": "assistant", "content": f"<think>\n{thought}\n</think>\n\n{answer}"}


class Mistral(WordsServer):
    """FastAPI's errors for a parameter that it does not know; thoughts and text as parts."""

    name = "Mistral"
    model = "magistral-medium-latest"
    has_responses = False

    def wrong_key(self) -> Reply:
        return Reply({"detail": "Unauthorized"}, 401)

    def unknown_model(self, model: str) -> Reply:
        said = {"object": "error", "message": f"Invalid model: {model}", "type": "invalid_model"}
        return Reply(said | {"param": None, "code": "1500"}, 400)

    def no_route(self, path: str) -> Reply:
        return Reply({"message": "no Route matched with those values"}, 404)

    def refuses(self, path: str, asked: dict[str, Any]) -> Reply | None:
        if "seed" not in asked:
            return None
        fault = {"type": "extra_forbidden", "loc": ["body", "seed"], "input": asked["seed"]}
        detail = [fault | {"msg": "Extra inputs are not permitted"}]
        return Reply({"object": "error", "message": {"detail": detail}, "code": None}, 422)

    def wraps(self, answer: str) -> dict[str, Any]:
        thought = {"type": "thinking", "thinking": [{"type": "text", "text": "{…}"}]}
        return {"role": "assistant", "content": [thought, {"type": "text", "text": answer}]}


class DeepSeek(WordsServer):
    """JSON mode, and no schemas (api-docs.deepseek.com)."""

    name = "DeepSeek"
    prefix = ""
    model = "deepseek-chat"
    has_responses = False

    def no_route(self, path: str) -> Reply:
        return Reply("", 404)

    def refuses(self, path: str, asked: dict[str, Any]) -> Reply | None:
        if asked.get("response_format", {}).get("type") != "json_schema":
            return None
        text = "This response_format type is unavailable now"
        return self.error(400, text, code="invalid_request_error")


class LMStudio(WordsServer):
    """The answer of a model that thinks is in its thoughts (lmstudio-bug-tracker#1773)."""

    name = "LM Studio"
    key = ""
    model = "qwen3.5-9b"
    has_responses = False

    def no_route(self, path: str) -> Reply:
        return Reply({"error": f"Unexpected endpoint or method. (POST {self.prefix}{path})"}, 404)

    def unknown_model(self, model: str) -> Reply | None:
        return None

    def refuses(self, path: str, asked: dict[str, Any]) -> Reply | None:
        if asked.get("response_format", {}).get("type") != "json_object":
            return None
        return Reply({"error": "'response_format.type' must be 'json_schema' or 'text'"}, 400)

    def wraps(self, answer: str) -> dict[str, Any]:
        return {"role": "assistant", "content": "", "reasoning_content": answer}


class TextOnly(WordsServer):
    """A small server: no response formats at all, and a model without a system role."""

    name = "text only"
    key = ""
    model = "gemma-2-9b-it"
    has_responses = False

    def no_route(self, path: str) -> Reply:
        return Reply("404 page not found", 404)

    def refuses(self, path: str, asked: dict[str, Any]) -> Reply | None:
        if "response_format" in asked:
            return Reply({"detail": "response_format is not supported by this model"}, 501)
        if asked["messages"][0]["role"] == "system":
            return Reply({"error": "System role not supported"}, 400)
        return None


class Reasoning(WordsServer):
    """A proxy that allows one route, before a model that wants `max_completion_tokens`."""

    name = "proxy of a reasoning model"
    model = "o4-mini"

    def refuses(self, path: str, asked: dict[str, Any]) -> Reply | None:
        if path == RESPONSES:
            return self.error(403, "Route not allowed for this key")
        if "max_tokens" in asked:
            text = (
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
                " 'max_completion_tokens' instead."
            )
            return self.error(400, text, code="unsupported_parameter", param="max_tokens")
        return None


PRESETS: tuple[type[WordsServer], ...] = (
    *(WordsServer, Azure, OpenRouter, LiteLLM, Gemini, VLLM, SGLang, LocalAI, Ollama, LlamaCpp),
)
"""Those that the documentation has settings for."""

ALL = (*PRESETS, Mistral, DeepSeek, LMStudio, TextOnly, Reasoning)
