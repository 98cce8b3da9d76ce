"""What is worn on a head, in units of the head's height, about its middle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.mesh import (Array, Mesh, ball, columns, lathe, merge, pairs, sheet,
    spline, triples, tube)
from worker.studio.scene.model import Part, Request

HATS = ("hat", "top hat", "cap", "hood", "helmet", "crown", "turban", "veil", "headscarf", "bonnet",
    "halo", "mitre", "laurel", "bandage")


def _turned(*profile: tuple[float, float], smooth: int = 0) -> Mesh:
    line = np.array(profile, dtype=np.float64)
    return lathe(spline(line, smooth) if smooth else line, sides=28)


def brimmed(crown: float = 0.42, brim: float = 0.72, *, dent: float = 0.08) -> Mesh:
    """A felt hat whose brim dips before and behind."""
    mesh = _turned((0.36, 0), (brim, 0.02), (brim, 0.05), (0.42, 0.07), (0.4, crown * 0.55),
        (0.35, crown * 0.85), (0.28, crown), (0.18, crown), (0.0, crown - dent))

    def dip(p: Array) -> Array:
        r = np.hypot(p[:, 0], p[:, 2])
        sag = np.clip((r - 0.42) / 0.3, 0, None)
        y = p[:, 1] + sag * 0.13 * (np.abs(p[:, 0]) / np.maximum(r, 1e-6)) ** 2 - sag * 0.05
        return columns(p[:, 0] * 0.95, y, p[:, 2] * 1.12)

    return mesh.bent(dip)


def top_hat() -> Mesh:
    """A tall hat."""
    return _turned((0.38, 0), (0.6, 0.05), (0.61, 0.08), (0.41, 0.05), (0.395, 0.15), (0.38, 0.3),
        (0.42, 0.72),
        (0.4, 0.74), (0, 0.74)).scaled(1, 1, 1.2)


def crown(points: int = 7) -> Mesh:
    """A band with points that end in balls."""
    angle = np.linspace(0, 2 * np.pi, points * 8 + 1)
    tip = np.abs(((angle * points / (2 * np.pi)) % 1) - 0.5) * 2
    rows = [columns(np.cos(angle) * r, y + 0 * angle, np.sin(angle) * r) for r, y in ((0.41, 0.0),
        (0.42, 0.12))]
    top = columns(np.cos(angle) * 0.5, 0.14 + 0.26 * tip**1.3, np.sin(angle) * 0.5)
    band = tube(rows[0], 0.035, sides=8)
    beads = [ball(0.05, sides=8).moved(np.cos(a) * 0.5, 0.43, np.sin(a) * 0.5)
        for a in np.arange(points) * 2 * np.pi / points]
    return merge(sheet(np.stack([*rows, top])), band, *beads)


def cap() -> Mesh:
    """A soft cap of eight panels with a button, drawn forward over its stiff peak."""
    turn = np.linspace(0, 2 * np.pi, 65)
    rows = []
    for r, y in pairs("400 -50, 412 30, 455 80, 500 150, 495 215, 430 280, 300 322, 140 340,"
            "5 344"):
        seam = 1 - 0.025 * np.abs(np.cos(4 * turn)) ** 12 * (y > 0.05)
        front = 1 + 0.16 * np.clip(np.sin(turn), 0, 1) * np.clip(y / 0.12, 0, 1)
        rows.append(columns(r * seam * np.cos(turn), y * (1 - 0.2 * np.clip(np.sin(turn), 0, 1)),
            1.1 * r * seam * front * np.sin(turn) - 0.02))
    u, v = np.linspace(-1.25, 1.25, 25)[None], np.linspace(0, 1, 6)[:, None]
    out = 0.37 + 0.34 * v * np.cos(1.15 * u) ** 0.8
    drop = 0.005 - 0.08 * v * v - 0.03 * (u / 1.25) ** 2
    peak = [columns(out * np.sin(u), drop - t, 1.1 * out * np.cos(u)) for t in (0.0, 0.03)]
    rim = np.stack([peak[0][-1], peak[1][-1]])
    return merge(sheet(np.stack(rows)[:, ::-1]), sheet(peak[0]), sheet(peak[1][::-1]), sheet(rim),
        ball((0.04, 0.02, 0.04), sides=12).moved(0, 0.34, 0))


def helmet() -> Mesh:
    """A soldier's helmet with a rim."""
    dome = _turned((0.56, -0.16), (0.57, -0.13), (0.45, -0.02), (0.43, 0.16), (0.33, 0.36),
        (0.16, 0.46), (0, 0.49))
    return dome.scaled(1, 1, 1.1)


