"""The studio: a painter that needs no key, no network and no trained model.

    from worker.studio import OfflinePainter
    painter = OfflinePainter(1024, 1024)
    plan = painter.plan(["fox", "church", "winter"], seed=3)
    picture = painter.paint(plan)

The way of a picture: `plan` turns concepts into a plan and describes it; `scene` builds a small
world of forms from the plan; `field` renders it to buffers; `marks` makes the picture from these;
`check` measures what the description says. Imports point from `painter` to plan, scene and
marks, and from these to field.
"""

import os

from worker.studio.plan.vectors import cache_folder

# Compiled code is kept here; the package's own folder may be read-only.
os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder() / "numba"))

from worker.studio.painter import OfflinePainter
from worker.studio.picture import PaintError, Picture
from worker.studio.sheet import contact_sheet

__all__ = ["OfflinePainter", "PaintError", "Picture", "contact_sheet"]
