"""What people type about products, checked and put into numbers."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tradepost.catalog.actions.options import MOST_OPTIONS
from tradepost.catalog.models import Category, Photo, Product, Variant
from tradepost.catalog.queries import SORTS, ProductFilter, all_shelves
from tradepost.catalog.texts import LONGEST
from tradepost.catalog.types import LONGEST_NAME, TaxClass, TaxRule
from tradepost.merchants.actions.join import countries
from tradepost.merchants.models import Merchant
from tradepost.ui.form_options import FormData, Text
from tradepost.ui.money_field import MoneyField


class CategoryField(forms.ChoiceField):
    """One of the shop's categories, or none; cleans to the row."""

    def __init__(self, merchant: Merchant, *, none: Text = "—", label: Text) -> None:
        found = all_shelves(merchant)
        self.rows = {shelf.category.public_id: shelf.category for shelf in found}
        choices = [("", none), *((s.category.public_id, s.indented) for s in found)]
        super().__init__(choices=choices, required=False, label=label)

    def prepare_value(self, value: object) -> object:
        return value.public_id if isinstance(value, Category) else value

    def has_changed(self, initial: object, data: object) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))

    def clean(self, value: object) -> Category | None:
        return self.rows.get(super().clean(value))


class ProductForm(forms.Form):
    """All of a product but its options and photos."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "Markdown: **bold**, *italic*, - lists, [a link](https://…). HTML is taken, too."
        ),
    )
    tax_class = forms.ChoiceField(label=gettext_lazy("Tax"), choices=TaxClass)
    sku = forms.CharField(
        label=gettext_lazy("Article number"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("SKU. Needed for buy buttons; unique in the shop."),
    )
    # Sent along as it was shown: what was sold while the form stood open is not put back by saving.
    stock = forms.IntegerField(
        label=gettext_lazy("Stock"),
        min_value=0,
        max_value=10**9,
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("Empty: not counted, never sold out."),
    )
    weight_grams = forms.IntegerField(
        label=gettext_lazy("Weight in grams"), min_value=0, max_value=10**8, initial=0
    )
    units = forms.DecimalField(
        label=gettext_lazy("Shipping units"),
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=3,
        required=False,
        help_text=gettext_lazy("Only where you charge delivery by units."),
    )
    needs_delivery = forms.BooleanField(
        label=gettext_lazy("Has to be delivered"), required=False, initial=True
    )
    maker = forms.CharField(label=gettext_lazy("Maker"), max_length=120, required=False)
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Words with commas between; people find the product by them."),
    )
    visible = forms.BooleanField(
        label=gettext_lazy("Visible in the shop"), required=False, initial=True
    )
    slug = forms.SlugField(
        allow_unicode=True,
        label=gettext_lazy("Address"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Empty: made from the name. When it changes, the old one leads to the new one."
        ),
    )

    def __init__(
        self, merchant: Merchant, data: FormData | None = None, product: Product | None = None
    ):
        super().__init__(data, initial=_initial(product) if product else None)
        currency = merchant.currency
        label = _("Price in %(currency)s") % {"currency": currency}
        self.fields["price_minor"] = MoneyField(currency=currency, label=label)
        self.fields["compare_at_minor"] = MoneyField(
            currency=currency,
            label=_("Former price"),
            required=False,
            help_text=_(
                "Says that the price is reduced. Buyers see the lowest price of the 30 days before "
                "the reduction crossed out, as the law asks; without 30 days of history, nothing."
            ),
        )
        self.fields["category"] = CategoryField(merchant, label=_("Category"))
        if product and product.variants.exists():
            del self.fields["stock"]

    def clean_units(self) -> Decimal:
        return self.cleaned_data["units"] or Decimal(0)

    def clean(self) -> dict[str, object]:
        price, former = (self.cleaned_data.get(f"{n}_minor") for n in ("price", "compare_at"))
        if price is not None and former is not None and former <= price:
            self.add_error("compare_at_minor", _("The former price must be higher than the price."))
        return self.cleaned_data

    def changes(self) -> dict[str, object]:
        """What the person has changed, for the action; what others changed meanwhile stays theirs."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def refuse(self, field: str, message: str) -> None:
        """Put the refusal of an action beside the field it is about."""
        known = {"price": "price_minor", "compare_at": "compare_at_minor"}.get(field, field)
        self.add_error(known if known in self.fields else None, message)


