"""A corpus as a dataset folder of the Hugging Face hub: a card, splits, a version.

    README.md         the card: metadata, columns, splits, sources
    dataset.json      version, vocabulary's fingerprint, how it was split, SHA-256 of each file
    vocabulary.txt
    data/train.jsonl, validation_works.jsonl, validation_artists.jsonl, test_works.jsonl,
    test_artists.jsonl

Each split is a corpus that `cas.data.corpus.read_works` reads. The same corpus gives the same
bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from cas.atomic_files import appearing
from cas.checkpoint import VOCABULARY_FILE
from cas.data.corpus import Corpus, Split, Work, write_works
from cas.errors import CorpusError
from cas.hub import write_card

FACTS = "dataset.json"
"""The file of version, split and hashes."""
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def write_dataset(
    corpus: Corpus,
    folder: Path | str,
    *,
    name: str,
    version: str,
    licence: str = "",
    sources: str = "",
    held_out: float = 0.04,
    seed: int = 0,
) -> dict[str, Any]:
    """Write a corpus, split as training splits it, and return what `dataset.json` tells.

    Args:
        corpus: packed with its vocabulary.
        folder: of the dataset; files of an earlier version are overwritten.
        name: of the dataset, for its card.
        version: such as 1.0.0.
        licence: of the data as the hub names it, such as `cc0-1.0`.
        sources: where the data is from, as Markdown.
        held_out: share of artists and works in each part that is held out (`Split.of`).
        seed: of the split.

    Raises:
        CorpusError: the version is not three numbers, or a file cannot be written.
    """
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise CorpusError(f"A version is three numbers, such as 1.0.0, not {version!r}.")
    folder = Path(folder)
    split = Split.of(corpus, share=held_out, seed=seed)
    parts: dict[str, Corpus] = {each.name: getattr(split, each.name) for each in fields(split)}
    splits = {}
    for part, works in parts.items():
        file = folder / "data" / f"{part}.jsonl"
        number = write_works(file, _works(works))
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        artists = len(np.unique(works.artists[works.artists >= 0]))
        splits[part] = {"works": number, "artists": artists, "sha256": digest}
    facts = {
        "name": name,
        "version": version,
        "concepts": len(corpus.vocabulary),
        "vocabulary": corpus.vocabulary.fingerprint,
        "held_out": held_out,
        "seed": seed,
        "splits": splits,
    }
    corpus.vocabulary.save(folder / VOCABULARY_FILE)
    with appearing(folder / FACTS) as part_file:
        part_file.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", "utf-8")
    _write_card(folder, facts, licence=licence, sources=sources)
    return facts


def _works(corpus: Corpus) -> Iterator[Work]:
    for number, (name, artist) in enumerate(zip(corpus.ids, corpus.artists, strict=True)):
        concepts = tuple(corpus.vocabulary[token] for token in corpus.work(number).tolist())
        yield Work(name, corpus.artist_names[artist] if artist >= 0 else None, concepts)


def _write_card(folder: Path, facts: dict[str, Any], *, licence: str, sources: str) -> None:
    from huggingface_hub import DatasetCardData

    works = sum(part["works"] for part in facts["splits"].values())
    files = [{"split": part, "path": f"data/{part}.jsonl"} for part in facts["splits"]]
    data = DatasetCardData(
        license=licence or None,
        language="en",
        pretty_name=facts["name"],
        size_categories=next((told for most, told in _SIZES if works < most), "1M<n<10M"),
        tags=["art", "concepts", "museums"],
        configs=[{"config_name": "default", "data_files": files}],
        version=facts["version"],
    )
    rows = [
        f"| {part} | {told['works']:,} | {told['artists']:,} |"
        for part, told in facts["splits"].items()
    ]
    text = [
        f"# {facts['name']}",
        "",
        f"Version {facts['version']}: {works:,} artworks, each with the concepts that it shows, of"
        f" {facts['concepts']:,} (`{VOCABULARY_FILE}`). For the Cultural Alien Sampler (arXiv"
        " 2510.20849).",
        "",
        "Columns: `id`; `artist`, null if unknown; `concepts`, a set without an order.",
        "",
        "| split | works | artists |",
        "|---|---:|---:|",
        *rows,
        "",
        f"The hash of an artist's name decides its split, and of a work's id ({facts['held_out']:g}"
        f" of each in every part held out, seed {facts['seed']}): works that a later version adds"
        " move none of the others. The artists of *_artists* are in no other split. *validation*"
        f" parts stop training. `{FACTS}` has the SHA-256 of each file.",
        "",
        *(["## Sources", "", sources.strip()] if sources else []),
    ]
    write_card(folder, data, "\n".join(text))
