"""Whatever is written and whoever is named: the standard library's parser reads what was meant.

The messages are made of random constants and holes; the values are those of somebody who wants to break
them.
"""

import email
import email.policy
import html
import re
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tradepost.delivery.outgoing.mime import Skeleton
from tradepost.delivery.outgoing.quoted_printable import address_header, header_text, quoted_text
from tradepost.delivery.outgoing.sources import Compiled, Hole
from tradepost.delivery.types import Attachment, HeaderInjection

NAMES = ("name", "town", "gone")  # of the last one nobody has a value
HOSTILE = (
    ".", "..\r\n.", "\r\n.\r\n", "\n.\nQUIT", "=", "=2E", "=\n", "=00", "=20", " ", "\t", " \n", "a \r\n", "\r", "\x00",
    "--", "--=_", "\r\nBcc: thief@example.org\r\n\r\n", "=?utf-8?q?x?=", "From me", "\nFrom me", "<script>",
    "&amp;", '"', "'", "\u2028", "\x85", "\x0c", "\x1b[2J", "\u202e", "\ufeff", "é" * 40, "😀" * 20, "x" * 75, "x" * 76,
    "x" * 77, "x" * 1200, "{{ name }}", "%s%n", "\ud800", "a" * 73 + "  ", "a" * 74 + "\t\n",
)  # fmt: skip
TEXTS = st.lists(
    st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8"), max_size=90), max_size=4
).map("".join)
PARTS = st.lists(
    TEXTS | st.sampled_from(NAMES).map(Hole) | st.sampled_from(NAMES).map(lambda n: Hole(n, raw=True)),
    max_size=7,
)  # fmt: skip
VALUES = st.fixed_dictionaries({"name": TEXTS, "town": TEXTS})
ONE_LINE = st.lists(
    st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8"), max_size=60), max_size=5
).map("".join)
MANY = settings(max_examples=150, deadline=None, database=None)


def compiled(**changes) -> Compiled:
    values = {
        "subject": ["x"],
        "text": ["x"],
        "html": [],
        "from_name": "",
        "from_address": "s@p.example",
    }
    return Compiled(**(values | changes))  # fmt: skip


def read(head: bytes, body: bytes = b""):
    """Parsed, after a look at what every relay asks of the bytes."""
    whole = head + b"\r\n" + body
    assert whole.isascii()
    assert b"\n" not in whole.replace(b"\r\n", b"")
    assert b"\r" not in whole.replace(b"\r\n", b"")
    for line in head.split(b"\r\n"):
        assert len(line) <= (76 if b"=?utf-8?b?" in line else 998), (
            line
        )  # RFC 2047 §2, RFC 5322 §2.1.1
    for line in body.split(b"\r\n"):
        is_header = line.startswith(b"Content-Disposition: ")
        assert len(line) <= (998 if is_header else 76), line  # RFC 2045 §6.7
        assert not line.startswith(b"."), line  # nothing for SMTP to double
    message = email.message_from_bytes(whole, policy=email.policy.default)
    assert not message.defects
    return message


