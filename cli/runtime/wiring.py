"""Create worker context, Celery app and schedule from the settings of a data folder."""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery import Celery

from cli.runtime.deployment import Deployment
from cli.runtime.gallery_settings import thumbnails
from cli.runtime.publishing_channels import channels_of, publisher
from gallery.images.prepare import add_preparation
from gallery.moderation.retry import ModerationRetry, add_moderation_retry
from gallery.publishing.tasks import add_publishing
from scheduler.alarms import find_alarms
from scheduler.beat import add_beat, add_watch
from scheduler.notifier import Notifier
from scheduler.schedule import Schedule
from storage.catalogue import Step
from storage.errors import StorageError
from worker.components import components_loader, moderator_of
from worker.config.settings import SettingsFile
from worker.engine.app import QUEUES, create_app, queue_lengths, send
from worker.model_reload import HotReloadingModel
from worker.worker_context import WorkerContext

if TYPE_CHECKING:
    from cas import CulturalAlienSampler


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wiring:
    """What an entry point runs."""

    worker_context: WorkerContext
    pair: HotReloadingModel
    app: Celery
    schedule: Schedule


def wire(
    deployment: Deployment,
    broker: str,
    *,
    tick_seconds: float | None,
    stall_timeout: float,
    last_cycle: int | None = None,
) -> Wiring:
    """Wire a deployment to a broker; nothing is loaded before it is needed.

    The beat sends a tick of the schedule every `tick_seconds`; None: whoever runs it ticks itself.
    """
    # Watched by itself: of all settings, a worker that runs takes a new pair alone from the file.
    pair = HotReloadingModel(
        SettingsFile(deployment.settings_path, overrides=deployment.settings_file.overrides),
        load=load_sampler,
    )
    worker_context = WorkerContext(
        name=f"{socket.gethostname()}-{os.getpid()}",
        catalogue=deployment.catalogue,
        archive=deployment.archive,
        find_sampler=pair.sampler,
        load_tools=components_loader(
            lambda: deployment.settings, memory_folder=deployment.memory_folder
        ),
        channels=lambda artist: channels_of(deployment.settings.publishing, artist),
        moderator=moderator_of(deployment.settings),
        per_minute=deployment.settings.openai.requests_per_minute,
    )

    def opened() -> WorkerContext:
        # Not before a worker's processes have been forked: they would share what is open.
        try:
            for fault in deployment.archive.probe():
                logger.warning("the archive: %s", fault)
        except StorageError as error:
            logger.warning("the archive: %s", error)
        return worker_context

    app = create_app(broker, opened)
    schedule = Schedule(
        catalogue=deployment.catalogue,
        archive=deployment.archive,
        settings_file=deployment.settings_file,
        send=lambda cycle, step: send(app, cycle, step),
        waiting=lambda: _waiting(app),
        stall_timeout=stall_timeout,
        last_cycle=last_cycle,
        free_bytes=deployment.free_bytes,
    )

    def watch() -> None:
        settings = deployment.settings
        found = find_alarms(
            deployment.catalogue, deployment.archive, min_free_gib=settings.storage.min_free_gib
        )
        deployment.catalogue.alarms.update(found)
        Notifier(settings).notify(deployment.catalogue)

    if tick_seconds is not None:
        add_beat(app, schedule.tick, seconds=tick_seconds)
    add_watch(app, watch)
    add_publishing(app, lambda: publisher(deployment))
    add_preparation(app, lambda: (deployment.catalogue, thumbnails(deployment)))
    if worker_context.moderator is not None:
        add_moderation_retry(
            app, ModerationRetry(deployment.catalogue, deployment.archive, worker_context.moderator)
        )
    return Wiring(worker_context, pair, app, schedule)


def _waiting(app: Celery) -> dict[Step, int]:
    lengths = queue_lengths(app)
    return {step: lengths.get(queue, 0) for step, queue in QUEUES.items()}


def load_sampler(named: str) -> CulturalAlienSampler:
    """The sampler that `models.sampler` names; empty: the shipped one.

    Raises:
        CheckpointError: there is none in that folder.
    """
    from cas import CulturalAlienSampler

    if named:
        return CulturalAlienSampler.from_pretrained(named)
    return CulturalAlienSampler.from_pretrained()
