"""What a form is: named parts with materials, anchors for relations, and the table of forms.

A new form is one function with the decorator `@form(...)` in a module of `scene/forms/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from worker.studio.scene.mesh import Array, Mesh

Rng = np.random.Generator

SCENERY, GROUND, RIBBONS = 10_000, 20_000, 30_000
"""First object numbers of what is no actor: set-out scenery, a setting's own parts, the
ribbons of a gesture. Each kind ends where the next begins; actors are below all."""
COPIES = 100
"""Object numbers that one actor may use."""


@dataclass(frozen=True, eq=False)
class Part:
    """One piece of a form.

    `material` is a key of `MATERIALS`, or `main`, `second` or `accent`: the colours that the plan
    gives the actor. `other` is the pattern's second colour, likewise; empty is a darker shade of
    the first. `repeat` is how often the pattern comes in a metre. What is `open` is not shaded by
    things nearer than its own height, as a face by its hair. What is `drawn` is a line wherever
    lines are drawn, however small it is, as eyes and brows are.
    """

    name: str
    mesh: Mesh
    material: str = "main"
    pattern: str = "plain"
    other: str = ""
    repeat: float = 4.0
    glow: float = 0.0
    open: bool = False
    drawn: bool = False


@dataclass(frozen=True, eq=False)
class Model:
    """A form in metres: it stands on y = 0 about the origin and faces +z.

    Anchors are points on it: `head`, `hand` and `other_hand` (hold things), `seat`, `back` (carries
    things) and `inside` (holds what is enclosed), each only if it makes sense.
    """

    parts: Sequence[Part]
    anchors: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, *parts: Part, **anchors: tuple[float, float, float]) -> Model:
        """A model of its parts and, by name, its anchors."""
        return cls(parts, anchors)

    def mapped(self, change: Callable[[Mesh], Mesh]) -> Model:
        """The model with every mesh and anchor changed alike by a rigid motion or scale."""
        parts = [replace(part, mesh=change(part.mesh)) for part in self.parts]
        anchors = {name: _moved_point(point, change) for name, point in self.anchors.items()}
        return Model(parts, anchors)

    @cached_property
    def bounds(self) -> tuple[Array, Array]:
        """Lowest and highest corner."""
        return _enclosing([part.mesh.bounds for part in self.parts])


@dataclass(frozen=True, eq=False)
class Placed:
    """A model in world metres, the actor that it is of, and which copy."""

    actor: int
    copy: int
    model: Model
    casts: bool = True
    visible: bool = True

    @property
    def object(self) -> int:
        """Its number in the buffers."""
        return self.actor * COPIES + min(self.copy, COPIES - 1)


def bounds_of(placed: Sequence[Placed]) -> tuple[Array, Array]:
    """Lowest and highest corner of several models."""
    return _enclosing([one.model.bounds for one in placed])


def _enclosing(boxes: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    return np.min([low for low, _ in boxes], 0), np.max([high for _, high in boxes], 0)


@dataclass(frozen=True)
class Request:
    """What a form may ask about when it is made.

    `pose` is one of the form's poses; `attributes` are words of the concept table, such as
    `old`, `broken`, `crowned`; a form reads those that it knows.
    """

    rng: Rng
    pose: str = ""
    attributes: frozenset[str] = frozenset()

    def __contains__(self, attribute: str) -> bool:
        return attribute in self.attributes

    def between(self, low: float, high: float) -> float:
        """A seeded number."""
        return float(self.rng.uniform(low, high))

    def pick(self, *choices: str) -> str:
        """The first of the choices that is an attribute, else a seeded one."""
        for choice in choices:
            if choice in self.attributes:
                return choice
        return choices[int(self.rng.integers(len(choices)))]


Maker = Callable[[Request], Model]


@dataclass(frozen=True)
class Form:
    """A row of the table of forms.

    `height` is the usual one in metres, for scale. `poses` are words that complete "a horse,
    ..."; the first is the usual. `attributes` are those that it knows. `where` says what it needs:
    `ground`, `water`, `air`, `table` (small enough to stand on one), `wall`, `sky`,
    `rails`.
    """

    name: str
    family: str
    make: Maker
    height: float
    poses: tuple[str, ...] = ("standing",)
    attributes: tuple[str, ...] = ()
    where: str = "ground"


_HUNG = (
    "newspaper", "document", "letter", "map", "scroll", "photograph", "playing card",
    "sheet music", "ear", "eye", "nose", "heart", "wing", "web",
)  # fmt: skip
"""Forms that can neither stand nor fly: they hang on a wall."""
FORMS: dict[str, Form] = {}
"""Every form by its name; filled when `worker.studio.scene.forms` is imported."""


def form(
    name: str,
    family: str,
    height: float,
    poses: str | Sequence[str] = "standing",
    attributes: str | Sequence[str] = "",
    *,
    where: str = "ground",
) -> Callable[[Maker], Maker]:
    """Register a function as the maker of a form; poses and attributes may be "one, two"."""

    def register(make: Maker) -> Maker:
        if name in FORMS:
            raise ValueError(f"two forms are named {name!r}")
        place = "wall" if name in _HUNG else where
        FORMS[name] = Form(name, family, make, height, _words(poses), _words(attributes), place)
        return make

    return register


def _words(given: str | Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, given.split(", "))) if isinstance(given, str) else tuple(given)


def make(name: str, request: Request) -> Model:
    """Make a form; it stands on y = 0 and is centred over the origin.

    Raises:
        KeyError: there is no such form.
    """
    return grounded(FORMS[name].make(request))


def grounded(model: Model) -> Model:
    """The model on y = 0, centred over the origin."""
    low, high = model.bounds
    middle = (low + high) / 2
    return model.mapped(lambda mesh: mesh.moved(-middle[0], -low[1], -middle[2]))


def _moved_point(
    point: tuple[float, float, float], change: Callable[[Mesh], Mesh]
) -> tuple[float, float, float]:
    at = np.array([point], dtype=np.float64)
    none = np.zeros((0, 3), dtype=np.int32)
    x, y, z = change(Mesh(at, none, at * 0, at * 0)).points[0].tolist()
    return x, y, z
