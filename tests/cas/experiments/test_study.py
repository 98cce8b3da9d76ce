"""A study: balance of the plan, simulated answers recovered, agreement, and bad files."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from cas.experiments.study import Item, agreements, analyse, attention, plan
from cas.experiments.study_files import (
    Answer,
    Pair,
    StudyError,
    read_answers,
    read_pairs,
    write_pairs,
)
from cas.experiments.study_page import write_study

ARMS = ("CAS", "human", "LLM", "Random")
ITEMS = [
    Item(f"{policy} {n}", policy, f"concepts {n} of {policy}") for policy in ARMS for n in range(8)
]
ABILITY = {"CAS": 0.8, "human": 0.5, "LLM": -0.2, "Random": -1.1}


def answered(pairs: list[Pair], *, careless: frozenset[str] = frozenset(), seed: int = 0):
    """Raters who choose by ability and keep to what they said; careless ones guess."""
    generator = np.random.default_rng(seed)
    said: dict[tuple[str, str], str] = {}
    answers = []
    for pair in pairs:
        gap = ABILITY[pair.left_policy] - ABILITY[pair.right_policy]
        chance = 0.5 if pair.rater in careless else 1 / (1 + np.exp(-gap))
        choice = "left" if generator.random() < chance else "right"
        if pair.check and pair.rater not in careless:
            choice = {"left": "right", "right": "left"}[said[pair.rater, pair.check]]
        said[pair.rater, str(pair.page)] = choice
        answers.append(Answer(**asdict(pair), question="originality", choice=choice))
    return answers


def test_a_plan_is_balanced() -> None:
    pairs = plan(ITEMS, raters=10, pages=27, shared=6, checks=3, seed=0)
    drawn = [p for p in pairs if not p.check and (p.rater == "0" or p.page > 6)]
    met = Counter(tuple(sorted((p.left_policy, p.right_policy))) for p in drawn)
    assert len(met) == 6
    assert max(met.values()) - min(met.values()) <= 1
    sides = Counter(p.left_policy for p in drawn)
    rights = Counter(p.right_policy for p in drawn)
    assert all(abs(sides[policy] - rights[policy]) <= 3 for policy in ARMS)
    used = Counter(item for p in drawn for item in (p.left, p.right))
    for policy in ARMS:
        times = [used[item.id] for item in ITEMS if item.policy == policy]
        assert max(times) - min(times) <= 2
    assert pairs == plan(ITEMS, raters=10, pages=27, shared=6, checks=3, seed=0)


def test_shared_pages_are_the_same_and_checks_are_swapped() -> None:
    pairs = plan(ITEMS, raters=4, pages=20, shared=5, checks=2, seed=1)
    for rater in range(4):
        own = [p for p in pairs if p.rater == str(rater)]
        assert [p.page for p in own] == list(range(1, 21))
        assert [(p.left, p.right) for p in own[:5]] == [(p.left, p.right) for p in pairs[:5]]
        checks = [p for p in own if p.check]
        assert len(checks) == 2
        for check in checks:
            first = own[int(check.check) - 1]
            assert (check.left, check.right) == (first.right, first.left)
            assert check.page > first.page + 5


@pytest.mark.parametrize(
    "settings",
    [{"raters": 0}, {"raters": 1, "pages": 8, "shared": 6}, {"raters": 1, "checks": -1}],
)
def test_plans_that_do_not_fit(settings: dict[str, int]) -> None:
    with pytest.raises(StudyError, match="pages do not hold"):
        plan(ITEMS, **settings, seed=0)


def test_items_that_make_no_study() -> None:
    with pytest.raises(StudyError, match="1 policies"):
        plan(ITEMS[:4], raters=1, seed=0)
    with pytest.raises(StudyError, match="1 doubled"):
        plan([*ITEMS, ITEMS[0]], raters=1, seed=0)


def test_abilities_are_found_again_and_careless_raters_left_out() -> None:
    pairs = plan(ITEMS, raters=40, pages=30, shared=6, checks=5, seed=0)
    answers = answered(pairs, careless=frozenset(map(str, range(5))))
    report = analyse(answers, resamples=200)
    assert set(report.inattentive) <= {str(n) for n in range(5)}
    assert len(report.inattentive) >= 4
    assert report.raters == 40 - len(report.inattentive)
    (question,) = report.questions
    assert [policy.policy for policy in question.policies] == sorted(
        ABILITY, key=lambda a: -ABILITY[a]
    )
    centre = np.mean(list(ABILITY.values()))
    for policy in question.policies:
        assert policy.low < policy.ability < policy.high
        assert policy.ability == pytest.approx(
            ABILITY[policy.policy] - centre, abs=4 * policy.standard_error
        )
    assert question.all_equal.p_value < 1e-6
    assert question.tests["CAS", "Random"].p_value < 1e-3
    assert len(question.tests) == 6
    assert question.left_p > 0.001
    assert 0 < question.alpha < 1
    text = report.markdown()
    assert "| CAS = human |" in text
    frame = report.to_pandas()
    assert len(frame) == 4
    assert frame.question.unique().tolist() == ["originality"]


def test_attention_is_saying_the_same_twice() -> None:
    first = Answer("r", 1, "originality", "a", "b", "A", "B", "left")
    swapped = replace(
        first, page=9, left="b", right="a", left_policy="B", right_policy="A", check="1"
    )
    assert attention([first, replace(swapped, choice="right")]) == {"r": 1.0}
    assert attention([first, replace(swapped, choice="left")]) == {"r": 0.0}


def test_alpha_of_a_worked_example() -> None:
    """Krippendorff's nominal α of two observers, ten units, from his 2011 paper: 0.095."""
    one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    two = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    answers = [
        Answer(rater, unit, "q", f"{unit:02}a", f"{unit:02}b", "A", "B", ("left", "right")[value])
        for rater, values in (("1", one), ("2", two))
        for unit, value in enumerate(values)
    ]
    observed, alpha = agreements(answers)
    assert observed == pytest.approx(0.6)
    assert alpha == pytest.approx(0.095, abs=5e-4)
    assert np.isnan(agreements(answers[:10])[1])


