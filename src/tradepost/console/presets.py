"""Five kinds of service that this house can be, each a choice of modules in one word."""

from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from tradepost.modules.switches import modules, operators_choice


class UnknownPreset(LookupError):
    """There is no preset of this name."""


@dataclass(frozen=True, kw_only=True)
class Preset:
    """``off``: keys of the modules that no shop has. Whatever else there is, each shop chooses."""

    name: str
    label: str | LazyText
    describes: str | LazyText
    off: frozenset[str]

    @property
    def is_chosen(self) -> bool:
        return operators_choice.off() == self.off & modules.keys()


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            name="hosted-cart",
            label=_("Hosted cart"),
            describes=_("Buy buttons on the merchants' own websites; no shop front, no letters."),
            off=frozenset({"shop-front", "campaigns", "tracking", "opt-in-forms"}),
        ),
        Preset(
            name="shop-system",
            label=_("Shop system"),
            describes=_("Shops with a front of their own, and letters to their customers."),
            off=frozenset({"drop-in-cart", "tracking"}),
        ),
        Preset(
            name="mail-service",
            label=_("Mail service"),
            describes=_("Lists, letters and their reports; nothing is sold."),
            off=frozenset({"shop-front", "drop-in-cart"}),
        ),
        Preset(
            name="mall",
            label=_("Mall"),
            describes=_(
                "Shops side by side; letters go to customers who agreed when they ordered, and nobody's opens are counted."
            ),
            off=frozenset({"drop-in-cart", "tracking", "opt-in-forms"}),
        ),
        Preset(
            name="newsletter-service",
            label=_("Newsletter service"),
            describes=_("Newsletters with sign-up forms and reports, and a shop beside them."),
            off=frozenset({"drop-in-cart"}),
        ),
    )
}


def preset_of(name: str) -> Preset:
    """Raises: UnknownPreset."""
    if name not in PRESETS:
        raise UnknownPreset(name)
    return PRESETS[name]
