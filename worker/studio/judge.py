"""How well a picture is composed, measured in its buffers before any mark is made.

The studio draws a few plans for the same concepts and keeps the one that scores best, so all is
measured in a small rendering.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from worker.studio.check import Rendered
from worker.studio.field.colour import to_oklab
from worker.studio.field.noise import blur
from worker.studio.scene.layout import PORTRAITS
from worker.studio.scene.model import COPIES, SCENERY
from worker.studio.scene.relations import SURREAL

Mask = NDArray[np.bool_]

_AREA = (0.2, 0.55)
"""Share of the picture that the actors take together."""
_EXTENT = 0.72
"""Share of a side that the actors span, in height or width."""
_RIM = 0.07
"""Share of a side that the actors keep from the frame: many techniques have a margin."""
_NOTHING = -6.0
"""Score of a picture without an actor."""
_MODELLED = 0.16
"""Of lightness: how far the lights and the darks of an actor are apart, at least."""
_LEAST_OUTLINE = 0.2
"""Of lightness: how far both sides of the actors' outline are apart, at least."""
_DARK, _DARK_AREA = 0.36, 0.1
"""Lightness of a dark, and the share of a picture that it has at least."""
_PALE, _PALE_AREA = 0.76, 0.55
"""Lightness of what is pale, and the share of a picture that it has at most."""
_SURREAL = 1.0
"""Score of a surreal relation: a reviewer would rather hang them than one thing alone."""
_OPEN = ("isolation", "scale", "absence")
"""Structures that mean emptiness."""
ALL_OVER = ("repetition",)
"""Structures whose copies may run out of the picture."""


def composition(picture: Rendered) -> float:
    """A score, the higher the better; about 0 for a poor picture and 3 for a good one."""
    kind = picture.plan.structure.kind if picture.plan.structure else ""
    mask = _actors(picture)
    if not mask.any():
        return _NOTHING
    lightness = to_oklab(picture.target.colour)[..., 0]
    outline = _silhouette(lightness, mask)
    score = _values(lightness, mask) + 2.5 * outline - _blank(lightness, mask)
    score -= _pallor(lightness)
    score -= 1.5 * max(0.0, outline - _faintest(picture, lightness))
    # Pale on pale, or dark on dark: refused where there is anything else.
    score -= 20 * max(0.0, _LEAST_OUTLINE - outline)
    if kind not in _OPEN:
        score -= _smallness(mask)
    if kind not in ALL_OVER:
        score -= _cut(mask, portrait=_is_portrait(picture)) + _imbalance(mask)
    met = any(relation.kind in SURREAL for relation in picture.plan.relations)
    return score - _crowded(picture, mask) - _muddle(picture) + (_SURREAL if met else 0.0)


def _actors(picture: Rendered) -> Mask:
    numbers = picture.target.buffers.object
    return (numbers >= 0) & (numbers < COPIES * max(len(picture.plan.actors), 1))


def _smallness(mask: Mask) -> float:
    area = float(mask.mean())
    rows, columns = np.nonzero(mask)
    extent = max(np.ptp(rows) / mask.shape[0], np.ptp(columns) / mask.shape[1])
    lacking = max(0.0, _AREA[0] - area) / _AREA[0] + max(0.0, area - _AREA[1]) * 2
    return 1.2 * lacking + 3.0 * max(0.0, _EXTENT - float(extent))


def _silhouette(lightness: NDArray[np.float32], mask: Mask) -> float:
    """How far both sides of the actors' outline are apart in lightness, nearly all along it."""
    width = max(0.02 * min(mask.shape), 1.5)
    inside, outside = mask.astype(np.float32), (~mask).astype(np.float32)
    near, far = blur(inside, width), blur(outside, width)
    border = (near > 0.3) & (near < 0.7)
    if not border.any():
        return 0.0
    one = blur(lightness * inside, width) / np.maximum(near, 0.05)
    other = blur(lightness * outside, width) / np.maximum(far, 0.05)
    gaps = np.abs(one - other)[border]
    return float(np.clip(gaps, 0, 0.4).mean() + 0.5 * np.percentile(gaps, 25))


def _faintest(picture: Rendered, lightness: NDArray[np.float32]) -> float:
    """The outline of the actor that is least set off from what is around it."""
    masks = [picture.mask(i) for i in range(len(picture.plan.actors))]
    return min((_silhouette(lightness, mask) for mask in masks if mask.any()), default=1.0)


def _blank(lightness: NDArray[np.float32], mask: Mask) -> float:
    """An actor of one tone, without light or shade on it."""
    spread = float(np.ptp(np.percentile(lightness[mask], (10, 90))))
    return max(0.0, _MODELLED - spread) / _MODELLED


def _values(lightness: NDArray[np.float32], mask: Mask) -> float:
    """A spread of broad values, in the surroundings too: neither flat nor speckled."""
    broad = blur(lightness, 0.03 * min(mask.shape))
    around = float(broad[~mask].std()) if (~mask).any() else 0.0
    return 3.0 * min(float(broad.std()), 0.22) + 4.0 * min(around, 0.14)


def _pallor(lightness: NDArray[np.float32]) -> float:
    """A picture without a dark, or that is nearly all pale."""
    broad = blur(lightness, 0.02 * min(lightness.shape))
    dark, pale = float((broad < _DARK).mean()), float((broad > _PALE).mean())
    return max(0.0, _DARK_AREA - dark) / _DARK_AREA + 2.5 * max(0.0, pale - _PALE_AREA)


def _is_portrait(picture: Rendered) -> bool:
    return picture.plan.actors[0].form in PORTRAITS


def _cut(mask: Mask, *, portrait: bool) -> float:
    """Actors that the frame touches: at the top it may be a head."""
    rim = max(round(_RIM * min(mask.shape)), 1)
    sides = (mask[:rim].any(0), mask[-rim:].any(0), mask[:, :rim].any(1), mask[:, -rim:].any(1))
    weights = (4.0, 0.0 if portrait else 1.2, 1.6, 1.6)
    return sum(w * (0.3 + float(s.mean())) for w, s in zip(weights, sides, strict=True) if s.any())


def _imbalance(mask: Mask) -> float:
    columns = np.nonzero(mask)[1]
    away = abs(float(columns.mean() / mask.shape[1]) - 0.5)
    return 3.0 * max(0.0, away - 0.18) + 0.4 * max(0.0, 0.04 - away) / 0.04


def _crowded(picture: Rendered, mask: Mask) -> float:
    """Scenery that the frame cuts."""
    numbers = picture.target.buffers.object
    behind = (numbers >= SCENERY) & (numbers < SCENERY + COPIES)
    return 0.5 if behind[:, 0].any() or behind[:, -1].any() else 0.0


def _muddle(picture: Rendered) -> float:
    """Two actors that stand apart without a relation, of which one is small."""
    if len(picture.plan.actors) < 2 or picture.plan.relations:
        return 0.0
    areas = sorted(float(picture.mask(i).mean()) for i in range(len(picture.plan.actors)))
    return 0.6 + (0.6 if areas[0] < 0.05 else 0.0)
