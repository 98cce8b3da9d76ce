"""A pairwise human study of policies: balanced pairs with attention checks, and its analysis.

The paper asked 100 people which of two is more original, and which more harmonious, and fitted
Bradley-Terry. `plan` makes the pairs, `analyse` fits the policies, with bootstrap intervals over
whole raters, likelihood-ratio tests between every two policies, and how far raters agree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from math import nan
from typing import Any

import numpy as np
from scipy import stats

from cas.experiments.bradley_terry import (
    LikelihoodRatio,
    Vote,
    VoteError,
    Votes,
    bootstrap,
    fit,
    likelihood_ratio,
)
from cas.experiments.study_files import LEFT, RIGHT, TIE, Answer, Pair, StudyError

PAPER_ABILITIES: Mapping[str, Mapping[str, float]] = {
    "originality": {"human": 0.055, "CAS paper": 0.050, "restricted LLM": 0.018},
    "harmony": {"CAS paper": 0.147, "human": 0.094},
}
"""θ that the paper reports; their scale and zero are not stated, so only their order compares."""
CHECKS_NEEDED = 0.75
"""Who passes a smaller share of the attention checks is left out."""


@dataclass(frozen=True)
class Item:
    """Something to judge: its name, its policy, and what is shown (text or a picture's path)."""

    id: str
    policy: str
    shows: str


def plan(
    items: Sequence[Item],
    *,
    raters: int,
    pages: int = 30,
    shared: int = 6,
    checks: int = 3,
    seed: int,
) -> list[Pair]:
    """Plan a study.

    Every two policies meet equally often up to one, each policy stands left and right equally often
    up to one a pair of policies, and items of a policy are used in turn. The first `shared` pages
    are the same for all raters, which is what agreement is measured on; `checks` pages repeat an
    earlier page of the rater's own with the sides swapped.

    Raises:
        StudyError: fewer than two policies, an id occurs twice, or the numbers do not fit.
    """
    by_policy: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_policy[item.policy].append(item)
    if len(by_policy) < 2 or len({item.id for item in items}) < len(items):
        raise StudyError(
            "A study needs two policies and items of different names, not"
            f" {len(by_policy)} policies and"
            f" {len(items) - len({item.id for item in items})} doubled names."
        )
    if raters < 1 or shared < 0 or checks < 0 or pages < max(1, shared) + 2 * checks:
        raise StudyError(
            f"{pages} pages do not hold {shared} shared ones, {checks} checks and the pages that"
            " they repeat: give more pages, or fewer of these."
        )
    draw = _PairDraw(by_policy, np.random.default_rng(seed))
    common = [draw.next() for _ in range(shared)]
    planned: list[Pair] = []
    for rater in range(raters):
        own = [draw.next() for _ in range(pages - shared - checks)]
        planned += _pages_of(str(rater), [*common, *own], checks, draw.generator)
    return planned


class _PairDraw:
    """Draws item pairs: pairs of policies in shuffled rounds, sides alternating, items in turn."""

    def __init__(self, by_policy: Mapping[str, list[Item]], generator: np.random.Generator) -> None:
        self.generator = generator
        self._rounds = list(combinations(sorted(by_policy), 2))
        self._queue: list[tuple[str, str]] = []
        self._met: Counter[tuple[str, str]] = Counter()
        self._items = {
            policy: [some[int(n)] for n in generator.permutation(len(some))]
            for policy, some in by_policy.items()
        }
        self._used: Counter[str] = Counter()

    def next(self) -> tuple[Item, Item]:
        if not self._queue:
            order = self.generator.permutation(len(self._rounds))
            self._queue = [self._rounds[int(n)] for n in order]
        policies = self._queue.pop()
        self._met[policies] += 1
        left, right = policies if self._met[policies] % 2 else policies[::-1]
        return self._item(left), self._item(right)

    def _item(self, policy: str) -> Item:
        self._used[policy] += 1
        some = self._items[policy]
        if self._used[policy] % len(some) == 1:
            order = self.generator.permutation(len(some))
            self._items[policy] = some = [some[int(n)] for n in order]
        return some[self._used[policy] % len(some)]


def _pages_of(
    rater: str, drawn: Sequence[tuple[Item, Item]], checks: int, generator: np.random.Generator
) -> list[Pair]:
    """Number a rater's pages, and put checks in the second half."""
    pages = [
        Pair(rater, number, left.id, right.id, left.policy, right.policy)
        for number, (left, right) in enumerate(drawn, start=1)
    ]
    repeated = sorted(int(n) for n in generator.permutation(max(1, len(pages) // 2))[:checks])
    for number in repeated:
        of = pages[number]
        swapped = (of.right, of.left, of.right_policy, of.left_policy)
        pages.append(Pair(rater, len(pages) + 1, *swapped, check=str(of.page)))
    return pages


@dataclass(frozen=True)
class PolicyAbility:
    """A policy's ability (mean 0), its standard error and 95 % interval over resampled raters."""

    policy: str
    ability: float
    standard_error: float
    low: float
    high: float
    paper: float


@dataclass(frozen=True)
class QuestionReport:
    """What the answers to one question say.

    Attributes:
        question: it.
        policies: by ability.
        all_equal: the test that all policies are one.
        tests: the test that two policies are one, for every two.
        votes: counted, checks left out.
        ties: of these.
        agreement: how often two raters made the same choice on a pair that both saw.
        alpha: Krippendorff's, nominal: 1 is agreement, 0 chance.
        left: the share of untied choices that fell on the left.
        left_p: of a two-sided binomial test of that.
    """

    question: str
    policies: tuple[PolicyAbility, ...]
    all_equal: LikelihoodRatio
    tests: Mapping[tuple[str, str], LikelihoodRatio]
    votes: int
    ties: int
    agreement: float
    alpha: float
    left: float
    left_p: float


@dataclass(frozen=True)
class StudyReport:
    """A study's questions, how many raters stand behind them, and who was left out."""

    questions: tuple[QuestionReport, ...]
    raters: int
    inattentive: Mapping[str, float]

    def to_pandas(self) -> Any:
        """Return one row a question and policy."""
        import pandas

        rows = [{"question": q.question, **asdict(a)} for q in self.questions for a in q.policies]
        return pandas.DataFrame(rows)

    def markdown(self) -> str:
        """Return the report as a page."""
        lines = ["# Study", "", f"{self.raters} raters counted, {len(self.inattentive)} left out"
                 f" for failing more than a quarter of their attention checks."]  # fmt: skip
        for question in self.questions:
            lines += ["", f"## {question.question}", "", *_question_lines(question)]
        return "\n".join(lines) + "\n"


def _question_lines(question: QuestionReport) -> list[str]:
    lines = [
        "| policy | ability θ | standard error | 95 % interval | paper's θ |",
        "|---|---:|---:|---|---:|",
    ]
    lines += [
        f"| {a.policy} | {a.ability:+.3f} | {a.standard_error:.3f}"
        f" | {a.low:+.3f} to {a.high:+.3f} |"
        f" {'–' if np.isnan(a.paper) else f'{a.paper:.3f}'} |"
        for a in question.policies
    ]
    lines += [
        "",
        "θ is log ability with mean 0; intervals resample whole raters. The paper states no zero"
        " for its θ: compare the order.",
        "",
        "| likelihood-ratio test | χ² | df | p |",
        "|---|---:|---:|---:|",
        _test_line("all policies alike", question.all_equal),
        *(_test_line(f"{a} = {b}", test) for (a, b), test in question.tests.items()),
        "",
        f"{question.votes} votes, {question.ties} ties. Two raters chose alike on"
        f" {question.agreement:.0%} of the pairs that both saw (Krippendorff's α"
        f" {question.alpha:.2f}). {question.left:.0%} of choices fell on the left"
        f" (p = {question.left_p:.3f}).",
    ]
    return lines


def _test_line(name: str, test: LikelihoodRatio) -> str:
    return f"| {name} | {test.statistic:.2f} | {test.degrees} | {test.p_value:.4f} |"


def analyse(answers: Sequence[Answer], *, resamples: int = 1000, seed: int = 0) -> StudyReport:
    """Fit the policies of each question.

    Raters who contradict themselves on more than a quarter of their attention checks are left out.

    Raises:
        StudyError: no rater is left, or a question's answers cannot be fitted.
    """
    passed = attention(answers)
    inattentive = {rater: share for rater, share in passed.items() if share < CHECKS_NEEDED}
    kept = [a for a in answers if a.rater not in inattentive and not a.check]
    if not kept:
        raise StudyError(f"No answers are left: {len(inattentive)} raters failed their checks.")
    questions = tuple(dict.fromkeys(answer.question for answer in kept))
    reports = []
    for question in questions:
        some = [answer for answer in kept if answer.question == question]
        try:
            reports.append(_analyse_question(question, some, resamples, seed))
        except VoteError as error:
            raise StudyError(f"{question}: {error}") from error
    return StudyReport(tuple(reports), len({a.rater for a in kept}), inattentive)


def attention(answers: Sequence[Answer]) -> dict[str, float]:
    """Return, for each rater with checks, the share answered as the page that each repeats."""
    said = {(a.rater, a.question, str(a.page)): a for a in answers}
    outcomes: dict[str, list[bool]] = defaultdict(list)
    for answer in answers:
        first = said.get((answer.rater, answer.question, answer.check))
        if answer.check and first:
            outcomes[answer.rater].append(_winner(answer) == _winner(first))
    return {rater: float(np.mean(some)) for rater, some in outcomes.items()}


def _analyse_question(
    question: str, answers: Sequence[Answer], resamples: int, seed: int
) -> QuestionReport:
    votes = Votes.of(
        [_vote(answer) for answer in answers if answer.left_policy != answer.right_policy]
    )
    model = fit(votes)
    intervals = bootstrap(votes, resamples=resamples, by_rater=True, seed=seed)
    paper = PAPER_ABILITIES.get(question, {})
    policies = [
        PolicyAbility(
            policy=name,
            ability=float(model.abilities[number]),
            standard_error=float(model.standard_errors[number]),
            low=float(intervals.low[number]),
            high=float(intervals.high[number]),
            paper=paper.get(name, nan),
        )
        for number, name in enumerate(model.names)
    ]
    agreement, alpha = agreements(answers)
    untied = [answer.choice == LEFT for answer in answers if answer.choice != TIE]
    return QuestionReport(
        question=question,
        policies=tuple(sorted(policies, key=lambda policy: -policy.ability)),
        all_equal=_test(votes, model.names),
        tests={pair: _test(votes, pair) for pair in combinations(model.ranking(), 2)},
        votes=len(votes),
        ties=votes.ties,
        agreement=agreement,
        alpha=alpha,
        left=float(np.mean(untied)) if untied else nan,
        left_p=float(stats.binomtest(sum(untied), len(untied)).pvalue) if untied else nan,
    )


def _test(votes: Votes, names: Sequence[str]) -> LikelihoodRatio:
    return likelihood_ratio(votes, equal=names)


def agreements(answers: Iterable[Answer]) -> tuple[float, float]:
    """Return observed agreement and Krippendorff's nominal α over pairs with two raters or more."""
    choices: dict[tuple[str, str], list[str]] = defaultdict(list)
    for answer in answers:
        choices[_unordered(answer)].append(_winner(answer))
    units = [Counter(some) for some in choices.values() if len(some) > 1]
    if not units:
        return nan, nan
    agreed = [sum(n * (n - 1) for n in u.values()) / (u.total() * (u.total() - 1)) for u in units]
    total = sum(u.total() for u in units)
    alike = sum(sum(n * (n - 1) for n in u.values()) / (u.total() - 1) for u in units)
    # Values are distinguished within a pair only: first item, second item, or a tie.
    values: Counter[str] = Counter()
    for pair, some in choices.items():
        if len(some) > 1:
            values.update({pair[0]: "first", pair[1]: "second"}.get(w, TIE) for w in some)
    expected = sum(n * (n - 1) for n in values.values()) / (total - 1)
    alpha = 1.0 if total == expected else 1 - (total - alike) / (total - expected)
    return float(np.mean(agreed)), float(alpha)


def _unordered(answer: Answer) -> tuple[str, str]:
    return min(answer.left, answer.right), max(answer.left, answer.right)


def _winner(answer: Answer) -> str:
    return {LEFT: answer.left, RIGHT: answer.right, TIE: TIE}[answer.choice]


def _vote(answer: Answer) -> Vote:
    first, second = answer.left_policy, answer.right_policy
    if answer.choice == RIGHT:
        first, second = second, first
    return Vote(first, second, answer.choice == TIE, answer.rater)
