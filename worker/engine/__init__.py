"""What runs the steps: the step runner, the Celery app and its tasks."""
