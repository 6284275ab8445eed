"""The table that the cache lies in where no Redis is chosen (``django.core.cache.backends.db``)."""

CACHE_TABLE = "cache_table"
