"""The alarm of the signing certificate, in alarms, status and doctor."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from cli.runtime.deployment import Deployment
from cli.runtime.wiring import wire
from scheduler.beat import WATCH
from tests.cli.conftest import Call
from tests.gallery.certificates import certify, pem

DAY = timedelta(days=1)


def write(folder: Path, *, begun: datetime, days: float) -> str:
    """A self-signed certificate and its key; return the settings that name them."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certify("gallery", key, by="gallery", signed_with=key, begun=begun, days=days)
    (folder / "chain.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(pem(key))
    chain, private = folder / "chain.pem", folder / "key.pem"
    return f'[gallery]\ncertificate = "{chain}"\ncertificate_key = "{private}"\n'


@pytest.mark.parametrize(
    ("begun", "days", "said"), [(0, 29, "ends on"), (-9, 5, "ended on"), (0, 90, "")]
)
def test_it_is_raised_a_month_ahead_and_ends_with_the_renewal(
    call: Call, lived: Path, tmp_path: Path, begun: int, days: int, said: str
) -> None:
    now = datetime.now(UTC)
    settings = write(tmp_path, begun=now + begun * DAY, days=days)
    (lived / "artist.toml").write_text(settings)
    deployment = Deployment(lived)
    app = wire(deployment, "memory://", tick_seconds=None, stall_timeout=1).app

    def alarms() -> list[str]:
        app.tasks[WATCH].apply(throw=True)
        told = json.loads(call("status", "--data", lived, "--json").out)["alarms"]
        return [one["message"] for one in told if one["kind"] == "certificate"]

    def doctor() -> dict[str, object]:
        rows = json.loads(call("doctor", "--data", lived, "--json").out)
        (row,) = [row for row in rows if row["what"] == "certificate"]
        return row

    assert [said in message for message in alarms()] == ([True] if said else [])
    assert doctor()["well"] is not bool(said)
    if said:
        assert said in str(doctor()["says"]) and "gallery.certificate_key" in str(doctor()["says"])
    write(tmp_path, begun=now, days=90)
    assert alarms() == [] and doctor()["well"] is True
    (tmp_path / "chain.pem").unlink()
    (message,) = alarms()
    assert "chain.pem can't be read" in message and doctor()["well"] is False
    deployment.catalogue.close()


def test_without_a_certificate_there_is_nothing_to_say(call: Call, lived: Path) -> None:
    rows = json.loads(call("doctor", "--data", lived, "--json").out)
    assert all(row["what"] != "certificate" for row in rows)
