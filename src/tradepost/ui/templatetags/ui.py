"""The tags and filters of the design system: `{% load ui %}`."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from django import template
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.db.models import Model
from django.http import QueryDict
from django.template import Context
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _

from tradepost.datamap.columns.text_index import NEWEST, SHORTEST
from tradepost.lib.visitors import asks_not_to_be_tracked
from tradepost.ui import paging, sheets
from tradepost.ui.cards import labelled
from tradepost.ui.drawing import charts, icons
from tradepost.ui.paging import ListPage

register = template.Library()

TONES = {"success": "good", "warning": "warn", "error": "bad"}


class Formattable(Protocol):
    """What `money` needs of a `tradepost.lib.money.Money`."""

    def format(self, locale: str) -> str: ...


@register.simple_tag
def stylesheet() -> str:
    """The address of the one sheet with every component; changes with its content."""
    return reverse("ui:stylesheet", args=[sheets.current().digest])


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of the house. Silent for screen readers unless it stands alone with a `label`."""
    flip = " icon-flip" if name in icons.DIRECTIONAL else ""
    voice = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else SafeString('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icon icon-{}{}" {} width="20" height="20" viewBox="0 0 24 24"'
        ' fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"'
        ' stroke-linejoin="round"><path d="{}"/></svg>',
        name,
        flip,
        voice,
        icons.strokes(name),
    )


@register.filter
def money(value: Formattable | None) -> str:
    """The amount with its currency, as the reader's language writes it; a dash for none."""
    return "–" if value is None else value.format(reader_locale())


@register.filter
def tone(message: Message) -> str:
    """`good`, `warn`, `bad` or nothing, for a message of `django.contrib.messages`."""
    return TONES.get(message.level_tag, "")


@register.filter
def rounded(value: float) -> str:
    """A whole number with the reader's grouping; one decimal below ten when it is not whole."""
    decimals = 0 if value >= 10 or float(value).is_integer() else 1
    return number_format(value, decimals, force_grouping=True)


@register.filter
def percent(share: float | None) -> str:
    """A share of 1 as per cent, without decimals from ten per cent up."""
    if share is None:
        return "–"
    decimals = 0 if share == 0 or share >= 0.1 else 1
    return _("%(number)s%%") % {"number": number_format(share * 100, decimals)}


@register.simple_tag(takes_context=True)
def honoured_signal(context: Context) -> SafeString:
    """Says that the browser's own objection was honoured, as 11 CCR § 7025(c)(6) asks; else nothing."""
    request = context.get("request")
    if request is None or not asks_not_to_be_tracked(request.META):
        return SafeString("")
    text = _("Opt-out request honoured: your browser asks not to be tracked.")
    return format_html("<p>{}</p>", text)


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context, name: str, label: str, default: str = "", css: str = ""
) -> SafeString:
    """A column head that sorts by `name` through `?sort=`; a second press turns the order round.

    `default` is the order in force when the address names none. `css` goes on the `<th>`.
    """
    parameters = _parameters(context)
    current = parameters.get("sort") or default
    state, drawing = {name: ("ascending", "sort-up"), f"-{name}": ("descending", "sort-down")}.get(
        current, ("", "sort")
    )
    parameters["sort"] = f"-{name}" if current == name else name
    parameters.pop("page", None)
    return format_html(
        '<th scope="col" class="{}"{}><a class="sort" href="?{}">{} {}</a></th>',
        css,
        format_html(' aria-sort="{}"', state) if state else "",
        parameters.urlencode(),
        label,
        icon(drawing),
    )


@register.simple_tag
def short_search(words: str | None) -> SafeString:
    """Says how far a search for one or two letters goes; nothing of other searches."""
    if not 0 < len((words or "").strip()) < SHORTEST:
        return SafeString("")
    newest = {"count": number_format(NEWEST, force_grouping=True)}
    text = _("One or two letters are looked for among the newest %(count)s only.") % newest
    return format_html('<p class="quiet">{}</p>', text)


@register.simple_block_tag
def cards(content: str) -> SafeString:
    """Round a table of the back office: on a phone its rows are cards, each cell with its column."""
    return SafeString(labelled(content))


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(
    context: Context, page: Page[Any] | ListPage[Any], name: str = "page", label: str = ""
) -> dict[str, object]:
    """Which rows of how many, and links to the other pages; keeps the rest of the address.

    Two on one page each need their own parameter `name` and `label`. The pages of a `Paginator` have
    numbers; those of `paging.page_of` do not.
    """

    def address(place: object) -> str:
        parameters = _parameters(context)
        parameters[name] = str(place)
        if not str(place):
            del parameters[name]
        return f"?{parameters.urlencode()}"

    shown = _places(page, address) if isinstance(page, ListPage) else _numbers(page, address)
    return {"page": page, "label": label or _("Pages"), **shown}


