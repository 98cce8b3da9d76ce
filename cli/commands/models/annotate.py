"""`artist annotate`: find concepts for works by CLIP, or by their texts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from cli.errors import UserError
from cli.runtime.progress import progress_bar

if TYPE_CHECKING:
    from cas.data.annotation import Fault
    from cas.data.assignment import AssignmentRules, Spread, WorkLines
    from cas.data.clip import Clip, Vectors
    from cas.data.encoders import Encoder, Item
    from cas.vocabulary import Vocabulary

POLL_SECONDS = 2.0
FAULTS_SHOWN = 10


@click.command()
@click.argument("works")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--vocabulary",
    "vocabulary_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file with one concept a line.  [default: the shipped pair's]",
)
@click.option(
    "--text",
    "by_text",
    is_flag=True,
    help="WORKS is a table: compare titles, subjects and captions, not pictures, with concepts.",
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
    help="Concepts of each work.",
)
@click.option("--centre", is_flag=True, help="Subtract the mean work and the mean concept.")
@click.option("--cap", type=click.FloatRange(0, 1, min_open=True), default=1.0, show_default=True,
              help="The greatest share of works with one concept.")  # fmt: skip
@click.option(
    "--shard",
    type=click.IntRange(min=1),
    default=1024,
    show_default=True,
    help="Works that one file of results holds.",
)
@click.option("--broker", metavar="URL", help="Distribute the shards to running `artist worker`s.")
def annotate(
    works: str,
    folder: Path,
    *,
    vocabulary_file: Path | None,
    by_text: bool,
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
    """Find the nearest concepts of each work in WORKS; write FOLDER/works.jsonl.gz.

    WORKS is a folder of pictures (with an optional table of file, id and artist) or Parquet by path
    or URL, such as hf://datasets/huggan/wikiart/data/*.parquet. With --text it is a table (JSONL,
    CSV or Parquet) of title, concepts and caption, and id and artist if known; the encoder is
    all-MiniLM-L6-v2. Run again, it continues where it stopped; other concepts, --centre and --cap
    need no new encoding.
    """
    from cas.checkpoint import SHIPPED
    from cas.data.annotation import read_shards, unfinished
    from cas.data.assignment import AssignmentRules
    from cas.data.image_sources import pictures_of
    from cas.vocabulary import Vocabulary

    if untrained and broker:
        raise UserError("--untrained is for one machine: omit --broker.")
    vocabulary = Vocabulary.load(vocabulary_file or SHIPPED / "museums" / "vocabulary.txt")
    rules = AssignmentRules(nearest, centre, cap)
    if by_text:
        if untrained or broker or clip_weights or device != "cpu":
            raise UserError(
                "--text uses no CLIP, and runs on this machine's processor: omit --untrained,"
                " --broker, --clip-weights and --device."
            )
        _annotate_texts(works, folder, vocabulary, rules, shard)
        return
    clip = _clip(folder, model, tag, clip_weights, device, untrained)
    left_out: Counter[str] = Counter()
    shards = folder / "shards"
    pictures = pictures_of(works, left_out=_counter(left_out))
    if broker:
        missing = unfinished(pictures, shards, size=shard, left_out=_counter(left_out))
        _share_out(broker, works, shards, list(missing), shard, model, tag, clip_weights, device)
    else:
        _encode(pictures, "pictures", clip, shards, shard, _counter(left_out))
    whole, faults = read_shards(shards)
    named = list(whole.named)
    _assign(folder, named, whole.vectors, faults, left_out, clip, vocabulary, rules)


def _annotate_texts(
    table: str, folder: Path, vocabulary: Vocabulary, rules: AssignmentRules, shard: int
) -> None:
    """Annotate the works of a table by their texts."""
    from cas.data.annotation import read_shards
    from cas.data.work_texts import TextEncoder, line_items, read_work_texts, work_lines
    from worker.encoders.minilm import MiniLMEncoder

    encoder = TextEncoder(MiniLMEncoder.name, MiniLMEncoder().encode)
    encoder.load()
    left_out: Counter[str] = Counter()
    texts = list(read_work_texts(table, left_out=_counter(left_out)))
    _encode(line_items(texts), "lines", encoder, folder / "shards", shard, _counter(left_out))
    lines, faults = read_shards(folder / "shards")
    named = [(text.id, text.artist) for text in texts]
    vectors = work_lines(texts, lines)
    _assign(folder, named, vectors, faults, left_out, encoder, vocabulary, rules)


def _counter(left_out: Counter[str]) -> Callable[[str], None]:
    return lambda what: left_out.update((what,))


def _encode(
    items: Iterable[Item],
    what: str,
    encoder: Encoder,
    shards: Path,
    size: int,
    left_out: Callable[[str], None],
) -> None:
    from cas.data.annotation import encode_all

    with _bar() as bar:
        task = bar.add_task(what, total=None)
        encode_all(
            items,
            encoder,
            shards,
            size=size,
            progress=lambda done: bar.update(task, completed=done),
            left_out=left_out,
        )


def _clip(
    folder: Path, model: str, tag: str, weights: Path | None, device: str, untrained: bool
) -> Clip:
    from cas.data.clip import Clip, make_untrained
    from worker.hub import go_offline_if_away

    if untrained:
        return make_untrained(folder / "clip")
    go_offline_if_away()
    clip = Clip(model, tag, weights=weights, device=device)
    clip.load()
    return clip


def _assign(
    folder: Path,
    named: Sequence[tuple[str, str | None]],
    vectors: Vectors | WorkLines,
    faults: list[Fault],
    left_out: Counter[str],
    encoder: Encoder,
    vocabulary: Vocabulary,
    rules: AssignmentRules,
) -> None:
    """Write the works, and a report that compares the chosen rules with all variants."""
    from cas.data.annotation import write_works
    from cas.data.assignment import AssignmentRules, assign, spread

    concepts = encoder.concepts(list(vocabulary))
    assigned = assign(vectors, concepts, rules)
    write_works(folder / "works.jsonl.gz", named, assigned, vocabulary)
    variants = {
        "plain": AssignmentRules(rules.nearest),
        "centred": AssignmentRules(rules.nearest, centre=True),
        "capped at 5 %": AssignmentRules(rules.nearest, cap=0.05),
        "both": AssignmentRules(rules.nearest, centre=True, cap=0.05),
    }
    measured = {
        name: spread(assign(vectors, concepts, each), vectors, concepts, vocabulary)
        for name, each in variants.items()
    }
    measured["written"] = spread(assigned, vectors, concepts, vocabulary)
    report = _report(len(named), faults, left_out, encoder, measured)
    (folder / "report.md").write_text(report, encoding="utf-8")
    click.echo(report)
    click.echo(f"The works are in {folder / 'works.jsonl.gz'}: `artist train` reads them.")


def _report(
    works: int,
    faults: list[Fault],
    left_out: Counter[str],
    encoder: Encoder,
    measured: dict[str, Spread],
) -> str:
    lines = [
        "# Annotation",
        "",
        f"{works:,} works by {encoder.name}, {len(faults):,} left out.",
        "",
        "| assignment | concepts used | effective | most frequent | mean cosine |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {name} | {s.used:,} | {s.effective:.0f} | {s.top_concept} {s.top:.1%} |"
            f" {s.cosine:.3f} |"
            for name, s in measured.items()
        ),
    ]
    if not encoder.trained:
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
    works: str,
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
    source = works if "://" in works else str(Path(works).absolute())
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
