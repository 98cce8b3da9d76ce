from importlib.resources import files

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from worker.studio.field.colour import from_hex, luminance, to_oklab
from worker.studio.plan.palette import choose_palette

PIGMENTS = dict(
    line.split("\t")
    for line in files("worker.studio.plan").joinpath("pigments.tsv").read_text("utf-8").splitlines()
)


def gap(first: str, second: str) -> float:
    return float(np.linalg.norm(to_oklab(from_hex(first)) - to_oklab(from_hex(second))))


@given(st.integers(0, 2**32), st.floats(-1, 1))
@settings(max_examples=150)
def test_six_named_pigments_with_six_roles(seed: int, key: float) -> None:
    palette = choose_palette(key, np.random.default_rng(seed))
    roles = [pigment.role for pigment in palette]
    assert sorted(roles) == ["accent", "back", "dark", "ground", "main", "second"]
    assert len({pigment.name for pigment in palette}) == 6
    for pigment in palette:
        assert gap(pigment.colour, PIGMENTS[pigment.name]) < 0.13, pigment
        assert 0 < pigment.share <= 1
    light = [float(luminance(from_hex(pigment.colour))) for pigment in palette]
    assert np.ptp(light) > 0.35


def test_the_same_seed_gives_the_same_palette() -> None:
    first, again, other = (choose_palette(0.0, np.random.default_rng(s)) for s in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_key_is_heard() -> None:
    def back(key: float) -> float:
        pigments = [choose_palette(key, np.random.default_rng(s))[0:6] for s in range(60)]
        return float(np.mean([luminance(from_hex(p.colour)) for ps in pigments for p in ps
                              if p.role == "back"]))  # fmt: skip

    assert back(-1.0) < back(0.0) < back(1.0)


def test_palettes_differ() -> None:
    found = {choose_palette(0.0, np.random.default_rng(seed)) for seed in range(100)}
    assert len(found) > 90


def test_pigments_are_told_apart_by_name_and_colour() -> None:
    names = list(PIGMENTS)
    lab = to_oklab(np.stack([from_hex(PIGMENTS[name]) for name in names]))
    gaps = np.linalg.norm(lab[:, None] - lab[None], axis=2) + np.eye(len(names))
    first, second = np.unravel_index(int(gaps.argmin()), gaps.shape)
    assert gaps.min() > 0.01, (names[first], names[second])


@given(st.integers(0, 2**32), st.floats(-1, 1))
@settings(max_examples=60)
def test_the_ground_is_not_as_light_as_what_stands_behind(seed: int, key: float) -> None:
    level = {
        pigment.role: float(to_oklab(from_hex(pigment.colour))[0])
        for pigment in choose_palette(key, np.random.default_rng(seed))
    }
    assert abs(level["ground"] - level["back"]) > 0.08


def test_darks_have_a_hue_and_brown_is_rare() -> None:
    palettes = [choose_palette(-0.2, np.random.default_rng(s)) for s in range(200)]
    lab = to_oklab(np.stack([from_hex(p.colour) for ps in palettes for p in ps]))
    chroma, hue = np.hypot(lab[:, 1], lab[:, 2]), np.degrees(np.arctan2(lab[:, 2], lab[:, 1]))
    dark = lab[:, 0] < 0.35
    assert np.median(chroma[dark]) > 0.02
    brown = (lab[:, 0] < 0.5) & (chroma > 0.02) & (hue > 40) & (hue < 105)
    assert brown.mean() < 0.08


def test_the_accent_is_the_strongest_colour_of_most_palettes() -> None:
    def chroma(code: str) -> float:
        return float(np.hypot(*to_oklab(from_hex(code))[1:]))

    found = [choose_palette(0.1, np.random.default_rng(s)) for s in range(100)]
    assert (
        np.mean([chroma(ps[-1].colour) >= max(chroma(p.colour) for p in ps) for ps in found]) > 0.7
    )