def knight_helmet() -> Mesh:
    """A closed helmet with a beak and a gorget."""
    c = Clay(blend=0.04)
    c.lump((0, 0.14, -0.05), (0.42, 0.44, 0.48)).limb((0, 0.1, -0.04), (0, -0.36, 0.0), 0.4, 0.32,
        blend=0.1)
    c.limb((0, -0.02, 0.12), (0, -0.1, 0.56), 0.33, 0.03, blend=0.03)
    c.limb((0, 0.5, 0.3), (0, 0.57, -0.1), 0.035).limb((0, 0.57, -0.1), (0, 0.3, -0.52), 0.035)
    gorget = lathe(pairs("500 -660, 520 -620, 360 -480, 330 -360, 340 -300")).scaled(1, 1, 1.05)
    return merge(c.mesh(detail=46), gorget)


def closed_helmet() -> list[Part]:
    """A knight's helmet with its slit and holes dark."""
    path = triples("-360 120 200, -200 120 370, 0 120 440, 200 120 370, 360 120 200")
    holes = [ball(0.02, sides=6).moved((0.1 + 0.045 * k) * d, -0.07 - 0.06 * j, 0.43 - 0.07 * k)
        for d in (1, -1) for k in range(3) for j in range(2)]
    dark = merge(tube(path, 0.026, samples=9, sides=6), *holes)
    return [Part("helmet", knight_helmet(), "steel"), Part("slit", dark, "black")]


def turban(rng: np.random.Generator) -> Mesh:
    """A wound cloth."""
    rolls = []
    for k in range(6):
        t = k / 5
        angle = np.linspace(0, 2 * np.pi, 24)
        r = 0.4 + 0.06 * np.sin(np.pi * t)
        tilt = 0.16 * (-1) ** k
        path = columns(np.cos(angle) * r, 0.03 + 0.075 * k + tilt * np.cos(angle + 0.6),
            np.sin(angle) * r * 1.1)
        rolls.append(tube(path, 0.11, sides=8))
    rolls.append(ball((0.36, 0.3, 0.4), sides=16).moved(0, 0.26, 0))
    rolls.append(ball((0.07, 0.1, 0.06), sides=10).moved(0, 0.24, 0.52))
    return merge(rolls)


def hood(*, cowl: bool = True, length: float = 0.62) -> Mesh:
    """A cloth round the head that frames the face and falls on the neck."""
    across = np.linspace(-1, 1, 25)
    rows = []
    for t in np.linspace(0, 1, 13):
        half = np.radians(128 - 26 * t)
        a = across * half
        point = 0.13 * np.exp(-((across / 0.3) ** 2)) * (1 - t) if cowl else 0.0
        r, flat = 0.44 + 0.02 * t, 1.0 - 0.0 * t
        x, y = np.sin(a) * r, np.cos(a) * (r + 0.06) * flat + 0.08 + point
        low = np.clip(np.abs(across) - 0.62, 0, None) / 0.38
        y = y - low**1.2 * length * 0.6
        z = 0.36 - 0.78 * t - 0.06 * low + 0.08 * np.exp(-((across / 0.4) ** 2)) * (1 - t)
        rows.append(columns(x * (1 - 0.35 * t**4), y * (1 - 0.3 * t**4), z + 0 * x))
    neck = _turned((0.62, -0.2 - length), (0.44, -0.1 - length * 0.6), (0.4, -0.36)).moved(0, 0,
        -0.1)
    back = ball((0.38, 0.42, 0.3), sides=16).moved(0, 0.02, -0.27)
    return merge(sheet(np.stack(rows)), back, neck)


