"""The models' file for browsers: what is written is read, and the shipped file is current."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

import gallery
from cas.browser_weights import BITS, read_pair, write_pair
from cas.errors import CheckpointError
from cas.sampler import CulturalAlienSampler

SHIPPED = Path(gallery.__file__).parent / "static" / "museums.gz"


@pytest.fixture(scope="module")
def whole() -> CulturalAlienSampler:
    return CulturalAlienSampler.from_pretrained()


def test_the_shipped_file_holds_the_shipped_pair(whole: CulturalAlienSampler) -> None:
    assert gzip.decompress(SHIPPED.read_bytes()) == gzip.decompress(write_pair(whole))
    assert SHIPPED.stat().st_size < 8_000_000


def test_weights_are_within_half_a_step_of_their_row(whole: CulturalAlienSampler) -> None:
    read = read_pair(SHIPPED.read_bytes())
    assert read.vocabulary == whole.vocabulary
    for model, other in ((read.coherence, whole.coherence), (read.context, whole.context)):
        theirs = other.weights()
        for name, tensor in model.weights().items():
            ours, exact = tensor.detach().numpy(), theirs[name].detach().numpy()
            if ours.ndim == 1:
                np.testing.assert_array_equal(ours, exact)
                continue
            axis = 1 if name.endswith(("wte.weight", "wpe.weight")) else 0
            step = np.abs(exact).max(axis=axis, keepdims=True) / (2 ** (BITS - 1) - 1)
            assert (np.abs(ours - exact) <= 0.501 * step).all()


@pytest.mark.parametrize("data", [b"", b"no gzip", gzip.compress(b"\x02\x00\x00\x00{}", mtime=0)])
def test_another_file_is_refused(data: bytes) -> None:
    with pytest.raises(CheckpointError, match="no models for a browser"):
        read_pair(data)
