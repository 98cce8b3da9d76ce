"""The memory: vectors of all works, in Qdrant Edge or on a Qdrant server."""
