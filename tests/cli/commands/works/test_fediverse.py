"""`artist followers`, `block` and `replies`, and what the settings switch on."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from cli.errors import UserError
from cli.runtime.deployment import Deployment
from cli.runtime.gallery_settings import federation_of, gallery_alone
from cli.runtime.publishing_channels import all_channels_of, check_channels, publisher
from cli.runtime.wiring import wire
from gallery.fediverse.tasks import DELIVER
from storage.catalogue import Catalogue
from storage.catalogue.fediverse import RemoteActor
from tests.cli.conftest import Call
from worker.config.settings import SettingsError, load_settings

BOB = RemoteActor(
    id="https://social.example/users/bob",
    handle="@bob@social.example",
    inbox="https://social.example/users/bob/inbox",
    shared_inbox="",
    key_id="https://social.example/users/bob#main-key",
    key="PEM",
)
NOTE = "https://social.example/notes/1"


def switch_on(folder: Path, base_url: str = "https://art.example.org") -> None:
    text = f'[gallery]\nbase_url = "{base_url}"\n[fediverse]\nenabled = true\n'
    (folder / "artist.toml").write_text(text)


@pytest.fixture
def followed(lived: Path) -> Path:
    """An artist with a follower, who liked a work and answered."""
    switch_on(lived)
    with closing(Catalogue(f"sqlite:///{lived / 'catalogue.sqlite3'}")) as catalogue:
        stored = catalogue.fediverse
        with catalogue.database.write() as connection:
            stored.people.keep_in(connection, BOB)
            stored.people.follow_in(connection, "alien", BOB.id, f"{BOB.id}/1")
            stored.reactions.add_in(connection, "alien:1", BOB.id, "like", activity=f"{BOB.id}/2")
            stored.reactions.add_in(
                connection,
                "alien:1",
                BOB.id,
                "reply",
                activity=f"{BOB.id}/3",
                note=NOTE,
                url=NOTE,
                text="[red]Oh!",
            )
    return lived


def test_followers(call: Call, followed: Path) -> None:
    told = call("followers", "--data", followed).out
    assert "1 followers, 1 likes, 0 boosts" in told and "@bob@social.example" in told
    found = json.loads(call("followers", "alien", "--data", followed, "--json").out)
    assert (found["followers"], found["likes"], found["replies"]) == (1, 1, 0)
    assert [one["actor"] for one in found["newest"]] == [BOB.id]


def test_replies(call: Call, followed: Path) -> None:
    assert "[red]Oh!" in call("replies", "--data", followed).out
    assert "allowed" in call("replies", NOTE, "allow", "--data", followed).out
    assert "No reply waits." in call("replies", "--data", followed).out
    found = json.loads(call("followers", "--data", followed, "--json").out)
    assert found["replies"] == 1
    assert "no reply" in call("replies", f"{NOTE}x", "allow", "--data", followed).out
    assert call("replies", NOTE, "--data", followed).code == 1


@pytest.mark.parametrize("who", ["social.example", "EXAMPLE.", "@bob@social.example", BOB.id])
def test_blocks(call: Call, followed: Path, who: str) -> None:
    result = call("block", who, "--data", followed)
    if who == "EXAMPLE.":
        assert "is no domain" in result.out and result.code == 1
        return
    assert "1 known accounts were forgotten" in result.out
    assert "0 followers" in call("followers", "--data", followed).out
    name = call("block", "--data", followed).out.split()[0]
    assert "not blocked any more" in call("block", name, "--remove", "--data", followed).out
    assert "Nobody is blocked." in call("block", "--data", followed).out
    assert call("block", name, "--remove", "--data", followed).code == 1


def test_an_unknown_handle_is_not_guessed(call: Call, followed: Path) -> None:
    assert "is not known here" in call("block", "@eve@social.example", "--data", followed).out


def test_the_settings_switch_it_on(lived: Path) -> None:
    with closing(Deployment(lived)) as off:
        assert federation_of(off) is None
        assert all_channels_of(off.settings, "alien") == ()
        assert DELIVER not in wire(off, "memory://", tick_seconds=None, stall_timeout=1).app.tasks
    switch_on(lived)
    with closing(Deployment(lived)) as on:
        assert all_channels_of(on.settings, "alien") == ("fediverse",)
        assert DELIVER in wire(on, "memory://", tick_seconds=None, stall_timeout=1).app.tasks
        assert list(check_channels(on)) == [
            ("fediverse", True, "@alien@art.example.org (0 followers)")
        ]
        client = TestClient(gallery_alone(on), base_url="https://art.example.org")
        actor = client.get("/ap/actors/alien").json()
        assert actor["id"] == "https://art.example.org/ap/actors/alien"


@pytest.mark.parametrize("address", ["", "http://art.example.org"])
def test_it_needs_a_public_address(lived: Path, address: str) -> None:
    switch_on(lived, address)
    with closing(Deployment(lived)) as deployment:
        with pytest.raises(UserError, match=r"gallery\.base_url"):
            gallery_alone(deployment)
        made = publisher(deployment)
        assert "gallery.base_url" in made.faults["fediverse"] and made.channels == {}
        wiring = wire(deployment, "memory://", tick_seconds=None, stall_timeout=1)
        wiring.app.tasks[DELIVER]()


def test_another_channel_can_not_have_its_name(tmp_path: Path) -> None:
    file = tmp_path / "artist.toml"
    file.write_text(
        '[[publishing.channels]]\nkind = "webhook"\nname = "fediverse"\n'
        'url = "https://example.org"\ntoken_env = "X"\n'
    )
    with pytest.raises(SettingsError, match=r"that of the table \[fediverse\]"):
        load_settings(file)


def test_a_backup_brings_the_key_and_the_followers_back(
    call: Call, followed: Path, tmp_path: Path
) -> None:
    def public_key(folder: Path) -> str:
        with closing(Deployment(folder)) as deployment:
            federation = federation_of(deployment)
            assert federation is not None
            return federation.keys.public_pem("alien")

    before = public_key(followed)
    assert call("backup", tmp_path / "copy", "--data", followed).code == 0
    assert call("restore", tmp_path / "copy", "--data", tmp_path / "new").code == 0
    assert public_key(tmp_path / "new") == before
    assert "@bob@social.example" in call("followers", "--data", tmp_path / "new").out
    assert "new key" in call("followers", "--new-key", "--data", followed).out
    assert public_key(followed) != before
