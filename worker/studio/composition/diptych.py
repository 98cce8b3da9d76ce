"""Diptych: two leaves that answer each other across a frame."""

from worker.studio.brief import Brief
from worker.studio.colour import lighten, mix
from worker.studio.composition.family import Family
from worker.studio.composition.staging import stand
from worker.studio.lexicon import Subject
from worker.studio.outline import box
from worker.studio.scene import Scene
from worker.studio.scenery import land


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
    ground = mix(p.warm, p.deep, 0.5)
    if wide:
        land.rise(
            scene,
            base=horizon + 30,
            height=h * 0.1,
            depth=0.5,
            bumps=2.0,
            colour=mix(ground, p.cool, 0.4),
        )
        land.rise(scene, base=h * 0.93, height=h * 0.06, depth=0.9, bumps=1.2, colour=ground)
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
        widest=scene.width * 0.44,
        how=f"as {subject.thing}, {where}",
    )


DIPTYCH = Family(
    "diptych", {"diptych": 0.9, "love": 0.4, "dream": 0.2, "person": 0.12}, compose, base=0.55
)
