"""A contact sheet of forms as they are built, lit plainly: what a new form looks like.

python -m benchmarks.studio.forms jug horse:rearing:old --out forms.png
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

import worker.studio.scene.forms  # noqa: F401  (fills FORMS)
from worker.studio.field.camera import Camera
from worker.studio.field.colour import Pixels
from worker.studio.field.render import Buffers, Light, Surface, render
from worker.studio.picture import to_image
from worker.studio.scene.materials import MATERIALS
from worker.studio.scene.mesh import sheet
from worker.studio.scene.model import FORMS, Model, Part, Request, make

_ROLES = {"main": "brick", "second": "ceramic", "accent": "gold", "ground": "plaster"}


def surfaces(model: Model, *, object_: int, at: Sequence[float] = (0, 0, 0)) -> list[Surface]:
    """A model as surfaces in its plain materials."""
    return [_surface(part, object_, index, at) for index, part in enumerate(model.parts)]


def _surface(part: Part, object_: int, index: int, at: Sequence[float]) -> Surface:
    colour = MATERIALS[_ROLES.get(part.material, part.material)]
    other = MATERIALS[_ROLES.get(part.other, part.other)] if part.other else colour * 0.6
    return Surface(
        points=part.mesh.points + np.asarray(at),
        faces=part.mesh.faces,
        normals=part.mesh.normals,
        grain=part.mesh.grain,
        local=part.mesh.points * part.repeat,
        colour=colour,
        second=np.asarray(other, dtype=np.float32),
        pattern=part.pattern,
        object=object_,
        part=index,
        glow=part.glow,
        clear=float(np.ptp(part.mesh.points[:, 1])) if part.open else 0.0,
        drawn=part.drawn,
    )


def portrait(name: str, *, seed: int, size: int, turn: float = 25.0) -> Buffers:
    """Buffers of one form (`name:pose:attribute:...`), seen a little from above."""
    words = name.split(":")
    form = FORMS[words[0]]
    pose = next((word for word in words[1:] if word in form.poses), form.poses[0])
    request = Request(np.random.default_rng(seed), pose, frozenset(words[1:]) - {pose})
    model = make(words[0], request).mapped(lambda mesh: mesh.turned(y=turn))
    low, high = model.bounds
    reach = float(np.linalg.norm(high - low)) * 0.56
    middle = (low + high) / 2
    distance = reach / math.sin(math.radians(15))
    eye = middle + np.array([0, 0.22, 1]) * distance
    across = np.linspace(-1, 1, 40) ** 3 * reach * 30
    x, z = np.meshgrid(across, across, indexing="ij")
    floor = Part("floor", sheet(np.stack([x, np.full_like(x, -0.001), z], axis=-1)), "plaster")
    scene = [*surfaces(model, object_=0), _surface(floor, 1, 0, (0, 0, 0))]
    return render(
        scene,
        Camera(tuple(eye), tuple(middle), lens=32),
        Light((0.6, -0.8, -0.55), reach=reach * 4),
        (size, size),
        backdrop=lambda rays: (
            np.full((len(rays), 3), 0.9, np.float32),
            np.ones(len(rays), np.float32),
        ),
        focus=(middle, reach * 2.5),
        occlusion_radius=reach * 0.25,
    )


def plain(buffers: Buffers) -> Pixels:
    """Colour times light, with contours."""
    shaded = buffers.albedo * (0.25 + 0.75 * buffers.light[..., None])
    return np.asarray(shaded * (1 - 0.5 * buffers.edge[..., None]))


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="form:pose:attribute:...; none is all forms")
    parser.add_argument("--out", type=Path, default=Path("forms.png"))
    parser.add_argument("--size", type=int, default=280)
    parser.add_argument("--columns", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--turn", type=float, default=25.0, help="degrees about the upright")
    options = parser.parse_args()
    names = options.names or sorted(FORMS)
    unknown = [name for name in names if name.split(":")[0] not in FORMS]
    if unknown:
        sys.exit(f"there is no form {', '.join(unknown)}; known: {', '.join(sorted(FORMS))}")
    size, columns = options.size, min(options.columns, len(names))
    rows = -(-len(names) // columns)
    sheet = Image.new("RGB", (columns * size, rows * (size + 14)), "white")
    draw = ImageDraw.Draw(sheet)
    for index, name in enumerate(names):
        seen = plain(portrait(name, seed=options.seed, size=size, turn=options.turn))
        tile = to_image(seen)
        x, y = index % columns * size, index // columns * (size + 14)
        sheet.paste(tile, (x, y))
        draw.text((x + 4, y + size), name, fill="black")
    sheet.save(options.out)


if __name__ == "__main__":
    main()
