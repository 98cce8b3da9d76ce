"""What a picture stands in: sky, water, land, trees, buildings, boats and weather."""
