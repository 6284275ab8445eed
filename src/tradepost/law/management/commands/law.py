"""``tradepost law``: the laws with their days, or how a shop stands to them."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradepost.law.queries import law_today, lines_of
from tradepost.law.rules import LAWS
from tradepost.law.types import LawLine
from tradepost.law.views.words import WORDS
from tradepost.lib import clock
from tradepost.merchants.queries import merchant_by_handle


class Command(BaseCommand):
    help = (
        "The laws that this version knows, with their days; with --shop, how a shop stands to them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--shop", default="", help="handle of a shop")
        parser.add_argument(
            "--on", type=date.fromisoformat, help="a day such as 2027-01-01; otherwise today"
        )

    def handle(self, *args: object, shop: str, on: date | None, **options: object) -> None:
        self.stdout.write("Not legal advice, and not every law is here.\n")
        if not shop:
            day = on or clock.now().date()
            for law in sorted(LAWS, key=lambda law: law.since):
                when = "in force since" if law.since <= day else "from"
                self.stdout.write(f"{when} {law.since}  {law.id}: {law.title} ({law.source})")
            return
        merchant = merchant_by_handle(shop)
        if merchant is None:
            raise CommandError(f"There is no shop {shop}.")
        for line in lines_of(merchant, on or law_today(merchant)):
            self._print(line)

    def _print(self, line: LawLine) -> None:
        word = WORDS[line.standing][1]
        self.stdout.write(f"[{word}] {line.law.since}  {line.law.title} ({line.law.source})")
        for label, finding in line.found:
            self.stdout.write(f"    {label}: {finding.evidence}")
            for gap in finding.gaps:
                self.stdout.write(f"      missing: {gap.words}")
        if line.why_exempt:
            self.stdout.write(f"    {line.why_exempt}")
            return
        for words in line.own_duties:
            self.stdout.write(f"    yourself: {words}")
