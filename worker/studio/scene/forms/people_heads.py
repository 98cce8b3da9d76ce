"""Heads: skull, face, hair, beards and what is worn on them.

A head is made about its own middle, chin to crown one unit, facing +z, and then put on a figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.people_hats import HATS, HATTERY, closed_helmet, halo
from worker.studio.scene.mesh import Array, Mesh, ball, columns, merge, sheet, tube
from worker.studio.scene.model import Part, Request

HAIR = ("bald", "long hair", "wig", "bun")
_WOMENS = ("bun", "bob", "long hair", "tail", "curls")
"""Hair of women for whom none is asked."""


@dataclass(frozen=True)
class Face:
    """The features that differ from head to head, 1 is usual."""

    nose: float = 1.0
    chin: float = 1.0
    brow: float = 1.0
    jaw: float = 1.0
    cheek: float = 1.0
    mouth: float = 0.0
    smile: float = 0.0
    small: bool = False


def face_of(ask: Request, *, woman: bool, child: bool, small: bool = True) -> Face:
    """A seeded face."""
    nose, chin, brow = ask.between(0.8, 1.25), ask.between(0.8, 1.25), ask.between(0.8, 1.25)
    shout = 1.0 if "shouting" in ask else 0.3 if "crying" in ask else 0.0
    smile = 1.0 if "smiling" in ask else -0.9 if "crying" in ask else 0.0
    face = Face(nose, chin, brow, ask.between(0.9, 1.1), 1.0, shout, smile, small)
    if child:
        if "baby" in ask:
            return replace(face, nose=0.25, chin=0.5, brow=0.0, jaw=0.95, cheek=1.5)
        return replace(face, nose=0.5, chin=0.7, brow=0.3, jaw=0.9, cheek=1.3)
    if woman:
        return replace(face, nose=nose * 0.75, chin=chin * 0.85, brow=0.4, jaw=0.8)
    face = replace(face, jaw=face.jaw * 1.12)
    return replace(face, cheek=0.8, nose=nose * 1.15) if "old" in ask else face


def skull(face: Face, *, detail: int = 40, neck: float = 0.0) -> Mesh:
    """The head without hair; `neck` is how far the neck goes down.

    The front of the face and its sides are planes that meet at the cheekbones, so that one light
    parts them; in a small head the eyes lie deeper and the nose stands out more.
    """
    c = Clay(blend=0.1)
    c.lump((0, 0.13, -0.07), (0.36, 0.37, 0.43))
    c.limb((0, 0.06, 0.14), (0, -0.34, 0.2), 0.27, 0.13 * face.jaw, blend=0.16)
    deep, ridge = 0.02 * face.small, 0.042 * face.brow + 0.018
    tip = 0.45 + (0.1 if face.small else 0.07) * face.nose
    c.lump((0, -0.42, 0.26), (0.12, 0.08, 0.1 * face.chin))
    for d in (1, -1):
        c.limb((0.23 * d * face.jaw, -0.16, -0.02), (0.05 * d, -0.4, 0.24), 0.12, 0.08)
        cheek = 0.14 * face.cheek**0.5
        c.limb((0.15 * d, -0.08, 0.22), (0.12 * d, -0.26, 0.15), cheek, 0.12, blend=0.14)
        c.lump((0.21 * d, -0.07, 0.25), (0.095, 0.06, 0.085 * face.cheek), blend=0.07)
        c.hollow((0.37 * d, -0.2, 0.42), (0.1, 0.18, 0.16), blend=0.08)
        c.hollow((0.147 * d, 0.02, 0.46 - deep), (0.118, 0.075, 0.125), blend=0.05)
        c.limb((0.05 * d, 0.105, 0.36), (0.24 * d, 0.12, 0.28), ridge, ridge * 0.7, blend=0.04)
    c.limb((0, 0.1, 0.37), (0, -0.1, tip), 0.036, 0.056 * (0.6 + 0.4 * face.nose), blend=0.04)
    for d in (1, -1):
        c.lump((0.052 * d, -0.12, tip - 0.055), (0.042, 0.038, 0.05), blend=0.03)
    _mouth(c, face)
    c.hollow((0, -0.352, 0.41), (0.1, 0.026, 0.05), blend=0.04)
    for d in (1, -1):
        c.lump((0.365 * d, -0.01, -0.06), (0.035, 0.12, 0.075), blend=0.02)
    if neck:
        c.limb((0, -0.2, -0.1), (0, -0.3 - neck, -0.16), 0.2, 0.21, blend=0.1)
    return c.mesh(detail=detail)


def evened(head: Mesh, share: float) -> Mesh:
    """A head whose face takes the light as nearly one plane, so that no shade cuts across it."""
    x, y, z = head.points.T
    front = np.clip((z - 0.08) / 0.14, 0, 1) * np.clip((y + 0.5) / 0.1, 0, 1)
    weight = (share * front * np.clip(1.3 - (x / 0.36) ** 2, 0, 1))[:, None]
    normals = head.normals * (1 - weight) + weight * np.array([0.0, 0.12, 0.99])
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return replace(head, normals=normals / np.maximum(length, 1e-9))


def _mouth(c: Clay, face: Face) -> None:
    open_ = face.mouth * 0.075
    c.lump((0, -0.27, 0.31), (0.15, 0.09, 0.085), blend=0.1)
    if open_:
        c.hollow((0, -0.28, 0.45), (0.095, open_ + 0.02, 0.17), blend=0.02)


def _lips(face: Face) -> tuple[Mesh | None, Mesh]:
    """Lips, and the dark line between them."""
    open_, lift, z = face.mouth * 0.07, face.smile * 0.04, 0.392
    c = Clay(blend=0.015)
    x = np.linspace(-1, 1, 9)
    corner = -0.275 + lift * x**2
    bulge = z - 0.062 * x**2
    for d, r in ((1, 0.017), (-1, 0.023)):
        bow = 0.02 - 0.009 * np.exp(-((x / 0.16) ** 2)) * (d > 0)
        y = corner + d * (bow + open_) * (1 - x**2)
        c.chain(columns(x * 0.135, y, bulge).tolist(), (r * (1.03 - x**2) + 0.004).tolist())
    mesh = None if face.small else c.mesh(detail=30)
    if open_:
        return mesh, ball((0.125, open_ + 0.012, 0.05), sides=14).moved(0, -0.275, 0.355)
    part = columns(x * 0.14, corner, bulge + 0.016)
    return mesh, tube(part, 0.008, sides=5)


def features(face: Face, *, woman: bool, hair_colour: str) -> list[Part]:
    """Eyebrows and the mouth."""
    sad, cross = 0.06 * (face.smile < 0), 0.05 * (face.mouth > 0.5)
    brows = []
    for d in (1, -1):
        path = [(0.06 * d, 0.105 + sad - cross, 0.405), (0.15 * d, 0.145, 0.4),
            (0.27 * d, 0.095 - sad, 0.3)]
        thick = ((0.02 if woman else 0.032) * (1.25 if face.small else 1.0)
            * (0.2 + 0.8 * min(face.brow, 1.0) ** 0.5))
        brows.append(tube(path, [thick * 0.8, thick, thick * 0.3], samples=8, sides=6))
    lips, line = _lips(face)
    parts = [Part("brows", merge(brows), hair_colour), Part("mouth", line, "blood")]
    return parts if lips is None else [*parts, Part("lips", lips, "blood" if woman else "copper")]


def eyes(face: Face, *, closed: bool = False, detail: int = 16) -> list[Part]:
    """Dark beads for a small head; eyeballs with iris and lids for a large one."""
    if face.small:
        wide = 0.066 + 0.012 * (face.nose < 0.6)
        bead = ball((wide, 0.016 if closed else 0.6 * wide, 0.03), sides=10)
        eyes = merge(bead.turned(z=-6 * d).moved(0.147 * d, 0.025, 0.335) for d in (1, -1))
        return [Part("eyes", eyes, "eye")]
    white, iris, pupil, lids = [], [], [], []
    for d in (1, -1):
        at = (0.147 * d, 0.015, 0.3)
        white.append(ball(0.078, sides=detail).moved(*at))
        iris.append(ball((0.04, 0.04, 0.02), sides=detail).moved(at[0], at[1], at[2] + 0.067))
        pupil.append(ball((0.02, 0.02, 0.012), sides=8).moved(at[0], at[1], at[2] + 0.082))
        lids.append(_lids(closed, detail).moved(*at))
    shown = [Part("lids", merge(lids), "skin")]
    if not closed:
        shown += [Part("eyeballs", merge(white), "white"), Part("irises", merge(iris), "dark_wood")]
        shown.append(Part("pupils", merge(pupil), "eye"))
    return shown


def _lids(closed: bool, detail: int) -> Mesh:
    upper = (-100.0, 2.0) if closed else (-100.0, -22.0)
    bands = [upper, (12.0 if closed else 24.0, 80.0)]
    side = np.radians(np.linspace(-88, 88, detail + 4))
    parts = []
    for low, high in bands:
        tilt = np.radians(np.linspace(low, high, 8))[:, None]
        bow = 1 - 0.25 * np.sin(side)[None] ** 2
        angle = tilt * bow
        x = np.broadcast_to(np.sin(side), angle.shape)
        y, z = -np.sin(angle) * np.cos(side), np.cos(angle) * np.cos(side)
        parts.append(sheet(columns(x, y, z) * 0.088))
        edge = columns(x, y, z)[-1 if low < -90 else 0] * 0.09
        parts.append(tube(edge, 0.009, sides=6))
    return merge(parts)


def hair(style: str, rng: np.random.Generator, *, detail: int = 30) -> Mesh | None:
    """Hair by style: short, parted, bob, long hair, bun, tail, curls, or bald."""
    if style == "bald":
        return None
    if style == "wig":
        return powdered_wig()
    c, side = Clay(blend=0.06), 1 if rng.random() < 0.5 else -1
    c.lump((0, 0.21, -0.1), (0.4, 0.38, 0.45))
    c.limb((0, 0.0, -0.36), (0, -0.2, -0.28), 0.25, 0.17)
    for d in (1, -1):
        c.limb((0.33 * d, 0.2, -0.02), (0.35 * d, 0.0, -0.1), 0.1, 0.055)
    if style in ("bob", "long hair"):
        low = -0.4 if style == "bob" else -0.85
        for d in (1, -1):
            lock = [(0.2 * d, 0.42, 0.12), (0.37 * d, 0.1, 0.06), (0.39 * d, -0.2, -0.04)]
            c.chain([*lock, (0.34 * d, low, -0.14)], [0.1, 0.13, 0.15, 0.07])
        c.chain([(0, 0.1, -0.4), (0, -0.3, -0.4), (0, low, -0.36)], [0.26, 0.3, 0.2], blend=0.15)
    elif style in ("bun", "tail"):
        c.lump((0, 0.24, -0.56), (0.18, 0.18, 0.16))
        if style == "tail":
            c.chain([(0, 0.24, -0.6), (0, -0.1, -0.68), (0, -0.6, -0.56)], [0.12, 0.13, 0.05])
        for d in (1, -1):
            c.limb((0.1 * d, 0.45, 0.14), (0.36 * d, 0.06, 0.02), 0.1, 0.08)
    elif style == "curls":
        for _ in range(34):
            a, b = rng.uniform(0, 6.28), rng.uniform(-0.25, 1)
            r = (1 - b * b) ** 0.5
            z = np.sin(a) * r
            if z < 0.55 or b > 0.65:
                c.lump((0.41 * np.cos(a) * r, 0.21 + 0.37 * b, -0.1 + 0.44 * z), 0.12)
    else:
        quiff = [(0.24 * side, 0.42, 0.18), (-0.05 * side, 0.5, 0.24), (-0.32 * side, 0.3, 0.16)]
        c.chain(quiff, [0.1, 0.12, 0.09])
    # The face stays free.
    c.hollow((0, -0.13, 0.43), (0.3, 0.36, 0.42), blend=0.03)
    return c.mesh(detail=detail)


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


def beard(length: float = 1.0, *, moustache_only: bool = False) -> Mesh:
    """A beard with a moustache, or the moustache alone."""
    c = Clay(blend=0.05)
    for d in (1, -1):
        c.chain([(0.015 * d, -0.185, 0.43), (0.1 * d, -0.21, 0.38), (0.17 * d, -0.27, 0.3)],
            [0.045, 0.042, 0.015])
        if not moustache_only:
            c.chain([(0.33 * d, 0.0, 0.02), (0.29 * d, -0.24, 0.1), (0.12 * d, -0.42, 0.26)],
                [0.05, 0.1, 0.12])
    if not moustache_only:
        c.limb((0, -0.42, 0.28), (0, -0.45 - 0.27 * length, 0.3), 0.15, 0.09, blend=0.1)
    return c.mesh(detail=28)


def hat_of(ask: Request) -> str:
    """The first of the head's coverings that is asked for; a halo comes on top of any."""
    return next((hat for hat in HATS if hat in ask and hat != "halo"), "")


