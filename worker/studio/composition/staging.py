"""Standing things in a space: perspective heights, slots, cast shadows and the record of it."""

from dataclasses import dataclass

from worker.studio.brief import Brief
from worker.studio.colour import Colour
from worker.studio.lexicon import Subject
from worker.studio.scene import Scene


@dataclass(frozen=True)
class Ground:
    """A ground plane seen from a height: people shrink towards the horizon."""

    horizon: float
    near: float  # the y of the nearest standing place
    person: float  # height of a person who stands there, in units

    def height(self, base: float) -> float:
        """Height of a person whose feet are at y = `base`."""
        return self.person * max((base - self.horizon) / (self.near - self.horizon), 0.03)

    def depth(self, base: float) -> float:
        """Depth 0..1 at y = `base`."""
        share = (base - self.horizon) / (self.near - self.horizon)
        return float(min(max(share, 0.0), 1.0) ** 0.6)


def where(scene: Scene, x: float, depth: float) -> str:
    """A place in words."""
    third = "left" if x < scene.width * 0.4 else "right" if x > scene.width * 0.6 else "centre"
    plane = "foreground" if depth > 0.75 else "middle distance" if depth > 0.35 else "distance"
    return f"in the {plane}, {third}"


def stand(
    scene: Scene,
    brief: Brief,
    subject: Subject,
    *,
    x: float,
    base: float,
    height: float,
    depth: float,
    flip: bool | None = None,
    widest: float | None = None,
    shadow: bool = True,
    silhouette: Colour | None = None,
    how: str | None = None,
) -> None:
    """Draw a subject's motif, no broader than `widest`, and record where it went."""
    assert subject.motif is not None
    form = subject.motif.draw(scene.rng)
    left, top, right, _ = form.bounds
    most = widest if widest is not None else scene.width * 0.92
    height = min(height, most / max(right - left, 1e-3), scene.height * 0.95 / max(-top, 0.2))
    if shadow:
        scene.shadow(x=x, base=base, width=height * min(right - left, 1.2) * 0.9)
    turned = flip if flip is not None else x > scene.width * 0.55
    scene.place(
        form,
        x=x,
        base=base,
        height=height,
        depth=depth,
        name=subject.motif.name,
        flip=turned,
        silhouette=silhouette,
    )
    thing = (
        "itself" if subject.motif.name == subject.concept else f"as {_article(subject.motif.name)}"
    )
    brief.tell(subject, how or f"{thing} {where(scene, x, depth)}")


def _article(name: str) -> str:
    if name in ("fire", "bread", "grapes", "corn", "mary", "blossom"):
        return name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
