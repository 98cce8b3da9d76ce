"""Works, captions and pictures with their concepts: read from museums' files, kept as tokens."""
