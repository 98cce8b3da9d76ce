"""Feeds of new works, for readers and for other sites: Atom (RFC 4287) and JSON Feed 1.1."""
