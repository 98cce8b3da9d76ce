"""Families of composition. A new family is one file here and one line in `FAMILIES`.

A family names the tags and kinds it suits and a function that lays its picture in.
"""

from worker.studio.composition.abstract import ABSTRACT
from worker.studio.composition.city import CITY
from worker.studio.composition.diptych import DIPTYCH
from worker.studio.composition.emblem import EMBLEM
from worker.studio.composition.family import Family
from worker.studio.composition.garden import GARDEN
from worker.studio.composition.interior import INTERIOR
from worker.studio.composition.landscape import LANDSCAPE
from worker.studio.composition.night import NIGHT
from worker.studio.composition.portrait import PORTRAIT
from worker.studio.composition.procession import PROCESSION
from worker.studio.composition.seascape import SEASCAPE
from worker.studio.composition.still_life import STILL_LIFE

FAMILIES: tuple[Family, ...] = (
    LANDSCAPE,
    SEASCAPE,
    STILL_LIFE,
    PORTRAIT,
    INTERIOR,
    PROCESSION,
    EMBLEM,
    DIPTYCH,
    NIGHT,
    GARDEN,
    CITY,
    ABSTRACT,
)

__all__ = ["FAMILIES", "Family"]
