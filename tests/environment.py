"""Pytest plugin, loaded before Django's settings: tests never touch a real data folder."""

import atexit
import os
import shutil
import tempfile

folder = tempfile.mkdtemp(prefix="tradepost-test-")
atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ["TRADEPOST_DATA"] = folder
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
