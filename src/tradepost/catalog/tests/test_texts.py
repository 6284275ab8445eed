import pytest

from tradepost.catalog.search import folded
from tradepost.catalog.texts import has_external_links, plain_text, shop_html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "<a href='jav&#x61;script:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<svg onload=alert(1)>",
        "<iframe src='https://evil.example'></iframe>",
        "<p style='position:fixed' onclick='x()'>x</p>",
        "<style>body{display:none}</style>",
        "<form action='https://evil.example'><input name=card></form>",
        "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
        '<a href="https://x.example/" title="a><script>alert(1)</script>">x</a>',
    ],
)
def test_nothing_in_a_shop_text_is_executed_or_styled(text):
    html = shop_html(text).lower()
    for danger in ("<script", "<img", '="javascript:', '="data:', "<svg", "<iframe", "onclick=", "style",
                   "<form", "<input", "<math"):  # fmt: skip
        assert danger not in html.replace("&lt;script", ""), html


def test_markdown_and_the_html_of_old_shops_both_work():
    assert "<strong>thick</strong>" in shop_html("**thick** leather")
    assert "<li>brass</li>" in shop_html("<ul>\n<li>brass</li>\n</ul>")
    assert "<h2>Care</h2>" in shop_html("# Care")


def test_links_that_leave_say_so_and_others_do_not():
    html = shop_html("[tannery](https://tannery.example/a?b=1&c=2) and [care](/shop/x/)")
    assert has_external_links(html)
    assert html.count('class="external"') == 1
    assert 'rel="external nofollow noopener noreferrer"' in html
    assert "another site, with its own privacy policy" in html
    assert not has_external_links(shop_html("[care](/shop/x/)"))


def test_descriptions_for_search_engines_are_plain_words():
    assert plain_text("**A** <b>belt</b> & more\n\n- x") == "A belt & more x"
    assert len(plain_text("word " * 200, 100)) <= 100


def test_searching_forgives_case_and_accents():
    assert folded("  ÄRMEL  Straße ") == "armel strasse"
