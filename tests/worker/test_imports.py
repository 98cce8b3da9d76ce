"""Several threads load their models at once, each the first in its process."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import io, sys, threading
from PIL import Image
from cli.runtime.wiring import load_sampler
from worker.encoders.clip import ClipEncoder
from worker.encoders.efficientnet import EfficientNetEncoder
from worker.encoders.minilm import MiniLMEncoder

assert not {"torch", "transformers"} & set(sys.modules), "a worker without models needs none"
picture = io.BytesIO()
Image.new("RGB", (32, 32)).save(picture, "PNG")
first_uses = 2 * [
    lambda: load_sampler(""),
    lambda: MiniLMEncoder().encode(["a fox"]),
    lambda: EfficientNetEncoder().encode([picture.getvalue()]),
    lambda: ClipEncoder().size,
]
together = threading.Barrier(len(first_uses))

def use(first_use):
    together.wait()
    first_use()

for first_use in first_uses:
    threading.Thread(target=use, args=(first_use,)).start()
"""


@pytest.mark.parametrize("time", [1, 2])
def test_many_threads_load_their_models_at_once(time: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert "Error" not in done.stderr, done.stderr[-2000:]
