"""A day in the artist's own voice: a small grammar over its facts.

Every number is counted, every name is that of a work or a concept, and the same facts always give
the same words. Each sentence says of which works it tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from gallery.diary.facts import Day, Departure
from storage.catalogue import ChapterRow
from storage.catalogue.work_row import WITHHELD

Subject = Literal["made", "new", "novelty", "trend", "left", "failed", "votes", "pool"]
"""What a sentence tells of."""

_WORDS: Final = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
_MOST_NAMED: Final = 5
_MOST_NUMBERS: Final = 6


@dataclass(frozen=True)
class Mention:
    """A work by its number, or a concept, named in a sentence."""

    text: str
    work: int | None = None
    concept: str | None = None


Part = str | Mention


@dataclass(frozen=True)
class Sentence:
    """One sentence, and the numbers of the works that it tells of."""

    subject: Subject
    parts: tuple[Part, ...]
    works: tuple[int, ...]

    @property
    def text(self) -> str:
        """The sentence in plain text."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)


def sentences_of(day: Day, titles: Mapping[int, str]) -> list[Sentence]:
    """The sentences of a day; `titles` are those of works of other days that visitors may see."""
    titles = {**titles, **{chapter.number: chapter.title for chapter in day.shown}}
    told = (
        _made(day),
        _new(day),
        *_novelty(day),
        _left(day),
        _failed(day),
        _votes(day, titles),
        _pool(day),
    )
    return [sentence for sentence in told if sentence is not None]


def _made(day: Day) -> Sentence:
    numbers = day.numbers
    count = f"{spelled(len(numbers))} {'work' if len(numbers) == 1 else 'works'}"
    which = _numbers(numbers)
    if day.before is None:
        text = f"This is where I begin: {count}, {which}."
    elif day.idle_days:
        idle = "a day" if day.idle_days == 1 else f"{spelled(day.idle_days)} days"
        text = f"After {idle} without a work I made {count}, {which}."
    else:
        text = _one_of(
            day,
            "made",
            f"I made {count}, {which}.",
            f"{_capital(count)} came of this day, {which}.",
            f"I finished {count}, {which}.",
        )
    return Sentence("made", (text,), numbers)


