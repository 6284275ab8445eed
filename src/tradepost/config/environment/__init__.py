"""The running choices: what may be chosen, and how it is read."""

from tradepost.config.environment.choices import Environment
from tradepost.config.environment.reading import InvalidSetting, read_environment, variable

__all__ = ["Environment", "InvalidSetting", "read_environment", "variable"]
