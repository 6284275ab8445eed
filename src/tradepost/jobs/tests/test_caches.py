"""Values in the cache that are damaged count as missing, in the table and in Redis."""

import base64
import pickle

import pytest
from django.core.cache.backends.redis import RedisSerializer
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from tests.damage import damages

from tradepost.jobs.caches import ForgivingRedis, ForgivingTable

VALUE = {"page": "<p>Grüße</p>" * 20, "at": 17.5, "of": ("a", 1)}


@pytest.fixture
def table(db):
    call_command("createcachetable", "damaged_cache")
    return ForgivingTable("damaged_cache", {"TIMEOUT": 300})


def test_a_damaged_value_of_the_table_is_missing(table):
    table.set("page", VALUE)
    assert table.get("page") == VALUE
    good = pickle.dumps(VALUE)
    texts = [base64.b64encode(damage).decode() for damage in damages(good, bits=150)]
    texts += ["", "not base64!", "ä", base64.b64encode(good).decode()[:-7]]
    for text in texts:
        table.set("page", VALUE)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE damaged_cache SET value = %s", [text])
        table.get("page", "missing")
        table.get_or_set("page", VALUE)
        table.set("page", VALUE)
        assert table.get("page") == VALUE


class Client:
    """Redis's answers, without Redis."""

    def __init__(self) -> None:
        self.content = b""

    def get(self, key, default=None):
        return RedisSerializer().loads(self.content)

    def get_many(self, keys):
        return {key: self.get(key) for key in keys}


@override_settings()
def test_a_damaged_value_of_redis_is_missing():
    cache = ForgivingRedis("redis://127.0.0.1:9/0", {})
    cache.__dict__["_cache"] = client = Client()
    client.content = pickle.dumps(VALUE)
    assert cache.get("page") == VALUE
    for damage in damages(client.content, bits=300):
        client.content = damage
        cache.get("page", "missing")
        cache.get_many(["page"])
