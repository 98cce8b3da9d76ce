import numpy as np
import pytest

import worker.studio.scene.forms  # noqa: F401  (fills FORMS)
from worker.studio.plan.depiction import depictions
from worker.studio.scene.model import FORMS, Model, Request, make
from worker.studio.scene.settings import SETTINGS

NAMES_THE_DEFAULT = {
    ("deer", "antlers"),
    ("eagle", "white head"),
    ("mushroom", "spots"),
    ("person", "young"),
}
"""Attributes that say in words what a form shows without them."""

ROWS = [row for rows in depictions().values() for row in rows]
DECLARED = [(form.name, word) for form in FORMS.values() for word in form.attributes]


def looks(model: Model) -> list[object]:
    return [
        (part.name, part.material, part.pattern, part.other, part.repeat, part.glow,
            part.mesh.points.tobytes())
        for part in model.parts
    ]  # fmt: skip


def changes(name: str, word: str) -> bool:
    for seed in (1, 2):
        for pose in FORMS[name].poses:
            plain, told = (
                make(name, Request(np.random.default_rng(seed), pose, words))
                for words in (frozenset[str](), frozenset([word]))
            )
            if looks(plain) != looks(told):
                return True
    return False


@pytest.mark.parametrize(("name", "word"), DECLARED)
def test_every_attribute_changes_its_form(name: str, word: str) -> None:
    assert changes(name, word) != ((name, word) in NAMES_THE_DEFAULT)


def test_concepts_ask_only_for_what_forms_know() -> None:
    for row in ROWS:
        if row.form:
            form = FORMS[row.form]
            assert not row.pose or row.pose in form.poses, row
            assert set(row.attributes) <= set(form.attributes), row


def test_every_form_has_a_use() -> None:
    used = {row.form for row in ROWS}
    used |= {name for kind in SETTINGS.values() for name in kind.scenery}
    assert set(FORMS) <= used
