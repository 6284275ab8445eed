"""What a message looks like on the wire, whatever people are called."""

import base64
import email
import email.policy
from types import SimpleNamespace

import dkim as dkimpy
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tradepost.delivery.outgoing.dkim import own_keys, own_signer
from tradepost.delivery.outgoing.mime import Skeleton
from tradepost.delivery.outgoing.quoted_printable import address_header
from tradepost.delivery.outgoing.sources import Compiled, Hole
from tradepost.delivery.outgoing.tokens import BadToken, make_tokens, read_token
from tradepost.delivery.types import Attachment, HeaderInjection

pytestmark = pytest.mark.django_db
LEAVE = ("https://post.example/u/abc?x=1&y=2", "u-abc@post.example")


def compiled(**changes):
    values = {
        "subject": ["Grüße an ", Hole("name")],
        "text": ["Liebe ", Hole("name"), ",\n.\n", "x" * 300, " \n", Hole("name"), Hole("town")],
        "html": ["<p>Liebe ", Hole("name"), "</p><b>", Hole("block", raw=True), "</b>"],
        "from_name": "Müller & Söhne, GmbH",
        "from_address": "shop@post.example",
        "reply_to": "contact@shop.example",
        "list_id": "News <news.shop.post.example>",
    }
    return Compiled(**(values | changes))


def rendered(skeleton, values=None, **changes):
    call = {
        "to": "ann@example.org",
        "message_id": "m1@post.example",
        "unsubscribe": LEAVE,
    } | changes
    head, body = skeleton.render(values=values or {}, **call)
    return head, body, email.message_from_bytes(head + b"\r\n" + body, policy=email.policy.default)


def parts(message):
    return {p.get_content_type(): p.get_content() for p in message.walk() if not p.is_multipart()}


VALUES = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x00", exclude_categories=["Cs"])
)


@given(name=VALUES, town=VALUES)
@settings(max_examples=200, deadline=None)
def test_any_value_arrives_as_it_was_and_breaks_nothing(name, town):
    skeleton = Skeleton(compiled())
    head, body, message = rendered(skeleton, {"name": name, "town": town, "block": "<i>raw</i>"})
    assert max(len(line) for line in body.split(b"\r\n")) <= 76
    assert b"\n" not in (head + body).replace(b"\r\n", b"")
    assert body.isascii()
    assert head.isascii()
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
    found = parts(message)
    assert f"Liebe {name},\n.\n{'x' * 300} \n{name}{town}" == found["text/plain"].replace(
        "\r\n", "\n"
    )
    assert "<b><i>raw</i></b>" in found["text/html"]
    assert "<script" not in found["text/html"]


def test_a_name_can_be_no_tag_and_no_header():
    skeleton = Skeleton(compiled())
    name = "<script>x</script>\r\nBcc: thief@example.org\u2028X-Evil: 1"
    _, _, message = rendered(skeleton, {"name": name})
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert "&lt;script&gt;" in parts(message)["text/html"]


def test_headers_read_as_meant():
    _, _, message = rendered(Skeleton(compiled()), {"name": "Zoë"})
    assert message["Subject"] == "Grüße an Zoë"
    assert message["From"] == '"Müller & Söhne, GmbH" <shop@post.example>'
    assert message["List-Id"] == "News <news.shop.post.example>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert LEAVE[0] in message["List-Unsubscribe"]
    assert f"<mailto:{LEAVE[1]}?subject=unsubscribe>" in message["List-Unsubscribe"]
    assert message["Message-ID"] == "<m1@post.example>"


def test_text_alone_and_attachments():
    text_only = compiled(html=[], subject=["Plain"], text=["Hello\n"])
    assert rendered(Skeleton(text_only))[2].get_content_type() == "text/plain"
    files = [Attachment(name="Rechnung ü.pdf", media_type="application/pdf", content=b"%PDF" * 99)]
    message = rendered(Skeleton(compiled(), files), {"name": "Ann"})[2]
    attached = next(message.iter_attachments())
    assert attached.get_filename() == "Rechnung ü.pdf"
    assert attached.get_content() == b"%PDF" * 99


@pytest.mark.parametrize("address", ["a@b.example\r\nX: y", "a>b@c.example", "a,b@c.example"])
def test_an_address_cannot_smuggle_headers(address):
    with pytest.raises(HeaderInjection):
        address_header("", address)


class VerifyKey:
    """What dkimpy wants of PyNaCl, by ``cryptography``; the rest of the oracle stays dkimpy's own."""

    def __init__(self, key, encoder=None):
        self.key = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))

    def verify(self, data, signature):
        try:
            self.key.verify(signature, data)
        except InvalidSignature:
            raise BadSignature from None
        return data


class BadSignature(Exception):
    pass


@pytest.fixture
def verified(monkeypatch):
    """The verdict of dkimpy on one of the two signatures, with our keys in its DNS."""
    nacl = SimpleNamespace(
        signing=SimpleNamespace(VerifyKey=VerifyKey),
        encoding=SimpleNamespace(Base64Encoder=None),
        exceptions=SimpleNamespace(BadSignatureError=BadSignature, ValueError=ValueError),
    )
    monkeypatch.setattr(dkimpy, "nacl", nacl, raising=False)
    signer = own_signer()
    records = {f"{key.selector}._domainkey.{signer.domain}.": key.record() for key in own_keys()}

    def verify(message, index):
        checked = dkimpy.DKIM(message)
        try:
            return (
                checked.verify(
                    idx=index, dnsfunc=lambda name, timeout=5: records[name.decode()].encode()
                )
                and checked.signature_fields[b"h"]
            )
        except dkimpy.ValidationError:
            return False

    return verify


@pytest.mark.parametrize("index", [0, 1])
def test_both_signatures_verify_and_cover_the_unsubscribe_headers(verified, index):
    head, body, _ = rendered(Skeleton(compiled()), {"name": "Zoë"})
    signed = verified(own_signer().signatures(head, body) + head + b"\r\n" + body, index)
    assert signed
    assert b"list-unsubscribe:" in signed
    assert b"list-unsubscribe-post" in signed


CHANGES = {
    "unsubscribe address": lambda m: m.replace(b"/u/abc", b"/u/abd"),
    "one-click mark": lambda m: m.replace(b"One-Click", b"Two-Click"),
    "text": lambda m: m.replace(b"Liebe", b"Boese"),
    "second sender": lambda m: b"From: other@post.example\r\n" + m,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("index", [0, 1])
def test_a_changed_message_fails_both(verified, change, index):
    head, body, _ = rendered(Skeleton(compiled()), {"name": "Zoë"})
    message = own_signer().signatures(head, body) + head + b"\r\n" + body
    assert not verified(change(message), index)


def test_keys_are_readable_by_us_alone(settings):
    own_keys()
    files = list((settings.TRADEPOST.data / "keys").glob("*.pem"))
    assert len(files) == 2
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_token_belongs_to_one_use():
    token = make_tokens("bounce", "handover", [17])[0]
    assert read_token("bounce", token) == ("handover", 17)
    last = "0" if token[-1] != "0" else "1"
    for kind, text in [
        ("unsubscribe", token),
        ("bounce", token[:-1] + last),
        ("bounce", "zz"),
        ("bounce", ""),
    ]:
        with pytest.raises(BadToken):
            read_token(kind, text)
