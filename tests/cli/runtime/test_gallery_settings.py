"""The secret that signs cookies: the same for all processes of a data folder."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from cli.errors import UserError
from cli.runtime.deployment import SECRET, Deployment
from cli.runtime.gallery_settings import site_secret, site_settings, site_watermark
from gallery.accounts import Admins
from tests.cli.conftest import Call


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARTIST_GALLERY_SECRET", raising=False)


def test_galleries_that_start_at_the_same_time_share_one_secret(tmp_path: Path) -> None:
    for number in range(20):
        folder = tmp_path / str(number)
        folder.mkdir()
        barrier = Barrier(8)

        def begin(_: int, folder: Path = folder, barrier: Barrier = barrier) -> bytes:
            barrier.wait()
            return site_secret(Deployment(folder))

        with ThreadPoolExecutor(8) as threads:
            (secret,) = set(threads.map(begin, range(8)))
        assert len(secret) == 64
        assert site_secret(Deployment(folder)) == secret
        assert [file.name for file in folder.iterdir()] == [SECRET]
        assert stat.S_IMODE((folder / SECRET).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"\n", b"5ca1ab1e"])
def test_an_empty_or_short_secret_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SECRET).write_bytes(content)
    with pytest.raises(UserError, match=rf"{SECRET} has {len(content)} bytes"):
        site_secret(Deployment(tmp_path))
    assert (tmp_path / SECRET).read_bytes() == content


def test_a_shared_secret_must_be_long_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTIST_GALLERY_SECRET", "0" * 64)
    assert site_secret(Deployment(tmp_path)) == b"0" * 64
    monkeypatch.setenv("ARTIST_GALLERY_SECRET", "guess me")
    with pytest.raises(UserError, match="ARTIST_GALLERY_SECRET has 8 bytes"):
        site_secret(Deployment(tmp_path))


def test_the_settings_of_processes_that_start_at_the_same_time_are_complete(tmp_path: Path) -> None:
    """An empty settings file is valid: a reader would use all defaults."""
    barrier = Barrier(8)

    def begin(number: int) -> tuple[bool, str]:
        deployment = Deployment(tmp_path)
        barrier.wait()
        made = deployment.create("paper" if number % 2 else "default")
        return made, deployment.settings.preset

    with ThreadPoolExecutor(8) as threads:
        made, presets = zip(*threads.map(begin, range(8)), strict=True)
    assert sorted(made) == 7 * [False] + [True]
    assert set(presets) == {"paper" if made.index(True) % 2 else "default"}


def test_passwords_have_a_name_and_a_role(lived: Path, call: Call) -> None:
    secret = ["--data", lived, "--password", "correct horse battery"]
    assert call("password", "ann", *secret).code == 0
    moderator = call("password", "mo", "--role", "moderator", *secret)
    assert moderator.out == "mo may sign in at /admin as a moderator.\n"
    accounts = Admins(lived / "admins.json")
    assert accounts.roles() == {"ann": "admin", "mo": "moderator"}
    assert call("password", "mo", *secret).code == 0
    assert accounts.role_of("mo") == "moderator", "a new password keeps the role"
    last = call("password", "ann", "--role", "moderator", *secret)
    assert last.code == 1 and "At least one admin must be left." in last.out
    short = call("password", "eve", "--data", lived, "--password", "short")
    assert short.code == 1 and "10 characters" in short.out


def test_an_invalid_file_of_admins_is_reported(lived: Path, call: Call) -> None:
    password = ["--name", "ann", "--password", "correct horse battery"]
    assert call("password", "--data", lived, *password).code == 0
    (lived / "admins.json").write_text("{")
    result = call("password", "--data", lived, *password)
    assert result.code == 1
    assert str(lived / "admins.json") in result.out and "`artist password`" in result.out
    (lived / "admins.json").unlink()
    assert call("password", "--data", lived, *password).code == 0


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("https://example.org/terms", "https://example.org/terms"),
        ("All rights reserved", None),
    ],
)
def test_a_licence_has_its_address(tmp_path: Path, licence: str, address: str | None) -> None:
    (tmp_path / "artist.toml").write_text(f'[gallery]\nlicence = "{licence}"\n')
    site = site_settings(Deployment(tmp_path))
    assert (site.licence, site.licence_url) == (licence, address)


def test_a_watermark_whose_package_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "artist.toml").write_text('[gallery]\nwatermark = "trustmark"\n')
    with pytest.raises(UserError, match=r"cultural-alien\[watermark\]"):
        site_watermark(Deployment(tmp_path))


def test_words_of_the_site_come_from_the_settings(tmp_path: Path) -> None:
    (tmp_path / "artist.toml").write_text(
        '[gallery]\ntagline = "Slow art."\ncredit = "Moss"\nlicence = "Ask us"\n'
        'licence_url = "https://art.example/licence"\n'
    )
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "imprint.md").write_text("Ann")
    site = site_settings(Deployment(tmp_path))
    assert (site.tagline, site.credit, site.licence) == ("Slow art.", "Moss", "Ask us")
    assert site.licence_url == "https://art.example/licence"
    assert [text.name for text in site.texts] == ["imprint"]
    (tmp_path / "pages" / "Bad Name.md").write_text("")
    with pytest.raises(UserError, match="Bad Name"):
        site_settings(Deployment(tmp_path))


def test_a_site_without_a_title_is_named_after_the_artist(tmp_path: Path) -> None:
    settings = tmp_path / "artist.toml"
    settings.write_text('[artist]\nname = "moss"\ntitle = "Moss"\n')
    site = site_settings(Deployment(tmp_path))
    assert (site.title, site.named_after) == ("Moss", "moss")
    settings.write_text('[artist]\nname = "moss"\n[gallery]\ntitle = "The Gallery"\n')
    site = site_settings(Deployment(tmp_path))
    assert (site.title, site.named_after) == ("The Gallery", "")
