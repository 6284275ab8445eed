from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "tradepost.bulletins"
    label = "bulletins"
