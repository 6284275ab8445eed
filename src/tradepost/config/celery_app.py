"""Where a Celery worker enters: ``celery -A tradepost.config.celery_app:app worker``."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")

import django

django.setup()

from django.tasks import default_task_backend  # noqa: E402  the settings must be read first

app = default_task_backend.app
