"""Bradley-Terry against published coefficients, and against a general optimiser."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from cas.experiments import pair_likelihood
from cas.experiments.bradley_terry import Vote, VoteError, Votes, bootstrap, fit, likelihood_ratio

CITATIONS = {  # Stigler (1994), Agresti (2002) p. 448; coefficients as BradleyTerry2 prints them
    "names": ["Biometrika", "Comm Statist", "JASA", "JRSS-B"],
    "wins": [[714, 730, 498, 221], [33, 425, 68, 17], [320, 813, 1072, 142], [284, 276, 325, 188]],
    "abilities": [0.0, -2.9490725, -0.4795697, 0.2689541],
    "standard_errors": [0.0, 0.1025453, 0.0605887, 0.0708300],
}


def drawn_votes(size: int, count: int, *, ties: float = 0.0, seed: int = 0) -> list[Vote]:
    """Votes of five raters on things of random ability."""
    generator = np.random.default_rng(seed)
    ability = generator.normal(size=size)
    votes = []
    for _ in range(count):
        i, j = generator.choice(size, 2, replace=False)
        first = generator.random() < 1 / (1 + np.exp(ability[j] - ability[i]))
        winner, loser = (i, j) if first else (j, i)
        tie, rater = generator.random() < ties, f"rater {generator.integers(5)}"
        votes.append(Vote(f"thing {winner}", f"thing {loser}", bool(tie), rater))
    return votes


def optimised(votes: list[Vote], names: tuple[str, ...], *, ties: bool, prior: float = 0.0):
    """Abilities (mean 0), ν and log-likelihood by BFGS on the formula as Davidson wrote it."""

    def cost(parameters: np.ndarray) -> float:
        strength = dict(zip(names, np.exp(parameters[: len(names)]), strict=True))
        nu = np.exp(parameters[-1]) if ties else 0.0
        total = 0.0
        for vote in votes:
            a, b = strength[vote.winner], strength[vote.loser]
            top = nu * np.sqrt(a * b) if vote.tie else a
            total -= np.log(top / (a + b + nu * np.sqrt(a * b)))
        return total + sum(
            prior / 2 * (np.log(1 + a) + np.log(1 + 1 / a)) for a in strength.values() if prior
        )

    found = minimize(cost, np.zeros(len(names) + ties), method="BFGS", options={"gtol": 1e-7})
    abilities = found.x[: len(names)]
    return abilities - abilities.mean(), np.exp(found.x[-1]), -found.fun


def test_equal_to_the_published_citation_coefficients() -> None:
    model = fit(Votes.of_wins(CITATIONS["names"], np.array(CITATIONS["wins"])))
    abilities, errors = model.against("Biometrika")
    assert np.allclose(abilities, CITATIONS["abilities"], atol=1e-7)
    assert np.allclose(errors, CITATIONS["standard_errors"], atol=1e-7)
    assert model.ranking() == ("JRSS-B", "Biometrika", "JASA", "Comm Statist")


def test_equal_to_the_reference_files(museum_data: Path) -> None:
    folder = museum_data / "bradley_terry"
    citations = json.loads((folder / "citations.json").read_text())
    model = fit(Votes.of_wins(citations["names"], np.array(citations["wins"])))
    abilities, errors = model.against("Biometrika")
    assert np.abs(abilities - citations["mle_log_ability_ref_first"]).max() < 1e-6
    assert np.abs(errors - citations["se"]).max() < 1e-6

    reference = json.loads((folder / "physical_ref.json").read_text())
    with gzip.open(folder / "physical_votes.csv.gz", "rt") as file:
        rows = [Vote(r["winner"], r["loser"], rater=r["rater"]) for r in csv.DictReader(file)]
    votes = Votes.of(rows, names=reference["names"])
    physical = fit(votes)
    assert len(votes) == physical.votes == reference["n"]
    assert physical.raters == 56
    first = physical.abilities - physical.abilities[0]
    assert np.abs(first - reference["mle_ref_first"]).max() < 1e-6
    assert physical.log_likelihood == pytest.approx(reference["loglik"], abs=1e-8)


@pytest.mark.parametrize(("ties", "prior"), [(0.0, 0.0), (0.3, 0.0), (0.2, 0.5)])
def test_equal_to_a_general_optimiser(ties: float, prior: float) -> None:
    rows = drawn_votes(6, 200, ties=ties)
    model = fit(Votes.of(rows), prior=prior)
    abilities, nu, value = optimised(rows, model.names, ties=bool(ties), prior=prior)
    assert np.allclose(model.abilities, abilities, atol=1e-4)
    if ties:
        assert model.tie_weight == pytest.approx(nu, rel=1e-4)
        assert model.ties == sum(vote.tie for vote in rows)
    if not prior:
        assert model.log_likelihood == pytest.approx(value, abs=1e-6)


def test_standard_errors_are_the_spread_of_repeated_studies() -> None:
    found = [fit(Votes.of(drawn_votes(4, 400, seed=0)))]
    chances = {(a, b): found[0].probability(a, b) for a in found[0].names for b in found[0].names}
    generator = np.random.default_rng(1)
    names = found[0].names
    pairs = [(a, b) for a in range(4) for b in range(a + 1, 4)]
    spread = []
    for _ in range(150):
        wins = np.zeros((4, 4), dtype=np.int64)
        for number in generator.integers(len(pairs), size=400):
            a, b = pairs[number]
            won = generator.random() < chances[names[a], names[b]]
            wins[(a, b) if won else (b, a)] += 1
        spread.append(fit(Votes.of_wins(names, wins)).abilities)
    assert np.allclose(found[0].standard_errors, np.std(spread, axis=0), rtol=0.2)


def test_many_things_go_through_conjugate_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = Votes.of(drawn_votes(30, 3000, ties=0.1))
    dense = fit(votes)
    monkeypatch.setattr(pair_likelihood, "DENSE", 1)
    assert np.allclose(fit(votes).abilities, dense.abilities, atol=1e-8)


def test_bootstrap_fits_every_resample() -> None:
    rows = drawn_votes(6, 300, ties=0.1)
    votes = Votes.of(rows)
    intervals = bootstrap(votes, resamples=40, seed=3)
    generator = np.random.default_rng(3)
    expanded = [vote for number in range(len(votes.counts)) for vote in _row(votes, number)]
    naive = []
    for _ in range(40):
        drawn = generator.integers(len(expanded), size=len(expanded))
        naive.append(fit(Votes.of([expanded[n] for n in drawn], names=votes.names)).abilities)
    low, high = np.quantile(naive, [0.025, 0.975], axis=0)
    assert intervals.used == 40
    assert np.allclose(intervals.low, low, atol=1e-4)
    assert np.allclose(intervals.high, high, atol=1e-4)


def _row(votes: Votes, number: int) -> list[Vote]:
    winner, loser = votes.names[votes.first[number]], votes.names[votes.second[number]]
    vote = Vote(winner, loser, bool(votes.tied[number]), votes.rater_names[votes.raters[number]])
    return [vote] * int(votes.counts[number])


def test_bootstrap_by_rater_is_wider_when_raters_disagree() -> None:
    rows = []
    for rater in range(12):
        order = ("a", "b") if rater % 2 else ("b", "a")
        rows += [Vote(*order, rater=str(rater))] * 30 + [Vote(*order[::-1], rater=str(rater))] * 3
    votes = Votes.of(rows)
    alone = bootstrap(votes, seed=0)
    grouped = bootstrap(votes, by_rater=True, seed=0)
    assert (grouped.high - grouped.low)[0] > 2 * (alone.high - alone.low)[0]


def test_resamples_without_a_maximum_are_left_out_and_counted() -> None:
    votes = Votes.of([Vote("a", "b")] * 6 + [Vote("b", "a")])
    intervals = bootstrap(votes, resamples=100, seed=0)
    assert intervals.left_out > 10
    assert intervals.used + intervals.left_out == 100
    assert np.isfinite(intervals.low).all()
    assert bootstrap(votes, resamples=100, prior=0.5, seed=0).left_out == 0


def test_likelihood_ratio_of_two_is_the_binomial_one() -> None:
    votes = Votes.of_wins(["a", "b"], np.array([[0, 30], [18, 0]]))
    test = likelihood_ratio(votes)
    free = 30 * np.log(30 / 48) + 18 * np.log(18 / 48)
    assert test.statistic == pytest.approx(2 * (free - 48 * np.log(0.5)))
    assert test.degrees == 1
    assert test.p_value == pytest.approx(0.0813, abs=1e-3)


def test_likelihood_ratio_merges_the_named() -> None:
    rows = drawn_votes(5, 300)
    votes = Votes.of(rows)
    names = votes.names
    together = likelihood_ratio(votes, equal=names[:2])
    assert together.degrees == 1
    shared = {names[0]: "both", names[1]: "both"}
    apart = [r for r in rows if not {r.winner, r.loser} <= shared.keys()]
    merged = [
        Vote(shared.get(r.winner, r.winner), shared.get(r.loser, r.loser), r.tie, r.rater)
        for r in apart
    ]
    bound = fit(Votes.of(merged)).log_likelihood + (len(rows) - len(apart)) * np.log(0.5)
    free = fit(votes).log_likelihood
    assert together.statistic == pytest.approx(2 * (free - bound), abs=1e-8)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.integers(0, 10_000))
def test_expected_wins_are_the_wins(size: int, seed: int) -> None:
    """The score equations: each thing wins as often as the fitted chances say (ties count half)."""
    rows = drawn_votes(size, 60 * size, ties=0.15, seed=seed)
    rows += [Vote(v.loser, v.winner, v.tie, v.rater) for v in rows[: 10 * size]]
    model = fit(Votes.of(rows), prior=0.01)
    strength = dict(zip(model.names, np.exp(model.abilities), strict=True))
    for name in model.names:
        expected = won = 0.0
        for vote in rows:
            if name in (vote.winner, vote.loser):
                other = vote.loser if vote.winner == name else vote.winner
                a, b = strength[name], strength[other]
                middle = model.tie_weight * np.sqrt(a * b)
                expected += (a + middle / 2) / (a + b + middle)
                won += 0.5 if vote.tie else float(vote.winner == name)
        assert expected == pytest.approx(won, abs=0.02 + 0.01 * size)


@pytest.mark.parametrize(
    ("rows", "names", "message"),
    [
        ([], None, "no votes"),
        ([Vote("a", "a")], None, "compared with itself"),
        ([Vote("a", "b")], ["a", "c"], "'b'"),
    ],
)
def test_votes_that_make_no_sense(rows: list[Vote], names: list[str] | None, message: str) -> None:
    with pytest.raises(VoteError, match=message):
        Votes.of(rows, names=names)


def test_one_sided_votes_name_who_stands_apart() -> None:
    votes = Votes.of([Vote("a", "b"), Vote("b", "a"), Vote("a", "never wins")])
    with pytest.raises(VoteError, match=r"'never wins' \(1 of 3\).*prior"):
        fit(votes)
    unseen = Votes.of([Vote("a", "b"), Vote("b", "a")], names=["a", "b", "unseen"])
    model = fit(unseen, prior=0.1)
    assert model.abilities == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert model.standard_errors[2] > model.standard_errors[0]


def test_votes_that_are_all_ties() -> None:
    votes = Votes.of([Vote("a", "b", tie=True), Vote("b", "c", tie=True)])
    with pytest.raises(VoteError, match=r"all are ties.*prior"):
        fit(votes)
    model = fit(votes, prior=0.5)
    assert model.abilities == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    # Nothing is known of the abilities but what the prior says: curvature a quarter of it each.
    assert model.standard_errors == pytest.approx([np.sqrt(8 * 2 / 3)] * 3, rel=1e-3)
    assert bootstrap(votes, prior=0.5, resamples=9, seed=0).left_out == 0


@pytest.mark.parametrize(
    "rows",
    [
        [Vote("a", "b"), Vote("a", "b", tie=True)],
        [Vote("a", "b"), Vote("b", "c"), Vote("a", "b", tie=True), Vote("b", "c", tie=True)],
        [Vote("a", "b"), Vote("c", "b"), Vote("a", "c", tie=True), Vote("a", "b", tie=True)],
    ],
)
def test_wins_and_ties_that_tell_one_order(rows: list[Vote]) -> None:
    """The further apart, the greater ν, the likelier they are: there is no end to it."""
    with pytest.raises(VoteError, match=r"one order.*prior"):
        fit(Votes.of(rows))
    assert np.isfinite(fit(Votes.of(rows), prior=0.1).standard_errors).all()


def test_ties_beside_a_circle_of_wins() -> None:
    rows = [Vote("a", "b"), Vote("b", "c"), Vote("c", "a"), Vote("a", "b", tie=True)]
    abilities, nu, value = optimised(rows, ("a", "b", "c"), ties=True)
    model = fit(Votes.of(rows))
    assert model.abilities == pytest.approx(abilities, abs=1e-4)
    assert model.tie_weight == pytest.approx(nu, rel=1e-3)
    assert model.log_likelihood == pytest.approx(value, abs=1e-6)


def test_resamples_without_ties_count() -> None:
    votes = Votes.of([Vote("a", "b")] * 12 + [Vote("b", "a")] * 12 + [Vote("a", "b", tie=True)])
    intervals = bootstrap(votes, resamples=60, seed=0)
    assert intervals.left_out == 0
    assert intervals.high[0] < 1


def test_tables_that_are_no_tables() -> None:
    with pytest.raises(VoteError, match="2 × 2"):
        Votes.of_wins(["a", "b"], np.zeros((3, 3), dtype=np.int64))
    with pytest.raises(VoteError, match="at least one win"):
        Votes.of_wins(["a", "b"], np.eye(2, dtype=np.int64))


def test_settings_out_of_range() -> None:
    votes = Votes.of([Vote("a", "b"), Vote("b", "a")])
    for prior in (-1, np.inf, np.nan):
        with pytest.raises(VoteError, match=str(prior)):
            fit(votes, prior=prior)
    with pytest.raises(VoteError, match="resamples"):
        bootstrap(votes, resamples=0, seed=0)
    with pytest.raises(VoteError, match="two things"):
        likelihood_ratio(votes, equal=["a"])
    with pytest.raises(VoteError, match="'z'"):
        fit(votes).against("z")


def test_abilities_become_a_frame() -> None:
    votes = [Vote("a", "b"), Vote("b", "c"), Vote("b", "c"), Vote("c", "a"), Vote("b", "a")]
    model = fit(Votes.of(votes))
    frame = model.to_pandas()
    assert tuple(frame.index) == model.ranking()
    for name, ability, error in zip(
        model.names, model.abilities, model.standard_errors, strict=True
    ):
        assert frame.loc[name].tolist() == [ability, error]
