"""Made-up content for the gallery at `/ui/`."""

from dataclasses import dataclass
from types import SimpleNamespace

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator

from tradepost.ui.drawing.charts import Chart, Series
from tradepost.ui.drawing.icons import every_icon
from tradepost.ui.paging import COUNTED, ListPage
from tradepost.ui.types import NavigationLink, NavigationSection, ShopFrame

LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"


class GalleryForm(forms.Form):
    name = forms.CharField(help_text="As it stands on the shelf.")
    email = forms.EmailField(label="Address for orders", required=False)
    price = forms.DecimalField(label="Price", widget=forms.NumberInput(attrs={"step": "0.01"}))
    kind = forms.ChoiceField(choices=[("mug", "Mug"), ("plate", "Plate"), ("bowl", "Bowl")])
    description = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    delivery = forms.ChoiceField(
        label="How it travels",
        widget=forms.RadioSelect,
        choices=[("post", "By post"), ("bicycle", "By bicycle"), ("none", "Fetched from the shop")],
        help_text="The buyer sees this beside the price.",
    )
    days = forms.MultipleChoiceField(
        label="Days of dispatch",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("Weekdays", [("mo", "Monday"), ("we", "Wednesday")]), ("sa", "Saturday")],
    )
    shown = forms.BooleanField(label="Show in the shop", required=False, initial=True)
    picture = forms.FileField(required=False)
    since = forms.DateField(
        label="On sale from", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class EmptyForm(GalleryForm):
    """The same form sent back with nothing in it, to show the errors."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Stands in for `lib.money.Money`."""

    words: str

    def format(self, locale: str) -> str:  # noqa: ARG002  as money is formatted
        return self.words


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole gallery once, in one theme; forms carry its name so that no id comes twice."""

    theme: str
    heading: str
    form: forms.Form
    bad_form: forms.Form
    page: Page[int]
    place: ListPage[ContentType]
    rows: list[dict[str, object]]
    charts: dict[str, Chart]
    jobs: list[SimpleNamespace]
    icons: list[str]
    long_word: str = LONG_WORD


def sheets() -> list[Sheet]:
    return [_sheet("light", "By day"), _sheet("dark", "By night")]


def navigation() -> list[NavigationSection]:
    """The back office's side as the rooms will build it, for the layout's own page."""
    return [
        NavigationSection([NavigationLink("Dashboard", "?", "home")]),
        NavigationSection(
            [
                NavigationLink("Orders", "?orders", "receipt", current=True, count=12),
                NavigationLink("Products", "?products", "products"),
                NavigationLink("Audience", "?audience", "people"),
                NavigationLink("Campaigns", "?campaigns", "send"),
                NavigationLink("Support", "?support", "mail", count=3),
            ],
            label="Every day",
        ),
        NavigationSection(
            [
                NavigationLink("Privacy", "?privacy", "privacy"),
                NavigationLink("Modules", "?modules", "modules"),
                NavigationLink("Settings", "?settings", "settings"),
            ],
            label="The house",
        ),
    ]


def office_page() -> dict[str, object]:
    return {
        "navigation": navigation(),
        "office_url": "?office",
        "page_sheet": _sheet("page", ""),
        "merchant": {"name": "Clay & Daughters"},
        "person_name": "Ines Vogel",
        "your_details_url": "?details",
        "sign_out_url": "?out",
    }


def shop_frame() -> ShopFrame:
    names = ["Mugs", "Plates", "Bowls", "Table linen", "Last of the kiln"]
    return ShopFrame(
        name="Clay & Daughters",
        home_url="?shop",
        search_url="/ui/",
        cart_url="?cart",
        cart_count=2,
        categories=[NavigationLink(name, f"?{n}", current=n == 0) for n, name in enumerate(names)],
        pages=[
            NavigationLink("About us", "?about"),
            NavigationLink("Delivery", "?delivery"),
            NavigationLink("Returns", "?returns"),
        ],
    )


def _sheet(theme: str, heading: str) -> Sheet:
    return Sheet(
        theme=theme,
        heading=heading,
        form=GalleryForm(prefix=theme, initial={"delivery": "post", "price": "18.00"}),
        bad_form=EmptyForm({}, prefix=f"{theme}-bad"),
        page=Paginator(range(214), 20).page(4),
        place=_place(),
        rows=_rows(),
        charts=_charts(),
        jobs=_jobs(),
        icons=every_icon(),
    )


def _place() -> ListPage[ContentType]:
    """Somewhere in a list of a million; any rows that have numbers do."""
    rows = [ContentType(pk=number) for number in range(1, 21)]
    return ListPage(rows, 981, COUNTED, is_more=True, has_previous=True, has_next=True)


def _rows() -> list[dict[str, object]]:
    return [
        {
            "number": "T-1042",
            "who": "Ines Vogel",
            "state": "Paid",
            "tone": "good",
            "sum": Amount("€48.50"),
        },
        {
            "number": "T-1041",
            "who": "Tom Adeyemi",
            "state": "Waiting",
            "tone": "warn",
            "sum": Amount("€1,204.00"),
        },
        {
            "number": "T-1040",
            "who": LONG_WORD,
            "state": "Refused",
            "tone": "bad",
            "sum": Amount("€9.00"),
        },
        {
            "number": "T-1039",
            "who": "محمد العلي",
            "state": "Accepted",
            "tone": "quiet",
            "sum": Amount("€72.25"),
        },
    ]


def _charts() -> dict[str, Chart]:
    days = [f"{day} Nov" for day in range(8, 22)]
    opened: list[float | None] = [
        120,
        180,
        162,
        240,
        312,
        290,
        305,
        410,
        None,
        380,
        420,
        515,
        498,
        540,
    ]
    clicked: list[float | None] = [20, 31, 28, 44, 60, 52, 70, 96, 88, 81, 99, 120, 104, 131]
    places = ["Spring glaze", "Letter to friends", "Last of the kiln", LONG_WORD]
    steps = ["Delivered", "Opened", "Clicked", "Put in the cart", "Bought"]
    return {
        "line": Chart(
            "Opens and clicks", days, [Series("Opened", opened), Series("Clicked", clicked)], "Day"
        ),
        "bar": Chart(
            "Orders by campaign", places, [Series("Orders", [84, 41, 63, 12])], "Campaign"
        ),
        "grouped": Chart(
            "Sold and returned",
            ["Mugs", "Plates", "Bowls"],
            [Series("Sold", [320, 210, 95]), Series("Returned", [4, 11, 0])],
            "Kind",
        ),
        "funnel": Chart(
            "From letter to sale", steps, [Series("People", [4210, 2380, 655, 190, 84])], "Step"
        ),
        "empty": Chart("Nothing yet", [], []),
    }


def _jobs() -> list[SimpleNamespace]:
    """Stand-ins for `jobs.Job` rows."""
    running = {"state": "running", "get_state_display": "running", "is_over": False}
    done = {"state": "done", "get_state_display": "done", "is_over": True, "result_url": "?result"}
    failed = {"state": "failed", "get_state_display": "failed", "is_over": True}
    far = {"done": 48_210, "total": 120_000, "rate_per_second": 1840.0, "seconds_left": 39.0}
    return [
        SimpleNamespace(title="Import of contacts", **running, **far),
        SimpleNamespace(title="Export of orders", **done, **{**far, "done": 120_000}),
        SimpleNamespace(title="Letter “Spring glaze”", **failed, **far),
    ]
