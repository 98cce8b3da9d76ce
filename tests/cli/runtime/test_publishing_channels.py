"""Which channels an artist's works go to, and what is missing before they can."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.errors import UserError
from cli.runtime.deployment import Deployment
from cli.runtime.gallery_settings import accounts_of
from cli.runtime.publishing_channels import channels_of, publisher
from worker.config.settings import load_settings

SETTINGS = """
[gallery]
base_url = "https://art.example.org"
[publishing.webhook]
url = "https://hooks.example.org/art"
artists = ["ada"]
[publishing.mastodon]
server = "https://mastodon.example"
[publishing.bluesky]
handle = "alien.bsky.social"
"""


def test_channels_are_switched_per_artist(tmp_path: Path) -> None:
    file = tmp_path / "artist.toml"
    file.write_text(SETTINGS)
    publishing = load_settings(file).publishing
    assert channels_of(publishing, "ada") == ("webhook", "mastodon", "bluesky")
    assert channels_of(publishing, "boris") == ("mastodon", "bluesky")
    assert channels_of(load_settings(tmp_path / "none.toml").publishing, "ada") == ()


def test_secrets_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "artist.toml").write_text(SETTINGS)
    with pytest.raises(UserError, match="WEBHOOK_SECRET is not set"):
        publisher(Deployment(tmp_path))
    monkeypatch.setenv("WEBHOOK_SECRET", "x" * 32)
    monkeypatch.setenv("MASTODON_TOKEN", "t")
    monkeypatch.setenv("BLUESKY_PASSWORD", "p")
    deployment = Deployment(tmp_path)
    made = publisher(deployment)
    assert set(made.channels) == {"webhook", "mastodon", "bluesky"}
    made.close()
    deployment.catalogue.close()


def test_a_gallery_without_an_address_can_not_publish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "x" * 32)
    (tmp_path / "artist.toml").write_text('[publishing.webhook]\nurl = "https://example.org"\n')
    deployment = Deployment(tmp_path)
    with pytest.raises(UserError, match="base_url"):
        publisher(deployment)
    deployment.catalogue.close()


def test_visitors_are_told_which_accounts_they_can_follow(tmp_path: Path) -> None:
    file = tmp_path / "artist.toml"
    file.write_text(SETTINGS)
    (bluesky,) = accounts_of(load_settings(file).publishing)
    assert (bluesky.account, bluesky.url) == (
        "@alien.bsky.social",
        "https://bsky.app/profile/alien.bsky.social",
    )
    named = SETTINGS.replace("[publishing.bluesky]", 'account = "@alien"\n[publishing.bluesky]')
    file.write_text(named)
    mastodon, _ = accounts_of(load_settings(file).publishing)
    assert (mastodon.account, mastodon.url) == (
        "@alien@mastodon.example",
        "https://mastodon.example/@alien",
    )
    file.write_text(named.replace('account = "@alien"', 'account = "@a"\nvisibility = "private"'))
    assert accounts_of(load_settings(file).publishing) == (bluesky,)


def test_an_export_says_at_its_end_what_it_could_not_make(call, lived: Path) -> None:
    target = lived / "site"
    asked = ("export", "--data", lived, target, "--base-url", "https://art.example.org")
    assert call(*asked).code == 0
    for manifest in (lived / "archive").glob("manifests/alien/*2.json"):
        manifest.unlink()
    (target / "export.json").unlink()
    said = call(*asked)
    assert said.code == 1
    assert "1 page could not be made" in said.out
    assert "/works/alien/2: the gallery answers 404" in said.out
    assert (target / "works/alien/3/index.html").exists()
