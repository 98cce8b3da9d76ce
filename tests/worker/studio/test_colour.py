"""Colour arithmetic against the published figures of OKLab (Ottosson 2020)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.studio.colour import from_hex, from_oklab, lighten, mix, ramp, to_hex, to_oklab, turn

channels = st.floats(0.02, 0.98)
colours = st.tuples(channels, channels, channels)


@pytest.mark.parametrize(
    ("code", "lab"),
    [
        ("#ffffff", (1.0, 0.0, 0.0)),
        ("#ff0000", (0.62796, 0.22486, 0.12585)),
        ("#00ff00", (0.86644, -0.23389, 0.17950)),
        ("#0000ff", (0.45201, -0.03246, -0.31153)),
    ],
)
def test_primaries_have_their_published_values(code, lab):
    assert to_oklab(from_hex(code)) == pytest.approx(lab, abs=1e-3)


@given(colours)
def test_there_and_back(colour):
    assert from_oklab(*to_oklab(colour)) == pytest.approx(colour, abs=1e-4)


@given(colours, colours)
def test_a_mix_lies_between(one, two):
    assert mix(one, two, 0.0) == pytest.approx(one, abs=1e-4)
    assert mix(one, two, 1.0) == pytest.approx(two, abs=1e-4)


@given(colours)
def test_a_full_turn_and_no_step_change_nothing(colour):
    assert turn(colour, 360) == pytest.approx(colour, abs=1e-4)
    assert lighten(colour, 0.0) == pytest.approx(colour, abs=1e-4)


@given(st.from_regex(r"\A#[0-9a-f]{6}\Z"))
def test_hex_survives(code):
    assert to_hex(from_hex(code)) == code


def test_a_ramp_meets_its_colours():
    stops = [(0.0, 0.2, 0.4), (1.0, 0.5, 0.0)]
    at = ramp(stops, np.array([[0.0, 1.0, 0.5]], dtype=np.float32))
    assert at[0] == pytest.approx(np.array([stops[0], stops[1], (0.5, 0.35, 0.2)]), abs=1e-5)
