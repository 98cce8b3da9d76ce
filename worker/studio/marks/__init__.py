"""The techniques: each reads a picture's target and makes its marks. One file a technique."""

from importlib import import_module
from pkgutil import iter_modules

from worker.studio.marks.technique import Technique

_MODULES = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]

TECHNIQUES: dict[str, Technique] = {
    technique.name: technique
    for module in _MODULES
    for technique in vars(module).values()
    if isinstance(technique, Technique)
}
"""Every technique by its name."""
