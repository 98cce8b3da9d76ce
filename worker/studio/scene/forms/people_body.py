"""Flesh and cloth over the skeleton: torso, limbs, hands, shoes, and drapery that hangs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.people_poses import Figure, frame, unit
from worker.studio.scene.mesh import Array, Mesh, columns, sheet
from worker.studio.scene.model import Rng


def torso(clay: Clay, figure: Figure, *, ease: float = 0.0, neck: bool = False,
    pelvis: bool = True) -> Clay:
    """Add the trunk; `ease` is the thickness of the cloth, in metres of an adult."""
    s, g, f = figure.build.scale, figure.build.girth, figure.front
    woman = figure.build.woman
    up = figure.chest_frame[:, 1]
    chest = figure.neck - up * 0.17 * s + f * 0.01 * s
    waist, ribs = (0.106, 0.128) if woman else (0.122, 0.152)
    radii = [(r * g + ease) * s for r in (0.125, waist, ribs)]
    low = figure.hips if pelvis else figure.hips * 0.45 + figure.waist * 0.55
    clay.limb(low, figure.waist, radii[0 if pelvis else 1], radii[1], flat=0.8, side=f)
    clay.limb(figure.waist, chest, radii[1], radii[2], flat=0.76, side=f)
    seat = (0.118 if woman else 0.105) * g + ease
    if pelvis:
        clay.limb(figure.legs[0], figure.legs[1], seat * s)
    yoke = [p - up * 0.005 * s for p in figure.shoulders]
    clay.limb(yoke[0], yoke[1], (0.052 + ease * 0.8) * s)
    for shoulder in yoke:
        clay.limb(figure.neck + up * 0.02 * s, shoulder, (0.054 + ease * 0.5) * s,
            (0.046 + ease * 0.5) * s)
    if woman:
        for d in (1.0, -1.0):
            breast = chest + (figure.chest_frame[:, 0] * d * 0.055 - up * 0.02 + f * 0.07) * s
            clay.lump(breast, (0.062 + ease * 0.5) * s, blend=0.08 * s)
    if neck:
        clay.limb(figure.neck - up * 0.03 * s, figure.head - up * 0.02 * s, 0.05 * s
            * (0.9 + 0.1 * g))
    return clay


def arms(clay: Clay, figure: Figure, *, ease: float = 0.0, cuff: float = 0.0,
    share: float = 1.0) -> Clay:
    """Add the arms, or sleeves: `cuff` widens the wrist, `share` of the forearm is covered."""
    s, g = figure.build.scale, figure.build.girth**0.6
    for shoulder, elbow, wrist in zip(figure.shoulders, figure.elbows, figure.wrists, strict=True):
        end = elbow + (wrist - elbow) * share
        radii = [(0.055 * g + ease) * s, (0.042 * g + ease) * s, (0.03 * g + ease) * s]
        clay.chain([shoulder, elbow, end], radii, blend=0.04 * s)
        if cuff:
            drop = end + np.array([0.0, -cuff * 0.8, 0.0]) * s
            clay.limb(elbow, drop, radii[1], (0.03 + cuff * 0.55) * s, blend=0.05 * s)
    return clay


def thighs(clay: Clay, figure: Figure, *, ease: float = 0.0, share: float = 1.0) -> Clay:
    """Add the legs, or trousers down to a `share` of the shin."""
    s, g = figure.build.scale, figure.build.girth**0.7
    for leg, knee, ankle in zip(figure.legs, figure.knees, figure.ankles, strict=True):
        end = knee + (ankle - knee) * share
        radii = [(0.088 * g + ease) * s, (0.056 * g + ease) * s, (0.037 * g + ease * 1.3) * s]
        clay.chain([leg, knee, end], radii, blend=0.05 * s)
        if ease > 0.01:
            clay.limb(figure.hips, leg, (0.115 * g + ease) * s, (0.1 * g + ease) * s)
        else:
            calf = unit(np.cross(np.cross(ankle - knee, figure.toes[0]), ankle - knee))
            at = knee + (ankle - knee) * 0.32 - calf * 0.018 * s
            clay.limb(at, knee + (ankle - knee) * 0.5, 0.05 * g * s, 0.04 * s)
    return clay


def hand(figure: Figure, side: int, *, fist: bool = False, detail: int = 15) -> Mesh:
    """A mitten with a thumb."""
    s = figure.build.scale * (1.02 if figure.build.woman else 1.12)
    wrist = figure.wrists[side]
    along = unit(wrist - figure.elbows[side])
    body = figure.hips * 0.5 + figure.neck * 0.5
    inward = unit(body - wrist + figure.front * 0.01)
    palm = unit(inward - along * float(inward @ along))
    thumb = unit(np.cross(along, palm)) * (1 if side else -1)
    if thumb @ (figure.front + np.array([0, 0.6, 0])) < 0:
        thumb = -thumb
    clay = Clay(blend=0.025 * s)
    knuckles = wrist + along * 0.08 * s
    clay.limb(wrist - along * 0.03 * s, wrist, 0.028 * s, 0.026 * s)
    clay.limb(wrist + along * 0.025 * s, knuckles, 0.034 * s, 0.044 * s, flat=0.6, side=palm)
    tips = (0.02, 0.045) if fist else (0.085, 0.02)
    end = knuckles + (along * tips[0] + palm * tips[1]) * s
    clay.limb(knuckles, end, 0.042 * s, 0.026 * s, flat=0.65, side=palm)
    root = wrist + (along * 0.03 + thumb * 0.03) * s
    clay.limb(root, root + (along * 0.05 + thumb * 0.035 + palm * 0.012) * s, 0.02 * s, 0.015 * s)
    return clay.mesh(detail=detail)


def shoe(figure: Figure, side: int, *, boot: float = 0.0, detail: int = 17) -> Mesh:
    """A shoe, or a boot that reaches `boot` of the way to the knee."""
    s = figure.build.scale * (0.9 if figure.build.woman else 1.0)
    ankle, knee, toe = figure.ankles[side], figure.knees[side], figure.toes[side]
    shin = unit(knee - ankle)
    up = shin - toe * float(shin @ toe)
    up = unit(up) if np.linalg.norm(up) > 0.2 else frame(np.array([0.0, 1.0, 0.0]), toe)[:, 1]
    clay = Clay(blend=0.03 * s)
    heel = ankle - (up * 0.037 + toe * 0.025) * s
    clay.limb(ankle + shin * (0.03 * s + boot * 0.4 * s), heel, (0.044 + 0.02 * boot) * s, 0.041
        * s)
    ball = heel + toe * 0.15 * s
    clay.limb(heel, ball, 0.041 * s, 0.047 * s, flat=0.85, side=up)
    clay.limb(ball, ball + toe * 0.06 * s, 0.046 * s, 0.036 * s, flat=0.72, side=up)
    return clay.mesh(detail=detail)


Disc = tuple[Array, float]


def drape(discs: Sequence[Disc], top: float, hem: float, rng: Rng, *, flare: float = 0.1,
    folds: float = 0.03, count: int = 11, opening: tuple[float, float] | None = None,
    flies: ArrayLike = (0.0, 0.0, 0.0), ragged: float = 0.0, levels: int = 16) -> Mesh:
    """Cloth that hangs around balls (centre, radius) from the height `top` down to `hem`.

    At each height it goes round all that is at or above: the hull of the balls, which nothing
    tucks in again. `flare` is how far the hem stands off, `folds` how deep it folds there.
    `opening` is the front's gap, as angles from and to, in turns from +x towards +z; `ragged` tears
    the hem.
    """
    start, end = (0.0, 1.0) if opening is None else (opening[1], opening[0] + 1.0)
    sides = 88
    angle = np.linspace(start, end, sides + 1) * 2 * np.pi
    out = columns(np.cos(angle), np.sin(angle))
    centres = np.array([centre for centre, _ in discs])
    radii = np.array([radius for _, radius in discs])
    phase, wobble = rng.uniform(0, 6.28, 2), rng.uniform(0.5, 1.0, 3)
    wave = np.sin(count * angle + phase[0] + wobble[0] * np.sin(2 * angle + phase[1]))
    wave = wave * (0.75 + 0.25 * np.sin(3 * angle + phase[1])) - 0.25 * np.cos(2 * count * angle)
    tears = np.convolve(rng.uniform(-1, 2, sides + 3), [0.3, 0.4, 0.3], "valid") if ragged else 0.0
    rows = []
    for level in np.linspace(0, 1, levels):
        y = top + (hem - top) * level
        support = _hull(centres, radii, y, out)
        support = _soft(support, closed=opening is None)
        slope = _slope(support, angle, closed=opening is None)
        ring = support[:, None] * out + slope[:, None] * columns(-out[:, 1], out[:, 0])
        off = flare * level**1.4 + folds * wave * min(1.0, level * 1.6) ** 1.2
        ring = ring + out * off[:, None]
        lift = np.array(flies) * level**2
        torn = y + ragged * level**4 * tears
        rows.append(np.column_stack([ring[:, 0], torn + 0 * angle, ring[:, 1]]) + lift)
    grid = np.stack(rows)
    if opening is None:
        grid[:, -1] = grid[:, 0]
    mesh = sheet(grid[:, ::-1]).grained(0.0, 1.0, 0.0)
    if opening is None:
        normals = mesh.normals.reshape(grid.shape)
        seam = normals[:, 0] + normals[:, -1]
        normals[:, 0] = normals[:, -1] = seam / np.linalg.norm(seam, axis=1, keepdims=True)
    return mesh


def _hull(centres: Array, radii: Array, y: float, out: Array) -> Array:
    """How far the balls at or above a height reach in each direction."""
    seen = np.clip((centres[:, 1] - y) / np.maximum(radii, 1e-6) + 1.0, 0.0, 1.0)
    reach = np.where(seen > 0, radii * np.sqrt(1 - (1 - seen) ** 2), -9.0)
    return np.asarray((centres[:, [0, 2]] @ out.T + reach[:, None]).max(0))


def _soft(values: Array, *, closed: bool) -> Array:
    kernel = np.hanning(13)
    kernel /= kernel.sum()
    if closed:
        ring = values[:-1]
        smooth = np.convolve(np.concatenate([ring[-6:], ring, ring[:6]]), kernel, "valid")
        return np.asarray(np.concatenate([smooth, smooth[:1]]))
    return np.asarray(np.convolve(np.pad(values, 6, mode="edge"), kernel, "valid"))


def _slope(values: Array, angle: Array, *, closed: bool) -> Array:
    if not closed:
        return np.asarray(np.gradient(values, angle))
    ring = np.concatenate([values[-2:-1], values, values[1:2]])
    return np.asarray(np.gradient(ring, angle[1] - angle[0])[1:-1])


def line(start: Array, end: Array, radius: float, end_radius: float) -> list[Disc]:
    """Balls along a limb, for `drape`."""
    steps = np.linspace(0, 1, 7)
    return [(start + (end - start) * t, radius + (end_radius - radius) * float(t)) for t in steps]


def leg_discs(figure: Figure, ease: float = 0.03, reach: float = 2.0) -> list[Disc]:
    """The hips and legs, for a skirt; `reach` is how many bones of the leg it covers."""
    s, g = figure.build.scale, figure.build.girth
    waist, seat = (0.1, 0.135) if figure.build.woman else (0.115, 0.12)
    discs = [(figure.waist, (waist * g + ease * 0.3) * s)]
    discs += line(figure.legs[0], figure.legs[1], (seat * g + ease * 0.6) * s,
        (seat * g + ease * 0.6) * s)
    for leg, knee, ankle in zip(figure.legs, figure.knees, figure.ankles, strict=True):
        end, thin = leg + (knee - leg) * min(reach, 1.0), 0.03 * min(reach, 1.0)
        discs += line(leg, end, (0.09 * g + ease) * s, (0.09 - thin + ease) * s)
        if reach > 1 and not figure.pose.hang:
            discs += line(knee, ankle, (0.06 + ease) * s, (0.04 + ease) * s)
    return discs


def trunk_discs(figure: Figure, ease: float = 0.02) -> list[Disc]:
    """The trunk and upper arms, for a cloak."""
    s = figure.build.scale
    discs = line(figure.waist, figure.neck - figure.chest_frame[:, 1] * 0.12 * s, 0.13 * s, 0.13
        * s)
    discs += line(figure.shoulders[0], figure.shoulders[1], (0.065 + ease) * s, (0.065 + ease) * s)
    discs.append((figure.neck, (0.07 + ease) * s))
    for shoulder, elbow in zip(figure.shoulders, figure.elbows, strict=True):
        discs += line(shoulder, elbow, (0.06 + ease) * s, (0.05 + ease) * s)
    return discs


def drape_figure(figure: Figure, discs: Sequence[Disc], length: float, rng: Rng, *,
    flare: float = 0.1, folds: float = 0.03, count: int = 11, opening: tuple[float,
    float] | None = None, ragged: float = 0.0, high: bool = False) -> Mesh:
    """`drape` from the waist, or the neck if `high`, the way that the figure's cloth hangs."""
    s, pose = figure.build.scale, figure.pose
    legs = unit((figure.ankles[0] + figure.ankles[1]) / 2 - figure.hips)
    up = unit(np.array([0.0, 1.0, 0.0]) * (1 - pose.hang) - legs * pose.hang)
    base = frame(up, np.array(pose.front)) if pose.hang else np.eye(3)
    root = figure.neck if high else figure.waist
    origin = np.array([root[0], 0.0, root[2]]) if not pose.hang else root
    local = [((centre - origin) @ base, radius) for centre, radius in discs]
    top = float((root - origin) @ base[:, 1]) + (0.05 * s if high else 0.0)
    hem = top - length * s if pose.hang else max(top - length * s, 0.015)
    flare = flare * (1 - 0.65 * pose.hang)
    flies = np.array(pose.flies) * min(length / 0.5, 1.0) ** 2
    cloth = drape(local, top, hem, rng, flare=flare * s, folds=folds * s, count=count,
        opening=opening, flies=(flies * s) @ base, ragged=ragged * s)
    points = cloth.points @ base.T + origin
    points[:, 1] = np.maximum(points[:, 1], 0.01)
    return cloth.bent(lambda _: points)
