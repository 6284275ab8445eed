"""Pytest plugin, loaded before Django's settings: tests never touch a real data folder."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

folder = tempfile.mkdtemp(prefix="tradepost-test-")
atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ["TRADEPOST_DATA"] = folder
(Path(folder) / "static").mkdir()  # WhiteNoise warns where there is none
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
