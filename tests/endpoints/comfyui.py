"""A local double of ComfyUI's server: queue, history, pictures, and its errors."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.endpoints.images import Answer, Double, Request, picture

WORKFLOW: dict[str, Any] = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": "{seed}",
            "steps": 20,
            "model": ["4", 0],
            "positive": ["6", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "flux2-dev.safetensors"}},
    "5": {
        "class_type": "EmptyLatentImage",
        "inputs": {"width": "{width}", "height": "{height}", "batch_size": 1},
    },
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "oil, {prompt}", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "art", "images": ["8", 0]}},
}


class ComfyUI(Double):
    """Paints at the `polls`-th question for the history; `fails` as its executions do.

    It checks the workflow's numbers as the real server does. `takes_ids` is false for older ones.
    """

    base_path = ""
    needs_key = False
    takes_ids = True
    polls = 2

    def __init__(self) -> None:
        super().__init__()
        self.queue: dict[str, dict[str, Any]] = {}
        self.history: dict[str, Any] = {}
        self.fails: list[list[Any]] = []
        self._asked = 0

    def answer(self, request: Request) -> Answer:
        parts = urlsplit(request.path)
        match request.method, parts.path.split("/")[1:]:
            case "POST", ["prompt"]:
                return self.accept(request.body)
            case "GET", ["history", prompt_id]:
                return Answer(self.look(prompt_id))
            case "GET", ["queue"]:
                items = [[number, one, {}, {}, []] for number, one in enumerate(self.queue)]
                return Answer({"queue_running": items[:1], "queue_pending": items[1:]})
            case "GET", ["view"]:
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                data = self.files.get(asked["filename"])
                return Answer(data or b"", 200 if data else 404, "image/png")
            case "GET", ["system_stats"]:
                return Answer({"system": {"comfyui_version": "0.28"}, "devices": []})
        return Answer(b"404: Not Found", 404, "text/plain")

    def accept(self, body: dict[str, Any]) -> Answer:
        nodes = body["prompt"]
        faults = {}
        for node, content in nodes.items():
            wrong = [
                name
                for name in ("seed", "width", "height")
                if name in content["inputs"] and not isinstance(content["inputs"][name], int)
            ]
            if wrong:
                told = {
                    "type": "invalid_input_type",
                    "message": "Failed to convert an input value to a INT value",
                    "details": f"{wrong[0]}, {content['inputs'][wrong[0]]}",
                }
                faults[node] = {"errors": [told], "class_type": content["class_type"]}
        if faults:
            error = {
                "type": "prompt_outputs_failed_validation",
                "message": "Prompt outputs failed validation",
                "details": "",
            }
            return Answer({"error": error, "node_errors": faults}, 400)
        prompt_id = body["prompt_id"] if self.takes_ids else str(uuid.uuid4())
        self.queue[prompt_id] = nodes
        return Answer({"prompt_id": prompt_id, "number": 1, "node_errors": {}})

    def look(self, prompt_id: str) -> dict[str, Any]:
        if prompt_id in self.queue:
            self._asked += 1
            if self._asked >= self.polls:
                self.finish(prompt_id)
        return {prompt_id: self.history[prompt_id]} if prompt_id in self.history else {}

    def finish(self, prompt_id: str) -> None:
        nodes = self.queue.pop(prompt_id)
        if self.fails:
            status = {"status_str": "error", "completed": False, "messages": [self.fails.pop(0)]}
            self.history[prompt_id] = {"status": status, "outputs": {}}
            return
        size = nodes["5"]["inputs"]
        name = f"art_{len(self.painted):05}_.png"
        self.files[name] = self.made(
            picture(json.dumps(nodes), size=f"{size['width']}x{size['height']}")
        )
        preview = {"filename": "preview.png", "subfolder": "", "type": "temp"}
        saved = {"filename": name, "subfolder": "", "type": "output"}
        self.history[prompt_id] = {
            "status": {"status_str": "success", "completed": True, "messages": []},
            "outputs": {"7": {"images": [preview]}, "9": {"images": [saved]}},
        }


class OldComfyUI(ComfyUI):
    """A server that gives ids of its own."""

    takes_ids = False
