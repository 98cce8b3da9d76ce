"""BERT's forward pass in plain torch: to import transformers takes seconds of every start."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor
from torch.nn.functional import embedding, gelu, layer_norm, linear, scaled_dot_product_attention

EPSILON = 1e-12


class Bert:
    """The last hidden states of a BERT without dropout, of texts without a second part.

    Args:
        weights: by transformers' names.
        heads: of each attention.
    """

    def __init__(self, weights: Mapping[str, Tensor], *, heads: int) -> None:
        self._weights = weights
        self._heads = heads
        self._layers = sum(name.endswith(".self.query.bias") for name in weights)

    def __call__(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return [B, T, d] for [B, T] tokens, of which those count where the mask is true."""
        words, kinds, places = (
            self._weights[f"embeddings.{name}_embeddings.weight"]
            for name in ("word", "token_type", "position")
        )
        summed = embedding(tokens, words) + kinds[0] + places[: tokens.shape[1]]
        hidden = self._normed(summed, "embeddings")
        seen = None if bool(mask.all()) else mask[:, None, None]
        for number in range(self._layers):
            hidden = self._layer(hidden, f"encoder.layer.{number}", seen)
        return hidden

    def _layer(self, hidden: Tensor, layer: str, seen: Tensor | None) -> Tensor:
        query, key, value = (
            self._dense(hidden, f"{layer}.attention.self.{part}")
            .view(*hidden.shape[:2], self._heads, -1)
            .transpose(1, 2)
            for part in ("query", "key", "value")
        )
        attended = scaled_dot_product_attention(query, key, value, attn_mask=seen)
        hidden = self._added(attended.transpose(1, 2).flatten(2), hidden, f"{layer}.attention")
        inner = gelu(self._dense(hidden, f"{layer}.intermediate.dense"))
        return self._added(inner, hidden, layer)

    def _added(self, states: Tensor, hidden: Tensor, part: str) -> Tensor:
        return self._normed(self._dense(states, f"{part}.output.dense") + hidden, f"{part}.output")

    def _dense(self, states: Tensor, name: str) -> Tensor:
        return linear(states, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _normed(self, states: Tensor, part: str) -> Tensor:
        scale, shift = (self._weights[f"{part}.LayerNorm.{name}"] for name in ("weight", "bias"))
        return layer_norm(states, scale.shape, scale, shift, EPSILON)
