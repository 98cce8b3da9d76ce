"""ASGI middleware and validators: rate limit, response cache, security headers, ETag."""
