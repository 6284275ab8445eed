"""Every table of the back office names its columns on a phone, and no script has to do it."""

import re

from tests.house.source import PACKAGE, templates

TABLE = re.compile(r'(\{% cards %\})?<table class="table')
# Not under the shell of the back office: there a table is moved sideways in its frame.
ELSEWHERE = {
    "notice/templates/notice/notice_tables.html",
    "rights/templates/rights/portal/seen.html",
    "storefront/templates/storefront/buy.html",
}


def test_every_table_of_the_back_office_becomes_cards_with_names():
    bare = {
        str(path.relative_to(PACKAGE))
        for path in templates()
        if any(not wrapped for wrapped in TABLE.findall(path.read_text()))
    }
    assert bare == ELSEWHERE


def test_tables_elsewhere_are_not_under_the_shell_of_the_back_office():
    for name in ELSEWHERE:
        assert "ui/office.html" not in (PACKAGE / name).read_text(), name


def test_a_table_that_becomes_cards_is_closed_after_itself():
    for path in templates():
        text = path.read_text()
        assert text.count("{% cards %}<table") == text.count("</table>{% endcards %}"), path
        assert text.count("{% cards %}") == text.count("{% cards %}<table"), path
