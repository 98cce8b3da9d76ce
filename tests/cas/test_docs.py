"""The documentation: every public name has its place, every example runs, the site builds."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cas

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MODULES = sorted(
    module.name for module in pkgutil.walk_packages(cas.__path__, "cas.") if not module.ispkg
)
RUNNABLE = (
    "howto/vocabulary.md",
    "howto/traditions.md",
    "howto/study.md",
    "howto/grow.md",
    "howto/extend.md",
    "index.md",
)


def test_every_module_stands_in_the_reference() -> None:
    text = "\n".join(path.read_text() for path in (DOCS / "reference").glob("*.md"))
    assert sorted(re.findall(r"^::: (\S+)$", text, re.MULTILINE)) == MODULES


def public_names(module: str) -> Iterator[tuple[str, str | None]]:
    """Yield the names that a module of `cas` defines (constants, too) with their docstrings."""
    source = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    body = ast.parse(source).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, ast.get_docstring(node)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    yield f"{node.name}.{part.name}", ast.get_docstring(part)
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name):
            text = after.value if isinstance(after, ast.Expr) else None
            yield target.id, text.value if isinstance(text, ast.Constant) else None


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_has_a_docstring(name: str) -> None:
    assert importlib.import_module(name).__doc__
    bare = [n for n, told in public_names(name) if not re.search(r"(^|\.)_", n) and not told]
    assert bare == []


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
    shown: set[str] = set()
    for page in (tmp_path / "reference").rglob("index.html"):
        shown |= set(re.findall(r'id="(cas\.[\w.]+)"', page.read_text(encoding="utf-8")))
    public = {
        f"{module}.{name}"
        for module in MODULES
        for name, _ in public_names(module)
        if not re.search(r"(^|\.)_", name)
    }
    assert public - shown == set()
    assert len(public) > 300
