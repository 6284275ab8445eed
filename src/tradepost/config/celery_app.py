"""Where a Celery worker enters: ``celery -A tradepost.config.celery_app:app worker``."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402  the settings must be read first
from django.tasks import task_backends  # noqa: E402  the settings must be read first

from tradepost.datamap.checks import require_data_map  # noqa: E402  the settings must be read first
from tradepost.jobs.celery import CeleryBackend  # noqa: E402  the settings must be read first
from tradepost.lib.wire import watch  # noqa: E402  the settings must be read first

require_data_map()
watch(settings.TRADEPOST.service_hosts)
backend = task_backends["default"]
if not isinstance(backend, CeleryBackend):
    raise SystemExit("TRADEPOST_BROKER_URL is not set; there is no broker to take tasks from.")
app = backend.app
