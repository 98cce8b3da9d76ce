"""Limited palettes with a value structure, chosen by what a picture is about.

Each scheme holds seven colours from dark to light and one accent, as an old master's board
would. A new scheme is one line of `SCHEMES`: its name, its colours and the moods it serves.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from worker.studio.colour import Colour, from_hex, from_oklab, lighten, mix, to_hex, to_oklab, turn
from worker.studio.noise import Rng


@dataclass(frozen=True)
class Palette:
    """What a picture is mixed from; every colour in it leans towards these."""

    name: str
    ink: Colour
    deep: Colour
    cool: Colour
    warm: Colour
    pale: Colour
    paper: Colour
    accent: Colour

    @property
    def hexes(self) -> tuple[str, ...]:
        """The seven colours as `#rrggbb`, dark to light, accent last."""
        return tuple(to_hex(colour) for colour in self.colours)

    @property
    def colours(self) -> tuple[Colour, ...]:
        """The seven colours, dark to light, accent last."""
        return (
            self.ink,
            self.deep,
            self.cool,
            self.warm,
            self.pale,
            self.paper,
            self.accent,
        )

    @property
    def haze(self) -> Colour:
        """What distance fades into."""
        return mix(self.pale, self.cool, 0.3)

    def local(self, tint: str, *, depth: float = 1.0) -> Colour:
        """A thing's own colour, drawn towards the palette, and paled by distance.

        `tint` is a role of the palette (`ink`, `accent` …) or a key of `TINTS`; `depth` is 1
        close by and 0 at the horizon.
        """
        own = getattr(self, tint, None) if tint not in TINTS else self._harmonised(TINTS[tint])
        if own is None:
            raise KeyError(f"no tint named {tint!r}; known: {', '.join(sorted(TINTS))}")
        return mix(own, self.haze, 0.72 * max(1 - depth, 0.0) ** 1.15)

    def _harmonised(self, own: Colour) -> Colour:
        lightness, a, b = to_oklab(own)
        weights, total = np.zeros(3), 0.0
        for colour in self.colours:
            lab = np.array(to_oklab(colour))
            gap = np.hypot(lab[1] - a, lab[2] - b) + 0.5 * abs(lab[0] - lightness)
            weight = float(np.exp(-gap * 14))
            weights += lab * weight
            total += weight
        near = weights / max(total, 1e-9)
        low, high = to_oklab(self.ink)[0], to_oklab(self.paper)[0]
        scaled = low + (high - low) * (0.08 + 0.84 * lightness)
        return from_oklab(
            0.7 * scaled + 0.3 * near[0], 0.42 * a + 0.58 * near[1], 0.42 * b + 0.58 * near[2]
        )


# Things' own colours in daylight, before the palette draws them in.
TINTS: dict[str, Colour] = {
    name: from_hex(code)
    for name, code in {
        "foliage": "#4f7a3a",
        "needles": "#2f5440",
        "grass": "#86964a",
        "straw": "#d9b65c",
        "autumn": "#c0642a",
        "wood": "#7a5234",
        "bark": "#4c3a2e",
        "stone": "#a09684",
        "plaster": "#e6dac2",
        "brick": "#a4513a",
        "slate": "#56606c",
        "thatch": "#b08a4e",
        "rust": "#8f4a2c",
        "metal": "#7d868c",
        "gold": "#d6a23a",
        "skin": "#d9a884",
        "brown_skin": "#9a6a48",
        "hair": "#3c2c24",
        "cloth": "#3f5f8a",
        "red_cloth": "#a8322e",
        "linen": "#ece2cf",
        "black": "#221f20",
        "white": "#f4efe4",
        "fur": "#b8683a",
        "grey_fur": "#8b8680",
        "hide": "#6d4a33",
        "water": "#4f86a0",
        "leaf_red": "#b23a3a",
        "petal": "#d8788e",
        "yellow": "#e8c23c",
        "fruit_red": "#b8342c",
        "orange": "#dd8a34",
        "glass": "#9fc0b8",
        "fire": "#ee8a2e",
        "snow": "#eef0f2",
        "sand": "#dcc192",
        "blood": "#8c1f22",
        "blue": "#2f5fa8",
        "violet": "#6a4c8c",
        "bone": "#e4d8bc",
    }.items()
}

# name: seven colours (ink, deep, cool, warm, pale, paper, accent), and the moods served.
SCHEMES: tuple[tuple[str, str, str], ...] = (
    ("northern dusk", "1d2430 38465a 6f8394 b58a5c d9c7a3 efe6d2 c8553d", "evening sea calm"),
    ("prussian", "14233d 1f4e79 6b9ab8 c9a26b e3d5b5 f4ecd8 c8402f", "sea water japan day"),
    ("mourning", "17161a 34323c 5f6068 7c6f68 a8a39a d5cfc4 6b3138", "grief death winter quiet"),
    ("high summer", "23402f 3f6f4a 6fa3b8 d8b04a f0dca0 faf3df cc4a3a", "summer day joy garden"),
    ("winter", "232a35 4a586b 8fa3b5 a89c90 d3dade f3f3ef a23b36", "winter snow quiet cold"),
    ("ember", "1c1210 4a1f1a 7a4a3c c4682c e8b568 f3e0bd e23d1e", "fire war anger passion"),
    ("verdigris", "16302e 28584f 5f9a8c b58b5a d5ceae f0ead6 d07a3a", "nature river spring plant"),
    ("terracotta", "3a1f1a 7a3b2a 6f8a88 c97b4e e6bf92 f6e7d0 2f6f78", "desert south ancient day"),
    ("nocturne", "0b1020 18284a 34577a 5f6a86 9fb0be e6dfb8 e8b53f", "night moon mystery dream"),
    ("grisaille", "1b1a19 44413e 77736d 8f8478 bab2a6 ebe5da 9a6a3a", "stone war quiet modern"),
    ("rose", "3a1c2c 7a3b56 8f8fae cf8a86 efc3b6 fbeee6 b8324e", "love tenderness spring joy"),
    ("icon gold", "20140f 5a1d1c 24476f b5852c dcb75e f5e6b8 a8252a", "sacred royal ancient"),
    ("dunes", "3b2a22 6f5038 8fa39c c99a5c e8cf9e f7ecd4 b3482f", "desert heat day ancient"),
    ("blossom", "2b2c3c 545c7a 9db3b5 d5a0a0 f0d6cc fbf4ea c94f6d", "spring joy japan flower"),
    ("autumn", "2a1b14 5c3420 7d7f5a c5782e e3b46a f4e4c1 a3301f", "autumn harvest evening"),
    ("storm", "10181d 27383f 526a70 7f7a6a a9b0a8 dfe0d4 c9a23c", "storm sea anger cold"),
    ("jazz", "1a1430 3c2a6a 2f7f9a d8623c f0b84a f8ecd0 d8325a", "joy music modern city"),
    ("factory", "18191c 3c4148 6d7678 9a6a4a c9bba2 ece5d6 d08a1e", "industry modern city war"),
    ("deep sea", "071a24 0f3f52 2a7f88 8a8a6a b8cdb8 edf0dc f07a4a", "sea dream mystery cold"),
    ("chalk", "2f2f33 5d6470 93a5a8 c2a68c e2d8c8 faf6ee d2693c", "quiet day modern calm"),
)


def choose_palette(moods: Mapping[str, float], rng: Rng) -> Palette:
    """The scheme that serves the moods best, by a seeded draw among the good ones."""
    scores = np.array(
        [sum(moods.get(mood, 0.0) for mood in served.split()) for _, _, served in SCHEMES]
    )
    odds = np.exp(2.2 * (scores - scores.max()))
    index = int(rng.choice(len(SCHEMES), p=odds / odds.sum()))
    name, codes, _ = SCHEMES[index]
    hue, chroma = float(rng.uniform(-9, 9)), float(rng.uniform(0.9, 1.12))
    lift = float(rng.uniform(-0.02, 0.02))
    colours = [lighten(turn(from_hex(code), hue, chroma=chroma), lift) for code in codes.split()]
    return Palette(name, *colours)
