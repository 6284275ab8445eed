from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from tradepost.lib.money import Money
from tradepost.ui.drawing.charts import Chart, Series
from tradepost.ui.drawing.icons import DIRECTIONAL, ICONS


def render(source: str, address: str = "/", **context: Any) -> str:
    request = RequestFactory().get(address)
    return Template("{% load ui %}" + source).render(Context({"request": request, **context}))


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_silent_beside_words(name: str) -> None:
    html = render("{% icon name %}", name=name)
    assert 'aria-hidden="true"' in html
    assert ("icon-flip" in html) == (name in DIRECTIONAL)


def test_an_icon_alone_has_a_name() -> None:
    assert 'role="img" aria-label="A &quot;cart&quot;"' in render(
        "{% icon 'cart' label %}", label='A "cart"'
    )


def test_money_is_written_in_the_language_of_the_reader() -> None:
    amount = Money(123450, "EUR")
    assert render("{{ amount|money }}", amount=amount) == "€1,234.50"
    with translation.override("de"):
        assert render("{{ amount|money }}", amount=amount) == "1.234,50\xa0€"


def test_no_money_is_a_dash() -> None:
    assert render("{{ amount|money }}", amount=None) == "–"


@pytest.mark.parametrize(
    ("address", "sort", "state"),
    [
        ("/", "?sort=name", ""),
        ("/?sort=name", "?sort=-name", 'aria-sort="ascending"'),
        ("/?sort=-name", "?sort=name", 'aria-sort="descending"'),
    ],
)
def test_a_column_head_turns_the_order_round(address: str, sort: str, state: str) -> None:
    html = render("{% sort_header 'name' 'Name' %}", address)
    assert f'href="{sort}"' in html
    assert state in html


def test_sorting_keeps_the_filter_and_starts_again_at_the_first_page() -> None:
    html = render("{% sort_header 'name' 'Name' %}", "/?q=mug&page=4")
    assert 'href="?q=mug&amp;sort=name"' in html


def test_paging_keeps_the_rest_of_the_address() -> None:
    html = render("{% pagination page %}", "/?q=mug&page=2", page=Paginator(range(95), 20).page(2))
    assert "21 to 40 of 95" in html
    assert 'href="?q=mug&amp;page=3" rel="next"' in html
    assert 'aria-current="page"' in html


def test_one_page_needs_no_links_and_none_no_words() -> None:
    assert "<ul" not in render("{% pagination page %}", page=Paginator(range(3), 20).page(1))
    assert "<nav" not in render("{% pagination page %}", page=Paginator([], 20).page(1))


def test_progress_says_how_many_of_how_many() -> None:
    html = render("{% progress 1500 6000 'Import' %}")
    assert 'max="6000" value="1500"' in html
    assert "<strong>1,500</strong> of 6,000" in html
    assert "25%" in html


def test_progress_without_a_total_claims_no_share() -> None:
    html = render("{% progress 7 0 'Import' %}")
    assert "value=" not in html
    assert "%" not in html


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (59, "59 seconds"), (61, "2 minutes"), (7000, "2 hours"), (None, "–")],
)
def test_time_left_is_said_in_the_largest_unit(seconds: float | None, words: str) -> None:
    assert render("{{ seconds|duration }}", seconds=seconds) == words


@pytest.mark.parametrize("tag", ["line_chart", "bar_chart", "funnel_chart"])
def test_a_chart_has_a_name_a_description_and_its_figures(tag: str) -> None:
    chart = Chart(
        "Opens <b>", ["Mon", "Tue"], [Series("Opened", [1200.5, None]), Series("Read", [3, 4])],
        format_value=lambda value: f"{value:.1f} x",
    )  # fmt: skip
    html = render("{% load ui %}{% " + tag + " chart %}", chart=chart)
    assert "<title>Opens &lt;b&gt;</title>" in html
    assert "<desc>Opened: lowest 1200.5 x" in html
    assert '<td class="number" data-label="Opened">–</td>' in html
    assert "style=" not in html


def test_a_chart_in_german_keeps_points_in_its_geometry() -> None:
    chart = Chart("Opens", ["a", "b", "c", "d"], [Series("Opened", [1, 2, 3, 10000])])
    with translation.override("de"):
        html = render("{% line_chart chart %}", chart=chart)
    assert 'cx="33.333%"' in html
    assert "10.000" in html