def _places[Row: Model](page: ListPage[Row], address: Callable[[object], str]) -> dict[str, object]:
    links: dict[str, object] = {}
    if page.has_previous:
        links |= {"first": address(""), "previous": address(page.previous)}
    if page.has_next:
        links |= {"next": address(page.next), "last": address(paging.LAST)}
    return {"count": len(page), "said": _which(page), **links}


def _which[Row: Model](page: ListPage[Row]) -> str:
    figures = {"first": page.first, "last": page.last, "shown": len(page), "count": page.count}
    known = {name: number_format(figure, force_grouping=True) for name, figure in figures.items()}
    if not page.first:
        return _("%(shown)s of more than %(count)s") % known
    if page.is_more:
        return _("%(first)s to %(last)s of more than %(count)s") % known
    return _("%(first)s to %(last)s of %(count)s") % known


def _numbers[Item](page: Page[Item], address: Callable[[object], str]) -> dict[str, object]:
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    figures = {"first": page.start_index(), "last": page.end_index(), "count": page.paginator.count}
    links = [
        {"number": number, "url": address(number) if isinstance(number, int) else ""}
        for number in numbers
    ]
    return {
        "count": page.paginator.count,
        "said": _("%(first)s to %(last)s of %(count)s") % figures,
        "links": links,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("ui/progress.html")
def progress(done: int, total: int | None, label: str = "") -> dict[str, object]:
    """A bar with its count; without a total it shows that work goes on, not how far it is."""
    return {
        "done": done,
        "total": total,
        "label": label or _("Progress"),
        "share": min(done / total, 1) if total else None,
    }


@register.filter
def duration(seconds: float | None) -> str:
    """Time left as people say it: the largest unit only, rounded up."""
    if seconds is None:
        return "–"
    if seconds < 60:
        whole = max(round(seconds), 1)
        return ngettext("%(n)d second", "%(n)d seconds", whole) % {"n": whole}
    if seconds < 5400:
        whole = -(-round(seconds) // 60)
        return ngettext("%(n)d minute", "%(n)d minutes", whole) % {"n": whole}
    whole = -(-round(seconds) // 3600)
    return ngettext("%(n)d hour", "%(n)d hours", whole) % {"n": whole}


@register.inclusion_tag("ui/charts/line.html")
def line_chart(series: charts.Chart) -> dict[str, object]:
    """A `charts.Chart` over time, with its figures in a table behind a toggle."""
    return _chart_context(series, charts.line_plot(series))


@register.inclusion_tag("ui/charts/bar.html")
def bar_chart(series: charts.Chart) -> dict[str, object]:
    """A `charts.Chart` that compares things, with its figures in a table behind a toggle."""
    return _chart_context(series, charts.bar_plot(series))


@register.inclusion_tag("ui/charts/funnel.html")
def funnel_chart(series: charts.Chart) -> dict[str, object]:
    """The first series of a `charts.Chart` as steps, each with its share of the step before."""
    return _chart_context(series, charts.funnel_plot(series))


@register.filter
def written(value: float, chart: charts.Chart) -> str:
    """A figure in the words of its chart (`Chart.format_value`)."""
    return (chart.format_value or _plain_number)(value)


def reader_locale() -> str:
    """The reader's language as Babel names it, such as `de` or `pt_BR`."""
    return to_locale(get_language() or "en")


def _chart_context(chart: charts.Chart, plot: object) -> dict[str, object]:
    def shown(values: Sequence[float | None]) -> list[str]:
        return ["–" if value is None else written(value, chart) for value in values]

    return {
        "chart": chart,
        "plot": plot,
        "summary": chart.description or _summary(chart),
        "table": [(label, shown(values)) for label, values in chart.rows],
    }


def _summary(chart: charts.Chart) -> str:
    sentences = []
    for one in chart.series:
        known = [value for value in one.values if value is not None]
        if known:
            ends = {"low": min(known), "high": max(known), "last": known[-1]}
            figures = {name: written(value, chart) for name, value in ends.items()}
            sentences.append(
                _("%(label)s: lowest %(low)s, highest %(high)s, last %(last)s.")
                % {"label": one.label, **figures}
            )
    return " ".join(sentences) or _("No figures yet.")


def _plain_number(value: float) -> str:
    decimals = 0 if float(value).is_integer() else 1
    return number_format(value, decimals, force_grouping=True)


def _parameters(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if request else QueryDict(mutable=True)
