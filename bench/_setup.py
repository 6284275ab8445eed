"""Django with data of its own that go at the end, for a benchmark that is run by itself. Imported first."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import django

if "TRADEPOST_DATA" not in os.environ:
    os.environ["TRADEPOST_DATA"] = tempfile.mkdtemp(prefix="tradepost-bench-")
    atexit.register(shutil.rmtree, os.environ["TRADEPOST_DATA"], ignore_errors=True)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
sys.path.insert(0, str(Path(__file__).parent.parent))
django.setup()
