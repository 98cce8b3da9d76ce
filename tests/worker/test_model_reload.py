"""Another pair for a running artist: when it is loaded, and that the pool continues."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cas import ConceptModel, CulturalAlienSampler, Vocabulary
from cas.data.corpus import Work
from cas.errors import CheckpointError
from cas.model import ModelSize
from cas.training.pair_growth import grow_pair
from storage.catalogue import Step
from tests.recompute import recompute
from tests.worker.contexts import manifests
from tests.worker.engine.test_runner import begin, run_cycles, until
from worker.config.settings import SettingsFile
from worker.encoders.minilm import MiniLMEncoder
from worker.engine.runner import run_step
from worker.model_reload import HotReloadingModel, pair_fault
from worker.worker_context import WorkerContext

NEW = ["drone", "neon"]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped pair with `NEW` added: drones appear with the sea and the sky."""
    folder = tmp_path_factory.mktemp("grown") / "pair"
    beside = ("boat", "ship", "wave", "bird", "cloud", "beach", "cliff", "horizon")
    works = [
        Work(f"{new} {other}", f"artist {other}", (new, "sea", "sky", other))
        for new in NEW
        for other in beside
    ]
    grow_pair("museums", folder, concepts=NEW, text_vectors=MiniLMEncoder().encode, works=works)
    return folder


class Deployment:
    """Settings in a folder, and a pair that counts its loads."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "artist.toml"
        self.loaded: list[str] = []
        self.name("")
        self.pair = self.opened()

    def opened(self) -> HotReloadingModel:
        return HotReloadingModel(SettingsFile(self.file), self._load)

    def name(self, pair: Path | str) -> None:
        self.write(f'[models]\nsampler = "{pair}"\n')

    def write(self, text: str) -> None:
        """Replace the file, as editors do."""
        self.file.with_suffix(".new").write_text(text)
        self.file.with_suffix(".new").replace(self.file)

    def _load(self, named: str) -> CulturalAlienSampler:
        self.loaded.append(named)
        return CulturalAlienSampler.from_pretrained(named or "museums")


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(tmp_path)


def test_a_pair_is_loaded_only_when_another_is_named(deployment: Deployment, grown: Path) -> None:
    first = deployment.pair.sampler()
    assert deployment.pair.sampler() is first and deployment.loaded == [""]
    deployment.name(grown)
    second = deployment.pair.sampler()
    assert "drone" in second.vocabulary and "drone" not in first.vocabulary
    deployment.write(deployment.file.read_text() + "[tuning]\nbeta = 0.5\n")
    assert deployment.pair.sampler() is second
    assert deployment.loaded == ["", str(grown)]


def test_a_pair_whose_files_changed_is_loaded(
    deployment: Deployment, grown: Path, tmp_path: Path
) -> None:
    place = tmp_path / "current"
    shutil.copytree(grown, place)
    deployment.name(place)
    first = deployment.pair.sampler()
    for file in place.rglob("*.safetensors"):
        os.utime(file)
    assert deployment.pair.sampler() is first, "other times, the same content"
    shutil.rmtree(place)
    CulturalAlienSampler.from_pretrained().save_pretrained(place)
    assert "drone" not in deployment.pair.sampler().vocabulary
    assert len(deployment.loaded) == 3


def test_a_broken_pair_keeps_the_last_valid_one_until_it_is_repaired(
    deployment: Deployment,
    grown: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = logging.Logger("own")  # another test's command may have changed the logging
    own.addHandler(caplog.handler)
    monkeypatch.setattr("worker.model_reload.logger", own)
    good = deployment.pair.sampler()
    caplog.clear()
    place = tmp_path / "new"
    deployment.name(place)
    assert deployment.pair.sampler() is good
    assert deployment.pair.sampler() is good
    assert deployment.pair.fault == pair_fault(str(place))
    assert f"models.sampler = '{place}': There is no pair" in deployment.pair.fault
    assert len(caplog.records) == 1, "logged once"

    shutil.copytree(grown, place)
    weights = (place / "context" / "model.safetensors").read_bytes()
    (place / "context" / "model.safetensors").write_bytes(weights[:-100])
    assert deployment.pair.sampler() is good
    assert "context" in deployment.pair.fault and "models.sampler" in pair_fault(str(place))

    deployment.write("[models\n")
    assert deployment.pair.sampler() is good, "an invalid settings file changes nothing, either"

    deployment.name(place)
    (place / "context" / "model.safetensors").write_bytes(weights)
    assert "drone" in deployment.pair.sampler().vocabulary
    assert deployment.pair.fault == pair_fault(str(place)) == ""


def test_without_any_valid_pair_the_setting_is_named(
    deployment: Deployment, tmp_path: Path
) -> None:
    deployment.name(tmp_path / "nowhere")
    with pytest.raises(CheckpointError, match=r"models\.sampler = .*There is no pair"):
        deployment.pair.sampler()
    deployment.name("")
    assert len(deployment.pair.sampler().vocabulary) > 1000


def test_an_artist_continues_from_its_pool_with_the_new_concepts(
    open_worker_context: Callable[..., WorkerContext], deployment: Deployment, grown: Path
) -> None:
    context = open_worker_context()
    context.find_sampler = deployment.pair.sampler
    run_cycles(context, cycles=3)
    in_flight = begin(context)
    until(context, in_flight, Step.PAINT)
    deployment.name(grown)
    while run_step(context, in_flight):
        pass
    run_cycles(context, cycles=12)
    made = manifests(context)
    assert [m.number for m in made] == list(range(1, 17))
    recompute(made)
    old, new = (CulturalAlienSampler.from_pretrained(p).fingerprint for p in ("museums", grown))
    assert [m.inspiration.models for m in made] == [old] * 4 + [new] * 12
    assert made[4].inspiration.pool_before == made[3].judgement.pool_after
    before, after = (
        {candidate.concept for m in some for candidate in m.inspiration.candidates}
        for some in (made[:4], made[4:])
    )
    assert before.isdisjoint(NEW) and not after.isdisjoint(NEW)


def test_a_pair_that_lacks_a_pool_concept_is_reported_and_can_be_repaired(
    open_worker_context: Callable[..., WorkerContext], deployment: Deployment, grown: Path
) -> None:
    """The artist never drops a pool concept because of a pair."""
    context = open_worker_context()
    context.find_sampler = deployment.pair.sampler
    deployment.name(grown)
    run_cycles(context)
    done = context.catalogue.cycles.last_done("alien")
    assert done is not None and done.pool is not None
    learnt = done.pool.entries[-1].concept
    small = deployment.file.parent / "small"
    lacking = [c for c in CulturalAlienSampler.from_pretrained().vocabulary if c != learnt]
    size = ModelSize(layers=1, width=16, heads=2)
    models = [ConceptModel.new(Vocabulary(lacking), size) for _ in range(2)]
    CulturalAlienSampler(*models).save_pretrained(small)
    deployment.name(small)
    identifier = begin(context)
    assert run_step(context, identifier) is None
    cycle = context.catalogue.cycles.get(identifier)
    assert cycle is not None and cycle.state == "open" and cycle.step is Step.INSPIRE
    assert f"Unknown concept '{learnt}'" in cycle.last_error

    deployment.name(grown)
    context.catalogue.cycles.retry_now("alien")
    assert run_step(context, identifier) is Step.COMPOSE
