"""Concepts to a plan, and a plan to sentences that can be checked."""
