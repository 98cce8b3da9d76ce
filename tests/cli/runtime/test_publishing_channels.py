"""Which channels an artist's works are published on, and errors for missing settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.runtime.deployment import Deployment
from cli.runtime.gallery_settings import accounts_of
from cli.runtime.publishing_channels import channels_of, check_channels, limits_of, publisher
from gallery.publishing import ChannelRefused
from gallery.publishing.mastodon import Mastodon
from gallery.publishing.post import Wording
from gallery.publishing.tasks import PUBLISH, add_publishing
from scheduler.alarms import find_alarms
from storage.redaction import redacted
from worker.config.settings import SettingsError, load_settings
from worker.engine.app import create_app

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


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """A deployment with all three channels, and no secret."""
    (tmp_path / "artist.toml").write_text(SETTINGS)
    opened = Deployment(tmp_path)
    yield opened
    opened.catalogue.close()


def test_a_check_tells_once_why_a_channel_is_held(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Mastodon) -> str:
        raise ChannelRefused("it refuses the token. Make a new one")

    monkeypatch.setattr(Mastodon, "check", refuse)
    monkeypatch.setenv("MASTODON_TOKEN", "t")
    deployment.catalogue.channels.configure({"mastodon": ""})
    for reason, told in (
        ("it refuses the token. Make a new one", 1),
        ("the account is suspended", 1),
    ):
        deployment.catalogue.channels.hold("mastodon", reason)
        says = {name: says for name, _, says in check_channels(deployment)}["mastodon"]
        assert says.count(reason) == told
        assert "Its posts wait" in says and "`artist publications --retry-all`" in says


def test_secrets_come_from_the_environment(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "x" * 32)
    monkeypatch.setenv("MASTODON_TOKEN", "t")
    monkeypatch.setenv("BLUESKY_PASSWORD", "p")
    made = publisher(deployment)
    assert set(made.channels) == {"webhook", "mastodon", "bluesky"}
    assert made.faults == {}
    made.close()


@pytest.mark.parametrize(
    ("channel", "variable", "value", "complaint"),
    [
        ("webhook", "WEBHOOK_SECRET", "", "WEBHOOK_SECRET is not set in the environment"),
        ("webhook", "WEBHOOK_SECRET", "short", "needs at least 24 bytes; this one has 5"),
        ("mastodon", "MASTODON_TOKEN", "", "MASTODON_TOKEN is not set in the environment"),
        ("bluesky", "BLUESKY_PASSWORD", "", "BLUESKY_PASSWORD is not set in the environment"),
    ],
)
def test_a_wrong_secret_silences_its_own_channel_alone(
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    channel: str,
    variable: str,
    value: str,
    complaint: str,
) -> None:
    for name in ("WEBHOOK_SECRET", "MASTODON_TOKEN", "BLUESKY_PASSWORD"):
        monkeypatch.setenv(name, "y" * 32)
    monkeypatch.setenv(variable, value)
    made = publisher(deployment)
    assert set(made.channels) == {"webhook", "mastodon", "bluesky"} - {channel}
    assert complaint in made.faults[channel]
    made.publish_due()
    (alarm,) = find_alarms(deployment.catalogue, deployment.archive, min_free_gib=0)
    assert alarm.kind == f"channel {channel}"
    assert complaint in alarm.message
    monkeypatch.setenv(variable, "y" * 32)
    again = Deployment(deployment.folder)
    publisher(again).publish_due()
    assert find_alarms(again.catalogue, again.archive, min_free_gib=0) == []
    again.catalogue.close()


def test_an_unusable_address_silences_its_own_channel_alone(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "y" * 32)
    monkeypatch.setenv("MASTODON_TOKEN", "y" * 32)
    monkeypatch.setenv("BLUESKY_PASSWORD", "y" * 32)
    text = SETTINGS.replace("https://hooks.", "https://ann:pw@hooks.")
    deployment.settings_path.write_text(text)
    made = publisher(deployment)
    assert set(made.channels) == {"mastodon", "bluesky"}
    assert "is not an address for a webhook" in made.faults["webhook"]


@pytest.mark.parametrize(
    "written",
    [
        SETTINGS.replace('base_url = "https://art.example.org"', ""),
        SETTINGS.replace("[publishing.webhook]", 'certificate = "no.pem"\n[publishing.webhook]'),
    ],
)
def test_what_all_channels_need_is_a_named_alarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog, written: str
) -> None:
    """The task looks into the outbox every 15 seconds: it must not end in an error each time."""
    monkeypatch.setenv("WEBHOOK_SECRET", "x" * 32)
    (tmp_path / "artist.toml").write_text(written)
    deployment = Deployment(tmp_path)
    app = create_app("memory://", lambda: None)
    add_publishing(app, lambda: publisher(deployment))
    for _ in range(3):
        app.tasks[PUBLISH].apply(throw=True)
    said = [
        alarm.message
        for alarm in find_alarms(deployment.catalogue, deployment.archive, min_free_gib=0)
    ]
    assert len(said) == 3
    assert all("set gallery.base_url" in one or "certificate" in one for one in said)
    assert caplog.records == []
    deployment.catalogue.close()


SEVERAL = """
[gallery]
base_url = "https://art.example.org"
[publishing.mastodon]
server = "https://mastodon.example"
artists = ["ada"]
[[publishing.channels]]
kind = "mastodon"
name = "moss"
artists = ["moss"]
token_env = "MASTODON_TOKEN_MOSS"
server = "mastodon.example"
account = "@moss"
template = "{title}"
tags = ["#moss"]
per_day = 3
[[publishing.channels]]
kind = "bluesky"
name = "moss-bluesky"
artists = ["moss"]
token_env = "BLUESKY_PASSWORD_MOSS"
handle = "moss.bsky.social"
[[publishing.channels]]
kind = "webhook"
name = "museum"
token_env = "MUSEUM_SECRET"
url = "https://museum.example/hooks/canary-token-in-a-path"
"""


def test_artists_have_accounts_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "artist.toml").write_text(SEVERAL)
    monkeypatch.setenv("MASTODON_TOKEN", "token-of-ada-0001")
    monkeypatch.setenv("MASTODON_TOKEN_MOSS", "token-of-moss-0002")
    monkeypatch.setenv("MUSEUM_SECRET", "secret-of-the-museum-000000003")
    deployment = Deployment(tmp_path)
    publishing = deployment.settings.publishing
    assert channels_of(publishing, "ada") == ("mastodon", "museum")
    assert channels_of(publishing, "moss") == ("moss", "moss-bluesky", "museum")
    assert limits_of(publishing) == {"moss": 3}
    made = publisher(deployment)
    assert set(made.channels) == {"mastodon", "moss", "museum"}
    assert all(name == channel.name for name, channel in made.channels.items())
    assert "BLUESKY_PASSWORD_MOSS is not set" in made.faults["moss-bluesky"]
    moss = made.channels["moss"]
    assert isinstance(moss, Mastodon)
    assert moss.token == "token-of-moss-0002"
    assert moss.wording == Wording("{title}", ("moss",))
    secrets = ("token-of-moss-0002", "secret-of-the-museum-000000003", "canary-token-in-a-path")
    for secret in secrets:
        assert secret not in redacted(f"a server repeats {secret}")
    shown = {account.url: account.artists for account in accounts_of(publishing)}
    assert shown == {
        "https://mastodon.example/@moss": ("moss",),
        "https://bsky.app/profile/moss.bsky.social": ("moss",),
    }
    deployment.catalogue.close()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "moss"\n', 'name = "mastodon"\n', "two channels with the name mastodon"),
        ('name = "museum"', 'name = "moss"', "two channels with the name moss"),
        ('name = "museum"', 'name = "a/b"', r"channels\.2\.webhook\.name"),
        ('token_env = "MUSEUM_SECRET"', "", r"channels\.2\.webhook\.token_env: field required"),
        ('kind = "webhook"', 'kind = "fax"', r"channels\.2: .*'fax'"),
        ('"{title}"', '"{url}"', r"names \{url\}; a template may name \{title\}"),
        ('"#moss"', '"two words"', "is not a hashtag"),
        ('server = "mastodon.example"', 'server = ""', "is empty: a listed channel needs it"),
    ],
)
def test_a_wrong_table_is_refused_by_name_and_without_its_address(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    file = tmp_path / "artist.toml"
    assert old in SEVERAL
    file.write_text(SEVERAL.replace(old, new))
    with pytest.raises(SettingsError, match=complaint) as caught:
        load_settings(file)
    assert "canary-token" not in str(caught.value)


def test_visitors_see_which_accounts_they_can_follow(tmp_path: Path) -> None:
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


def test_an_export_lists_its_failures_at_the_end(call, lived: Path) -> None:
    target = lived / "site"
    asked = ("export", "--data", lived, target, "--base-url", "https://art.example.org")
    assert call(*asked).code == 0
    for manifest in (lived / "archive").glob("manifests/alien/*2.json"):
        manifest.unlink()
    (target / "export.json").unlink()
    result = call(*asked)
    assert result.code == 1
    assert "1 page could not be made" in result.out
    assert "/works/alien/2: the gallery answers 404" in result.out
    assert (target / "works/alien/3/index.html").exists()
