"""`artist doctor`: show the components in use and why, and all faults."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape

from cas.checkpoint import SHIPPED_PAIRS, pair_size
from cas.errors import CasError
from cli.options import data_option, deployment_of, json_option
from cli.output import print_json
from cli.runtime.deployment import ROOM_TO_START, Deployment
from cli.runtime.silence_logs import silence_logs
from storage.errors import StorageError
from worker.config.settings import SettingsError
from worker.errors import ComponentError
from worker.model_reload import fault_text

if TYPE_CHECKING:
    from storage.catalogue import ArtistRow
    from worker.components import Choice
    from worker.config.settings import Settings
    from worker.model_servers import ModelServer


@dataclass(frozen=True)
class Finding:
    """The result of one check."""

    what: str
    well: bool
    says: str


@click.command()
@data_option
@json_option
@click.pass_context
def doctor(context: click.Context, /, *, as_json: bool) -> None:
    """Check settings, stores and components; exit code 1 if something must be fixed."""
    silence_logs()
    findings = _examine(deployment_of(context))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        console = Console(highlight=False)
        for finding in findings:
            mark = "[green]✓[/green]" if finding.well else "[red]✗[/red]"
            console.print(f"{mark} [bold]{finding.what}[/bold]: {escape(finding.says)}")
    if not all(finding.well for finding in findings):
        context.exit(1)


def _examine(deployment: Deployment) -> list[Finding]:
    try:
        settings = deployment.settings
    except SettingsError as error:
        return [Finding("settings", False, str(error))]
    source = deployment.settings_path if deployment.settings_path.exists() else "defaults alone"
    findings = [
        Finding("settings", True, f"{source}, preset {settings.preset}"),
        _examine_pair(settings.models.sampler),
    ]
    if deployment.exists:
        findings += _examine_stores(deployment)
    return [
        *findings,
        *_examine_parts(deployment),
        *_examine_styles(deployment),
        *_examine_models(deployment),
        *_examine_comfyui(deployment),
        *_examine_channels(deployment),
        *_examine_certificate(deployment),
    ]


def _examine_pair(named: str) -> Finding:
    """Check the pair of models that a pick would use."""
    pair = named or SHIPPED_PAIRS[0]
    try:
        return Finding("sampler", True, f"{pair}, {pair_size(pair):,} concepts")
    except CasError as error:
        return Finding("sampler", False, fault_text(named, error))


def _examine_stores(deployment: Deployment) -> list[Finding]:
    findings = []
    try:
        works = deployment.catalogue.works.count()
        findings.append(
            Finding("catalogue", True, f"{deployment.catalogue.database}, {works} works")
        )
        faults = deployment.archive.probe()
        findings.append(
            Finding("archive", not faults, " ".join(faults) or "it can be read and written")
        )
        free, least = deployment.free_bytes(), deployment.settings.storage.min_free_gib
        if free is not None:
            enough = free >= max(least * 2**30, ROOM_TO_START)
            findings.append(
                Finding(
                    "disk",
                    enough,
                    f"{free / 2**30:.1f} GiB free, {least:g} needed"
                    + ("" if enough else ": the artist waits until enough space is free"),
                )
            )
    except StorageError as error:
        findings.append(Finding("stores", False, str(error)))
    return findings


def _examine_parts(deployment: Deployment) -> list[Finding]:
    """Check the parts of every artist; without one, those that a new artist would get."""
    from worker.components import choose_components

    settings, chosen, findings = deployment.settings, {}, []
    try:
        chosen = {choice.part: choice for choice in choose_components(settings).choices}
    except ComponentError as error:
        findings.append(Finding("parts", False, str(error)))
    artists = _working(deployment)
    if not artists:
        for part, choice in chosen.items():
            says = f"{choice.name} ({choice.reason})"
            well = not choice.warning
            told = says if well else f"{says}: {choice.warning}"
            findings.append(Finding(part.replace("_", " "), well, told))
    check = cache(partial(_part_fault, settings))
    for artist in artists:
        of = f" of {artist.name}" if len(artists) > 1 else ""
        for part, name in artist.next.parts.model_dump().items():
            what = part.replace("_", " ") + of
            if fault := check(part, name):
                findings.append(Finding(what, False, f"{name}: {fault}"))
            else:
                why = _why(artist, name, chosen.get(part))
                findings.append(Finding(what, True, f"{name} ({why})"))
    return findings


def _working(deployment: Deployment) -> list[ArtistRow]:
    """The artists that are not retired; none if the catalogue can't be read."""
    if not deployment.exists:
        return []
    try:
        return [row for row in deployment.catalogue.artists.all() if not row.retired]
    except StorageError:
        return []  # already reported


