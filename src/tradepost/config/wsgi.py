"""Where the web server enters. Opens and clicks are answered in front of Django."""

import multiprocessing
import os
import signal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")

from django.core.wsgi import get_wsgi_application

from tradepost.campaigns.tracking.handler import Tracking
from tradepost.campaigns.tracking.spool import TrackingSpool, folder
from tradepost.campaigns.tracking.tokens import signer
from tradepost.lib.processes import die_with_parent

if multiprocessing.parent_process() is not None:  # a worker of the web server, which may be killed
    die_with_parent(signal.SIGKILL)

django_application = get_wsgi_application()

from tradepost.datamap.checks import require_data_map  # noqa: E402  Django must be set up first

require_data_map()
application = Tracking(django_application, signer(), TrackingSpool(folder()))
