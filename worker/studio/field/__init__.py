"""Geometry to pixels: camera, rasteriser, light, colour and noise."""
