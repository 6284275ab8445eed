"""``tradepost deliver`` with a message source that says hello; started, and killed, by the tests."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
django.setup()

from django.core.management import execute_from_command_line  # noqa: E402  needs the set-up

from tradepost.delivery.outgoing import sources  # noqa: E402
from tradepost.delivery.tests.sources import Hello  # noqa: E402

sources.sources["hello"] = Hello()
execute_from_command_line(["tradepost", "deliver", *sys.argv[1:]])
