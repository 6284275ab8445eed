"""Where the web server enters: ``granian --interface rsgi tradepost.config.web.serving:front``.

It raises its limit on open files by itself, as far as it may.
"""

from django.conf import settings
from django.db import connections

from tradepost.config.databases import wait_less
from tradepost.config.web.front import Front
from tradepost.config.wsgi import application
from tradepost.lib.wire import watch

watch(settings.TRADEPOST.service_hosts)
wait_less(connections.settings["default"])
_here = settings.TRADEPOST
_figures = _here.data / "metrics" if _here.metrics_port else None
front = Front(application, _here.trusted_proxies, _figures)
