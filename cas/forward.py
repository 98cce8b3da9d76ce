"""A fast forward pass of GPT-2 in plain torch, for the last position or for all positions' NLL.

The same arithmetic as `GPT2LMHeadModel` without what a step never uses: no cache, no output
objects; the last layer's queries and feed-forward run for the last position only, and so does the
projection onto the vocabulary. What rows have in common from their beginning is computed once: a
position sees only earlier ones, so rows with the same beginning share those positions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention

from cas.gpt2_shape import GPT2Shape

PAD = -1
"""Fills up the end of a row that is shorter than others."""
ROWS = 256
"""Rows of a batch: with more, the data between the layers no longer fits a processor's cache."""


class NextConceptForward:
    """Logits of the token after a sequence, from the weights of a GPT-2.

    The weights are copied once, transposed for `linear`; make a new one after training further.

    Args:
        weights: by the names of `GPT2LMHeadModel`.
        shape: of the network, which has GPT-2's standard settings.
    """

    def __init__(self, weights: Mapping[str, Tensor], shape: GPT2Shape) -> None:
        body = {k.removeprefix("transformer."): w.detach() for k, w in weights.items()}
        self._heads, self._epsilon = shape.heads, shape.epsilon
        self._tokens, self._positions = body["wte.weight"], body["wpe.weight"]
        self._final = (body["ln_f.weight"], body["ln_f.bias"])
        self._layers = [_layer_weights(body, f"h.{n}.") for n in range(shape.layers)]

    def __call__(self, tokens: Tensor) -> Tensor:
        """Return [B, V + 2] logits for [B, T] int64 tokens, BOS first and `PAD` at the end."""
        return torch.cat([self._rows(some) for some in torch.split(tokens, ROWS)])

    def nlls(self, tokens: Tensor) -> Tensor:
        """Return [B, T - 1]: the NLL, in nats, of each of [B, T] tokens after those before it."""
        return torch.cat([self._steps(some) for some in torch.split(tokens, ROWS)])

    def _rows(self, tokens: Tensor) -> Tensor:
        tree, rows = _tree(tokens)
        hidden = self._last_layer(self._before_last(tree), self._layers[-1], tree)
        return self._logits(hidden)[rows]

    def _steps(self, tokens: Tensor) -> Tensor:
        tree, rows = _tree(tokens[:, :-1])
        logits = self._logits(self._layer(self._before_last(tree), self._layers[-1], tree)).float()
        places = tree.paths[rows]
        nlls: Tensor = logits.logsumexp(-1)[places] - logits[places, tokens[:, 1:]]
        return nlls

    def _before_last(self, tree: _Tree) -> Tensor:
        """Return [N, d]: the hidden states that the last layer is given."""
        hidden: Tensor = self._tokens[tree.tokens] + self._positions[tree.depths]
        for layer in self._layers[:-1]:
            hidden = self._layer(hidden, layer, tree)
        return hidden

    def _logits(self, hidden: Tensor) -> Tensor:
        width = (hidden.shape[-1],)
        normed = layer_norm(hidden, width, *self._final, self._epsilon)
        return linear(normed, self._tokens)

    def _layer(self, hidden: Tensor, weights: dict[str, Tensor], tree: _Tree) -> Tensor:
        """Return [N, d] for the [N, d] hidden states of the tree's places."""
        states = linear(
            self._normed(hidden, weights, "ln_1"),
            weights["attn.c_attn.weight"],
            weights["attn.c_attn.bias"],
        )
        query, key, value = (self._split(part) for part in states[tree.paths].chunk(3, dim=-1))
        attended = scaled_dot_product_attention(query, key, value, is_causal=True)
        attended = attended.transpose(1, 2).flatten(0, 1).flatten(1)[tree.first_met]
        return self._after_attention(hidden, attended, weights)

    def _last_layer(self, hidden: Tensor, weights: dict[str, Tensor], tree: _Tree) -> Tensor:
        """Return [B, d]: what `_layer` does, for the last place of each row."""
        width = hidden.shape[-1]
        normed = self._normed(hidden, weights, "ln_1")
        weight, bias = weights["attn.c_attn.weight"], weights["attn.c_attn.bias"]
        query = self._split(linear(normed[tree.ends], weight[:width], bias[:width])[:, None])
        states = linear(normed, weight[width:], bias[width:])[tree.paths]
        key, value = (self._split(part) for part in states.chunk(2, dim=-1))
        attended = scaled_dot_product_attention(query, key, value, attn_mask=tree.mask)
        return self._after_attention(hidden[tree.ends], attended.flatten(1), weights)

    def _after_attention(
        self, hidden: Tensor, attended: Tensor, weights: dict[str, Tensor]
    ) -> Tensor:
        hidden = hidden + linear(
            attended, weights["attn.c_proj.weight"], weights["attn.c_proj.bias"]
        )
        normed = self._normed(hidden, weights, "ln_2")
        inner = linear(normed, weights["mlp.c_fc.weight"], weights["mlp.c_fc.bias"])
        return hidden + linear(
            gelu(inner, approximate="tanh"),
            weights["mlp.c_proj.weight"],
            weights["mlp.c_proj.bias"],
        )

    def _normed(self, hidden: Tensor, weights: dict[str, Tensor], name: str) -> Tensor:
        scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
        return layer_norm(hidden, (hidden.shape[-1],), scale, shift, self._epsilon)

    def _split(self, states: Tensor) -> Tensor:
        """[B, T, d] → [B, heads, T, d / heads]."""
        return states.view(*states.shape[:2], self._heads, -1).transpose(1, 2)


