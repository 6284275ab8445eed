"""Where the web server enters: ``granian --interface rsgi tradepost.config.serving:front``."""

from django.db import connections

from tradepost.config.databases import wait_less
from tradepost.config.front import Front
from tradepost.config.wsgi import application

wait_less(connections.settings["default"])
front = Front(application)
