"""The pair `world`: it loads by name, holds no refused concept, and knows modern company."""

from __future__ import annotations

import pytest
import torch

from cas import CulturalAlienSampler
from cas.checkpoint import SHIPPED, pair_size
from cas.data.open_texts import CANDIDATES, painted_candidates
from cas.data.vocabulary_rules import VocabularyRules, any_of
from cas.evaluation.recipe import WORLD

MODERN = ["plastic", "neon", "internet", "satellite", "jellyfish", "mosque", "samurai", "cyborg"]


@pytest.fixture(scope="module")
def world() -> CulturalAlienSampler:
    return CulturalAlienSampler.from_pretrained("world")


def test_its_files_fit_and_are_small(world: CulturalAlienSampler) -> None:
    assert pair_size("world") == len(world.vocabulary) >= 2_500
    weights = (SHIPPED / "world").glob("*/*.safetensors")
    assert sum(file.stat().st_size for file in weights) <= 12_000_000


def test_its_concepts_can_be_painted_and_none_is_on_a_drop_list(
    world: CulturalAlienSampler,
) -> None:
    concepts = {*world.vocabulary}
    assert concepts <= {*painted_candidates()} and {*MODERN} <= concepts
    own = VocabularyRules.load(CANDIDATES)
    for rules in (VocabularyRules.load(), own):
        for name, patterns in rules.drops.items():
            refused = {each for each in concepts if any_of(patterns).match(each)}
            assert refused <= own.keep, name


def test_a_pick_depends_on_its_seed_alone(world: CulturalAlienSampler) -> None:
    picks = [world.sample(["neon", "jellyfish"], seed=seed).concept for seed in (1, 2, 3, 4, 1)]
    assert picks[0] == picks[-1] and len({*picks}) > 1


@pytest.mark.parametrize(
    ("pool", "company"),
    [
        (["wave", "surfboard"], "surfer"),
        (["keyboard", "computer"], "laptop"),
        (["plate", "fork"], "knife"),
        (["castle", "river"], "hill"),
        (["ship", "harbour"], "sailing boat"),
        (["saint", "angel"], "altarpiece"),
        (["giraffe", "elephant"], "herd of zebras"),
    ],
)
def test_what_goes_together_is_likely(
    world: CulturalAlienSampler, pool: list[str], company: str
) -> None:
    vocabulary = world.vocabulary
    tokens = torch.tensor([vocabulary.indices(pool)])
    nll = world.coherence.next_nll(tokens)[0]
    assert (nll < nll[vocabulary.index(company)]).sum() < len(vocabulary) / 20


def test_its_models_have_the_sizes_of_its_recipe(world: CulturalAlienSampler) -> None:
    for model, settings in ((world.coherence, WORLD.coherence), (world.context, WORLD.context)):
        config = model.network.config
        assert (config.n_layer, config.n_embd) == (settings.size.layers, settings.size.width)
