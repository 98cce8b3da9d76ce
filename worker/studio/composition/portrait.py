"""Portrait bust: one head, large, against a wall or a view, with what the concepts add."""

import math

import skia

from worker.studio.brief import Brief
from worker.studio.colour import Colour, lighten, mix
from worker.studio.composition.family import Family
from worker.studio.composition.staging import stand
from worker.studio.figures.busts import bust
from worker.studio.outline import box, oval, union
from worker.studio.scene import Scene
from worker.studio.scenery import land, sky, water

WORN = {
    "hat": "hat", "top hat": "top hat", "bowler": "hat", "cap": "cap", "bonnet hat": "bonnet",
    "bonnet": "bonnet", "crown": "crown", "king": "crown", "queen": "crown", "helmet": "helmet",
    "turban": "turban", "veil": "veil", "headscarf": "veil", "halo": "halo", "saint": "halo",
    "saints": "halo", "mary": "veil", "beard": "beard", "goatee": "beard", "facial hair": "beard",
    "mustache": "mustache", "moustache": "mustache", "eyeglasses": "eyeglasses",
    "spectacles": "eyeglasses", "necktie": "necktie", "tie": "necktie", "necklace": "necklace",
    "earring": "earring", "military": "uniform", "soldier": "uniform", "uniform": "uniform",
    "old man": "old", "old woman": "old", "old age": "old", "blindness": "blindfold",
    "mask": "mask", "knight": "helmet", "collar": "ruff", "ruff": "ruff", "smiling": "smiling",
    "smile": "smiling", "cowboy hat": "hat", "straw hat": "hat", "fedora": "hat",
    "jewelry": "necklace", "sailor": "cap", "nun": "veil", "mourning": "veil", "angel": "halo",
}  # fmt: skip
SEXES = {
    "woman": "woman", "female": "woman", "women": "woman", "girl": "woman", "lady": "woman",
    "mother": "woman", "queen": "woman", "mary": "woman", "nun": "woman", "old woman": "woman",
    "individuals female": "woman", "wife": "woman", "man": "man", "men": "man", "male": "man",
    "boy": "man", "king": "man", "father": "man", "old man": "man", "soldier": "man",
    "individuals male": "man", "beard": "man", "mustache": "man", "necktie": "man",
    "goatee": "man", "military": "man", "earring": "woman", "bonnet hat": "woman",
}  # fmt: skip
FACES = frozenset(
    [
        "portrait",
        "face",
        "head",
        "bust",
        "self",
        "self-portrait",
        "profile",
        "person",
        "figure",
        "artist",
        "actor",
        "author",
        "writer",
        "musician",
        "poet",
        "president",
        "painter",
        "human",
        "identity",
    ]
)


def compose(scene: Scene, brief: Brief) -> None:
    """The background, the bust, and one or two attributes beside it."""
    rng, w, h = scene.rng, scene.width, scene.height
    wears, sex = set(), "any"
    for subject in brief.subjects:
        word = subject.concept.lower()
        if word in WORN:
            wears.add(WORN[word])
            brief.tell(subject, f"worn or borne by the sitter, as {WORN[word]}")
        if word in SEXES:
            sex = SEXES[word]
            brief.tell(subject, f"the sitter, a {sex}")
        elif word in FACES or "portrait" in word or word.startswith("bust"):
            brief.tell(subject, "the sitter")
    _background(scene, brief)
    size = h * float(rng.uniform(0.66, 0.92))
    x = w * float(rng.uniform(0.42, 0.58))
    attributes = brief.waiting()[:3]
    if attributes:
        x = w * (0.38 if scene.light.side > 0 else 0.62)
    form = bust(rng, wears=frozenset(wears), sex=sex)
    scene.place(form, x=x, base=h + 8, height=size, depth=1, name="bust", flip=rng.random() < 0.5)
    brief.taken.append((x - 0.27 * size, h - 1.05 * size, x + 0.27 * size, h - 0.3 * size))
    for i, subject in enumerate(attributes):
        left = x > w / 2
        ax = w * (0.15 if left else 0.85) if i != 1 else w * (0.9 if left else 0.1)
        stand(
            scene,
            brief,
            subject,
            x=ax,
            base=h * (0.99 if i < 2 else 0.4),
            height=h * 0.3,
            depth=0.97,
            shadow=False,
        )