def head_parts(ask: Request, *, woman: bool, child: bool = False, hair_style: str = "",
    detail: int = 40, small: bool = True, hat: str | None = None, skin: str = "skin",
    neck: float = 0.0) -> list[Part]:
    """A whole head in its own units."""
    face = face_of(ask, woman=woman, child=child, small=small)
    covering = hat_of(ask) if hat is None else hat
    if covering == "helmet" and "armour" in ask:
        return closed_helmet()
    bare = evened(skull(face, detail=detail, neck=neck), 0.62 if small else 0.45)
    parts = [Part("head", bare, skin, open=True)]
    parts += [replace(p, material=skin) if p.name == "lids" else p for p in eyes(face,
        closed="eyes closed" in ask)]
    colour = "grey_hair" if "old" in ask or "wig" in ask else "hair"
    parts += features(face, woman=woman, hair_colour=colour)
    style = next((h for h in HAIR if h in ask), hair_style)
    shows = HATTERY[covering][3] if covering else True
    usual = _WOMENS[int(ask.rng.integers(len(_WOMENS)))] if woman else "short"
    if "old" in ask and woman:
        usual = "bun"
    grown = hair(style or usual, ask.rng, detail=detail * 3 // 4)
    if grown is not None and (shows or style == "long hair"):
        flat = covering in ("helmet", "hat", "top hat", "cap", "mitre")
        parts.append(Part("hair", grown.scaled(0.99, 0.86 if flat else 1.0, 1.0), colour))
    if "beard" in ask or "moustache" in ask:
        trim = beard(ask.between(0.7, 1.5), moustache_only="beard" not in ask)
        parts.append(Part("beard", trim, colour))
    if covering:
        maker, material, place, _ = HATTERY[covering]
        parts.append(Part(covering, maker(ask).moved(*place), material))
    if "halo" in ask:
        parts.append(Part("halo", halo(), "gold", glow=0.25))
    return parts


def placed(parts: Iterable[Part], frame: Array, at: Array, size: float) -> list[Part]:
    """A head on its neck: scaled, turned and moved."""
    return [replace(p, mesh=p.mesh.mapped(frame * size).moved(*at.tolist()), repeat=p.repeat)
        for p in parts]
