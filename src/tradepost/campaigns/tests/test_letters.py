import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepost.campaigns.compose import letter_templates, markdown, merge, plain
from tradepost.campaigns.compose.letter import Draft, field_values, fill, write
from tradepost.campaigns.types import Frame

LOOK = letter_templates.Look(
    merchant="Ember & Leather",
    postal_address="Gerbergasse 1\n1010 Wien",
    privacy_url="http://localhost:8000/privacy/",
    shop_url="http://localhost:8000/shop/ember/",
)
KNOWN = frozenset({"contact.name", "contact.first_name", "shop.name"})


def letter(body="Hello", *, subject="Subject", body_format="markdown", frame="letter", **more):
    ready = {"look": LOOK, "known": KNOWN} | more
    return write(Draft(subject=subject, body=body, body_format=body_format, frame=frame, **ready))


def shown(made, **data):
    values = field_values(made, {f"contact.{key}": value for key, value in data.items()})
    values |= {"unsubscribe_url": "https://x.example/u/1", "pixel": "https://x.example/o/1"}
    return fill(made.html, values, html=True), fill(made.text, values, html=False)


@pytest.mark.parametrize(
    ("written", "name", "read"),
    [
        ('{{ contact.name|fallback:"friend" }}', "", "friend"),
        ('{{ contact.name|fallback:"friend" }}', "Ida", "Ida"),
        ("{{contact.name|fallback:'du'|upper}}", "", "DU"),
        ("{{ contact.name|first_word|capitalise }}", "ida maria", "Ida"),
        ("{{ contact.name | fallback:“friend” }}", " ", "friend"),
        ("{{ contact.name }}", "Bcc: x\r\nEvil: y", "Bcc: x Evil: y"),
    ],
)
def test_fields_are_filled(written, name, read):
    made = merge.mark(written, KNOWN, "m")
    assert made.problems == ()
    assert next(iter(made.fields.values())).value({"contact.name": name}) == read


@pytest.mark.parametrize(
    "written",
    [
        "{{ contact.shoe }}",
        "{{ contact.name|explode }}",
        "{{ contact.name",
        "contact.name }}",
        "{{ contact.__class__ }}",
        "{{ settings.SECRET_KEY }}",
        "{{ contact.name|fallback:friend }}",
        "{% load x %}{{ }}",
    ],
)
def test_what_is_not_understood_is_said_with_its_line(written):
    made = merge.mark(f"first\nsecond {written}", KNOWN, "m")
    assert made.problems
    assert made.problems[0].line == 2


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader_of_fields(text):
    merge.mark(text, KNOWN, "m")
    plain.from_html(markdown.to_html(text))


@given(st.text(max_size=80))
def test_no_name_gets_out_of_its_place(name):
    made = letter("Hello {{ contact.name }}!", subject="For {{ contact.name }}")
    html, _text = shown(made, name=name)
    plainly, _text = shown(made, name="x")
    assert html.count("<") == plainly.count("<")
    subject = fill(made.subject, field_values(made, {"contact.name": name}), html=False)
    assert "\n" not in subject
    assert "\r" not in subject


@pytest.mark.parametrize("frame", Frame.values)
def test_every_frame_is_small_and_says_how_to_leave(frame):
    made = letter("# Hi\n\nText **[Buy](https://a.example/)**", frame=frame)
    assert made.is_whole, made.problems
    html, text = shown(made)
    for part in (html, text):
        assert "https://x.example/u/1" in part
        assert "Gerbergasse 1" in part
        assert "http://localhost:8000/privacy/" in part
    assert "color-scheme" in html
    assert "prefers-color-scheme: dark" in html
    assert len(html.encode()) < 40_000
    assert "fonts.googleapis" not in html
    assert 'lang="en"' in html


def test_raw_html_in_markdown_stays_text():
    html, _text = shown(letter("<script>alert(1)</script> <img src=x onerror=y> [a](javascript:b)"))
    assert "<script>alert" not in html
    assert "javascript:" not in html.replace("(javascript:b)", "")


