"""A device that is none, so that what is left on the wrong one is found where there is no GPU.

Its tensors lie on the CPU, but say that they do not; as with CUDA's, they are computed with among
themselves alone, and NumPy gets them over `cpu()`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves

from cas.model import ConceptModel

DEVICE = torch.device("cuda")


class There(Tensor):
    """A tensor on the pretended device; torch lets what is computed from it be one, too."""


class PretendedDevice(TorchFunctionMode):
    """While it is entered, `DEVICE` can be used."""

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        first = args[0] if args else None
        if func == Tensor.device.__get__ and isinstance(first, There):
            return DEVICE
        if func == Tensor.grad.__get__ and isinstance(first, There):
            grad = func(*args)
            return grad if grad is None else grad.as_subclass(There)
        if func is Tensor.to and DEVICE in [*args[1:], kwargs.get("device")]:
            return first.as_subclass(There)
        if func is Tensor.cpu:
            return first.as_subclass(Tensor)
        if func is Tensor.numpy and isinstance(first, There):
            raise TypeError("can't convert a tensor on the device to NumPy: call cpu() first")
        if kwargs.get("device") == DEVICE:
            return func(*args, **{**kwargs, "device": "cpu"}).as_subclass(There)
        self._check(func, args, kwargs)
        return func(*args, **kwargs)

    def _check(self, func: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """Refuse tensors of two places, but for numbers, indices and copies between them."""
        if func in (Tensor.__getitem__, Tensor.__setitem__, Tensor.copy_, Tensor.as_subclass):
            return
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        places = {isinstance(tensor, There) for tensor in tensors if tensor.dim()}
        if len(places) > 1:
            raise RuntimeError(f"{func} has tensors on the device and on the CPU")


def move(model: ConceptModel) -> ConceptModel:
    """Put a model there, in place."""
    for module in model.network.modules():
        for name, parameter in list(module._parameters.items()):
            if parameter is not None:
                moved = parameter.detach().clone().as_subclass(There)
                module._parameters[name] = nn.Parameter(moved, requires_grad=False)
        for name, buffer in list(module._buffers.items()):
            if buffer is not None:
                module._buffers[name] = buffer.as_subclass(There)
    model.network.tie_weights()
    model.forget_forward()
    return model
