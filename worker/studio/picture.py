"""What the painter hands over: a picture, what it shows and what it was made from."""

from dataclasses import dataclass

from storage.errors import UserFacingError

ALGORITHMIC = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


class PaintError(UserFacingError, ValueError):
    """The picture can't be painted as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Shown:
    """A concept and how the picture shows it, in words."""

    concept: str
    how: str


@dataclass(frozen=True)
class Material:
    """Something the picture was made with that is not ours."""

    name: str
    source: str
    licence: str


@dataclass(frozen=True)
class Picture:
    """A finished picture as PNG bytes, with its making."""

    png: bytes
    width: int
    height: int
    family: str
    technique: str
    digital_source_type: str  # an IPTC code: whether a trained network had a hand in it
    palette: tuple[str, ...]
    shown: tuple[Shown, ...]
    materials: tuple[Material, ...]
