"""Policies of an experiment; a policy picks the concept that joins a pool."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from cas.errors import CasError
from cas.feedback import Feedback, call_of_novelty
from cas.sampler import CulturalAlienSampler
from cas.tuning import PRESETS, SamplerTuning
from cas.validation import check_number
from cas.vocabulary import Vocabulary


class PolicyError(CasError):
    """A policy that cannot pick, such as a language model that answers nonsense."""


@dataclass(frozen=True)
class Question:
    """What a picker is asked: one run at one generation.

    Attributes:
        pool: the concepts at work, seeds first.
        cooldown: concepts that may not be picked now.
        novelties: of the run's generations so far.
        seed: of everything random in the answer.
        picks: of the run so far, the oldest first.
    """

    pool: tuple[str, ...]
    cooldown: tuple[str, ...]
    novelties: tuple[float, ...]
    seed: int
    picks: tuple[str, ...] = ()


class Picker(Protocol):
    """Picks one concept for each of some questions."""

    @property
    def identity(self) -> dict[str, Any]:
        """What decides the picks, as JSON: a resumed run must have the same."""
        ...

    def picks(self, questions: Sequence[Question]) -> Iterator[str]:
        """Yield one concept a question, in order.

        Raises:
            PolicyError: no answer can be had; the picks yielded before stand.
        """
        ...


def timed(picks: Iterator[str]) -> Iterator[tuple[str, float]]:
    """Yield each pick with the milliseconds of this thread's processor time that it took.

    A picker that answers all questions at once spends them on the first; arithmetic that torch or
    numpy give to other threads is not counted.
    """
    while True:
        started = time.thread_time()
        pick = next(picks, None)
        if pick is None:
            return
        yield pick, (time.thread_time() - started) * 1e3


class SamplerPicker:
    """The Cultural Alien Sampler with one tuning."""

    def __init__(self, sampler: CulturalAlienSampler, tuning: SamplerTuning) -> None:
        self._sampler = sampler
        self._tuning = tuning

    @property
    def identity(self) -> dict[str, Any]:
        """The pair and the tuning."""
        return {"pair": self._sampler.fingerprint, "tuning": asdict(self._tuning)}

    def picks(self, questions: Sequence[Question]) -> Iterator[str]:
        """Yield the sampler's picks, one batch."""
        for pick in self._sampler.sample_batch(
            [question.pool for question in questions],
            tuning=[self._tuned(question) for question in questions],
            cooldown=[question.cooldown for question in questions],
            seeds=[question.seed for question in questions],
        ):
            yield pick.concept

    def _tuned(self, question: Question) -> SamplerTuning:
        del question
        return self._tuning


class FeedbackPicker(SamplerPicker):
    """The sampler with a β that answers novelty: up by `step` when it fell or stood, else down.

    Args:
        sampler: the pair.
        tuning: where β begins.
        lowest: β is never less.
        highest: β is never more.
        step: how far β moves after each generation; `cas.feedback` is the rule.
    """

    def __init__(
        self,
        sampler: CulturalAlienSampler,
        tuning: SamplerTuning,
        *,
        lowest: float,
        highest: float,
        step: float = 0.05,
    ) -> None:
        if not 0 <= lowest <= tuning.beta <= highest <= 1:
            raise PolicyError(
                f"0 ≤ lowest ≤ β ≤ highest ≤ 1 must hold, not {lowest}, {tuning.beta}, {highest}."
            )
        super().__init__(sampler, tuning)
        self._feedback = Feedback(lowest, highest, step)

    @property
    def identity(self) -> dict[str, Any]:
        """The pair, the tuning and how β moves."""
        rule = self._feedback
        return {**super().identity, "bounds": [rule.lowest, rule.highest], "step": rule.step}

    def beta(self, novelties: Sequence[float]) -> float:
        """Return β after these novelties; the first two generations have no baseline."""
        beta = self._tuning.beta
        for before, now in pairwise(novelties[1:]):
            beta = self._feedback.next_beta(beta, call_of_novelty(now > before))
        return beta

    def _tuned(self, question: Question) -> SamplerTuning:
        return replace(self._tuning, beta=self.beta(question.novelties))


