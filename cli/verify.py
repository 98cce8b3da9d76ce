"""`artist verify`: archive, catalogue and memory compared object by object."""

from __future__ import annotations

import json
from contextlib import ExitStack

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn

from cli.deployment import Deployment
from cli.options import data_option, deployment_of, json_option
from cli.quiet import quiet_libraries
from storage.memory import Memory
from storage.verify import Finding, Verification


@click.command()
@data_option
@click.option("--repair", is_flag=True, help="Adopt or quarantine what is found; deletes nothing.")
@click.option("--quick", is_flag=True, help="Trust the pictures in the archive; don't read them.")
@json_option
@click.pass_context
def verify(context: click.Context, /, *, repair: bool, quick: bool, as_json: bool) -> None:
    """Compare what is stored object by object; exit code 1 if something stays wrong."""
    quiet_libraries()
    deployment = deployment_of(context).must_exist()
    with ExitStack() as stack:
        if not deployment.settings.storage.memory:
            # Qdrant Edge belongs to one process: the artist must rest meanwhile.
            stack.enter_context(deployment.owned())
        verification = Verification(
            deployment.archive, deployment.catalogue, _memories(deployment, stack), quick=quick
        )
        findings = _look(verification)
        left = [finding for finding in findings if not (repair and _mended(finding))]
    if as_json:
        _print_json(verification, findings, left)
    else:
        _print(verification, findings, left, repair=repair)
    if left:
        context.exit(1)


def _memories(deployment: Deployment, stack: ExitStack) -> dict[str, Memory]:
    """The memory of each scope; one memory serves all artists whose encoders are the same."""
    from worker.parts import open_memory

    opened: dict[tuple[str, str], Memory] = {}
    memories: dict[str, Memory] = {}
    for artist in deployment.catalogue.artists.all():
        parts = artist.created.parts
        encoders = parts.text_encoder, parts.image_encoder
        if encoders not in opened:
            memory = open_memory(deployment.settings, parts, folder=deployment.memory_folder)
            stack.callback(memory.close)
            opened[encoders] = memory
        memories[artist.created.scope] = opened[encoders]
    return memories


def _look(verification: Verification) -> list[Finding]:
    columns = SpinnerColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("listing pictures")
        findings = []
        for finding in verification.findings():
            findings.append(finding)
            bar.update(task, description=f"{verification.works:,} works, {len(findings)} findings")
    return findings


def _mended(finding: Finding) -> bool:
    if finding.mend is None:
        return False
    finding.mend()
    return True


def _print(
    verification: Verification, findings: list[Finding], left: list[Finding], *, repair: bool
) -> None:
    console = Console(highlight=False)
    for finding in findings:
        mark = "[red]✗[/red]" if finding in left else "[green]mended[/green]"
        console.print(f"{mark} {finding.kind}, {escape(finding.what)}: {escape(finding.says)}")
    console.print(
        f"{verification.works:,} works, {verification.pictures:,} pictures and"
        f" {verification.vectors:,} pairs of vectors compared:"
        f" {len(findings)} wrong, {len(findings) - len(left)} mended."
    )
    if any(finding.mend for finding in left) and not repair:
        console.print("Mend what can be mended with `artist verify --repair`.")


def _print_json(verification: Verification, findings: list[Finding], left: list[Finding]) -> None:
    content = {
        "works": verification.works,
        "pictures": verification.pictures,
        "vectors": verification.vectors,
        "findings": [
            {
                "kind": finding.kind,
                "what": finding.what,
                "says": finding.says,
                "mended": finding not in left,
            }
            for finding in findings
        ],
    }
    click.echo(json.dumps(content, indent=1, ensure_ascii=False))
