"""`artist verify`: compare archive, catalogue and memory object by object."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import SpinnerColumn, TextColumn
from sqlalchemy.exc import SQLAlchemyError

from cli.options import data_option, deployment_of, json_option
from cli.output import print_json
from cli.runtime.deployment import Deployment
from cli.runtime.progress import progress_bar
from cli.runtime.silence_logs import silence_logs
from storage.errors import MemoryDamaged, StorageError
from storage.vectors.store import Memory
from storage.verify import Finding, Verification

_MOST_LOOKS = 5


@click.command()
@data_option
@click.option("--repair", is_flag=True, help="Adopt or quarantine what is faulty.")
@click.option("--quick", is_flag=True, help="Do not read the pictures in the archive.")
@json_option
@click.pass_context
def verify(context: click.Context, /, *, repair: bool, quick: bool, as_json: bool) -> None:
    """Compare archive, catalogue and memory; exit code 1 if faults remain.

    --repair compares again after each repair, until nothing more can be repaired. It records what
    is lost, and later runs count it as known.
    """
    silence_logs()
    deployment = deployment_of(context).must_exist()
    with ExitStack() as stack:
        if not deployment.settings.storage.memory:
            # One process at a time can open Qdrant Edge: the artist must not run meanwhile.
            stack.enter_context(deployment.owned())
        findings: dict[tuple[str, str], Finding] = {}
        for _ in range(_MOST_LOOKS if repair else 1):
            verification, left, repaired = _compare(deployment, repair=repair, quick=quick)
            findings |= {(finding.kind, finding.what): finding for finding in left}
            if not repaired:
                break
    if as_json:
        _print_json(verification, list(findings.values()), left)
    else:
        _print(verification, list(findings.values()), left, repair=repair)
    if left:
        context.exit(1)


def _compare(
    deployment: Deployment, *, repair: bool, quick: bool
) -> tuple[Verification, list[Finding], int]:
    """Compare once, and repair if asked; return also the faults found and the number repaired."""
    with ExitStack() as stack:
        memories, faults = _memories(deployment, stack)
        verification = Verification(deployment.archive, deployment.catalogue, memories, quick=quick)
        found = [*faults, *_look(verification)]
        return verification, found, sum(_mended(finding) for finding in found) if repair else 0


def _memories(deployment: Deployment, stack: ExitStack) -> tuple[dict[str, Memory], list[Finding]]:
    """Open the memory of each scope; return also a finding for each that can't be opened.

    Artists with the same encoders share one memory.
    """
    from worker.components import open_memory

    damaged: dict[Path, Finding] = {}
    opened: dict[tuple[str, str], Memory] = {}
    memories: dict[str, Memory] = {}
    for artist in deployment.catalogue.artists.all():
        parts = artist.created.parts
        encoders = parts.text_encoder, parts.image_encoder
        if encoders not in opened:
            try:
                memory = open_memory(deployment.settings, parts, folder=deployment.memory_folder)
            except MemoryDamaged as error:
                damaged[error.folder] = _damaged_memory(error)
                continue
            stack.callback(memory.close)
            opened[encoders] = memory
        memories[artist.created.scope] = opened[encoders]
    return memories, list(damaged.values())


def _damaged_memory(error: MemoryDamaged) -> Finding:
    mend = partial(shutil.rmtree, error.folder)
    return Finding("damaged memory", str(error.folder), str(error), mend)


def _look(verification: Verification) -> list[Finding]:
    columns = SpinnerColumn(), TextColumn("{task.description}")
    with progress_bar(*columns) as bar:
        task = bar.add_task("listing pictures")
        findings = []
        for finding in verification.findings():
            findings.append(finding)
            bar.update(task, description=f"{verification.works:,} works, {len(findings)} findings")
    return findings


def _mended(finding: Finding) -> bool:
    if finding.mend is None:
        return False
    try:
        finding.mend()
    except (StorageError, SQLAlchemyError, OSError, ValueError) as error:
        click.echo(f"{finding.what} can't be repaired: {error}", err=True)
        return False
    return True


def _print(
    verification: Verification, findings: list[Finding], left: list[Finding], *, repair: bool
) -> None:
    console = Console(highlight=False)
    for finding in findings:
        mark = "[red]✗[/red]" if finding in left else "[green]repaired[/green]"
        console.print(f"{mark} {finding.kind}, {escape(finding.what)}: {escape(finding.says)}")
    console.print(
        f"{verification.works:,} works, {verification.pictures:,} pictures and"
        f" {verification.vectors:,} pairs of vectors compared:"
        f" {len(findings)} wrong, {len(findings) - len(left)} repaired."
    )
    if verification.known_losses:
        console.print(f"{verification.known_losses:,} lost or damaged objects were already known.")
    if any(finding.mend for finding in left) and not repair:
        console.print("Repair with `artist verify --repair`.")


def _print_json(verification: Verification, findings: list[Finding], left: list[Finding]) -> None:
    content = {
        "works": verification.works,
        "pictures": verification.pictures,
        "vectors": verification.vectors,
        "known_losses": verification.known_losses,
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
    print_json(content)
