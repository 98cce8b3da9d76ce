"""One still scene in every technique, large: what the marks of a technique look like.

python -m benchmarks.studio.techniques engraving oil --out techniques.png
"""

from __future__ import annotations

import argparse
import time
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
from PIL import Image

import worker.studio.marks
import worker.studio.scene.forms
from benchmarks.studio.forms import surfaces
from worker.studio.field.camera import Camera
from worker.studio.field.colour import Pixels, from_hex
from worker.studio.field.render import Light, Map, Surface, render
from worker.studio.field.shade import Mood, Target, shade
from worker.studio.marks.technique import Technique, no_stage
from worker.studio.picture import to_image
from worker.studio.scene.clay import Clay
from worker.studio.scene.materials import MATERIALS
from worker.studio.scene.mesh import box, sheet
from worker.studio.scene.model import Model, Part, Request, make

PIGMENTS = ("1d2430", "38465a", "6f8394", "b58a5c", "d9c7a3", "efe6d2")


def demo(size: int, *, outdoors: bool = False, seed: int = 1) -> Target:
    """A jug, a ball and a small figure on a table before a wall, or under a sky."""
    rng = np.random.default_rng(seed)
    jug = make("jug", Request(rng)).mapped(lambda m: m.moved(-0.17, 0, -0.05))
    ball = Part("ball", Clay().lump((0.16, 0.07, 0.1), 0.07).mesh(), "blue_glaze")
    doll = Clay(blend=0.03).limb((0.2, 0.05, -0.15), (0.2, 0.25, -0.15), 0.05, 0.04)
    doll.lump((0.2, 0.35, -0.15), (0.045, 0.06, 0.05)).limb(
        (0.2, 0.24, -0.15), (0.3, 0.1, -0.1), 0.02
    )
    doll.limb((0.2, 0.24, -0.15), (0.1, 0.33, -0.1), 0.02).limb(
        (0.2, 0.05, -0.15), (0.2, 0, -0.15), 0.09
    )
    across = np.linspace(-1, 1, 60) ** 3 * (40 if outdoors else 1.2)
    x, z = np.meshgrid(across, across, indexing="ij")
    floor = sheet(np.stack([x, np.zeros_like(x), z], -1), grain=(1, 0, 0))
    top = Part(
        "table",
        floor,
        "grass" if outdoors else "wood",
        "mottle" if outdoors else "planks",
        repeat=6,
    )
    scene: list[Surface] = []
    scene += surfaces(jug, object_=1)
    scene += surfaces(Model([ball]), object_=2)
    scene += surfaces(Model([Part("doll", doll.mesh(), "red_cloth")]), object_=3)
    scene += surfaces(Model([top]), object_=4)
    if not outdoors:
        wall = Part("wall", box(6, 4, 0.1).moved(y=-1, z=-1.3), "plaster", "mottle", repeat=2)
        scene += surfaces(Model([wall]), object_=5)
    sky, low = MATERIALS["cloth"], from_hex("#e8d9b8")

    def backdrop(rays: Map) -> tuple[Pixels, Map]:
        rise = np.clip(rays[:, 1] * 2.2, 0, 1)[:, None]
        return (low + (sky - low) * rise).astype(np.float32), np.ones(len(rays), np.float32)

    camera = Camera((0.05, 0.45, 1.35), (0.0, 0.15, 0.0), lens=36)
    light = Light((0.75, -0.75, -0.45), softness=0.12)
    seen = render(
        scene,
        camera,
        light,
        (size, size),
        backdrop=backdrop,
        focus=((0, 0.1, 0), 0.6),
        occlusion_radius=0.12,
    )
    return shade(
        seen,
        Mood(haze_at=12.0 if outdoors else 90.0),
        pigments=[from_hex(code) for code in PIGMENTS],
        accent_colour=from_hex("c8553d"),
        accent=seen.mask(3),
        actors=seen.mask(1, 2, 3),
        rng=rng,
    )


def techniques() -> dict[str, Technique]:
    """Every technique by its name."""
    found = {}
    for module in iter_modules(worker.studio.marks.__path__):
        held = vars(import_module(f"worker.studio.marks.{module.name}"))
        found.update({t.name: t for t in held.values() if isinstance(t, Technique)})
    return found


def main() -> None:
    """Write the sheet and print the seconds of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="techniques; none is all, with the target first")
    parser.add_argument("--out", type=Path, default=Path("techniques.png"))
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--outdoors", action="store_true")
    options = parser.parse_args()
    known = techniques()
    names = options.names or sorted(known)
    tiles = []
    for name in names:
        target = demo(options.size, outdoors=options.outdoors)
        begun = time.perf_counter()
        picture = target.colour if name == "target" else known[name].render(target, no_stage)
        print(f"{name}: {time.perf_counter() - begun:.2f} s")
        tiles.append(to_image(picture))
    columns = min(3, len(tiles))
    rows = -(-len(tiles) // columns)
    sheet_ = Image.new("RGB", (columns * options.size, rows * options.size), "white")
    for index, tile in enumerate(tiles):
        sheet_.paste(tile, (index % columns * options.size, index // columns * options.size))
    sheet_.save(options.out)


if __name__ == "__main__":
    main()
