"""Decisions on how a work is shown, and checks that are tried again."""
