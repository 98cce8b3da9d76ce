"""A small chat model held to the vocabulary: `python -m benchmarks.lab.language_model GGUF OUT`.

It is asked as the free policy of `artist experiment --llm --small`, and answers as if it were asked
again and again at temperature 1 until its whole answer is a concept that it may choose. GGUF is a
file of weights; to read it, transformers needs the package `gguf`. OUT gets the runs and the
tables, and is continued.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cas.evaluation.grader import Grader
from cas.experiments.costs import pick_cost
from cas.experiments.policies import (
    LanguageModelPicker,
    Picker,
    PolicyError,
    Question,
    instruction,
    request,
    sampler_policies,
)
from cas.experiments.results import compare
from cas.experiments.runs import ConceptVectors, RunSettings, run_policies
from cas.experiments.seeds import seed_pairs
from cas.sampler import CulturalAlienSampler
from cas.vocabulary import Vocabulary
from worker.encoders.minilm import MiniLMEncoder

Tokens = tuple[int, ...]
Floats = NDArray[np.float32]
Answering = Generator[Sequence[Tokens], Mapping[Tokens, Floats], Tokens]
"""Yields beginnings of answers, is sent each token's probability after them, returns an answer."""
TRIES = 6
"""Answers that are drawn at once."""
MOST_TRIES = 6000
SEED = 0
BESIDE = ("Random", "CAS paper", "CAS default")


class Reader:
    """A causal model that has read one text, and reads many continuations of it at once.

    They are packed into one sequence in which each token sees the text and its own beginning only.
    """

    def __init__(self, model: Any, text: Tokens) -> None:
        from transformers import DynamicCache

        self._model = model
        self._text = len(text)
        self._cache = DynamicCache()
        with torch.inference_mode():
            model(torch.tensor([text]), cache=self._cache, logits_to_keep=1)

    @property
    def read(self) -> int:
        """The tokens that are remembered."""
        return int(self._cache.get_seq_length())

    def forget(self, until: int = 0) -> None:
        """Forget all but the text, or but the first tokens that were read."""
        self._cache.crop(max(until, self._text) - self.read)

    def next_tokens(self, branches: Sequence[tuple[range, Tokens]]) -> list[Floats]:
        """Read the tokens of each branch after what it saw before; return the next one's odds.

        Args:
            branches: each with the place of what it saw between the text and itself.
        """
        read, lengths = self.read, [len(tokens) for _, tokens in branches]
        seen = torch.zeros(sum(lengths), read + sum(lengths), dtype=torch.bool)
        seen[:, : self._text] = True
        places = []
        for start, (before, tokens) in zip(np.cumsum([0, *lengths]), branches, strict=False):
            rows = slice(start, start + len(tokens))
            seen[rows, before.start : before.stop] = True
            seen[rows, read + start : read + start + len(tokens)] = torch.ones(
                len(tokens), len(tokens), dtype=torch.bool
            ).tril()
            places.append(torch.arange(len(tokens)) + self._text + len(before))
        with torch.inference_mode():
            logits = self._model(
                torch.tensor([[token for _, tokens in branches for token in tokens]]),
                attention_mask=seen[None, None],
                position_ids=torch.cat(places)[None],
                cache=self._cache,
                logits_to_keep=torch.tensor(np.cumsum(lengths) - 1),
            ).logits[0]
            return list(logits.float().softmax(-1).numpy())


