"""`artist run` with image presets: its work is the double's picture, or the error is told.

One preset of each kind; test_image_presets.py has all of them.
"""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import pytest

from storage.archive.archive import Archive
from storage.archive.events import Parts, Spending
from storage.catalogue import Catalogue
from tests.chaos.embedded import settle_in
from tests.endpoints.comfyui import WORKFLOW, ComfyUI
from tests.endpoints.images import KEY, Answer, LlamaCpp, Request, running
from tests.endpoints.test_image_presets import DOUBLES, preset
from tests.served.processes import Process, fork, preload
from tests.served.quick import quick_artist, quick_parts
from tests.served.topology import PRELOADED
from worker.config.sections import ComfyUISection, OpenAISection, Section


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def in_toml(name: str, section: Section) -> str:
    """A table of the settings file, without the prices."""
    values = section.model_dump(exclude={"prices"})
    options = values.pop("image_options", {})
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    lines += [f"image_options.{key} = {json.dumps(value)}" for key, value in options.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def start(folder: Path, section: Section, *, painter: str) -> tuple[Process, Archive]:
    """Start an artist that makes one work."""
    preload(*PRELOADED, "cli.runtime.embedded")
    name = "openai" if isinstance(section, OpenAISection) else "comfyui"
    settings = (
        f'[tuning]\nevery = "0s"\n[storage]\nmin_free_gib = 0\n{in_toml(name, section)}'
        "[picture]\nwidth = 768\nheight = 512\n"
    )
    parts = Parts(**{**dict(quick_parts("quick")), "composer": "grammar", "painter": painter})
    archive = settle_in(folder / "data", settings, every=0.0, parts=parts)
    run = fork(
        quick_artist,
        ("run", "--data", str(folder / "data"), "--cycles", "1", "--no-gallery"),
        environment={"OPENAI_API_KEY": KEY, "OMP_NUM_THREADS": "1"},
        log=folder / "log",
    )
    return run, archive


def finish(run: Process, folder: Path) -> None:
    assert run.wait(90) == 0, (folder / "log").read_text()


@pytest.mark.parametrize("name", ["OpenAI", "LiteLLM", "SGLang by URL", "LocalAI"])
def test_a_work_is_painted_once_and_booked_once(name: str, tmp_path: Path) -> None:
    with running(DOUBLES[name]) as double:
        run, archive = start(tmp_path, preset(name, double).openai, painter="openai")
        finish(run, tmp_path)
    [work] = archive.manifests("alien")
    assert [archive.read_image(work.painting.image)[0]] == double.painted
    assert work.painting.painter == "openai"
    calls = [e for e in archive.events("alien", "spending") if isinstance(e, Spending)]
    closed = [call.state for call in calls if call.state != "reserved"]
    assert closed.count("settled") == 1
    assert len(closed) == len(double.asked)


def test_comfyui_paints_through_the_command(tmp_path: Path) -> None:
    file = tmp_path / "workflow.json"
    file.write_text(json.dumps(WORKFLOW))
    with running(ComfyUI) as double:
        section = ComfyUISection(url=double.origin, workflow=str(file))
        run, archive = start(tmp_path, section, painter="comfyui")
        finish(run, tmp_path)
    [work] = archive.manifests("alien")
    assert [archive.read_image(work.painting.image)[0]] == double.painted
    assert (work.painting.painter, work.painting.model) == ("comfyui", "flux2-dev.safetensors")
    assert list(archive.events("alien", "spending")) == []


class Asked(LlamaCpp):
    """llama.cpp's server, which tells when it was asked for a picture."""

    def __init__(self) -> None:
        self.was_asked = threading.Event()
        super().__init__()

    def answer(self, request: Request) -> Answer:
        if request.method == "POST":
            self.was_asked.set()
        return super().answer(request)


def test_a_server_without_images_is_told_in_full(tmp_path: Path) -> None:
    with running(Asked) as double:
        assert isinstance(double, Asked)
        run, _ = start(tmp_path, preset("llama.cpp", double).openai, painter="openai")
        assert double.was_asked.wait(90), (tmp_path / "log").read_text()
        run.send(signal.SIGTERM)
        run.wait(90)
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'data' / 'catalogue.sqlite3'}")
    cycle = catalogue.cycles.get("alien:1")
    catalogue.close()
    assert cycle is not None
    assert "answered 404: File Not Found" in cycle.last_error
    assert "parts.painter" in cycle.last_error
