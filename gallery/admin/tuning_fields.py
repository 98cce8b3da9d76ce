"""The tuning form's fields in plain words: labels, one sentence each, units, and presets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from annotated_types import Ge, Gt, Le

from storage.archive.manifest import Tuning

Kind = Literal["number", "whole", "percent", "choice", "text"]


@dataclass(frozen=True)
class Field:
    """One value of a tuning as the form asks for it; `choices` are (value, words)."""

    name: str
    label: str
    means: str
    kind: Kind = "number"
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def input(self) -> str:
        """The input's name; shares are asked for in percent, under a name of their own."""
        return f"{self.name}_percent" if self.kind == "percent" else self.name

    @property
    def keyboard(self) -> str:
        """The `inputmode` of the input."""
        return {"whole": "numeric", "text": "text"}.get(self.kind, "decimal")

    def write(self, tuning: Tuning) -> str:
        """The value as the input shows it."""
        value = getattr(tuning, self.name)
        if self.kind == "percent":
            return f"{value * 100:.4g}"
        return f"{value:.10g}" if isinstance(value, float) else str(value)

    @property
    def limits(self) -> str:
        """What may be written, in words; empty for any text."""
        if self.kind in ("text", "choice"):
            return ""
        if self.unit == "US dollars":
            return "0 or more"  # nobody needs to know the greatest sum
        least, above, most = _bounds(self.name)
        if self.kind == "percent":
            least, above, most = (
                None if bound is None else bound * 100 for bound in (least, above, most)
            )
        low = f"{least:g}" if above is None else f"more than {above:g}"
        if most is None:
            return f"{low} or more"
        return f"{low} to {most:,.10g}" if above is None else f"{low}, up to {most:,.10g}"

    def refuse(self, typed: str) -> str:
        """Why a value can't be used, in words."""
        if self.kind == "choice":
            return f"“{typed}” is none of the choices."
        number = "a whole number" if self.kind == "whole" else "a number"
        return f"Write {number}, {self.limits}; “{typed}” can’t be used."


@dataclass(frozen=True)
class Group:
    """Fields that belong together, under one heading."""

    title: str
    fields: tuple[Field, ...]


BETA: Final = Field("beta", "How strange", "0 picks what fits best; 1 what is combined least.")
MONEY: Final = (
    Field(
        "daily_budget",
        "One day may cost",
        "When it is spent, the artist waits until the next day (UTC).",
        unit="US dollars",
    ),
    Field(
        "monthly_budget",
        "One month may cost",
        "When it is spent, the artist waits until the next month (UTC).",
        unit="US dollars",
    ),
)
TIMEZONE: Final = Field(
    "timezone", "Time zone of the quiet hours", "As a city, such as Europe/Berlin.", "text"
)

GROUPS: Final = (
    Group(
        "What is picked",
        (
            Field(
                "floor",
                "Concepts that it looks at",
                "Of all concepts only this share, those that fit best, can be picked.",
                "percent",
                "% of all concepts",
            ),
            Field(
                "temperature",
                "How freely it draws from them",
                "Low: mostly those that fit best. High: nearly all have the same chance.",
            ),
            Field(
                "candidates",
                "Concepts compared for each work",
                "So many are drawn; β decides which of them is picked.",
                "whole",
                "concepts",
            ),
            Field(
                "calibration",
                "Correction for rare words",
                "At 0 words that are rare everywhere win often; at 100 only how rare a word is"
                " beside the others counts.",
                "percent",
                "%",
            ),
            Field(
                "permutations",
                "Measurements of each concept",
                "Each is measured so often, and the mean counts: more is steadier, and slower.",
                "whole",
                "times",
            ),
            Field(
                "patience",
                "Patience with a concept",
                "After so many works in a row that it did not make newer, a concept leaves.",
                "whole",
                "works",
            ),
            Field(
                "rest",
                "Rest after leaving",
                "A concept that left can’t come back for so many works.",
                "whole",
                "works",
            ),
            Field(
                "pool_size",
                "Concepts that it keeps",
                "It works with so many at most, its seeds included.",
                "whole",
                "concepts",
            ),
        ),
    ),
    Group(
        "When it works",
        (
            Field(
                "jitter",
                "Vary each start",
                "Starts come earlier or later by up to this share of the time between works.",
                "percent",
                "%",
            ),
            Field(
                "burst",
                "Works in a row",
                "At each start it makes so many, one after another.",
                "whole",
                "works",
            ),
        ),
    ),
    Group(
        "Feedback",
        (
            Field(
                "feedback",
                "Let β follow",
                "β then changes a little after each work.",
                "choice",
                choices=(
                    ("off", "nothing: β stays where you set it"),
                    ("novelty", "how new its last works were"),
                    ("votes", "what visitors vote"),
                    ("both", "both"),
                ),
            ),
            Field("lowest_beta", "Lowest β", "With feedback, β is never less."),
            Field("highest_beta", "Highest β", "With feedback, β is never more."),
            Field("beta_step", "Greatest step", "β changes by this much after a work, at most."),
        ),
    ),
)
"""What is behind “Advanced”."""

