"""Paint through a ComfyUI server: a workflow in API form, with named places for its inputs."""

from __future__ import annotations

import json
import re
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from worker import outgoing
from worker.config.settings import Settings
from worker.errors import BadPicture, Misconfigured, ServiceUnavailable
from worker.meter import Meter
from worker.openai_api import NONSENSE
from worker.painters import PaintRequest, PaintResult

LARGEST_ANSWER = 64 * 2**20
"""Most bytes of one answer, a picture included."""

EXCHANGE_SECONDS = 30.0
"""Most seconds of one exchange; painting itself takes many."""

PAUSE = 1.0
"""Seconds between two questions whether the picture is done."""

CHECK_SECONDS = 5.0
"""Most seconds of `comfyui_fault`."""

_PLACES = ("prompt", "seed", "width", "height")
_PLACE = re.compile("{(" + "|".join(_PLACES) + ")}")
_MODEL_INPUTS = ("ckpt_name", "unet_name", "model_name")

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_OID, "cultural-alien comfyui")


@dataclass(frozen=True)
class Workflow:
    """A workflow in API form: nodes by id, each with `class_type` and `inputs`."""

    nodes: dict[str, Any]
    name: str

    @property
    def model(self) -> str:
        """The name of the model file that it loads, else its own."""
        for node in self.nodes.values():
            for name in _MODEL_INPUTS:
                if isinstance(value := node["inputs"].get(name), str):
                    return " ".join(value.split())
        return self.name

    def has(self, place: str) -> bool:
        """Whether it has a named place."""
        return f"{{{place}}}" in json.dumps(self.nodes)

    def filled(self, values: dict[str, str | int]) -> dict[str, Any]:
        """Return its nodes with the values in the named places.

        A string that is a place alone becomes the value itself, so that numbers stay numbers.
        """

        def fill(value: Any) -> Any:
            match value:
                case dict():
                    return {key: fill(one) for key, one in value.items()}
                case list():
                    return [fill(one) for one in value]
                case str() if alone := _PLACE.fullmatch(value.strip()):
                    return values[alone[1]]
                case str():
                    return _PLACE.sub(lambda found: str(values[found[1]]), value)
            return value

        return {node: fill(content) for node, content in self.nodes.items()}


def load_workflow(file: str) -> Workflow:
    """Read a workflow.

    Raises:
        Misconfigured: the file can't be read, is not in API form, or has no place for the prompt.
    """
    if not file:
        raise Misconfigured("set comfyui.workflow: the file of a workflow in API form")
    path = Path(file).expanduser()
    try:
        nodes = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise Misconfigured(f"comfyui.workflow {file} can't be read: {error}") from error
    if not isinstance(nodes, dict) or not nodes or not all(map(_is_node, nodes.values())):
        raise Misconfigured(
            f"comfyui.workflow {file} is not a workflow in API form: export it in ComfyUI with"
            " Workflow > Export (API)"
        )
    workflow = Workflow(nodes, path.stem)
    if not workflow.has("prompt"):
        raise Misconfigured(
            f'comfyui.workflow {file} has no place for the prompt: write "{{prompt}}" as the text'
            " of a node"
        )
    return workflow


def _is_node(node: object) -> bool:
    return (
        isinstance(node, dict)
        and isinstance(node.get("class_type"), str)
        and isinstance(node.get("inputs"), dict)
    )


