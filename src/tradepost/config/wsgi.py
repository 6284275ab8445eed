"""Where the web server enters."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
