"""What a picture's words say is measured: true words hold, and turned about they do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from storage.archive.plan import Statement
from tests.worker.studio.studies import CONCEPTS, measured, plan, sheet
from worker.studio.check import Rendered, check
from worker.studio.field.colour import from_hex, to_oklab
from worker.studio.scene.sky import DIRECTIONS
from worker.studio.scene.structures import COUNTS

STUDIES = range(0, len(CONCEPTS), 2)


def holds(number: int, kind: str) -> bool | None:
    (checked,) = check([Statement(text="It is so.", kind=kind)], measured(number))
    return checked.holds


def statements(word: str) -> list[tuple[int, list[str]]]:
    """The true statements of the studies that check one thing: number and its words."""
    return [
        (number, said.kind.split(" "))
        for number in STUDIES
        for said in sheet(number).statements
        if said.kind.startswith(word) and said.holds
    ]


def gap(first: str, second: str) -> float:
    """Light and shade change a colour's lightness: half of it counts."""
    step = to_oklab(from_hex(first)) - to_oklab(from_hex(second))
    return float(np.linalg.norm(step * (0.5, 1, 1)))


def test_most_of_what_is_said_is_so() -> None:
    found = [said for number in STUDIES for said in sheet(number).statements]
    wrong = [(said.text, said.measured) for said in found if said.holds is False]
    assert len(found) > 60
    # Twenty studies are few: `benchmarks.studio.truth` measures two hundred works.
    assert len(wrong) < 0.14 * len(found), wrong
    assert all(said.measured for said in found if said.kind.startswith(("place", "colour", "key")))


def test_sides_turned_about_are_wrong() -> None:
    found = statements("place")
    assert found
    for number, (_, actor, place, *_) in found:
        assert holds(number, f"place {actor} {place}")
        for other in {"left", "right"} - {place}:
            if {place, other} == {"left", "right"}:
                assert holds(number, f"place {actor} {other}") is False


def test_sizes_turned_about_are_wrong() -> None:
    for number, words in statements("place"):
        actor, size = words[words.index("size") + 1 :]
        other = {"small": "large", "medium": "huge", "large": "small", "huge": "small"}[size]
        assert holds(number, f"size {actor} {size}")
        assert holds(number, f"size {actor} {other}") is False


def test_other_colours_are_wrong() -> None:
    found = statements("colour")
    for number, (_, actor, *name) in found:
        assert holds(number, f"colour {actor} {' '.join(name)}")
        own = next(p for p in plan(number).palette if p.name == " ".join(name))
        for other in plan(number).palette:
            if gap(own.colour, other.colour) > 0.2:
                assert holds(number, f"colour {actor} {other.name}") is False
    for number in STUDIES:
        assert holds(number, "colour 0 no such pigment") is False


def test_light_from_the_other_side_is_wrong() -> None:
    found = statements("light")
    assert found
    for number, (_, direction) in found:
        other = {"left": "right", "right": "left", "above": "below", "below": "above"}.get(
            direction
        )
        assert direction in DIRECTIONS
        if other:
            assert not holds(number, f"light {other}")


def test_a_picture_is_not_both_dark_and_light() -> None:
    for number in STUDIES:
        assert not (holds(number, "key low") and holds(number, "key high"))


def test_counts_that_are_one_off_are_wrong() -> None:
    for number in STUDIES:
        structure = plan(number).structure
        if structure is None or structure.kind not in COUNTS:
            continue
        count = COUNTS[structure.kind]
        if holds(number, f"structure {structure.kind} {count}"):
            assert holds(number, f"structure {structure.kind} {count + 1}") is False
            assert holds(number, f"structure {structure.kind} {count - 1}") is False


def test_what_is_nearer_is_not_farther() -> None:
    for number, (_, near, far) in statements("nearer"):
        assert holds(number, f"nearer {far} {near}") is False


def test_what_is_not_there_is_not_seen() -> None:
    for number in STUDIES:
        assert holds(number, "technique visible 7") is False
        assert holds(number, "place 7 left size 7 large") is False
        assert holds(number, "feature 9") is False


def grey(number: int, inside: float, outside: float, *, half: float | None = None) -> Rendered:
    """A study whose first actor has one grey, or two, on another."""
    picture = measured(number)
    mask = picture.mask(0)
    level = np.where(mask, np.float32(inside), np.float32(outside))
    if half is not None:
        columns = np.nonzero(mask)[1]
        level[mask & (np.arange(mask.shape[1]) < np.median(columns))] = half
    colour = np.repeat(level[..., None], 3, axis=-1).astype(np.float32)
    return replace(picture, target=replace(picture.target, colour=colour))


def told(picture: Rendered) -> Statement:
    said = Statement(text="The skull stands out from what is behind.", kind="contrast 0")
    return check([said], picture)[0]


def test_what_stands_out_is_said_to_be_lighter_or_darker() -> None:
    assert told(grey(3, 0.9, 0.3)).text == "The skull is lighter than what is behind."
    assert told(grey(3, 0.1, 0.6)).text == "The skull is darker than what is behind."


def test_what_is_half_light_and_half_dark_or_grey_on_grey_does_not_stand_out() -> None:
    assert told(grey(3, 0.9, 0.5, half=0.1)).holds is False
    assert told(grey(3, 0.52, 0.5)).holds is False


def test_a_disc_that_has_the_colour_of_the_sky_is_not_seen() -> None:
    number, drawn = next(
        (n, plan(n)) for n in range(len(CONCEPTS)) if plan(n).light.pattern == "disc"
    )
    assert drawn.light.pattern == "disc"
    picture = measured(number)
    flat = np.full_like(picture.target.colour, 0.5)
    blank = replace(picture, target=replace(picture.target, colour=flat))
    said = Statement(text="The sun stands large behind it.", kind="pattern disc")
    assert check([said], blank)[0].holds is False


def test_one_wrong_word_makes_a_sentence_wrong() -> None:
    number, (_, actor, *_) = statements("place")[0]
    assert holds(number, f"technique visible {actor} visible 7") is False


def test_wrong_areas_are_put_right() -> None:
    said = Statement(text="Nothing and none take the largest areas.", kind="areas nothing;none")
    (checked,) = check([said], measured(0))
    assert checked.holds
    names = {pigment.name for pigment in plan(0).palette}
    first, second = checked.kind.removeprefix("areas ").split(";")
    assert {first, second} <= names
    assert first.lower() in checked.text.lower()
    assert check([checked], measured(0)) == (checked,)


@pytest.mark.parametrize("kind", ["technique", "setting sea"])
def test_what_has_no_measure_is_not_called_wrong(kind: str) -> None:
    assert holds(0, kind) is not False
