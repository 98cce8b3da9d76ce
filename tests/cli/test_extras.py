"""If a package is missing, one sentence names its extra."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

import pytest

from cli.errors import UserError
from cli.extras import check_installed

BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {packages}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
from cli.main import main
sys.argv = ["artist", *{arguments}]
main()
"""


def artist_without(packages: set[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process that can't import some packages."""
    code = BLOCKED.format(packages=packages, arguments=arguments)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_help_lists_all_commands_without_the_packages_of_the_extras() -> None:
    ran = artist_without({"fastapi", "uvicorn", "httpx2", "celery", "torch", "PIL"}, "--help")

    assert ran.returncode == 0, ran.stderr
    assert "Needs cultural-alien[gallery]." in ran.stdout
    assert "Run the artist and its gallery" in ran.stdout


@pytest.mark.parametrize(
    ("missing", "arguments", "expected"),
    [
        ("fastapi", ["gallery", "--port", "1"], "cultural-alien[gallery]"),
        ("httpx2", ["experiment", "folder"], "cultural-alien[lab]"),
        ("torch", ["sample", "--pool", "sea"], "cultural-alien[sampler]"),
    ],
)
def test_a_command_names_the_extra_that_it_needs(
    missing: str, arguments: list[str], expected: str
) -> None:
    ran = artist_without({missing}, *arguments)

    assert ran.returncode == 1
    assert missing in ran.stderr
    assert expected in ran.stderr
    assert "Traceback" not in ran.stderr


def test_late_imports_are_checked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [
        "click>=8",
        "torch>=2; extra == 'sampler'",
        "cultural-alien[sampler]; extra == 'worker'",
        "skia-python; extra == 'worker'",
        "pandas; extra == 'lab'",
    ]
    monkeypatch.setattr(metadata, "requires", lambda _: asked)
    installed = {"click", "skia-python"}

    def version(name: str) -> str:
        if name not in installed:
            raise metadata.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(metadata, "version", version)

    with pytest.raises(UserError, match=r"`artist worker` needs torch, .*cultural-alien\[worker\]"):
        check_installed("worker")
    check_installed("list")
    installed.add("torch")
    check_installed("worker")


def test_the_sampler_names_its_extra() -> None:
    code = "import sys; sys.modules['torch'] = None; from cas import CulturalAlienSampler"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "pip install 'cultural-alien[sampler]'" in ran.stderr


def test_an_archive_in_a_bucket_names_its_extra() -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.modules['boto3'] = None\n"
            "from storage.archive.archive import open_store\n"
            "from storage.errors import StorageUnavailable\n"
            "try: open_store('s3://bucket')\n"
            "except StorageUnavailable as error: print(error)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "pip install 'cultural-alien[s3]'" in ran.stdout
