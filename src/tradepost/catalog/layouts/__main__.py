import sys

import django

from tradepost.lib.processes import die_with_parent

die_with_parent()
django.setup()

from tradepost.catalog.layouts.apart import main  # noqa: E402  the settings come first

sys.exit(main(sys.argv[1:]))
