"""Image vectors by CLIP through open_clip; weights come from the hub or from a file."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from storage.archive.manifest import Float32
from worker.cpu_threads import threads_for, torch_threads
from worker.errors import Misconfigured, ServiceUnavailable
from worker.hub import go_offline_if_away
from worker.painters.picture import load_picture

BATCH = 16


class ClipEncoder:
    """The image encoder of a CLIP model (Radford et al. 2021), unit-normalised.

    `model` and `pretrained` are open_clip's names. `weights` is a local file of the same
    architecture, used instead of the download; the tag still decides the GELU variant and the
    pixels' mean and deviation. The model is loaded at the first picture.
    """

    alike: float | None = None

    def __init__(
        self,
        model: str = "ViT-B-32",
        pretrained: str = "openai",
        *,
        weights: Path | None = None,
        device: str = "cpu",
    ) -> None:
        self._architecture = model
        self._pretrained = pretrained
        self._weights = weights
        self._device = device
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    @cached_property
    def name(self) -> str:
        """`open_clip/MODEL/TAG`; for a local file, the start of its SHA-256 replaces the tag.

        Raises:
            Misconfigured: the local file can't be read.
        """
        if self._weights is None:
            return f"open_clip/{self._architecture}/{self._pretrained}"
        try:
            with self._weights.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise Misconfigured(f"CLIP's weights can't be read: {error}") from error
        return f"open_clip/{self._architecture}/{digest[:12]}"

    @cached_property
    def size(self) -> int:
        """Length of the vectors.

        Raises:
            Misconfigured: open_clip has no such model.
        """
        return int(self._config()["embed_dim"])

    def encode(self, images: Sequence[bytes]) -> Float32:
        """Return unit vectors, shape (len(images), size), float32. Safe from several threads.

        Raises:
            BadPicture: one of them can't be decoded.
            ServiceUnavailable: the weights can't be fetched now.
            Misconfigured: no such model or tag, or the file holds another model.
        """
        with torch_threads(threads_for(len(images))):
            vectors = [
                self._encode_batch(images[start : start + BATCH])
                for start in range(0, len(images), BATCH)
            ]
        return np.concatenate(vectors) if vectors else np.empty((0, self.size), np.float32)

    def _encode_batch(self, images: Sequence[bytes]) -> Float32:
        import torch

        pictures = [load_picture(image) for image in images]
        visual, preprocess = self._load()
        pixels = torch.stack([preprocess(picture) for picture in pictures]).to(self._device)
        with torch.inference_mode():
            unit = torch.nn.functional.normalize(visual(pixels), dim=1)
        return np.asarray(unit.float().cpu().numpy(), dtype=np.float32)

    def _load(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load_model()
            return self._loaded

    def _load_model(self) -> tuple[Any, Any]:
        from cas.data.clip import load_model

        self._config()
        self._check_tag()
        if self._weights is None:
            go_offline_if_away()
        try:
            model, preprocess = load_model(
                self._architecture, self._pretrained, weights=self._weights, device=self._device
            )
        except Exception as error:  # open_clip wraps the network's and the file's in RuntimeError
            raise self._explain(error) from error
        # The text encoder, equally large, is not used.
        return model.visual, preprocess

    def _config(self) -> dict[str, Any]:
        open_clip = _open_clip()
        config: dict[str, Any] | None = open_clip.get_model_config(self._architecture)
        if config is None:
            raise Misconfigured(
                f"open_clip has no model {self._architecture!r}; it has, among others,"
                f" {', '.join(open_clip.list_models()[:8])}"
            )
        return config

    def _check_tag(self) -> None:
        """Check that open_clip has the weights, unless a file is given."""
        tags = _open_clip().list_pretrained_tags_by_model(self._architecture)
        if self._weights is None and self._pretrained not in tags:
            raise Misconfigured(
                f"open_clip has no weights {self._pretrained!r} for {self._architecture}; it has"
                f" {', '.join(tags) or 'none: give a local file'}"
            )

    def _explain(self, error: Exception) -> ServiceUnavailable | Misconfigured:
        if self._weights is not None:
            return Misconfigured(
                f"{self._weights} has no weights of {self._architecture}: {_first_line(error)}"
            )
        wanted = f"CLIP's weights {self._architecture}/{self._pretrained}"
        if go_offline_if_away():
            return ServiceUnavailable(
                f"{wanted} are not on this machine, and the model hub can't be reached"
            )
        return ServiceUnavailable(f"{wanted} can't be fetched: {_first_line(error)}")


def _open_clip() -> Any:
    import cas.lazy_imports  # noqa: F401 - the first import of transformers, which open_clip imports

    return import_module("open_clip")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0] or type(error).__name__
