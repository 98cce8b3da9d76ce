"""Plans and pictures that several tests look at; each is made once."""

from __future__ import annotations

from functools import cache

from storage.archive.plan import Plan
from worker.studio import OfflinePainter, Picture
from worker.studio.check import Rendered
from worker.studio.painter import Sheet

CONCEPTS = (
    ("fox", "church", "winter"),
    ("sea", "sailing ship", "storm"),
    ("woman", "jug", "window"),
    ("skull", "candle"),
    ("war", "child"),
    ("castle", "mountain", "night"),
    ("grief",),
    ("market", "apple", "basket"),
    ("horse", "house"),
    ("loneliness", "tree"),
    ("river", "bridge", "sunset"),
    ("bird", "key", "music"),
    ("clock", "chair"),
    ("old man", "book"),
    ("garden", "flower", "bee"),
    ("city", "crowd"),
    ("fish", "bottle"),
    ("angel", "ruin"),
    ("train", "telegraph pole", "autumn"),
    ("mirror", "shell"),
)
SIZE = 128


@cache
def painter(width: int = SIZE, height: int = SIZE) -> OfflinePainter:
    return OfflinePainter(width, height)


@cache
def plan(number: int) -> Plan:
    return painter().plan(CONCEPTS[number], seed=number)


@cache
def picture(number: int) -> Picture:
    return painter().paint(plan(number), title=f"Study {number}")


@cache
def sheet(number: int, size: int = 256) -> Sheet:
    return painter(size, size).prepare(plan(number))


def measured(number: int) -> Rendered:
    made = sheet(number)
    return Rendered(plan(number), made.scene, made.target)
