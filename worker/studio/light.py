"""The light a picture stands in: where it comes from, how warm it is, what the hour is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from worker.studio.noise import Rng

# The values a picture is pitched in, as painters say: name, darkest and lightest share of the
# palette's range, colourfulness, how readily it is taken, and the moods it serves.
KEYS: tuple[tuple[str, float, float, float, float, str], ...] = (
    ("full", 0.0, 1.0, 1.0, 0.5, ""),
    ("high", 0.36, 1.0, 0.85, 0.14, "joy spring summer calm tenderness day snow"),
    ("low", 0.0, 0.62, 0.9, 0.12, "grief death night mystery storm war"),
    ("muted", 0.14, 0.84, 0.45, 0.14, "quiet winter grief mist cold industry"),
    ("rich", 0.0, 0.96, 1.42, 0.16, "passion joy fire royal harvest music"),
)


@dataclass(frozen=True)
class Key:
    """How light and how colourful a picture is on the whole."""

    name: str
    low: float
    high: float
    chroma: float


def choose_key(moods: Mapping[str, float], rng: Rng) -> Key:
    """A seeded draw, drawn towards what serves the moods."""
    fits = [1 + 1.5 * sum(moods.get(mood, 0.0) for mood in served.split()) for *_, served in KEYS]
    odds = np.array([key[4] * fit for key, fit in zip(KEYS, fits, strict=True)])
    name, low, high, chroma, *_ = KEYS[int(rng.choice(len(KEYS), p=odds / odds.sum()))]
    return Key(name, low, high, chroma)


HOURS = ("day", "dawn", "evening", "night", "storm", "snow")


@dataclass(frozen=True)
class Light:
    """One sun or moon or lamp."""

    hour: str
    side: float  # -1 from the left … 1 from the right
    height: float  # 0 at the horizon … 1 overhead
    strength: float  # contrast between lit and shaded sides, 0..1

    @property
    def direction(self) -> tuple[float, float]:
        """Unit vector in the picture from a form towards the light (x right, y down)."""
        x, y = self.side, -0.35 - self.height
        length = float(np.hypot(x, y))
        return x / length, y / length


def choose_light(moods: Mapping[str, float], rng: Rng) -> Light:
    """The hour that the concepts ask for, else a drawn one; the side is always drawn."""
    asked = {hour: moods.get(hour, 0.0) for hour in HOURS}
    asked["snow"] += moods.get("winter", 0.0)
    asked["night"] += 0.4 * moods.get("mystery", 0.0) + 0.3 * moods.get("grief", 0.0)
    best = max(asked, key=lambda hour: asked[hour])
    if asked[best] <= 0.35:
        best = str(rng.choice(["day", "day", "day", "dawn", "evening", "evening"]))
    side = float(rng.choice([-1, 1]) * rng.uniform(0.45, 1.0))
    height = {"day": 0.8, "dawn": 0.25, "evening": 0.2, "night": 0.6, "storm": 0.5, "snow": 0.5}
    strength = {"day": 0.6, "dawn": 0.7, "evening": 0.8, "night": 0.7, "storm": 0.5, "snow": 0.35}
    return Light(best, side, height[best], strength[best])
