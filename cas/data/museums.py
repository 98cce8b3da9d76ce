"""Readers for the public data sets of museums, each in the museum's own format."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from cas.data.corpus import Work, distinct
from cas.errors import CorpusError
from cas.text_files import read_json, read_table

NOBODY = re.compile(
    r"^(after|attributed to|school|circle of|follower of|style of|manner of|anonymous|unknown|"
    r"unidentified)\b|"
    r"\b\d+(st|nd|rd|th) century\b",
    re.IGNORECASE,
)
"""Attributions that name no specific artist."""
NGA_TERMS = ("Keyword", "Theme")
"""The National Gallery of Art's types of terms that are concepts."""


def tate_works(folder: Path | str, *, drop_groups: Collection[str] = ()) -> Iterator[Work]:
    """Stream the works of a copy of github.com/tategallery/collection.

    Subjects stand three deep: top > group > subject. The artist is the first contributor whose
    role is "artist"; "attributed to" and "after" leave a work without one.

    Args:
        folder: of the copy, with `artworks/` in it.
        drop_groups: groups to leave out, as `top > group` with `*` for anything, such as
            `people > named individuals` or `places > *`.

    Raises:
        CorpusError: there is no such folder, or a file is broken.
    """
    artworks = Path(folder) / "artworks"
    if not artworks.is_dir():
        raise CorpusError(f"{folder} is no copy of tategallery/collection: it has no artworks/.")
    for path in sorted(artworks.rglob("*.json")):
        record = read_json(path, error=CorpusError)
        try:
            concepts = [
                name.lower()
                for top, group, name in _tate_subjects(record.get("subjects") or {})
                if not any(fnmatchcase(f"{top} > {group}", pattern) for pattern in drop_groups)
            ]
            artist = next(
                (c["fc"] for c in record.get("contributors") or () if c.get("role") == "artist"),
                None,
            )
            work = Work(
                f"tate:{record['acno']}",
                (artist or "").strip() or None,
                distinct(concepts),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise CorpusError(f"{path} is no work of the Tate's layout: {error!r}.") from error
        yield work


def _tate_subjects(tree: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for top in tree.get("children") or ():
        for group in top.get("children") or ():
            for subject in group.get("children") or ():
                yield top["name"], group["name"], subject["name"]


def nga_works(folder: Path | str, *, drop_groups: Collection[str] = ()) -> Iterator[Work]:
    """Stream the works of a copy of github.com/NationalGalleryOfArt/opendata.

    Concepts are the terms of the types in `NGA_TERMS`; an attribution that names nobody in
    particular leaves a work without an artist. Works without terms are left out.

    Args:
        folder: of the copy, with `data/objects.csv` and `data/objects_terms.csv` in it.
        drop_groups: terms or browser themes to leave out, with `*` for anything, such as
            `portrait*`.

    Raises:
        CorpusError: a file is missing, lacks a column or has a broken record.
    """
    terms: dict[str, list[str]] = defaultdict(list)
    data = Path(folder) / "data"
    for _, row in read_table(
        data / "objects_terms.csv",
        ("objectid", "termtype", "term"),
        error=CorpusError,
        optional=("visualbrowsertheme",),
    ):
        theme = row["visualbrowsertheme"].lower()
        term = row["term"].lower()
        dropped = any(fnmatchcase(term, p) or fnmatchcase(theme, p) for p in drop_groups)
        if row["termtype"] in NGA_TERMS and term not in {"keywords", "themes"} and not dropped:
            terms[row["objectid"]].append(term)
    columns = ("objectid", "attribution")
    for _, row in read_table(data / "objects.csv", columns, error=CorpusError):
        if concepts := terms.get(row["objectid"]):
            artist = row["attribution"]
            named = artist and not NOBODY.search(artist)
            yield Work(
                f"nga:{row['objectid']}",
                artist if named else None,
                distinct(concepts),
            )


def met_works(
    path: Path | str, *, only_groups: Collection[str] = (), drop_groups: Collection[str] = ()
) -> Iterator[Work]:
    """Stream the works of `MetObjects.csv`, as github.com/metmuseum/openaccess has it.

    Concepts are the museum's tags. The artist is the first one named; a prefix such as "After" or
    a name such as "Unidentified Artist" leaves a work without one. Works without tags are left out.

    Args:
        path: of the file.
        only_groups: groups to take alone, as `department > culture` with `*` for anything, such as
            `asian art > japan*`; none: all.
        drop_groups: groups to leave out, in the same way.

    Raises:
        CorpusError: the file is missing, lacks a column or has a broken record.
    """
    columns = ("Object ID", "Department", "Culture", "Artist Prefix", "Artist Display Name", "Tags")
    for _, row in read_table(path, columns, error=CorpusError):
        group = f"{row['Department']} > {row['Culture']}".lower()
        taken = not only_groups or any(fnmatchcase(group, p.lower()) for p in only_groups)
        dropped = any(fnmatchcase(group, p.lower()) for p in drop_groups)
        tags = distinct(row["Tags"].lower().split("|"))
        if tags and taken and not dropped:
            artist = row["Artist Display Name"].partition("|")[0].strip()
            prefix = row["Artist Prefix"].partition("|")[0].strip()
            named = artist and not NOBODY.search(artist) and not NOBODY.search(prefix)
            yield Work(
                f"met:{row['Object ID']}",
                artist if named else None,
                tags,
            )
