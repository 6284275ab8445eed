from django.apps import AppConfig


class NoticeConfig(AppConfig):
    name = "tradepost.notice"
    label = "notice"
