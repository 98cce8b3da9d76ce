"""The presets of docs/howto/endpoints.md paint with doubles of their servers, as its table says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.endpoints import images
from tests.endpoints.images import KEY, Double, running
from tests.worker.conftest import Books
from worker.components import image_settings_of
from worker.config.settings import Settings
from worker.errors import BadPicture, ComponentError, ContentRejected, Misconfigured
from worker.model_servers import painter_server
from worker.painters import PaintRequest, PaintResult
from worker.painters.openai import OpenAIPainter

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "endpoints.md"
PICTURES = PAGE.read_text(encoding="utf-8").partition("## Pictures\n")[2].partition("\n## ")[0]
REQUEST = PaintRequest(
    prompt="A kiln by the sea | left", title="Kiln", concepts=("kiln",), style="", seed=1234
)
DOUBLES: dict[str, type[Double]] = {
    "OpenAI": images.OpenAI,
    "Azure": images.Azure,
    "OpenRouter": images.OpenRouter,
    "LiteLLM": images.LiteLLM,
    "Gemini": images.Gemini,
    "vLLM-Omni": images.VLLMOmni,
    "SGLang": images.SGLang,
    "SGLang by URL": images.SGLang,
    "LocalAI": images.LocalAI,
    "Ollama": images.Ollama,
    "llama.cpp": images.LlamaCpp,
}
PAINTING = [name for name in DOUBLES if name != "llama.cpp"]


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.fixture
def double(request: pytest.FixtureRequest) -> Iterator[Double]:
    with running(DOUBLES[request.param]) as one:
        yield one


def preset(name: str, double: Double, **changes: object) -> Settings:
    """The settings of a preset, at a double."""
    found = re.search(rf"^### {re.escape(name)}\n.*?```toml\n(.*?)```", PICTURES, re.S | re.M)
    assert found, name
    content = tomllib.loads(found[1])
    path = urlsplit(content["openai"].get("base_url", "https://api.openai.com/v1")).path
    assert double.base_path == path
    content["openai"] |= {"base_url": double.origin + path, **changes}
    return Settings(**content)


def painter_of(settings: Settings) -> OpenAIPainter:
    server = painter_server(settings)
    return OpenAIPainter(
        server.endpoint,
        model=server.model,
        images=image_settings_of(settings),
        ceiling=server.ceiling,
    )


def paint(name: str, double: Double, books: Books, **changes: object) -> PaintResult:
    return painter_of(preset(name, double, **changes)).paint(REQUEST, books)


both = pytest.mark.parametrize(
    ("name", "double"), [(name, name) for name in PAINTING], indirect=["double"]
)


@both
def test_a_preset_paints_once_and_pays_once(name: str, double: Double) -> None:
    books = Books()
    painter = painter_of(preset(name, double))
    first, second = (painter.paint(REQUEST, books) for _ in range(2))
    assert [first.data, second.data] == double.painted
    assert books.states.count("settled") == 2
    assert [entry.result for entry in books.entries if entry.state == "settled"] == double.painted
    refused = books.states.count("refused")
    assert len(double.asked) == 2 + refused, "each call has an entry"
    assert refused == (name in ("Azure", "OpenRouter", "LiteLLM")), "it is found out once"
    assert all("|" not in one.body["prompt"] for one in double.asked)


@both
def test_a_wrong_key_is_named(name: str, double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    if not double.needs_key:
        pytest.skip("needs no key")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong")
    with pytest.raises(Misconfigured, match=r"401.*OPENAI_API_KEY"):
        paint(name, double, Books())


def test_the_table_says_what_happens(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row(name, kind) for name, kind in DOUBLES.items()]
    print("\n".join(rows))
    told = [line for line in PICTURES.splitlines() if line.startswith("| ")][1:]
    assert told == rows


def row(name: str, kind: type[Double]) -> str:
    """A line of the table, from what a double of the endpoint did."""
    with running(kind) as double:
        try:
            result = paint(name, double, Books())
        except ComponentError as error:
            return f"| {name} | none | – | – | {words(error)} |"
        size = f"{result.width * 16}x{result.height * 16}"
        cells = [name, form(double), size, seed(name, kind, result), refusal(name, double)]
        return f"| {' | '.join(cells)} |"


def form(double: Double) -> str:
    last = double.asked[-1].body
    if any(one.method == "GET" for one in double.requests):
        return "URL"
    if last.get("stream"):
        return "base64, streamed"
    if "response_format" in last:
        return "base64, asked for"
    refused = len(double.asked) > 1
    return "base64; `response_format` refused once" if refused else "base64"


def seed(name: str, kind: type[Double], result: PaintResult) -> str:
    if result.seed is None:
        return "not sent"
    with running(kind) as again:
        assert paint(name, again, Books()).data == result.data
        assert again.asked[-1].body["seed"] == result.seed == REQUEST.seed
    return "sent: the same picture again"


def refusal(name: str, double: Double) -> str:
    """What a wrong model leads to; a wrong size at servers of one model, which ignore its name."""
    has_one_model = isinstance(double, images.VLLMOmni | images.SGLang)
    wrong = {"image_size": "large"} if has_one_model else {"image_model": "nonsense"}
    with pytest.raises(ComponentError) as caught:
        paint(name, double, Books(), **wrong)
    return words(caught.value)


def words(error: ComponentError) -> str:
    told = re.sub(r"127\.0\.0\.1(:\d+)?", "HOST", str(error).partition("\n")[0])
    return f"{type(error).__name__}: {told}".replace("|", "/")


def test_a_model_that_does_not_paint_is_named() -> None:
    books = Books()
    with running(images.Ollama) as double, pytest.raises(BadPicture, match="make images"):
        paint("Ollama", double, books, image_model="llama3.2")
    assert books.states == ["settled"]


@pytest.mark.parametrize("kind", [images.OldOllama, images.LlamaCpp])
def test_a_server_without_images_is_told_so_and_costs_nothing(kind: type[Double]) -> None:
    books = Books()
    with running(kind) as double, pytest.raises(Misconfigured, match=r"404.*parts\.painter"):
        paint("Ollama", double, books)
    assert books.states == ["refused"]


def test_an_old_sglang_is_asked_for_base64() -> None:
    with running(images.OldSGLang) as double:
        assert paint("SGLang", double, Books()).data == double.painted[0]
        books = Books()
        with pytest.raises(Misconfigured, match="response_format='url' requires cloud storage"):
            paint("SGLang by URL", double, books)
        assert books.states == ["refused"]
        assert len(double.painted) == 2, "it is not asked again"


def test_a_relative_url_is_fetched_with_the_key_of_its_own_server() -> None:
    with running(images.SGLang) as double:
        paint("SGLang by URL", double, Books())
        fetched = double.requests[-1]
        assert (fetched.method, fetched.path) == ("GET", "/v1/images/1/content")
        assert fetched.headers["authorization"] == f"Bearer {KEY}"


def test_no_negative_prompt_is_sent_by_chance() -> None:
    with running(images.LocalAI) as double:
        paint("LocalAI", double, Books())
        assert isinstance(double, images.LocalAI)
        assert double.negative == []
        assert double.asked[-1].body["prompt"] == "A kiln by the sea / left"


def test_options_are_passed_through() -> None:
    with running(images.VLLMOmni) as double:
        paint("vLLM-Omni", double, Books(), image_options={"guidance_scale": 4.0, "new": [1, {}]})
        assert double.asked[-1].body == {
            "model": "Qwen/Qwen-Image",
            "prompt": "A kiln by the sea / left",
            "n": 1,
            "size": "1536x1024",
            "seed": 1234,
            "response_format": "b64_json",
            "guidance_scale": 4.0,
            "new": [1, {}],
        }


def test_azure_takes_the_key_in_the_usual_header() -> None:
    with running(images.Azure) as double:
        paint("Azure", double, Books())
        assert double.asked[-1].headers["authorization"] == f"Bearer {KEY}"
        assert "api-key" not in double.asked[-1].headers


def test_a_refused_prompt_is_told_as_such() -> None:
    books = Books()
    forbidden = PaintRequest(prompt="FORBIDDEN", title="", concepts=(), style="", seed=1)
    with running(images.OpenAI) as double, pytest.raises(ContentRejected):
        painter_of(preset("OpenAI", double)).paint(forbidden, books)
    assert books.states == ["refused"]
