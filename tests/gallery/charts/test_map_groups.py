"""Groups of near works and their names."""

from __future__ import annotations

import numpy as np

from gallery.charts.map_groups import group_places

CORNERS = ((-0.9, -0.9), (0.9, -0.9), (0.0, 0.9))
OWN = ("kiln", "heron", "moth")


def test_groups_are_where_works_gather_and_named_by_their_own_concepts() -> None:
    dice = np.random.default_rng(0)
    places = np.concatenate([dice.normal(at, 0.03, (5, 2)) for at in CORNERS])
    concepts = [("sea", own, f"once {i}") for own in OWN for i in range(5)]
    groups = group_places(places, concepts)
    assert {group.concepts for group in groups} == {(own,) for own in OWN}
    assert all(group.works == 5 for group in groups)
    for group in groups:
        at = CORNERS[OWN.index(group.concepts[0])]
        assert np.hypot(group.x - at[0], group.y - at[1]) < 0.1
    assert group_places(places, concepts) == groups


def test_few_works_have_no_groups_and_equal_places_are_no_error() -> None:
    assert group_places(np.zeros((0, 2)), []) == ()
    assert group_places(np.zeros((11, 2)), [("sea",)] * 11) == ()
    assert group_places(np.zeros((40, 2)), [("sea",)] * 40) == ()
