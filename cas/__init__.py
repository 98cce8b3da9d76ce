"""The Cultural Alien Sampler (arXiv 2510.20849), a library of its own."""
