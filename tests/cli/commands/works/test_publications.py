"""`artist publications`: list publications, and decide on failed ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from cli.runtime.deployment import Deployment
from cli.runtime.publishing_channels import publisher
from gallery import SiteSettings, create_app
from scheduler.alarms import find_alarms
from storage.archive.archive import Archive
from storage.archive.events import Published
from storage.archive.folder import FolderStore
from storage.catalogue import Catalogue
from tests.cli.conftest import Call


@pytest.fixture
def posted(lived: Path) -> Path:
    """Three publications: one arrived, one failed, one unknown."""
    catalogue = Catalogue(f"sqlite:///{lived / 'catalogue.sqlite3'}")
    for number, state in ((1, "sent"), (2, "failed"), (3, "unknown")):
        with catalogue.database.write() as connection:
            catalogue.outbox.add_in(connection, f"alien:{number}", ["webhook"])
        (row,) = catalogue.outbox.due(limit=1)
        claimed = catalogue.outbox.claim(row, seconds=60)
        assert claimed is not None
        assert catalogue.outbox.settle(claimed, state, f"it is {state}")
    catalogue.close()
    return lived


def states(call: Call, folder: Path, *work: str) -> dict[str, str]:
    result = call("publications", *work, "--data", folder, "--json")
    return {row["work"]: row["state"] for row in json.loads(result.out)}


def test_all_publications_are_listed(call: Call, posted: Path) -> None:
    found = states(call, posted)
    assert found == {"alien:1": "sent", "alien:2": "failed", "alien:3": "unknown"}
    assert states(call, posted, "alien:2", "webhook") == {"alien:2": "failed"}
    assert "alien:3 on webhook: unknown" in call("publications", "--data", posted).out


def test_a_decision_is_applied_and_recorded(call: Call, posted: Path) -> None:
    result = call("publications", "alien:3", "webhook", "arrived", "--data", posted)
    assert "alien:3 on webhook: sent" in result.out
    assert "waiting" in call("publications", "alien:2", "webhook", "again", "--data", posted).out
    archive = Archive(FolderStore(posted / "archive"))
    (event,) = archive.events("alien", "publication")
    assert isinstance(event, Published) and (event.number, event.state) == (3, "sent")


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        (("alien:1", "webhook", "again"), "alien:1 on webhook is sent: nothing to decide"),
        (("alien:9",), "alien:9 was never published."),
        (("alien:1", "bluesky"), "alien:1 was never published on bluesky."),
        (("alien:1", "webhook", "perhaps"), "is not one of"),
        (("alien:1", "--retry-all"), "--retry-all is for all publications"),
        (("--on", "webhook"), "--retry-all is for all publications"),
        (("--retry-all", "--on", "fax"), "There is no channel fax. Those that are set: none."),
    ],
)
def test_an_invalid_decision_is_an_error(
    call: Call, posted: Path, asked: tuple[str, ...], complaint: str
) -> None:
    result = call("publications", *asked, "--data", posted)
    assert result.code != 0 and complaint in result.out


def test_one_command_lets_all_go_on(call: Call, posted: Path) -> None:
    catalogue = Catalogue(f"sqlite:///{posted / 'catalogue.sqlite3'}")
    catalogue.channels.hold("webhook", "the webhook answered 401")
    listed = call("publications", "--data", posted).out.replace("\n", " ")
    assert "webhook sends nothing: the webhook answered 401" in listed
    said = call("publications", "--retry-all", "--data", posted).out.replace("\n", " ")
    assert "1 channel goes on; 1 post that had failed is sent again." in said
    assert not any(row.held for row in catalogue.channels.all())
    again = json.loads(call("publications", "--retry-all", "--json", "--data", posted).out)
    assert again == {"channels": 0, "publications": 0}
    catalogue.close()
    expected = {"alien:1": "sent", "alien:2": "waiting", "alien:3": "unknown"}
    assert states(call, posted) == expected


def test_one_channel_goes_on_alone(call: Call, posted: Path) -> None:
    settings = '[publishing.webhook]\nurl = "https://example.org"\n'
    (posted / "artist.toml").write_text(settings)
    catalogue = Catalogue(f"sqlite:///{posted / 'catalogue.sqlite3'}")
    for name in ("webhook", "moss"):
        catalogue.channels.hold(name, "401")
    assert call("publications", "--retry-all", "--on", "webhook", "--data", posted).code == 0
    assert [row.name for row in catalogue.channels.all() if row.held] == ["moss"]
    catalogue.close()


def test_doctor_status_and_health_name_what_is_wrong_with_a_channel(
    call: Call, posted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "y" * 32)
    (posted / "artist.toml").write_text(
        '[gallery]\nbase_url = "https://art.example.org"\n'
        '[publishing.webhook]\nurl = "https://example.org"\n'
        '[publishing.mastodon]\nserver = "mastodon.example"\n'
    )
    findings = {
        finding["what"]: (finding["well"], finding["says"])
        for finding in json.loads(call("doctor", "--json", "--data", posted).out)
    }
    assert findings["channel webhook"] == (True, "example.org, signed; a check sends nothing")
    well, says = findings["channel mastodon"]
    assert not well and "MASTODON_TOKEN is not set in the environment" in says
    deployment = Deployment(posted)
    publisher(deployment).publish_due()
    deployment.catalogue.alarms.update(
        find_alarms(deployment.catalogue, deployment.archive, min_free_gib=0)
    )
    status = json.loads(call("status", "--json", "--data", posted).out)
    assert {alarm["kind"] for alarm in status["alarms"]} >= {"channel mastodon"}
    app = create_app(deployment.catalogue, deployment.archive, site=SiteSettings())
    health = TestClient(app).get("/health")
    assert health.status_code == 503
    assert "all: channel mastodon" in health.json()["alarms"]
    deployment.close()
