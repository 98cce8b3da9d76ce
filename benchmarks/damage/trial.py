"""One trial: damage objects at random, then `rebuild`, `verify --repair`, `verify` and `export`."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner

from benchmarks.damage.life import ARTIST, is_hidden, is_work, live
from cli.main import artist
from storage.archive.archive import Archive, ObjectStore, open_store
from storage.archive.objects import COPIES, KEPT_TWICE, number_of

KINDS = ("truncated", "emptied", "swapped", "removed")
UNTRACED = ("votes", "spending", "publication", "picture")
"""Kinds of events whose removal leaves no trace."""

_LISTED = re.compile(r"^✗ (\S+): ", re.MULTILINE)
_JSON = "application/json"


def run(
    folder: Path, *, works: int, objects: int, seed: int, archive: str = "", catalogue: str = ""
) -> dict[str, object]:
    """Run one trial in a folder, or with the given archive or catalogue.

    Returns:
        Figures, and `violations`, which should be empty.
    """
    folder.mkdir(parents=True)
    place = archive or str(folder / "archive")
    storage = f'[storage]\narchive = "{place}"\nmin_free_gib = 0\n'
    storage += f'catalogue = "{catalogue}"\n' if catalogue else ""
    (folder / "artist.toml").write_text(f'[parts]\nimage_encoder = "packaged"\n{storage}')
    store = open_store(place, create=not archive)
    live(Archive(store), works)
    before = sorted(store.keys())
    damaged = _damage(store, before, objects, random.Random(seed))
    outputs, codes, seconds = _commands(folder)
    found = json.loads(outputs["repair"])["findings"]
    listed = set(_LISTED.findall(outputs["rebuild"]))
    listed |= {_key(finding) for finding in found if "orphan" not in finding["kind"]}
    expected = _expected(damaged, works)
    return {
        "works": works,
        "objects": len(before),
        "seed": seed,
        "damaged": {kind: sum(how == kind for how in damaged.values()) for kind in KINDS},
        "listed": len(listed),
        "removed_without_a_trace": sorted(_untraced(damaged, works)),
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "violations": [
            *_wrong_codes(codes, lost=bool(_LISTED.findall(outputs["rebuild"]))),
            *(f"not listed: {key}" for key in sorted(expected - listed)),
            *(f"listed, but intact: {key}" for key in sorted(listed - expected)),
            *_wrongly_clean(outputs["verify"]),
            *_wrongly_shown(folder / "site", works),
        ],
    }


def _damage(
    store: ObjectStore, keys: list[str], objects: int, chance: random.Random
) -> Mapping[str, str]:
    """Damage `objects` objects; return the kind of damage of each."""
    damaged: dict[str, str] = {}
    chosen = chance.sample(keys, objects)
    while chosen:
        key, kind = chosen.pop(), chance.choice(KINDS)
        data = store.get(key)
        if kind == "swapped" and chosen:
            other = chosen.pop()
            mine, theirs = data, store.get(other)
            store.replace(key, theirs, media_type=_JSON)
            store.replace(other, mine, media_type=_JSON)
            damaged |= {key: kind, other: kind}
        elif kind == "removed":
            _remove(store, key)
            damaged[key] = kind
        else:
            kind = "emptied" if kind == "emptied" else "truncated"
            half = b"" if kind == "emptied" else data[: len(data) // 2]
            store.replace(key, half, media_type=_JSON)
            damaged[key] = kind
    return damaged


def _remove(store: ObjectStore, key: str) -> None:
    """Delete an object directly in the store."""
    from storage.archive.folder import FolderStore
    from storage.archive.s3 import S3Store

    if isinstance(store, FolderStore):
        (store.path / key).unlink()
    elif isinstance(store, S3Store):
        store._client.delete_object(**store._at(key))


def _commands(folder: Path) -> tuple[dict[str, str], dict[str, int], dict[str, float]]:
    site = ("--base-url", "https://example.org", folder / "site")
    commands: dict[str, tuple[object, ...]] = {
        "rebuild": ("rebuild",),
        "repair": ("verify", "--repair", "--json"),
        "verify": ("verify", "--json"),
        "export": ("export", *site),
    }
    outputs, codes, seconds = {}, {}, {}
    for name, (command, *rest) in commands.items():
        started = time.monotonic()
        arguments = [str(each) for each in (command, "--data", folder, *rest)]
        result = CliRunner().invoke(artist, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        outputs[name], codes[name] = result.stdout, result.exit_code
        seconds[name] = time.monotonic() - started
    return outputs, codes, seconds


def _key(finding: Mapping[str, str]) -> str:
    """Return the key of a finding's object."""
    if "picture" in finding["kind"]:
        return finding["says"].split(" ")[0]
    return finding["what"]


def _twin(key: str) -> str:
    return key.removeprefix(COPIES) if key.startswith(COPIES) else f"{COPIES}{key}"


def _kind(key: str) -> str:
    parts = key.removeprefix(COPIES).split("/")
    return parts[2] if parts[0] == "events" else parts[0]


def _untraced(damaged: Mapping[str, str], works: int) -> set[str]:
    """Return objects whose removal can't be detected, or loses nothing."""
    gone = {key for key, how in damaged.items() if how == "removed"}
    return {
        key
        for key in gone
        if _kind(key) in UNTRACED
        or (_kind(key) in KEPT_TWICE - {"artist"} and _twin(key) in gone)
        or (_kind(key) in ("manifests", "failure") and number_of(key) == works)
    }


def _expected(damaged: Mapping[str, str], works: int) -> set[str]:
    """Return the objects that must be listed."""
    expected: set[str] = set()
    for key, how in damaged.items():
        if key in _untraced(damaged, works):
            continue
        number = number_of(key)
        if _kind(key) in KEPT_TWICE:
            # If both are damaged, they are listed under the name of the first.
            expected.add(key.removeprefix(COPIES) if _twin(key) in damaged else key)
        elif _kind(key) == "failure" and how == "removed":
            expected.add(f"manifests/{ARTIST}/{number:08d}.json")
        else:
            expected.add(key)
    return expected


def _wrong_codes(codes: Mapping[str, int], *, lost: bool) -> list[str]:
    wanted = {"rebuild": int(lost), "repair": 0, "verify": 0, "export": 0}
    return [f"{name} ended with {code}" for name, code in codes.items() if code != wanted[name]]


def _wrongly_clean(output: str) -> list[str]:
    return [f"found again: {f['kind']} {f['what']}" for f in json.loads(output)["findings"]]


def _wrongly_shown(site: Path, works: int) -> list[str]:
    """Return the hidden works whose title is in the exported gallery."""
    text = "".join(
        file.read_text(errors="replace")
        for file in site.rglob("*")
        if file.suffix in (".html", ".atom", ".json", ".xml", ".csv")
    )
    return [
        f"hidden, but shown: {number}"
        for number in range(1, works + 1)
        if is_work(number) and is_hidden(number) and f"Title {number:05d}" in text
    ]