def veil(length: float = 1.7) -> Mesh:
    """A thin cloth from the crown down over shoulders and back."""
    rows = []
    turn = np.linspace(np.pi * 0.16, -np.pi * 1.16, 41)
    for t in np.linspace(0, 1, 14):
        dome = np.sin(min(t * 2.6, 1.0) * np.pi / 2)
        r = 0.06 + 0.42 * dome + 0.26 * max(t - 0.38, 0)
        y = 0.63 - 0.5 * (1 - np.cos(min(t * 2.6, 1.0) * np.pi / 2)) - length * max(t - 0.38, 0)
        wave = 0.05 * np.sin(turn * 9) * max(t - 0.3, 0)
        rows.append(columns(np.cos(turn) * (r + wave), y + 0 * turn, -0.06 + np.sin(turn)
            * (r * 1.1 + wave)))
    return sheet(np.stack(rows))


def bonnet() -> Mesh:
    """A bonnet with a stiff brim about the face."""
    back = ball((0.42, 0.45, 0.42), sides=20).moved(0, 0.1, -0.14)
    arc = np.radians(np.linspace(-128, 128, 27))
    rows = [columns(np.sin(arc) * r, np.cos(arc) * r * 1.06 + 0.04, z + 0 * arc) for r,
        z in ((0.41, -0.1), (0.47, 0.12), (0.6, 0.4), (0.6, 0.42))]
    bow = [ball((0.14, 0.06, 0.05), sides=8).turned(z=25 * d).moved(0.1 * d, -0.5, 0.28)
        for d in (1, -1)]
    return merge(back, sheet(np.stack(rows)), *bow)


def halo() -> Mesh:
    """A disc of light behind the head."""
    ring = _turned((0.0, -0.012), (0.72, -0.012), (0.74, 0.0), (0.72, 0.012), (0.0, 0.012))
    return ring.turned(x=90).moved(0, 0.14, -0.52)


def mitre() -> Mesh:
    """A bishop's hat."""
    angle = np.linspace(0, 2 * np.pi, 41)
    rows = []
    for t in np.linspace(0, 1, 9):
        r = 0.4 * (1 + 0.12 * np.sin(t * 2.6))
        top = 1.05 * t * (0.4 + 0.6 * np.abs(np.sin(angle)) ** 1.5)
        z = np.sin(angle) * r * 1.1 * (1 - 0.75 * t**2)
        rows.append(columns(np.cos(angle) * r * (1 + 0.12 * t), top, z))
    return sheet(np.stack(rows))


def laurel() -> Mesh:
    """Two branches of leaves."""
    leaves = []
    for d in (1, -1):
        for k in range(9):
            a = np.radians(-60 + 17 * k)
            leaf = ball((0.045, 0.02, 0.13), sides=8).turned(x=-28, y=float(-np.degrees(a)) + 180)
            leaf = leaf.turned(y=0).moved(np.cos(a) * 0.41, 0.2 + 0.02 * (k % 2), np.sin(a) * 0.45
                - 0.06)
            leaves.append(leaf if d == 1 else leaf.mirrored())
    return merge(leaves)


def bandage() -> Mesh:
    """Strips round the brow."""
    angle = np.linspace(0, 2 * np.pi, 28)
    rolls = []
    for k in range(4):
        y = 0.16 + 0.09 * k + (0.05 if k % 2 else -0.02) * np.cos(angle + k)
        r = 0.405 - 0.045 * max(k - 1, 0)
        path = columns(np.cos(angle) * r * 0.95, y, np.sin(angle) * r * 1.12 - 0.06)
        rolls.append(tube(path, 0.055, sides=6))
    return merge(rolls)


