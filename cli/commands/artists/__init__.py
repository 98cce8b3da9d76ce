"""Commands that create, run and watch artists."""
