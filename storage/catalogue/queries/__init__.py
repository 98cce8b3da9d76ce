"""Queries that read and never write: lists, search, history, deployment statistics."""
