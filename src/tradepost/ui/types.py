"""What the layouts expect to be told: the shapes behind `navigation` and `shop`."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """One entry of a navigation; `current` marks the page the reader is on."""

    label: str
    url: str
    icon: str = ""
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class NavigationSection:
    """Entries under a heading; a group without a label stands alone."""

    entries: Sequence[NavigationLink]
    label: str = ""

    @property
    def current(self) -> bool:
        return any(entry.current for entry in self.entries)


@dataclass(frozen=True, slots=True)
class ShopFrame:
    """Everything `ui/shop.html` shows around a page, as the context variable `shop`.

    `typeface` is one of `ledger`, `modern`, `classic`, `plain` (see `css/shop.css`).
    """

    name: str
    home_url: str
    search_url: str = ""
    query: str = ""
    cart_url: str = ""
    cart_count: int = 0
    logo_url: str = ""
    logo_dark_url: str = ""
    dark: bool = False
    theme_url: str = ""
    contact_email: str = ""
    telephone: str = ""
    telephone_link: str = ""
    banner_url: str = ""
    typeface: str = "ledger"
    categories: Sequence[NavigationLink] = field(default_factory=tuple)
    pages: Sequence[NavigationLink] = field(default_factory=tuple)
    privacy_url: str = "/privacy/"
