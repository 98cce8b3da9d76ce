"""What each concept became, as it was measured."""

from __future__ import annotations

from gallery.became import LEFT_OUT, UNSEEN, became
from storage.archive.manifest import Manifest, Shown
from storage.archive.plan import Actor, OtherUse, Plan, Setting, Statement
from tests.manifests import a_manifest

PLAN = Plan(
    setting=Setting(kind="snow field"),
    actors=(
        Actor(concept="church", form="church", pose="standing"),
        Actor(concept="fox", form="dog", pose="standing"),
        Actor(concept="man", form="person", pose="walking", staffage=True),
    ),
    others=(
        OtherUse(concept="winter", use="setting"),
        OtherUse(concept="justice", use="left out"),
        OtherUse(concept="plough", use="left out"),
        OtherUse(concept="fox", use="light"),
    ),
    technique="linocut",
)


def planned(*statements: Statement) -> Manifest:
    manifest = a_manifest()
    composition = manifest.composition.model_copy(update={"plan": PLAN, "statements": statements})
    return manifest.model_copy(update={"composition": composition})


def test_an_actor_that_was_not_found_is_told_as_such() -> None:
    manifest = planned(
        Statement(text="A church.", kind="technique visible 0", holds=True),
        Statement(text="A fox.", kind="visible 1", holds=False),
    )
    told = {one.concept: (one.how, one.shown) for one in became(manifest)}
    assert told == {
        "church": ("church, standing", True),
        "fox": (UNSEEN, False),
        "winter": ("the setting: snow field", True),
        "justice, plough": (LEFT_OUT, False),
    }


def test_without_checks_the_painter_is_believed() -> None:
    manifest = a_manifest()
    painting = manifest.painting.model_copy(update={"shown": (Shown(concept="sea", how="a band"),)})
    (one,) = became(manifest.model_copy(update={"painting": painting}))
    assert (one.concept, one.how) == ("sea", "a band")
