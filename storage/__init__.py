"""What the artist remembers: the archive, the catalogue and the memory."""
