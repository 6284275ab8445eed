"""Tradepost: shop, mailing list and kept promises in one application."""

__version__ = "0.1.0"
