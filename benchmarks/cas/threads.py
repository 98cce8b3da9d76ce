"""A step of the sampler and single encodings, on an idle and on a busy machine, by threads.

*Default* is torch's number of threads, *now* that of `worker.cpu_threads`. On the busy machine,
twice as many processes as processors compute. CLIP has random weights.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import numpy as np
from PIL import Image

from benchmarks.cas.steps import pools, rounds
from cas import CulturalAlienSampler
from cas.cpu_count import usable_processors
from cas.lazy_imports import torch
from worker.cpu_threads import torch_threads
from worker.encoders.efficientnet import EfficientNetEncoder
from worker.encoders.minilm import MiniLMEncoder

ROUNDS = 20
PROMPT = "A woodblock print of a fox in the snow; a church in the distance, under a pale moon."


def main() -> None:
    print(f"{usable_processors()} processors, torch's default {torch.get_num_threads()} threads")
    print(f"{'milliseconds':40s} {'median':>9s} {'p90':>9s} {'longest':>9s}")
    contestants = {
        f"{work}, {whose}": _with_threads(call, threads)
        for work, (call, now) in _works().items()
        for whose, threads in (("default", torch.get_num_threads()), ("now", now))
    }
    for others in (0, 2 * usable_processors()):
        with _busy(others):
            times = rounds(contestants, count=ROUNDS)
        load = os.getloadavg()[0]
        print(f"{others} other processes, load at the end {load:.1f}")
        for name, values in times.items():
            median, slow = np.percentile(values, [50, 90])
            print(f"  {name:38s} {median:9.1f} {slow:9.1f} {max(values):9.1f}")


def _works() -> dict[str, tuple[Callable[[], object], int]]:
    """Return the timed functions, with their numbers of threads."""
    import open_clip

    sampler = CulturalAlienSampler.from_pretrained()
    pool = pools(sampler, 1)[0]
    text, image = MiniLMEncoder(), EfficientNetEncoder()
    picture = _noise()
    clip = open_clip.create_model("ViT-B-32").eval().visual
    pixels = torch.zeros(1, 3, 224, 224)

    @torch.inference_mode()
    def seen() -> object:
        return clip(pixels)

    return {
        "step of the sampler": (lambda: sampler.sample(pool, seed=1), 1),
        "MiniLM, one prompt": (lambda: text._encode_batch([PROMPT]), 1),
        "EfficientNet, one picture": (lambda: image._encode_batch([picture]), 1),
        "CLIP ViT-B/32, one picture": (seen, 1),
    }


def _with_threads(call: Callable[[], object], threads: int) -> Callable[[], object]:
    def timed() -> object:
        with torch_threads(threads):
            return call()

    return timed


def _noise() -> bytes:
    stream = BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (512, 512, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


@contextmanager
def _busy(processes: int) -> Iterator[None]:
    """Keep `processes` processes computing until the block ends."""
    others = [multiprocessing.Process(target=_compute, daemon=True) for _ in range(processes)]
    for other in others:
        other.start()
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.join()


def _compute() -> None:
    while True:
        pass


if __name__ == "__main__":
    main()
