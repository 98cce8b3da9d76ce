"""Faces, hair, beards and what is worn on heads, in units of the head."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from worker.studio.scene.body.head import (beard, brows, eyes, mouth, scalp_hair, strands,
    teeth)
from worker.studio.scene.body.shape import Build, space
from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.people_hats import HATS, HATTERY, closed_helmet, halo, pressed
from worker.studio.scene.mesh import Array, Mesh, ball, columns, merge, sheet, tube
from worker.studio.scene.model import Part, Request

HAIR = ("bald", "long hair", "wig", "bun")
_WOMENS = ("bun", "bob", "long hair", "tail", "curls")
"""Hair of women for whom none is asked."""
_SPREADS = (("nose long", 0.5), ("nose wide", 0.4), ("nose deep", 0.4), ("chin", 0.5),
    ("chin wide", 0.5), ("mouth wide", 0.4), ("cheeks", 0.3))
"""Features that differ from face to face, either way."""
_MOODS = {
    "eyes closed": (("eyes closed", 1.0),),
    "shouting": (("mouth open", 1.0), ("brows down", 0.7)),
    "crying": (("mouth open", 0.2), ("frown", 0.9), ("brows up", 1.0), ("eyes closed", 0.35)),
    "smiling": (("smile", 0.85), ("eyes closed", 0.15))
}


def face_of(ask: Request, *, woman: bool, child: bool, brown: bool) -> tuple[tuple[str, float],
    ...]:
    """A seeded face, as features of a build."""
    drawn = {name: ask.between(-wide, wide) for name, wide in _SPREADS}
    drawn["mouth wide"] += 0.45
    drawn["nose hooked"] = ask.between(0.0, 0.3 if woman else 0.8)
    drawn["lips full"] = ask.between(0.1, 0.6) if woman else ask.between(0.0, 0.2)
    shape = ("face oval", "face square", "face round")[int(ask.rng.integers(3))]
    drawn[shape] = ask.between(0.1, 0.6)
    if child:
        drawn = {name: 0.3 * share for name, share in drawn.items()}
    drawn["smile"] = ask.between(0.0, 0.35)
    drawn["eyes large"] = ask.between(0.25, 0.6) + 0.2 * child
    drawn["african" if brown else "asian"] = ask.between(0.6, 1.0) if brown else max(ask.between(
        -1.5, 0.9), 0.0)
    for mood, shares in _MOODS.items():
        if mood in ask:
            for name, share in shares:
                drawn[name] = drawn.get(name, 0.0) + share
    return tuple(drawn.items())


def _combed(mesh: Mesh, parting: float = 0.0) -> Mesh:
    """Locks of hair in relief."""
    waves = strands(mesh.points, parting)
    return mesh.bent(lambda p: p + mesh.normals * (0.012 * waves[:, None]))


def hair(style: str, build: Build, rng: np.random.Generator, *, detail: int = 30,
    low: bool = False) -> Mesh | None:
    """Hair by style: short, bob, long hair, bun, tail, curls, close under a cloth, or bald.

    A `low` bun is on the nape, under a hat's brim.
    """
    if style == "wig":
        return powdered_wig()
    if style == "bald":
        return scalp_hair(build, rng, thick=0.7, bald=1.0) if build.age > 1.5 else None
    cap = scalp_hair(build, rng, thick=1.25 if build.woman else 1.0, bald=0.35 * max(build.age
        - 2.2, 0) * (not build.woman))
    if style == "close":
        return scalp_hair(build, rng, thick=0.5)
    wide, c = space(build).wide, Clay(blend=0.06)
    if style in ("bob", "long hair"):
        fall = _fall(-0.4 if style == "bob" else -0.85, rng)
        return merge(cap, fall.scaled(wide, 1, space(build).deep))
    if style in ("bun", "tail"):
        high = -0.02 if low else 0.2
        c.lump((0, high, -0.55), (0.17, 0.17, 0.14))
        c.limb((0, high - 0.05, -0.4), (0, high, -0.5), 0.12, 0.08)
        if style == "tail":
            c.chain([(0, high, -0.58), (0, -0.1, -0.62), (0, -0.6, -0.5)], [0.1, 0.12, 0.04])
    elif style == "curls":
        for _ in range(40):
            a, b = rng.uniform(0, 6.28), rng.uniform(-0.3, 1)
            r = (1 - b * b) ** 0.5
            z = np.sin(a) * r
            if z < 0.5 or b > 0.66:
                c.lump((0.37 * np.cos(a) * r, 0.16 + 0.38 * b, -0.07 + 0.43 * z), 0.085)
    else:
        return cap
    return merge(cap, _combed(c.mesh(detail=detail)).scaled(wide, 1, space(build).deep))


def _fall(low: float, rng: np.random.Generator) -> Mesh:
    """Hair that hangs from the sides and the back of a head."""
    phi = np.radians(np.linspace(-114, 114, 75))
    phase, ends = rng.uniform(0, 6.28, 2), np.clip((np.abs(phi) - 1.9) / 0.1, 0, 1)
    rows = []
    for t in np.linspace(0, 1, 14):
        wave = 0.014 * np.sin(19 * phi + phase[0] + 2 * t) + 0.01 * np.sin(31 * phi + phase[1])
        r = 1 + 0.12 * np.sin(np.pi * min(t * 1.1, 1)) - 0.14 * t**3 + wave - 0.15 * ends
        turn = phi * (1 - 0.26 * t)
        y = 0.3 + (low - 0.3) * t + 0.03 * np.sin(9 * phi + phase[1]) * t
        rows.append(columns(np.sin(turn) * 0.365 * r, y, -0.06 - np.cos(turn) * (0.42 + 0.05 * t)
            * r))
    return sheet(np.stack(rows)).grained(0, 1, 0)


def powdered_wig() -> Mesh:
    """A wig with rolls and a tail."""
    rolls = [ball((0.36, 0.3, 0.4), sides=20).moved(0, 0.24, -0.1)]
    rolls.append(ball((0.2, 0.5, 0.2), sides=16).moved(0, 0.0, -0.42))
    for d in (1, -1):
        for k in range(3):
            roll = tube([(0, 0, -0.2), (0, 0, 0.14)], 0.085, sides=10)
            rolls.append(roll.moved(0.38 * d, 0.14 - 0.16 * k, -0.08))
    tail = tube([(0, -0.3, -0.5), (0, -0.6, -0.52), (0, -0.85, -0.46)], [0.12, 0.1, 0.04],
        samples=8)
    return merge(*rolls, tail)


def hat_of(ask: Request) -> str:
    """The first of the head's coverings that is asked for; a halo comes on top of any."""
    return next((hat for hat in HATS if hat in ask and hat != "halo"), "")


