"""The settings of pictures from any endpoint."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.components import image_settings_of
from worker.config.settings import SettingsError, load_settings
from worker.painters.openai import ImageSettings


def written(folder: Path, text: str) -> Path:
    file = folder / "artist.toml"
    file.write_text(text)
    return file


def test_the_painters_defaults_are_those_of_the_settings(tmp_path: Path) -> None:
    assert image_settings_of(load_settings(tmp_path / "none.toml")) == ImageSettings()


def test_options_are_a_free_table(tmp_path: Path) -> None:
    text = (
        '[openai]\nimage_size = ""\nimage_hosts = ["*.example.org", "10.0.0.5:9000", "[::1]:80"]\n'
        '[openai.image_options]\nsize = "auto"\nnew = { a = [1, 2.5, true] }\nseed = 3\n'
    )
    images = image_settings_of(load_settings(written(tmp_path, text)))
    assert images.options == {"size": "auto", "new": {"a": [1, 2.5, True]}, "seed": 3}
    assert images.hosts == ("*.example.org", "10.0.0.5:9000", "[::1]:80")
    assert images.size == ""


@pytest.mark.parametrize(
    ("setting", "hint"),
    [
        ('image_options.model = "x"', "can't hold 'model': set openai.image_model"),
        ('image_options.prompt = "x"', "can't hold 'prompt': the composer"),
        ("image_options.n = 4", "can't hold 'n': one picture"),
        ("image_options.stream = true", "can't hold 'stream': set openai.image_partials"),
        ("image_options.partial_images = 1", "set openai.image_partials"),
        ('image_options.output_format = "gif"', "output_format must be one of png, jpeg, webp"),
        ('image_options.output_format = "svg"', "output_format must be one of png, jpeg, webp"),
        ("image_options.output_format = [1]", "output_format must be one of png, jpeg, webp"),
        ('image_options.response_format = "file"', "must be one of b64_json, url"),
        ("image_options.when = 2026-11-29", "image_options"),
        ("image_options.seed = 1\nimage_seed = true", "exclude each other"),
        ("image_partials = 4", "image_partials"),
        ('image_path = "images"', "image_path"),
        ('image_path = "//evil.example/images"', "image_path"),
        ('image_path = "/images?a"', "image_path"),
        ('image_hosts = ["https://example.org"]', "is not a host"),
        ('image_hosts = ["*"]', "is not a host"),
        ('image_hosts = ["*.org"]', "is not a host"),
        ('image_hosts = ["a.example:99999"]', "is not a host"),
        ('image_hosts = ["user@a.example"]', "is not a host"),
        ('image_hosts = ["a.example/b"]', "is not a host"),
        ('image_hosts = [""]', "is not a host"),
    ],
)
def test_what_can_not_be_is_told_before_anything_is_paid(
    tmp_path: Path, setting: str, hint: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(written(tmp_path, f"[openai]\n{setting}\n"))
    assert hint in str(caught.value)
