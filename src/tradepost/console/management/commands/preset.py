"""``tradepost preset NAME``: make the installation one kind of service."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradepost.audit.types import Actor
from tradepost.console.actions.choose_preset import choose_preset
from tradepost.console.presets import PRESETS, UnknownPreset, preset_of
from tradepost.modules.switches import switches_for_all


class Command(BaseCommand):
    help = "Switch all modules at once to one kind of service; without a name, say which there are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", default="", metavar="NAME")

    def handle(self, *args: object, name: str, **options: object) -> None:
        if not name:
            for preset in PRESETS.values():
                mark = "*" if preset.is_chosen else " "
                self.stdout.write(f"{mark} {preset.name:<20} {preset.describes}")
            return
        try:
            turned = choose_preset(preset=preset_of(name), by=Actor.job("console.preset"))
        except UnknownPreset:
            raise CommandError(f"No preset {name}; there are: {', '.join(PRESETS)}.") from None
        for switch in switches_for_all():
            self.stdout.write(f"{'on ' if switch.on else 'off'} {switch.module.key}")
        self.stdout.write(f"{name}: {turned} switches turned.")
