"""A local text-to-image model through Hugging Face's diffusers (extra `diffusers`)."""

from __future__ import annotations

import io
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from worker.cpu_threads import share, torch_threads
from worker.errors import ComponentError, ContentRejected, Misconfigured, ServiceUnavailable
from worker.hub import go_offline_if_away
from worker.meter import Meter
from worker.painters import PaintRequest, PaintResult


class DiffusersPainter:
    """Paints with any pipeline that `AutoPipelineForText2Image` can load; costs nothing a picture.

    `model` is a folder or a hub id. `device` is torch's name, or "auto": CUDA where there is one.
    Steps, guidance and size are the pipeline's own where they are left out. The pipeline is loaded
    at the first picture, and paints one at a time.
    """

    name = "diffusers"

    def __init__(
        self,
        model: str,
        *,
        device: str = "auto",
        steps: int | None = None,
        guidance: float | None = None,
        width: int | None = None,
        height: int | None = None,
    ) -> None:
        self._model = model
        self._device = device
        wished = {
            "num_inference_steps": steps,
            "guidance_scale": guidance,
            "width": width,
            "height": height,
        }
        self._options = {name: value for name, value in wished.items() if value is not None}
        self._lock = threading.Lock()
        self._pipeline: Any = None

    def paint(self, request: PaintRequest, meter: Meter) -> PaintResult:
        """Paint one picture; the same commission, model, device and torch give the same pixels.

        Raises:
            Misconfigured: the extra is missing, or the model can't be loaded or run here.
            ServiceUnavailable: the model can't be fetched from the hub now.
            ContentRejected: the model's own safety checker blacked the picture out.
        """
        with self._lock:
            result = self._run(request)
        if any(getattr(result, "nsfw_content_detected", None) or ()):
            raise ContentRejected(f"{self._model}: its safety checker withheld the picture")
        stream = io.BytesIO()
        result.images[0].save(stream, "PNG")
        data = stream.getvalue()
        return PaintResult.of_model(
            data,
            model=self._model,
            seed=request.seed,
            technique=type(self._pipeline).__name__,
        )

    def _run(self, request: PaintRequest) -> Any:
        if find_spec("diffusers") is None:
            raise Misconfigured(
                "the diffusers painter needs an extra: run `pip install cultural-alien[diffusers]`"
            )
        from cas.lazy_imports import torch

        if self._pipeline is None:
            self._pipeline = self._load()
        # Noise drawn on the CPU is the same on every device.
        noise = torch.Generator("cpu").manual_seed(request.seed % 2**63)
        try:
            with torch_threads(share()):
                return self._pipeline(prompt=request.prompt, generator=noise, **self._options)
        except (RuntimeError, TypeError, ValueError) as error:
            raise Misconfigured(f"{self._model} can't paint here: {error}") from error

    def _load(self) -> Any:
        from diffusers import AutoPipelineForText2Image

        from cas.lazy_imports import torch

        device = self._device
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        if not Path(self._model).exists():
            go_offline_if_away()
        precision = torch.float16 if device.startswith("cuda") else torch.float32
        try:
            loader: Any = AutoPipelineForText2Image
            pipeline = loader.from_pretrained(self._model, dtype=precision)
            pipeline.set_progress_bar_config(disable=True)
            return pipeline.to(device)
        except Exception as error:  # the hub, the folder and the device each raise their own
            raise self._explain(error) from error

    def _explain(self, error: Exception) -> ComponentError:
        from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

        message = f"{self._model} can't be loaded: {error}"
        if Path(self._model).exists() or isinstance(error, RepositoryNotFoundError):
            return Misconfigured(message)
        if isinstance(error, HfHubHTTPError | OSError):
            return ServiceUnavailable(
                f"{message}. Give a folder that holds the pipeline to do without a hub"
            )
        return Misconfigured(message)
