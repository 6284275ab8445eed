from django.apps import AppConfig


class TwinConfig(AppConfig):
    name = "tradepost.modules.tests.twin"
    label = "twin"

    def ready(self) -> None:
        from tradepost.datamap.rooms import Room
        from tradepost.modules.registry import collect, rooms

        collect(Room(name="twin", keep_rules=rooms["audience"].keep_rules))
