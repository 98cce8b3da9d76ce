"""A pair of models in one small file that a browser reads: `python -m cas.browser_weights FILE`.

The file is gzip of a JSON header and numbers. Matrices have one scale a row and numbers of `BITS`
bits; biases and layer norms are float32. `read_pair` and `gallery/static/sampler.js` read it.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cas.errors import CheckpointError
from cas.lazy_imports import GPT2Config, GPT2LMHeadModel
from cas.model import ConceptModel
from cas.sampler import CulturalAlienSampler
from cas.tuning import PRESETS
from cas.vocabulary import Vocabulary

BITS: Final = 10
"""Of a weight. With 8 bits 95 % of the picks are those of the whole weights, with 10 bits 99 %."""

_TOP: Final = 2 ** (BITS - 1) - 1
_MODELS: Final = ("coherence", "context")


def write_pair(sampler: CulturalAlienSampler) -> bytes:
    """The file of a sampler's models and vocabulary, its presets included."""
    models = {name: getattr(sampler, name) for name in _MODELS}
    header = {
        "bits": BITS,
        "fingerprint": sampler.fingerprint,
        "presets": {name: asdict(tuning) for name, tuning in PRESETS.items()},
        "vocabulary": list(sampler.vocabulary),
        "models": {name: _shape(model) for name, model in models.items()},
    }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)  # float32 numbers begin at a multiple of four
    plain: list[bytes] = []
    levels: list[NDArray[np.uint16]] = []
    for model in models.values():
        for _, tensor in _tensors(model):
            if tensor.ndim == 1:
                plain.append(tensor.astype("<f4").tobytes())
                continue
            scale = (np.abs(tensor).max(axis=1) / _TOP).astype("<f4")
            plain.append(scale.tobytes())
            level = np.rint(tensor / np.maximum(scale, 1e-30)[:, None]).clip(-_TOP, _TOP)
            levels.append((level + _TOP).astype(np.uint16).ravel())
    # All low bytes and then all high ones, which gzip makes a third as long.
    whole = np.concatenate(levels)
    low, high = (whole & 255).astype(np.uint8), (whole >> 8).astype(np.uint8)
    parts = (len(text).to_bytes(4, "little"), text, *plain, low.tobytes(), high.tobytes())
    return gzip.compress(b"".join(parts), mtime=0)


def read_pair(data: bytes) -> CulturalAlienSampler:
    """The sampler of a file, with the weights that it holds.

    Raises:
        CheckpointError: it is no such file.
    """
    try:
        whole = gzip.decompress(data)
        size = int.from_bytes(whole[:4], "little")
        header = json.loads(whole[4 : 4 + size])
        vocabulary = Vocabulary(header["vocabulary"])
        networks = {name: _network(header["models"][name], vocabulary) for name in _MODELS}
        _fill(networks, whole[4 + size :])
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise CheckpointError(f"These are no models for a browser: {error}.") from error
    return CulturalAlienSampler(
        *(ConceptModel(network.train(False), vocabulary) for network in networks.values())
    )


def _fill(networks: dict[str, Any], numbers: bytes) -> None:
    holders = [each for network in networks.values() for each in _named(network)]
    weights = sum(tensor.numel() for _, tensor in holders if tensor.dim() == 2)
    plain = np.frombuffer(numbers[: len(numbers) - 2 * weights], "<f4")
    low, high = np.frombuffer(numbers[len(numbers) - 2 * weights :], np.uint8).reshape(2, weights)
    levels = (low + high.astype(np.int32) * 256 - _TOP).astype(np.float32)
    at_plain = at_level = 0
    with torch.no_grad():
        for name, tensor in holders:
            rows = _rows_first(name, tensor)
            count = len(rows)
            values = plain[at_plain : at_plain + count]
            at_plain += count
            if rows.dim() == 2:
                matrix = levels[at_level : at_level + rows.numel()].reshape(rows.shape)
                at_level += rows.numel()
                values = matrix * values[:, None]
            rows.copy_(torch.from_numpy(values.copy()))


def _network(shape: dict[str, Any], vocabulary: Vocabulary) -> Any:
    return GPT2LMHeadModel(
        GPT2Config(
            vocab_size=len(vocabulary) + 2,
            n_positions=shape["positions"],
            n_embd=shape["width"],
            n_layer=shape["layers"],
            n_head=shape["heads"],
            layer_norm_epsilon=shape["epsilon"],
            bos_token_id=len(vocabulary),
            eos_token_id=len(vocabulary) + 1,
        )
    )


def _shape(model: ConceptModel) -> dict[str, Any]:
    config = model.network.config
    return {
        "layers": config.n_layer,
        "heads": config.n_head,
        "width": config.n_embd,
        "positions": config.n_positions,
        "epsilon": config.layer_norm_epsilon,
        "tensors": [[name, *tensor.shape] for name, tensor in _tensors(model)],
    }


def _tensors(model: ConceptModel) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Each tensor with its name; matrices as [out, in]."""
    for name, tensor in _named(model.network):
        yield name, _rows_first(name, tensor).detach().float().cpu().numpy()


def _named(network: Any) -> list[tuple[str, Tensor]]:
    return list(network.transformer.named_parameters())


def _rows_first(name: str, tensor: Tensor) -> Tensor:
    """A view as [out, in]: transformers' Conv1D keeps [in, out], its embeddings do not."""
    return tensor.T if tensor.dim() == 2 and not name.startswith(("wte", "wpe")) else tensor


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(write_pair(CulturalAlienSampler.from_pretrained()))
