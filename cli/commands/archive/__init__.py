"""Commands about the stores: rebuild, verify, redact, reembed."""
