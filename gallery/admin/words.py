"""The states of artists and works in plain words."""

from __future__ import annotations

from typing import Final

from scheduler.status import ArtistStatus
from storage.catalogue import WorkRow
from worker.moderation.openai import UNCHECKED

STEPS: Final = {
    "inspire": "chooses a concept",
    "compose": "writes the title and what the picture shows",
    "paint": "paints",
    "judge": "compares it with earlier works",
    "keep": "stores it",
    "publish": "hands it to other sites",
}
"""What an artist does in each step."""

NOT_CHECKED: Final = "the safety check could not be made"

VISIBILITY: Final = {
    "shown": "shown in full",
    "blurred": "blurred",
    "held": "held back",
    "hidden": "hidden",
    "removed": "taken down",
}


def state_in_words(status: ArtistStatus) -> str:
    """What an artist does now, and why."""
    if status.state == "between cycles":
        due = status.next_cycle_at is None
        return "Its next work is due" if due else "It waits for the time of its next work"
    if status.state == "working" and status.step is not None:
        steps = list(STEPS)
        place = f"step {steps.index(status.step) + 1} of {len(steps)}"
        return f"It makes no. {status.cycle}, and {STEPS[status.step]} ({place})"
    if status.state == "waiting" and status.step is not None:
        return (
            f"It makes no. {status.cycle}; what it tried last failed, and it tries again:"
            f" {status.reason.rstrip('.')}"
        )
    # A reason may begin with the state, which is then not repeated.
    reason = status.reason.removeprefix(status.state).lstrip(": ").rstrip(".")
    state = "It rests" if status.state == "resting" else f"It is {status.state}"
    return f"{state} {reason}" if reason.startswith("by ") else f"{state}{reason and f': {reason}'}"


def why_shown_so(work: WorkRow) -> str:
    """The reason of how a work is shown, as an admin reads it; empty for none."""
    if work.visibility_reason == UNCHECKED:
        return NOT_CHECKED if work.visibility == "held" else ""
    return work.visibility_reason.rstrip(".")
