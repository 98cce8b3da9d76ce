"""Local doubles of providers that take a job and are asked for its picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.endpoints.images import KEY, Answer, Double, Request, picture


class Jobs(Double):
    """A provider; a prompt with FORBIDDEN is refused, with BROKEN it fails.

    `rounds` questions are answered with "not yet" before a job is done.
    """

    rounds = 2

    model = ""
    header = "authorization"
    form = "Bearer {}"
    known: frozenset[str] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.jobs: dict[str, dict[str, Any]] = {}
        self.asked_for: dict[str, int] = {}
        self.forgets = False
        self.elsewhere = ""

    def is_authorized(self, headers: Mapping[str, str]) -> bool:
        return headers.get(self.header) == self.form.format(KEY)

    def answer(self, request: Request) -> Answer:
        path = urlsplit(request.path).path
        if path in self.files:
            return Answer(self.files[path], kind="image/png")
        if not self.is_authorized(request.headers):
            return self.unauthorized()
        if request.method == "POST":
            return self.take(path, request.body)
        return self.tell(request.path)

    def begin(self, inputs: dict[str, Any], *, size: str) -> str:
        job = f"job-{len(self.jobs) + 1}"
        self.jobs[job], self.asked_for[job] = inputs, 0
        data = picture(inputs.get("seed", job), size=size)
        self.painted.append(data)
        self.files[f"/files/{job}.png"] = data
        return job

    def is_done(self, job: str) -> bool:
        self.asked_for[job] += 1
        return self.asked_for[job] > self.rounds

    def file(self, job: str) -> str:
        return f"{self.elsewhere or self.origin}/files/{job}.png"

    def take(self, path: str, body: dict[str, Any]) -> Answer:
        raise NotImplementedError

    def tell(self, path: str) -> Answer:
        raise NotImplementedError


class BlackForestLabs(Jobs):
    """`polling_url`; `status` in words; a signed URL of the picture that ends after ten minutes."""

    model, header, form = "flux-2-pro", "x-key", "{}"
    known = frozenset({"prompt", "width", "height", "seed", "output_format", "safety_tolerance"})

    def unauthorized(self) -> Answer:
        return Answer({"detail": "Not authenticated"}, 403)

    def take(self, path: str, body: dict[str, Any]) -> Answer:
        if path != f"{self.base_path}/{self.model}":
            return Answer({"detail": "Not Found"}, 404)
        wrong = set(body) - (self.known or set()) or {
            name for name in ("width", "height") if body.get(name, 64) % 16
        }
        if wrong:
            detail = [{"loc": ["body", name], "msg": "invalid", "type": "value"} for name in wrong]
            return Answer({"detail": detail}, 422)
        job = self.begin(body, size=f"{body.get('width', 1024)}x{body.get('height', 1024)}")
        polling = f"{self.elsewhere or self.origin}{self.base_path}/get_result?id={job}"
        return Answer({"id": job, "polling_url": polling})

    def tell(self, path: str) -> Answer:
        job = path.partition("?id=")[2]
        if self.forgets or job not in self.jobs:
            return Answer({"id": job, "status": "Task not found", "result": None})
        if not self.is_done(job):
            return Answer({"id": job, "status": "Pending", "result": None})
        prompt = self.jobs[job]["prompt"]
        if "FORBIDDEN" in prompt:
            return Answer({"id": job, "status": "Request Moderated", "result": None})
        if "BROKEN" in prompt:
            return Answer(
                {"id": job, "status": "Error", "result": None, "details": {"error": "GPU"}}
            )
        sample = {"sample": f"{self.origin}/files/{job}.png", "prompt": prompt}
        return Answer({"id": job, "status": "Ready", "result": sample})


class Replicate(Jobs):
    """Predictions: `urls.get`, `status`, and `output`, one URL or several."""

    model = "black-forest-labs/flux-2-pro"

    def unauthorized(self) -> Answer:
        return Answer({"title": "Unauthenticated", "detail": "You did not pass a token"}, 401)

    def take(self, path: str, body: dict[str, Any]) -> Answer:
        if path != "/v1/predictions" or set(body) != {"version", "input"}:
            return Answer({"detail": "Not found"}, 404)
        if body["version"] != self.model:
            told = "Invalid version or not permitted: the specified version does not exist"
            return Answer({"title": "Invalid version or not permitted", "detail": told}, 422)
        job = self.begin(body["input"], size="1536x1024")
        return Answer(self.prediction(job, "starting"), 201)

    def tell(self, path: str) -> Answer:
        job = path.rpartition("/")[2]
        if job not in self.jobs:
            return Answer({"detail": "Not found", "status": 404}, 404)
        if not self.is_done(job):
            return Answer(self.prediction(job, "processing"))
        if self.forgets:
            return Answer({**self.prediction(job, "succeeded"), "data_removed": True})
        prompt = self.jobs[job]["prompt"]
        if "FORBIDDEN" in prompt:
            error = "The input or output was flagged as sensitive. Please try again. (E005)"
            return Answer({**self.prediction(job, "failed"), "error": error})
        if "BROKEN" in prompt:
            return Answer({**self.prediction(job, "failed"), "error": "CUDA out of memory"})
        return Answer({**self.prediction(job, "succeeded"), "output": [self.file(job)]})

    def prediction(self, job: str, status: str) -> dict[str, Any]:
        get = f"{self.origin}/v1/predictions/{job}"
        urls = {"get": get, "cancel": f"{get}/cancel", "web": "https://replicate.com/p/x"}
        return {"id": job, "status": status, "output": None, "error": None, "urls": urls}


class Fal(Jobs):
    """A queue: `status_url`, then `response_url` with what the model returned, errors included."""

    base_path = ""
    model, form = "fal-ai/flux-2-pro", "Key {}"

    def unauthorized(self) -> Answer:
        return Answer({"detail": "Cannot access application, invalid key"}, 401)

    def take(self, path: str, body: dict[str, Any]) -> Answer:
        if path != f"/{self.model}":
            return Answer({"detail": "Application 'nonsense' not found"}, 404)
        size = body.get("image_size") or {"width": 1024, "height": 1024}
        job = self.begin(body, size=f"{size['width']}x{size['height']}")
        return Answer(
            {"request_id": job, "status": "IN_QUEUE", "queue_position": 0, **self.urls(job)}
        )

    def urls(self, job: str) -> dict[str, str]:
        base = f"{self.origin}/fal-ai/flux-2-pro/requests/{job}"
        return {
            "status_url": f"{base}/status",
            "response_url": base,
            "cancel_url": f"{base}/cancel",
        }

    def tell(self, path: str) -> Answer:
        job = path.rsplit("/requests/", maxsplit=1)[-1].partition("/")[0]
        if self.forgets or job not in self.jobs:
            return Answer({"detail": "Request not found"}, 404)
        if path.endswith("/status"):
            state = "COMPLETED" if self.is_done(job) else "IN_PROGRESS"
            return Answer({"status": state, "request_id": job, **self.urls(job)})
        prompt = self.jobs[job]["prompt"]
        if "FORBIDDEN" in prompt:
            flagged = "The content was flagged by a content checker."
            error = {"loc": ["body", "prompt"], "msg": flagged, "type": "content_policy_violation"}
            return Answer({"detail": [error]}, 422)
        if "BROKEN" in prompt:
            error = {
                "loc": ["body"],
                "msg": "Internal server error",
                "type": "internal_server_error",
            }
            return Answer({"detail": [error]}, 422)
        image = {"url": self.file(job), "width": 96, "height": 64, "content_type": "image/png"}
        return Answer({"images": [image], "seed": 7, "has_nsfw_concepts": [False]})
