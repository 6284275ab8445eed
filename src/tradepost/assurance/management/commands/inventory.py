"""``tradepost inventory``: what is held, let in and let out, against the list that was signed off."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from tradepost.assurance.inventory import (
    SIGNED_OFF,
    as_json,
    build_inventory,
    differences,
    signed_off,
)


class Command(BaseCommand):
    help = (
        "Compare fields, roles, routes, cookies, hosts, periods … with the inventory that was signed off; "
        "--write signs the present state off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="write inventory.json anew")

    def handle(self, *args: object, **options: object) -> None:
        found = build_inventory()
        changed = differences(signed_off(), found)
        for line in changed:
            self.stdout.write(line)
        if options["write"]:
            SIGNED_OFF.write_text(as_json(found))
        elif changed:
            raise CommandError(
                f"{len(changed)} entries differ from what was signed off; look at each, then"
                " `tradepost inventory --write` and commit it."
            )
        counts = ", ".join(f"{len(part)} {name.replace('_', ' ')}" for name, part in found.items())
        self.stdout.write(counts)