class RandomPicker:
    """Every free concept of the vocabulary is as likely."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    @property
    def identity(self) -> dict[str, Any]:
        """The vocabulary."""
        return {"vocabulary": self._vocabulary.fingerprint}

    def picks(self, questions: Sequence[Question]) -> Iterator[str]:
        """Yield evenly random concepts."""
        for question in questions:
            known = [c for c in (*question.pool, *question.cooldown) if c in self._vocabulary]
            taken = self._vocabulary.indices(known)
            free = np.delete(np.arange(len(self._vocabulary)), taken)
            yield self._vocabulary[int(np.random.default_rng(question.seed).choice(free))]


class LanguageModelPicker:
    """A chat model behind any OpenAI-compatible endpoint, free or held to a vocabulary.

    Args:
        client: an `openai.OpenAI`.
        model: its name there.
        vocabulary: the concepts it may choose from; None lets it say anything.
        temperature: of the model.
        attempts: how often it is asked for one pick before that is an error.
        small: for small models: two answered questions stand before each one, answers are cut after
            `CUT` tokens, and those that cannot be used are not told back, for they would be said
            again. The examples may also lead a model towards their concepts.
        concurrency: questions asked at once.
    """

    LONGEST = 60
    CUT = 24
    EXAMPLES = (
        ("At work now: apple, window. Do not use: chair.", "curtain"),
        ("At work now: soldier, river, moon.", "bridge"),
    )

    def __init__(
        self,
        client: Any,
        model: str,
        *,
        vocabulary: Vocabulary | None = None,
        temperature: float = 1.0,
        attempts: int = 3,
        small: bool = False,
        concurrency: int = 8,
    ) -> None:
        check_number("temperature", temperature, "of at least 0", low=0, error=PolicyError)
        self._client = client
        self._model = model
        self._vocabulary = vocabulary
        self._temperature = temperature
        self._attempts = attempts
        self._small = small
        self._concurrency = concurrency

    @property
    def identity(self) -> dict[str, Any]:
        """The model and its prompt; not its server, nor the number of requests."""
        held = self._vocabulary.fingerprint if self._vocabulary else None
        return {
            "model": self._model,
            "temperature": self._temperature,
            "vocabulary": held,
            "small": self._small,
        }

    def picks(self, questions: Sequence[Question]) -> Iterator[str]:
        """Yield the model's answers."""
        with ThreadPoolExecutor(self._concurrency) as threads:
            yield from threads.map(self._pick, questions)

    def _pick(self, question: Question) -> str:
        said: list[str] = []
        for attempt in range(self._attempts):
            told_back = () if self._small else said
            answer = self._ask(question, told_back, question.seed + attempt)
            concept = _clean(answer)
            if not self._fault(concept, question):
                return concept
            said.append(answer)
        raise PolicyError(
            f"{self._model} gave no usable concept in {self._attempts} answers for the pool"
            f" {', '.join(question.pool)}. Its last answer, {said[-1]!r:.90}:"
            f" {self._fault(_clean(said[-1]), question)}. The picks before it are kept: mend the"
            " endpoint or name another model, and run again."
        )

    def _ask(self, question: Question, said: Sequence[str], seed: int) -> str:
        from openai import OpenAIError

        messages = [{"role": "system", "content": instruction(self._vocabulary)}]
        for asked, answered in self.EXAMPLES if self._small else ():
            messages.append({"role": "user", "content": asked})
            messages.append({"role": "assistant", "content": answered})
        messages.append({"role": "user", "content": request(question)})
        for answer in said:
            fault = self._fault(_clean(answer), question)
            messages.append({"role": "assistant", "content": answer})
            messages.append({"role": "user", "content": f"That cannot be used: {fault}."})
        try:
            reply = self._client.chat.completions.create(
                model=self._model,
                messages=messages,
                temperature=self._temperature,
                seed=seed % 2**31,
                **({"max_tokens": self.CUT} if self._small else {}),
            )
            return str(reply.choices[0].message.content or "")
        except (OpenAIError, AttributeError, IndexError, TypeError, ValueError) as error:
            raise PolicyError(
                f"{self._model} could not be asked ({type(error).__name__}: {error!s:.200}). The"
                " picks before it are kept: run again when the endpoint answers."
            ) from error

    def _fault(self, concept: str, question: Question) -> str:
        """Say what is wrong with a concept, or nothing."""
        if not concept or len(concept) > self.LONGEST:
            return "a concept is one word or a short phrase"
        if self._vocabulary is not None and concept not in self._vocabulary:
            return f"{concept!r} is not in the list"
        if concept in question.pool:
            return f"{concept!r} is at work already"
        if concept in question.cooldown:
            return f"{concept!r} was used a short while ago"
        return ""


def instruction(vocabulary: Vocabulary | None) -> str:
    """Return what a chat model is told to do; None lets it say anything."""
    task = (
        "You choose the concepts of a long series of artworks. Each time you are given the"
        " concepts at work now. Name one concept to add, so that the next work is as original"
        " as can be and still coherent. Answer with the concept alone."
    )
    if vocabulary is None:
        return f"{task} A concept is one word or a short phrase."
    return f"{task} Choose from this list only: {', '.join(vocabulary)}."


def request(question: Question) -> str:
    """Return what a chat model is asked for one pick."""
    rest = f" Do not use: {', '.join(question.cooldown)}." if question.cooldown else ""
    return f"At work now: {', '.join(question.pool)}.{rest}"


def _clean(answer: str) -> str:
    """Return the first of a list of answers, in lower case, without quotes, full stop or bullet."""
    first = next((part for part in re.split(r"[\n,;]", answer) if part.strip()), "")
    return re.sub(r"^[-*\d.\s\"'“]+|[\"'”.\s]+$", "", first.lower())


def sampler_policies(sampler: CulturalAlienSampler) -> dict[str, Picker]:
    """Return the policies that need nothing but a pair, by name."""
    paper, default = PRESETS["paper"], PRESETS["default"]
    return {
        "Random": RandomPicker(sampler.vocabulary),
        "CAS paper": SamplerPicker(sampler, paper),
        "CAS default": SamplerPicker(sampler, default),
        "coherence only": SamplerPicker(sampler, replace(paper, beta=0.0)),
        "context only": SamplerPicker(sampler, replace(paper, beta=1.0)),
    }


def feedback_policy(sampler: CulturalAlienSampler) -> Picker:
    """Return preset default with a β that answers novelty, between 0.5 and 1."""
    return FeedbackPicker(sampler, PRESETS["default"], lowest=0.5, highest=1.0)