SAID = ("rater", "page", "question", "choice")


def write_answers(path: Path, answers: list[Answer], **changes: str) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, SAID, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(answer) | changes for answer in answers)


@pytest.fixture
def pairs() -> list[Pair]:
    return plan(ITEMS, raters=2, pages=10, shared=2, checks=1, seed=0)


@pytest.fixture
def pages(pairs: list[Pair], tmp_path: Path) -> dict[tuple[str, str], Pair]:
    write_pairs(tmp_path / "pairs.csv", pairs)
    return read_pairs(tmp_path / "pairs.csv")


def test_a_plan_is_read_as_it_was_written(
    pairs: list[Pair], pages: dict[tuple[str, str], Pair], tmp_path: Path
) -> None:
    assert list(pages.values()) == pairs
    plan_ = (tmp_path / "pairs.csv").read_text()
    for page in ("²", "x", "9" * 5000, "-1", ""):
        (tmp_path / "pairs.csv").write_text(plan_.replace("0,1,", f"0,{page},", 1))
        with pytest.raises(StudyError, match=r"pairs\.csv, line 2: .* is no page's number"):
            read_pairs(tmp_path / "pairs.csv")


def test_answers_are_read_and_bad_files_named(
    pairs: list[Pair], pages: dict[tuple[str, str], Pair], tmp_path: Path
) -> None:
    answers = answered(pairs)
    write_answers(tmp_path / "a.csv", answers)
    assert read_answers([tmp_path / "a.csv", tmp_path / "a.csv"], pages) == answers
    for changes, told in (
        ({"choice": "maybe"}, "'maybe'"),
        ({"question": "beauty"}, "'beauty'"),
        ({"rater": "7"}, "nobody asked rater '7'"),
        ({"page": "11"}, "about page '11'"),
    ):
        write_answers(tmp_path / "b.csv", answers, **changes)
        with pytest.raises(StudyError, match=rf"b\.csv, line 2.*{told}"):
            read_answers([tmp_path / "b.csv"], pages)
    write_answers(tmp_path / "b.csv", [*answers, answers[0]])
    with pytest.raises(StudyError, match=r"b\.csv, line 22: the originality of page 1 is answered"):
        read_answers([tmp_path / "b.csv"], pages)
    other = {"left": "right", "right": "left"}[answers[0].choice]
    write_answers(tmp_path / "b.csv", answers[:1], choice=other)
    with pytest.raises(StudyError, match=r"b\.csv, line 2: rater 0 said something else of page 1"):
        read_answers([tmp_path / "a.csv", tmp_path / "b.csv"], pages)
    (tmp_path / "c.csv").write_text("rater,page\n")
    with pytest.raises(StudyError, match="lacks the column choice"):
        read_answers([tmp_path / "c.csv"], pages)
    (tmp_path / "d.csv").write_text(",".join(SAID) + "\n")
    with pytest.raises(StudyError, match="no answers"):
        read_answers([tmp_path / "d.csv"], pages)


