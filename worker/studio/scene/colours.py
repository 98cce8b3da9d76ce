"""From a plan's palette and the materials' own colours to what each part of the scene wears."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storage.archive.plan import Pigment
from worker.studio.field.colour import Pixels, from_hex, from_oklab, lighten, to_oklab
from worker.studio.scene.materials import MATERIALS

NATURAL: dict[str, tuple[str, ...]] = {
    "tree": ("leaf", "needle", "autumn_leaf", "grass"),
    "plant": ("leaf", "needle", "grass"),
    "quadruped": ("fur", "dark_fur", "grey_fur", "white_fur"),
    "bird": ("feather", "dark_feather", "white_feather"),
    "sea": ("scale", "slate", "shell"),
    "small animal": ("leaf", "bark", "bronze"),
    "building": ("plaster", "stone", "brick", "marble"),
    "monument": ("stone", "marble"),
    "element": ("stone", "dark_stone"),
    "body": ("skin", "brown_skin"),
    "vessel": ("ceramic", "blue_glaze", "brick"),
}
"""Materials that the main part of a form wears by family, where the plan gives it no pigment."""


def natural(family: str, seed: int) -> str:
    """The material of an actor without a pigment, or empty."""
    choices = NATURAL.get(family, ())
    return choices[seed % len(choices)] if choices else ""


class Board:
    """The colours of one picture: pigments by name and by role, and materials drawn to them.

    `pull` is how far a material's own colour gives way to the nearest pigment, 0..1.
    """

    def __init__(self, palette: Sequence[Pigment], *, pull: float = 0.5) -> None:
        self.pigments = {p.name: from_hex(p.colour) for p in palette}
        self.roles = {p.role: from_hex(p.colour) for p in palette if p.role}
        self._lab = to_oklab(np.stack([from_hex(p.colour) for p in palette]))
        self._pull = pull

    def role(self, name: str) -> Pixels:
        """The pigment of a role; a missing role takes the main one."""
        return self.roles.get(name, self.roles.get("main", from_hex("#807870")))

    def material(self, name: str) -> Pixels:
        """A material's colour in this palette.

        Raises:
            KeyError: there is no such material.
        """
        own = to_oklab(MATERIALS[name])
        gap = np.hypot(*(self._lab[:, 1:] - own[1:]).T) + 0.5 * np.abs(self._lab[:, 0] - own[0])
        weight = np.exp(-gap * 14)
        near = (self._lab * weight[:, None]).sum(0) / weight.sum()
        mixed = own + (near - own) * np.array([0.3, self._pull, self._pull], dtype=np.float32)
        return from_oklab(mixed)

    def part(self, material: str, *, main: Pixels | None) -> Pixels:
        """The colour of a part: of its actor, of a role, or of its material."""
        if material == "main" and main is not None:
            return main
        if material in self.roles or material in ("main", "second", "accent", "back", "ground"):
            return self.role(material)
        return self.material(material)

    def other(self, first: Pixels) -> Pixels:
        """The second colour of a pattern that names none."""
        return lighten(first, -0.12 if float(to_oklab(first)[0]) > 0.45 else 0.12)
