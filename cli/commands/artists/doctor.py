"""`artist doctor`: show the components in use and why, and what is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.markup import escape

from cas.checkpoint import SHIPPED_PAIRS, pair_size
from cas.errors import CasError
from cli.options import data_option, deployment_of, json_option
from cli.runtime.deployment import ROOM_TO_START, Deployment
from cli.runtime.silence_logs import silence_logs
from storage.errors import StorageError
from worker.config.settings import SettingsError
from worker.errors import ComponentError
from worker.model_reload import fault_text


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

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
        rows = [{"what": f.what, "well": f.well, "says": f.says} for f in findings]
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
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
    return findings + _examine_parts(deployment) + _examine_models(deployment)


def _examine_pair(named: str) -> Finding:
    """The pair of models that a pick would use."""
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
            Finding("archive", not faults, " ".join(faults) or "it can be written and read")
        )
        free, least = deployment.free_bytes(), deployment.settings.storage.min_free_gib
        if free is not None:
            enough = free >= max(least * 2**30, ROOM_TO_START)
            findings.append(
                Finding(
                    "disk",
                    enough,
                    f"{free / 2**30:.1f} GiB free, {least:g} are needed"
                    + ("" if enough else ": the artist waits for room, and goes on by itself"),
                )
            )
    except StorageError as error:
        findings.append(Finding("stores", False, str(error)))
    return findings


def _examine_parts(deployment: Deployment) -> list[Finding]:
    """The parts of the artist that lives here, or those that a new one would get."""
    from worker.components import choose_components

    known = None
    if deployment.exists:
        try:
            known = deployment.catalogue.artists.get(deployment.settings.artist.name)
        except StorageError:
            return []
    try:
        chosen = choose_components(deployment.settings)
    except ComponentError as error:
        return [Finding("parts", False, str(error))]
    if known is None:
        return [
            Finding(c.part.replace("_", " "), True, f"{c.name} ({c.reason})")
            for c in chosen.choices
        ]
    findings = []
    for choice in chosen.choices:
        name = getattr(known.created.parts, choice.part)
        why = choice.reason if choice.name == name else f"chosen when {known.name} was created"
        also = "" if choice.name == name else f"; a new artist would get {choice.name}"
        findings.append(Finding(choice.part.replace("_", " "), True, f"{name} ({why}{also})"))
    return findings


def _examine_models(deployment: Deployment) -> list[Finding]:
    """Whether the provider still offers the models that are set, and for how long."""
    from worker.components import endpoint_of, has_api
    from worker.provider_models import model_state, offered_models

    settings = deployment.settings
    if not has_api(settings):
        return []
    endpoint = endpoint_of(settings)
    try:
        offered = offered_models(endpoint)
    except ComponentError as error:
        return [Finding("models", False, str(error))]
    api = settings.openai
    used = {
        "text model": (api.text_model, api.text_ceiling),
        "image model": (api.image_model, api.image_ceiling),
    }
    if settings.openai.base_url and not endpoint.is_openai:
        del used["image model"]  # a server of one's own seldom paints
    today = datetime.now(UTC).date()
    findings = []
    for what, (model, ceiling) in used.items():
        state = model_state(model, offered, today=today, is_openai=endpoint.is_openai)
        says = f"{state.model}: {state.says}"
        if endpoint.price(model) is None:
            says += (
                f"; its price is unknown, so each call counts as its ceiling, ${ceiling:g}: "
                "set openai.prices, with 0 for a server of your own"
            )
        findings.append(Finding(what, state.well, says))
    return findings
