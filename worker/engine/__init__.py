"""The step runner, the Celery app and its tasks."""
