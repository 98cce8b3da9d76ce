"""`artist vocabulary`: make a vocabulary from captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from cli.runtime.chat_client import chat_client
from cli.runtime.progress import while_counted

PATH = click.Path(path_type=Path, dir_okay=False, exists=True)
TOLD_EVERY = 10_000


@click.command()
@click.argument("captions", nargs=-1, required=True, metavar="CAPTIONS…")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--column", default="caption", show_default=True, help="Column of TSV, CSV and Parquet."
)
@click.option(
    "--words",
    type=click.IntRange(min=2),
    default=8_000,
    show_default=True,
    help="Words, the first by TF-IDF, that are checked.",
)
@click.option(
    "--concepts",
    type=click.IntRange(min=2),
    default=3_500,
    show_default=True,
    help="Most concepts in the vocabulary.",
)
@click.option("--phrases", is_flag=True, help="Include two-word phrases.")
@click.option("--adjectives", is_flag=True, help="Include adjectives.")
@click.option("--keep", type=PATH, help="A file of words that no filter drops, one a line.")
@click.option("--drop", type=PATH, help="A file of words that are always dropped, one a line.")
@click.option(
    "--clip",
    metavar="MODEL",
    help="An open_clip model, such as ViT-B-32: drop words that it cannot distinguish.",
)
@click.option("--clip-weights", type=PATH, help="A file with its weights, instead of a download.")
@click.option("--review", metavar="MODEL", help="A chat model that reviews the words.")
@click.option("--base-url", metavar="URL", help="An OpenAI-compatible endpoint for --review.")
def vocabulary(
    captions: Sequence[str],
    folder: Path,
    *,
    column: str,
    words: int,
    concepts: int,
    phrases: bool,
    adjectives: bool,
    keep: Path | None,
    drop: Path | None,
    clip: str | None,
    clip_weights: Path | None,
    review: str | None,
    base_url: str | None,
) -> None:
    """Choose concepts from CAPTIONS (text, TSV, CSV, Parquet; paths or URLs) into FOLDER.

    FOLDER gets vocabulary.txt, concepts.tsv, dropped.tsv with each word's reason, and report.md.
    """
    from cas.data.caption_vocabulary import CaptionRules, build, read_words
    from cas.data.captions import CaptionSource
    from cas.data.clip import Clip
    from cas.data.llm_review import LanguageModelReview
    from cas.data.tfidf import WordCounts
    from cas.data.word_forms import ADJECTIVE
    from worker.encoders.minilm import MiniLMEncoder
    from worker.hub import go_offline_if_away

    named = Clip(clip, weights=clip_weights) if clip else None
    if named is not None:  # before the captions are read, which may take hours
        go_offline_if_away()
        named.load()
    rules = CaptionRules(
        words=words,
        concepts=concepts,
        keep=read_words(keep) if keep else frozenset(),
        drop=read_words(drop) if drop else frozenset(),
    )
    if adjectives:
        rules = replace(rules, kinds=(*rules.kinds, ADJECTIVE))
    source = CaptionSource(tuple(captions), column=column)
    counts = while_counted(source, "captions", WordCounts(phrases=phrases).add, every=TOLD_EVERY)
    report = build(
        counts,
        rules,
        encode=MiniLMEncoder().encode,
        clip=None if named is None else named.concepts,
        review=LanguageModelReview(chat_client(base_url), review) if review else None,
        mended=source.mended,
    )
    report.save(folder)
    click.echo(report.markdown())
    if source.short:
        click.echo(f"{source.short:,} rows without the caption's column were left out.")
    click.echo(f"The vocabulary is in {folder}.")
