"""Speed of the sampler and of its training: `python -m benchmarks.cas [steps|threads|training]`."""
