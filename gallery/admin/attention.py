"""What waits for a person: each thing in a sentence, with the action that mends it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gallery.admin.words import NOT_CHECKED
from gallery.html.dates import moment
from storage.catalogue import ArtistRow, Catalogue, WorkFilter
from worker.moderation.openai import UNCHECKED

_OWN_WORDS: Final = frozenset({"paused", "breaker"})
"""Alarms that are told here from the artist's own state, with more to say."""

_OTHERWISE_TOLD: Final = frozenset({"publications", "failed-publications", "review"})
"""Alarms whose cause is told here with the buttons that mend it."""

MOST: Final = 1000
"""Works or publications that are counted."""


@dataclass(frozen=True)
class Act:
    """A form's button if it `sends`, else a link: a label and the address below /admin."""

    label: str
    to: tuple[str, ...]
    sends: bool = False
    query: tuple[tuple[str, str], ...] = ()
    part: str = ""


@dataclass(frozen=True)
class Matter:
    """One thing that waits for a person; `artist` is empty if it is about all."""

    artist: str
    says: str
    acts: tuple[Act, ...]
    for_admins: bool = True


def matters(catalogue: Catalogue, titles: Mapping[str, str]) -> list[Matter]:
    """Everything that waits for a person now, what stops an artist first.

    `titles` names the artists.
    """
    artists = [artist for artist in catalogue.artists.all() if not artist.retired]
    found = [matter for artist in artists for matter in _stopped(catalogue, artist, titles)]
    told = {matter.artist for matter in found}
    return [
        *found,
        *_alarms(catalogue, told, titles),
        *_unchecked(catalogue),
        *_held(catalogue),
        *_publications(catalogue),
    ]


def _stopped(
    catalogue: Catalogue, artist: ArtistRow, titles: Mapping[str, str]
) -> Iterator[Matter]:
    """Why an artist makes no works, unless a person paused it."""
    title, name = titles[artist.name], artist.name
    see = Act("See the artist", ("artists", name))
    again = Act("Try again now", ("artists", name, "resume"), sends=True)
    if artist.paused:
        if not artist.paused_by:
            go_on = Act("Resume", ("artists", name, "resume"), sends=True)
            says = f"{title} paused after an error: {_ended(artist.pause_reason)}"
            yield Matter(name, says, (go_on, see))
        return
    failed, newest = catalogue.cycles.failed_since_work(name)
    if failed and newest is not None:
        last = "Its last attempt" if failed == 1 else f"Its last {failed} attempts"
        # The catalogue keeps the reason of a failed cycle where it keeps that of a waiting one.
        says = f"{title} made no work. {last} failed, the newest at the step {newest.step}"
        yield Matter(name, f"{says}: {_ended(newest.last_error)}", (again, see))
        return
    cycle = catalogue.cycles.current(name)
    if cycle is not None and cycle.last_error:
        says = f"{title} can’t go on with no. {cycle.number}: {_ended(cycle.last_error)}"
        yield Matter(name, says, (again, see))


def _alarms(catalogue: Catalogue, told: set[str], titles: Mapping[str, str]) -> Iterator[Matter]:
    for row in catalogue.alarms.active():
        alarm = row.alarm
        if alarm.artist in told and alarm.kind in {*_OWN_WORDS, "silent"}:
            continue
        if alarm.kind in _OTHERWISE_TOLD:
            continue
        says = f"{alarm.message[:1].upper()}{_ended(alarm.message[1:])}"
        if not alarm.artist:
            look = Act("See the publications", ("publications",))
            yield Matter("", says, (look,) if alarm.kind.startswith("channel") else ())
            continue
        see = Act("See the artist", ("artists", alarm.artist))
        act = Act("Try again now", ("artists", alarm.artist, "resume"), sends=True)
        if alarm.kind.startswith("budget"):
            act = Act("Change the budget", ("artists", alarm.artist), part="#money")
        yield Matter(
            alarm.artist,
            f"{titles.get(alarm.artist, alarm.artist)}: {_ended(alarm.message)}",
            (act, see),
        )


def _unchecked(catalogue: Catalogue) -> Iterator[Matter]:
    waiting = catalogue.works.held(UNCHECKED, limit=MOST)
    if not waiting:
        return
    first = min(work.created_at for work in waiting)
    newest = [catalogue.works.newest(artist=name, limit=1) for name in {w.artist for w in waiting}]
    all_of_them = all(not shown or shown[0].created_at < first for shown in newest)
    count = "1 work waits" if len(waiting) == 1 else f"{len(waiting)} works wait"
    says = (
        f"{NOT_CHECKED[:1].upper()}{NOT_CHECKED[1:]} since {moment(first)}: {count} for it"
        f"{', and no newer work is shown to visitors' if all_of_them else ''}."
    )
    again = Act("Check again", ("works", "check-again"), sends=True)
    review = Act("Decide yourself", ("works",), query=(("visibility", "held"),))
    yield Matter("", says, (again, review), for_admins=False)


def _held(catalogue: Catalogue) -> Iterator[Matter]:
    count = catalogue.work_list.count(WorkFilter(visibility="held"))
    count -= len(catalogue.works.held(UNCHECKED, limit=MOST))
    if count > 0:
        waits = (
            "1 work is held back and waits"
            if count == 1
            else f"{count} works are held back and wait"
        )
        act = Act("Review", ("works",), query=(("visibility", "held"),))
        yield Matter("", f"{waits} for your decision.", (act,), for_admins=False)


def _publications(catalogue: Catalogue) -> Iterator[Matter]:
    rows = catalogue.outbox.undecided(limit=MOST)
    for channel, count in sorted(Counter(row.channel for row in rows).items()):
        needs = "1 publication needs" if count == 1 else f"{count} publications need"
        act = Act("Decide", ("publications",))
        yield Matter("", f"{needs} a decision on {channel}.", (act,), for_admins=False)
    struggling = catalogue.outbox.struggling(attempts=2, limit=MOST)
    for channel, count in sorted(Counter(row.channel for row in struggling).items()):
        posts = "1 post does" if count == 1 else f"{count} posts do"
        why = next(row.detail for row in struggling if row.channel == channel)
        again = "It is" if count == 1 else "They are"
        says = f"{posts} not get through on {channel}: {_ended(why)}"
        says += f" {again} tried again automatically."
        see = Act("See them", ("publications",))
        now = Act("Try again now", ("publications", "retry"), sends=True)
        yield Matter("", says, (now, see), for_admins=False)


def _ended(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
