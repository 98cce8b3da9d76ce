import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from worker.encoders.clip import ClipEncoder
from worker.errors import BadPicture, Misconfigured, ServiceUnavailable

MODEL = "tiny-test-clip"
CONFIG = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 8},
    "text_cfg": {"context_length": 8, "vocab_size": 128, "width": 32, "heads": 2, "layers": 1},
}


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP of random weights, in open_clip's format."""
    import open_clip
    import torch

    folder = tmp_path_factory.mktemp("clip")
    (folder / f"{MODEL}.json").write_text(json.dumps(CONFIG))
    open_clip.add_model_config(folder)
    torch.manual_seed(1)
    model = open_clip.create_model(MODEL)
    torch.save(model.state_dict(), folder / "weights.pt")
    return folder / "weights.pt"


def picture(seed: int, size: tuple[int, int] = (48, 40)) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def test_vectors_are_those_of_open_clip(weights: Path) -> None:
    import open_clip
    import torch

    model, _, preprocess = open_clip.create_model_and_transforms(MODEL, pretrained=str(weights))
    model.eval()
    images = [picture(seed) for seed in range(3)]
    pixels = torch.stack([preprocess(Image.open(io.BytesIO(image))) for image in images])
    with torch.inference_mode():
        expected = model.encode_image(pixels, normalize=True).numpy()
    vectors = ClipEncoder(MODEL, "", weights=weights).encode(images)
    np.testing.assert_allclose(vectors, expected, atol=1e-6)
    assert vectors.dtype == np.float32


def test_the_size_is_known_before_the_weights(weights: Path) -> None:
    assert ClipEncoder(MODEL).size == 32
    assert ClipEncoder().size == 512
    assert ClipEncoder(MODEL, "", weights=weights).encode([]).shape == (0, 32)


def test_the_name_distinguishes_files(weights: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pt"
    other.write_bytes(b"something else")
    assert ClipEncoder().name == "open_clip/ViT-B-32/openai"
    names = {ClipEncoder(MODEL, weights=file).name for file in (weights, other)}
    assert len(names) == 2
    assert all(name.startswith(f"open_clip/{MODEL}/") for name in names)


def test_the_tag_decides_the_architecture_of_a_local_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenAI's weights need QuickGELU, which `ViT-B-32` alone does not have."""
    import open_clip

    asked = {}

    def create(model: str, **options: object) -> None:
        asked.update(options)
        raise RuntimeError("stop here")

    monkeypatch.setattr(open_clip, "create_model_and_transforms", create)
    with pytest.raises(Misconfigured):
        ClipEncoder("ViT-B-32", "openai", weights=Path("local.pt")).encode([picture(1)])
    assert asked["force_quick_gelu"] is True
    with pytest.raises(Misconfigured):
        ClipEncoder("ViT-B-32", "laion2b_s34b_b79k", weights=Path("l.pt")).encode([picture(1)])
    assert asked["force_quick_gelu"] is False


@pytest.mark.parametrize(
    ("away", "message"),
    [
        (True, r"ViT-B-32/openai are not on this machine, and the model hub can't be reached"),
        (False, r"ViT-B-32/openai can't be fetched.*disk quota"),
    ],
)
def test_weights_that_cannot_be_fetched_are_unavailable(
    monkeypatch: pytest.MonkeyPatch, away: bool, message: str
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise OSError("disk quota exceeded")

    monkeypatch.setattr("worker.encoders.clip.go_offline_if_away", lambda: away)
    monkeypatch.setattr("open_clip.factory.download_pretrained", fail)
    with pytest.raises(ServiceUnavailable, match=message):
        ClipEncoder().encode([picture(1)])


def test_a_file_of_another_model_is_refused(weights: Path, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.pt"
    garbage.write_bytes(b"not a checkpoint")
    with pytest.raises(Misconfigured, match=r"garbage\.pt has no weights of"):
        ClipEncoder(MODEL, weights=garbage).encode([picture(1)])
    with pytest.raises(Misconfigured, match="has no weights of ViT-S-32"):
        ClipEncoder("ViT-S-32", weights=weights).encode([picture(1)])


def test_unknown_names_are_reported(weights: Path) -> None:
    with pytest.raises(Misconfigured, match="has no model 'ViT-Z'"):
        ClipEncoder("ViT-Z").encode([picture(1)])
    with pytest.raises(Misconfigured, match="no weights 'nope' for ViT-B-32; it has openai"):
        ClipEncoder("ViT-B-32", "nope").encode([picture(1)])
    with pytest.raises(Misconfigured, match="can't be read"):
        _ = ClipEncoder(weights=weights.parent / "absent.pt").name


def test_a_file_that_is_no_picture_is_a_bad_picture(weights: Path) -> None:
    with pytest.raises(BadPicture):
        ClipEncoder(MODEL, weights=weights).encode([b"no picture"])
