"""Read the tuning form: what was typed, the tuning it means, and what is wrong with each field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from gallery.admin.tuning_fields import (
    BETA,
    FIELDS,
    GROUPS,
    PRESETS,
    UNITS,
    Group,
    Preset,
    cadence,
)
from gallery.admin.tuning_fields import Field as TuningField
from storage.archive.manifest import Tuning
from worker.config.types import parse_duration

NAMES = frozenset(
    [
        *(name for each in FIELDS for name in (each.name, each.input)),
        *("every", "every_number", "every_unit", "quiet", "quiet_from", "quiet_until", "preset"),
    ]
)
"""Inputs that the form has, and the names of the tuning itself."""

DRAWING = (
    *("floor", "temperature", "candidates", "calibration", "permutations"),
    *("feedback", "lowest_beta", "highest_beta", "beta_step"),
)
"""Values other than β that decide what is picked next."""

_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class TuningForm:
    """The form: what each input shows, and what is wrong with it, by the input's name.

    `tuning` is what the form means; with faults, the one it began with.
    """

    tuning: Tuning
    shown: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[Group, ...] = GROUPS
    units: tuple[str, ...] = tuple(name for name, _ in UNITS)
    presets: tuple[Preset, ...] = PRESETS

    @property
    def preset(self) -> str:
        """The key of the preset that the tuning agrees with; empty for none."""
        return next((one.key for one in PRESETS if _agrees(one, self.tuning)), "")

    @property
    def fields(self) -> tuple[TuningField, ...]:
        """Every field, for the list of their exact names."""
        return FIELDS

    @property
    def preset_labels(self) -> tuple[str, ...]:
        """The labels of what a preset sets besides β."""
        return tuple(each.label for each in FIELDS if each.name in PRESETS[0].values)[1:]

    @property
    def slider_step(self) -> str:
        """The slider's step; any, where β lies between two of the usual ones."""
        hundredths = self.tuning.beta * 100
        return "0.01" if abs(hundredths - round(hundredths)) < 1e-9 else "any"

    def is_faulty(self, group: Group) -> bool:
        """Whether a field of a group can't be used, so that it has to be in sight."""
        return any(each.input in self.faults for each in group.fields)


def read_form(tuning: Tuning, typed: Mapping[str, str]) -> TuningForm:
    """The form after somebody typed some of its inputs over a tuning."""
    typed = {name: text.strip() for name, text in typed.items()}
    reader = _Reader(tuning, typed)
    preset = next((one for one in PRESETS if one.key == typed.get("preset")), None)
    wanted = reader.read()
    shown = {**_written(tuning), **{name: typed[name] for name in NAMES & typed.keys()}}
    shown |= reader.shown
    if preset is not None:
        wanted |= preset.values
        for each in FIELDS:
            if each.name in preset.values:
                reader.faults.pop(each.input, None)
    try:
        meant = Tuning.model_validate({**tuning.model_dump(), **wanted})
    except ValidationError as error:
        reader.note(error)
        return TuningForm(tuning, shown, reader.faults)
    if preset is not None:
        shown |= {each.input: each.write(meant) for each in FIELDS if each.name in preset.values}
    return TuningForm(tuning if reader.faults else meant, shown, reader.faults)


class _Reader:
    """Reads typed inputs one by one; `faults` has what can't be used."""

    def __init__(self, tuning: Tuning, typed: Mapping[str, str]) -> None:
        self._tuning = tuning
        self._typed = typed
        self.faults: dict[str, str] = {}
        self.shown: dict[str, str] = {}

    def read(self) -> dict[str, object]:
        values: dict[str, object] = {}
        for each in FIELDS:
            if each.name in self._typed:  # as in an address or a program's request
                values[each.name] = self._typed[each.name].replace(",", ".")
                if each.kind == "percent":
                    self.shown[each.input] = self._typed[each.name]
            if each.kind == "percent" and each.input in self._typed:
                self._read_percent(each, values)
        self._read_every(values)
        self._read_quiet(values)
        return values

    def note(self, error: ValidationError) -> None:
        """Say of each field that the tuning refuses why."""
        for fault in error.errors():
            name = str(fault["loc"][0]) if fault["loc"] else ""
            each = next((one for one in FIELDS if one.name == name), None)
            if name == "timezone":
                self.faults[name] = (
                    f"There is no time zone “{fault['input']}”; write for example Europe/Berlin."
                )
            elif each is not None:
                typed = self._typed.get(each.input, self._typed.get(each.name, ""))
                self.faults.setdefault(each.input, each.refuse(typed))
            elif name == "every":
                self.faults["every_number"] = "Write a time from 0 to ten years."
            elif not name:
                self.faults[BETA.input] = (
                    "With feedback, β must lie between its lowest and its highest value"
                    " (under Advanced, Feedback)."
                )

    def _read_percent(self, each: TuningField, values: dict[str, object]) -> None:
        text = self._typed[each.input]
        if _NUMBER.fullmatch(text):
            values[each.name] = round(float(text.replace(",", ".")) / 100, 8)
        else:
            self.faults[each.input] = each.refuse(text)

    def _read_every(self, values: dict[str, object]) -> None:
        text = self._typed.get("every_number", self._typed.get("every"))
        if text is None:
            return
        self.shown["every_number"] = text
        if "every_number" not in self._typed:
            try:
                values["every"] = parse_duration(text)
            except ValueError:
                self._refuse_every(text)
            return
        size = dict(UNITS).get(self._typed.get("every_unit", "minutes"))
        if size is None or not _NUMBER.fullmatch(text):
            self._refuse_every(text)
        else:
            values["every"] = float(text.replace(",", ".")) * size

    def _refuse_every(self, text: str) -> None:
        self.faults["every_number"] = f"Write a number, such as 15; “{text}” can’t be used."

    def _read_quiet(self, values: dict[str, object]) -> None:
        if "quiet" in self._typed:
            start, _, end = self._typed["quiet"].partition("-")
        elif {"quiet_from", "quiet_until"} & self._typed.keys():
            start, end = self._typed.get("quiet_from", ""), self._typed.get("quiet_until", "")
        else:
            return
        self.shown |= {"quiet_from": start, "quiet_until": end}
        if not start and not end:
            values["quiet"] = ""
            return
        times = [_TIME.fullmatch(text) for text in (start, end)]
        if None in times:
            self.faults["quiet_from"] = (
                "Write both times, such as 22:00 and 07:00, or leave both empty."
            )
        else:
            values["quiet"] = "-".join(f"{int(t[1]):02d}:{t[2]}" for t in times if t)


def _written(tuning: Tuning) -> dict[str, str]:
    """What every input shows of a tuning."""
    number, unit = cadence(tuning.every)
    start, _, end = tuning.quiet.partition("-")
    return {
        **{each.input: each.write(tuning) for each in FIELDS},
        "every_number": number,
        "every_unit": unit,
        "quiet_from": start,
        "quiet_until": end,
    }


def _agrees(preset: Preset, tuning: Tuning) -> bool:
    return all(getattr(tuning, name) == value for name, value in preset.values.items())
