"""Bridges, aqueducts and piers."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.mesh import Array, Mesh, box, extrude, loft, merge, tube
from worker.studio.scene.model import Model, Request, form


def _spans(spans: list[float], pier: float, hump: float, top: float, thick: float) -> Mesh:
    """Stone arches of given spans under a road that rises by `hump` in the middle."""
    total = sum(spans) + pier * (len(spans) + 1)
    x = -total / 2

    def road(at: Array) -> Array:
        return np.asarray(top + hump * np.cos(np.clip(at / total * np.pi, -1.57, 1.57)))

    pieces = []
    for span in spans:
        post = np.linspace(x, x + pier, 3)
        pieces.append(b.band(np.column_stack([post, 0 * post]), np.column_stack([post, road(post)]),
            thick))
        x += pier
        lift = float(road(np.array([x + span / 2]))[0]) - 1.0 - span / 2
        curve = b.arc(span, samples=15) + np.array([x + span / 2, 0])
        curve[:, 1] = np.maximum(curve[:, 1] + max(lift, 0), 0.0)
        if lift > 0:
            curve = np.concatenate([[[x, 0.0]], curve, [[x + span, 0.0]]])
        pieces.append(b.band(curve, np.column_stack([curve[:, 0], road(curve[:, 0])]), thick,
            crease=25))
        x += span
    post = np.linspace(x, x + pier, 3)
    pieces.append(b.band(np.column_stack([post, 0 * post]), np.column_stack([post, road(post)]),
        thick))
    return merge(pieces)


@form("bridge", "building", 10, "stone, suspension")
def bridge(ask: Request) -> Model:
    """A bridge of stone arches, a suspension bridge or a wooden footbridge."""
    if ask.pose == "suspension":
        return _suspension(ask)
    kit, thick = b.Kit(), 5.5
    spans, pier, hump, top = [6.0, 8.0, 9.6, 8.0, 6.0], 2.0, 1.7, 5.2
    kit.add("arches", _spans(spans, pier, hump, top, thick), pattern="stones", repeat=1.2)
    total = sum(spans) + 6 * pier
    at = np.linspace(-total / 2, total / 2, 31)
    line = top + hump * np.cos(at / total * np.pi)
    for s in (-1, 1):
        parapet = b.band(np.column_stack([at, line - 0.1]), np.column_stack([at, line + 1.1]), 0.4)
        string = b.band(np.column_stack([at, line - 0.15]), np.column_stack([at, line + 0.15]), 0.3)
        kit.add("parapet", parapet.moved(z=s * (thick / 2 - 0.2)))
        kit.add("trim", string.moved(z=s * (thick / 2 + 0.15)), of="second")
    x = -total / 2
    for span in spans:
        x += pier
        high = top + hump * np.cos((x + span / 2) / total * np.pi) - 1.0 - span / 2
        ring = b.band(b.arc(span), b.arc(span + 1.1), 0.3).moved(x + span / 2, max(high, 0), 0)
        kit.add("trim", *(ring.moved(z=s * (thick / 2 + 0.1)) for s in (-1, 1)), of="second")
        x += span
        if span != spans[-1] or x < total / 2 - pier - 1:
            cut = np.array([(-1.1, 0), (1.1, 0), (0, 2.0)])
            prow = extrude(cut, 3.4).turned(x=90).moved(x + pier / 2, 1.7, thick / 2)
            kit.add("arches", prow, pattern="stones", repeat=1.2)
            prow.turned(y=180).moved(2 * (x + pier / 2), 0, 0)
    return kit.model(back=(0, top + hump, 0), inside=(0, 0, 0))


def _suspension(ask: Request) -> Model:
    """Two tall towers, hanging cables and a long deck."""
    kit, half, tower, deck, end = b.Kit(), 45.0, ask.between(32, 36), 9.0, 82.0
    kit.add("deck", box(2 * end, 1.6, 9).moved(y=deck), of="second")
    rail = b.blocks([(0, deck + 2.6, s * 4.4, 2 * end, 0.2, 0.2) for s in (-1, 1)])
    kit.add("rails", rail, of="iron")
    holes: list[b.Opening] = [(0, 0, 4.4, 7.4, "flat"), (0, deck + 1.6, 4.4, 11, "pointed"),
        (0, deck + 15, 4.4, 7, "pointed")]
    gate = b.pierced(9.5, tower, 3.4, holes).turned(y=90)
    for s in (-1, 1):
        kit.add("towers", gate.moved(x=s * half), box(4.4, 1.2, 11).moved(s * half, tower, 0),
            box(6, 4, 12).moved(x=s * half))
    x = np.linspace(-half, half, 33)
    sag = deck + 3 + (tower - deck - 3) * (x / half) ** 2
    side = np.linspace(half, end, 12)
    back = tower + (deck + 1 - tower) * ((side - half) / (end - half)) ** 0.85
    for z in (-4.3, 4.3):
        line = np.concatenate([np.column_stack([-side[::-1], back[::-1]]),
            np.column_stack([x, sag])[1:-1], np.column_stack([side, back])])
        path = np.column_stack([line, np.full(len(line), z)])
        kit.add("cables", tube(path, 0.32, sides=6), of="iron")
        hanger = b.bars([[p, (p[0], deck + 1.5, p[2])] for p in path if p[1] > deck + 2], 0.1,
            sides=4)
        kit.add("hangers", hanger, of="iron")
    for s in (-1, 1):
        bank = box(16, deck + 1, 14).moved(x=s * end)
        kit.add("banks", bank, of="stone", pattern="stones", repeat=0.5)
    return kit.model(back=(0, deck + 1.6, 0), inside=(0, 0, 0))


@form("aqueduct", "building", 24)
def aqueduct(ask: Request) -> Model:
    """Tall arches on piers with plinths carry small ones and a channel from one bank to another."""
    kit, bay, bays, thick, h = b.Kit(), 8.0, 6, 4.0, 17.0
    w = bay * bays
    tall: list[b.Opening] = [(x, 0.0, bay - 2.4, 14.5, "round") for x, *_ in b.row(bays, w, 0, 1,
        1)]
    small = b.row(bays * 2, w, 0, 2.6, 3.2, "round")
    kit.add("arches", b.pierced(w, h, thick, tall), b.pierced(w, 4.4, thick - 1.0, small).moved(
        y=h + 0.6), pattern="stones", repeat=0.9)
    kit.add("trim", box(w + 4, 0.8, thick + 0.7).moved(y=h), box(w + 4, 0.8, thick).moved(y=h
        + 5.0), *(box(3.4, 1.2, thick + 1.0).moved(x) for x in np.linspace(-w / 2, w / 2, bays
        + 1)), of="second")
    for s in (-1, 1):
        kit.add("abutments", box(7, h + 5.0, thick + 0.6).moved(s * (w / 2 + 3.0)),
            pattern="stones", repeat=0.9)
        bank = loft([np.array([(0, y, -z), (x, y, -z), (x, y, z), (0, y, z)]) for x, y, z in ((24,
            0, 9), (18, 0.3 * h, 6.5), (9, h, 2.6), (6, h + 4.4, 1.9))])
        kit.add("banks", bank.scaled(s, 1, 1).moved(s * (w / 2 + 3)), of="earth",
            pattern="mottle", repeat=0.6)
    return kit.model(inside=(0, 0, 0))


@form("pier", "street", 4, where="water")
def pier(ask: Request) -> Model:
    """A plank jetty on piles that runs out towards the viewer, with a mooring post."""
    kit, length, w, y = b.Kit(), ask.between(11, 14), 2.4, 1.4
    boards = [(ask.between(-0.06, 0.06), y, z, w, 0.09, 0.25) for z in np.arange(-length / 2, length
        / 2, 0.29)]
    kit.add("deck", b.blocks(boards))
    piles = [[(s * (w / 2 - 0.1), -0.9, z), (s * (w / 2 - 0.1) + ask.between(-0.1, 0.1), y
        + ask.between(0.1, 1.0), z)] for z in np.linspace(-length / 2 + 0.4, length / 2 - 0.3, 6)
        for s in (-1, 1)]
    kit.add("piles", b.bars(piles, 0.14, sides=10), of="second")
    cross = [[(-w / 2 + 0.1, 0.1, z), (w / 2 - 0.1, y - 0.1, z)] for z in np.linspace(-length / 2
        + 0.4, length / 2 - 0.3, 6)]
    kit.add("piles", b.bars(cross, 0.07, sides=4), of="second")
    pile = b.blocks([(s * (w / 2 - 0.2), y - 0.2, 0, 0.16, 0.2, length) for s in (-1, 1)])
    kit.add("piles", pile, of="second")
    return kit.model(seat=(0, y + 0.1, length / 2), back=(0, y + 0.1, 0))
