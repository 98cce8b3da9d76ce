"""Policies compared over many generations: runs, figures, plots, and studies with people."""