def normal(text: str) -> str:
    """Line ends as mail has them, and "?" for what is no letter; the rest as it is."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode()


def meant(parts, values, *, escaped: bool) -> str:
    """What the reader should see: neighbouring constants are one text, each value stands for itself."""
    found, constant = [], ""
    for part in [*parts, Hole("gone")]:
        if isinstance(part, str):
            constant += part
            continue
        value = values.get(part.name, "").replace("\0", "")
        found += [normal(constant), html.escape(normal(value)) if escaped and not part.raw else normal(value)]  # fmt: skip
        constant = ""
    return "".join(found)


def content(part) -> str:
    """Decoded by the standard library; no line end is added or taken."""
    return part.get_payload(decode=True).decode("utf-8").replace("\r\n", "\n")


@given(
    text=PARTS, as_html=PARTS, values=VALUES, files=st.lists(st.binary(max_size=200), max_size=2)
)
@MANY
def test_any_message_is_read_as_it_was_meant(text, as_html, values, files):
    attached = [Attachment(name=f"{i}.bin", media_type="application/x-y", content=one) for i, one in enumerate(files)]  # fmt: skip
    skeleton = Skeleton(compiled(text=text, html=as_html), attached)
    message = read(*skeleton.render(to="a@b.example", message_id="m@p.example", values=values))
    leaves = [part for part in message.walk() if not part.is_multipart()]
    kinds = ["text/plain", *["text/html"] * bool(as_html), *["application/x-y"] * len(files)]
    assert [part.get_content_type() for part in leaves] == kinds
    ending = "" if len(kinds) > 1 else "\n"
    assert content(leaves[0]) == meant(text, values, escaped=False) + ending
    if as_html:
        assert content(leaves[1]) == meant(as_html, values, escaped=True)
    assert [part.get_payload(decode=True) for part in leaves[len(leaves) - len(files) :]] == files
    assert set(message.keys()) <= {
        "To", "Subject", "Message-ID", "Date", "From", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"
    }  # fmt: skip


@given(VALUES, VALUES)
@MANY
def test_one_persons_values_leave_nothing_in_the_next_message(first, second):
    skeleton = Skeleton(
        compiled(text=["Dear ", Hole("name"), Hole("town"), "."], html=[Hole("name")])
    )
    alone = Skeleton(compiled(text=["Dear ", Hole("name"), Hole("town"), "."], html=[Hole("name")]))
    call = {"to": "a@b.example", "message_id": "m@p.example"}
    skeleton.render(values=first, **call)
    seen = [
        [content(part) for part in read(*one.render(values=second, **call)).iter_parts()]
        for one in (skeleton, alone)
    ]
    assert seen[0] == seen[1]


@given(TEXTS)
@MANY
@example("a" * 75 + " ")
def test_any_text_is_quoted_so_that_it_is_read_again(text):
    head = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    whole = head + b"\r\n" + quoted_text(text)
    assert max(len(line) for line in quoted_text(text).split(b"\r\n")) <= 76
    assert content(email.message_from_bytes(whole, policy=email.policy.default)) == normal(text)


def in_one_line(text: str) -> str:
    """A header's text has neither line ends nor other control characters, and single blanks."""
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text)
    return " ".join(normal(plain).split())


@given(ONE_LINE)
@MANY
@example("x" * 1200)
@example("ü" + "x" * 1200 + " y")
@example("word " * 300)
@example("")
def test_any_subject_is_one_header_and_says_the_same(text):
    message = read(b"Subject: " + header_text(text) + b"\r\n")
    assert message.keys() == ["Subject"]
    assert message["Subject"] == in_one_line(text)


@given(st.lists(TEXTS | st.sampled_from(NAMES).map(Hole), min_size=1, max_size=4), VALUES)
@MANY
def test_any_value_in_a_subject_stays_there(parts, values):
    skeleton = Skeleton(compiled(subject=parts))
    message = read(skeleton.render(to="a@b.example", message_id="m@p.example", values=values)[0])
    said = "".join(values.get(part.name, "") if isinstance(part, Hole) else part for part in parts)
    assert message["Subject"] == in_one_line(said)
    assert "Bcc" not in message


@given(ONE_LINE.map(lambda name: name[:160]))
@MANY
@example("Müller & Söhne, GmbH")
@example('"Ann" <thief@example.org>,')
@example("a\\")
@example("=?utf-8?q?x?=")
def test_any_name_stands_in_front_of_its_own_address(name):
    head = b"From: " + address_header(name, "shop@post.example") + b"\r\n"
    message = read(head)
    (found,) = message["From"].addresses
    assert found.addr_spec == "shop@post.example"
    # The newer parser keeps the blank between two encoded words of a name, which RFC 2047 §6.2 drops.
    shown, _address = parseaddr(email.message_from_bytes(head)["From"])
    assert str(make_header(decode_header(shown))) == in_one_line(name)


@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
    | st.sampled_from([text for text in HOSTILE if len(text) < 100])
)
@MANY
@example("a\\b.pdf")
@example('the "best".pdf')
@example("a;b=c.pdf")
@example("%41.pdf")
@example("\ud800.pdf")
def test_any_file_keeps_its_name(name):
    skeleton = Skeleton(
        compiled(), [Attachment(name=name, media_type="application/pdf", content=b"x")]
    )
    message = read(*skeleton.render(to="a@b.example", message_id="m@p.example", values={}))
    (attached,) = message.iter_attachments()
    assert attached["Content-Disposition"].params.get("filename", "") == in_one_line(name)


@pytest.mark.parametrize("name", ["X-Evil\r\nBcc", "X:Y", "", "X Y"])
def test_a_header_of_another_name_is_refused(name):
    with pytest.raises(HeaderInjection):
        Skeleton(compiled(headers={name: "x"}))
