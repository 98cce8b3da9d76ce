"""A small chat model that can answer nothing but a free concept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch

from benchmarks.lab import language_model
from benchmarks.lab.language_model import Reader, SmallModelPicker, Tokens, answer, tree
from cas import Vocabulary
from cas.experiments.policies import PolicyError, Question

END = 0
WORDS = tuple("abcdef")
"""Of one letter: a model of no training says them often enough."""


class Letters:
    """A tokenizer with a token for each character."""

    eos_token_id = END

    def __call__(self, text: str, *, add_special_tokens: bool) -> dict[str, list[int]]:
        assert not add_special_tokens
        return {"input_ids": [ord(letter) % 128 for letter in text]}

    def apply_chat_template(
        self, messages: Sequence[Any], *, tokenize: bool, add_generation_prompt: bool = False
    ) -> str:
        assert not tokenize
        told = "".join(f"<{each['role']}>{each['content']}\n" for each in messages)
        return f"{told}<assistant>" if add_generation_prompt else told


@pytest.fixture(scope="module")
def model() -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    shape = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2}
    return LlamaForCausalLM(LlamaConfig(vocab_size=128, initializer_range=0.5, **shape, **heads))


def odds_after(model: Any, tokens: Tokens) -> np.ndarray:
    with torch.inference_mode():
        return model(torch.tensor([tokens])).logits[0, -1].softmax(-1).numpy()


def test_texts_that_are_read_together_are_read_as_each_alone(model: Any) -> None:
    text, first, second = (5, 6, 7, 8), (9, 10, 11), (12, 13)
    reader = Reader(model, text)
    for _ in range(2):
        told = reader.next_tokens([(range(0), first), (range(0), second)])
        spans = range(4, 7), range(7, 9)
        told += reader.next_tokens([(spans[0], (20, 21)), (spans[1], (22,)), (spans[0], (23,))])
        whole = [
            text + first, text + second, text + first + (20, 21), text + second + (22,),
            text + first + (23,),
        ]  # fmt: skip
        for odds, tokens in zip(told, whole, strict=True):
            np.testing.assert_allclose(odds, odds_after(model, tokens), atol=1e-5)
        assert reader.read == 13
        reader.forget(9)
        assert reader.read == 9
        reader.forget()  # and what was forgotten is not seen by what is read next
        assert reader.read == 4


def test_answers_are_as_probable_as_the_model_has_them_among_those_allowed() -> None:
    allowed: list[Tokens] = [(1, 0), (1, 2, 0), (1, 2, 3, 0), (2, 0), (3, 3, 0)]
    generator = np.random.default_rng(0)
    odds: dict[Tokens, np.ndarray] = {}

    def next_token(beginning: Tokens) -> np.ndarray:
        return odds.setdefault(beginning, generator.dirichlet(np.ones(5)))

    children = tree(allowed)
    assert children[()] == (1, 2, 3)
    assert children[1, 2] == (0, 3)
    drawn: Counter[Tokens] = Counter()
    for seed in range(4000):
        answering = answer(children, next_token(()), np.random.default_rng(seed))
        try:
            asked = next(answering)
            while True:
                asked = answering.send({tokens: next_token(tokens) for tokens in asked})
        except StopIteration as stop:
            drawn[stop.value] += 1
    expected = np.array(
        [np.prod([odds[each[:n]][each[n]] for n in range(len(each))]) for each in allowed]
    )
    expected /= expected.sum()
    shares = np.array([drawn[each] / 4000 for each in allowed])
    assert drawn.keys() == set(allowed)
    np.testing.assert_allclose(shares, expected, atol=4 * 0.5 / np.sqrt(4000))


def test_neither_the_pool_nor_what_rests_can_be_picked(model: Any) -> None:
    picker = SmallModelPicker(model, Letters(), Vocabulary(WORDS), "w")
    questions = [Question(("a", "b"), ("c",), (), seed) for seed in range(40)]
    together = list(picker.picks(questions))
    assert set(together) == {"d", "e", "f"}
    assert [next(picker.picks([each])) for each in questions[:6]] == together[:6]
    other = SmallModelPicker(model, Letters(), Vocabulary([*WORDS, "g"]), "w")
    assert picker.identity != other.identity


def test_a_model_that_says_no_concept_is_an_error_for_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(language_model, "MOST_TRIES", 60)
    answering = answer(tree([(1, 2, 0)]), np.full(5, 0.2), np.random.default_rng(0))
    asked = next(answering)
    with pytest.raises(PolicyError, match="none of its concepts in 60 answers"):
        while True:
            asked = answering.send({tokens: np.full(5, 1e-9) for tokens in asked})