def scarf() -> Mesh:
    """A kerchief close about the hair, tied under the chin, its point on the nape."""
    across = np.linspace(-1, 1, 25)
    low = np.clip(np.abs(across) - 0.55, 0, None) / 0.45
    rows = []
    for t in np.linspace(0, 1, 13):
        a = across * np.radians(126 - 14 * t)
        deep = np.cos(t * 1.5)
        x, y = np.sin(a) * 0.405 * (1 - 0.3 * t**4), np.cos(a) * 0.45 * (1 - 0.25 * t**4) + 0.07
        rows.append(columns(x * (1 - 0.16 * low), y - 0.22 * low, 0.27 - 0.78 * t - 0.1 * low
            + 0.1 * deep * np.exp(-((across / 0.5) ** 2))))
    ties = [tube([(0.36 * d, -0.14, 0.17), (0.3 * d, -0.38, 0.2), (0.05 * d, -0.57, 0.26)],
        [0.05, 0.06, 0.035], samples=10, sides=8, flat=0.5) for d in (1, -1)]
    knot = [ball((0.07, 0.05, 0.05), sides=8).turned(z=-30 * d).moved(0.06 * d, -0.59, 0.27)
        for d in (1, -1)]
    point = sheet(np.stack([columns(across * (0.36 - 0.34 * t), -0.05 - 0.5 * t + 0 * across,
        -0.49 - 0.06 * t + 0.16 * np.abs(across) ** 2) for t in np.linspace(0, 1, 6)]))
    back = ball((0.36, 0.4, 0.28), sides=16).moved(0, 0.06, -0.25)
    return merge(sheet(np.stack(rows)), back, point, *ties, *knot)


def pressed(hair: Mesh, brim: float) -> Mesh:
    """Hair that a hat with its brim at a height holds in."""

    def press(p: Array) -> Array:
        within = np.hypot(p[:, 0] / 0.33, (p[:, 2] + 0.07) / 0.41)
        most = np.interp(p[:, 1], (brim - 0.06, brim + 0.02), (3.0, 1.0))
        share = np.minimum(most / np.maximum(within, 1e-6), 1.0)
        y = np.minimum(p[:, 1], brim + 0.2)
        return columns(p[:, 0] * share, y, (p[:, 2] + 0.07) * share - 0.07)

    return hair.bent(press)


@dataclass(frozen=True)
class Wear:
    """What is worn on a head, its place on it, and whether a brim or band holds the hair in.

    `lean` is how far it may lean back or sideways, in degrees; `close` leaves only the hair that
    lies on the skull.
    """

    make: Callable[[Request], Mesh]
    material: str
    at: tuple[float, float, float] = (0, 0, 0)
    holds: bool = False
    lean: float = 0.0
    close: bool = False

    def worn(self, ask: Request) -> Mesh:
        """It, put on."""
        back, side = ask.between(-0.6, 1.0) * self.lean, ask.between(-1, 1) * self.lean
        return self.make(ask).turned(x=-back, z=side).moved(*self.at)


HATTERY: dict[str, Wear] = {
    "hat": Wear(lambda ask: brimmed(ask.between(0.38, 0.5), ask.between(0.62, 0.8)), "second",
        (0, 0.21, -0.07), True, 5),
    "top hat": Wear(lambda _: top_hat(), "dark_cloth", (0, 0.17, -0.07), True, 4),
    "cap": Wear(lambda _: cap(), "second", (0, 0.22, -0.07), True, 5),
    "hood": Wear(lambda _: hood(), "main", close=True),
    "helmet": Wear(lambda _: helmet(), "steel", (0, 0.25, -0.07), True, 3),
    "crown": Wear(lambda _: crown(), "gold", (0, 0.24, -0.07), True),
    "turban": Wear(lambda ask: turban(ask.rng), "second", (0, 0.31, -0.09), True, close=True),
    "veil": Wear(lambda _: veil(), "linen", close=True),
    "headscarf": Wear(lambda _: scarf(), "second", close=True),
    "bonnet": Wear(lambda _: bonnet(), "second", close=True),
    "mitre": Wear(lambda _: mitre(), "second", (0, 0.2, -0.07), True),
    "laurel": Wear(lambda _: laurel(), "leaf"),
    "bandage": Wear(lambda _: bandage(), "linen", close=True)
}
"""What is worn on a head, by its name."""
