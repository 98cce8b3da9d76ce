"""Tuning in words: presets, cadence, money, faults at their fields, and the picks at every β."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from cas import CulturalAlienSampler
from gallery.admin.tuning_fields import FIELDS, PRESETS, cadence, in_words
from gallery.admin.tuning_form import read_form
from gallery.picks_by_beta import STEPS, nearby, pick_at, picks_by_beta
from storage.archive.manifest import Candidate, Inspiration, Pool, PoolEntry, Tuning
from tests.gallery.admin.desk import send
from worker.steps.inspire import sampler_tuning

TUNING = Tuning(beta=0.7, every=900, quiet="22:00-07:00", timezone="Europe/Berlin", jitter=0.25)


def test_a_form_that_is_sent_back_unchanged_means_the_same_tuning() -> None:
    shown = read_form(TUNING, {}).shown
    assert (shown["every_number"], shown["every_unit"]) == ("15", "minutes")
    assert (shown["quiet_from"], shown["quiet_until"]) == ("22:00", "07:00")
    assert shown["jitter_percent"] == "25"
    again = read_form(Tuning(), shown)
    assert again.tuning == TUNING and not again.faults


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        ({"every_number": "2", "every_unit": "hours"}, "every", 7200),
        ({"every_number": "1,5", "every_unit": "days"}, "every", 129_600),
        ({"every_number": "0", "every_unit": "minutes"}, "every", 0),
        ({"every": "90s"}, "every", 90),
        ({"quiet_from": "", "quiet_until": ""}, "quiet", ""),
        ({"quiet_from": "9:30", "quiet_until": "17:00"}, "quiet", "09:30-17:00"),
        ({"floor_percent": "28"}, "floor", 0.28),
        ({"calibration_percent": "12,5"}, "calibration", 0.125),
        ({"daily_budget": "7,50"}, "daily_budget", 7.5),
        ({"feedback": "votes"}, "feedback", "votes"),
    ],
)
def test_words_become_values(typed: dict[str, str], field: str, value: object) -> None:
    form = read_form(TUNING, typed)
    assert not form.faults
    assert form.tuning == TUNING.model_copy(update={field: value})


@pytest.mark.parametrize(
    ("typed", "at", "says"),
    [
        ({"beta": "much"}, "beta", "Write a number, 0 to 1; “much” can’t be used."),
        ({"patience": "0"}, "patience", "Write a whole number, 1 to 1,000; “0” can’t be used."),
        ({"patience": "2.5"}, "patience", "whole number"),
        ({"floor_percent": "0"}, "floor_percent", "more than 0, up to 100; “0”"),
        ({"jitter_percent": "130"}, "jitter_percent", "0 to 100; “130”"),
        ({"every_number": "soon"}, "every_number", "Write a number, such as 15; “soon”"),
        ({"every_number": "99999", "every_unit": "days"}, "every_number", "ten years"),
        ({"quiet_from": "22:00"}, "quiet_from", "Write both times"),
        ({"quiet_from": "25:00", "quiet_until": "7:00"}, "quiet_from", "Write both times"),
        ({"timezone": "Mars/Olympus"}, "timezone", "no time zone “Mars/Olympus”"),
        ({"daily_budget": "-1"}, "daily_budget", "0 or more; “-1”"),
        ({"feedback": "mood"}, "feedback", "none of the choices"),
        ({"feedback": "novelty", "lowest_beta": "0.9"}, "beta", "between its lowest"),
    ],
)
def test_each_fault_is_told_in_words_at_its_field(
    typed: dict[str, str], at: str, says: str
) -> None:
    form = read_form(TUNING, typed)
    assert form.faults.keys() == {at}
    assert says in form.faults[at]
    assert not re.search(r"[\\^$\[\]{}]|pattern|string_|input_", form.faults[at])
    assert form.tuning == TUNING
    for name, text in typed.items():
        assert form.shown[name] == text


def test_all_faults_are_told_at_once_and_what_was_typed_stays(ann: TestClient, stores) -> None:
    before = stores.catalogue.artists.tuning("ada")
    typed = {"patience": "none", "daily_budget": "a lot", "quiet_from": "22:00", "beta": "0.4"}
    answer = send(ann, "/admin/artists/ada/tuning", **typed)
    assert answer.status_code == 400
    assert "3 values below can’t be used" in answer.text
    for text in ("none", "a lot", "22:00", "0.4"):
        assert f'value="{text}"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 3
    assert re.search(r'<details class="group" open><summary>What is picked', answer.text)
    assert '<details class="group"><summary>Feedback' in answer.text
    assert stores.catalogue.artists.tuning("ada") == before


def test_presets_go_from_familiar_to_strange_and_balanced_is_the_default() -> None:
    assert [one.name for one in PRESETS] == ["Familiar", "Gentle", "Balanced", "Bold", "Strange"]
    for name in ("beta", "floor", "temperature"):
        values = [one.values[name] for one in PRESETS]
        assert values == sorted(values)
    default = Tuning(beta=0.85, floor=0.28, temperature=2.5, candidates=24, calibration=0.25)
    assert read_form(default, {}).preset == "balanced"
    assert read_form(TUNING, {}).preset == ""


def test_a_preset_fills_the_form_and_saves_nothing(ann: TestClient, stores, tried: list) -> None:
    before = stores.catalogue.artists.tuning("ada")
    typed = {"preset": "strange", "beta": "0.3", "every_number": "3", "every_unit": "hours"}
    page = send(ann, "/admin/artists/ada/tuning", **typed).text
    assert 'name="floor_percent" value="90"' in page
    assert 'name="every_number" value="3"' in page, "what else was typed stays"
    assert page.count('aria-pressed="true"') == 1
    (_, tuning), (_, now) = tried
    assert now == before.tuning, "it is compared with what is set now"
    assert (tuning.beta, tuning.floor, tuning.every) == (1.0, 0.9, 10_800)
    assert stores.catalogue.artists.tuning("ada") == before
    shown = dict(re.findall(r'<input[^>]* name="([a-z_]+)"[^>]* value="([^"]*)"', page))
    del shown["csrf"]
    assert send(ann, "/admin/artists/ada/tuning", **shown).headers["location"].endswith("tuned")
    assert stores.catalogue.artists.tuning("ada").tuning.floor == 0.9


def test_every_value_of_a_tuning_can_be_set() -> None:
    named = {field.name for field in FIELDS} | {"every", "quiet"}
    assert named == set(Tuning.model_fields)


@pytest.mark.parametrize(
    ("tuning", "words"),
    [
        (Tuning(every=900), "A work every 15 minutes."),
        (Tuning(every=3600), "A work every hour."),
        (Tuning(every=5400), "A work every 90 minutes."),
        (Tuning(every=0), "One work after another."),
        (TUNING, "A work every 15 minutes, none between 22:00 and 07:00 (Europe/Berlin)."),
    ],
)
def test_the_cadence_is_told_in_words(tuning: Tuning, words: str) -> None:
    assert in_words(tuning) == words
    number, unit = cadence(tuning.every)
    back = read_form(Tuning(), {"every_number": number, "every_unit": unit})
    assert back.tuning.every == tuning.every


@pytest.fixture(scope="module")
def pick() -> Callable[[float], Inspiration]:
    """What the real sampler picks at a β, beside sea and sky, with one seed."""
    sampler = CulturalAlienSampler.from_pretrained()
    pool = Pool(entries=tuple(PoolEntry(concept=one, seed=True) for one in ("sea", "sky")))

    def at(beta: float) -> Inspiration:
        tuning = Tuning(beta=beta, candidates=24, floor=0.28, calibration=0.25)
        found = sampler.sample(pool.concepts, tuning=sampler_tuning(tuning), seed=3)
        candidates = tuple(Candidate(**one._asdict()) for one in found.candidates)
        return Inspiration(
            concept=found.concept,
            pool_before=pool,
            candidates=candidates,
            seed=3,
            models=sampler.fingerprint,
        )

    return at


def test_one_preview_tells_the_picks_of_the_sampler_at_every_beta(
    pick: Callable[[float], Inspiration],
) -> None:
    ranges = picks_by_beta(pick(0.85))
    assert ranges[0].low == 0 and ranges[-1].high == 1
    assert len({one.concept for one in ranges}) > 2
    for step in range(0, STEPS + 1, 5):
        beta = step / STEPS
        assert pick_at(ranges, beta).concept == pick(beta).concept
    lower, now, higher = nearby(ranges, 0.9)
    assert (lower[0], now[0], higher[0]) == (0.7, 0.9, 1.0)


def test_a_pick_says_why(pick: Callable[[float], Inspiration]) -> None:
    found = pick(0.0)
    best, others = found.candidates[0], found.candidates[1:]
    rarer = sum(one.context_rank < best.context_rank for one in others)
    first = picks_by_beta(found)[0]
    assert first.why == (
        f"It fits better than 23 of the 23 others. {rarer} of them are more expected beside such"
        " concepts."
    )
    alone = found.model_copy(update={"candidates": found.candidates[:1]})
    assert picks_by_beta(alone)[0].why == "It was the only concept that could be proposed."


def test_the_picks_are_a_part_of_the_page(ann: TestClient, stores, tried: list) -> None:
    part = ann.get("/admin/artists/ada/picks?beta=0.5&temperature=3").text
    assert "<html" not in part
    assert "As it is set now, β 0.7" in part and "It would pick" in part
    assert "A little more familiar, β" in part and "A little stranger, β" in part
    assert "The same pick as now. Not saved yet." in part, "the sample always picks the same"
    (name, tuning), (_, now) = tried
    assert now == stores.catalogue.artists.tuning("ada").tuning
    assert (name, tuning.beta, tuning.temperature) == ("ada", 0.5, 3)
    assert "can’t be used" in ann.get("/admin/artists/ada/picks?temperature=hot").text
    assert len(tried) == 2
    assert "This is what is set now." in ann.get("/admin/artists/ada/picks").text
    assert ann.get("/admin/artists/nobody/picks").status_code == 404


def test_works_are_shown_by_the_beta_that_they_were_made_with(ann: TestClient) -> None:
    page = ann.get("/admin/artists/ada").text
    assert "<strong>β 0.85</strong> · 3 works" in page
    images = re.findall(r"/admin/images/\w+", page)
    assert len(images) == len(set(images)) == 3, "each once, beside the slider"
    assert "/admin/images/" not in page.partition('id="effects"')[2]
