"""Sequences, the loss and training: resumption, stopping, and what must fail loudly."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from cas import CasError, ConceptModel, CulturalAlienSampler, Vocabulary
from cas.data.corpus import Corpus, Split, Work, count_concepts
from cas.errors import CorpusError
from cas.evaluation.metrics import hidden_concepts, hide_one
from cas.training.baselines import ModelScorer, WordFrequency
from cas.training.batches import ArtistSequences, ArtworkSequences, SequenceRules, mean_length
from cas.training.embedding_init import factorised
from cas.training.train import TrainingProgress, learning_rate, set_loss, train, train_model
from tests.cas.conftest import SMALL


@pytest.fixture(scope="module")
def corpus(works: list[Work]) -> Corpus:
    return Corpus.pack(works, Vocabulary(sorted(count_concepts(works))))


def test_artwork_sequences_are_permutations_of_works(corpus: Corpus) -> None:
    source = ArtworkSequences(corpus, SequenceRules(longest=4))
    generator = np.random.default_rng(0)
    sets = [frozenset(corpus.work(work).tolist()) for work in range(len(corpus))]
    orders = set()
    for group in source.batch(400, generator, groups=4):
        for row in group.tolist():
            assert len(set(row)) == len(row) <= 4
            assert any(set(row) == s if len(s) <= 4 else set(row) < s for s in sets)
            orders.add(row[0] < row[-1])
    assert orders == {True, False}


def test_artist_sequences_are_parts_of_one_artists_union(corpus: Corpus) -> None:
    source = ArtistSequences(corpus, SequenceRules(longest=8))
    unions = [set(union.tolist()) for union in corpus.artist_unions().values()]
    works = [set(corpus.work(work).tolist()) for work in range(len(corpus))]
    beyond_one_work = 0
    for group in source.batch(400, np.random.default_rng(0), groups=8):
        for row in group.tolist():
            assert len(set(row)) == len(row)
            assert any(set(row) <= union for union in unions)
            beyond_one_work += not any(set(row) <= work for work in works)
    assert beyond_one_work > 50


def test_artists_weigh_by_the_stated_power() -> None:
    """One artist with 64 works against 16 with one: 64 ** 0.5 = 8 of 24, not 64 of 80."""
    vocabulary = Vocabulary([f"c{i}" for i in range(100)])
    works = [Work(f"b{i}", "Busy", (f"c{i}", f"c{i + 1}")) for i in range(64)]
    works += [Work(f"s{i}", f"Single {i}", (f"c{80 + i}", f"c{81 + i}")) for i in range(16)]
    corpus = Corpus.pack(works, vocabulary)
    rules = SequenceRules(longest=8, artist_power=0.5)
    generator = np.random.default_rng(0)
    batch = ArtworkSequences(corpus, rules).batch(20_000, generator, groups=4)
    busy = np.mean([(group[:, 0] < 70).mean() for group in batch])
    assert busy == pytest.approx(8 / 24, abs=0.015)


def test_a_context_model_reads_artists_of_enough_works_and_caps_their_weight() -> None:
    """Two artists of 64 and 4 works, capped at 16: weights 4 and 2; those of one work give none."""
    vocabulary = Vocabulary([f"c{i}" for i in range(120)])
    works = [Work(f"b{i}", "Busy", (f"c{i}", f"c{i + 1}")) for i in range(64)]
    works += [Work(f"f{i}", "Few", (f"c{100 + i}", f"c{101 + i}")) for i in range(4)]
    works += [Work(f"s{i}", f"Single {i}", (f"c{80 + i}", f"c{81 + i}")) for i in range(16)]
    corpus = Corpus.pack(works, vocabulary)
    rules = SequenceRules(longest=8, artist_power=0.5, fewest_works=2, most_works=16)
    batch = ArtistSequences(corpus, rules).batch(6_000, np.random.default_rng(0), groups=4)
    first = np.concatenate([group[:, 0] for group in batch])
    assert not ((first >= 80) & (first < 100)).any()
    assert (first < 70).mean() == pytest.approx(4 / 6, abs=0.03)
    with pytest.raises(CorpusError, match="in 65 works or more"):
        ArtistSequences(corpus, SequenceRules(longest=8, fewest_works=65))
    with pytest.raises(CorpusError, match="1 ≤ fewest_works ≤ most_works"):
        SequenceRules(fewest_works=10, most_works=5)
    assert len(ArtworkSequences(corpus, rules).batch(40, np.random.default_rng(0), groups=4)) == 4


def test_a_run_that_reads_few_artists_is_stopped_by_all_held_out_ones(
    corpus: Corpus, tmp_path: Path
) -> None:
    rules = SequenceRules(longest=8, fewest_works=5)
    settings = replace(SMALL, rules=rules, sequences=64 * 15)
    report = train_model("context", Split.of(corpus, share=0.1, seed=3), tmp_path, settings)
    assert report.steps == 15


def test_batches_keep_the_corpuss_mix_of_lengths(corpus: Corpus) -> None:
    rules = SequenceRules(longest=8, artist_power=1.0)
    source = ArtworkSequences(corpus, rules)
    generator = np.random.default_rng(0)
    for _ in range(5):
        length = mean_length(source.batch(400, generator, groups=40))
        assert length == pytest.approx(corpus.lengths.mean(), abs=0.1)


def test_a_corpus_without_sets_or_artists_is_refused() -> None:
    vocabulary = Vocabulary(["sea", "sky"])
    single = Corpus.pack([Work("a", "Ann", ("sea",))], vocabulary)
    with pytest.raises(CasError, match="No work has 2 concepts"):
        ArtworkSequences(single, SequenceRules())
    anonymous = Corpus.pack([Work("a", None, ("sea", "sky"))], vocabulary)
    with pytest.raises(CasError, match="No known artist has 2 concepts"):
        ArtistSequences(anonymous, SequenceRules())
    one_work = Corpus.pack([Work("a", "Ann", ("sea", "sky"))], vocabulary)
    (group,) = ArtistSequences(one_work, SequenceRules()).batch(
        5, np.random.default_rng(0), groups=1
    )
    assert group.shape == (5, 2)
    with pytest.raises(CasError, match="shortest"):
        SequenceRules(shortest=9, longest=8)


def test_a_corpus_too_small_to_hold_anything_out_is_explained(tmp_path: Path) -> None:
    works = [Work(f"w{n}", f"artist {n % 3}", ("sea", "sky")) for n in range(12)]
    small = Corpus.pack(works, Vocabulary(["sea", "sky"]))
    split = Split.of(small, share=0.01)
    with pytest.raises(
        CasError, match=r"too small to hold works out: with held_out = 0.1, 3 works by 3"
    ):
        train_model("coherence", split, tmp_path, SMALL)


def test_set_loss_is_the_mean_over_all_orders_of_cross_entropy(
    new_model: Callable[..., ConceptModel],
) -> None:
    """From any prefix on: averaged over all orders of a set, the two agree exactly."""
    vocabulary = Vocabulary([f"c{i}" for i in range(7)])
    model = new_model(vocabulary, 0)
    ours, plain = [], []
    for order in itertools.permutations([1, 4, 6, 2]):
        tokens = torch.tensor([[model.bos, *order]])
        with torch.no_grad():
            logits = model.network(input_ids=tokens).logits
        targets = torch.tensor([*order, model.eos])
        plain.append(torch.nn.functional.cross_entropy(logits[0], targets, reduction="sum"))
        ours.append(set_loss(logits, tokens[:, 1:], model.eos))
    assert torch.stack(ours).mean().item() == pytest.approx(torch.stack(plain).mean().item(), 1e-5)


def test_factorised_table_gives_its_dot_products() -> None:
    generator = np.random.default_rng(0)
    groups = np.repeat(np.arange(4), 5)
    joint = (groups[:, None] == groups[None, :]) * generator.uniform(5, 6, (20, 20))
    joint = joint + joint.T
    vectors = factorised(joint, 8)
    similar = vectors @ vectors.T
    inside = groups[:, None] == groups[None, :]
    assert similar[inside].min() > similar[~inside].max()
    assert factorised(joint, 30).shape == (20, 30)


def test_learning_rate_warms_up_and_decays_to_nothing() -> None:
    settings = replace(SMALL, warmup=0.1)
    rates = [learning_rate(settings, step) for step in range(settings.steps)]
    assert rates[0] == pytest.approx(settings.learning_rate / 6)
    assert max(rates) == pytest.approx(settings.learning_rate)
    assert rates[-1] < 0.01 * settings.learning_rate
    assert rates[6:] == sorted(rates[6:], reverse=True)


def test_trained_pair_knows_what_goes_together(corpus_file: Path, tmp_path: Path) -> None:
    seen: list[TrainingProgress] = []
    report = train(corpus_file, tmp_path, settings=SMALL, progress=seen.append)
    assert {progress.kind for progress in seen} == {"coherence", "context"}
    assert report.models[0].steps == SMALL.steps
    assert json.loads((tmp_path / "training.json").read_text())["pair"]["models"]
    sampler = CulturalAlienSampler.from_pretrained(tmp_path)
    ranked = sampler.score(["concept a2", "concept e2"], pool=["concept a0", "concept a1"])
    nll = {candidate.concept: candidate.coherence_nll for candidate in ranked}
    assert nll["concept a2"] < nll["concept e2"] - 1.0
    assert sampler.sample(["concept a0"], seed=0).candidates


def test_held_out_works_are_predicted_better_than_by_frequency(
    corpus: Corpus, tmp_path: Path
) -> None:
    split = Split.of(corpus, share=0.1, seed=3)
    train_model("coherence", split, tmp_path, SMALL)
    model = ConceptModel.load(tmp_path, corpus.vocabulary)
    trials = hide_one(split.test_artists, limit=200, seed=0)
    ours = hidden_concepts(ModelScorer(model), trials)
    assert ours.mrr > 2 * hidden_concepts(WordFrequency(split.train), trials).mrr


SCRIPT = """
import sys, os, signal
from pathlib import Path
from tests.cas.conftest import SMALL
from cas.training.train import train
def stop(progress):
    if progress.step >= int(sys.argv[3]) and progress.held_out_works == progress.held_out_works:
        os.kill(os.getpid(), signal.SIGKILL)
