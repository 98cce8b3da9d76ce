"""The artist at work: settings, pool, one module a step, the cycle, and its Celery tasks."""
