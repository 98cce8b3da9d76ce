"""Migrations of the catalogue's tables, applied in order by `Database.migrate`."""
