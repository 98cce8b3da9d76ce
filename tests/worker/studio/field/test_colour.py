import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from worker.studio.field.colour import (
    from_hex,
    from_oklab,
    lighten,
    luminance,
    mix,
    to_hex,
    to_oklab,
)


@pytest.mark.parametrize(
    ("colour", "lab"),
    [  # Ottosson's own numbers (https://bottosson.github.io/posts/oklab/, CSS Color 4)
        ("#000000", (0, 0, 0)),
        ("#ffffff", (1, 0, 0)),
        ("#ff0000", (0.62796, 0.22486, 0.12585)),
        ("#00ff00", (0.86644, -0.23389, 0.17950)),
        ("#0000ff", (0.45201, -0.03246, -0.31153)),
    ],
)
def test_known_colours(colour: str, lab: tuple[float, float, float]) -> None:
    assert np.allclose(to_oklab(from_hex(colour)), lab, atol=2e-4)


def test_there_and_back() -> None:
    colours = np.random.default_rng(1).random((500, 3)).astype(np.float32)
    assert np.abs(from_oklab(to_oklab(colours)) - colours).max() < 2e-3


@given(st.integers(0, 0xFFFFFF))
@settings(max_examples=50)
def test_codes_survive(number: int) -> None:
    assert to_hex(from_hex(f"#{number:06x}")) == f"#{number:06x}"


def test_a_mixture_lies_between() -> None:
    first, second = from_hex("#204080"), from_hex("#e0c040")
    assert np.allclose(mix(first, second, 0.0), first, atol=2e-3)
    assert np.allclose(mix(first, second, 1.0), second, atol=2e-3)
    half = to_oklab(mix(first, second, 0.5))
    assert np.allclose(half, (to_oklab(first) + to_oklab(second)) / 2, atol=2e-3)
    shares = np.linspace(0, 1, 6, dtype=np.float32)
    assert mix(np.tile(first, (6, 1)), second, shares).shape == (6, 3)


def test_lighter_keeps_the_hue() -> None:
    before, after = (to_oklab(c) for c in (from_hex("#805030"), lighten(from_hex("#805030"), 0.1)))
    assert after[0] - before[0] == pytest.approx(0.1, abs=2e-3)
    assert np.allclose(after[1:], before[1:], atol=2e-3)


def test_what_no_screen_shows_is_clipped() -> None:
    assert np.isfinite(from_oklab([[2, 0, 0], [-1, 0.4, 0.4], [0.5, 0.5, -0.5]])).all()


def test_luminance_orders_greys() -> None:
    greys = np.repeat(np.linspace(0, 1, 5)[:, None], 3, 1)
    assert np.allclose(luminance(greys), np.linspace(0, 1, 5), atol=1e-6)