def test_answers_that_went_through_a_spreadsheet_are_read(
    pairs: list[Pair], pages: dict[tuple[str, str], Pair], tmp_path: Path
) -> None:
    answers = answered(pairs)
    write_answers(tmp_path / "a.csv", answers)
    whole = (tmp_path / "a.csv").read_text()
    for encoding in ("utf-8-sig", "utf-16"):
        (tmp_path / "a.csv").write_bytes(whole.replace("\n", "\r\n").encode(encoding))
        assert read_answers([tmp_path / "a.csv"], pages) == answers
    for spoilt, told in (
        (whole.replace(",1,", ",²,", 1), "line 2: nobody asked rater '0' about page '²'"),
        (
            whole.replace(",1,", f",{'1' * 5000},", 1),
            "line 2: nobody asked rater '0' about",
        ),
        (whole.replace(",right\n", ",both\n"), r"line \d+: .* a choice left, right or tie, not"),
        (whole.rstrip()[:-3], r"line \d+: .* a choice left, right or tie, not"),
    ):
        (tmp_path / "a.csv").write_text(spoilt)
        with pytest.raises(StudyError, match=rf"a\.csv, {told}"):
            read_answers([tmp_path / "a.csv"], pages)


def test_nothing_left_to_analyse() -> None:
    first = Answer("r", 1, "originality", "a", "b", "A", "B", "left")
    with pytest.raises(StudyError, match="only won"):
        analyse([first])
    check = replace(
        first, page=2, left="b", right="a", left_policy="B", right_policy="A", check="1"
    )
    with pytest.raises(StudyError, match="1 raters failed"):
        analyse([first, check])


def test_raters_see_pairs_and_nothing_that_tells_of_arms_or_of_others(tmp_path: Path) -> None:
    public = tmp_path / "public"
    public.mkdir()
    (public / "1.png").write_bytes(b"picture")
    items = [
        Item("a of Alpha", "Alpha", "</script><b>"),
        Item("b of Beta", "Beta", "1.png"),
        Item("c of Gamma", "Gamma", "x" * 400),
    ]
    pairs = plan(items, raters=3, pages=8, shared=2, checks=2, seed=0)
    tokens = write_study(tmp_path, items, pairs)
    assert len({token[:8] for token in tokens}) == 3
    assert all(re.fullmatch("[0-9a-f]{32}", token) for token in tokens)
    assert write_study(tmp_path / "again", items, pairs) != tokens, "nobody can work them out"
    assert (tmp_path / "raters.txt").read_text() == "".join(f"?rater={t}\n" for t in tokens)

    for file in public.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        for secret in ("Alpha", "Beta", "Gamma", '"check"', *tokens):
            assert secret.encode() not in content and secret not in file.name
    shown = {item.id: {"shows": item.shows, "picture": item.shows == "1.png"} for item in items}
    for rater, token in enumerate(tokens):
        seen = json.loads((public / "pairs" / f"{token[:8]}.json").read_text())
        assert seen["questions"] == ["originality", "harmony"]
        assert seen["pairs"] == [
            {"page": pair.page, "left": shown[pair.left], "right": shown[pair.right]}
            for pair in pairs
            if pair.rater == str(rater)
        ]
    own = read_pairs(tmp_path / "pairs.csv")
    assert [replace(pair, rater="") for pair in own.values()] == [
        replace(pair, rater="") for pair in pairs
    ]
    assert list(dict.fromkeys(pair.rater for pair in own.values())) == tokens
