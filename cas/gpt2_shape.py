"""The shape of a GPT-2 by its `config.json`, without transformers: to import that takes seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_STANDARD = {
    "activation_function": "gelu_new",
    "add_cross_attention": False,
    "scale_attn_weights": True,
    "scale_attn_by_inverse_layer_idx": False,
    "tie_word_embeddings": True,
}
"""What `NextConceptForward` computes; a config may leave it out."""
_SIZES = {"vocab_size": 50257, "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12}
"""GPT-2's own, which a config may leave out."""


@dataclass(frozen=True)
class GPT2Shape:
    """The sizes of a GPT-2 with standard settings."""

    epsilon: float
    vocabulary: int
    positions: int
    width: int
    layers: int
    heads: int
    inner: int

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> GPT2Shape:
        """Read a config.

        Raises:
            ValueError: it is not one of a GPT-2 with standard settings.
        """
        for name, standard in _STANDARD.items():
            if config.get(name, standard) != standard:
                raise ValueError(f"{name} is {config[name]!r}, not {standard!r}")
        sizes = [config.get(name, usual) for name, usual in _SIZES.items()]
        inner = config.get("n_inner")
        sizes.append(4 * sizes[2] if inner is None else inner)
        if not all(isinstance(size, int) and size > 0 for size in sizes) or sizes[2] % sizes[4]:
            raise ValueError(f"{dict(zip((*_SIZES, 'n_inner'), sizes, strict=True))} are no sizes")
        return cls(float(config.get("layer_norm_epsilon", 1e-5)), *sizes)

    def tensors(self) -> dict[str, tuple[int, ...]]:
        """The shape of each tensor by transformers' names, without the tied output layer."""
        width, inner = self.width, self.inner
        block = {
            "ln_1.weight": (width,),
            "ln_1.bias": (width,),
            "attn.c_attn.weight": (width, 3 * width),
            "attn.c_attn.bias": (3 * width,),
            "attn.c_proj.weight": (width, width),
            "attn.c_proj.bias": (width,),
            "ln_2.weight": (width,),
            "ln_2.bias": (width,),
            "mlp.c_fc.weight": (width, inner),
            "mlp.c_fc.bias": (inner,),
            "mlp.c_proj.weight": (inner, width),
            "mlp.c_proj.bias": (width,),
        }
        body = {
            "wte.weight": (self.vocabulary, width),
            "wpe.weight": (self.positions, width),
            **{f"h.{n}.{name}": shape for n in range(self.layers) for name, shape in block.items()},
            "ln_f.weight": (width,),
            "ln_f.bias": (width,),
        }
        return {f"transformer.{name}": shape for name, shape in body.items()}
