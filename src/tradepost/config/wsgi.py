"""Where the web server enters. Opens and clicks are answered in front of Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")

from django.core.wsgi import get_wsgi_application

from tradepost.campaigns.tracking.handler import Tracking
from tradepost.campaigns.tracking.spool import Spool, folder
from tradepost.campaigns.tracking.tokens import signer

application = Tracking(get_wsgi_application(), signer(), Spool(folder()))
