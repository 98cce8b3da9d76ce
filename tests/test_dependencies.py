"""Every import is declared, in the extra of those who need it; the gallery has no torch."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cli.extras import EXTRAS
from cli.main import COMMANDS

ROOT = Path(__file__).parents[1]
OURS = ("cas", "storage", "worker", "scheduler", "gallery", "cli")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DISTRIBUTIONS = {
    module: {canonicalize_name(name) for name in names}
    for module, names in packages_distributions().items()
}


def declared(*extras: str) -> set[str]:
    """Names of the distributions that the base and these extras ask for, directly."""
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    found = set()
    for requirement in map(Requirement, lines):
        if requirement.name == PROJECT["name"]:
            found |= declared(*requirement.extras)
        else:
            found.add(canonicalize_name(requirement.name))
    return found


def imported(node: ast.AST, *, lazily: bool) -> Iterator[str]:
    """Absolute names that a module imports; with `lazily` those in functions and for types too."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module and not child.level:
            yield child.module
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        elif lazily or not (
            isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test))
        ):
            yield from imported(child, lazily=lazily)


def foreign(names: set[str]) -> dict[str, set[str]]:
    """Modules of others among these names, each with the distributions that hold it."""
    modules = {name.partition(".")[0] for name in names}
    modules -= {*sys.stdlib_module_names, *OURS, "tests", "benchmarks"}
    return {module: DISTRIBUTIONS.get(module, {f"{module} (not installed)"}) for module in modules}


@cache
def file_of(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py")
                 if file.is_file()), None)  # fmt: skip


@cache
def imports_at_once(module: str) -> frozenset[str]:
    """What is imported when this module of ours is."""
    file = file_of(module)
    assert file is not None
    return frozenset(imported(ast.parse(file.read_text(encoding="utf-8")), lazily=False))


def closure(module: str) -> set[str]:
    """All names that are imported, by our modules one after another, when this one is."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name.partition(".")[0] not in OURS:
            continue
        if parent := name.rpartition(".")[0]:
            waiting.append(parent)
        if file_of(name):
            waiting += imports_at_once(name)
    return seen


@pytest.mark.parametrize(
    ("folders", "extras"),
    [
        (OURS, ("run", "parquet", "s3", "publish", "diffusers")),
        (("tests", "benchmarks"), ("dev",)),
    ],
)
def test_every_import_is_declared(folders: tuple[str, ...], extras: tuple[str, ...]) -> None:
    known = declared(*extras)
    undeclared = {
        (str(file.relative_to(ROOT)), module)
        for folder in folders
        for file in (ROOT / folder).rglob("*.py")
        for module, held_by in foreign(
            set(imported(ast.parse(file.read_text(encoding="utf-8")), lazily=True))
        ).items()
        if not held_by & known
    }
    assert not undeclared


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in EXTRAS])
def test_commands_without_an_extra_import_with_the_base(command: str) -> None:
    assert_declared(COMMANDS[command].partition(":")[0])


@pytest.mark.parametrize(("command", "extra"), EXTRAS.items())
def test_commands_import_with_their_extra(command: str, extra: str) -> None:
    assert_declared(COMMANDS[command].partition(":")[0], extra)


@pytest.mark.parametrize(
    ("module", "extra"),
    [
        ("cas.sampler", "sampler"),
        ("gallery", "gallery"),
        ("cli.runtime.gallery_settings", "gallery"),
        ("gallery.publishing.export", "gallery"),
        ("gallery.publishing.webhook", "gallery"),
        ("cas.experiments.bradley_terry", "gallery"),
        ("storage.vectors.server", "gallery"),
        ("cli.runtime.wiring", "worker"),
        ("cli.runtime.embedded", "run"),
        ("cas.training.train", "train"),
        ("cas.training.pair_growth", "train"),
        ("cas.data.annotation", "train"),
        ("worker.encoders.minilm", "train"),
        ("cas.experiments.study", "lab"),
        ("storage.archive.s3", "s3"),
    ],
)
def test_what_an_entry_point_loads_is_in_its_extra(module: str, extra: str) -> None:
    assert_declared(module, extra)


def assert_declared(module: str, *extras: str) -> None:
    """Assert that the extras hold all that is imported when this module is."""
    known = declared(*extras)
    missing = {name for name, held_by in foreign(closure(module)).items() if not held_by & known}
    assert not missing


def test_the_gallery_loads_no_torch() -> None:
    heavy = {"torch", "transformers", "open_clip", "torchvision", "skia", "onnxruntime"}
    code = (
        "import sys, cli.commands.artists.servers, cli.runtime.gallery_settings,"
        " gallery.publishing.export, gallery.moderation.decisions, gallery.voting.ranking,"
        " cas.experiments.bradley_terry, storage.vectors.server;"
        f"print(sorted({heavy} & sys.modules.keys()))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def test_no_torch_in_the_gallerys_extra() -> None:
    assert not {"torch", "transformers", "safetensors", "open-clip-torch"} & declared("gallery")


def test_constraints_pin_what_is_declared() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {canonicalize_name(line.partition("==")[0]) for line in lines if "==" in line}
    assert declared("dev") <= pinned
    assert not [line for line in lines if "://" in line]
