"""Create worker context, Celery app and schedule from the settings of a data folder."""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery import Celery

from cli.errors import UserError
from cli.runtime.deployment import Deployment
from cli.runtime.gallery_settings import certificate_alarms, federation_of, thumbnails
from cli.runtime.publishing_channels import all_channels_of, limits_of, publisher
from gallery.fediverse import Deliverer, add_federation
from gallery.images.prepare import add_preparation
from gallery.images.stages import add_stages
from gallery.moderation.retry import ModerationRetry, add_moderation_retry
from gallery.publishing.tasks import add_publishing
from scheduler.alarms import find_alarms, settings_alarms
from scheduler.beat import TICK, WATCH, WATCH_SECONDS, add_periodic
from scheduler.model_watch import ModelWatch
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
    """The parts of a deployment that an entry point runs."""

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
    """Wire a deployment to a broker; models are loaded when they are first used.

    Beat calls `Schedule.tick` every `tick_seconds`; None: the caller does.
    """
    # A settings file of its own: a running worker reloads only the pair of models.
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
        channels=lambda artist: all_channels_of(deployment.settings, artist),
        channel_limits=lambda: limits_of(deployment.settings.publishing),
        moderator=moderator_of(deployment.settings),
        per_minute=deployment.settings.openai.requests_per_minute,
    )

    def opened() -> WorkerContext:
        # After the worker's processes are forked: they must not share connections.
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

    models = ModelWatch(lambda: deployment.settings)

    def watch() -> None:
        settings, catalogue = deployment.settings, deployment.catalogue
        found = find_alarms(
            catalogue,
            deployment.archive,
            min_free_gib=settings.storage.min_free_gib,
            free_bytes=deployment.free_bytes,
            command=deployment.command,
        )
        found += settings_alarms(deployment.settings_file, command=deployment.command)
        active = [row.alarm for row in catalogue.alarms.active()]
        found += models.alarms(catalogue.artists.all(), active)
        found += certificate_alarms(deployment)
        catalogue.alarms.update(found)
        Notifier(settings).notify(catalogue)

    if tick_seconds is not None:
        add_periodic(app, TICK, schedule.tick, seconds=tick_seconds)
    add_periodic(app, WATCH, watch, seconds=WATCH_SECONDS)
    add_publishing(app, lambda: publisher(deployment))
    if deployment.settings.fediverse.enabled:
        add_federation(app, lambda: _deliverer(deployment))
    add_preparation(app, lambda: (deployment.catalogue, thumbnails(deployment)))
    add_stages(app, lambda: (deployment.catalogue, deployment.archive))
    if worker_context.moderator is not None:
        add_moderation_retry(
            app, ModerationRetry(deployment.catalogue, deployment.archive, worker_context.moderator)
        )
    return Wiring(worker_context, pair, app, schedule)


def _deliverer(deployment: Deployment) -> Deliverer | None:
    """Return what makes deliveries; None where the settings can't be used, as the channel tells."""
    try:
        federation = federation_of(deployment)
    except UserError:
        return None
    return None if federation is None else Deliverer(federation)


def _waiting(app: Celery) -> dict[Step, int]:
    lengths = queue_lengths(app)
    return {step: lengths.get(queue, 0) for step, queue in QUEUES.items()}


def load_sampler(named: str) -> CulturalAlienSampler:
    """Load the sampler that `models.sampler` names; empty: the shipped one.

    Raises:
        CheckpointError: the folder holds none.
    """
    from cas import CulturalAlienSampler
    from cas.checkpoint import pair_folder

    if named:
        return CulturalAlienSampler.from_pretrained(pair_folder(named))  # never from the hub
    return CulturalAlienSampler.from_pretrained()
