import sys

from tradepost.config.cli import main

sys.exit(main())
