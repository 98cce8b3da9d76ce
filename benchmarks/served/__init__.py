"""The served artist under measurement, as real processes on this machine."""
