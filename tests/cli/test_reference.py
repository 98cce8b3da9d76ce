"""The generated reference: nothing is missing, and the pages are what the source says today."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from benchmarks.reference.__main__ import FOLDER, pages
from benchmarks.reference.commands import commands
from benchmarks.reference.settings import tables
from benchmarks.reference.variables import SECRETS, variables
from cli.main import COMMANDS
from worker.config.settings import SECRETS_OF_LIBRARIES, Settings

ROOT = Path(__file__).parents[2]
PACKAGES = ("cas", "storage", "worker", "scheduler", "gallery", "cli")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

READERS = {"get", "setdefault", "pop"}
NAMED_BY_THE_USER = {
    ("cli/commands/archive/redact.py", "name"),  # --env NAME
    ("cli/runtime/publishing_channels.py", "variable"),  # token_env
    ("worker/config/settings.py", "channel.token_env"),
    ("worker/config/settings.py", "name"),  # SECRETS_OF_LIBRARIES, and secret_from_environment's
}
"""Places that read a variable of which the name isn't in the source."""


@pytest.mark.parametrize("name", pages())
def test_the_page_is_what_make_reference_writes(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "call `make reference`"


def test_every_setting_has_a_description() -> None:
    settings = [one for table in tables().values() for one in table]
    assert [f"{one.table} {one.key}" for one in settings if not one.description] == []
    assert len(settings) > 100


def test_every_table_and_key_of_the_template_is_in_the_reference() -> None:
    """The template is complete by a test of its own: tests/worker/config/test_settings.py."""
    template = (ROOT / "worker" / "artist.toml").read_text(encoding="utf-8")
    known = {heading: {one.key for one in table} for heading, table in tables().items()}
    heading, keys = "", 0
    for line in template.splitlines():
        if re.fullmatch(r"\[[\w.]+\]", line):
            heading = line
        elif found := re.match(r"(?:# )?([a-z_]+) = ", line):
            assert found[1] in known[heading], f"{heading} {found[1]}"
            keys += 1
    assert keys > 100


def test_every_command_and_option_is_in_the_reference() -> None:
    page = pages()["reference/commands.md"]
    found = {context.command_path: command for context, command in commands()}
    assert {f"artist {name}" for name in COMMANDS} <= found.keys()
    for path, command in found.items():
        (section,) = re.findall(rf"^## `{path}`\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
        assert command.help, path
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert option.help, f"{path} {option.opts[0]}"
                assert all(f"{name}" in section for name in option.opts), f"{path} {option.opts}"


def test_every_variable_that_the_source_reads_is_in_the_table() -> None:
    read = {name for path in SOURCES for name in variables_read(path)}
    assert len(read) > 20
    assert read - variables() == set()


def test_every_secret_is_in_the_table() -> None:
    aliases = {
        str(f.validation_alias) for f in Settings.model_fields.values() if f.validation_alias
    }
    assert aliases <= set(SECRETS)
    assert set(SECRETS_OF_LIBRARIES) <= variables()


def test_every_variable_of_compose_is_in_the_table() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    used = set(re.findall(r"\$\{([A-Z0-9_]+)", text))
    used |= set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    of_settings = {name for name in used if re.match(r"ARTIST_[A-Z]+__", name)}
    assert used - variables() - of_settings == set()
    assert all(f"`{name}`" in pages()["reference/environment.md"] for name in of_settings)


def variables_read(path: Path) -> Iterator[str]:
    """The variables that a file reads: of `os.environ`, of options, of settings.

    Raises:
        AssertionError: it reads one of which the name isn't in the source, in no known place.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for name in _names(node):
            if isinstance(name, ast.Constant):
                yield str(name.value)
                continue
            values = list(_values(tree, name))
            where = (path.relative_to(ROOT).as_posix(), ast.unparse(name))
            assert values or where in NAMED_BY_THE_USER, f"{where} reads which variable?"
            yield from values


def _names(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions in a node that name a variable that is read."""
    if isinstance(node, ast.Call):
        function = ast.unparse(node.func)
        if function in ("os.getenv", "getenv", "secret_from_environment") or (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in READERS
            and ast.unparse(node.func.value).endswith("environ")
        ):
            yield node.args[0]
        for keyword in node.keywords:
            if keyword.arg in ("envvar", "validation_alias"):
                yield keyword.value
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
        yield node.slice
    elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]).endswith("environ"):
        yield node.left


def _values(tree: ast.Module, name: ast.expr) -> Iterator[str]:
    """The constants that a name stands for: at the head of the module, or in a loop over them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == ast.unparse(name):
            found: ast.expr | None = node.value
        elif isinstance(node, ast.For) and ast.unparse(node.target) == ast.unparse(name):
            found = node.iter
        else:
            continue
        for part in ast.walk(found) if isinstance(found, ast.Constant | ast.Tuple) else ():
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value
