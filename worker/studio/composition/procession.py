"""Procession: figures one behind another along a rise, against a plain sky."""

from worker.studio.brief import Brief
from worker.studio.colour import mix
from worker.studio.composition.family import Family
from worker.studio.composition.landscape import weather
from worker.studio.composition.staging import stand
from worker.studio.figures.people import person
from worker.studio.outline import limb
from worker.studio.scene import Scene
from worker.studio.scenery import land, sky, water

# Things taller than this, in the height of a person, stand by the way and are not carried.
_BEARABLE = 0.75


def compose(scene: Scene, brief: Brief) -> None:
    """A low horizon, a file of people along it, and what they bear on staffs."""
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    horizon = h * float(rng.uniform(0.6, 0.68))
    sky.paint_sky(scene, horizon)
    brief.tell_scenery("the wide sky", "sky", "clouds", "sun", "moon", "stars")
    if brief.wants("mountains", "cliffs"):
        land.mountains(scene, base=horizon + 10, height=h * 0.24, depth=0.25)
        brief.tell_scenery("peaks behind the file", "mountains", "cliffs")
    land.rise(scene, base=horizon + 24, height=h * 0.06, depth=0.3)
    if brief.wants("sea", "lake", "river", "beach"):
        water.paint_water(scene, horizon, h * 0.8, rough=0.15)
        brief.tell_scenery("water beside the way", "sea", "lake", "river", "beach")
    large = [subject for subject in brief.waiting("thing", "boat") if subject.height > _BEARABLE]
    for i, subject in enumerate([*brief.waiting("building", "wide", "tree"), *large][:2]):
        stand(
            scene,
            brief,
            subject,
            x=w * (0.8 - 0.62 * i),
            base=horizon + 26,
            height=h * 0.34,
            depth=0.45,
            shadow=False,
        )
    land.rise(scene, base=h * 0.86, height=h * 0.05, depth=0.8, bumps=0.7, octaves=2, name="way")
    brief.tell_scenery("the ground they cross", "hills", "field", "path", "rocks")
    _file(scene, brief, mourning=brief.moods.get("grief", 0) > 0)
    for i, subject in enumerate(brief.waiting("bird", "fish")[:2]):
        stand(
            scene,
            brief,
            subject,
            x=w * (0.3 + 0.4 * i),
            base=h * (0.3 + 0.06 * i),
            height=h * 0.18,
            depth=1,
            shadow=False,
        )
    land.rise(
        scene,
        base=h * 0.97,
        height=h * 0.03,
        depth=1,
        bumps=2,
        colour=mix(p.ink, p.deep, 0.5),
        name="verge",
    )
    weather(scene, brief, horizon)


def _place(scene: Scene, slot: int, count: int) -> tuple[float, float]:
    """Where one of the file walks: x and base."""
    x = scene.width * (0.1 + 0.8 * slot / (count - 1)) + float(scene.rng.normal(0, 6))
    return x, scene.height * (0.87 + 0.02 * (slot % 2))


def _file(scene: Scene, brief: Brief, *, mourning: bool) -> None:
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    leaders = brief.waiting("person", "animal")[:3]
    borne = brief.waiting("thing", "plant", "sign", "boat")[:3]
    count = 7
    lead = {1: 0, 3: 1, 5: 2}
    dress = (
        "robe"
        if brief.moods.get("sacred", 0) or mourning
        else "uniform"
        if brief.moods.get("war", 0)
        else "coat"
    )
    kept = {slot for slot, index in lead.items() if index < len(leaders)}
    for slot in range(count):
        if slot in kept:
            continue
        x, base = _place(scene, slot, count)
        hat = (
            "veil"
            if mourning and rng.random() < 0.6
            else str(rng.choice(["brim", "bonnet", "halo"]))
            if dress == "robe" and not mourning
            else None
        )
        tint = "black" if mourning else None
        pose = "bowed" if mourning and rng.random() < 0.5 else "walking"
        scene.place(
            person(
                rng, pose=pose, dress=dress if rng.random() < 0.7 else "dress", hat=hat, tint=tint
            ),
            x=x,
            base=base,
            height=h * float(rng.uniform(0.38, 0.43)),
            depth=0.95,
            name="walker",
        )
    for slot in sorted(kept):
        x, base = _place(scene, slot, count)
        subject = leaders[lead[slot]]
        size = h * 0.5 * min(max(subject.height, 0.5), 1.15)
        stand(scene, brief, subject, x=x, base=base, height=size, depth=1, flip=False)
    for i, subject in enumerate(borne):
        x = w * (0.62, 0.36, 0.84)[i]
        scene.paint(
            limb([(x, h * 0.8), (x, h * 0.4)], [7, 5]), p.local("wood"), name="staff", depth=1
        )
        stand(
            scene,
            brief,
            subject,
            x=x,
            base=h * 0.42,
            height=h * 0.24,
            depth=1,
            shadow=False,
            flip=False,
            how=f"borne on a staff over the file, {'right' if x > w / 2 else 'left'}",
        )


PROCESSION = Family(
    "procession", {"procession": 1.0, "war": 0.4, "grief": 0.25, "harvest": 0.3}, compose
)
