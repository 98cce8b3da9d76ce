"""The studio: a painter that needs no key, no network and no trained model.

    from worker.studio import OfflinePainter
    picture = OfflinePainter(1024, 1024).paint(["fox", "church", "winter"], seed=3)

The way of a picture: `lexicon` reads the concepts; `palette` and `light` set the mood;
`composition` lays a `scene` in from `scenery`, `figures` and `shapes`; one of the `techniques`
makes it by hand; `painter` signs it.
"""

from worker.studio.lexicon import subjects
from worker.studio.painter import OfflinePainter
from worker.studio.picture import Material, PaintError, Picture, Shown
from worker.studio.sheet import contact_sheet

__all__ = [
    "Material",
    "OfflinePainter",
    "PaintError",
    "Picture",
    "Shown",
    "contact_sheet",
    "subjects",
]
