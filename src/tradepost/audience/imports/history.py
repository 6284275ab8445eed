"""What a file says of a person's past at another mail service: status, times of consent, who left and why.

The words and columns are those of the exports of Mailchimp, listmonk, Brevo, MailerLite, Keila, Mautic,
Mailtrain and of our own. A status that nobody knows is asked about, never guessed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.audience.types import BadRow
from tradepost.lib import clock
from tradepost.lib.addresses import truncate_ip
from tradepost.lib.typed_text import typed

LONGEST_WORD = 40
MOST_WORDS = 30
_LONGEST_TIME = 40


class PastStatus(StrEnum):
    SUBSCRIBED = "subscribed"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    NO_CONSENT = "none"  # known, and not to be written to: a contact without a list
    UNCONFIRMED = "unconfirmed"  # never said yes: not taken


KEPT_OUT = (PastStatus.LEFT, PastStatus.BOUNCED, PastStatus.COMPLAINED)
MEANINGS = (
    (PastStatus.SUBSCRIBED, gettext_lazy("may be written to")),
    (PastStatus.LEFT, gettext_lazy("unsubscribed: never write")),
    (PastStatus.BOUNCED, gettext_lazy("mail came back: never write")),
    (PastStatus.COMPLAINED, gettext_lazy("complained: never write")),
    (PastStatus.NO_CONSENT, gettext_lazy("a contact without newsletter")),
    (PastStatus.UNCONFIRMED, gettext_lazy("never confirmed: leave out")),
)
_WORDS = {
    PastStatus.SUBSCRIBED: "subscribed active enabled confirmed subscriber abonniert aktiv abonné optin "
    "optedin bestätigt suscrito activo iscritto verified",
    PastStatus.LEFT: "unsubscribed unsubscribe disabled blocklisted blacklisted blocked optout optedout "
    "suppressed removed abgemeldet désabonné desabonné desinscrit désinscrit inactive inaktiv deactivated "
    "deleted forgotten donotcontact dnc unsub unsubbed cancelled canceled disiscritto baja unlisted "
    "objected withdrawn gesperrt",
    PastStatus.BOUNCED: "bounced bounce cleaned hardbounce hardbounced softbounced undeliverable unreachable "
    "invalid bouncing failed unzustellbar hardbouncing",
    PastStatus.COMPLAINED: "complained complaint spam junk abuse spamcomplaint markedasspam beschwerde "
    "spammed reported complainer",
    PastStatus.NO_CONSENT: "none noconsent nonsubscribed transactional notsubscribed neversubscribed",
    PastStatus.UNCONFIRMED: "unconfirmed pending awaiting unverified awaitingconfirmation notconfirmed "
    "waiting unbestätigt ausstehend optinpending confirmationpending",
}
_MEANING = {word: standing for standing, words in _WORDS.items() for word in words.split()}
_YES = {"1", "yes", "true", "y", "t", "x", "on", "ja", "oui", "si", "sí", "wahr", "vrai"}
_NO = {
    "",
    "0",
    "no",
    "false",
    "n",
    "f",
    "off",
    "nein",
    "non",
    "falsch",
    "faux",
    "-",
    "null",
    "none",
    "never",
}

TARGETS = (
    ("status", gettext_lazy("Status (subscribed, unsubscribed, bounced …)")),
    ("given_at", gettext_lazy("When they agreed")),
    ("confirmed_at", gettext_lazy("When they confirmed")),
    ("network", gettext_lazy("Network address (IP) of the consent")),
    ("confirm_network", gettext_lazy("Network address (IP) of the confirmation")),
    ("consent_text", gettext_lazy("What they agreed to, or where")),
    ("consent_how", gettext_lazy("How they confirmed")),
    ("left_at", gettext_lazy("Unsubscribed (time, or yes and no)")),
    ("left_reason", gettext_lazy("Why they left")),
    ("bounced_at", gettext_lazy("Mail came back (time, or yes and no)")),
    ("complained_at", gettext_lazy("Complained (time, or yes and no)")),
    ("blocked", gettext_lazy("Blocklisted (yes or no)")),
    ("opted_in", gettext_lazy("Agreed to news (yes or no)")),
    ("lists_left", gettext_lazy("Lists they left")),
)
COLUMNS = {
    "status": {"status", "state", "subscriptionstatus", "emailstatus", "emailmarketingstatus", "memberstatus",
               "contactstatus", "subscriberstatus", "emailpermissionstatus", "subscribestatus"},
    "given_at": {"optintime", "optedinat", "signuptimestamp", "signupdate", "signedupat", "subscribedat",
                 "datesubscribe", "optindate", "consentat", "subscribedate", "subscriptiondate", "optinat",
                 "subscribed", "optintimestamp", "datesubscribed", "consentdate", "addedtime",
                 "doubleoptindate"},
    "confirmed_at": {"confirmtime", "confirmationtimestamp", "confirmedat", "confirmationdate",
                     "doubleoptinat", "confirmdate", "doubleoptintime"},
    "network": {"optinip", "signupip", "ipaddress", "subscribeip", "consentip", "ip", "ipsignup"},
    "confirm_network": {"confirmip", "confirmationip", "doubleoptinip", "ipopt", "confirmedip"},
    "consent_text": {"consenttext", "consentwording", "optinsource", "consent", "gdprconsent",
                     "permissiontext", "consentdescription"},
    "consent_how": {"consenthow", "consentmethod", "optinmethod"},
    "left_at": {"unsubtime", "unsubscribedat", "unsubscribed", "dateunsubscribe", "unsubscribedate",
                "optouttime", "optoutdate", "optedout", "optout", "optedoutat", "unsubscribetime",
                "unsubscribetimestamp", "dateunsubscribed", "unsubscriptiondate", "endedat", "leftat"},
    "left_reason": {"unsubreason", "unsubscribereason", "reason", "blocklistreason", "suppressionreason",
                    "dncreason", "optoutreason", "suppressed", "unsubreasonother"},
    "bounced_at": {"cleantime", "bouncedat", "hardbounced", "bounced", "bouncedate", "hardbouncedat",
                   "emailbounced", "hardbounce"},
    "complained_at": {"complainedat", "spamcomplaint", "complained", "complaintdate", "markedspamat",
                      "spamreportedat"},
    "blocked": {"emailblacklisted", "blacklisted", "blocklisted", "emailblocklisted", "emailblacklist",
                "donotcontact", "dnc", "donotemail", "isblocklisted", "isblacklisted", "disabled",
                "globallyunsubscribed", "emaildnc", "suppress"},
    "opted_in": {"optin", "optedin", "isoptedin", "newsletteroptin", "acceptsemailmarketing",
                 "acceptsmarketing", "emailmarketingconsent"},
    "lists_left": {"listsleft"},
}  # fmt: skip
# Columns that stand only in files of people who are all meant by them, filled or not.
_ALL_LEFT = {"unsubtime": PastStatus.LEFT, "cleantime": PastStatus.BOUNCED}
_COMPLAINTS = ("spam", "abuse", "complain", "junk", "beschwerde")
_BOUNCES = ("bounce", "undeliverable", "unreachable", "hardbounce")


@dataclass(slots=True)
class Past:
    """``at``: when they left. ``network`` is truncated. Times are None where the file has none."""

    standing: PastStatus = PastStatus.SUBSCRIBED
    given_at: datetime | None = None
    network: str = ""
    wording: str = ""
    evidence: str = ""
    at: datetime | None = None
    why: str = ""
    lists_left: tuple[str, ...] = ()

    @property
    def has_evidence(self) -> bool:
        return bool(self.given_at or self.network or self.wording or self.evidence)


def worse_of(first: Past | None, other: Past | None) -> Past | None:
    """Of two rows about one person, what may be done with less; the first of equals."""
    if first is None or other is None:
        return other if other and other.standing is not PastStatus.SUBSCRIBED else first
    return max(first, other, key=lambda past: _BY_WEIGHT.index(past.standing))


def plain_word(text: str) -> str:
    return "".join(letter for letter in text[:LONGEST_WORD].casefold() if letter.isalnum())


def meaning_of(word: str, chosen: dict[str, str]) -> PastStatus | None:
    """What a status says; None if somebody must be asked."""
    plain = plain_word(word)
    if plain in chosen:
        return PastStatus(chosen[plain])
    if plain in _MEANING:
        return _MEANING[plain]
    return PastStatus.SUBSCRIBED if read_time(word) else None


def unknown_words(words: Iterable[str], chosen: dict[str, str]) -> list[str]:
    """The statuses that must be asked about, each once; an empty cell is one of them."""
    found = dict.fromkeys(word.strip()[:LONGEST_WORD] for word in words)
    unknown = [word for word in found if meaning_of(word, chosen) is None]
    return list({plain_word(word): word for word in unknown}.values())


def history_reader(
    mapping: dict[str, str], header: list[str], chosen: dict[str, str], list_name: str = ""
) -> Callable[[list[str]], Past | None] | None:
    """What makes a :class:`Past` of a row's cells; None where no column tells of it.

    The function raises :class:`BadRow` for a status that nobody knows.
    """
    at = {name: int(number) for number, name in mapping.items()}
    places = {name: at[name] for name, _label in TARGETS if name in at}
    if not places:
        return None
    whole_file = _standing_of_file(places, header)

    def read(cells: list[str]) -> Past:
        said = {name: cells[i].strip() for name, i in places.items() if i < len(cells)}
        past = Past(
            given_at=read_time(said.get("confirmed_at", "")) or read_time(said.get("given_at", "")),
            network=truncate_ip(said.get("confirm_network", "") or said.get("network", "")),
            wording=typed(said.get("consent_text", ""), 1000),
            evidence=_evidence(said),
            at=_left_at(said),
            why=typed(said.get("left_reason", ""), 200),
            lists_left=_names(said.get("lists_left", "")),
        )
        past.standing = _standing(said, past, chosen, whole_file)
        if past.standing is PastStatus.SUBSCRIBED and list_name and list_name in past.lists_left:
            past.standing = PastStatus.NO_CONSENT
        return past

    return read


def _standing_of_file(places: dict[str, int], header: list[str]) -> PastStatus | None:
    if "status" in places:
        return None
    titles = [plain_word(header[i]) for i in places.values() if i < len(header)]
    return next((_ALL_LEFT[title] for title in titles if title in _ALL_LEFT), None)


def _standing(
    said: dict[str, str], past: Past, chosen: dict[str, str], whole_file: PastStatus | None
) -> PastStatus:
    """The worst that any column says; only a later consent takes an unsubscription back."""
    worst = [_of_status(said, chosen), whole_file or PastStatus.SUBSCRIBED]
    if _happened(said.get("complained_at", "")):
        worst.append(PastStatus.COMPLAINED)
    if _happened(said.get("bounced_at", "")):
        worst.append(PastStatus.BOUNCED)
    if said.get("blocked", "").casefold() not in _NO:
        worst.append(PastStatus.LEFT)
    if _happened(said.get("left_at", "")) and not _came_back(said, past):
        worst.append(PastStatus.LEFT)
    if said.get("given_at", "").casefold() in _NO - {"", "-"}:
        worst.append(PastStatus.NO_CONSENT)
    if "opted_in" in said and said["opted_in"].casefold() in _NO:
        worst.append(PastStatus.NO_CONSENT)
    standing = max(worst, key=_BY_WEIGHT.index)
    return _by_reason(standing, past.why)


_BY_WEIGHT = (PastStatus.SUBSCRIBED, PastStatus.NO_CONSENT, PastStatus.UNCONFIRMED, PastStatus.LEFT,
              PastStatus.BOUNCED, PastStatus.COMPLAINED)  # fmt: skip


def _of_status(said: dict[str, str], chosen: dict[str, str]) -> PastStatus:
    if "status" not in said:
        return PastStatus.SUBSCRIBED
    standing = meaning_of(said["status"], chosen)
    if standing is None:
        text = _("The status “%(word)s” is not known: say on the page of columns what it means.")
        raise BadRow(text % {"word": said["status"][:LONGEST_WORD]})
    return standing


def _by_reason(standing: PastStatus, why: str) -> PastStatus:
    """A reason names the cause more exactly than the status."""
    reason = why.casefold()
    if any(word in reason for word in _COMPLAINTS) and standing in KEPT_OUT:
        return PastStatus.COMPLAINED
    if any(word in reason for word in _BOUNCES) and standing is PastStatus.LEFT:
        return PastStatus.BOUNCED
    return standing


def _came_back(said: dict[str, str], past: Past) -> bool:
    """The service says subscribed, and that the consent is newer than the unsubscription."""
    return bool("status" in said and past.at and past.given_at and past.given_at > past.at)


def _happened(text: str) -> bool:
    return text.casefold() not in _NO


def _left_at(said: dict[str, str]) -> datetime | None:
    times = (read_time(said.get(name, "")) for name in ("complained_at", "bounced_at", "left_at"))
    return next((time for time in times if time), None)


def _evidence(said: dict[str, str]) -> str:
    """In words what has no column of its own: how, and times that cannot be told for certain."""
    parts = [said.get("consent_how", "")]
    parts += [
        said[name]
        for name in ("given_at", "confirmed_at")
        if said.get(name) and read_time(said[name]) is None
    ]
    return typed(" · ".join(part[:80] for part in parts if part), 200)


def _names(text: str) -> tuple[str, ...]:
    """``News (2024-05-01T10:00:00+00:00); Offers`` → the names of the lists."""
    names = (part.strip() for part in text[:5_000].split(";"))
    return tuple(name.rpartition(" (")[0] if name.endswith(")") else name for name in names if name)


_FORMS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y",
    "%b %d, %Y %I:%M %p", "%b %d, %Y", "%d %b %Y", "%Y-%m-%d %H:%M:%S UTC",
)  # fmt: skip
_SLASHED = ("%d/%m/%Y", "%m/%d/%Y")


def read_time(text: str) -> datetime | None:
    """A time that is written in one way only; ``03/04/2019`` may be two days, so it is None.

    Times without a zone are taken as UTC; what lies in the future is no time of a consent.
    """
    text = text.strip()
    if not 8 <= len(text) <= _LONGEST_TIME or not text[0].isalnum():
        return None
    found = _iso(text) or _by_form(text, _FORMS) or _slashed(text)
    if found is None:
        return None
    found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    return found if datetime(1990, 1, 1, tzinfo=UTC) < found <= clock.now() else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if "-" in text[:5] and not text.isdigit() else None
    except (ValueError, OverflowError):
        return None


def _by_form(text: str, forms: Iterable[str]) -> datetime | None:
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  the zone is said by the caller
        except ValueError:
            continue
    return None


def _slashed(text: str) -> datetime | None:
    """Day and month can be told apart where one of them is above twelve, or both are the same."""
    day, _space, of_day = text.partition(" ")
    days = {found for form in _SLASHED if (found := _by_form(day, [form]))}
    if len(days) != 1:
        return None
    only = days.pop()
    hour = _by_form(of_day.strip(), ("%H:%M:%S", "%H:%M", "%I:%M %p")) if of_day else None
    return only.replace(hour=hour.hour, minute=hour.minute, second=hour.second) if hour else only


def summary(counts: dict[str, int]) -> list[tuple[object, int]]:
    """Who was kept out and why, in words, for the report."""
    words = dict(MEANINGS)
    return [(words[PastStatus(name)], int(count)) for name, count in counts.items() if count]
