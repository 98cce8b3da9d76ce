"""Progress bars: only where there is a terminal."""

from __future__ import annotations

import pytest
from rich.progress import SpinnerColumn, TextColumn

from cli.runtime.progress import progress_bar, while_counted


@pytest.mark.parametrize(("terminal", "prints"), [("0", False), ("1", True)])
def test_a_bar_is_printed_only_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: str, prints: bool
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", terminal)
    with progress_bar(SpinnerColumn(), TextColumn("{task.description}")) as bar:
        bar.update(bar.add_task("copying"), description="3 objects")
    assert while_counted([1, 2], "numbers", list, every=1) == [1, 2]
    assert ("3 objects" in capsys.readouterr().err) is prints
