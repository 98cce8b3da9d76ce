"""Moderation by local models: small ones, made here, in the format of transformers."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from worker.components import moderator_of
from worker.config.settings import Settings
from worker.moderation.local import LocalModerator
from worker.moderation.openai import UNCHECKED, Finding

LABELS = {0: "normal", 1: "NSFW"}


@pytest.fixture(scope="module")
def looks(tmp_path_factory: Any) -> Path:
    """A picture classifier that measures how red the picture is."""
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    folder: Path = tmp_path_factory.mktemp("models") / "reds"
    config = ViTConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        image_size=8,
        patch_size=4,
        id2label=LABELS,
    )
    torch.manual_seed(1)
    model = ViTForImageClassification(config).eval()
    processor = ViTImageProcessor(size={"height": 8, "width": 8})
    red, blue = (
        model.vit(**processor(Image.new("RGB", (8, 8), colour), return_tensors="pt"))
        .last_hidden_state[0, 0]
        .detach()
        for colour in ("red", "blue")
    )
    # The plane halfway between both labels, steep enough for clear probabilities.
    apart = red - blue
    steep = 20 / apart.dot(apart)
    with torch.no_grad():
        model.classifier.weight[:] = torch.stack([-apart, apart]) * steep
        offset = apart.dot(red + blue) / 2 * steep
        model.classifier.bias[:] = torch.stack([offset, -offset])
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def reads(tmp_path_factory: Any) -> Path:
    """A text classifier with random weights, which always answers S."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder: Path = tmp_path_factory.mktemp("models") / "words"
    words = tmp_path_factory.mktemp("words") / "vocab.txt"
    words.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "low", "tide"]))
    config = BertConfig(
        vocab_size=7,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=32,
        id2label={0: "OK", 1: "S"},
    )
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.weight[:] = 0
        model.classifier.bias[:] = torch.tensor([-4.0, 4.0])
    model.save_pretrained(folder)
    BertTokenizerFast(vocab_file=str(words), model_max_length=32).save_pretrained(folder)
    return folder


def painted(colour: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGBA", (300, 200), colour).save(stream, "PNG")
    return stream.getvalue()


def moderator(**section: Any) -> LocalModerator:
    found = moderator_of(Settings(moderation={"check": "local"} | section))
    assert isinstance(found, LocalModerator)
    return found


def test_a_picture_is_held_by_its_labels(looks: Path) -> None:
    asked = moderator(image_model=str(looks))
    assert asked.model == "reds"
    assert asked.check("words", painted("blue")).visibility == "shown"
    marked = Finding("held", "the automatic check marked it: nsfw")
    assert asked.check("words", painted("red")) == marked


def test_text_of_any_length_is_held_by_its_labels(looks: Path, reads: Path) -> None:
    both = moderator(image_model=str(looks), text_model=str(reads), marks=["S", "nsfw"])
    assert both.model == "reds, words"
    found = both.check("low tide " * 400, painted("blue"))
    assert found == Finding("held", "the automatic check marked it: s")
    sure = moderator(text_model=str(reads), marks=["S"], threshold=1)
    assert sure.check("low tide", painted("red")).visibility == "shown"


def test_a_work_that_can_not_be_checked_is_held(looks: Path, reads: Path, tmp_path: Path) -> None:
    unchecked = Finding("held", UNCHECKED)
    assert moderator(image_model=str(looks)).check("words", b"no picture") == unchecked
    nowhere = moderator(image_model=str(tmp_path / "nowhere"))
    assert nowhere.check("words", painted("blue")) == unchecked
    assert moderator(image_model=str(tmp_path)).check("words", painted("blue")) == unchecked
    assert moderator(image_model=str(reads)).check("words", painted("blue")) == unchecked


def test_a_model_without_any_of_the_marks_lists_its_labels(
    looks: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="worker.moderation.openai"):
        found = moderator(image_model=str(looks), marks=["gore"]).check("words", painted("blue"))
    assert found == Finding("held", UNCHECKED)
    assert "has none of moderation.marks (gore), but: normal, nsfw" in caplog.text


def test_the_settings_choose_a_model() -> None:
    with pytest.raises(ValueError, match="needs the folder of a model"):
        Settings(moderation={"check": "local"})
