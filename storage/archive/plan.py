"""The plan of a picture (design §9): what is painted where, and what was checked of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from storage.text import Concept, Line

Number = Annotated[float, Field(ge=-1e6, le=1e6)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Setting(_Part):
    """Where it is: `kind` is a row of the studio's settings."""

    kind: Line
    concept: Concept | None = Field(None, description="the concept that asks for it, if any")
    viewpoint: Line = Field("eye level", description="low, eye level or high")
    features: tuple[Line, ...] = Field((), description="what else stands there, behind the actors")


class Actor(_Part):
    """Something that the picture is about, and where it stands.

    The numbers are the layout's: `x` is across, `distance` away from the viewer, `lift` above the
    ground, `height` its own, all in metres; `turn` is in degrees about the upright.
    """

    concept: Concept
    form: Line = Field(description="a row of the studio's table of forms")
    pose: Line = ""
    attributes: tuple[Line, ...] = ()
    colour: Line = Field("", description="name of the pigment of its main part")
    scale: Line = Field("life", description="life, giant or tiny, against the other actors")
    seed: int = 0
    x: Number = 0.0
    distance: Number = 5.0
    lift: Number = 0.0
    height: Number = 1.0
    turn: Number = 0.0
    mirrored: bool = False
    rest: Line = Field("", description="wall, flat or planted, where it can't stand by itself")
    staffage: bool = Field(False, description="it stands for no concept, and gives the scale")


class Relation(_Part):
    """What one actor does to another; both are indices of the plan's actors."""

    kind: Line = Field(
        description="holds, carries, bears, frames, encloses, supports, towers over, hovers over,"
        " lacks its head for, casts the shadow of"
    )
    subject: int = Field(ge=0)
    object: int = Field(ge=0)


class Lighting(_Part):
    """The key light."""

    hour: Line = Field("day", description="a row of the studio's hours and weathers")
    concept: Concept | None = None
    direction: Line = Field("left", description="left, right, behind, above, front or below")
    key: Line = Field("middle", description="low, middle or high: how light the picture is")
    pattern: Line = Field("", description="disc, panes, blinds, beam or edge; empty: falls evenly")


class Pigment(_Part):
    """One colour of the palette."""

    name: Line
    colour: str = Field(pattern=r"^#[0-9a-f]{6}$")
    share: float = Field(ge=0, le=1, description="share of the picture's area that it aims at")
    role: Line = Field("", description="back, ground, main, second, dark or accent")


class Structure(_Part):
    """What an abstract concept does to the whole picture."""

    kind: Line
    concept: Concept | None = None


class Camera(_Part):
    """The view that the layout chose."""

    height: Number = 1.6
    lens: float = Field(38.0, ge=1, le=120)
    horizon: Number = Field(0.5, description="rows of the picture above the horizon, 0..1")


class OtherUse(_Part):
    """What a concept does that is no actor."""

    concept: Concept
    use: Line = Field(description="setting, light, structure or left out")
    how: Line = ""


class Statement(_Part):
    """One sentence of the prompt that can be checked in the picture, and its check."""

    text: Line
    kind: Line
    holds: bool | None = Field(None, description="None: not measured")
    measured: Line = ""


class Plan(_Part):
    """A picture, planned once and painted as planned."""

    setting: Setting
    actors: tuple[Actor, ...] = ()
    relations: tuple[Relation, ...] = ()
    light: Lighting = Lighting()
    palette: tuple[Pigment, ...] = ()
    structure: Structure | None = None
    technique: Line
    format: float = Field(1.0, ge=0.25, le=4, description="width over height")
    accent: Line = Field("", description="what carries the accent colour")
    camera: Camera = Camera()
    others: tuple[OtherUse, ...] = ()
    seed: int = 0

    @property
    def accented(self) -> int | None:
        """Index of the actor that carries the accent colour, if one does."""
        named = (i for i, actor in enumerate(self.actors) if actor.concept == self.accent)
        return next(named, None) if self.accent else None

    @property
    def shown(self) -> frozenset[str]:
        """The concepts that the picture shows, as an actor or in another way."""
        actors = {actor.concept for actor in self.actors if not actor.staffage}
        return frozenset(actors | {o.concept for o in self.others if o.use != "left out"})
