"""Variety of 200 works beside that of real paintings, by one encoder.

    CULTURAL_ALIEN_DATA=… python -m benchmarks.studio.variety [--works 200]

Distance is 1 - cosine of the packaged encoder's vectors. The concepts of a work are three drawn
from one real artwork's, so the company they keep is real.
"""

import argparse
import gzip
import json
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from worker.encoders.efficientnet import EfficientNetEncoder
from worker.studio import OfflinePainter

STYLE = ""
SIZE = 512


def real_concepts(data: Path, count: int, *, seed: int) -> list[list[str]]:
    rng = np.random.default_rng(seed)
    with gzip.open(data / "combined_concepts.jsonl.gz", "rt") as lines:
        works = [json.loads(line)["concepts"] for line in lines]
    works = [concepts for concepts in works if len(concepts) >= 3]
    chosen = rng.choice(len(works), count, replace=False)
    return [[str(word) for word in rng.permutation(works[i])[:3]] for i in chosen]


def distances(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    upper = np.triu_indices(len(vectors), k=1)
    return np.asarray((1 - vectors @ vectors.T)[upper], dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--works", type=int, default=200)
    arguments = parser.parse_args()
    if "CULTURAL_ALIEN_DATA" not in os.environ:
        raise SystemExit("set CULTURAL_ALIEN_DATA to the folder of real data")
    data = Path(os.environ["CULTURAL_ALIEN_DATA"])
    encoder = EfficientNetEncoder()
    paintings = sorted((data / "paintings").glob("*.jpg"))
    real = distances(encoder.encode([path.read_bytes() for path in paintings]))
    painter = OfflinePainter(SIZE, SIZE)
    pictures = [
        painter.paint(concepts, seed=number, style=STYLE)
        for number, concepts in enumerate(real_concepts(data, arguments.works, seed=5))
    ]
    ours_vectors = encoder.encode([picture.png for picture in pictures])
    ours = distances(ours_vectors)
    floor = float(np.percentile(real, 1))
    print(
        f"{len(paintings)} paintings: mean distance {real.mean():.3f}, first percentile {floor:.3f}"
    )
    print(
        f"{len(pictures)} works: mean distance {ours.mean():.3f} "
        f"({ours.mean() / real.mean():.0%} of the paintings'), nearest pair {ours.min():.3f}, "
        f"pairs under the paintings' first percentile: {(ours < floor).sum()} of {len(ours)}"
    )
    rows, columns = np.triu_indices(len(pictures), k=1)
    for index in np.argsort(ours)[:10]:
        one, two = int(rows[index]), int(columns[index])
        print(
            f"  {ours[index]:.3f} {one} {pictures[one].family}/{pictures[one].technique} – "
            f"{two} {pictures[two].family}/{pictures[two].technique}"
        )


if __name__ == "__main__":
    main()
