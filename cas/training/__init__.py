"""Training of a pair of models, and growing one that is trained."""
