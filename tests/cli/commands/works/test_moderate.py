"""`artist moderate`: decisions on works, and a takedown that deletes the picture."""

from __future__ import annotations

from pathlib import Path

from cli.runtime.deployment import Deployment
from tests.cli.conftest import Call


def test_a_work_is_hidden_and_shown_again(call: Call, lived: Path) -> None:
    assert call("moderate", "alien:2", "hidden", "--data", lived, "--reason", "blood").code == 0
    deployment = Deployment(lived)
    row = deployment.catalogue.works.get("alien:2")
    assert (row.visibility, row.visibility_reason) == ("hidden", "blood")
    assert call("moderate", "alien:2", "shown", "--data", lived).code == 0
    assert deployment.catalogue.works.get("alien:2").visibility == "shown"
    deployment.close()
    wrong = call("moderate", "alien:99", "hidden", "--data", lived)
    assert wrong.code == 1 and "There is no work 'alien:99'" in wrong.out


def test_a_takedown_needs_a_reason_and_deletes_the_picture(call: Call, lived: Path) -> None:
    command = ["moderate", "alien:2", "takedown", "--data", lived, "--yes"]
    bare = call(*command)
    assert bare.code == 1 and "--reason" in bare.out
    deployment = Deployment(lived)
    image = deployment.catalogue.works.get("alien:2").image
    assert deployment.archive.traces_of(image)
    asked = call(*command[:-1], "--reason", "a court ordered it")
    assert asked.code == 1, "without an answer nothing is deleted"
    assert deployment.archive.traces_of(image)
    done = call(*command, "--reason", "a court ordered it")
    assert done.code == 0 and "Taken down: alien:2." in done.out
    assert not deployment.archive.traces_of(image)
    deployment.close()
    assert call("verify", "--data", lived).code == 0
    again = call("moderate", "alien:2", "shown", "--data", lived)
    assert again.code == 1 and "stays so" in again.out
    repeated = call(*command, "--reason", "a court ordered it")
    assert repeated.code == 0
