"""`artist annotate`: find concepts for pictures by CLIP."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from cli.errors import UserError
from cli.runtime.progress import progress_bar

if TYPE_CHECKING:
    from cas.data.annotation import AssignmentRules, Fault, Shard, Spread
    from cas.data.clip import Clip
    from cas.vocabulary import Vocabulary

POLL_SECONDS = 2.0
FAULTS_SHOWN = 10


@click.command()
@click.argument("images")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--vocabulary",
    "vocabulary_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file with one concept a line.  [default: the shipped pair's]",
)
@click.option(
    "--clip",
    "model",
    default="ViT-B-32",
    show_default=True,
    metavar="MODEL",
    help="open_clip's name of the model.",
)
@click.option("--tag", default="openai", show_default=True, help="open_clip's tag of the weights.")
@click.option(
    "--clip-weights",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file with the weights, instead of a download.",
)
@click.option("--untrained", is_flag=True, help="Use a small CLIP with random weights, as a trial.")
@click.option("--device", default="cpu", show_default=True, help="cpu or cuda.")
@click.option(
    "--nearest",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Concepts of each picture.",
)
@click.option("--centre", is_flag=True, help="Subtract the mean picture and the mean concept.")
@click.option("--cap", type=click.FloatRange(0, 1, min_open=True), default=1.0, show_default=True,
              help="The greatest share of pictures with one concept.")  # fmt: skip
@click.option(
    "--shard",
    type=click.IntRange(min=1),
    default=1024,
    show_default=True,
    help="Pictures that one file of results holds.",
)
@click.option("--broker", metavar="URL", help="Distribute the shards to running `artist worker`s.")
def annotate(
    images: str,
    folder: Path,
    *,
    vocabulary_file: Path | None,
    model: str,
    tag: str,
    clip_weights: Path | None,
    untrained: bool,
    device: str,
    nearest: int,
    centre: bool,
    cap: float,
    shard: int,
    broker: str | None,
) -> None:
    """Find the nearest concepts of each picture in IMAGES; write FOLDER/works.jsonl.gz.

    IMAGES is a folder (with an optional table of file, id and artist) or Parquet by path or URL,
    such as hf://datasets/huggan/wikiart/data/*.parquet. Run again, it continues where it stopped;
    other concepts, --centre and --cap need no new encoding.
    """
    from cas.checkpoint import SHIPPED
    from cas.data.annotation import AssignmentRules, encode_all, read_shards, unfinished
    from cas.data.clip import Clip, make_untrained
    from cas.data.image_sources import pictures_of
    from cas.vocabulary import Vocabulary
    from worker.hub import go_offline_if_away

    if untrained and broker:
        raise UserError("--untrained is for one machine: omit --broker.")
    vocabulary = Vocabulary.load(vocabulary_file or SHIPPED / "museums" / "vocabulary.txt")
    clip = (
        make_untrained(folder / "clip")
        if untrained
        else Clip(model, tag, weights=clip_weights, device=device)
    )
    go_offline_if_away()
    clip.load()
    rules = AssignmentRules(nearest, centre, cap)
    left_out: Counter[str] = Counter()

    def leave_out(what: str) -> None:
        left_out[what] += 1

    pictures = pictures_of(images, left_out=leave_out)
    if broker:
        where = folder / "shards"
        numbers = list(unfinished(pictures, where, size=shard, left_out=leave_out))
        _share_out(broker, images, where, numbers, shard, model, tag, clip_weights, device)
    else:
        with _bar() as bar:
            task = bar.add_task("pictures", total=None)
            encode_all(
                pictures,
                clip,
                folder / "shards",
                size=shard,
                progress=lambda done: bar.update(task, completed=done),
                left_out=leave_out,
            )
    whole, faults = read_shards(folder / "shards")
    _assign(folder, whole, faults, left_out, clip, vocabulary, rules)


def _assign(
    folder: Path,
    whole: Shard,
    faults: list[Fault],
    left_out: Counter[str],
    clip: Clip,
    vocabulary: Vocabulary,
    rules: AssignmentRules,
) -> None:
    """Write the works, and a report that compares the chosen rules with all variants."""
    from cas.data.annotation import AssignmentRules, assign, spread, write_works

    concepts = clip.concepts(list(vocabulary))
    assigned = assign(whole.vectors, concepts, rules)
    write_works(folder / "works.jsonl.gz", whole, assigned, vocabulary)
    variants = {
        "plain": AssignmentRules(rules.nearest),
        "centred": AssignmentRules(rules.nearest, centre=True),
        "capped at 5 %": AssignmentRules(rules.nearest, cap=0.05),
        "both": AssignmentRules(rules.nearest, centre=True, cap=0.05),
    }
    measured = {
        name: spread(assign(whole.vectors, concepts, each), whole.vectors, concepts, vocabulary)
        for name, each in variants.items()
    }
    measured["written"] = spread(assigned, whole.vectors, concepts, vocabulary)
    report = _report(whole, faults, left_out, clip, measured)
    (folder / "report.md").write_text(report, encoding="utf-8")
    click.echo(report)
    click.echo(f"The works are in {folder / 'works.jsonl.gz'}: `artist train` reads them.")


def _report(
    whole: Shard,
    faults: list[Fault],
    left_out: Counter[str],
    clip: Clip,
    measured: dict[str, Spread],
) -> str:
    lines = [
        "# Annotation",
        "",
        f"{len(whole.ids):,} pictures by {clip.name}, {len(faults):,} left out.",
        "",
        "| assignment | concepts used | effective | most frequent | mean cosine |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {name} | {s.used:,} | {s.effective:.0f} | {s.top_concept} {s.top:.1%} |"
            f" {s.cosine:.3f} |"
            for name, s in measured.items()
        ),
    ]
    if not clip.trained:
        lines += ["", "**The CLIP is untrained: these concepts are random.**"]
    if left_out:
        others = ", ".join(f"{what} ({count:,})" for what, count in left_out.most_common())
        lines += ["", f"Skipped: {others}."]
    if faults:
        lines += ["", "Left out:", ""]
        lines += [f"- {fault.id}: {fault.reason}" for fault in faults[:FAULTS_SHOWN]]
    if len(faults) > FAULTS_SHOWN:
        lines.append(f"- and {len(faults) - FAULTS_SHOWN} more")
    return "\n".join(lines) + "\n"


def _share_out(
    broker: str,
    images: str,
    folder: Path,
    numbers: list[int],
    size: int,
    model: str,
    tag: str,
    weights: Path | None,
    device: str,
) -> None:
    """Queue the missing shards for the workers, and wait for their files."""
    from celery import Celery

    from worker.engine.annotation_tasks import ShardTask, missing, send

    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    source = images if "://" in images else str(Path(images).absolute())
    path = str(weights.absolute()) if weights else None
    tasks = [ShardTask(source, str(folder), n, size, model, tag, path, device) for n in numbers]
    with Celery("cultural-alien", broker=broker) as app:
        send(app, tasks)
    with _bar() as bar:
        task = bar.add_task("shards", total=len(numbers))
        while waiting := missing(folder, numbers):
            bar.update(task, completed=len(numbers) - len(waiting))
            time.sleep(POLL_SECONDS)


def _bar() -> Progress:
    columns = (
        TextColumn("{task.description} {task.completed:,}"),
        BarColumn(),
        TimeRemainingColumn(),
    )
    return progress_bar(*columns)
