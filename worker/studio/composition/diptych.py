"""Diptych: two leaves that answer each other across a frame."""

from worker.studio.brief import Brief
from worker.studio.colour import lighten, mix
from worker.studio.composition.family import Family
from worker.studio.composition.landscape import weather
from worker.studio.composition.staging import stand
from worker.studio.lexicon import Subject
from worker.studio.outline import box
from worker.studio.scene import Scene
from worker.studio.scenery import land, sky, water


def compose(scene: Scene, brief: Brief) -> None:
    """One leaf by day and one by night, a subject in each, scenery running through both."""
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    wide = w >= h * 0.8
    day = (mix(p.pale, p.paper, 0.4), mix(p.warm, p.pale, 0.5))
    night = (mix(p.ink, p.deep, 0.5), mix(p.deep, p.cool, 0.5))
    leaves = [day, night] if rng.random() < 0.5 else [night, day]
    horizon = h * float(rng.uniform(0.62, 0.72)) if wide else 0.0
    for i, (upper, lower) in enumerate(leaves):
        left, right = (w * i / 2, w * (i + 1) / 2) if wide else (-5.0, w + 5)
        top, bottom = (-5.0, h + 5) if wide else (h * i / 2, h * (i + 1) / 2)
        scene.paint(
            box(left, top, right, bottom), upper, below=lower, name="leaf", depth=0.1, mottle=0.1
        )
        x, y, r = (left + right) / 2, top + (bottom - top) * 0.3, min(w, h) * 0.13
        scene.glow(x=x, y=y, radius=r * 2.2, colour=lighten(upper, 0.12), strength=0.5)
    if wide:
        _ground(scene, brief, horizon)
    for subject in brief.subjects:
        if subject.scenery:
            brief.tell(subject, "the ground and sky that run through both leaves")
    _fill(scene, brief, wide)
    bar = min(w, h) * 0.022
    frame = p.local("wood")
    cross = (
        box(w / 2 - bar, -5, w / 2 + bar, h + 5)
        if wide
        else box(-5, h / 2 - bar, w + 5, h / 2 + bar)
    )
    scene.paint(cross, frame, name="hinge", depth=1, relief=0.6)
    for edge in (
        box(-5, -5, w + 5, bar * 1.4),
        box(-5, h - bar * 1.4, w + 5, h + 5),
        box(-5, -5, bar * 1.4, h + 5),
        box(w - bar * 1.4, -5, w + 5, h + 5),
    ):
        scene.paint(edge, frame, name="frame", depth=1, relief=0.4)


def _ground(scene: Scene, brief: Brief, horizon: float) -> None:
    """Land or water that runs behind the frame from one leaf into the other."""
    h, p = scene.height, scene.palette
    ground = mix(p.warm, p.deep, 0.5)
    if brief.wants("moon", "sun", "stars"):
        sky.orb(scene, horizon, always=True)
    if brief.wants("mountains", "cliffs"):
        land.mountains(scene, base=horizon + 20, height=h * 0.26, depth=0.3)
    if brief.wants("sea", "river", "lake", "waves", "beach"):
        water.paint_water(scene, horizon, h, rough=0.8 if brief.wants("waves") else 0.25)
    else:
        land.rise(
            scene,
            base=horizon + 30,
            height=h * 0.1,
            depth=0.5,
            bumps=2.0,
            colour=mix(ground, p.cool, 0.4),
        )
        land.rise(scene, base=h * 0.93, height=h * 0.06, depth=0.9, bumps=1.2, colour=ground)
    weather(scene, brief, horizon)


def _fill(scene: Scene, brief: Brief, wide: bool) -> None:
    w, h = scene.width, scene.height
    subjects = brief.waiting()[:6]
    for i, subject in enumerate(subjects):
        leaf, order = i % 2, i // 2
        where = f"in the {('left', 'right')[leaf] if wide else ('upper', 'lower')[leaf]} leaf"
        size = (0.62, 0.32, 0.24)[order] * (h if wide else h * 0.62)
        centre = w * (0.25 + 0.5 * leaf) if wide else w * 0.5
        shift = (0.0, 0.11, -0.13)[order] * (w if wide else w * 2)
        base = h * (0.93, 0.95, 0.96)[order] if wide else h * (0.47 + 0.5 * leaf)
        _answer(scene, brief, subject, x=centre + shift, base=base, size=size, where=where)


def _answer(
    scene: Scene, brief: Brief, subject: Subject, *, x: float, base: float, size: float, where: str
) -> None:
    stand(
        scene,
        brief,
        subject,
        x=x,
        base=base,
        height=size,
        depth=1,
        fixed=True,
        widest=scene.width * 0.44,
        how=f"as {subject.thing}, {where}",
    )


DIPTYCH = Family(
    "diptych",
    {"diptych": 0.9, "love": 0.4, "dream": 0.2, "person": 0.12},
    compose,
    base=0.55,
    open_air=-0.2,
    framed=True,
    needs=2,
)
