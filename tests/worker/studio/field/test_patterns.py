import numpy as np
import pytest

from worker.studio.field.noise import blur, cloud
from worker.studio.field.patterns import PATTERNS


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_give_a_share_everywhere(name: str) -> None:
    points = np.random.default_rng(1).uniform(-30, 30, (4000, 3)).astype(np.float32)
    share = PATTERNS[name](points)
    assert share.shape == (4000,)
    assert share.min() >= 0
    assert share.max() <= 1
    assert np.array_equal(share, PATTERNS[name](points))
    if name != "plain":
        assert np.ptp(share) > 0.2


def test_noise_is_seeded_and_in_range() -> None:
    first, again, other = (cloud((40, 60), np.random.default_rng(s)) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert 0 <= first.min() < first.max() <= 1
    assert abs(float(first.mean()) - 0.5) < 0.15


@pytest.mark.parametrize("radius", [0.1, 3.0, 40.0])
def test_blur_keeps_the_mean_and_softens(radius: float) -> None:
    plane = np.zeros((120, 120), np.float32)
    plane[:, 60:] = 1
    soft = blur(plane, radius)
    assert soft.shape == plane.shape
    assert abs(float(soft.mean()) - 0.5) < 0.02
    steepest = float(np.abs(np.diff(soft[60])).max())
    assert steepest == 1 if radius < 0.3 else steepest < 0.3
