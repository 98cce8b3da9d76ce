"""Soft life of the deep sea: the jellyfish and the octopus."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.mesh import Mesh, ball, columns, lathe, merge, sheet, tube
from worker.studio.scene.model import Model, Part, Request, form


@form("jellyfish", "deep sea", 1.0, "drifting", where="air")
def jellyfish(ask: Request) -> Model:
    """A bell with a scalloped rim, frilled arms under it and long threads."""
    t = np.linspace(0.02, 1, 22)
    arch = columns(0.3 * np.sin(t * 1.75), 0.26 * np.cos(t * 1.75) - 0.02)
    bell = lathe(np.concatenate([arch[::-1] * [0.94, 0.94] - [0, 0.012], arch])[::-1], sides=64,
        crease=70)

    def scallop(p: np.ndarray) -> np.ndarray:
        angle = np.arctan2(p[:, 2], p[:, 0])
        low = np.clip(0.1 - p[:, 1], 0, 0.2)
        return p * columns(1 + 0.25 * low * np.cos(16 * angle), 1, 1 + 0.25 * low
            * np.cos(16 * angle)) - columns(0, 0.12 * low * (1 + np.cos(16 * angle)), 0)

    sway = ask.between(-0.25, 0.25)
    threads, arms = [], []
    for k in range(18):
        a, s = k * 2 * np.pi / 18 + ask.between(-0.1, 0.1), np.linspace(0, 1, 14)
        long = ask.between(0.55, 0.8)
        out = 0.285 + 0.05 * s * np.sin(s * 4 + k)
        path = columns(np.cos(a) * out + sway * s**2 + 0.03 * s * np.sin(7 * s + k),
            -0.04 - long * s, np.sin(a) * out + 0.03 * s * np.cos(6 * s + 2 * k))
        threads.append(tube(path, np.linspace(0.007, 0.003, 14), sides=6))
    for k in range(5):
        a, s = k * 2 * np.pi / 5 + 0.4, np.linspace(0, 1, 40)[:, None]
        width = (0.06 * (1 - 0.75 * s) + 0.004) * np.array([-1.0, -0.4, 0.4, 1.0])
        ruffle = 0.03 * (1 - 0.5 * s) * np.sin(26 * s + k + np.array([0, 1.4, 2.8, 4.2]))
        x = 0.09 + width * 0.8 + 0.05 * s
        arms.append(sheet(columns(np.cos(a) * x - np.sin(a) * ruffle + sway * s**2 * 0.8,
            0.0 - 0.55 * s + 0.02 * np.sin(20 * s + width * 40), np.sin(a) * x + np.cos(a)
            * ruffle)))
    glow = merge(*(ball((0.05, 0.03, 0.05), sides=14).moved(0.1 * np.cos(a), 0.12,
        0.1 * np.sin(a)) for a in np.arange(4) * np.pi / 2 + 0.5))
    return Model.of(Part("bell", bell.bent(scallop), "main"), Part("organs", glow, "accent"),
        Part("arms", merge(arms), "second"), Part("threads", merge(threads), "main"))


@form("octopus", "deep sea", 0.7, "resting")
def octopus(ask: Request) -> Model:
    """An octopus on the ground: a bag of a head over eight arms that curl, with suckers."""
    clay = Clay(blend=0.08).lump((0, 0.46, -0.04), (0.17, 0.22, 0.18)).lump((0, 0.26, 0.02),
        (0.13, 0.12, 0.13))
    arms, suckers = [], []
    for k in range(8):
        a = (k + 0.5) * 2 * np.pi / 8 + ask.between(-0.15, 0.15)
        curl = ask.between(0.7, 1.6) * (1 if k % 2 else -1)
        s = np.linspace(0, 1, 36)
        out = 0.06 + 0.62 * s
        turn = a + curl * s**2.2 * 1.2
        high = 0.2 * (1 - s) ** 2.6 + 0.045 + 0.14 * np.clip(s - 0.72, 0, 1) ** 1.2 * (k % 3)
        path = columns(np.cos(turn) * out, high, np.sin(turn) * out)
        radius = 0.062 * (1 - s) ** 0.8 + 0.008
        arms.append(tube(path, radius, sides=12))
        suckers += _suckers(path, radius)
    for side in (-1, 1):
        clay.lump((side * 0.1, 0.33, 0.1), 0.05, blend=0.03)
    eyes = merge(ball((0.03, 0.026, 0.02)).moved(s * 0.115, 0.345, 0.135) for s in (-1, 1))
    pupils = merge(ball((0.022, 0.007, 0.01)).moved(s * 0.118, 0.345, 0.149) for s in (-1, 1))
    return Model.of(Part("body", merge(clay.mesh(detail=56), *arms), "main", pattern="mottle",
        repeat=14), Part("suckers", merge(suckers), "second"), Part("eyes", eyes, "beak"),
        Part("pupils", pupils, "eye", drawn=True))


def _suckers(path: np.ndarray, radius: np.ndarray) -> list[Mesh]:
    """A row of cups along an arm, on its outer side and a little low."""
    found = []
    for k in range(5, 33, 2):
        along = path[k + 1] - path[k - 1]
        side = np.array([along[2], 0, -along[0]]) / max(float(np.hypot(along[0], along[2])), 1e-9)
        at = path[k] + radius[k] * (0.85 * side * np.sign(side @ path[k] or 1) - [0, 0.3, 0])
        found.append(ball(float(radius[k]) * 0.42, sides=8).moved(*at.tolist()))
    return found
