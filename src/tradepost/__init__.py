"""Tradepost: shop, mailing list and kept promises in one application."""

from datetime import date

__version__ = "0.1.0"
SUPPORTED_UNTIL = date(2027, 12, 31)
"""Until then weaknesses of this minor version are mended (SECURITY.md)."""
