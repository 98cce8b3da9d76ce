"""CLIP for annotation: text vectors from an ensemble of templates, image vectors in batches."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cas.errors import CasError
from cas.lazy_imports import torch

if TYPE_CHECKING:
    from PIL.Image import Image

Vectors = NDArray[np.float32]
"""[n, d] unit vectors."""
Pixels = NDArray[np.uint8]
"""[H, W, 3] of a picture, or [B, H, W, 3] of a batch."""

TEMPLATES = (
    "a painting of {}.",
    "an artwork about {}.",
    "a picture of {}.",
    "a drawing of {}.",
    "art that shows {}.",
    "{}.",
)
"""Averaged over, as Radford et al. (2021, section 3.1.4) average over prompts."""
TEXTS_AT_ONCE = 256
"""Texts that the model reads at once."""

UNTRAINED = "untrained-clip"
"""open_clip's name for the small CLIP of random weights."""
UNTRAINED_SHAPE = {
    "embed_dim": 64,
    "vision_cfg": {"image_size": 64, "layers": 2, "width": 64, "head_width": 32, "patch_size": 16},
    "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 64, "heads": 2, "layers": 2},
}
"""The small CLIP's shape, as open_clip describes models."""


class ClipError(CasError):
    """CLIP cannot be loaded."""


def load_model(
    architecture: str, pretrained: str, *, weights: Path | None, device: str
) -> tuple[Any, Any]:
    """Return an open_clip model with its weights, ready to encode, and its picture transform.

    The tag says how weights were trained (which GELU, which mean and deviation of the pixels), also
    those of a local file. What open_clip raises is passed on: only its caller can say what to do.
    """
    import open_clip

    trained = open_clip.get_pretrained_cfg(architecture, pretrained) or {}
    model, _, prepare = open_clip.create_model_and_transforms(
        architecture,
        pretrained=str(weights or pretrained),
        device=device,
        force_quick_gelu=bool(trained.get("quick_gelu")),
        image_mean=trained.get("mean"),
        image_std=trained.get("std"),
        image_interpolation=trained.get("interpolation"),
        image_resize_mode=trained.get("resize_mode"),
        require_pretrained=True,
    )
    return model.eval(), prepare


class Clip:
    """An open_clip model; its weights are fetched at first use, or come from a file.

    Args:
        model: open_clip's name.
        pretrained: open_clip's tag of the weights.
        weights: a local file of that architecture, instead of the download.
        templates: what a concept is put into.
        device: "cpu" or "cuda".
    """

    def __init__(
        self,
        model: str = "ViT-B-32",
        pretrained: str = "openai",
        *,
        weights: Path | None = None,
        templates: Sequence[str] = TEMPLATES,
        device: str = "cpu",
    ) -> None:
        self._architecture = model
        self._pretrained = pretrained
        self._weights = weights
        self._templates = tuple(templates)
        self._device = device

    @property
    def trained(self) -> bool:
        """Whether its vectors mean anything."""
        return self._architecture != UNTRAINED

    @cached_property
    def name(self) -> str:
        """`MODEL/TAG`, or `MODEL/` and the head of the file's SHA-256.

        Raises:
            ClipError: the file cannot be read.
        """
        if self._weights is None:
            return f"{self._architecture}/{self._pretrained}"
        try:
            with self._weights.open("rb") as file:
                return (
                    f"{self._architecture}/{hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"
                )
        except OSError as error:
            raise ClipError(f"CLIP's weights cannot be read: {error}.") from error

    def load(self) -> None:
        """Load the model now, and fetch its weights where they are not on this machine.

        Raises:
            ClipError: they can't be had; the message says what to do.
        """
        _ = self._loaded

    def concepts(self, concepts: Sequence[str]) -> Vectors:
        """Return [len(concepts), d] unit vectors: the mean over the templates, made unit again."""
        import open_clip

        model, _ = self._loaded
        tokenizer = open_clip.get_tokenizer(self._architecture)
        means = []
        for start in range(0, len(concepts), TEXTS_AT_ONCE):
            some = concepts[start : start + TEXTS_AT_ONCE]
            total = torch.zeros(len(some), 1)
            for template in self._templates:
                tokens = tokenizer([template.format(concept) for concept in some])
                with torch.inference_mode():
                    total = total + model.encode_text(tokens.to(self._device), normalize=True).cpu()
            means.append(torch.nn.functional.normalize(total, dim=1).float().numpy())
        return np.concatenate(means)

    def prepare(self, picture: Image) -> Pixels:
        """Return a picture's pixels [H, W, 3], resized and cropped as the model expects.

        All of it is Pillow's work, which leaves Python free: threads can share it.
        """
        *resize, _, _ = self._loaded[1].transforms
        for step in resize:
            picture = step(picture)
        return np.asarray(picture)

    def vectors(self, pixels: Pixels) -> Vectors:
        """Return [B, d] unit vectors of [B, H, W, 3] prepared pixels."""
        model, transform = self._loaded
        normalize = transform.transforms[-1]
        with torch.inference_mode():
            shares = torch.from_numpy(pixels).to(self._device).permute(0, 3, 1, 2) / 255.0
            vectors = model.encode_image(normalize(shares.contiguous()), normalize=True)
        return np.asarray(vectors.float().cpu().numpy())

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        import open_clip

        if open_clip.get_model_config(self._architecture) is None:
            raise ClipError(f"open_clip knows no model {self._architecture!r}.")
        try:
            return load_model(
                self._architecture, self._pretrained, weights=self._weights, device=self._device
            )
        except Exception as error:  # open_clip wraps the network's and the file's in RuntimeError
            first = str(error).strip().split("\n", 1)[0]
            raise ClipError(
                f"CLIP's weights {self._weights or self.name} cannot be had ({first}): give a local"
                " file with --clip-weights, or a machine that reaches the model hub."
            ) from error


def make_untrained(folder: Path | str, *, seed: int = 0) -> Clip:
    """Write a small CLIP of random weights, and return it: for tests, and to try the whole path.

    Its vectors differ by picture and word, but mean nothing.
    """
    import open_clip

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{UNTRAINED}.json").write_text(json.dumps(UNTRAINED_SHAPE), encoding="utf-8")
    open_clip.add_model_config(folder)
    weights = folder / f"{UNTRAINED}.pt"
    if not weights.is_file():
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            torch.save(open_clip.create_model(UNTRAINED).state_dict(), weights)
    return Clip(UNTRAINED, "", weights=weights)
