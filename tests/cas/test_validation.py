"""What is no finite number is refused wherever a number comes in, by its name."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from cas import CasError, CulturalAlienSampler, SamplerTuning
from cas.data.assignment import AssignmentRules
from cas.data.caption_vocabulary import CaptionRules
from cas.data.corpus import Corpus, Split, Work
from cas.data.mixture import Part, mixture
from cas.experiments.bradley_terry import bootstrap, fit
from cas.experiments.policies import FeedbackPicker, LanguageModelPicker
from cas.experiments.votes import Vote, Votes
from cas.feedback import Feedback
from cas.model import ModelSize
from cas.training.baselines import CoOccurrence, NaiveBayes
from cas.training.batches import SequenceRules
from cas.training.train import TrainingSettings
from cas.training.vocabulary_growth import adapt
from cas.vocabulary import Vocabulary

WORKS = [Work(f"w{n}", f"artist {n}", ("sea", "sky", "boat")[: 2 + n % 2]) for n in range(6)]
CORPUS = Corpus.pack(WORKS, Vocabulary(["sea", "sky", "boat"]))
VOTES = Votes.of([Vote("a", "b", 1), Vote("b", "a", 1)])
POOL = ["concept a0", "concept c3"]

Take = Callable[[CulturalAlienSampler, float], object]
WHERE: dict[str, Take] = {
    **{
        f"sample {name}": lambda s, x, name=name: s.sample(POOL, seed=1, **{name: x})
        for name in ("beta", "temperature", "calibration", "floor")
    },
    **{
        f"tuning {name}": lambda _, x, name=name: SamplerTuning(**{name: x})
        for name in ("beta", "temperature", "calibration", "floor")
    },
    "ideas temperature": lambda s, x: s.ideas(count=1, length=2, temperature=x, seed=1),
    "policy lowest": lambda s, x: FeedbackPicker(s, SamplerTuning(), lowest=x, highest=1),
    "policy highest": lambda s, x: FeedbackPicker(s, SamplerTuning(), lowest=0, highest=x),
    "policy step": lambda s, x: FeedbackPicker(s, SamplerTuning(), lowest=0, highest=1, step=x),
    "policy temperature": lambda _, x: LanguageModelPicker(None, "m", temperature=x),
    "feedback step": lambda _, x: Feedback(step=x),
    "bayes smoothing": lambda _, x: NaiveBayes(CORPUS, smoothing=x),
    "bayes prior": lambda _, x: NaiveBayes(CORPUS, prior=x),
    "together smoothing": lambda _, x: CoOccurrence(CORPUS, smoothing=x),
    "votes prior": lambda _, x: fit(VOTES, prior=x),
    "votes level": lambda _, x: bootstrap(VOTES, level=x, seed=1),
    "annotation cap": lambda _, x: AssignmentRules(cap=x),
    **{
        f"captions {name}": lambda _, x, name=name: CaptionRules(**{name: x})
        for name in ("capitals", "capitals_of_nouns", "synonym", "clip", "cohesion")
    },
    "split share": lambda _, x: Split.of(CORPUS, share=x),
    "growth weight": lambda s, x: adapt(s.context, 1, [np.array([0, 1])], weight=x, seed=1),
    "growth learning_rate": lambda s, x: adapt(
        s.context, 1, [np.array([0, 1])], learning_rate=x, seed=1
    ),
    "mixture weight": lambda _, x: list(mixture([Part("b", WORKS), Part("a", WORKS, weight=x)])),
    "sequences artist_power": lambda _, x: SequenceRules(artist_power=x),
    "sequences length_power": lambda _, x: SequenceRules(length_power=x),
    "size dropout": lambda _, x: ModelSize(dropout=x),
    **{
        f"training {name}": lambda _, x, name=name: TrainingSettings(**{name: x})
        for name in (
            "learning_rate", "warmup", "weight_decay", "clip", "held_out",
            "taught", "naive_bayes", "bayes_smoothing", "bayes_prior",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("where", WHERE)
def test_what_is_no_finite_number_is_refused_by_its_name(
    sampler: CulturalAlienSampler, where: str, number: float
) -> None:
    with pytest.raises(CasError) as caught:
        WHERE[where](sampler, number)
    assert repr(number) in str(caught.value)
    assert where.rsplit(maxsplit=1)[-1] in str(caught.value)


@pytest.mark.parametrize("number", [0, -1, True, "1", None])
def test_ideas_are_drawn_at_a_temperature_above_0(
    sampler: CulturalAlienSampler, number: object
) -> None:
    with pytest.raises(CasError, match=f"temperature must be a number above 0, not {number!r}"):
        sampler.ideas(count=1, length=2, temperature=number, seed=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [-1, 0.5, math.nan, None])
def test_ideas_have_a_seed(sampler: CulturalAlienSampler, seed: object) -> None:
    with pytest.raises(CasError, match=f"A seed is a whole number of at least 0, not {seed!r}"):
        sampler.ideas(count=1, length=2, seed=seed)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [np.float32(0.5), np.float64(0.5), np.int64(1), 1])
def test_numbers_of_numpy_are_numbers(number: object) -> None:
    assert SamplerTuning(beta=number, floor=number).beta == number  # type: ignore[arg-type]
