"""The product's Celery entry, with the kinds of job that the tests register."""

from tradepost.config.celery_app import app

app.conf.imports = ("tests.scale.test_celery",)
