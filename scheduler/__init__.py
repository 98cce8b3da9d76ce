"""The scheduler: beat, cadence, alarms, and recovery of stalled cycles."""
