"""The artist at work: settings, pool, one module a step, the cycle, the Celery app and its tasks."""
