"""`docker-compose.yml` is valid, and keeps what the design promises of it."""

from __future__ import annotations

import re
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.runtime.shutdown import GRACE_SECONDS
from worker.config.sections import OpenAISection
from worker.config.settings import SettingsFile
from worker.engine.app import QUEUES, SOFT_SHUTDOWN

ROOT = Path(__file__).parents[2]
OURS = ("beat", "think", "call", "keep", "show", "gallery")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


def test_it_follows_the_compose_specification() -> None:
    tool = Path(sys.executable).parent / "check-jsonschema"
    subprocess.run(
        [tool, "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml"], check=True
    )


def test_every_queue_has_a_worker(services: dict[str, Any]) -> None:
    commands = [str(services[name].get("command", "")) for name in OURS]
    served = {m[1] for command in commands if (m := re.search(r"--queues (\S+)", command))}
    assert served == set(QUEUES.values())


def test_nothing_is_published_but_the_gallery(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["gallery"]


def test_all_of_ours_are_read_only_and_have_no_privileges(services: dict[str, Any]) -> None:
    for name in OURS:
        service = services[name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_all_that_stays_is_restarted_and_has_a_health_check(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if name != "first":
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name


def test_a_worker_may_take_longer_to_stop_than_its_soft_shutdown(services: dict[str, Any]) -> None:
    for name in ("think", "call", "keep", "show"):
        minutes = re.fullmatch(r"(\d+)m", services[name]["stop_grace_period"])
        assert minutes is not None and 60 * int(minutes[1]) > SOFT_SHUTDOWN, name


def test_a_paid_call_may_end_before_its_worker_is_stopped(services: dict[str, Any]) -> None:
    longest = OpenAISection().image_timeout
    minutes = re.fullmatch(r"(\d+)m", services["call"]["stop_grace_period"])
    assert minutes is not None and 60 * int(minutes[1]) > longest
    assert longest < GRACE_SECONDS


def test_the_gallery_knows_its_visitors_behind_a_proxy(
    services: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The published port is reached from the gateway of the network that has one."""
    networks = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["networks"]
    assert networks["inside"]["internal"], "nothing is published from there"
    (subnet,) = (one["subnet"] for one in networks["outside"]["ipam"]["config"])
    name = "ARTIST_GALLERY__TRUSTED_PROXIES"
    value = services["gallery"]["environment"][name]
    assert value == f'["{subnet}"]'
    assert services["gallery"]["environment"].items() > services["beat"]["environment"].items()
    monkeypatch.setenv(name, re.sub(r"\$\{\w+:-(.*?)\}", r"\1", value))
    settings = SettingsFile(tmp_path / "artist.toml").settings
    gateway = str(next(ip_network(settings.gallery.trusted_proxies[0]).hosts()))
    assert gateway == "172.31.87.1"


def test_every_variable_that_must_be_set_is_in_the_example() -> None:
    wanted = set(re.findall(r"\$\{(\w+):\?\}", (ROOT / "docker-compose.yml").read_text()))
    example = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text().splitlines()
        if "=" in line and not line.startswith("#")
    )
    assert wanted <= example.keys() and all(example[name] for name in wanted)


def test_secrets_of_channels_reach_whoever_posts_or_checks_them(services: dict[str, Any]) -> None:
    """Their variables have names of the operator's own; the file is not there at first."""
    for name in ("beat", "think", "call", "keep", "show", "gallery"):
        assert services[name]["env_file"] == [{"path": "channels.env", "required": False}], name
    for file in (".gitignore", ".dockerignore"):
        assert "channels.env" in (ROOT / file).read_text().splitlines()


def test_no_image_floats(services: dict[str, Any]) -> None:
    images = [service["image"] for service in services.values()]
    assert all(":" in image or image == "cultural-alien" for image in images)
    assert not any(image.endswith(":latest") for image in images)


def test_no_password_stands_in_an_address_or_is_split_at_its_spaces(
    services: dict[str, Any],
) -> None:
    """There a slash, an `@` or a space of it would be read as something else."""
    written = (ROOT / "docker-compose.yml").read_text()
    assert not re.search(r"://\S*\$\{\w*PASSWORD", written)
    for name, service in services.items():
        command = service.get("command", [])
        assert "PASSWORD" not in command if isinstance(command, str) else True, name


def test_a_read_only_service_takes_no_secret_from_the_environment() -> None:
    """Compose copies such a secret into the container, and refuses to where that is read-only."""
    content = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    for name, service in content["services"].items():
        for secret in service.get("secrets", []) if service.get("read_only") else []:
            assert "environment" not in content["secrets"][secret], name


def test_the_database_is_healthy_only_once_it_is_reached_over_the_network(
    services: dict[str, Any],
) -> None:
    """At the first start a server that only its socket reaches makes the cluster, and stops."""
    assert "--host=127.0.0.1" in services["postgres"]["healthcheck"]["test"]
