"""The brief: what a picture is to show, in which mood, and the record of how it was shown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from worker.studio.lexicon import Subject
from worker.studio.light import Light
from worker.studio.noise import Rng
from worker.studio.palette import Palette
from worker.studio.picture import Material, Shown

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in units."""


@dataclass
class Brief:
    """The subjects in order of weight. Compositions ask it for subjects and tell it the rest.

    `taken` holds the places of those that stand in the picture already.
    """

    subjects: tuple[Subject, ...]
    moods: Counter[str]
    palette: Palette
    light: Light
    rng: Rng
    materials: set[Material] = field(default_factory=set)
    taken: list[Box] = field(default_factory=list)
    _told: dict[str, str] = field(default_factory=dict)

    def waiting(self, *kinds: str) -> list[Subject]:
        """Subjects with a motif of these kinds (all kinds if none given), not yet shown."""
        return [
            subject
            for subject in self.subjects
            if subject.concept not in self._told
            and subject.motif is not None
            and (not kinds or subject.motif.kind in kinds)
        ]

    def wants(self, *scenery: str) -> bool:
        """Whether any subject is shown by one of these pieces of scenery."""
        return any(subject.scenery in scenery for subject in self.subjects)

    def tell(self, subject: Subject, how: str) -> None:
        """Record how a subject was shown; the first telling stands."""
        self._told.setdefault(subject.concept, how + subject.stand_in)
        if subject.motif is not None and subject.motif.material is not None:
            self.materials.add(subject.motif.material)

    def tell_scenery(self, how: str, *scenery: str) -> None:
        """Record that all subjects of these pieces of scenery were shown."""
        for subject in self.subjects:
            if subject.scenery in scenery:
                self.tell(subject, how)

    def shown(self, rest: Sequence[tuple[str, str]] = ()) -> tuple[Shown, ...]:
        """Every concept with how it was shown, in the order given; `rest` fills what is left."""
        told = {**dict(rest), **self._told}
        return tuple(Shown(s.concept, told[s.concept]) for s in self.subjects if s.concept in told)

    @property
    def silent(self) -> list[Subject]:
        """Subjects not shown yet."""
        return [subject for subject in self.subjects if subject.concept not in self._told]
