from tradepost.config.settings import *  # noqa: F403  the product's own, and one app more
from tradepost.config.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "tradepost.modules.tests.twin.apps.TwinConfig"]
