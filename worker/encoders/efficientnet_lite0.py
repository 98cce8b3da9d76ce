"""EfficientNet-Lite0 in plain torch: to import timm takes seconds of every start.

Tan and Le 2019, without squeeze-and-excitation and with ReLU6 (tensorflow/tpu, lite).
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from torch.nn.functional import batch_norm, conv2d, pad

_EPSILON = 1e-3
_STAGES = ((1, 1), (2, 2), (2, 2), (3, 2), (3, 1), (4, 2), (1, 1))
"""Blocks of each stage, and the stride of its first one."""
_TENSORS = 6
"""Of a convolution and its batch normalisation: the last is a counter of training."""


class EfficientNetLite0:
    """Features of pictures before the classifier.

    Args:
        tensors: in the order of the layers: 49 convolutions, each with its normalisation.
    """

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        count = 2 + sum(3 * blocks for blocks, _ in _STAGES) - 1
        self._units = [tensors[n * _TENSORS : (n + 1) * _TENSORS] for n in range(count)]

    def __call__(self, pixels: Tensor) -> Tensor:
        """Return [B, 1280, H / 32, W / 32] for [B, 3, H, W] scaled pixels."""
        units = iter(self._units)
        states = _activated(next(units), pixels, stride=2)
        for stage, (blocks, stride) in enumerate(_STAGES):
            for block in range(blocks):
                # The first stage's block has no wider inside.
                inner = _activated(next(units), states) if stage else states
                inner = _activated(next(units), inner, stride=1 if block else stride)
                inner = _normed(next(units), inner)
                states = inner + states if block else inner
        return _activated(next(units), states)


def _activated(unit: Sequence[Tensor], states: Tensor, *, stride: int = 1) -> Tensor:
    return _normed(unit, states, stride=stride).clamp_(0, 6)


def _normed(unit: Sequence[Tensor], states: Tensor, *, stride: int = 1) -> Tensor:
    """A convolution, in groups of one channel if its weights are so, and its normalisation."""
    kernel, scale, shift, mean, variance, _ = unit
    side = kernel.shape[-1]
    # As TensorFlow does: what is to be added in all, more of it below and to the right.
    total = [max((-(-n // stride) - 1) * stride + side - n, 0) for n in states.shape[2:]]
    (top, left), (bottom, right) = ([n // 2 for n in total], [n - n // 2 for n in total])
    groups = states.shape[1] // kernel.shape[1]
    states = conv2d(pad(states, (left, right, top, bottom)), kernel, stride=stride, groups=groups)
    return batch_norm(states, mean, variance, scale, shift, training=False, eps=_EPSILON)
