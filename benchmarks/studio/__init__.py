"""Measures of the offline painter: sheets, blind check, variety, time and memory."""
