"""A second telling of design §6 that reads nothing but manifests: novelty, pool and patience."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storage.archive.manifest import Float32, Manifest


def recompute(manifests: Sequence[Manifest]) -> None:
    """Assert that one artist's manifests, in order, follow from each other; to 1e-6."""
    earlier: list[Manifest] = []
    counts: dict[str, int] = {}
    entered: dict[str, int] = {}
    seeds = manifests[0].inspiration.pool_before.seeds
    cooldown: dict[str, int] = {}
    first, most = manifests[0].judgement, len(manifests)
    texts = _Vectors(most, first.text_vector.size)
    images = _Vectors(most, first.image_vector.size)
    for manifest in manifests:
        where = manifest.work
        tuning, judgement, number = manifest.tuning, manifest.judgement, manifest.number
        novelty = 1.0
        if earlier:
            text, image = (
                texts.nearest(judgement.text_vector),
                images.nearest(judgement.image_vector),
            )
            novelty = (1 - text) / 2 + (1 - image) / 2
        texts.add(judgement.text_vector)
        images.add(judgement.image_vector)
        assert abs(judgement.novelty - novelty) < 1e-6, where
        before = manifest.inspiration.pool_before
        assert {e.concept: e.count for e in before.entries if not e.seed} == counts, where
        concept = manifest.inspiration.concept
        assert concept not in set(before.concepts), where
        assert cooldown.get(concept, 0) < number, f"{where}: {concept} rests"
        shown = set(manifest.composition.concepts)
        assert {concept} <= shown <= {*before.concepts, concept}, where
        counts[concept], entered[concept] = 0, number
        if len(earlier) != 1:  # the second work has no baseline
            rose = not earlier or novelty > earlier[-1].judgement.novelty
            counts = {
                name: 0 if rose and name in shown else count + 1 for name, count in counts.items()
            }
        leaving = {name for name in counts if counts[name] >= tuning.patience}
        staying = {name: count for name, count in counts.items() if name not in leaving}
        while len(staying) + len(seeds) > tuning.pool_size:
            leaving.add(max(staying, key=lambda name: (staying[name], -entered[name])))
            staying = {name: count for name, count in counts.items() if name not in leaving}
        assert set(judgement.departed) == leaving, where
        for name in leaving:
            cooldown[name] = number + tuning.rest
        counts = staying
        after = judgement.pool_after
        assert {e.concept: e.count for e in after.entries if not e.seed} == counts, where
        assert after.seeds == seeds, where
        earlier.append(manifest)


def expected_novelty(manifest: Manifest, earlier: Sequence[Manifest]) -> float:
    """½(1 - max cosine of text) + ½(1 - max cosine of image); 1 for the first work."""
    if not earlier:
        return 1.0
    judgement = manifest.judgement
    text = max(cosine(judgement.text_vector, m.judgement.text_vector) for m in earlier)
    image = max(cosine(judgement.image_vector, m.judgement.image_vector) for m in earlier)
    return (1 - text) / 2 + (1 - image) / 2


class _Vectors:
    """Directions of all vectors so far, so that a year's worth takes a minute and not a day."""

    def __init__(self, most: int, size: int) -> None:
        self._held, self._count = np.empty((most, size)), 0

    def nearest(self, vector: Float32) -> float:
        """The highest cosine with one that was added."""
        x = vector.astype(np.float64)
        return float((self._held[: self._count] @ x).max() / np.sqrt((x * x).sum()))

    def add(self, vector: Float32) -> None:
        x = vector.astype(np.float64)
        self._held[self._count] = x / np.sqrt((x * x).sum())
        self._count += 1


def cosine(a: Float32, b: Float32) -> float:
    """Cosine similarity by the textbook."""
    x, y = a.astype(np.float64), b.astype(np.float64)
    return float((x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum()))
