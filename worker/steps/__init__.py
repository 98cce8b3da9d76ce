"""The six steps of a cycle, one module each, and shared modules."""
