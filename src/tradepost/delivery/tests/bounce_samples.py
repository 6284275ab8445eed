"""Small bounces in the manner of many servers, written for these tests; none is anybody's mail.

Each: what it is, sender and subject, further headers, body, what it says of the mailbox, of whom.
"""

from typing import NamedTuple

from tradepost.delivery.types import BounceKind

HARD, SOFT, OTHER = BounceKind.HARD, BounceKind.SOFT, BounceKind.OTHER
ANN = "ann@people.example"


class Sample(NamedTuple):
    name: str
    sender: str
    subject: str
    body: str
    kind: BounceKind
    headers: str = ""
    recipient: str = ANN

    @property
    def content(self) -> bytes:
        head = f"From: {self.sender}\nTo: <news@shop.example>\nSubject: {self.subject}\n"
        return f"{head}{self.headers}\n{self.body}".encode()


EXIM = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {ANN}
    %s

------ This is a copy of the message, including all the headers. ------

Received: from shop.example
From: spam and virus <news@shop.example>
To: {ANN}
Subject: mailbox full
"""
AUTO = f"Return-Path: <>\nAuto-Submitted: auto-replied\nX-Failed-Recipients: {ANN}\n"
MIXED = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n'
REPORT = (
    'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="B"\n'
)


def part(text: str, kind: str = "text/plain; charset=utf-8") -> str:
    return f"--B\nContent-Type: {kind}\n\n{text}\n\n"


def report(status: str, words: str, text: str = "", action: str = "failed") -> str:
    fields = (
        f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {ANN}\n"
        f"Action: {action}\nStatus: {status}\n"
    )
    fields += f"Diagnostic-Code: smtp; {words}\n" if words else ""
    return part(text) + part(fields, "message/delivery-status") + "--B--\n"


def exim(words: str, kind: BounceKind, name: str) -> Sample:
    return Sample(
        f"Exim, {name}",
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "Mail delivery failed: returning message to sender",
        EXIM % words,
        kind,
        AUTO,
    )


def dsn(name: str, status: str, words: str, kind: BounceKind, text: str = "") -> Sample:
    return Sample(
        name,
        "MAILER-DAEMON@mx.example",
        "Undelivered Mail Returned to Sender",
        report(status, words, text),
        kind,
        REPORT,
    )


SAMPLES = [
    exim("all relevant MX records point to non-existent hosts: Unrouteable address", HARD, "route"),
    exim(f"SMTP error after RCPT TO:<{ANN}>: 550 5.1.1 User unknown", HARD, "nobody"),
    exim("mailbox is full: retry timeout exceeded", SOFT, "full"),
    exim("retry time not reached for any host after a long failure period", SOFT, "expired"),
    exim("host mx.example [192.0.2.1]: 550 blocked using zen.spamhaus.org", OTHER, "blocklist"),
    Sample(
        "Google Groups",
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Delivery Status Notification (Failure)",
        "Hello news@shop.example,\n\nWe're writing to let you know that the group you tried to contact"
        " (ann) may not exist, or you may not have permission to post messages to the group.\n",
        HARD,
        AUTO,
    ),
    Sample(
        "Mail.Ru",
        "mailer-daemon@corp.mail.ru",
        "=?UTF-8?B?0J3QtdC00L7RgdGC0LDQstC70LXQvdC+?=. Mail failure.",
        f"Ваше письмо не доставлено:\n\n  {ANN}\n    RCPT TO:<{ANN}>:\n    550 такой пользователь не найден\n",
        HARD,
        AUTO + "Content-Type: text/plain; charset=utf-8\n",
    ),
    Sample(
        "1&1",
        '"Mail Delivery System" <mailer-daemon@kundenserver.example>',
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent"
        " could not be delivered to one or more of\nits recipients. This is a permanent error.\n\n"
        f"The following address failed:\n\n{ANN}\n\nFor the following reason:\n\n"
        "Mail size limit exceeded.\n\n--- The header of the original message is following. ---\n\nTo: x\n",
        OTHER,
        "Auto-Submitted: auto-replied\n",
    ),
    Sample(
        "La Poste",
        "Mail Delivery System <MAILER-DAEMON@laposte.example>",
        "Message non remis",
        f"Votre message n'a pas pu être remis : undeliverable\n\n<{ANN}>: Boîte du destinataire pleine\n",
        SOFT,
        "Return-Path: <>\nAuto-Submitted: auto-replied\nContent-Type: text/plain; charset=utf-8\n",
    ),
    Sample(
        "Amazon WorkMail",
        "MAILER-DAEMON@us-west-2.amazonses.example",
        "Delivery Status Notification (Failure)",
        part(
            "An error occurred while trying to deliver the mail to the following recipients:\n"
            f"{ANN}\n\nTechnical report:\n\nReporting-MTA: dsn; a.example\n\nAction: failed\n"
            f"Final-Recipient: rfc822; {ANN}\nDiagnostic-Code: smtp; 550 5.1.1 User Unknown\nStatus: 5.1.1\n"
        )
        + part("To: somebody@else.example\n\nhello", "message/rfc822")
        + "--B--\n",
        HARD,
        "Return-Path: <>\n" + MIXED,
    ),
    Sample(
        "EZweb",
        "Postmaster@ezweb.example",
        "Mail System Error - Returned Mail",
        part(
            "次のあて先へのメッセージはエラーのため送信できませんでした。\n\n送信先メールアドレスが"
            f"見つかりませんでした。\n\nThe user(s) account is disabled.\n\n<{ANN}>\n"
        )
        + "--B--\n",
        HARD,
        MIXED,
    ),
    Sample(
        "EZweb, over quota",
        "Postmaster@ezweb.example",
        "Mail System Error - Returned Mail",
        part(f"The user(s) account is temporarily over quota.\n\n<{ANN}>\n") + "--B--\n",
        SOFT,
        MIXED,
    ),
    Sample(
        "KDDI",
        "no-reply@app.auone.example",
        "Undeliverable message",
        part(
            f"Your mail sent on: Thu, 29 Apr 2010 11:04:47 +0900\n    Could not be delivered to: {ANN}"
            "\n    As their mailbox is full.\n"
        )
        + "--B--\n",
        SOFT,
        MIXED,
    ),
    dsn("docomo", "5.2.0", f"550 Unknown user {ANN}", HARD),
    dsn("SoftBank", "5.0.0", f"550 Invalid recipient: <{ANN}>", HARD),
    exim(
        "SMTP error from remote mail server after MAIL FROM:<n@shop.example>: 550 user unknown",
        OTHER,
        "sender",
    ),
    Sample(
        "Courier, sender",
        "postmaster@courier.example",
        "NOTICE: mail delivery status.",
        f"UNDELIVERABLE MAIL\n\n<{ANN}>:\n>>> MAIL FROM:<n@shop.example>\n<<< 550 User not found\n",
        OTHER,
    ),
    Sample(
        "SendGrid",
        "MAILER-DAEMON@sg.example",
        "Undelivered Mail Returned to Sender",
        report("", "", action="expired").replace(
            "Status: \n", "Status: \nDiagnostic-Code: No answer within three days\n"
        ),
        SOFT,
        REPORT,
    ),
    Sample(
        "a type without a semicolon",
        "MAILER-DAEMON@open.example",
        "Returned Mail: User unknown",
        part(
            f"---The following addresses had delivery errors---\n\n{ANN} [User unknown]",
            'text/plain\n   charset="utf-8"',
        )
        + part("To: x@y.example\n\nhello", "message/rfc822")
        + "--B--\n",
        HARD,
        MIXED,
    ),
    Sample(
        "a box whose boundary got lost",
        "post_master@phone.example",
        "Re:News",
        "--B\nContent-Type: multipart/alternative;\nboundary=C\n\n--C\nContent-Type: text/plain\n\n"
        "Error: Invalid user address\n\n550 - no such user here\n\nMessage details:\n"
        f"  MAIL FROM: news@shop.example\n  RCPT TO: {ANN}\n\n--C--\n\n--B--\n",
        HARD,
        MIXED,
    ),
    Sample(
        "Notes in Japanese",
        "postmaster@notes.example",
        "Undeliverable message",
        f"------- Failure Reasons  --------\n\nユーザーはディレクトリのリストにありません\n{ANN}\n\n"
        "------- Returned Message --------\nTo: other@x.example\n",
        HARD,
        "Content-Type: text/plain; charset=utf-8\n",
    ),
]
