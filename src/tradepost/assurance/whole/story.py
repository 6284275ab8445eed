"""Who comes in and what they say: every word that anybody types is a mark of its own."""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tradepost.assurance.whole.browser import Browser
from tradepost.assurance.whole.house import House
from tradepost.datamap.vocabulary import Subject
from tradepost.merchants.models import Merchant

PASSWORD = secrets.token_urlsafe(18)
# Nobody's network: kept free for examples (RFC 3849, RFC 5737).
SIX, FOUR = "2001:db8:5eed:77aa:bb11:cc22:dd33:ee44", "198.51.100.213"
# ``SHOP``: words about the business itself, which are nobody's personal data.
PERSON, OWNER, MEMBER, RIVAL, STRANGER, SHOP = "p", "o", "t", "r", "u", "s"
COMPLAINER = "c"


@dataclass
class MarkBook:
    """``said``: mark → who says it and at which field. Each is letters and digits, and nowhere else."""

    root: str = field(default_factory=lambda: f"zq{secrets.token_hex(4)}")
    said: dict[str, tuple[str, str]] = field(default_factory=dict)

    def word(self, who: str, what: str) -> str:
        made = f"{self.root}{who}{len(self.said):03d}"
        self.said[made] = (who, what)
        return made

    def address(self, who: str, what: str = "e-mail") -> str:
        return f"{self.word(who, what)}@people.example"

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(rf"{self.root}[a-z]\d{{3}}", re.IGNORECASE)

    def of(self, who: str) -> set[str]:
        return {mark for mark, (owner, _what) in self.said.items() if owner == who}


@dataclass
class Story:
    """One run through all doors: the shop, its people, and where the planted person is known."""

    house: House
    marks: MarkBook = field(default_factory=MarkBook)
    handle: str = ""
    rival_handle: str = ""
    email: str = ""  # of the planted person
    owner_email: str = ""
    member_email: str = ""  # of the last of the team
    # Who may ask for their data: where they open the portal → what they are to us, and their address.
    askers: dict[str, tuple[Subject, str]] = field(default_factory=dict)
    complainer: str = ""  # a reader who calls a letter spam
    browsers: dict[str, Browser] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)  # of the API, by whose and which
    pages: dict[str, str] = field(
        default_factory=dict
    )  # public pages, by what the visitor is about
    incidents: dict[str, tuple[str, str]] = field(default_factory=dict)  # page and word of each
    order_page: str = ""
    coupon: str = ""

    def say(self, what: str, who: str = PERSON) -> str:
        return self.marks.word(who, what)

    def office(self, path: str = "") -> str:
        return f"/office/{self.handle}/{path}"

    @property
    def shop(self) -> Merchant:
        """Its row."""
        return Merchant.objects.get(handle=self.handle)

    def link_in(self, address: str, begin: str, after: int = 0) -> str:
        """The path of the first link in the newest mail that begins so."""
        text = self.house.mail_to(address, begin, after=after).text
        found = re.search(rf"https?://[^/\s]+({begin}[^\s>)]*)", text)
        assert found is not None
        return found[1]


Door = Callable[[Story], Iterator[None] | None]
doors: dict[str, Door] = {}


def door(name: str) -> Callable[[Door], Door]:
    """Registered in the order in which people come: a later one may need what an earlier one left."""

    def register(come_in: Door) -> Door:
        doors[name] = come_in
        return come_in

    return register