train(sys.argv[1], sys.argv[2], settings=SMALL, kinds=["coherence"], progress=stop)
"""


def test_killed_run_goes_on_with_the_same_losses(corpus_file: Path, tmp_path: Path) -> None:
    whole = train(corpus_file, tmp_path / "whole", settings=SMALL, kinds=["coherence"])
    command = [sys.executable, "-c", SCRIPT, str(corpus_file), str(tmp_path / "killed"), "30"]
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[3])]
    killed = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "killed" / "coherence" / "model.safetensors").exists()
    resumed = train(corpus_file, tmp_path / "killed", settings=SMALL, kinds=["coherence"])
    assert resumed.models[0].evals == whole.models[0].evals
    assert (tmp_path / "killed/coherence/model.safetensors").read_bytes() == (
        tmp_path / "whole/coherence/model.safetensors"
    ).read_bytes()


def test_resuming_with_other_settings_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    split = Split.of(corpus, share=0.1, seed=3)
    short = replace(SMALL, sequences=64 * 15)
    train_model("coherence", split, tmp_path, short)
    changed = replace(short, learning_rate=1e-4)
    with pytest.raises(CasError, match=r"other settings \(learning_rate: 0\.003 then, 0\.0001 now"):
        train_model("coherence", split, tmp_path, changed)
    with pytest.raises(CasError, match="kind: coherence then, context now"):
        train_model("context", split, tmp_path, short)


def test_corrupt_checkpoint_is_explained(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"not a checkpoint")
    with pytest.raises(CasError, match=r"cannot be read .*Delete it to start anew"):
        train_model("coherence", Split.of(corpus, share=0.1, seed=3), tmp_path, SMALL)


def test_loss_that_becomes_nan_stops_the_run(corpus: Corpus, tmp_path: Path) -> None:
    settings = replace(SMALL, learning_rate=1e30)
    with pytest.raises(CasError, match=r"coherence model's loss became (nan|inf) at step 1\."):
        train_model("coherence", Split.of(corpus, share=0.1, seed=3), tmp_path, settings)


def test_stops_early_and_keeps_the_best(corpus: Corpus, tmp_path: Path) -> None:
    """Half a dozen artists learnt by heart: the held-out loss rises, and the run ends."""
    few = corpus.subset(np.arange(40))
    split = replace(Split.of(corpus, share=0.1, seed=3), train=few)
    settings = replace(
        SMALL, sequences=64 * 2000, learning_rate=0.02, evaluate_every=10, patience=3
    )
    report = train_model("coherence", split, tmp_path, settings)
    assert report.steps < settings.steps
    assert report.best_step == report.steps - 10 * settings.patience
    means = [look["held_out_works"] + look["held_out_artists"] for look in report.evals]
    assert min(means) == report.held_out_works + report.held_out_artists


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"precision": "fp8"}, "precision is auto, fp32 or bf16, not 'fp8'"),
        ({"rules": SequenceRules(longest=9)}, "must be equal"),
        ({"batch": 0}, "at least 1"),
        ({"groups": 3}, "groups must divide batch"),
        ({"held_out": 0.6}, "held_out is a share"),
    ],
)
def test_wrong_settings_are_explained(changes: dict[str, object], message: str) -> None:
    with pytest.raises(CasError, match=message):
        replace(SMALL, **changes)  # type: ignore[arg-type]


def test_bf16_autocast_trains(corpus: Corpus, tmp_path: Path) -> None:
    settings = replace(SMALL, precision="bf16", sequences=64 * 2, evaluate_every=1)
    report = train_model("coherence", Split.of(corpus, share=0.1, seed=3), tmp_path, settings)
    assert report.evals[-1]["held_out_works"] < report.evals[0]["held_out_works"] + 1
