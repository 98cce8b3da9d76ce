"""Paper: books, newspapers, letters, maps, cards, photographs; flat things stand propped.

Paper with pictures: cards, photographs, posters, calendars, stamps.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.scene.forms._still import (block, cut, disc, mirrored, ring, rod, rows, sitter,
    stroke, tilted, turned, wire)
from worker.studio.scene.mesh import Array, Mesh, ball, columns, loft, merge, pairs, sheet, triples
from worker.studio.scene.model import Model, Part, Request, form


def _closed_book(w: float, h: float, t: float) -> list[Mesh]:
    """Cover and pages of a book that lies with its spine to -x: w across, h deep, t thick."""
    c = 0.0035
    cover = [block(w, c, h, (0, c / 2, 0)), block(w, c, h, (0, t - c / 2, 0))]
    a = np.linspace(np.pi / 2, 3 * np.pi / 2, 12)
    spine = columns(np.cos(a) * 0.01 - w / 2 + 0.002, t / 2 + np.sin(a) * t / 2)
    cover.append(loft([columns(spine[:, 0], spine[:, 1], 0 * a + z) for z in (h / 2, -h / 2)]))
    return [merge(cover), block(w - 0.012, t - 2 * c, h - 0.014, (0, t / 2, 0))]


def _leaves(w: float, h: float, rise: float, drop: float) -> list[Mesh]:
    """The two sides of an open book as curved stacks of paper."""
    u = np.linspace(0, 1, 16)
    arch = rise * (np.sin(np.pi * u**0.6) * 0.9 + 0.25 * (1 - u))
    edge = [columns(np.concatenate([u, u[::-1]]) * w, np.concatenate([arch + drop, 0 * u]))]
    side = loft([np.column_stack([edge[0], np.full(32, z)]) for z in (h / 2, -h / 2)], crease=30)
    return [side, side.mirrored()]


@form("book", "paper", 0.25, "closed, open, standing, pile of books", where="table")
def book(ask: Request) -> Model:
    """A book: lying shut, lying open, propped up to read, or several in a pile."""
    w, h = ask.between(0.15, 0.17), ask.between(0.21, 0.24)
    if ask.pose in ("open", "standing"):
        sides = _leaves(w, h, 0.024, 0.012)
        cover = merge(block(2 * w + 0.02, 0.004, h + 0.016, (0, -0.001, 0)))
        text = []
        for k in range(13):
            row = -h * 0.4 + k * h * 0.062
            end = 0.9 if k % 5 != 4 else 0.55
            x = np.linspace(0.12, end, 8)
            y = 0.024 * (np.sin(np.pi * x**0.6) * 0.9 + 0.25 * (1 - x)) + 0.0135
            line = sheet(np.stack([columns(x * w, y, 0 * x + row + d) for d in (0.004, 0)]))
            text += [line, line.mirrored()]
        ribbon = (stroke(pairs("0 0, 4 -100, -6 -160"), 0.008, 0.001).turned(x=-90).moved(0.01,
            0.03, h / 2 - 0.09))
        parts = [Part("cover", cover), Part("pages", merge(sides), "paper"),
            Part("text", merge(text), "grey"), Part("ribbon", ribbon, "accent")]
        model = Model.of(*parts, inside=(0, 0.03, 0))
        return tilted(model, x=70 if ask.pose == "standing" else 20)
    if ask.pose == "pile of books":
        parts, rise = [], 0.0
        tones = ["main", "second", "main", "accent", "second"]
        for k in range(5):
            t = ask.between(0.028, 0.05)
            size = 1.15 - 0.08 * k
            angle = ask.between(-18, 18) + (80 if k % 2 else 100)
            pieces = [m.turned(y=angle).moved(ask.between(-0.004, 0.004), rise, 0)
                for m in _closed_book(w * size, h * size, t)]
            parts += [Part("cover", pieces[0], tones[k]), Part("pages", pieces[1], "paper")]
            rise += t
        return Model.of(*parts, seat=(0, rise, 0))
    t = ask.between(0.035, 0.05)
    cover, pages = _closed_book(w, h, t)
    frame = [block(w * 0.7, 0.0012, 0.003, (0, t, z * h * 0.4)) for z in (-1, 1)] + [block(0.003,
        0.0012, h * 0.8, (x * w * 0.35, t, 0)) for x in (-1, 1)]
    title = [block(w * 0.4, 0.0012, 0.012, (0, t, -h * 0.18)), block(w * 0.25, 0.0012, 0.007,
        (0, t, -h * 0.1))]
    parts = [Part("cover", cover), Part("pages", pages, "paper"),
        Part("gilding", merge(*frame, *title), "gold")]
    return Model.of(*parts).mapped(lambda m: m.turned(x=38))


def paper_sheet(w: float, h: float, *, curl: float = 0.0, folds: int = 0,
    depth: float = 0.012) -> Mesh:
    """A standing sheet about (0, h / 2, 0): folded zigzag, or with its upper corner curled."""
    x, y = np.meshgrid(np.linspace(-w / 2, w / 2, 25), np.linspace(0, h, 17))
    z = 0 * x
    if folds:
        z = depth * np.abs(((x / w + 0.5) * folds) % 2 - 1)
    far = np.clip((x / w + 0.5) + y / h - 1.6 + 0.5 * curl, 0, 1)
    z = z + curl * far**1.3
    return sheet(columns(x - 0.3 * curl * far, y - 0.3 * curl * far, z), crease=20 if folds
        else 180)


def _propped(parts: list[Part], ask: Request, *, back: float = 14) -> Model:
    """Flat parts that stand in x-y: leaning back, or lying at a slant."""
    if ask.pose == "lying":
        return tilted(Model(parts), z=ask.between(-20, 20), x=-62)
    return tilted(Model(parts), x=-back, z=ask.between(-5, 5))


_PROFILE = pairs("-6 -10.6, 4.6 -10.6, 3.2 -8.2, 2.7 -5.7, 4.2 -5.3, 6 -5, 6.6 -4.1, 6.2 -3.2, "
    "6.8 -2.6, 6.4 -2.1, 7 -1.5, 6.6 -.7, 8.2 -.3, 8.1 .5, 7 2.2, 6.4 3.3, 6.8 4.1, 6.4 6, 5 8, "
    "2.4 9.3, -1 9.4, -4.4 8.2, -6.4 5.4, -6.6 2.4, -5.4 -.6, -4.2 -2.8, -3.9 -5.5, -4.4 -8.2")
"""The outline of a head and neck that look to the right, on a stamp."""


@form("newspaper", "paper", 0.4, "folded, open, lying", where="table")
def newspaper(ask: Request) -> Model:
    """A front page with its title, columns and a picture; open it is a double spread."""
    w, h = 0.29, 0.39

    def page(x: float) -> list[Mesh]:
        columns = [rows(w * 0.27, h * 0.33, 11, (x + k * w * 0.31, 0.085, 0.006), ragged=0.15,
            ink=0.45) for k in (-1, 0, 1)]
        columns.append(rows(w * 0.27, h * 0.3, 10, (x + w * 0.31, 0.235, 0.006), ink=0.45))
        return columns

    ink = page(0)
    ink += [block(w * 0.8, 0.036, 0.002, (0, 0.355, 0.006)), block(w * 0.88, 0.002, 0.002,
        (0, 0.328, 0.006)), block(w * 0.58, 0.014, 0.002, (-w * 0.15, 0.308, 0.006))]
    picture = block(w * 0.57, h * 0.28, 0.002, (-w * 0.155, 0.23, 0.006))
    ink.append(cut(_PROFILE, 0.001, steps=2).scaled(4.4, 4.4, 1).moved(-w * 0.155, 0.23, 0.0075))
    parts = [Part("paper", block(w, h, 0.008, (0, h / 2, 0)), "paper"), Part("ink", merge(ink),
        "black"), Part("picture", picture, "grey")]
    if ask.pose == "open":
        left = [m.moved(-w) for m in page(0)] + [rows(w * 0.88, h * 0.3, 10, (-w, 0.235, 0.006)),
            block(w * 0.88, 0.026, 0.002, (-w, 0.345, 0.006))]
        wing = [Part("paper", block(w, h, 0.004, (-w, h / 2, 0)), "paper"), Part("ink", merge(left),
            "black")]

        def swing(m: Mesh, a: float, x: float) -> Mesh:
            return m.moved(x).turned(y=a)

        parts = [Part(p.name, swing(p.mesh, -16, w / 2), p.material, p.pattern, p.other, p.repeat)
            for p in parts] + [Part(p.name, swing(p.mesh, 16, w / 2), p.material) for p in wing]
    return _propped(parts, ask)


@form("letter", "paper", 0.12, "propped, opened, lying", where="table")
def letter(ask: Request) -> Model:
    """A sealed envelope from behind, or one with its letter half out."""
    w, h = 0.19, 0.125
    body = block(w, h, 0.004, (0, h / 2, 0))
    folds = [stroke([(x * w / 2, 0.001), (0, h * 0.5)], 0.0022, 0.001).moved(0, 0, 0.0035)
        for x in (-1, 1)]
    if ask.pose == "opened":
        flap = cut([(-w / 2, h), (w / 2, h), (0, h * 1.52)], 0.002).moved(0, 0, -0.004)
        note = block(w * 0.9, h, 0.002, (0, h * 0.93, -0.001))
        text = rows(w * 0.72, h * 0.38, 5, (0, h * 1.2, 0.0012), ragged=0.2, ink=0.22)
        pocket = cut([(-w / 2, 0), (w / 2, 0), (w / 2, h), (0, h * 0.5), (-w / 2, h)],
            0.002).moved(0, 0, 0.003)
        back = block(w, h, 0.001, (0, h / 2, -0.004))
        return _propped([Part("envelope", merge(pocket, back)), Part("flap", flap),
            Part("folds", merge(folds).moved(0, 0, 0.001), "grey"), Part("note", note, "paper"),
            Part("text", text, "black")], ask)
    # Three flaps meet under the fourth, which a flat seal holds.
    sides = [cut([(x * w / 2, 0.002), (x * w / 2, h - 0.002), (x * w * 0.02, h * 0.5)][::int(x)],
        0.0022).moved(0, 0, 0.003) for x in (-1, 1)]
    under = cut([(-w / 2, 0), (w / 2, 0), (0.008, h * 0.53), (-0.008, h * 0.53)], 0.0022,
        bevel=0.0006).moved(0, 0, 0.0048)
    u = np.linspace(0, 1, 9)
    edge = np.concatenate([columns(-w / 2 + (w / 2 - 0.014) * u, h - 0.6 * h * u**0.92),
        columns(0.014 + (w / 2 - 0.014) * u, h - 0.6 * h * (1 - u) ** 0.92)])
    flap = cut(edge[::-1], 0.0032, bevel=0.001).turned(x=-2).moved(0, 0.0, 0.0095)
    t = np.linspace(0, 6.2, 40)
    wide = 0.0165 + 0.0016 * np.sin(5 * t) + 0.0008 * np.sin(11 * t)
    seal = merge(cut(columns(wide * np.cos(t), wide * np.sin(t)), 0.004, bevel=0.001),
        ring(0.0115, 0.0012).turned(x=90).moved(z=0.002)).moved(0, h * 0.44, 0.0115)
    return _propped([Part("envelope", merge(body, *sides)), Part("under", under), Part("flap",
        flap), Part("folds", merge(folds), "second"), Part("seal", seal, "blood")], ask)


@form("scroll", "paper", 0.3, "unrolled", where="table")
def scroll(ask: Request) -> Model:
    """A parchment between its two rolls, written on; or rolled up with a ribbon."""
    w = 0.24
    h = 0.3
    t = np.linspace(0, 1, 30)
    wave = 0.012 * np.sin(t * 6.28)
    grid = np.stack([columns(0 * t + x, t * h, wave) for x in np.linspace(-w / 2, w / 2, 6)], 1)
    rolls, knobs = [], []
    for y in (0.0, h):
        rolls.append(rod((-w * 0.53, y, 0.012), (w * 0.53, y, 0.012), 0.022))
        knobs.append(rod((-w * 0.66, y, 0.012), (w * 0.66, y, 0.012), 0.009))
        knobs += [ball(0.016).moved(x * w * 0.66, y, 0.012) for x in (-1, 1)]
    text = merge(rows(w * 0.76, h * 0.32, 7, (0, h * 0.67, 0.0), ragged=0.1, ink=0.16), rows(
        w * 0.76, h * 0.24, 5, (0, h * 0.36, 0.016), ragged=0.4, ink=0.16))
    parts = [Part("sheet", merge(sheet(grid), *rolls), "paper"), Part("rods", merge(knobs), "main"),
        Part("text", text, "dark_wood")]
    return tilted(Model(parts), x=-14)


@form("map", "paper", 0.4, "unfolded, lying", where="table")
def chart(ask: Request) -> Model:
    """A folded map opened: coasts, a river, a route of dashes to a cross."""
    w, h, d = 0.52, 0.36, 0.03
    land = 0.5 + ask.between(-0.05, 0.05)

    def lay(path: list[tuple[float, float]]) -> Array:
        p = np.array(path)
        z = d * np.abs(((p[:, 0]) * 6) % 2 - 1) + 0.003
        return np.column_stack([(p[:, 0] - 0.5) * w, p[:, 1] * h, z])

    u, v = np.meshgrid(np.linspace(0.02, 0.98, 73), np.linspace(0.03, 0.97, 30))
    coast = land + 0.12 * np.sin(v * 7 + 1) + 0.05 * np.sin(v * 19)
    west = np.minimum(u, coast)
    grid = lay(list(zip(west.ravel(), v.ravel(), strict=True))).reshape(*u.shape, 3)
    e = np.linspace(0, 2 * np.pi, 30)
    island = lay([(0.8 + 0.1 * np.cos(a) * (1 + 0.2 * np.sin(3 * a)), 0.62 + 0.17 * np.sin(a))
        for a in e])
    island = np.stack([np.stack([island, np.tile(island.mean(0), (30, 1))
        + np.array([0, 0, 0.001])])])[0]
    river = wire(lay([(x, 0.75 + 0.1 * np.sin(x * 16)) for x in np.linspace(0.05, land - 0.02, 14)])
        + np.array([0, 0, 0.002]), 0.002)
    dashes = [wire(lay([(x, 0.25 + 0.35 * (x - 0.1) + 0.06 * np.sin(x * 9)) for x in (a, a + 0.012,
        a + 0.024)]) + np.array([0, 0, 0.003]), 0.003, samples=4) for a in np.arange(0.12, 0.76,
        0.046)]
    cross = [wire(lay([(0.79 - 0.025, 0.56 + s * 0.045), (0.79 + 0.025, 0.56 - s * 0.045)])
        + np.array([0, 0, 0.004]), 0.004, samples=4) for s in (-1, 1)]
    parts = [Part("sea", paper_sheet(w, h, folds=6, depth=d), "main"),
        Part("land", merge(sheet(grid, crease=20), sheet(island)), "paper"), Part("river", river,
        "blue"), Part("route", merge(*dashes, *cross), "red")]
    return _propped(parts, ask)


@form("sheet music", "paper", 0.3, "propped, lying", where="table")
def sheet_music(ask: Request) -> Model:
    """Staves with notes; the page leans back."""
    w, h = 0.23, 0.31
    lines, notes = [], []
    for staff in range(4):
        base = 0.045 + staff * 0.066
        lines += [block(w * 0.84, 0.0014, 0.001, (0, base + k * 0.0075, 0.002)) for k in range(5)]
        for k in range(6):
            x, step = -0.07 + k * 0.029, int(ask.rng.integers(0, 8))
            y = base + step * 0.00375
            notes += [ball((0.0058, 0.0043, 0.001)).turned(z=20).moved(x, y, 0.003),
                block(0.0016, 0.026, 0.001, (x + 0.005, y + 0.013, 0.003))]
        clef = wire([(-0.09, base, 0.003), (-0.082, base + 0.012, 0.003), (-0.096, base + 0.016,
            0.003), (-0.088, base + 0.034, 0.003), (-0.09, base - 0.01, 0.003)], 0.0014)
        notes.append(clef)
    return _propped([Part("page", paper_sheet(w, h, curl=0.03), "paper"),
        Part("lines", merge(lines), "grey"), Part("notes", merge(notes), "black")], ask)


@form("document", "paper", 0.3, "propped, lying", where="table")
def document(ask: Request) -> Model:
    """A written sheet with a heading, a signature and a seal; or a stack of papers."""
    w, h = 0.21, 0.29
    text = [rows(w * 0.76, h * 0.48, 11, (0, h * 0.54, 0.002), ragged=0.22, ink=0.3),
        block(w * 0.5, 0.016, 0.001, (0, h * 0.88, 0.002))]
    sign = wire(triples("-75 45 2, -60 62 2, -58 38 2, -40 56 2, -32 42 2, 0 50 2"), 0.0014)
    tails = [stroke([(0.062, 0.05), (0.062 + s * 0.014, -0.004)], 0.014, 0.001).moved(0, 0, 0.002)
        for s in (-1, 1)]
    seal = (merge(turned(pairs("24 0, 24 4, 0 5"), samples=0), disc(0.015, 0.007)).turned(x=90)
        .moved(0.062, 0.055, 0.002))
    return _propped([Part("page", paper_sheet(w, h, curl=0.02), "paper"),
        Part("text", merge(*text, sign), "black"), Part("seal", merge(seal, *tails), "main")], ask)


_PIPS = {"heart": pairs("0 -1000, 550 -300, 950 300, 850 800, 450 950, 0 550"),
    "diamond": pairs("0 -1050, 420 -450, 800 0, 420 450, 0 1050"),
    "spade": pairs("300 -1000, 90 -800, 60 -500, 500 -620, 850 -350, 750 100, 400 500, 0 1000")}


def pip(kind: str, size: float) -> Mesh:
    """The sign of a suit of cards, about the origin."""
    return cut(np.array(mirrored(_PIPS[kind])) * size, 0.0012)


def _card(kind: str, count: int) -> list[Part]:
    w, h, z = 0.063, 0.09, 0.0008
    face = cut([(x * (w / 2 - a), y * (h / 2 - b)) for x, y, a, b in ((1, -1, 0.004, 0),
        (1, -1, 0, 0.004), (1, 1, 0, 0.004), (1, 1, 0.004, 0), (-1, 1, 0.004, 0), (-1, 1, 0, 0.004),
        (-1, -1, 0, 0.004), (-1, -1, 0.004, 0))], 0.001)
    spots = {1: [(0.0, 0.0)], 3: pairs("0 26, 0 0, 0 -26"),
        5: pairs("-15 24, 15 24, 0 0, -15 -24, 15 -24")}[count]
    signs = [pip(kind, 0.019 if count == 1 else 0.0085).moved(x, y, z) for x, y in spots]
    signs += [pip(kind, 0.004).moved(-0.025, 0.036, z), pip(kind, 0.004).turned(z=180).moved(0.025,
        -0.036, z)]
    return [Part("card", face, "white"), Part("pips", merge(signs), "black" if kind == "spade"
        else "red")]


@form("playing card", "paper", 0.09, "single, hand of cards", "", where="table")
def playing_card(ask: Request) -> Model:
    """An ace, a fan of five, or a house of cards."""
    kind = ask.pick("heart", "spade", "diamond")
    if ask.pose == "hand of cards":
        parts = []
        for k, (suit, count) in enumerate((("spade", 3), ("heart", 5), ("diamond", 3), ("spade", 5),
            (kind, 1))):

            def fan(m: Mesh, k: float = k) -> Mesh:
                return m.moved(0, 0.075, 0.0022 * k).turned(z=36 - 18 * k)

            parts += [Part(p.name, fan(p.mesh), p.material) for p in _card(suit, count)]
        return tilted(Model.of(*parts), x=-14)
    return tilted(Model.of(*_card(kind, 1)), x=-14, z=ask.between(-14, 14))


@form("photograph", "paper", 0.14, "framed", where="table")
def photograph(ask: Request) -> Model:
    """A portrait photograph in its frame, which hangs straight."""
    w, h = 0.12, 0.16
    paper = block(w, h, 0.002, (0, h / 2, 0))
    view = block(w - 0.02, (h - 0.02), 0.001, (0, h / 2 + 0.0, 0.0016))
    sat = [replace(p, mesh=p.mesh.moved(0, h / 2, -0.003)) for p in sitter(ask, w - 0.02, h - 0.02)]
    parts = [Part("paper", paper, "white"), Part("view", view, "horn"), *sat]
    bars = [block(w + 0.03, 0.018, 0.014, (0, y, 0.002), bevel=0.003)
        for y in (0, h)] + [block(0.018, h + 0.018, 0.014, (x * (w / 2 + 0.006), h / 2, 0.002),
        bevel=0.003) for x in (-1, 1)]
    return Model([*parts, Part("frame", merge(bars), "main")])


@form("poster", "paper", 0.8, "hanging", where="wall")
def poster(ask: Request) -> Model:
    """A bill on a wall: a bold disc and bars of type, its corner coming off."""
    w, h = 0.5, 0.75
    curl = 0.16
    ink = [block(w * 0.8, 0.075, 0.003, (0, 0.13, 0.004)), block(w * 0.6, 0.03, 0.003,
        (0, 0.055, 0.004))]
    sun = disc(0.15, 0.004).turned(x=90).moved(-0.02, 0.44, 0.003)
    return Model.of(Part("paper", paper_sheet(w, h, curl=curl), "paper"), Part("sun", sun, "main"),
        Part("ink", merge(ink), "black"))


@form("calendar", "paper", 0.25, "hanging, standing", where="wall")
def calendar(ask: Request) -> Model:
    """A month of days under a coloured head, with one day marked."""
    w, h = 0.24, 0.28
    head = block(w, h * 0.26, 0.007, (0, h * 0.87, 0))
    cells = [block(w * 0.1, h * 0.085, 0.001, ((c - 3) * w * 0.133, h * (0.64 - r * 0.13), 0.004))
        for r in range(5) for c in range(7) if r or c > 1]
    marked = int(ask.rng.integers(9, 30))
    month = [block(w * 0.5, 0.022, 0.001, (0, h * 0.87, 0.0045))]
    at = cells[marked].points.mean(0)
    circle = wire([(at[0] + 0.017 * np.cos(a), at[1] + 0.016 * np.sin(a), 0.006)
        for a in np.linspace(0, 6.6, 12)], 0.002)
    rings = [wire([(x, h - 0.012, 0.006), (x, h + 0.012, 0.009), (x, h + 0.012, -0.008),
        (x, h - 0.012, -0.006)], 0.0025) for x in np.linspace(-w * 0.4, w * 0.4, 9)]
    model = Model.of(Part("page", block(w, h, 0.005, (0, h / 2, 0)), "paper"), Part("head", head),
        Part("days", merge(cells), "grey"), Part("month", merge(month), "second"),
        Part("mark", circle, "red"), Part("rings", merge(rings), "iron"))
    return tilted(model, x=-14) if ask.pose == "standing" else model


@form("stamp", "paper", 0.03, "postage, rubber stamp", where="table")
def stamp(ask: Request) -> Model:
    """A postage stamp with its teeth and a profile, or a rubber stamp with a turned handle."""
    if ask.pose == "rubber stamp":
        # What it has printed lies before it: without that nobody knows what it is.
        handle = turned(pairs("15 22, 15 28, 8 34, 6.5 46, 8 56, 16 66, 17 76, 12 86, 0 89"))
        sheet_ = block(0.1, 0.0016, 0.09, (0.004, 0.0008, 0.024))
        seal = [ring(0.021, 0.0022), *(block(0.006, 0.0024, 0.028, (0, 0, 0)).turned(y=60 * k)
            for k in range(3))]
        return Model.of(Part("handle", handle), Part("block", block(0.062, 0.016, 0.04,
            (0, 0.014, 0), bevel=0.003), "wood"), Part("rubber", block(0.058, 0.0065, 0.037,
            (0, 0.0033, 0)), "black"), Part("paper", sheet_, "paper"), Part("print",
            merge(seal).scaled(1, 0.4, 1).moved(0.018, 0.002, 0.046), "accent"),
            hand=(0, 0.07, 0)).mapped(lambda m: m.turned(y=-8))
    w, h = 0.026, 0.032
    # Each side is bitten by holes; a bite is a corner, as small as the tool that cuts it.
    def side(a: tuple[float, float], z: tuple[float, float], count: int) -> Array:
        u = np.arange(4 * count) / (4 * count)
        way = np.subtract(z, a)
        bite = np.isin(np.arange(4 * count) % 4, (2, 3)) * 0.0009
        inwards = np.array([-way[1], way[0]]) / np.hypot(*way)
        return np.asarray(a + u[:, None] * way + bite[:, None] * inwards)

    corners = [(-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2), (-w / 2, h / 2)]
    outline = np.concatenate([side(corners[k], corners[(k + 1) % 4], (13, 16)[k % 2])
        for k in range(4)])
    oval = disc(0.0097, 0.0003).turned(x=90).scaled(1, 1.28, 1).moved(z=0.0011)
    model = Model.of(Part("paper", cut(outline, 0.0005), "paper"), Part("view", block(w - 0.005,
        h - 0.005, 0.0003, (0, 0, 0.0006))), Part("oval", oval, "paper"), Part("profile", cut(
        _PROFILE, 0.0004, steps=2).scaled(0.92, 0.95, 1).moved(0, -0.0004, 0.0017), "black"))
    return tilted(model, x=-12, z=ask.between(-10, 10))