def answer(
    children: Mapping[Tokens, Tokens], root: Floats, generator: np.random.Generator
) -> Answering:
    """Draw an answer from all that may be given, as probable as the model has it among them.

    Each token is drawn from those that may follow, and the whole is kept with the probability that
    the model would have stayed among them, else drawn anew: without this, a concept would be as
    frequent as its first token, whatever follows in the model's own answers.

    Args:
        children: the tokens that may follow each beginning; an answer's last has none.
        root: the probability of each first token.
        generator: of the draws.
    """
    known: dict[Tokens, Floats] = {(): root}
    for _ in range(MOST_TRIES // TRIES):
        drafts: list[Tokens] = [()] * TRIES
        kept = np.ones(TRIES)
        while going := [n for n, draft in enumerate(drafts) if draft in children]:
            unknown = {drafts[n] for n in going} - known.keys()
            if unknown:
                known.update((yield sorted(unknown)))
            for n in going:
                odds = known[drafts[n]][list(children[drafts[n]])].astype(np.float64)
                token = generator.choice(children[drafts[n]], p=odds / odds.sum())
                kept[n] *= odds.sum() if drafts[n] else 1.0
                drafts[n] = (*drafts[n], int(token))
        for draft, chance in zip(drafts, kept, strict=True):
            if generator.random() < chance:
                return draft
    raise PolicyError(
        f"The model gave none of its concepts in {MOST_TRIES} answers. The picks before it are"
        " kept: take another model, or a longer list."
    )


def tree(answers: Sequence[Tokens]) -> dict[Tokens, Tokens]:
    """Return the tokens that may follow each beginning of some answers."""
    children: dict[Tokens, dict[int, None]] = {}
    for tokens in answers:
        for length, token in enumerate(tokens):
            children.setdefault(tokens[:length], {})[token] = None
    return {beginning: tuple(tokens) for beginning, tokens in children.items()}


class SmallModelPicker:
    """A chat model in this process that can answer nothing but a free concept.

    It is told neither the list nor what rests: other answers are impossible.

    Args:
        model: a causal model of transformers.
        tokenizer: of the model, with a chat template.
        vocabulary: the concepts.
        weights: by which the model is known again.
    """

    def __init__(self, model: Any, tokenizer: Any, vocabulary: Vocabulary, weights: str) -> None:
        self._tokenizer = tokenizer
        self._vocabulary = vocabulary
        self._weights = weights
        self._told = [{"role": "system", "content": instruction(None)}]
        for asked, answered in LanguageModelPicker.EXAMPLES:
            self._told.append({"role": "user", "content": asked})
            self._told.append({"role": "assistant", "content": answered})
        # What every request begins with; a space belongs to the word after it.
        self._begin = self._request(("\0",)).rpartition(" \0")[0]
        self._reader = Reader(model.eval(), self._tokens(self._begin))
        end = tokenizer.eos_token_id
        self._answers = {concept: (*self._tokens(concept), end) for concept in vocabulary}
        self._concepts = {tokens: concept for concept, tokens in self._answers.items()}

    @classmethod
    def of(cls, path: Path, vocabulary: Vocabulary) -> SmallModelPicker:
        """Read a GGUF file."""
        from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

        model = AutoModelForCausalLM.from_pretrained(
            path.parent,
            gguf_file=path.name,
            quantization_config=GgufConfig(dequantize=True),
            dtype=torch.bfloat16,
        )
        tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
        return cls(model, tokenizer, vocabulary, sha256(path.read_bytes()).hexdigest())

    @property
    def identity(self) -> dict[str, Any]:
        """The weights, what they are told, and the concepts."""
        told = sha256(self._begin.encode()).hexdigest()
        vocabulary = self._vocabulary.fingerprint
        return {"weights": self._weights, "told": told, "vocabulary": vocabulary}

    def picks(self, questions: Sequence[Question]) -> Iterator[str]:
        """Yield one concept a question, all read together."""
        texts = [self._request(question.pool) for question in questions]
        asked = [self._tokens(text.removeprefix(self._begin)) for text in texts]
        ends = np.cumsum([self._reader.read, *map(len, asked)]).tolist()
        spans = [range(start, end) for start, end in pairwise(ends)]
        roots = self._reader.next_tokens([(range(0), tokens) for tokens in asked])
        answering = [
            self._answering(question, root) for question, root in zip(questions, roots, strict=True)
        ]
        wanted = {n: next(each) for n, each in enumerate(answering)}
        found: dict[int, Tokens] = {}
        while wanted:
            branches = [(n, tokens) for n, asking in wanted.items() for tokens in asking]
            rows = self._reader.next_tokens([(spans[n], tokens) for n, tokens in branches])
            self._reader.forget(ends[-1])
            told: dict[int, dict[Tokens, Floats]] = {n: {} for n in wanted}
            for (n, tokens), row in zip(branches, rows, strict=True):
                told[n][tokens] = row
            for n, odds in told.items():
                try:
                    wanted[n] = answering[n].send(odds)
                except StopIteration as stop:
                    found[n] = stop.value
                    del wanted[n]
        self._reader.forget()
        yield from (self._concepts[found[n]] for n in range(len(questions)))

    def _answering(self, question: Question, root: Floats) -> Answering:
        taken = {*question.pool, *question.cooldown}
        free = [tokens for concept, tokens in self._answers.items() if concept not in taken]
        return answer(tree(free), root, np.random.default_rng([question.seed, 1]))

    def _request(self, pool: tuple[str, ...]) -> str:
        asked = {"role": "user", "content": request(Question(pool, (), (), 0))}
        told = [*self._told, asked]
        return str(
            self._tokenizer.apply_chat_template(told, tokenize=False, add_generation_prompt=True)
        )

    def _tokens(self, text: str) -> Tokens:
        return tuple(self._tokenizer(text, add_special_tokens=False)["input_ids"])


def main() -> None:
    """Run the model beside Random and the sampler, and write the tables of these runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--generations", type=int, default=200)
    given = parser.parse_args()
    torch.set_num_threads(1)
    sampler = CulturalAlienSampler.from_pretrained()
    vectors = ConceptVectors(MiniLMEncoder())
    vectors(list(sampler.vocabulary))
    seeds = seed_pairs(sampler.vocabulary, given.runs, seed=SEED)
    settings = RunSettings(seeds, generations=given.generations, seed=SEED)
    ours = sampler_policies(sampler)
    pickers: dict[str, Picker] = {name: ours[name] for name in BESIDE}
    pickers[given.weights.stem] = SmallModelPicker.of(given.weights, sampler.vocabulary)
    found, failed = run_policies(pickers, settings, vectors, given.out / "runs")
    told = compare(
        {name: [run.generations for run in runs] for name, runs in found.items()},
        sampler,
        vectors,
        grader=Grader.load(),
        costs={name: pick_cost(runs) for name, runs in found.items()},
    )
    told.save(given.out)
    print(told.markdown())
    if failed:
        raise failed[0]


if __name__ == "__main__":
    main()
