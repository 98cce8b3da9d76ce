"""Operation: health check, log and Prometheus metrics."""
