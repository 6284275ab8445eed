"""A table of the back office is readable as cards on a phone, and no script has to help."""

import re
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.test import Client

from tradepost.ui.cards import labelled

TABLE = """<table class="table"><thead><tr>
<th scope="col"><span class="visually-hidden">Choose</span></th>
<th scope="col" aria-sort="ascending"><a class="sort" href="?sort=x">Size in "inches" <svg><path d="M1>2"/></svg></a></th>
<th scope="col">Müller &amp; Sons</th><th scope="col">Last</th>
</tr></thead><tbody>
<tr><td><input type="checkbox"></td><th scope="row">A &lt;b&gt;</th><td class="money">1</td><td data-label="Own">2</td></tr>
<tr><td colspan="2">wide</td><td>3</td><td>4</td></tr>
</tbody></table>"""


class Cells(HTMLParser):
    """Rows of a table's body as `(tag, attributes)` of their cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, dict[str, str | None]]]] = []
        self._in_body = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_body = tag == "tbody" or (self._in_body and tag != "thead")
        if self._in_body and tag == "tr":
            self.rows.append([])
        if self._in_body and tag in ("td", "th"):
            self.rows[-1].append((tag, dict(attrs)))


def labels(html: str) -> list[list[str | None]]:
    return [[attributes.get("data-label") for _, attributes in row] for row in Cells(html).rows]


def test_each_cell_says_its_column_and_a_wide_one_none() -> None:
    assert labels(labelled(TABLE)) == [
        [None, None, "Müller & Sons", "Own"],
        [None, "Müller & Sons", "Last"],
    ]


def test_the_words_of_a_sorted_head_are_the_label_without_its_drawing() -> None:
    html = labelled(TABLE.replace('<th scope="row">A &lt;b&gt;</th>', "<td>A</td>"))
    assert labels(html)[0][1] == 'Size in "inches"'


def test_only_tags_change_and_no_word_is_lost() -> None:
    def words(html: str) -> str:
        return re.sub(r' data-label="[^"]*"', "", html)

    assert words(labelled(TABLE)) == words(TABLE)
    assert labelled(labelled(TABLE)) == labelled(TABLE)


def test_the_tag_of_the_templates_does_it() -> None:
    template = Template(
        "{% load ui %}{% cards %}<table><thead><tr><th>{{ head }}</th></tr></thead>"
        "<tbody><tr><td>{{ value }}</td></tr></tbody></table>{% endcards %}"
    )
    html = template.render(Context({"head": '"><script>', "value": "</td><td>"}))
    assert labels(html) == [['"><script>']]
    assert "<script>" not in html


@pytest.mark.django_db
def test_the_gallery_shows_it(client: Client) -> None:
    html = client.get("/ui/office/").content.decode()
    assert html.count("data-label=") > 3
