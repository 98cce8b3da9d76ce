"""The embedded artist as a process: `python -m benchmarks.embedded [idle|punctual|cycle]`."""
