"""Variety of 200 works beside that of real paintings, by one encoder.

    CULTURAL_ALIEN_DATA=… python -m benchmarks.studio.variety [--works 200] [--seed 5]

Distance is 1 - cosine of the packaged encoder's vectors. The concepts of a work are three drawn
from one real artwork's, so the company they keep is real. The painter looks at its earlier works as
it does in a cycle; `--attempts 1` keeps it from that.
"""

import argparse
import gzip
import json
import os
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from worker.config.sections import PictureSection
from worker.encoders.efficientnet import EfficientNetEncoder
from worker.meter import PaidCall
from worker.painters import PaintRequest, PaintResult, SimilarityCheck
from worker.painters.offline import OfflineStudio
from worker.steps.paint import COMPARED_WORKS

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


class Hall:
    """The works that the painter looks at, by their vectors."""

    def __init__(self, encoder: EfficientNetEncoder) -> None:
        self.encoder = encoder
        self.vectors = np.empty((0, encoder.size), np.float32)

    def nearest(self, picture: bytes) -> float:
        """Cosine with the work that the picture resembles most."""
        vector = self.encoder.encode([picture])[0]
        return float((self.vectors @ vector).max(initial=-1.0))

    def hang(self, picture: bytes) -> None:
        """Remember one more work."""
        known = [self.vectors, self.encoder.encode([picture])]
        self.vectors = np.concatenate(known)[-COMPARED_WORKS:]


class Free:
    """A meter for a painter that costs nothing."""

    def paid(
        self, purpose: str, *, provider: str, model: str, ceiling: float
    ) -> AbstractContextManager[PaidCall]:
        """Never."""
        raise AssertionError(f"{provider} was to be paid for {purpose}")


def paint_all(
    encoder: EfficientNetEncoder, works: list[list[str]], *, attempts: int
) -> list[PaintResult]:
    studio = OfflineStudio(width=SIZE, height=SIZE, attempts=attempts)
    hall = Hall(encoder)
    wall = SimilarityCheck(hall.nearest, encoder.alike)
    canvases = []
    for number, concepts in enumerate(works):
        request = PaintRequest("", "", tuple(concepts), STYLE, number, wall)
        canvases.append(studio.paint(request, Free()))
        hall.hang(canvases[-1].data)
    return canvases


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--works", type=int, default=200)
    parser.add_argument("--seed", type=int, default=5, help="of the choice of concepts")
    parser.add_argument(
        "--attempts",
        type=int,
        default=PictureSection().attempts,
        help="pictures for one work at most",
    )
    arguments = parser.parse_args()
    if "CULTURAL_ALIEN_DATA" not in os.environ:
        raise SystemExit("set CULTURAL_ALIEN_DATA to the folder of real data")
    data = Path(os.environ["CULTURAL_ALIEN_DATA"])
    encoder = EfficientNetEncoder()
    paintings = sorted((data / "paintings").glob("*.jpg"))
    real = distances(encoder.encode([path.read_bytes() for path in paintings]))
    works = real_concepts(data, arguments.works, seed=arguments.seed)
    pictures = paint_all(encoder, works, attempts=arguments.attempts)
    ours_vectors = encoder.encode([picture.data for picture in pictures])
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
    print(f"pictures painted for one work: {np.mean([one.attempts for one in pictures]):.2f}")
    rows, columns = np.triu_indices(len(pictures), k=1)
    for index in np.argsort(ours)[:10]:
        one, two = int(rows[index]), int(columns[index])
        print(
            f"  {ours[index]:.3f} {one} {pictures[one].model}/{pictures[one].technique} – "
            f"{two} {pictures[two].model}/{pictures[two].technique}"
        )


if __name__ == "__main__":
    main()
