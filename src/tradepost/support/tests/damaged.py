"""Letters as people's programs write them, and what can happen to one on its way."""

import random
from email.message import EmailMessage

WORDS = "Wo bleibt mein Gürtel? Où est ma ceinture?"


def _letter(**headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "Ann <ann@people.example>", "shop@shop.example"
    made["Subject"] = "Wallet – Geldbörse"
    made["Message-ID"], made["Date"] = "<1@ann.example>", "Tue, 1 Dec 2026 10:00:00 +0100"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    return made


def _plain(charset: str, encoding: str) -> bytes:
    made = _letter()
    made.set_content(WORDS, charset=charset, cte=encoding)
    return made.as_bytes()


def _both() -> bytes:
    made = _letter(References="<0@x.example> <broken")
    made.set_content(WORDS)
    made.add_alternative(f"<p>{WORDS}</p><script>x()</script>", subtype="html")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Beleg ä.pdf")
    made.add_attachment(b"MZ", maintype="image", subtype="png", filename="x.png")
    return made.as_bytes()


def _page_alone() -> bytes:
    made = _letter()
    made.set_content(f"<div>{WORDS}</div><blockquote>It left.</blockquote>", subtype="html")
    return made.as_bytes()


def _nested() -> bytes:
    inner, outer = _letter(), _letter()
    inner.set_content("inner")
    outer.set_content(WORDS)
    outer.add_attachment(inner)
    return outer.as_bytes()


def _quoting() -> bytes:
    made = _letter(In_Reply_To="<x@y.example>")
    made.set_content(f"{WORDS}\n\nOn Mon, 1 Dec 2026, Shop wrote:\n> It left.\n> Bye.\n")
    return made.as_bytes()


SAMPLES = (
    _plain("utf-8", "8bit"), _plain("utf-8", "quoted-printable"), _plain("utf-8", "base64"),
    _plain("iso-8859-15", "quoted-printable"), _both(), _page_alone(), _nested(), _quoting(),
)  # fmt: skip


def damaged(dice: random.Random, sample: bytes, number: int) -> bytes:
    """The sample from somebody else, broken in one to five places; one in twelve is hardly a mail any more."""
    content = bytearray(sample.replace(b"ann@people.example", b"p%d@people.example" % number))
    if dice.randrange(12) == 0:
        content = bytearray(dice.choice([b"", b"\0" * 60, bytes(range(256)), content[:40]]))
    for _ in range(dice.randrange(1, 6)):
        where = dice.randrange(len(content) + 1)
        match dice.randrange(6):
            case 0:
                del content[where : where + dice.randrange(1, 120)]
            case 1:
                content[where:where] = dice.randbytes(dice.randrange(1, 30))
            case 2:
                content[where:where] = bytes(content[: dice.randrange(1, 200)])
            case 3 if content:
                content[where % len(content)] = dice.randrange(256)
            case 4:
                content[where:where] = b"Content-Type: " + dice.choice(
                    [b"multipart/mixed", b'text/plain; charset="utf-99"', b"message/rfc822", b";;"]
                )
            case _:
                content[where:where] = dice.choice(
                    [b"\r\n", b"\n\n", b"--===", b"=?utf-8?b?==", b">"]
                )
    return bytes(content)
