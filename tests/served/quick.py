"""The `artist` command with parts that take no time, for tests of everything around them.

Sampler, encoders, the composer of an artist that has no model for it and, where the artist has the
painter `quick`, the painter are seeded functions of their input. A composer with a model, paid
painter, stores, cycle, schedule and processes are the real ones. Times that people wait for are
short: a lease lasts seconds, and so does the longest delay.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np

from cas.pick import Candidate, Pick
from cas.tuning import SamplerTuning
from cas.vocabulary import Vocabulary
from storage.archive.events import Parts
from storage.archive.manifest import Float32
from storage.vectors.edge import EdgeMemory
from storage.vectors.server import ServerMemory
from storage.vectors.store import Memory, VectorSpace
from tests.plain_composer import PlainComposer
from tests.served import traps
from tests.served.painting_api import picture
from worker.components import painter_of
from worker.composers import Composer
from worker.composers.openai import OpenAIComposer
from worker.config.settings import Settings
from worker.meter import Meter
from worker.model_servers import composer_server
from worker.painters import ALGORITHMIC, Painter, PaintRequest, PaintResult
from worker.worker_context import Components

TEXT_SIZE, IMAGE_SIZE = 8, 6
LEASE_SECONDS = 2.0
STALL_TIMEOUT = 0.5
TICK_SECONDS = 0.1
API_TIMEOUT = 1.0


class QuickSampler:
    """Draws a few concepts by the seed, and ranks them by chance."""

    fingerprint = "0" * 64
    abstract: frozenset[str] = frozenset()

    def __init__(self) -> None:
        shipped = Path(__file__).parents[2] / "cas/pretrained/museums/vocabulary.txt"
        self.vocabulary = Vocabulary.load(shipped)

    def sample(
        self,
        pool: Collection[str],
        *,
        tuning: SamplerTuning,
        cooldown: Collection[str] = (),
        seed: int = 0,
    ) -> Pick:
        masked = {*pool, *cooldown}
        free = [concept for concept in self.vocabulary if concept not in masked]
        generator = np.random.default_rng(seed)
        drawn = [free[index] for index in generator.choice(len(free), 8, replace=False)]
        candidates = tuple(
            Candidate(concept, 1.0 + rank, 9.0 - rank, rank, rank, float(-rank))
            for rank, concept in enumerate(drawn, 1)
        )
        return Pick(drawn[0], candidates, tuple(pool), seed, tuning)


class QuickTextEncoder:
    """A direction for each text, by its hash."""

    name, size = "quick-text", TEXT_SIZE

    def encode(self, texts: Sequence[str]) -> Float32:
        return np.stack([_direction(text.encode(), self.size) for text in texts])


class QuickImageEncoder:
    """A direction for each file, by its hash."""

    name, size = "quick-image", IMAGE_SIZE
    alike: float | None = None

    def encode(self, images: Sequence[bytes]) -> Float32:
        return np.stack([_direction(image, self.size) for image in images])


class QuickPainter:
    """Noise, for nothing."""

    name = "quick"

    def paint(self, commission: PaintRequest, meter: Meter) -> PaintResult:
        return PaintResult(
            data=picture(commission.prompt),
            media_type="image/png",
            width=48,
            height=32,
            model="noise",
            digital_source_type=ALGORITHMIC,
            seed=commission.seed,
        )


SPACE = VectorSpace(QuickTextEncoder.name, TEXT_SIZE, QuickImageEncoder.name, IMAGE_SIZE)


def quick_parts(painter: str) -> Parts:
    """The parts of an artist of these tests; its painter is `openai` or `quick`."""
    return Parts(
        composer="grammar",
        painter=painter,
        text_encoder=QuickTextEncoder.name,
        image_encoder=QuickImageEncoder.name,
    )


def quick_tools_loader(
    settings: Callable[[], Settings], *, memory_folder: Path
) -> Callable[[Parts], Components]:
    """What `worker.components.components_loader` does, with quick parts."""

    @functools.cache
    def memory() -> Memory:
        server = settings().storage.memory
        return (
            ServerMemory(server, SPACE, timeout=2) if server else EdgeMemory(memory_folder, SPACE)
        )

    return lambda parts: _quick_tools(settings(), parts, memory())


def _quick_tools(settings: Settings, parts: Parts, memory: Memory) -> Components:
    painter: Painter = QuickPainter()
    if parts.painter != "quick":
        painter = painter_of(settings, parts.painter, QuickTextEncoder())
    composer: Composer = PlainComposer()
    if parts.composer == "openai":
        server = composer_server(settings)
        composer = OpenAIComposer(server.endpoint, model=server.model, ceiling=server.ceiling)
    return Components(
        composer=composer,
        fallback=PlainComposer(),
        painter=painter,
        text_encoder=QuickTextEncoder(),
        image_encoder=QuickImageEncoder(),
        memory=memory,
    )


def quick_artist(arguments: Sequence[str]) -> None:
    """Be an `artist` command with quick parts, and with traps where a folder for them is named."""
    import cli.commands.artists.servers
    import cli.main
    import cli.runtime.wiring
    import scheduler.schedule
    import worker.steps.failures

    cli.runtime.wiring.components_loader = quick_tools_loader
    cli.runtime.wiring.load_sampler = lambda _: QuickSampler()
    lease = float(os.environ.get("QUICK_LEASE_SECONDS", LEASE_SECONDS))
    cli.runtime.wiring.WorkerContext = functools.partial(
        cli.runtime.wiring.WorkerContext, lease_seconds=lease
    )
    cli.commands.artists.servers.TICK_SECONDS = TICK_SECONDS
    cli.commands.artists.servers.STALL_TIMEOUT = STALL_TIMEOUT
    worker.steps.failures.FIRST_DELAY, worker.steps.failures.FIRST_REST = 0.1, 0.5
    worker.steps.failures.LONGEST_DELAY = scheduler.schedule.LONGEST_DELAY = 1.0
    worker.steps.failures.LONGEST_REST = scheduler.schedule.LONGEST_REST = 2.0
    scheduler.schedule.LONGEST_LEASE = lease
    if "QUICK_TRAPS" in os.environ:
        traps.lay(Path(os.environ["QUICK_TRAPS"]))
    cli.main.artist.main(list(arguments), prog_name="artist")


def _direction(content: bytes, size: int) -> Float32:
    seed = int.from_bytes(hashlib.sha256(content).digest()[:8])
    vector = np.random.default_rng(seed).normal(size=size)
    return (vector / np.linalg.norm(vector)).astype(np.float32)
