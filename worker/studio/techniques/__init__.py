"""The hands that make the picture. A new technique is one file here and one line below.

A technique reads the scene's maps (colour, label, flow, depth) and returns the finished sheet,
(h, w, 3) in 0..1: its marks, its matter and its paper.
"""

from worker.studio.techniques.after import AFTER_A_MASTER
from worker.studio.techniques.charcoal import CHARCOAL
from worker.studio.techniques.cyanotype import CYANOTYPE
from worker.studio.techniques.engraving import ENGRAVING
from worker.studio.techniques.fresco import FRESCO
from worker.studio.techniques.glass import MOSAIC, STAINED_GLASS
from worker.studio.techniques.gold import GOLD_GROUND
from worker.studio.techniques.gouache import GOUACHE
from worker.studio.techniques.inkwash import INK_WASH, WATERCOLOUR
from worker.studio.techniques.knife import PALETTE_KNIFE
from worker.studio.techniques.linocut import LINOCUT
from worker.studio.techniques.papercut import PAPERCUT
from worker.studio.techniques.pastel import PASTEL
from worker.studio.techniques.pointillism import POINTILLISM
from worker.studio.techniques.scratchboard import SCRATCHBOARD
from worker.studio.techniques.silkscreen import SILKSCREEN
from worker.studio.techniques.tapestry import TAPESTRY
from worker.studio.techniques.technique import Technique
from worker.studio.techniques.vase import VASE_PAINTING
from worker.studio.techniques.woodblock import WOODBLOCK

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
