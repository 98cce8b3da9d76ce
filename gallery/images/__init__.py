"""Image files as they are handed out: thumbnails, metadata, XMP, C2PA."""
