"""Variety of the works of one real life beside that of real paintings, by one encoder.

    CULTURAL_ALIEN_DATA=… python -m benchmarks.studio.variety [--works 200] [--life 0]

Distance is 1 - cosine of the packaged encoder's vectors. The painter looks at its earlier works as
it does in a cycle; `--attempts 1` keeps it from that.
"""

import argparse
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.studio.lives import Work, paint_life
from storage.archive.plan import Plan
from worker.config.sections import PictureSection
from worker.encoders.efficientnet import EfficientNetEncoder
from worker.painters import SimilarityCheck
from worker.steps.paint import COMPARED_WORKS

SIZE = 512
Floats = NDArray[np.float32]


def distances(vectors: Floats) -> Floats:
    """Of all pairs."""
    upper = np.triu_indices(len(vectors), k=1)
    return np.asarray((1 - vectors @ vectors.T)[upper], dtype=np.float32)


def paint(
    encoder: EfficientNetEncoder, works: int, *, life: int, attempts: int
) -> tuple[list[Work], Floats]:
    """The works, each painted in sight of those before it, and their vectors, (n, d)."""
    hung: list[Floats] = [np.empty((0, encoder.size), np.float32)]

    def nearest(picture: bytes) -> float:
        before = np.concatenate(hung)[-COMPARED_WORKS:]
        return float((before @ encoder.encode([picture])[0]).max(initial=-1.0))

    made = []
    wall = SimilarityCheck(nearest, encoder.alike)
    for work in paint_life(life, works, size=SIZE, attempts=attempts, similarity=wall):
        made.append(work)
        hung.append(encoder.encode([work.result.data]))
    return made, np.concatenate(hung)


def shares(name: str, words: Iterable[Sequence[str]], works: int) -> None:
    """Print what is most frequent, as a share of the works that have it."""
    counts = Counter(word for each in words for word in set(each))
    top = ", ".join(f"{word} {count / works:.0%}" for word, count in counts.most_common(3))
    print(f"{name}: {len(counts)} different; {top}")


def tell_pairs(works: Sequence[Work], vectors: Floats, floor: float) -> None:
    """Print the mean distance, and the pairs that are nearest."""
    ours = distances(vectors)
    print(
        f"{len(works)} works: mean distance {ours.mean():.3f}, nearest pair {ours.min():.3f}, "
        f"pairs under the paintings' first percentile: {(ours < floor).sum()} of {len(ours)}"
    )
    rows, columns = np.triu_indices(len(works), k=1)
    for index in np.argsort(ours)[:10]:
        pair = (int(rows[index]), int(columns[index]))
        told = (f"{n + 1} {works[n].result.model}/{works[n].result.technique}" for n in pair)
        print(f"  {ours[index]:.3f} {' – '.join(told)}")


def main() -> None:
    """Paint a life and compare it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--works", type=int, default=200)
    parser.add_argument("--life", type=int, default=0)
    parser.add_argument("--attempts", type=int, default=PictureSection().attempts)
    options = parser.parse_args()
    if "CULTURAL_ALIEN_DATA" not in os.environ:
        raise SystemExit("set CULTURAL_ALIEN_DATA to the folder of real data")
    encoder = EfficientNetEncoder()
    paintings = sorted((Path(os.environ["CULTURAL_ALIEN_DATA"]) / "paintings").glob("*.jpg"))
    real = distances(encoder.encode([path.read_bytes() for path in paintings]))
    floor = float(np.percentile(real, 1))
    print(f"{len(paintings)} paintings: mean {real.mean():.3f}, first percentile {floor:.3f}")
    works, vectors = paint(encoder, options.works, life=options.life, attempts=options.attempts)
    tell_pairs(works, vectors, floor)
    print(f"{distances(vectors).mean() / real.mean():.0%} of the paintings' mean distance")
    print(f"pictures painted for one work: {np.mean([w.result.attempts for w in works]):.2f}")
    plans: list[Plan] = [work.result.plan for work in works if work.result.plan is not None]
    shares("forms", ([a.form for a in plan.actors] for plan in plans), len(works))
    shares("settings", ([plan.setting.kind] for plan in plans), len(works))
    shares("techniques", ([plan.technique] for plan in plans), len(works))


if __name__ == "__main__":
    main()