def _background(scene: Scene, brief: Brief) -> None:
    rng, w, h = scene.rng, scene.width, scene.height
    outdoors = brief.wants(
        "sea",
        "hills",
        "mountains",
        "sky",
        "clouds",
        "lake",
        "river",
        "field",
        "forest",
        "cliffs",
        "snow",
        "moon",
        "stars",
        "path",
        "beach",
    )
    if outdoors or rng.random() < 0.25:
        horizon = h * float(rng.uniform(0.5, 0.66))
        sky.paint_sky(scene, horizon)
        if brief.wants("mountains"):
            land.mountains(scene, base=horizon, height=h * 0.3, depth=0.25)
        if brief.wants("sea", "lake", "river", "beach"):
            water.paint_water(scene, horizon, h, rough=0.2)
        else:
            land.rise(scene, base=horizon + 20, height=h * 0.12, depth=0.3)
            land.rise(scene, base=horizon + h * 0.14, height=h * 0.1, depth=0.55)
        for subject in brief.subjects:
            if subject.scenery:
                brief.tell(subject, "the view behind the sitter")
        for i, subject in enumerate(brief.waiting("building", "wide", "tree", "boat")[:2]):
            stand(
                scene,
                brief,
                subject,
                x=w * (0.17 + 0.66 * i),
                base=horizon + h * 0.08,
                height=h * 0.26,
                depth=0.5,
                shadow=False,
            )
        return
    _wall(scene)
    brief.tell_scenery("the hanging behind the sitter", "curtain", "window", "shadow")


def _wall(scene: Scene) -> None:
    """A dark or light wall: bare, papered, striped, with a niche or a great disc."""
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    grounds = (mix(p.ink, p.deep, 0.5), mix(p.cool, p.pale, float(rng.random())), p.accent, p.deep,
               mix(p.pale, p.paper, 0.5), mix(p.warm, p.pale, float(rng.random())))  # fmt: skip
    tone = grounds[int(rng.integers(len(grounds)))]
    scene.paint(
        scene.everywhere(),
        tone,
        below=lighten(tone, -0.08),
        name="wall",
        depth=0.1,
        mottle=float(rng.uniform(0.03, 0.14)),
    )
    other = lighten(tone, 0.1 if sum(tone) < 1.5 else -0.1)
    kind = str(rng.choice(["bare", "paper", "stripes", "niche", "disc", "bare"]))
    if kind == "paper":
        _paper(scene, other)
    elif kind == "stripes":
        broad = w * float(rng.choice([0.04, 0.07, 0.12]))
        for i in range(int(w / broad / 2) + 1):
            stripe = box(2 * i * broad, -5, (2 * i + 1) * broad, h + 5)
            scene.paint(stripe, other, name="stripe", depth=0.1, mottle=0.05, detail=True)
    elif kind == "niche":
        arch = box(w * 0.14, h * 0.42, w * 0.86, h + 5)
        arch = union(arch, oval(w * 0.5, h * 0.42, w * 0.36, h * 0.34))
        scene.paint(arch, other, below=tone, name="niche", depth=0.12, relief=-0.3, mottle=0.06)
    elif kind == "disc":
        r = min(w, h) * float(rng.uniform(0.34, 0.44))
        disc = mix(p.warm, p.accent, float(rng.random()))
        scene.paint(oval(w * 0.5, h * 0.42, r, r), disc, name="disc", depth=0.12, mottle=0.06)
    scene.glow(
        x=w * (0.5 - 0.3 * scene.light.side),
        y=h * 0.4,
        radius=w * 0.5,
        colour=lighten(tone, 0.16),
        strength=0.4,
    )


def _paper(scene: Scene, tone: Colour) -> None:
    """Wallpaper: one small motif, in rows set off by half a step."""
    rng, w, h = scene.rng, scene.width, scene.height
    step = float(rng.uniform(70, 130))
    petals = int(rng.choice([2, 4, 5, 6]))
    motif = skia.Path()
    for row in range(int(h / step) + 2):
        for column in range(int(w / step) + 2):
            x, y = (column + 0.5 * (row % 2)) * step, row * step
            for i in range(petals):
                angle = 6.2832 * i / petals
                reach = step * 0.17
                motif.addPath(
                    oval(x + reach * math.cos(angle), y + reach * math.sin(angle),
                         step * 0.12, step * 0.12)
                )  # fmt: skip
    scene.paint(motif, tone, name="wallpaper", depth=0.1, mottle=0.05, detail=True)


PORTRAIT = Family(
    "portrait bust",
    {"portrait": 2.2, "royal": 0.3, "person": 0.35},
    compose,
    base=0.0,
)
