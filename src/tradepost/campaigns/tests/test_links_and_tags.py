"""Fields inside links, tags of other mail services, and the form of the text part."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradepost.audit.types import Actor
from tradepost.campaigns.actions.start import start
from tradepost.campaigns.compose import letter_templates
from tradepost.campaigns.compose.letter import field_values, fill
from tradepost.campaigns.compose.marks import with_our_fields
from tradepost.campaigns.tests.test_letters import letter, shown
from tradepost.campaigns.tracking.tokens import signer

CLICK = re.compile(r"/c/([\w-]+)")
HOSTILE = [
    "x@evil.example/",
    "//evil.example",
    "\\evil.example",
    "a&admin=1#frag?x=y",
    'b"><script>alert(1)</script>',
    "c\r\nLocation: https://evil.example",
    "../../admin",
    "..",
    "%2e%2e/%0d%0a",
    "Zoë 👩‍🚀 Müller",
    "javascript:alert(1)",
    "x" * 5000,
]


def target_of(message, number=0):
    return signer().read_click(CLICK.findall(message.html)[number]).target


# Fields in links ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_value_stays_one_parameter_of_the_host_that_was_written(
    name, reader, letter_to, owner, send_all, server
):
    person = reader("h@people.example", "x")
    type(person).objects.filter(pk=person.pk).update(name=name[:120])
    link = (
        "https://shop.example/c/{{ contact.name }}?n={{ contact.name }}&e={{ contact.email }}#end"
    )
    start(
        campaign=letter_to(body=f"[Take it]({link})", text="", subject="Hi"), by=Actor.user(owner)
    )
    send_all()
    (message,) = server.messages
    for target in (
        target_of(message),
        re.search(r"https://shop\.example/\S+?(?=\)|\s)", message.text)[0],
    ):
        parts = urlsplit(target)
        assert parts.netloc == "shop.example"
        assert parts.fragment == "end"
        assert re.fullmatch(r"[\w.~%@/:?#=&+-]+", target)
        assert len(parts.path.split("/")) == 3
        assert parts.path.split("/")[2] != ".."
        assert parse_qs(parts.query)["e"] == ["h@people.example"]
        assert set(parse_qs(parts.query)) <= {"n", "e"}
        assert len(target) < 2000
    assert "<script>alert" not in message.html


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_no_value_changes_where_a_link_leads(value):
    made = letter("[a](https://a.example/p/{{ contact.name }}/q?x={{ contact.name }}&y=1)")
    filled = fill(made.targets[0], field_values(made, {"contact.name": value}), html=False)
    parts = urlsplit(filled)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "a.example", "")
    assert filled.isascii()
    assert parts.path.count("/") == 3
    assert not re.search(r"/(\.|%2e){1,2}/", parts.path, re.IGNORECASE)
    assert parse_qs(parts.query)["y"] == ["1"]


def test_the_redirect_leads_where_the_letter_says_and_nowhere_else(
    client, reader, letter_to, owner, send_all, server
):
    reader("a@people.example", "Ida & Co", measured=True)
    reader("b@people.example", "Bo")
    campaign = start(
        campaign=letter_to(body="[x](https://shop.example/?c={{ contact.name|upper }})"),
        by=Actor.user(owner),
    )
    send_all()
    found = {message.recipient: target_of(message) for message in server.messages}
    assert found == {
        "a@people.example": "https://shop.example/?c=IDA%20%26%20CO",
        "b@people.example": "https://shop.example/?c=BO",
    }
    anonymous = next(m for m in server.messages if m.recipient.startswith("b@"))
    block = signer().read_click(CLICK.search(anonymous.html)[1]).block
    assert signer().read_blocks([block]) == [
        (campaign.pk, 0)
    ]  # not measured: the link names nobody
    assert campaign.links == ["https://shop.example/?c={{ contact.name }}"]  # of nobody's data


@pytest.mark.parametrize(
    "link",
    [
        "{{ contact.name }}",
        "https://{{ contact.name }}/x",
        "https://{{ contact.name }}.example/",
        "https://shop.example{{ contact.name }}",
        "https://u:{{ contact.name }}@shop.example/",
        "{{ contact.name }}://shop.example/",
        "mailto:{{ contact.name }}@shop.example",
        "https://shop.example/?u={{ unsubscribe_url }}",
    ],
)
def test_a_field_never_decides_which_host_a_link_leads_to(link):
    made = letter(f'<mj-text><a href="{link}">x</a></mj-text>', body_format="mjml")
    assert made.problems["body"]


def test_fields_may_stand_in_the_subject_of_a_mail_link_and_the_website_begins_a_link():
    made = letter("[write](mailto:us@shop.example?subject={{ contact.name }})")
    html, text = shown(made, name="A & B?")
    assert "mailto:us@shop.example?subject=A%20%26%20B%3F" in html
    assert "us@shop.example?subject=A%20%26%20B%3F" in text
    look = letter_templates.Look(merchant="E", website="https://ember.example/")
    made = letter("[new]({{ shop.website }}/new)", look=look, known=frozenset({"shop.website"}))
    assert made.links == ("https://ember.example/new",)


def test_without_measuring_the_link_is_filled_just_as_safely():
    made = letter("[x](https://a.example/?n={{ contact.name }})", measured=False)
    html, text = shown(made, name='"&x=1')
    assert 'href="https://a.example/?n=%22%26x%3D1"' in html
    assert "https://a.example/?n=%22%26x%3D1" in text


# The page of choices -----------------------------------------------------------------------------


def test_every_letter_leads_to_the_page_of_choices_and_so_does_the_unsubscribe_page(
    client, reader, letter_to, owner, send_all, server, shop
):
    person = reader("p@people.example")
    start(campaign=letter_to(), by=Actor.user(owner))
    send_all()
    (message,) = server.messages
    found = re.search(r'href="(https?://[^"]+/preferences/[^"]+)"', message.html)[1]
    assert found in message.text
    path = urlsplit(found).path
    page = client.get(path)
    assert page.status_code == 200
    assert "p@people.example" in page.content.decode()
    leaving = client.get(re.search(r"(/u/[\w-]+)", message.text)[1]).content.decode()
    assert path in leaving
    person.delete()
    page = client.get(path)
    assert page.status_code == 200, "the link is ours, and the person is gone"
    assert "p@people.example" not in page.content.decode()
    gone = client.get(re.search(r"(/u/[\w-]+)", message.text)[1])
    assert gone.status_code == 200
    assert path not in gone.content.decode()


# Tags of other services --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("*|FNAME|*", "{{ contact.first_name }}"),
        ("*|LNAME|*", "{{ contact.last_name }}"),
        ("{{contact.FIRSTNAME}}", "{{ contact.first_name }}"),
        ("{{ FIRSTNAME }}", "{{ contact.first_name }}"),
        ("{{name}}", "{{ contact.name }}"),
        ("%%first_name%%", "{{ contact.first_name }}"),
        ("[firstname]", "{{ contact.first_name }}"),
        ("[firstname,fallback=friend]", '{{ contact.first_name|fallback:"friend" }}'),
        ("{{ first_name|default:'you' }}", '{{ contact.first_name|fallback:"you" }}'),
        ("{{ .Subscriber.FirstName }}", "{{ contact.first_name }}"),
        ("{$name}", "{{ contact.name }}"),
        ("%FIRSTNAME%", "{{ contact.first_name }}"),
        ("{EMAIL}", "{{ contact.email }}"),
        ("{{{ subscriber.city }}}", "{{ contact.city }}"),
        ("*|CITY|*", "{{ contact.city }}"),
        ("*|UNSUB|*", "{{ unsubscribe_url }}"),
        ("*|UPDATE_PROFILE|*", "{{ preferences_url }}"),
    ],
)
@pytest.mark.parametrize("place", ["subject", "preheader", "body", "text"])
def test_a_tag_of_another_service_is_named_and_offered_as_ours(place, written, ours):
    known = frozenset(
        {"contact.name", "contact.first_name", "contact.last_name", "contact.email", "contact.city"}
    )
    values = {"body": "Hello", place: f"Hi {written}!"}
    made = letter(values.pop("body"), known=known, **values)
    said = (*made.problems.get(place, ()), *made.hints.get(place, ()))
    assert len(said) == 1
    assert "Line 1, column 4" in said[0]
    assert ours in said[0]
    assert made.has_foreign_tags
    assert with_our_fields({place: f"Hi {written}!"}, known) == {place: f"Hi {ours}!"}


@pytest.mark.parametrize(
    "tag", ["*|IF:VIP|*", "*|END:IF|*", "{% if vip %}", "{{#if vip}}", "*|MC:SUBJECT|*"]
)
def test_what_has_no_counterpart_stops_the_letter(tag):
    made = letter(f"Hi {tag}")
    assert made.problems["body"]


@pytest.mark.parametrize(
    "text",
    [
        "[name](https://a.example/) and [the list][1]",
        "100% off, 50% more",
        "a {thing} and [brackets] and *|",
        "{{ contact.first_name }}",
        "<mj-style>.x {color:red}</mj-style>",
    ],
)
def test_ordinary_texts_are_left_alone(text):
    made = letter(text)
    assert not made.hints
    assert not made.has_foreign_tags
    assert with_our_fields({"body": text}, frozenset({"contact.first_name"})) == {"body": text}


@settings(max_examples=100)
@given(st.text(alphabet="*|{}%[]$IFELSND: FNAMEab\n", max_size=120))
def test_no_text_breaks_the_finder_of_tags(text):
    letter(text, subject=text)
    with_our_fields({"body": text}, frozenset({"contact.first_name"}))


# The text part -----------------------------------------------------------------------------------


def test_quotes_and_tables_keep_their_form_in_the_text_part():
    body = "> A good bag\n> for years\n>\n> > said Ida\n\nWe agree.\n\n| Bag | Price |\n|---|---|\n| Satchel | 220 |\n| Tote for {{ contact.name }} | 90 |\n"
    _html, text = shown(letter(body), name="Ida Maria")
    assert text.startswith("> A good bag for years\n>\n> > said Ida\n\nWe agree.\n\n")
    assert re.search(r"\nSatchel {10,}220\nTote for Ida Maria +90\n", text)
    _html, text = shown(
        letter(
            "<mj-table><tr><th>Bag</th><th>Price</th></tr><tr><td>Tote</td><td>90</td></tr></mj-table>",
            body_format="mjml",
        )
    )
    assert "Bag   Price\n----  -----\nTote  90\n" in text


def test_a_table_too_wide_for_a_line_is_read_value_by_value():
    wide = "long words " * 6
    _html, text = shown(letter(f"| Bag | Note |\n|---|---|\n| {wide}| {wide}|\n"))
    assert f"Bag: {wide.strip()}\nNote: {wide.strip()}\n" in text


@pytest.mark.parametrize(
    ("postal", "times"),
    [
        ("Ember & Oak, Ines Ahrendt\nGerbergasse 1", 1),
        ("EMBER & OAK\nGerbergasse 1", 1),
        ("Gerbergasse 1\n1010 Wien", 1),
        ("", 1),
    ],
)
def test_the_postal_block_names_the_shop_once(postal, times):
    look = letter_templates.Look(merchant="Ember & Oak", postal_address=postal)
    assert (
        sum("ember & oak" in line.lower() for line in letter_templates.postal_lines(look)) == times
    )


@pytest.mark.parametrize(
    ("name", "street"),
    [("Berg", "Bergstraße 1"), ("Ann", "Hannover 7"), ("Öl", "Ölmühle 3"), ("A.B (x", "A-B (x 1")],
)
def test_a_street_that_holds_the_name_of_the_shop_is_not_its_name(name, street):
    look = letter_templates.Look(merchant=name, postal_address=f"{street}\n1010 Wien")
    assert letter_templates.postal_lines(look)[0] == name


def test_a_shop_without_a_website_has_an_address_all_the_same(
    reader, letter_to, owner, send_all, server, shop
):
    shop.website = ""
    shop.save()
    reader("p@people.example")
    body = "We live at {{ shop.website }} and [here]({{ shop.website }})."
    start(campaign=letter_to(body=body), by=Actor.user(owner))
    send_all()
    (message,) = server.messages
    page = f"/shop/{shop.handle}/"
    assert re.search(
        rf"We live at https?://\S+{page} and here \(https?://\S+{page}\)", message.text
    )
    assert unquote(target_of(message)).endswith(page)


def test_the_icon_of_a_social_element_is_named_with_a_way_out():
    social = '<mj-social><mj-social-element name="facebook" href="https://f.example/">F</mj-social-element></mj-social>'
    made = letter(social, body_format="mjml")
    assert "“facebook” comes from another host" in made.problems["body"][0]
    assert made.foreign_pictures == ()
    own = social.replace("name=", 'src="http://localhost:8000/letters/a/b.png" name=')
    assert letter(own, body_format="mjml").is_whole


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<mj-text>\n<p>a < b</p></mj-text>", "Line 2, column 6: “<” stands alone"),
        ('<mj-text>\n\n<a href="x>y</a></mj-text>', "Line 3, column 4: The quotation marks of “href”"),
        ("<mj-text>a</mj-text>\n  <mj-txt>b</mj-txt>", "Line 2, column 3: MJML has no element <mj-txt>"),
        ("<mj-text>a</mj-text>\n<mj-image src='x'", "Line 2, column 1: <mj-image is not finished"),
        ("<mj-text><!-- a</mj-text>", "Line 1, column 10: <!-- has no end"),
        ("<mj-text>a\n<b>c</mj-text>", "Line 2, column 1: <b> is not closed"),
    ],
)  # fmt: skip
def test_broken_mjml_says_the_place_and_how_to_mend_it(body, said):
    assert any(
        sentence.startswith(said) for sentence in letter(body, body_format="mjml").problems["body"]
    )
