"""The ComfyUI painter against a double of its server."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.endpoints.comfyui import WORKFLOW, ComfyUI, OldComfyUI
from tests.endpoints.images import Answer, running
from tests.endpoints.test_image_presets import PICTURES
from tests.worker.conftest import Books
from worker.components import choose_components, painter_of
from worker.config.settings import Settings
from worker.encoders.minilm import MiniLMEncoder
from worker.errors import BadPicture, Misconfigured, ServiceUnavailable
from worker.painters import TRAINED, PaintRequest
from worker.painters.comfyui import ComfyUIPainter, Workflow, comfyui_fault, load_workflow

REQUEST = PaintRequest(
    prompt='A "kiln" {seed}\n\\ by the sea', title="", concepts=(), style="", seed=2**31 - 1
)


@pytest.fixture
def server() -> Iterator[ComfyUI]:
    with running(ComfyUI) as one:
        assert isinstance(one, ComfyUI)
        yield one


def written(folder: Path, workflow: object) -> str:
    file = folder / "kiln.json"
    file.write_text(workflow if isinstance(workflow, str) else json.dumps(workflow))
    return str(file)


def painter_at(server: ComfyUI, **more: Any) -> ComfyUIPainter:
    return ComfyUIPainter(
        server.origin, Workflow(WORKFLOW, "kiln"), width=768, height=512, pause=0.0, **more
    )


def test_paints_with_the_values_in_their_places(server: ComfyUI) -> None:
    books = Books()
    result = painter_at(server).paint(REQUEST, books)
    assert result.data == server.painted[0]
    assert (result.width, result.height, result.media_type) == (48, 32, "image/png")
    assert (result.model, result.seed) == ("flux2-dev.safetensors", REQUEST.seed)
    assert result.digital_source_type == TRAINED
    assert books.entries == [], "it costs nothing"
    [asked] = server.asked
    expected = copy.deepcopy(WORKFLOW)
    expected["3"]["inputs"]["seed"] = 2**31 - 1
    expected["5"]["inputs"] |= {"width": 768, "height": 512}
    expected["6"]["inputs"]["text"] = f"oil, {REQUEST.prompt}"
    assert asked.body["prompt"] == expected


def test_a_picture_that_is_queued_or_done_is_not_queued_again(server: ComfyUI) -> None:
    server.polls = 10**9
    with pytest.raises(ServiceUnavailable, match=r"comfyui\.timeout"):
        painter_at(server, timeout=0.1).paint(REQUEST, Books())
    server.polls = 1
    again = painter_at(server).paint(REQUEST, Books())
    assert painter_at(server).paint(REQUEST, Books()).data == again.data == server.painted[0]
    assert len(server.asked) == len(server.painted) == 1


def test_an_older_server_with_ids_of_its_own_paints_too() -> None:
    with running(OldComfyUI) as server:
        assert isinstance(server, ComfyUI)
        assert painter_at(server).paint(REQUEST, Books()).data == server.painted[0]


def test_a_refused_workflow_names_its_nodes(server: ComfyUI) -> None:
    workflow = copy.deepcopy(WORKFLOW)
    workflow["5"]["inputs"]["width"] = "wide"
    painter = ComfyUIPainter(server.origin, Workflow(workflow, "kiln"))
    with pytest.raises(Misconfigured) as caught:
        painter.paint(REQUEST, Books())
    told = str(caught.value)
    assert "400: Prompt outputs failed validation. node 5 (EmptyLatentImage): Failed to" in told
    assert "width, wide" in told


def test_a_failed_node_is_named_and_tried_again_later(server: ComfyUI) -> None:
    told = {
        "node_id": "3",
        "node_type": "KSampler",
        "exception_type": "torch.OutOfMemoryError",
        "exception_message": "Allocation on device \n",
    }
    server.fails = [["execution_error", told]]
    with pytest.raises(
        Misconfigured, match=r"node 3 \(KSampler\) failed: torch.OutOfMemoryError: Allocation on"
    ):
        painter_at(server).paint(REQUEST, Books())
    assert painter_at(server).paint(REQUEST, Books()).data == server.painted[0]


def test_an_interruption_is_temporary(server: ComfyUI) -> None:
    server.fails = [["execution_interrupted", {"node_id": "3"}]]
    with pytest.raises(ServiceUnavailable, match="interrupted"):
        painter_at(server).paint(REQUEST, Books())


@pytest.mark.parametrize("message", [[], ["execution_error"], ["execution_error", 7], ["new", {}]])
def test_an_untold_failure_is_named_all_the_same(server: ComfyUI, message: list[Any]) -> None:
    server.fails = [message]
    with pytest.raises(Misconfigured, match="does not tell why"):
        painter_at(server).paint(REQUEST, Books())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(b"<html>", kind="text/html"), ServiceUnavailable),
        (Answer([1]), ServiceUnavailable),
        (Answer(b"[" * 10**5), ServiceUnavailable),
        (Answer(b"", 502), ServiceUnavailable),
        (Answer(b"", 401), Misconfigured),
        (Answer({"prompt_id": "../../etc"}), ServiceUnavailable),
        (Answer({"error": 7, "node_errors": [1]}, 400), Misconfigured),
    ],
)
def test_another_server_is_named(
    server: ComfyUI, monkeypatch: pytest.MonkeyPatch, answer: Answer, error: type[Exception]
) -> None:
    monkeypatch.setattr(server, "answer", lambda _: answer)
    with pytest.raises(error, match=server.origin):
        painter_at(server).paint(REQUEST, Books())


ODD_ENTRIES: list[Any] = [
    {},
    {"outputs": None},
    {"outputs": {"9": {"images": [{"filename": ""}]}}},
    {"outputs": {"9": {"images": "x"}}, "status": []},
    {"outputs": {"9": {"text": ["done"]}}},
]


@pytest.mark.parametrize("entry", ODD_ENTRIES)
def test_a_workflow_without_a_picture_is_named(server: ComfyUI, entry: Any) -> None:
    server.finish = lambda prompt_id: server.history.update({prompt_id: entry})  # type: ignore[method-assign]
    with pytest.raises(Misconfigured, match="SaveImage"):
        painter_at(server).paint(REQUEST, Books())


def test_what_is_no_picture_is_told(server: ComfyUI) -> None:
    server.made = lambda data: b"<html>"  # type: ignore[method-assign]
    with pytest.raises(BadPicture):
        painter_at(server).paint(REQUEST, Books())


def test_nobody_there_is_temporary(server: ComfyUI) -> None:
    painter = ComfyUIPainter("http://127.0.0.1:1", Workflow(WORKFLOW, "kiln"))
    with pytest.raises(ServiceUnavailable, match="does not answer"):
        painter.paint(REQUEST, Books())


@pytest.mark.parametrize(
    ("workflow", "hint"),
    [
        ("{", "can't be read"),
        ("[" * 10**5, "can't be read"),
        ({"nodes": [], "links": []}, "API form"),
        ([], "API form"),
        ({}, "API form"),
        ({"6": {"class_type": "A", "inputs": {"text": "no place"}}}, "no place for the prompt"),
    ],
)
def test_a_workflow_that_can_not_be_used_is_told(
    tmp_path: Path, workflow: object, hint: str
) -> None:
    with pytest.raises(Misconfigured, match=hint):
        load_workflow(written(tmp_path, workflow))


def test_no_workflow_is_told(tmp_path: Path) -> None:
    for file in ("", str(tmp_path / "none.json")):
        with pytest.raises(Misconfigured, match=r"comfyui\.workflow"):
            load_workflow(file)


def test_the_check_says_whether_it_answers(server: ComfyUI, tmp_path: Path) -> None:
    file = written(tmp_path, WORKFLOW)

    def fault(**section: str) -> str:
        return comfyui_fault(Settings(comfyui=section))  # type: ignore[arg-type]

    assert fault(url=server.origin, workflow=file) == ""
    assert "set comfyui.workflow" in fault(url=server.origin)
    assert "127.0.0.1:1" in fault(url="http://127.0.0.1:1", workflow=file)
    assert "is it a ComfyUI server?" in fault(url=f"{server.origin}/other", workflow=file)


def test_the_settings_choose_the_painter(server: ComfyUI, tmp_path: Path) -> None:
    section = {"url": server.origin, "workflow": written(tmp_path, WORKFLOW)}
    settings = Settings(comfyui=section, picture={"width": 320, "height": 256})  # type: ignore[arg-type]
    painter = painter_of(settings, "comfyui", MiniLMEncoder())
    assert isinstance(painter, ComfyUIPainter)
    result = painter.paint(REQUEST, Books())
    assert (result.width, result.height) == (20, 16)


def test_it_is_chosen_where_it_answers(
    server: ComfyUI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    file = written(tmp_path, WORKFLOW)

    def painter(url: str) -> str:
        section = {"url": url, "workflow": file}
        settings = Settings(comfyui=section, parts={"image_encoder": "packaged"})  # type: ignore[arg-type]
        return choose_components(settings).parts.painter

    assert (painter(server.origin), painter("http://127.0.0.1:1")) == ("comfyui", "offline")


def test_the_documented_workflow_has_every_place(tmp_path: Path) -> None:
    part = PICTURES.partition("### ComfyUI")[2]
    text, settings = (part.split(f"```{kind}\n")[1].split("```")[0] for kind in ("json", "toml"))
    workflow = load_workflow(written(tmp_path, text))
    assert all(workflow.has(place) for place in ("prompt", "seed", "width", "height"))
    assert Settings(**tomllib.loads(settings)).parts.painter == "comfyui"
