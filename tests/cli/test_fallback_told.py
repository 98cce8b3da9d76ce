"""A work that the fallback wrote is told of by `artist run`, `status` and `list`."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from rich.console import Console

from cli.commands.artists.run import _Watcher
from cli.runtime.deployment import Deployment
from storage.archive.manifest import Manifest
from tests.cli.conftest import Call

REASON = "openai: llama3.2 gave no usable answer"


def test_a_work_of_the_fallback_is_told(
    call: Call, lived: Path, make_manifest: Callable[[int], Manifest]
) -> None:
    deployment, out = Deployment(lived), io.StringIO()
    artist = deployment.artist("alien")
    embedded: Any = SimpleNamespace(deployment=deployment)
    watcher = _Watcher(embedded, artist, Console(file=out, width=300), None)
    for number, reason in ((4, ""), (5, REASON)):
        manifest = make_manifest(number)
        composition = manifest.composition.model_copy(update={"fallback_reason": reason})
        deployment.catalogue.restore_work(manifest.model_copy(update={"composition": composition}))
    watcher._tell_works("alien", "", many=False)
    deployment.close()
    told = [line for line in out.getvalue().splitlines() if "fallback" in line]
    assert len(told) == 1
    assert f"The fallback wrote it, since the composer failed: {REASON}" in told[0]
    (listed,) = json.loads(call("list", "--data", lived, "--json").out)
    assert (listed["fallback_works"], listed["fallbacks_in_a_row"]) == (1, 1)
    assert listed["fallback_reason"] == REASON
    assert "wrote 1 work, since the composer failed" in call("status", "--data", lived).out
