import sys

from tradepost.lib.processes import die_with_parent
from tradepost.lib.sheets.convert import main

die_with_parent()
sys.exit(main(sys.argv[1:]))
