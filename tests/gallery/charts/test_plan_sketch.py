"""The sketch of a plan, against the projection worked out by hand."""

from __future__ import annotations

import math

from gallery.charts.plan_sketch import sketch_plan
from storage.archive.plan import Actor, Camera, Pigment, Plan, Setting

LENS = math.degrees(2 * math.atan(0.5))
"""The angle over the shorter side at which a thing as far as it is high fills that side."""

PALETTE = (
    Pigment(name="dusk", colour="#112233", share=0.5, role="back"),
    Pigment(name="clay", colour="#445566", share=0.3, role="ground"),
    Pigment(name="coal", colour="#778899", share=0.2, role="main"),
)


def plan(*actors: Actor, width: float = 1.0) -> Plan:
    return Plan(
        setting=Setting(kind="shore"),
        actors=actors,
        palette=PALETTE,
        technique="oil",
        format=width,
        camera=Camera(height=1.0, lens=LENS, horizon=0.4),
    )


def test_an_actor_stands_where_the_lens_puts_it() -> None:
    actor = Actor(concept="kiln", form="kiln", colour="clay", x=0.5, distance=2, height=1)
    sketch = sketch_plan(plan(actor, width=1.5))
    assert sketch is not None
    assert (sketch.width, sketch.height, sketch.horizon) == (150, 100, 40)
    assert (sketch.sky, sketch.ground) == ("#112233", "#445566")
    (blob,) = sketch.blobs
    # At two metres a metre takes 50 of 100 units: the foot is 50 below the horizon, the top at it.
    assert (blob.x, blob.y, blob.tall) == (100, 65, 25)
    assert blob.colour == "#445566"


def test_near_actors_cover_far_ones_and_have_the_main_colour_by_default() -> None:
    near, far = (Actor(concept=f"a{d}", form="cat", distance=d) for d in (2, 9))
    sketch = sketch_plan(plan(near, far))
    assert sketch is not None
    assert [blob.tall for blob in sketch.blobs] == sorted(blob.tall for blob in sketch.blobs)
    assert {blob.colour for blob in sketch.blobs} == {"#778899"}


def test_without_a_palette_there_is_no_sketch() -> None:
    assert sketch_plan(plan().model_copy(update={"palette": ()})) is None