@dataclass(frozen=True, slots=True)
class _Tree:
    """Different rows as a tree: N places, one for each different beginning of a row.

    Attributes:
        tokens: [N] of each place.
        depths: [N], 0 for BOS.
        paths: [B, T] places that a row goes through; after a row's end any.
        first_met: [N] where in the flattened `paths` each place is met first.
        ends: [B] the last place of each row.
        mask: [B, 1, 1, T]: where a row's last place may look; None if rows are equally long.
    """

    tokens: Tensor
    depths: Tensor
    paths: Tensor
    first_met: Tensor
    ends: Tensor
    mask: Tensor | None


def _tree(tokens: Tensor) -> tuple[_Tree, Tensor]:
    """Return the tree of [B, T] tokens, and which of its rows each row is."""
    rows, which = torch.unique(tokens, dim=0, return_inverse=True)  # sorted: equal rows meet
    held = rows != PAD
    new = held.clone()
    new[1:] &= (rows[1:] != rows[:-1]).cumsum(1) > 0
    first_met = new.flatten().nonzero()[:, 0]
    numbers = new.flatten().cumsum(0).view_as(rows) - 1
    paths = numbers.where(new, 0).cummax(0).values
    lengths = held.sum(1)
    return _Tree(
        tokens=rows.flatten()[first_met],
        depths=first_met % rows.shape[1],
        paths=paths,
        first_met=first_met,
        ends=paths.gather(1, lengths[:, None] - 1)[:, 0],
        mask=None if bool(held.all()) else held[:, None, None],
    ), which


def pad_batch(rows: Sequence[NDArray[np.int64]]) -> Tensor:
    """Return [B, T] int64: B rows of tokens, the longest of them T long, filled up."""
    filled = np.full((len(rows), max(map(len, rows))), PAD, dtype=np.int64)
    for number, row in enumerate(rows):
        filled[number, : len(row)] = row
    return torch.from_numpy(filled)


def _layer_weights(body: Mapping[str, Tensor], block: str) -> dict[str, Tensor]:
    """Return a block's weights; transformers' Conv1D keeps [in, out], `linear` takes [out, in]."""
    return {
        name.removeprefix(block): tensor.T.contiguous() if tensor.dim() == 2 else tensor
        for name, tensor in body.items()
        if name.startswith(block)
    }


def plain_forward(network: Any, tokens: Tensor) -> Tensor:
    """The same logits from `GPT2LMHeadModel` itself: what the fast path is checked against."""
    with torch.inference_mode():
        logits: Tensor = network(input_ids=tokens).logits[:, -1]
    return logits
