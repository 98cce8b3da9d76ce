"""The database of the catalogue: connection, tables, column types, clock."""
