"""The hands that make the picture. A new technique is one file here and one line below.

A technique reads the scene's maps (colour, label, flow, depth) and returns the finished sheet,
(h, w, 3) in 0..1: its marks, its matter and its paper.
"""

from worker.studio.techniques.after import AFTER_A_MASTER
from worker.studio.techniques.crafts.glass import MOSAIC, STAINED_GLASS
from worker.studio.techniques.crafts.gold import GOLD_GROUND
from worker.studio.techniques.crafts.papercut import PAPERCUT
from worker.studio.techniques.crafts.tapestry import TAPESTRY
from worker.studio.techniques.crafts.vase import VASE_PAINTING
from worker.studio.techniques.paint.charcoal import CHARCOAL
from worker.studio.techniques.paint.fresco import FRESCO
from worker.studio.techniques.paint.gouache import GOUACHE
from worker.studio.techniques.paint.inkwash import INK_WASH, WATERCOLOUR
from worker.studio.techniques.paint.knife import PALETTE_KNIFE
from worker.studio.techniques.paint.pastel import PASTEL
from worker.studio.techniques.paint.pointillism import POINTILLISM
from worker.studio.techniques.prints.cyanotype import CYANOTYPE
from worker.studio.techniques.prints.engraving import ENGRAVING
from worker.studio.techniques.prints.linocut import LINOCUT
from worker.studio.techniques.prints.scratchboard import SCRATCHBOARD
from worker.studio.techniques.prints.silkscreen import SILKSCREEN
from worker.studio.techniques.prints.woodblock import WOODBLOCK
from worker.studio.techniques.technique import Technique

TECHNIQUES: tuple[Technique, ...] = (
    WOODBLOCK,
    LINOCUT,
    PAPERCUT,
    INK_WASH,
    WATERCOLOUR,
    GOUACHE,
    STAINED_GLASS,
    MOSAIC,
    FRESCO,
    POINTILLISM,
    ENGRAVING,
    CHARCOAL,
    CYANOTYPE,
    GOLD_GROUND,
    PALETTE_KNIFE,
    PASTEL,
    SCRATCHBOARD,
    SILKSCREEN,
    TAPESTRY,
    VASE_PAINTING,
    AFTER_A_MASTER,
)

__all__ = ["TECHNIQUES", "Technique"]
