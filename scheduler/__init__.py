"""When the artist works: the beat schedule, cadence and recovery of stalled cycles."""
