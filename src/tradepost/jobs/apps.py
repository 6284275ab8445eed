from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "tradepost.jobs"
    label = "jobs"
