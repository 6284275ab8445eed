from django.apps import AppConfig


class ModulesConfig(AppConfig):
    name = "tradepost.modules"
    label = "modules"

    def ready(self) -> None:
        from tradepost.modules.registry import load_rooms  # noqa: PLC0415  models are ready only now

        load_rooms()
