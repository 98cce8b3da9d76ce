"""Standing things in a space: perspective heights, slots, cast shadows and the record of it."""

from dataclasses import dataclass

from worker.studio.brief import Box, Brief
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


# The least height of a motif, as a share of the picture's: smaller ones are lost in the marks.
_LEAST = {
    "person": 0.42, "animal": 0.34, "bird": 0.2, "fish": 0.26, "building": 0.36, "wide": 0.3,
    "tree": 0.45, "plant": 0.28, "boat": 0.32, "thing": 0.28, "sign": 0.3,
}  # fmt: skip
_STEPS = (0.0, 0.07, -0.07, 0.14, -0.14, 0.21, -0.21, 0.28, -0.28, 0.36, -0.36, 0.44, -0.44)


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
    fixed: bool = False,
) -> None:
    """Draw a subject's motif, no broader than `widest`, and record where it went.

    It is drawn large enough to be read and moved aside from what stands there already, unless
    its place is `fixed`.
    """
    assert subject.motif is not None
    form = subject.motif.draw(scene.rng)
    left, top, right, _ = form.bounds
    if not fixed:
        least = _LEAST[subject.motif.kind] * (0.8 if depth < 0.5 else 1.0)
        if subject.motif.kind == "animal" and subject.height < 0.5:
            least *= 0.75
        height = max(height, least * scene.height)
    most = widest if widest is not None else scene.width * (0.92 if fixed else 0.6)
    ceiling = scene.height * 0.95 if fixed else base - scene.height * max(scene.edge - 0.02, 0.03)
    height = min(height, most / max(right - left, 1e-3), max(ceiling, 90.0) / max(-top, 0.2))
    turned = flip if flip is not None else x > scene.width * 0.55
    if turned:
        left, right = -right, -left
    if not fixed:
        x = _clear(scene, brief, x, (left * height, base + top * height, right * height, base))
    brief.taken.append((x + left * height, base + top * height, x + right * height, base))
    if shadow:
        scene.shadow(x=x, base=base, width=height * min(right - left, 1.2) * 0.9)
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


def _clear(scene: Scene, brief: Brief, x: float, extent: Box) -> float:
    """The x near the wished one at which a form is whole on the sheet and hides least.

    `extent` is the form's box with x counted from where it stands.
    """
    left, top, right, bottom = extent
    edge = scene.width * scene.edge
    low, high = edge - left, scene.width - edge - right
    area = max((right - left) * (bottom - top), 1.0)

    def cost(at: float) -> float:
        hidden = sum(
            max(min(right + at, r) - max(left + at, l), 0) * max(min(bottom, b) - max(top, t), 0)
            / min(area, max((r - l) * (b - t), 1.0))
            for l, t, r, b in brief.taken  # noqa: E741 - left, top, right, bottom
        )  # fmt: skip
        return hidden + 0.35 * abs(at - x) / scene.width

    places = [min(max(x + step * scene.width, low), max(low, high)) for step in _STEPS]
    return min(places, key=cost)


def _article(name: str) -> str:
    if name in ("fire", "bread", "grapes", "corn", "mary", "blossom"):
        return name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