FIELDS: Final = (BETA, *MONEY, TIMEZONE, *(field for group in GROUPS for field in group.fields))

UNITS: Final = (("seconds", 1.0), ("minutes", 60.0), ("hours", 3600.0), ("days", 86400.0))
"""In which the time between two works is told."""


@dataclass(frozen=True)
class Preset:
    """A named choice of what decides how strange the picks are."""

    key: str
    name: str
    means: str
    values: Mapping[str, float | int]

    @property
    def written(self) -> tuple[str, ...]:
        """Its values with their units, β first."""
        tuning = Tuning.model_validate(dict(self.values))
        return tuple(
            each.write(tuning) + (" %" if each.kind == "percent" else "")
            for each in FIELDS
            if each.name in self.values
        )

    @property
    def inputs(self) -> str:
        """What the form's inputs show of it, as JSON for a script."""
        tuning = Tuning.model_validate(dict(self.values))
        return json.dumps(
            {one.input: one.write(tuning) for one in FIELDS if one.name in self.values}
        )


def _preset(key: str, name: str, means: str, *numbers: float) -> Preset:
    beta, floor, temperature, candidates = numbers
    values: dict[str, float | int] = {
        "beta": beta,
        "floor": floor,
        "temperature": temperature,
        "candidates": int(candidates),
        "calibration": 0.25,
    }
    return Preset(key, name, means, MappingProxyType(values))


PRESETS: Final = (
    # Shares of the vocabulary that fit better than the mean pick, and that are more usual
    # (`cas.experiments.collapse`): 0.00, 0.05; 0.04, 0.33; 0.13, 0.65; 0.29, 0.79; 0.59, 0.92.
    _preset("familiar", "Familiar", "What everybody would paint beside it.", 0.2, 0.1, 1.0, 16),
    _preset("gentle", "Gentle", "Fits easily, with a small surprise.", 0.55, 0.18, 2.0, 20),
    _preset("balanced", "Balanced", "Fits, yet is not expected: the default.", 0.85, 0.28, 2.5, 24),
    _preset("bold", "Bold", "Often a leap that needs a second look.", 0.92, 0.5, 3.0, 24),
    _preset(
        "strange", "Strange", "What the models expect least; much will not fit.", 1.0, 0.9, 4.0, 24
    ),
)
"""From familiar to strange."""


def duration(seconds: float) -> str:
    """A time between two works in words: `15 minutes`, `1 hour`, `no break`."""
    number, unit = cadence(seconds)
    return f"{number} {unit[:-1] if number == '1' else unit}" if seconds else "no break"


def changes_in_words(before: Tuning, after: Tuning) -> list[str]:
    """What differs between two tunings: `β 0.85 → 0.9`, `a new work every 4 seconds → 1 hour`."""
    return [
        f"{label} {old} → {new}"
        for label, old, new in (
            *((_named(each), *_both(each, before, after)) for each in FIELDS),
            ("a new work every", duration(before.every), duration(after.every)),
            ("quiet hours", before.quiet or "none", after.quiet or "none"),
        )
        if old != new
    ]


def _both(each: Field, before: Tuning, after: Tuning) -> tuple[str, str]:
    """A field's value in two tunings, in words."""
    chosen = dict(each.choices)
    unit = " %" if each.kind == "percent" else ""
    money = "$" if each.unit == "US dollars" else ""
    old, new = (
        f"{money}{chosen.get(each.write(tuning), each.write(tuning)).partition(':')[0]}{unit}"
        for tuning in (before, after)
    )
    return old, new


def _named(each: Field) -> str:
    """A field's label within a sentence."""
    return "β" if each is BETA else f"{each.label[:1].lower()}{each.label[1:]}"


def cadence(seconds: float) -> tuple[str, str]:
    """A time between two works as number and unit: 900 seconds are 15 minutes."""
    unit, size = next(
        ((name, size) for name, size in reversed(UNITS) if seconds and seconds % size == 0),
        UNITS[0],
    )
    return f"{seconds / size:.10g}", unit


def in_words(tuning: Tuning) -> str:
    """When the artist works, as a sentence."""
    number, unit = cadence(tuning.every)
    every = f"every {number} {unit}" if number != "1" else f"every {unit[:-1]}"
    text = f"A work {every}" if tuning.every else "One work after another"
    if tuning.quiet:
        start, end = tuning.quiet.split("-")
        text += f", none between {start} and {end} ({tuning.timezone})"
    return f"{text}."


def _bounds(name: str) -> tuple[float | None, float | None, float | None]:
    """Least, exclusive least, and greatest value of a tuning's field."""
    found: dict[type, float] = {}
    for one in Tuning.model_fields[name].metadata:
        for kind, bound in ((Ge, "ge"), (Gt, "gt"), (Le, "le")):
            if isinstance(one, kind):
                found[kind] = getattr(one, bound)
    return found.get(Ge), found.get(Gt), found.get(Le)