@pytest.mark.parametrize(
    "body",
    [
        '<mj-text><script>alert(1)</script></mj-text>',
        '<mj-text><a href="javascript:x">x</a></mj-text>',
        '<mj-text><img src="https://evil.example/x.gif"></mj-text>',
        '<mj-image src="https://evil.example/x.gif" />',
        '<mj-text><p style="background:url(https://evil.example/a)">x</p></mj-text>',
        '<mj-text><a href="https://{{ contact.name }}/x">x</a></mj-text>',
        '<mj-text><a href="{{ contact.name }}">x</a></mj-text>',
        '<mj-text color="{{ contact.name }}">x</mj-text>',
        '<mj-text><p onclick="x">x</p></mj-text>',
        '<mj-include path="/etc/passwd" />',
        '<mj-text>open',
        '<mj-raw><!--[if mso]><img src="https://evil.example/m.gif"><![endif]--></mj-raw>',
        '<mj-raw><style>{{ contact.name }}</style></mj-raw>',
    ],
)  # fmt: skip
def test_what_does_not_belong_in_a_mail_is_refused(body):
    made = letter(body, body_format="mjml")
    assert made.problems.get("body")


@pytest.mark.parametrize(
    "body",
    [
        "<mj-text>" + "<div>" * 8_000 + "</div>" * 8_000 + "</mj-text>",
        "<mj-text>" + "<!-- </b> --><b>" * 8_000 + "</b>" * 8_000 + "</mj-text>",
        "<mj-text>" + "<b title='</b>'>" * 8_000 + "</b>" * 8_000 + "</mj-text>",
        "<mj-raw>" + "<command>" * 8_000 + "</mj-raw>",
        "<mj-wrapper>" * 9_000,
    ],
)
def test_elements_too_deep_in_one_another_are_refused_before_they_end_the_process(body):
    made = letter(body, body_format="mjml")
    assert "too deep" in made.problems["body"][0]


def test_many_elements_beside_one_another_are_not_deep():
    made = letter("<mj-text>" + "<p>a<br>b</p>" * 2_000 + "</mj-text>", body_format="mjml")
    assert made.is_whole, made.problems


def test_a_body_of_any_length_is_answered():
    assert "longer than" in letter("[" * 200_000).problems["body"][0]
    assert "longer than" in letter("a" * 300_000, body_format="mjml").problems["body"][0]


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 100_000,
        "}}" * 100_000,
        "{{ nope }}" * 10_000,
        "{{ contact.name" + "|upper          " * 20 + "!}}",
        "{{ contact.name |upper" + " " * 400 + "! }}",
    ],
)
def test_braces_made_to_be_hard_to_read_are_read_fast(text):
    """Each of these took minutes, or for ever, by looking at every way to cut the text."""
    before = time.process_time()
    made = merge.mark(text, KNOWN, "m")
    assert time.process_time() - before < 5
    assert 0 < len(made.problems) <= 20


def test_a_whole_mjml_document_gets_the_foot():
    body = "<mjml><mj-body><mj-section><mj-column><mj-text>Own</mj-text></mj-column></mj-section></mj-body></mjml>"
    made = letter(body, body_format="mjml")
    html, text = shown(made)
    assert made.is_whole
    assert "https://x.example/u/1" in html
    assert "Gerbergasse 1" in text


def test_links_are_numbered_once_each_and_the_foot_is_not_measured():
    made = letter("[a](https://a.example/) [b](https://b.example/?x=1&y=2) [a](https://a.example/)")
    assert made.links == ("https://a.example/", "https://b.example/?x=1&y=2")
    html, _text = shown(made)
    assert 'href="http://localhost:8000/privacy/"' in html


def test_text_reads_by_itself():
    made = letter(
        "# Title\n\nHello *you*, see [us](https://a.example/).\n\n- one\n- two\n\n1. x\n2. y"
    )
    _html, text = shown(made)
    assert text.startswith(
        "Title\n=====\n\nHello you, see us (https://a.example/).\n\n- one\n- two"
    )
    assert "1. x\n2. y" in text


def test_tables_and_headings_read_as_text():
    body = "# Hi {{ contact.name }}\n\n| Bag | Price |\n|---|---|\n| Satchel | 220 |\n"
    _html, text = shown(letter(body), name="Ida")
    assert text.startswith("Hi Ida\n=========\n\nBag      Price\n-------  -----\nSatchel  220\n")


def test_own_words_for_the_text_part_are_kept():
    made = letter("Hello", text="Dear {{ contact.name }}")
    _html, text = shown(made, name="Ida")
    assert text.startswith("Dear Ida\n")
    assert "https://x.example/u/1" in text


@pytest.mark.parametrize(("colour", "ink"), [("#ffffff", "#000000"), ("#1f5c43", "#ffffff")])
def test_buttons_can_be_read(colour, ink):
    assert letter_templates.readable_on(colour) == ink
