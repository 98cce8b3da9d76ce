"""Feeds of new works: Atom (RFC 4287) and JSON Feed 1.1."""
