"""One cycle of an artist: settings, steps, components, and the Celery tasks."""
