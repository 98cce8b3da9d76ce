"""Shade and light on an object in large patches, without scraps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Map = NDArray[np.float32]
Index = NDArray[np.int32]

_ISLAND = 0.005
"""Share of an object's area below which a patch of shade or light on it is a scrap."""


def whole(shade: Map, objects: Index) -> Map:
    """Self-shadow without scraps: small islands of shade on the lit side of an object, and of light
    in its shade, take what is around them. `objects` is -1 where nothing is to be changed.

    A form's small reliefs throw such islands; in a technique of two tones they are camouflage.
    """
    shade = shade.copy()
    for index, place in enumerate(ndimage.find_objects(objects + 1)):
        if place is None:
            continue
        own, part = objects[place] == index, shade[place]
        least = _ISLAND * np.count_nonzero(own)
        for dark in (True, False):
            # Half-shade is part of an island: a rim of it would stay.
            pieces, _ = ndimage.label(own & ((part < 0.85) if dark else (part > 0.15)))
            small = np.bincount(pieces.ravel()) < least
            small[0] = False
            part[small[pieces]] = 1.0 if dark else 0.0
    return shade