def _initial(product: Product) -> dict[str, object]:
    names = ("name", "description", "tax_class", "sku", "stock", "weight_grams", "needs_delivery")
    more = ("maker", "tags", "visible", "slug", "price_minor", "compare_at_minor", "category")
    found: dict[str, object] = {name: getattr(product, name) for name in (*names, *more)}
    return found | {"units": product.units.normalize() if product.units else None}


class OptionsForm(forms.Form):
    """Three pairs of a name and its values; empty pairs are none."""

    def __init__(self, product: Product | None, data: FormData | None = None) -> None:
        there = list(product.options.all()) if product else []
        super().__init__(data)
        self._there = there
        for number in range(1, MOST_OPTIONS + 1):
            option = there[number - 1] if number <= len(there) else None
            self.fields[f"name{number}"] = forms.CharField(
                label=_("Option %(number)d") % {"number": number},
                max_length=80,
                required=False,
                initial=option.name if option else "",
                help_text=_("Such as Colour or Size.") if number == 1 else "",
            )
            self.fields[f"values{number}"] = forms.CharField(
                label=_("Its values"),
                max_length=4000,
                required=False,
                initial=", ".join(option.values) if option else "",
                help_text=_("With commas between: Cognac, Black.") if number == 1 else "",
            )

    def rows(self) -> Iterator[tuple[object, object]]:
        for number in range(1, MOST_OPTIONS + 1):
            yield self[f"name{number}"], self[f"values{number}"]

    def options(self) -> list[tuple[str, list[str]]]:
        return [self._option(number) for number in range(1, MOST_OPTIONS + 1)]

    def _option(self, number: int) -> tuple[str, list[str]]:
        """Values that nobody touched stay as they are: an imported one may hold a comma."""
        name, field = self.cleaned_data[f"name{number}"], f"values{number}"
        if number <= len(self._there) and field not in self.changed_data:
            return name, self._there[number - 1].values
        return name, self.cleaned_data[field].split(",")


class VariantForm(forms.Form):
    """One row of the table of variants."""

    sku = forms.CharField(max_length=80, required=False)
    stock = forms.IntegerField(
        min_value=0, max_value=10**9, required=False, show_hidden_initial=True
    )
    own_weight_grams = forms.IntegerField(min_value=0, max_value=10**8, required=False)
    remove = forms.BooleanField(required=False)

    def __init__(
        self, variant: Variant, data: FormData | None = None, photos: Sequence[Photo] = ()
    ) -> None:
        names = ("sku", "stock", "own_weight_grams", "own_price_minor")
        initial = {name: getattr(variant, name) for name in names}
        self._photos = {photo.public_id: photo for photo in photos}
        shown = next((photo.public_id for photo in photos if photo.pk == variant.photo_id), "")
        initial["photo"] = shown
        super().__init__(data, prefix=f"v{variant.pk}", initial=initial)
        self.variant = variant
        self.fields["own_price_minor"] = MoneyField(
            currency=variant.merchant.currency, required=False
        )
        if photos:
            numbered = enumerate(photos, 1)
            choices = [("", "–"), *((p.public_id, f"{n} {p.alt[:40]}") for n, p in numbered)]
            self.fields["photo"] = forms.ChoiceField(choices=choices, required=False)
        for name, words in (
            ("sku", _("Article number of %(choice)s")),
            ("own_price_minor", _("Price of %(choice)s")),
            ("stock", _("Stock of %(choice)s")),
            ("own_weight_grams", _("Weight of %(choice)s in grams")),
            ("photo", _("Photo of %(choice)s")),
            ("remove", _("Do not offer %(choice)s")),
        ):
            if name not in self.fields:
                continue
            self.fields[name].widget.attrs["aria-label"] = words % {"choice": variant.choice}

    def changes(self) -> dict[str, object]:
        """What was changed in this row; a count that buyers lowered meanwhile is left alone."""
        found = {name: self.cleaned_data[name] for name in self.changed_data if name != "remove"}
        if "photo" in found:
            found["photo"] = self._photos.get(found["photo"])
        return found


class CategoryForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    position = forms.IntegerField(
        label=gettext_lazy("Position"),
        min_value=0,
        max_value=9999,
        initial=0,
        help_text=gettext_lazy("Lower numbers stand first."),
    )
    slug = forms.SlugField(
        allow_unicode=True,
        label=gettext_lazy("Address"),
        max_length=140,
        required=False,
        help_text=gettext_lazy("Empty: made from the name."),
    )

    def __init__(
        self, merchant: Merchant, data: FormData | None = None, category: Category | None = None
    ):
        names = ("name", "description", "position", "slug", "parent")
        super().__init__(
            data, initial={n: getattr(category, n) for n in names} if category else None
        )
        self.fields["parent"] = CategoryField(merchant, label=_("Stands inside"))


class PriceSettingsForm(forms.Form):
    prices_include_tax = forms.TypedChoiceField(
        label=gettext_lazy("The prices of your products"),
        choices=[("yes", gettext_lazy("include tax")), ("no", gettext_lazy("are without tax"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    tax_rule = forms.ChoiceField(
        label=gettext_lazy("Tax on goods to other countries of the European Union"),
        choices=TaxRule,
        widget=forms.RadioSelect,
    )


class TaxRateForm(forms.Form):
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    tax_class = forms.ChoiceField(label=gettext_lazy("Goods"))
    rate = forms.DecimalField(
        label=gettext_lazy("Per cent"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
    )

    def __init__(self, merchant: Merchant, data: FormData | None = None) -> None:
        super().__init__(data, initial={"country": merchant.home_country.upper()})
        self.fields["country"] = forms.ChoiceField(
            label=_("Country"), choices=countries(get_language() or "en")
        )
        classes = [choice for choice in TaxClass.choices if choice[0] != TaxClass.ZERO]
        self.fields["tax_class"] = forms.ChoiceField(label=_("Goods"), choices=classes)


class ProductListForm(forms.Form):
    """The filters above the list of products. What cannot be read is no filter."""

    q = forms.CharField(label=gettext_lazy("Find"), max_length=200, required=False)
    stock = forms.ChoiceField(
        label=gettext_lazy("Stock"),
        required=False,
        choices=[
            ("", gettext_lazy("any")),
            ("none", gettext_lazy("sold out")),
            ("low", gettext_lazy("three or fewer")),
            ("counted", gettext_lazy("counted")),
        ],
    )
    visible = forms.ChoiceField(
        label=gettext_lazy("Shown"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            ("yes", gettext_lazy("visible")),
            ("no", gettext_lazy("hidden")),
        ],
    )

    def __init__(self, merchant: Merchant, data: FormData) -> None:
        super().__init__(data)
        self.fields["q"].widget.input_type = "search"
        self.fields["category"] = CategoryField(merchant, label=_("Category"), none=_("all"))
        self.sort = str(data.get("sort", ""))

    def wanted(self) -> ProductFilter:
        self.is_valid()
        found = self.cleaned_data
        return ProductFilter(
            text=found.get("q", ""),
            category=found.get("category"),
            visible={"yes": True, "no": False}.get(found.get("visible", "")),
            stock=found.get("stock", ""),
            sort=self.sort if self.sort in SORTS else "name",
        )


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The CSV file"),
        help_text=gettext_lazy("As your old shop exports it, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


class ConfirmNameForm(forms.Form):
    """Type the name to be sure; a second pair of eyes for what cannot be undone."""

    name = forms.CharField(
        label=gettext_lazy("Type the name to confirm"),
        widget=forms.TextInput(attrs={"data-confirm-input": True, "autocomplete": "off"}),
    )

    def __init__(self, expected: str, data: FormData | None = None) -> None:
        super().__init__(data)
        self.expected = expected

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if name != " ".join(self.expected.split()):
            raise forms.ValidationError(_("The name does not match."))
        return name
