from django.apps import AppConfig
from django.conf import settings


class ModulesConfig(AppConfig):
    name = "tradepost.modules"
    label = "modules"

    def ready(self) -> None:
        from tradepost.modules.fence import keep_inside  # noqa: PLC0415  models are ready only now
        from tradepost.modules.registry import load_rooms  # noqa: PLC0415  models are ready only now

        keep_inside(settings.THIRD_PARTY)
        load_rooms()
