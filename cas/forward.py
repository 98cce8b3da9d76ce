"""The fast path of a step: GPT-2's forward pass for the last position alone.

The same arithmetic as `GPT2LMHeadModel` without what a step never uses: no cache, no masks, no
output objects; the last layer's attention and feed-forward run for the last position only, and so
does the projection onto the vocabulary.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention


class NextConceptForward:
    """Logits of the token after a sequence, from the weights of a GPT-2.

    The weights are copied once, transposed for `linear`; make a new one after training further.

    Args:
        network: a `GPT2LMHeadModel` with GPT-2's standard settings (gelu_new, scaled attention).
    """

    def __init__(self, network: Any) -> None:
        body = network.transformer
        self._heads = int(network.config.n_head)
        self._epsilon = float(network.config.layer_norm_epsilon)
        self._tokens = body.wte.weight.detach()
        self._positions = body.wpe.weight.detach()
        self._final = (body.ln_f.weight.detach(), body.ln_f.bias.detach())
        self._layers = [_layer_weights(block) for block in body.h]

    def __call__(self, tokens: Tensor) -> Tensor:
        """Return [B, V + 2] logits for [B, T] int64 tokens, BOS included."""
        hidden = self._tokens[tokens] + self._positions[: tokens.shape[1]]
        for number, layer in enumerate(self._layers):
            hidden = self._layer(hidden, layer, last=number == len(self._layers) - 1)
        width = (hidden.shape[-1],)
        return linear(layer_norm(hidden[:, -1], width, *self._final, self._epsilon), self._tokens)

    def _layer(self, hidden: Tensor, weights: dict[str, Tensor], *, last: bool) -> Tensor:
        batch, length, width = hidden.shape
        normed = layer_norm(
            hidden, (width,), weights["ln_1.weight"], weights["ln_1.bias"], self._epsilon
        )
        states = linear(normed, weights["attn.c_attn.weight"], weights["attn.c_attn.bias"])
        query, key, value = (
            part.view(batch, length, self._heads, -1).transpose(1, 2)
            for part in torch.split(states, width, dim=-1)
        )
        if last:
            hidden, query = hidden[:, -1:], query[:, :, -1:]
        attended = scaled_dot_product_attention(query, key, value, is_causal=not last)
        attended = attended.transpose(1, 2).reshape(batch, -1, width)
        hidden = hidden + linear(
            attended, weights["attn.c_proj.weight"], weights["attn.c_proj.bias"]
        )
        normed = layer_norm(
            hidden, (width,), weights["ln_2.weight"], weights["ln_2.bias"], self._epsilon
        )
        inner = linear(normed, weights["mlp.c_fc.weight"], weights["mlp.c_fc.bias"])
        return hidden + linear(
            gelu(inner, approximate="tanh"),
            weights["mlp.c_proj.weight"],
            weights["mlp.c_proj.bias"],
        )


def _layer_weights(block: Any) -> dict[str, Tensor]:
    """Return a block's weights; transformers' Conv1D keeps [in, out], `linear` wants [out, in]."""
    return {
        name: tensor.detach().T.contiguous() if tensor.dim() == 2 else tensor.detach()
        for name, tensor in block.named_parameters()
    }


def plain_forward(network: Any, tokens: Tensor) -> Tensor:
    """The same logits from `GPT2LMHeadModel` itself: what the fast path is checked against."""
    with torch.inference_mode():
        logits: Tensor = network(input_ids=tokens).logits[:, -1]
    return logits
