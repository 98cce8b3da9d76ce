"""Training at the paper's scale: the stream of sequences, GPT-2's weights, the card after it."""

from __future__ import annotations

import hashlib
import json
import re
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import GPT2Config, GPT2LMHeadModel, GPT2TokenizerFast

from cas import ConceptModel, CulturalAlienSampler, Vocabulary
from cas.data.corpus import Corpus, Split, Work, count_concepts
from cas.errors import TrainingError
from cas.evaluation.evaluate import PRIORS, SMOOTHINGS
from cas.evaluation.metrics import hidden_concepts, hide_one
from cas.evaluation.model_card import write_card
from cas.model import ModelSize
from cas.training.baselines import ModelScorer, NaiveBayes
from cas.training.batches import Kind, batch_of_step, sequence_source
from cas.training.gpt2_init import begin_from_gpt2
from cas.training.presets import PAPER_SEQUENCES, TRAINING_PRESETS
from cas.training.train import USER_RULES, train
from tests.cas.conftest import SMALL

TINY = ModelSize(layers=2, width=32, heads=4, longest=8)


@pytest.fixture(scope="module")
def corpus(works: list[Work]) -> Corpus:
    return Corpus.pack(works, Vocabulary(sorted(count_concepts(works))))


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GPT-2 of random weights with a byte-pair tokenizer, as transformers saves them."""
    folder = tmp_path_factory.mktemp("gpt2")
    pieces = ByteLevelBPETokenizer()
    pieces.train_from_iterator(
        ["concept mark a1 b2 c3 d4"] * 20, vocab_size=300, special_tokens=["<|endoftext|>"]
    )
    pieces.save_model(str(folder))
    files = {"vocab": str(folder / "vocab.json"), "merges": str(folder / "merges.txt")}
    GPT2TokenizerFast(**files).save_pretrained(folder)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        config = GPT2Config(vocab_size=300, n_positions=32, n_embd=32, n_layer=2, n_head=4)
        GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


@pytest.mark.parametrize("kind", ["coherence", "context"])
def test_the_stream_is_the_same_from_any_step_and_as_long_as_one_likes(
    corpus: Corpus, kind: Kind
) -> None:
    def digest(first: int, last: int) -> str:
        source = sequence_source(kind, corpus, SMALL.rules)
        found = hashlib.sha256()
        for step in range(first, last):
            for group in batch_of_step(source, step, size=64, groups=4, seed=3):
                found.update(group.tobytes())
        return found.hexdigest()

    assert digest(0, 20) == digest(0, 20)
    assert digest(50_000, 50_010) == digest(50_000, 50_010)  # near the seven millionth
    assert digest(0, 10) != digest(10, 20)


@pytest.mark.parametrize("kind", ["coherence", "context"])
def test_the_streams_memory_does_not_grow_with_its_length(corpus: Corpus, kind: Kind) -> None:
    source = sequence_source(kind, corpus, SMALL.rules)

    def peak(steps: int) -> int:
        tracemalloc.start()
        for step in range(steps):
            batch_of_step(source, step, size=128, groups=4, seed=0)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(3)
    assert peak(120) < 1.5 * peak(15) + 20_000


def test_presets_are_of_the_papers_scale_and_of_the_shipped_pairs_size() -> None:
    for name in ("shipped-size", "gpt2-small", "gpt2"):
        preset = TRAINING_PRESETS[name]
        assert preset.coherence.sequences == preset.context.sequences == PAPER_SEQUENCES
    shipped = CulturalAlienSampler.from_pretrained()
    preset = TRAINING_PRESETS["shipped-size"]
    for model, settings in (
        (shipped.coherence, preset.coherence),
        (shipped.context, preset.context),
    ):
        config = model.network.config
        size = (config.n_layer, config.n_embd, config.n_head, model.longest)
        assert size == (
            settings.size.layers,
            settings.size.width,
            settings.size.heads,
            settings.size.longest,
        )
    small, gpt2 = TRAINING_PRESETS["gpt2-small"].coherence.size, GPT2Config()
    assert (small.layers, small.width, small.heads) == (gpt2.n_layer, gpt2.n_embd, gpt2.n_head)
    with torch.device("meta"):
        network = GPT2LMHeadModel(GPT2Config())
    assert sum(p.numel() for p in network.parameters()) == 124_439_808


def test_a_model_begins_with_gpt2s_weights(corpus: Corpus, gpt2: Path) -> None:
    model = ConceptModel.new(corpus.vocabulary, TINY)
    begin_from_gpt2(model, gpt2)
    elder, pieces = GPT2LMHeadModel.from_pretrained(gpt2), GPT2TokenizerFast.from_pretrained(gpt2)
    theirs, ours = elder.transformer.state_dict(), model.network.transformer.state_dict()
    for name, weight in theirs.items():
        if name not in {"wte.weight", "wpe.weight"}:
            torch.testing.assert_close(ours[name], weight, rtol=0, atol=0)
    torch.testing.assert_close(ours["wpe.weight"], theirs["wpe.weight"][:9], rtol=0, atol=0)
    concept = corpus.vocabulary[5]
    tokens = pieces.encode(f" {concept}")
    assert len(tokens) > 1
    mean = theirs["wte.weight"][tokens].mean(dim=0)
    torch.testing.assert_close(ours["wte.weight"][5], mean)
    end = theirs["wte.weight"][pieces.eos_token_id]
    torch.testing.assert_close(ours["wte.weight"][model.bos], end, rtol=0, atol=0)
    # The same pool, asked through GPT-2's own network with the pieces' means as its input.
    rows = ours["wte.weight"][[model.bos, 5, 9]][None]
    with torch.inference_mode():
        hidden = elder.train(False).transformer(inputs_embeds=rows).last_hidden_state[:, -1]
        expected = -(hidden @ ours["wte.weight"].T).log_softmax(-1)[:, :-2]
    model.network.train(False)
    torch.testing.assert_close(model.next_nll(torch.tensor([[5, 9]])), expected)


def test_another_shape_or_no_gpt2_is_explained(corpus: Corpus, gpt2: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"\(3, 32, 4\).*preset gpt2"):
        begin_from_gpt2(ConceptModel.new(corpus.vocabulary, replace(TINY, layers=3)), gpt2)
    with pytest.raises(TrainingError, match="There is no GPT-2 with its tokenizer at"):
        begin_from_gpt2(ConceptModel.new(corpus.vocabulary, TINY), tmp_path)
    with pytest.raises(TrainingError, match="not from both"):
        replace(SMALL, begin_from="elder", begin_from_gpt2="gpt2")


def test_a_pair_from_gpt2_trains_and_gets_its_card_of_measured_figures(
    corpus_file: Path, gpt2: Path, tmp_path: Path
) -> None:
    settings = replace(SMALL, size=TINY, begin_from_gpt2=str(gpt2))
    report = train(corpus_file, tmp_path / "mine", settings=settings)
    names = {path.name for path in (tmp_path / "mine").rglob("*") if path.is_file()}
    assert names == {
        *("vocabulary.txt", "training.json", "checkpoint.pt", "config.json", "model.safetensors"),
    }  # no sequence lies on disk
    text = write_card(report, trials=60).read_text()
    assert text.startswith("# Model card: the pair mine")
    sampler = CulturalAlienSampler.from_pretrained(tmp_path / "mine")
    assert sampler.fingerprint in text
    assert f"{SMALL.sequences:,}" in text
    # The figures again, by hand, on the same split.
    corpus = Corpus.pack(_read(corpus_file), sampler.vocabulary)
    split = Split.of(corpus, share=settings.held_out, seed=settings.seed)
    asked = hide_one(split.test_works, limit=60, seed=2)
    found = hidden_concepts(ModelScorer(sampler.coherence), asked)
    row = f"| held-out works | coherence model | {found.works} | {found.mrr:.3f} |"
    assert row in text
    (bayes,) = re.findall(r"\| held-out works \| naive Bayes \| \d+ \| ([\d.]+) \|", text)
    reachable = {
        f"{hidden_concepts(NaiveBayes(split.train, smoothing=s, prior=p), asked).mrr:.3f}"
        for s in SMOOTHINGS
        for p in PRIORS
    }
    assert bayes in reachable


def test_a_card_names_what_was_too_small_to_measure(tmp_path: Path) -> None:
    """Works of two concepts alone: nothing to hide one of and have two left."""
    corpus = tmp_path / "works.jsonl"
    works = [
        {"artist": f"artist {n % 30}", "concepts": [f"a{n % 7}", f"b{n % 5}"]} for n in range(400)
    ]
    corpus.write_text("".join(json.dumps(work) + "\n" for work in works))
    settings = replace(SMALL, sequences=640, evaluate_every=5)
    report = train(corpus, tmp_path / "pair", settings=settings, rules=USER_RULES)
    text = write_card(report, trials=20).read_text()
    assert "Not measured on held-out works: too few works with three concepts." in text
    assert "Not measured on held-out artists: too few works with three concepts." in text


def _read(path: Path) -> list[Work]:
    from cas.data.corpus import read_works

    return list(read_works(path))
