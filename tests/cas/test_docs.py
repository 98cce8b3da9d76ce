"""The documentation: every public name has its place, every example runs, the site builds."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cas

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MODULES = sorted(f"cas.{module.name}" for module in pkgutil.iter_modules(cas.__path__))
RUNNABLE = (
    "howto/vocabulary.md",
    "howto/annotate.md",
    "howto/study.md",
    "howto/extend.md",
    "index.md",
)


def test_every_module_stands_in_the_reference() -> None:
    text = "\n".join(path.read_text() for path in (DOCS / "reference").glob("*.md"))
    assert sorted(re.findall(r"^::: (\S+)$", text, re.MULTILINE)) == MODULES


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_has_a_docstring(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    bare = [
        f"{owner}.{attribute}" if attribute else owner
        for owner, value in vars(module).items()
        if not owner.startswith("_") and getattr(value, "__module__", None) == name
        for attribute, part in [("", value), *_members(value)]
        if not inspect.getdoc(part)
    ]
    assert bare == []


def _members(value: object) -> list[tuple[str, object]]:
    """A class's own public methods and properties."""
    if not inspect.isclass(value):
        return []
    return [
        (name, part)
        for name, part in vars(value).items()
        if not name.startswith("_") and (inspect.isfunction(part) or isinstance(part, property))
    ]


def test_every_export_of_the_package_resolves() -> None:
    for name in cas.__all__:
        assert getattr(cas, name) is not None


@pytest.mark.parametrize("page", RUNNABLE)
def test_every_example_runs(page: str) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    assert blocks
    namespace: dict[str, object] = {"__name__": "example"}
    for number, block in enumerate(blocks):
        exec(compile(block, f"{page} block {number + 1}", "exec"), namespace)


def test_the_site_builds_without_warnings(tmp_path: Path) -> None:
    """`strict: true` makes every warning an error: broken links and missing pages among them."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-3000:]
    assert "WARNING -" not in built.stderr
    assert (tmp_path / "reference" / "sampler" / "index.html").is_file()