class ComfyUIPainter:
    """Paints with a workflow of a ComfyUI server; costs nothing a picture.

    A picture's id at the server follows from the filled workflow, so that a worker that was started
    again finds the picture that it queued before. `width` and `height` are in pixels; `timeout` is
    in seconds, for one picture.
    """

    name = "comfyui"

    def __init__(
        self,
        url: str,
        workflow: Workflow,
        *,
        width: int = 1024,
        height: int = 1024,
        timeout: float = 600.0,
        pause: float = PAUSE,
    ) -> None:
        self._url = url.rstrip("/")
        self._workflow = workflow
        self._size = (width, height)
        self._timeout = timeout
        self._pause = pause
        self._client = outgoing.client(
            seconds=min(timeout, EXCHANGE_SECONDS), largest=LARGEST_ANSWER, trusted=url
        )

    def paint(self, request: PaintRequest, meter: Meter) -> PaintResult:
        """Paint one picture.

        Raises:
            Misconfigured: the server refuses the workflow, or a node of it failed.
            ServiceUnavailable: the server does not answer, or is not done in time.
            BadPicture: what came is no picture.
        """
        width, height = self._size
        nodes = self._workflow.filled(
            {"prompt": request.prompt, "seed": request.seed, "width": width, "height": height}
        )
        wished = str(uuid.uuid5(_NAMESPACE, json.dumps(nodes, sort_keys=True)))
        end = time.monotonic() + self._timeout
        done = self._finished(wished)
        if done is None:
            queued = wished if self._is_queued(wished) else self._queue(nodes, wished)
            done = self._wait(queued, end)
        data = self._view(_image_of(done))
        return PaintResult.of_model(
            data,
            model=self._workflow.model,
            seed=request.seed if self._workflow.has("seed") else None,
            technique="ComfyUI",
        )

    def _finished(self, prompt_id: str) -> dict[str, Any] | None:
        """The outcome of an earlier try, if the server has it and it did not fail."""
        entry = self._history(prompt_id)
        return None if entry is None or _fault_of(entry) else entry

    def _history(self, prompt_id: str) -> dict[str, Any] | None:
        entry = self._json("GET", f"/history/{prompt_id}").get(prompt_id)
        return entry if isinstance(entry, dict) else None

    def _is_queued(self, prompt_id: str) -> bool:
        queue = self._json("GET", "/queue")
        lists = [queue.get(name) for name in ("queue_running", "queue_pending")]
        items = [item for one in lists if isinstance(one, list) for item in one]
        return any(isinstance(item, list) and prompt_id in item[1:2] for item in items)

    def _queue(self, nodes: dict[str, Any], wished: str) -> str:
        """Queue the workflow; older servers give it an id of their own."""
        asked = {"prompt": nodes, "prompt_id": wished, "client_id": str(_NAMESPACE)}
        given = self._json("POST", "/prompt", asked).get("prompt_id")
        if not isinstance(given, str) or not re.fullmatch(r"[\w-]{1,100}", given):
            raise ServiceUnavailable(f"{self._url} queued the workflow without an id")
        return given

    def _wait(self, prompt_id: str, end: float) -> dict[str, Any]:
        while (entry := self._history(prompt_id)) is None:
            if time.monotonic() > end:
                raise ServiceUnavailable(
                    f"{self._url} was not done within {self._timeout:g} s: raise comfyui.timeout"
                )
            time.sleep(self._pause)
        if fault := _fault_of(entry):
            raise fault
        return entry

    def _view(self, image: dict[str, str]) -> bytes:
        return self._exchange("GET", "/view", params=image).content

    def _json(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        response = self._exchange(method, path, json=body)
        try:
            answer = response.json()
        except NONSENSE as error:
            raise ServiceUnavailable(
                f"{self._url}{path} sent no JSON: is it a ComfyUI server?"
            ) from error
        if not isinstance(answer, dict):
            raise ServiceUnavailable(f"{self._url}{path} sent no object: is it a ComfyUI server?")
        return answer

    def _exchange(self, method: str, path: str, **content: Any) -> httpx2.Response:
        where = f"{self._url}{path}"
        try:
            response = self._client.request(method, where, **content)
        except outgoing.NotAllowed as error:
            raise Misconfigured(str(error)) from error
        except outgoing.TooLarge as error:
            raise BadPicture(f"{where}: {error}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ServiceUnavailable(f"{where} does not answer: {error}") from error
        if response.status_code == 200:
            return response
        message = f"{where} answered {response.status_code}: {_told(response)}"
        if response.status_code in (408, 429) or response.status_code >= 500:
            raise ServiceUnavailable(message)
        raise Misconfigured(message)


def comfyui_painter(settings: Settings) -> ComfyUIPainter:
    """Create the painter of the settings.

    Raises:
        Misconfigured: see `load_workflow`.
    """
    section = settings.comfyui
    if not section.url:
        raise Misconfigured("set comfyui.url: the address of a ComfyUI server")
    return ComfyUIPainter(
        section.url,
        load_workflow(section.workflow),
        width=settings.picture.width,
        height=settings.picture.height,
        timeout=section.timeout,
    )


def comfyui_fault(settings: Settings) -> str:
    """Return why ComfyUI can't be used with these settings; empty if it answers."""
    url = settings.comfyui.url.rstrip("/")
    try:
        comfyui_painter(settings)
        with outgoing.client(seconds=CHECK_SECONDS, largest=2**20, trusted=url) as client:
            answer = client.get(f"{url}/system_stats")
        if answer.status_code == 200 and isinstance(answer.json(), dict):
            return ""
    except (Misconfigured, httpx2.HTTPError, httpx2.InvalidURL, *NONSENSE) as error:
        return f"{url}: {error}" if not isinstance(error, Misconfigured) else str(error)
    return f"{url}/system_stats answered {answer.status_code}: is it a ComfyUI server?"


def _fault_of(entry: dict[str, Any]) -> Misconfigured | ServiceUnavailable | None:
    """The failure that an entry of the history tells, if any."""
    status = entry.get("status")
    if not isinstance(status, dict) or status.get("status_str") != "error":
        return None
    messages = status.get("messages")
    for message in messages if isinstance(messages, list) else []:
        match message:
            case ["execution_error", {**told}]:
                return Misconfigured(
                    f"ComfyUI's node {told.get('node_id')} ({told.get('node_type')}) failed:"
                    f" {told.get('exception_type')}: {str(told.get('exception_message')).strip()}"
                )
            case ["execution_interrupted", *_]:
                return ServiceUnavailable("ComfyUI was interrupted while it painted")
    return Misconfigured("ComfyUI failed and does not tell why: see its log")


def _image_of(entry: dict[str, Any]) -> dict[str, str]:
    """The address of the picture: the first that is saved, else the first preview."""
    outputs = entry.get("outputs")
    nodes = outputs.values() if isinstance(outputs, dict) else []
    found = [
        {name: str(image.get(name, "")) for name in ("filename", "subfolder", "type")}
        for node in nodes
        if isinstance(node, dict) and isinstance(node.get("images"), list)
        for image in node["images"]
        if isinstance(image, dict) and image.get("filename")
    ]
    saved = [image for image in found if image["type"] == "output"]
    if not found:
        raise Misconfigured(
            "ComfyUI's workflow gave no picture: it needs a node that saves one (SaveImage)"
        )
    return (saved or found)[0]


def _told(response: httpx2.Response) -> str:
    """What an answer says of its errors, with each node's."""
    try:
        answer = response.json()
        error = answer.get("error")
        told = [_message(error) if isinstance(error, dict) else str(error or "")]
        for node, faults in dict(answer.get("node_errors") or {}).items():
            messages = "; ".join(_message(one) for one in faults["errors"])
            told.append(f"node {node} ({faults.get('class_type')}): {messages}")
    except NONSENSE:
        return repr(response.text[:200])
    return ". ".join(one for one in told if one) or repr(response.text[:200])


def _message(error: dict[str, Any]) -> str:
    parts = (str(error.get(name) or "").strip() for name in ("message", "details"))
    return ": ".join(part for part in parts if part)
