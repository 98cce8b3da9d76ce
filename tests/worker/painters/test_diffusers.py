import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from worker.errors import ContentRejected, Misconfigured, ServiceUnavailable
from worker.painters import TRAINED, PaintRequest
from worker.painters.diffusers import DiffusersPainter

pytest.importorskip("diffusers", reason="needs the extra `diffusers`")


def request(prompt: str = "a kiln by the sea", seed: int = 1) -> PaintRequest:
    return PaintRequest(prompt=prompt, title="", concepts=(), style="", seed=seed)


@pytest.fixture(scope="session")
def pipeline_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Stable Diffusion of random weights, some 100,000 parameters, saved as the hub has it."""
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline
    from diffusers import UNet2DConditionModel as UNet
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("pipeline")
    unet = UNet(
        block_out_channels=(8, 16),
        layers_per_block=1,
        sample_size=16,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=16,
        attention_head_dim=2,
        norm_num_groups=2,
    )
    vae = AutoencoderKL(
        block_out_channels=(8, 16),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        norm_num_groups=2,
    )
    tokenizer = tiny_tokenizer(folder)
    text = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=16,
        num_attention_heads=2,
        num_hidden_layers=1,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    StableDiffusionPipeline(
        unet=unet,
        vae=vae,
        scheduler=DDIMScheduler(steps_offset=1, clip_sample=False),
        text_encoder=CLIPTextModel(text),
        tokenizer=tokenizer,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder


def tiny_tokenizer(folder: Path):
    """CLIP's tokenizer with letters alone for a vocabulary."""
    from transformers import CLIPTokenizer

    letters = [chr(code) for code in range(33, 127)]
    tokens = [*letters, *(f"{letter}</w>" for letter in letters)]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer.from_pretrained(folder, model_max_length=77)


@pytest.fixture(scope="session")
def painter(pipeline_folder: Path) -> DiffusersPainter:
    return DiffusersPainter(str(pipeline_folder), device="cpu", steps=2)


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def test_paints_a_whole_picture(painter, pipeline_folder, books) -> None:
    result = painter.paint(request(), books)
    assert (result.width, result.height, result.media_type) == (32, 32, "image/png")
    assert pixels(result.data).shape == (32, 32, 3)
    assert result.model == str(pipeline_folder)
    assert result.technique == "StableDiffusionPipeline"
    assert result.digital_source_type == TRAINED
    assert result.seed == 1
    assert books.entries == []


def test_the_seed_decides_the_picture(painter, books) -> None:
    first, again, other = (painter.paint(request(seed=s), books).data for s in (1, 1, 2**63 + 2))
    assert np.array_equal(pixels(first), pixels(again))
    assert not np.array_equal(pixels(first), pixels(other))


def test_the_prompt_decides_the_picture(painter, books) -> None:
    kiln = painter.paint(request("a kiln"), books).data
    tower = painter.paint(request("an old tower at night"), books).data
    assert not np.array_equal(pixels(kiln), pixels(tower))


def test_size_and_steps_are_passed_on(pipeline_folder, books) -> None:
    wide = DiffusersPainter(
        str(pipeline_folder), device="cpu", steps=1, guidance=1.0, width=48, height=16
    )
    result = wide.paint(request(), books)
    assert (result.width, result.height) == (48, 16)


def test_a_picture_that_the_safety_checker_withheld_is_refused(painter, books, monkeypatch) -> None:
    painter.paint(request(), books)
    honest = painter._pipeline

    def flagged(**options):
        result = honest(**options)
        result.nsfw_content_detected = [True]
        return result

    monkeypatch.setattr(painter, "_pipeline", flagged)
    with pytest.raises(ContentRejected, match="safety checker"):
        painter.paint(request(), books)


def test_a_missing_extra_says_what_to_install(monkeypatch, books) -> None:
    monkeypatch.setattr("worker.painters.diffusers.find_spec", lambda name: None)
    with pytest.raises(Misconfigured, match=r"pip install cultural-alien\[diffusers\]"):
        DiffusersPainter("some/model").paint(request(), books)


def test_a_folder_that_holds_no_pipeline_has_to_be_mended(tmp_path, books) -> None:
    with pytest.raises(Misconfigured, match="can't be loaded"):
        DiffusersPainter(str(tmp_path)).paint(request(), books)


def test_settings_that_the_pipeline_refuses_have_to_be_mended(pipeline_folder, books) -> None:
    odd = DiffusersPainter(str(pipeline_folder), device="cpu", steps=1001)
    with pytest.raises(Misconfigured, match="can't paint here"):
        odd.paint(request(), books)


# diffusers 0.42 passes huggingface_hub 2 an argument that it no longer heeds.
@pytest.mark.filterwarnings("ignore:The `local_dir_use_symlinks`:UserWarning")
def test_a_hub_that_cannot_be_reached_is_away(monkeypatch, books) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(
        ServiceUnavailable, match=r"someone/no-model can't be loaded.*Give a folder"
    ):
        DiffusersPainter("someone/no-model").paint(request(), books)


def test_away_and_broken_are_told_apart(tmp_path) -> None:
    painter = DiffusersPainter("someone/some-model")
    assert isinstance(painter._explain(OSError("no route to host")), ServiceUnavailable)
    assert isinstance(painter._explain(ValueError("no such class")), Misconfigured)
    assert isinstance(DiffusersPainter(str(tmp_path))._explain(OSError("empty")), Misconfigured)
