"""What operators watch: liveness, the log, and Prometheus metrics."""
