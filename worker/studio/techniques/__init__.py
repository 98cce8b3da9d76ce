"""The hands that make the picture. A new technique is one file here and one line below.

A technique reads the scene's maps (colour, label, flow, depth) and returns the finished sheet,
(h, w, 3) in 0..1: its marks, its matter and its paper.
"""

from worker.studio.techniques.gouache import GOUACHE
from worker.studio.techniques.linocut import LINOCUT
from worker.studio.techniques.technique import Technique
from worker.studio.techniques.woodblock import WOODBLOCK

TECHNIQUES: tuple[Technique, ...] = (
    WOODBLOCK,
    LINOCUT,
    GOUACHE,
)

__all__ = ["TECHNIQUES", "Technique"]
