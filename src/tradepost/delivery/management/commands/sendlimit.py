"""``tradepost sendlimit``: how fast mail may leave, for a destination's domain or for a merchant."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from tradepost.audit.types import Actor
from tradepost.delivery.actions.sending_limits import BadLimit, set_sending_limit
from tradepost.delivery.models import Destination, Mailing
from tradepost.delivery.outgoing import limits
from tradepost.lib import clock
from tradepost.lib.addresses import InvalidEmail, normalise_email


class Command(BaseCommand):
    help = (
        "Shows, sets or lifts limits of messages a minute: of mailings to one mail domain "
        "(sendlimit --domain gmail.com 60), or of one merchant's mailings (sendlimit --merchant HANDLE "
        "600). Without arguments: what is set, and which destinations are left alone just now."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        of = parser.add_mutually_exclusive_group()
        of.add_argument("--domain", help="The part of the recipients' addresses behind the @.")
        of.add_argument("--merchant", help="A shop's handle.")
        parser.add_argument("per_minute", nargs="?", type=int, help="Messages a minute.")
        parser.add_argument("--lift", action="store_true", help="Take the limit away.")

    def handle(
        self,
        *args: object,
        domain: str | None,
        merchant: str | None,
        per_minute: int | None,
        lift: bool,
        **options: object,
    ) -> None:
        if not domain and not merchant:
            if per_minute is not None:
                raise CommandError("Say for whom: --domain DOMAIN or --merchant HANDLE.")
            self._show()
            return
        if lift == (per_minute is not None):
            raise CommandError("Say how many messages a minute, or --lift.")
        name = _domain(domain) if domain else _merchant(merchant or "")
        try:
            set_sending_limit(name=name, per_minute=per_minute, by=Actor.at_machine("sendlimit"))
        except BadLimit as error:
            raise CommandError(str(error)) from None
        self._show()

    def _show(self) -> None:
        lines = [_line(row) for row in _rows()]
        self.stdout.write(
            "\n".join(lines) or "No limits are set, and no destination is left alone."
        )


def _merchant(handle: str) -> str:
    merchants = Mailing._meta.get_field("merchant").remote_field.model
    number = merchants._base_manager.filter(handle=handle).values_list("pk", flat=True).first()
    if number is None:
        raise CommandError(f"No shop has the handle {handle}.")
    return limits.merchant_name(number)


def _rows() -> QuerySet[Destination]:
    limited = Destination.objects.filter(per_minute__isnull=False)
    return (limited | Destination.objects.filter(closed_until__gt=clock.now())).order_by("name")


def _line(row: Destination) -> str:
    said = [row.name]
    if row.per_minute:
        said.append(f"{row.per_minute} a minute")
    if row.closed_until and row.closed_until > clock.now():
        said.append(f"left alone until {row.closed_until:%Y-%m-%d %H:%M:%S} UTC")
    return "  ".join(said)


def _domain(text: str) -> str:
    """As our addresses spell it."""
    try:
        return limits.domain_name(normalise_email(f"x@{text.strip().rpartition('@')[2]}"))
    except InvalidEmail:
        raise CommandError(f"{text} is no mail domain.") from None
