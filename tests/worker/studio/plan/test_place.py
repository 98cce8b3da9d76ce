import numpy as np
import pytest

from storage.archive.plan import Plan
from worker.studio.marks import TECHNIQUES
from worker.studio.plan.choices import Demand
from worker.studio.plan.depiction import Depiction, Dictionary
from worker.studio.plan.draw import draw_plan
from worker.studio.plan.light import TELLING, choose_hour
from worker.studio.plan.place import _BELONGS, belongs
from worker.studio.scene.layout import look
from worker.studio.scene.model import FORMS
from worker.studio.scene.relations import SURREAL
from worker.studio.scene.settings import SETTINGS
from worker.studio.scene.sky import HOURS

ALL_TECHNIQUES = [(name, technique.words) for name, technique in TECHNIQUES.items()]


def draws(*concepts: str, count: int) -> list[Plan]:
    """Plans of the same concepts by different seeds."""
    read = Dictionary().read
    return [draw_plan(Demand(concepts, n, techniques=ALL_TECHNIQUES), read) for n in range(count)]


def test_every_form_has_several_settings_where_it_belongs() -> None:
    assert set().union(*_BELONGS.values()) <= set(SETTINGS)
    for form in FORMS.values():
        places = [k for k in SETTINGS.values() if form.where in k.takes and belongs(form, k)]
        least = 2 if form.where == "water" or form.height > 4 else 3
        assert len(places) >= least, form.name
        if form.where in ("ground", "air", "sky"):
            assert form.family in _BELONGS, form.name


@pytest.mark.parametrize("seed", ["war", "hills", "sea"])
def test_a_thing_is_not_set_in_a_landscape_by_another_concept(seed: str) -> None:
    for drawn in (*draws("bath", seed, count=4), *draws("eyeglasses", seed, count=4)):
        if any(relation.kind in SURREAL for relation in drawn.relations):
            continue  # a giant is meant to be outdoors
        assert SETTINGS[drawn.setting.kind].scale == "table" or drawn.setting.kind in (
            "room", "window", "void", "paper", "stage",
        )  # fmt: skip


def test_what_flies_has_the_horizon_under_it() -> None:
    for drawn in (*draws("aeroplane", count=3), *draws("balloon", count=3)):
        if drawn.structure is None and SETTINGS[drawn.setting.kind].is_open:
            assert look(drawn, side=120)[0].bottom < drawn.camera.horizon


@pytest.mark.parametrize("concept", ["newspaper", "letter", "ear"])
def test_what_can_neither_stand_nor_fly_hangs_on_a_wall(concept: str) -> None:
    for drawn in draws(concept, count=3):
        if FORMS[drawn.actors[0].form].where == "wall" and not drawn.relations:
            assert drawn.setting.kind in ("room", "paper", "void")
            assert drawn.actors[0].lift > 0


def test_what_is_alone_is_seen_under_a_sky_with_light_and_dark() -> None:
    alone = [*draws("desolation", count=3), *draws("isolation", count=3)]
    alone = [one for one in alone if one.structure and one.structure.kind == "isolation"]
    assert alone
    for drawn in alone:
        named = drawn.light.concept is not None
        sky = SETTINGS[drawn.setting.kind].is_open
        assert named or not sky or HOURS[drawn.light.hour].key <= TELLING
        seen = look(drawn, side=120)[0]
        assert max(seen.height, seen.right - seen.left) > 0.2


def test_hours_without_shadows_come_seldom() -> None:
    rows, demand = [Depiction("horse", form="horse")], Demand(["horse"], 1)
    hours = [
        choose_hour(rows, rows, SETTINGS["meadow"], demand, np.random.default_rng(n))[0]
        for n in range(300)
    ]
    assert sum(hour in ("mist", "overcast", "rain") for hour in hours) < 0.2 * len(hours)
    assert set(hours) == set(SETTINGS["meadow"].hours)
