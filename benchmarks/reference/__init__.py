"""The generated pages of docs/reference: every setting, command and environment variable."""
