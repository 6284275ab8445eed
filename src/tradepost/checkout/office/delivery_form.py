"""The form of a way of delivery: where to, at what price, paid how; or where to collect."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tradepost.catalog.tax import EU_COUNTRIES
from tradepost.catalog.types import TaxClass
from tradepost.checkout.addresses import country_choices
from tradepost.checkout.dropin.amounts import MAX_MINOR
from tradepost.checkout.models import DeliveryMethod
from tradepost.checkout.office.country_names import UnknownCountry, read_countries
from tradepost.checkout.types import DeliveryRule, MethodKind
from tradepost.lib.amount_text import may_be_group, parted
from tradepost.lib.money import Money, MoneyError
from tradepost.merchants.models import Merchant
from tradepost.payments.queries import gateway_labels
from tradepost.ui.money_field import MoneyField

FIRST_ROWS, MORE_ROWS, MOST_ROWS = 3, 3, 60
_KILO = ("kg", "kilo")
_GRAMS = ("g", "gr", "gram", "grams", "gramm")
_LARGEST = 10**12
WHERE = [
    ("everywhere", _("Everywhere")),
    ("home", _("Only in the shop’s own country")),
    ("eu", _("The European Union")),
    ("chosen", _("The countries that I choose")),
]


@dataclass(frozen=True)
class PriceRow:
    """One row of the price list, as it was typed or is kept."""

    number: int
    starts: str
    up_to: str
    price: str
    problem: str = ""


@dataclass(frozen=True)
class CountryGroup:
    name: object
    countries: list[tuple[str, str, bool]]

    @property
    def chosen(self) -> int:
        return sum(ticked for _code, _name, ticked in self.countries)


class DeliveryForm(forms.Form):
    """Fields of another kind or another rule than the chosen one are kept in sight of nobody and judged by
    nobody: style sheets hide them, with and without script."""

    kind = forms.ChoiceField(
        label=_("What it is"), choices=MethodKind.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    collect_at = forms.CharField(
        label=_("Address and opening hours"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Shown at the checkout, on the page of the order and in the mails."),
    )
    estimate = forms.CharField(
        label=_("How long it takes"),
        max_length=120,
        required=False,
        help_text=_("Such as: 2–3 working days"),
    )
    where = forms.ChoiceField(
        label=_("Where it goes"), choices=WHERE, widget=forms.RadioSelect, required=False
    )
    more_countries = forms.CharField(
        label=_("Add countries by name"),
        required=False,
        max_length=1500,
        widget=forms.TextInput(attrs={"list": "country-names", "autocomplete": "off"}),
        help_text=_(
            "Names or codes with commas between them: Germany, UK, CH. EU means all of it."
        ),
    )
    rule = forms.ChoiceField(
        label=_("How the price is worked out"),
        choices=DeliveryRule.choices,
        widget=forms.RadioSelect,
    )
    payments = forms.MultipleChoiceField(
        label=_("Paid only by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none for every way of paying that the shop offers."),
    )
    tax_class = forms.ChoiceField(label=_("Tax"), choices=TaxClass.choices)
    active = forms.BooleanField(label=_("Offered at the checkout"), required=False, initial=True)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        merchant: Merchant,
        method: DeliveryMethod | None = None,
    ) -> None:
        self.merchant, self.currency, self.method = merchant, merchant.currency, method
        super().__init__(_complete(data), initial=_initial(method, merchant))
        self.fields["price_minor"] = MoneyField(
            label=_("Price"),
            currency=self.currency,
            most_minor=MAX_MINOR,
            required=False,
            help_text=_("Empty: free."),
        )
        self.fields["free_from_minor"] = MoneyField(
            label=_("Free from a value of"),
            currency=self.currency,
            most_minor=MAX_MINOR,
            required=False,
            help_text=_("Empty: never free by itself."),
        )
        payments = self.fields["payments"]
        assert isinstance(payments, forms.MultipleChoiceField)
        payments.choices = gateway_labels()

    # What the page shows

    @property
    def value(self) -> dict[str, object]:
        return {name: self[name].value() for name in ("kind", "where", "rule")}

    @property
    def country_groups(self) -> list[CountryGroup]:
        """What is chosen first, and unfolded; the rest is long."""
        home = self.merchant.home_country
        everywhere = [(code, name, code in self._ticked) for code, name in country_choices()]
        chosen = [row for row in everywhere if row[2]]
        others = [row for row in everywhere if not row[2]]
        groups = (
            (_("The shop’s own country"), lambda code: code == home),
            (_("European Union"), lambda code: code in EU_COUNTRIES - {home}),
            (_("Rest of the world"), lambda code: code not in EU_COUNTRIES | {home}),
        )
        grouped = [
            CountryGroup(name, [row for row in others if belongs(row[0])])
            for name, belongs in groups
        ]
        return [group for group in [CountryGroup(_("Chosen"), chosen), *grouped] if group.countries]

    @property
    def country_names(self) -> list[str]:
        return [name for _code, name in country_choices()]

    @cached_property
    def _ticked(self) -> set[str]:
        if self.is_bound:
            codes, _problem = self._typed_countries()
            return codes
        return set(self.method.countries) if self.method else set()

    @cached_property
    def steps(self) -> list[PriceRow]:
        """The rows with something in them, and some empty ones."""
        rows = self._typed_steps() if self.is_bound else list(self._kept_steps())
        asked = MORE_ROWS if "more_steps" in self.data or not self.is_bound else 0
        wanted = min(max(len(rows) + asked, FIRST_ROWS), MOST_ROWS)
        empty = [PriceRow(number, "", "", "") for number in range(len(rows), wanted)]
        return [*rows, *empty]

    def _kept_steps(self) -> Iterator[PriceRow]:
        starts = ""
        for number, (up_to, price) in enumerate(self.method.tiers if self.method else ()):
            by_value = self.method is not None and self.method.rule == DeliveryRule.VALUE
            text = Money(up_to, self.currency).plain() if by_value else str(up_to)
            yield PriceRow(number, starts, text, Money(price, self.currency).plain())
            starts = text

    def _typed_steps(self) -> list[PriceRow]:
        typed = [
            (self.data.get(f"up_to-{number}", "").strip()[:40], self.data.get(f"price-{number}", "").strip()[:40])
            for number in range(MOST_ROWS)
        ]  # fmt: skip
        rows: list[PriceRow] = []
        starts = ""
        for up_to, price in (pair for pair in typed if any(pair)):
            _step, problem = self._read_step(up_to, price)
            rows.append(PriceRow(len(rows), starts, up_to, price, problem if self._judges else ""))
            starts = up_to
        return rows

    @property
    def is_asking_for_more(self) -> bool:
        """A button that only changes the page: nothing is judged, nothing is saved."""
        return bool({"more_steps", "add_countries"} & set(self.data))

    @property
    def _judges(self) -> bool:
        return not self.is_asking_for_more and self.data.get("rule") != DeliveryRule.FLAT

    # What it means

    def full_clean(self) -> None:
        if not self.is_asking_for_more:
            super().full_clean()
            return
        self._errors, self.cleaned_data = ErrorDict(), {}
        _codes, problem = self._typed_countries()
        if problem and "add_countries" in self.data:
            self.add_error("more_countries", problem)

    def clean(self) -> dict[str, object]:
        values = super().clean() or {}
        is_sent = values.get("kind") != MethodKind.COLLECT
        countries = self._countries(values) if is_sent else []
        if not is_sent and not values.get("collect_at"):
            self.add_error("collect_at", _("Say where and when customers can collect."))
        tiers = self._tiers(values.get("rule", ""))
        if values.get("rule") != DeliveryRule.FLAT:
            self.errors.pop("price_minor", None)
        for name in ("where", "more_countries"):
            values.pop(name, None)
        return values | {
            "countries": countries,
            "tiers": tiers,
            "price_minor": values.get("price_minor") or 0,
        }

    def _countries(self, values: dict[str, object]) -> list[str]:
        where = values.get("where") or "everywhere"
        if where == "home":
            return [self.merchant.home_country]
        if where == "eu":
            return sorted(EU_COUNTRIES)
        if where == "everywhere":
            return []
        codes, problem = self._typed_countries()
        if problem:
            self.add_error("more_countries", problem)
        elif not codes:
            self.add_error("more_countries", _("Choose at least one country."))
        return sorted(codes)

    def _typed_countries(self) -> tuple[set[str], str]:
        """Those that are known of what was ticked and typed, and what is wrong with the rest."""
        codes: set[str] = set()
        problems = []
        ticked = self.data.getlist("countries") if hasattr(self.data, "getlist") else []
        for text in [*ticked[:400], *self.data.get("more_countries", "")[:1500].split(",")]:
            try:
                codes |= read_countries(str(text))
            except UnknownCountry as unknown:
                problems.append(str(unknown))
        return codes, " ".join(problems[:5])

    def _tiers(self, rule: str) -> list[list[int]]:
        if rule == DeliveryRule.FLAT:
            return []
        read = [
            self._read_step(step.up_to, step.price)
            for step in self.steps
            if step.up_to or step.price
        ]
        tiers = sorted(step for step, _problem in read if step)
        problems = list(dict.fromkeys(problem for _step, problem in read if problem))
        if not problems and not tiers:
            problems = [_now("Give at least one step.")]
        if len({up_to for up_to, _price in tiers}) < len(tiers):
            problems.append(_now("Two steps end at the same figure."))
        if problems:
            self.add_error(None, " ".join(problems))
        return tiers

    def _read_step(self, up_to: str, price: str) -> tuple[list[int] | None, str]:
        try:
            measure = self._measure(up_to)
        except (ValueError, ArithmeticError, InvalidOperation):
            return None, _now("“%(text)s” is no figure for a step.") % {"text": up_to}
        try:
            minor = Money.parse(price, self.currency).minor
        except MoneyError:
            minor = -1
        if not 0 <= minor <= MAX_MINOR:
            return None, _now("“%(text)s” is no price.") % {"text": price}
        return [measure, minor], ""

    def _measure(self, text: str) -> int:
        """Grams (``2 kg`` as well), units, or minor units of money. Raises: ValueError."""
        rule = self.data.get("rule")
        if rule == DeliveryRule.VALUE:
            found = Money.parse(text, self.currency).minor
        else:
            number = text.lower().replace(",", ".").rstrip("abcdefghijklmnopqrstuvwxyz ")
            unit = text.lower().replace(",", ".").removeprefix(number).strip()
            if unit and (rule != DeliveryRule.WEIGHT or unit not in _KILO + _GRAMS):
                raise ValueError(text)
            figure = parted(number.strip())
            if figure and may_be_group(figure[0], figure[2]):  # 1,000 g: one gram, or a kilo?
                raise ValueError(text)
            exact = Decimal(number) * (1000 if unit in _KILO else 1)
            whole = exact.is_finite() and abs(exact) <= _LARGEST and exact % 1 == 0
            found = int(exact) if whole else -1
        if not 0 <= found <= _LARGEST:
            raise ValueError(text)
        return found


def _complete(data: QueryDict | None) -> QueryDict | None:
    """What a short post leaves out: a kind, and that naming countries means those countries."""
    if data is None:
        return None
    data = data.copy()
    data.setdefault("kind", MethodKind.SEND)
    names = data.get("countries") or str(data.get("more_countries", "")).strip()
    if not data.get("where") or ("add_countries" in data and names):
        data["where"] = "chosen" if names else "everywhere"
    return data


def _initial(method: DeliveryMethod | None, merchant: Merchant) -> dict[str, object]:
    if method is None:
        return {
            "kind": MethodKind.SEND,
            "where": "everywhere",
            "rule": DeliveryRule.FLAT,
            "collect_at": merchant.postal_address,
        }
    names = ("kind", "name", "estimate", "rule", "payments", "tax_class", "active")
    amounts = ("price_minor", "free_from_minor")
    return {name: getattr(method, name) for name in (*names, *amounts)} | {
        "collect_at": method.collect_at or merchant.postal_address,
        "where": _where(method, merchant),
    }


def _where(method: DeliveryMethod, merchant: Merchant) -> str:
    countries = set(method.countries)
    if not countries:
        return "everywhere"
    if countries == {merchant.home_country}:
        return "home"
    return "eu" if countries == EU_COUNTRIES else "chosen"
