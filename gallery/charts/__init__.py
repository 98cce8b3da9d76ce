"""The geometry of charts, drawn as SVG by templates."""
