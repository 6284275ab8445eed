"""Values in the cache that are damaged count as missing, in the table and in Redis."""

import base64
import pickle
import time

import pytest
from django.core.cache.backends.redis import RedisSerializer
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from tests.damage import damages

from tradepost.jobs import caches
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


def test_a_cache_that_is_away_answers_as_an_empty_one_and_is_not_asked_at_every_request(
    caplog, monkeypatch
):
    asked = []

    def refused(*_address, **_more):
        asked.append(1)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("redis.connection.Connection._connect", refused)
    cache = ForgivingRedis("redis://127.0.0.1:9/0", {})
    began = time.monotonic()
    for _ in range(5):
        assert cache.get("page", "none") == "none"
        assert cache.get_many(["page"]) == {}
        cache.set("page", VALUE)
        assert cache.add("page", VALUE), "whoever asks whether he is the first is"
        assert not cache.touch("page")
        assert cache.set_many({"page": VALUE}) == []
        assert not cache.delete("page")
        cache.delete_many(["page"])
        assert not cache.has_key("page")
        assert "page" not in cache
        assert cache.incr("count") == 1
        cache.clear()
        assert cache.get_or_set("page", 7) == 7
    assert time.monotonic() - began < caches.LEFT_ALONE_SECONDS, "else the next line says nothing"
    assert len(asked) <= 4  # the library's own tries of one question
    assert sum("the cache is away" in record.message for record in caplog.records) == 1


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