def _part_fault(settings: Settings, part: str, name: str) -> str:
    """Why a part can't be used, or what is wrong with its model; else empty."""
    from worker.components import check_usable

    try:
        return check_usable(settings, part, name)
    except ComponentError as error:
        return str(error)


def _why(artist: ArtistRow, name: str, choice: Choice | None) -> str:
    if choice is None or choice.name == name:
        return "it can be used" if choice is None else choice.reason
    return f"chosen for {artist.name}; a new artist would get {choice.name}"


def _examine_styles(deployment: Deployment) -> list[Finding]:
    """Find the artists whose style names no technique that their painter knows."""
    from worker.painters.offline import OfflineStudio, style_fault

    following = {row.name: row.next for row in _working(deployment)}
    faults = {
        name: style_fault(artist.style)
        for name, artist in following.items()
        if artist.parts.painter == OfflineStudio.name
    }
    # A language model may use the style nonetheless.
    return [Finding(f"style of {name}", True, says) for name, says in faults.items() if says]


def _examine_models(deployment: Deployment) -> list[Finding]:
    """Check whether the providers still offer the configured models, and for how long."""
    from worker.model_servers import composer_server, painter_server
    from worker.painters.jobs import DIALECTS

    settings = deployment.settings
    used = {"text model": composer_server(settings)}
    painter = painter_server(settings)
    # Few compatible servers make images.
    is_openai = painter.endpoint.is_openai or painter.has_own_address
    if settings.parts.painter == "openai" or (is_openai and settings.parts.painter not in DIALECTS):
        used["image model"] = painter
    findings: list[Finding] = []
    for what, server in used.items():
        if server.is_set:
            finding = _examine_model(what, server)
            if finding not in findings:  # both may be at one server that does not answer
                findings.append(finding)
    return findings


def _examine_model(what: str, server: ModelServer) -> Finding:
    from worker.provider_models import model_state, offered_models

    endpoint = server.endpoint
    try:
        offered = offered_models(endpoint)
    except ComponentError as error:
        return Finding("models", False, str(error))
    today = datetime.now(UTC).date()
    state = model_state(server.model, offered, today=today, is_openai=endpoint.is_openai)
    at = "" if endpoint.is_openai else f" at {endpoint.provider}"
    text = f"{state.model}{at}: {state.says}"
    if not state.well:
        text += f". The setting is {endpoint.names.model}"
    if endpoint.price(server.model) is None:
        text += (
            f"; its price is unknown, so each call is charged at its ceiling, ${server.ceiling:g}:"
            f" set {endpoint.names.prices}, with 0 for a server of your own"
        )
    return Finding(what, state.well, text)


def _examine_channels(deployment: Deployment) -> list[Finding]:
    """Check the channels of publication; nothing is posted."""
    if not deployment.exists or not deployment.settings.publishing.all_channels():
        return []
    from cli.runtime.publishing_channels import check_channels

    try:
        checked = list(check_channels(deployment))
    except StorageError as error:
        return [Finding("channels", False, str(error))]
    return [Finding(f"channel {name}", well, says) for name, well, says in checked]


def _examine_comfyui(deployment: Deployment) -> list[Finding]:
    """Check the ComfyUI server, if the settings name one."""
    from worker.painters.comfyui import comfyui_fault

    settings = deployment.settings
    if settings.parts.painter != "comfyui" and not settings.comfyui.workflow:
        return []
    fault = comfyui_fault(settings)
    return [Finding("ComfyUI", not fault, fault or f"{settings.comfyui.url} answers")]


def _examine_certificate(deployment: Deployment) -> list[Finding]:
    """Check the certificate that signs pictures, if there is one."""
    from cli.runtime.gallery_settings import certificate_fault, site_credentials

    fault = certificate_fault(deployment)
    if fault:
        return [Finding("certificate", False, fault)]
    files = site_credentials(deployment)
    return [] if files is None else [Finding("certificate", True, f"until {files.ends:%Y-%m-%d}")]