def head_parts(ask: Request, build: Build, *, hair_style: str = "", detail: int = 40,
    hat: str | None = None) -> list[Part]:
    """All of a head but its skin, in units of the head."""
    covering = hat_of(ask) if hat is None else hat
    if covering == "helmet" and "armour" in ask:
        return closed_helmet()
    shut = dict(build.features).get("eyes closed", 0.0) > 0.9
    parts = [Part(name, mesh, material, open=True, drawn=name != "eyeballs",
        glow=0.25 * (name == "eyeballs")) for name, mesh,
        material in eyes(build, sides=min(detail // 2, 16)) if name == "lashes" or not shut]
    if "shouting" in ask or "crying" in ask:
        parts.append(Part("teeth", teeth(build), "white"))
    else:
        parts.append(Part("mouth", mouth(build), "blood", open=True, drawn=True))
    colour = "grey_hair" if "old" in ask or "wig" in ask else "hair"
    thick = 0.011 if build.woman or build.age < 1.5 else 0.017
    parts.append(Part("brows", brows(build, thick), colour, open=True, drawn=True))
    worn = HATTERY.get(covering)
    style = next((h for h in HAIR if h in ask), hair_style)
    usual = _WOMENS[int(ask.rng.integers(len(_WOMENS)))] if build.woman else "short"
    if "old" in ask and build.woman:
        usual = "bun"
    fit, style = space(build), style or usual
    if worn and worn.close and style not in ("long hair", "bald"):
        style = "close"
    grown = hair(style, build, ask.rng, detail=detail, low=bool(worn and worn.holds))
    if grown is not None:
        if worn and worn.holds:
            grown = pressed(grown, worn.at[1])
        parts.append(Part("hair", grown, colour))
    if "beard" in ask or "moustache" in ask:
        trim = beard(build, ask.between(0.3, 1.4), moustache_only="beard" not in ask)
        parts.append(Part("beard", trim, colour))
    if worn:
        parts.append(Part(covering, worn.worn(ask).scaled(fit.wide, 1.0, fit.deep), worn.material))
    if "halo" in ask:
        parts.append(Part("halo", halo(), "gold", glow=0.25))
    return parts


def placed(parts: Iterable[Part], frame: Array, at: Array, size: float) -> list[Part]:
    """A head on its neck: scaled, turned and moved."""
    return [replace(p, mesh=p.mesh.mapped(frame * size).moved(*at.tolist()), repeat=p.repeat)
        for p in parts]