def _new(day: Day) -> Sentence:
    concepts = list(dict.fromkeys(chapter.concept for chapter in day.chapters))
    named = [Mention(concept, concept=concept) for concept in concepts]
    if len(named) == 1:
        start = _one_of(day, "new", "New to me was ", "What I had not had before was ")
        parts: tuple[Part, ...] = (start, *named, ".")
    elif len(named) <= _MOST_NAMED:
        start = _one_of(day, "new", "New to me were ", "What came in: ", "I took in ")
        parts = (start, *_listed(named), ".")
    else:
        some = [named[0], named[len(named) // 3], named[2 * len(named) // 3], named[-1]]
        start = _one_of(
            day,
            "new",
            f"{_capital(spelled(len(named)))} ideas were new to me, among them ",
            f"I took in {spelled(len(named))} ideas, among them ",
        )
        parts = (start, *_listed(some), ".")
    return Sentence("new", parts, day.numbers)


def _novelty(day: Day) -> Iterator[Sentence]:
    shown = [chapter for chapter in day.judged if chapter.title != WITHHELD]
    if len(shown) > 1:
        # Of equal ones the earlier is named.
        most = max(shown, key=lambda chapter: (chapter.novelty, -chapter.number))
        least = min(shown, key=lambda chapter: (chapter.novelty, chapter.number))
        names = (_work(most), _figure(most.novelty), _work(least), _figure(least.novelty))
        if most.number != least.number:
            yield Sentence("novelty", _most_and_least(day, *names), (most.number, least.number))
    now, before = day.novelty, day.novelty_before
    if now is None or before is None or len(day.judged) < 2:
        return
    first, second = _figure(before), _figure(now)
    if first == second:
        text = f"In the mean, novelty stayed at {second}."
    else:
        went, more = ("rose", "more") if now > before else ("fell", "less")
        text = _one_of(
            day,
            "trend",
            f"In the mean, novelty {went} from {first} to {second}.",
            f"That was {more} novel than the time before: {second} in the mean, after {first}.",
        )
    yield Sentence("trend", (text,), tuple(chapter.number for chapter in day.judged))


def _most_and_least(
    day: Day, most: Mention, high: str, least: Mention, low: str
) -> tuple[Part, ...]:
    if _one_of(day, "novelty", "short", "long") == "short":
        return ("The most novel was ", most, f" ({high}), the least ", least, f" ({low}).")
    return (
        *("Nothing was more novel than ", most, f" ({high}),"),
        *(" and nothing less than ", least, f" ({low})."),
    )


def _left(day: Day) -> Sentence | None:
    left = day.departures
    if not left:
        had = [entry for entry in day.chapters[-1].pool.entries if not entry.seed]
        text = _one_of(day, "left", "Nothing left my pool.", "I let nothing go.")
        return Sentence("left", (text,), day.numbers) if had else None
    works = tuple(dict.fromkeys(one.left for one in left))
    named = [Mention(one.concept, concept=one.concept) for one in left]
    longest = max(left, key=lambda one: one.left - one.joined)
    start = _one_of(day, "left", "I let go of ", "I gave up ")
    if len(left) == 1:
        since = f", which had been there since no. {longest.joined}" if _stayed(longest) else ""
        return Sentence("left", (start, named[0], f"{since}."), works)
    more: tuple[Part, ...] = (".",)
    if _stayed(longest):
        concept = Mention(longest.concept, concept=longest.concept)
        more = ("; ", concept, f" had stayed the longest, since no. {longest.joined}.")
    if len(left) <= _MOST_NAMED:
        return Sentence("left", (start, *_listed(named), *more), works)
    return Sentence("left", (f"{start}{spelled(len(left))} ideas", *more), works)


def _stayed(one: Departure) -> bool:
    """Whether it joined with an earlier work of this artist."""
    return 0 < one.joined < one.left


def _failed(day: Day) -> Sentence | None:
    failed = day.failed
    if not failed:
        return None
    if len(failed) == 1:
        return Sentence("failed", (f"No. {failed[0]} came to nothing.",), ())
    count = f"{_capital(spelled(len(failed)))} attempts came to nothing"
    text = f"{count}: {_numbers(failed)}." if len(failed) <= _MOST_NUMBERS else f"{count}."
    return Sentence("failed", (text,), ())


def _votes(day: Day, titles: Mapping[int, str]) -> Sentence | None:
    if not day.votes:
        return None
    start = f"Visitors compared works of mine {_times(len(day.votes))}"
    ranked = day.wins.most_common(2)
    won = len(ranked) > 0 and ranked[0][1] > 1 and (len(ranked) < 2 or ranked[0][1] > ranked[1][1])
    if not won or ranked[0][0] not in titles:
        return Sentence("votes", (f"{start}.",), tuple(sorted(day.wins)))
    number, wins = ranked[0]
    work = Mention(f"“{titles[number]}”", work=number)
    end = f" most often, {_times(wins)}."
    return Sentence("votes", (f"{start}, and preferred ", work, end), (number,))


def _pool(day: Day) -> Sentence:
    last = day.chapters[-1]
    concepts = last.pool.concepts
    count = f"{spelled(len(concepts))} {'idea' if len(concepts) == 1 else 'ideas'}"
    start = _one_of(day, "pool", f"I went on with {count}", f"{_capital(count)} stayed with me")
    if len(concepts) > _MOST_NAMED:
        return Sentence("pool", (f"{start}.",), (last.number,))
    named = [Mention(concept, concept=concept) for concept in concepts]
    return Sentence("pool", (f"{start}: ", *_listed(named), "."), (last.number,))


def _work(chapter: ChapterRow) -> Mention:
    return Mention(f"“{chapter.title}”", work=chapter.number)


def _listed(named: Sequence[Mention]) -> Iterator[Part]:
    for index, mention in enumerate(named):
        if index:
            yield " and " if index == len(named) - 1 else ", "
        yield mention


def _numbers(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"no. {numbers[0]}"
    if len(numbers) == 2:
        return f"nos. {numbers[0]} and {numbers[1]}"
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"nos. {numbers[0]} to {numbers[-1]}"
    if len(numbers) <= _MOST_NUMBERS:
        return f"nos. {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
    return f"between no. {numbers[0]} and no. {numbers[-1]}"


def _figure(novelty: float) -> str:
    return f"{novelty:.2f}".replace("-", "−")


def spelled(count: int) -> str:
    """A count in words up to twelve, then in digits."""
    return _WORDS[count] if count < len(_WORDS) else f"{count:,}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count) or f"{spelled(count)} times"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _one_of(day: Day, subject: Subject, *ways: str) -> str:
    """One of several ways to say the same, the same for the same day."""
    seed = hashlib.sha256(f"{day.artist}\n{day.day.isoformat()}\n{subject}".encode()).digest()
    return ways[seed[0] % len(ways)]


def month_of(day: date) -> str:
    """The month of a day, as an address names it: `2026-11`."""
    return f"{day.year:04}-{day.month:02}"
