"""Write `worker/studio/plan/palettes.tsv`: the colours of real paintings and their shares.

    python -m benchmarks.studio.palettes PAINTINGS

PAINTINGS is a folder of public-domain pictures with `images.jsonl`. Five colours of each picture
are found by k-means in OKLab, the accent among its few strongest pixels; pictures without light,
dark and colour are passed over, and of two that resemble each other the duller one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.cluster.vq import kmeans2

from worker.studio.field.colour import from_oklab, to_hex, to_oklab

TARGET = Path(__file__).parents[2] / "worker" / "studio" / "plan" / "palettes.tsv"
MOST = 96
LEAST_GAP = 0.24
"""Of the ten channels of two palettes, as a distance."""

Lab = NDArray[np.float32]


def read(path: Path) -> tuple[Lab, Lab, Lab] | None:
    """Five colours (5, 3) from the largest share to the smallest, the shares, and the accent."""
    image = Image.open(path).convert("RGB")
    image.thumbnail((72, 72))
    pixels = to_oklab(np.asarray(image, dtype=np.float32) / 255).reshape(-1, 3)
    centres, label = kmeans2(pixels * (1, 2.2, 2.2), 5, minit="++", seed=1)
    shares = np.bincount(label, minlength=5) / len(label)
    if shares.min() < 0.01:
        return None
    order = np.argsort(-shares)
    colours = (centres / (1, 2.2, 2.2))[order].astype(np.float32)
    strong = np.hypot(pixels[:, 1], pixels[:, 2])
    apart = np.min(np.linalg.norm((pixels[:, None] - colours[None]) * (0.5, 1, 1), axis=2), axis=1)
    accent = pixels[np.argsort(-(strong + apart))[: max(len(pixels) // 300, 3)]].mean(0)
    if np.ptp(colours[:, 0]) < 0.45 or np.hypot(*accent[1:]) < 0.07:
        return None
    return colours, shares[order].astype(np.float32), accent


def main() -> None:
    """Write the table."""
    folder = Path(sys.argv[1])
    rows: list[str] = []
    kept: list[Lab] = []
    records = map(json.loads, (folder / "images.jsonl").read_text("utf-8").splitlines())
    read_ = [(read(folder / record["file"]), record) for record in records]
    usable = [(found, record) for found, record in read_ if found is not None]
    # The most colourful first: of many brown ones a few are enough.
    usable.sort(key=lambda pair: -float(np.hypot(pair[0][0][:, 1], pair[0][0][:, 2]).mean()))
    for (colours, shares, accent), record in usable:
        if len(rows) >= MOST:
            break
        if any(np.linalg.norm(colours - other) < LEAST_GAP for other in kept):
            continue
        kept.append(colours)
        codes = [f"{to_hex(from_oklab(c))}:{s:.2f}" for c, s in zip(colours, shares, strict=True)]
        title = " ".join(f"{record['title']}, {record['artist']}".split())[:90]
        rows.append("\t".join([*codes, to_hex(from_oklab(accent)), title]))
    TARGET.write_text("\n".join(rows) + "\n", "utf-8")
    print(f"{len(rows)} palettes")


if __name__ == "__main__":
    main()
