"""Image files for visitors: thumbnails, metadata, XMP, C2PA."""
