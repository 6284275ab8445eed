"""Where the web server enters: ``granian --interface rsgi tradepost.config.serving:front``."""

from tradepost.config.front import Front
from tradepost.config.wsgi import application

front = Front(application)
