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
    Sample(
        "sendmail V5",
        "Mail Delivery Subsystem <MAILER-DAEMON@old.example>",
        "Returned mail: User unknown",
        "   ----- Transcript of session follows -----\nWhile talking to smtp.example:\n"
        f">>> RCPT To:<{ANN}>\n<<< 550 <{ANN}>, User Unknown\n550 <{ANN}>... User unknown\n\n"
        "   ----- Unsent message follows -----\nReceived: by old.example\nTo: else@x.example\n",
        HARD,
    ),
    Sample(
        "sendmail V5, expired",
        "Mail Delivery Subsystem <MAILER-DAEMON@old.example>",
        "Returned mail: Cannot send message for 4 days",
        "   ----- Transcript of session follows -----\n421 people.example (smtp)... Deferred: Connection"
        f" timed out\n\n   ----- Unsent message follows -----\nFrom: n@shop.example\nTo: {ANN}\n\nHi\n",
        SOFT,
    ),
    Sample(
        "OpenSMTPD",
        "Mailer Daemon <MAILER-DAEMON@bsd.example>",
        "Delivery status notification: error",
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.\n\n    An error has"
        f" occurred while attempting to deliver a message for\n    the following list of recipients:\n\n"
        f"{ANN}: Domain does not exist\n\n    Below is a copy of the original message:\n\nTo: x@y.example\n",
        HARD,
        "Return-Path: <>\n",
    ),
    Sample(
        "OpenSMTPD with a report",
        "Mailer Daemon <MAILER-DAEMON@bsd.example>",
        "Delivery status notification: error",
        part(f"{ANN}: 550 5.2.2 user is over quota\n")
        + part(
            f"Reporting-MTA: dns; b.example\n\nFinal-Recipient: rfc822; {ANN}\nAction: error\nStatus: 5.0.0\n",
            "message/delivery-status",
        )
        + "--B--\n",
        SOFT,
        MIXED,
    ),
    Sample(
        "Lotus Notes",
        "postmaster@notes.example",
        "Undeliverable message",
        f"------- Failure Reasons  --------\n\nディレクトリのリストにありません\nUser not listed in public"
        f" Name & Address Book\n{ANN}\n\n------- Returned Message --------\nTo: other@x.example\n",
        HARD,
        "Content-Type: text/plain; charset=utf-8\n",
    ),
    Sample(
        "Domino",
        "Postmaster@notes.example",
        f"DELIVERY FAILURE: User Ann ({ANN}) not listed in Domino Directory",
        f"Your message\n\n  Subject: Spam news\n\nwas not delivered to:\n\n  {ANN}\n\nbecause:\n\n"
        f"  User Ann ({ANN}) not listed in Domino Directory\n",
        HARD,
    ),
    Sample(
        "Exchange 2003",
        "System Administrator <postmaster@ex.example>",
        "Undeliverable: News",
        part(
            f"Your message\n\n  To:      {ANN}\n  Subject: News\n\ndid not reach the following"
            f" recipient(s):\n\n{ANN} on Thu, 29 Apr 2010 00:00:00 -0000\n    The recipient name is not"
            " recognized\n    MSEXCH:IMS:NNN:A:B 0 (000C05A6) Unknown Recipient\n"
        )
        + "--B--\n",
        HARD,
        "Return-Path: <>\n" + MIXED,
    ),
    dsn("Exchange 2007", "5.1.1", "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found", HARD),
    dsn("Office 365", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied", HARD),
    dsn("Office 365, DNS", "5.4.310", "550 5.4.310 DNS domain people.example does not exist", HARD),
    dsn("Office 365, storage", "5.2.2", "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception", SOFT),
    Sample(
        "qmail",
        "MAILER-DAEMON@q.example",
        "failure notice",
        "Hi. This is the qmail-send program at q.example.\nI'm afraid I wasn't able to deliver your"
        f" message to the following addresses.\n\n<{ANN}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\nTo: x\n",
        HARD,
        "Return-Path: <>\n",
    ),
    Sample(
        "qmail, host",
        "MAILER-DAEMON@q.example",
        "failure notice",
        f"Hi. This is the qmail-send program at q.example.\n\n<{ANN}>:\nSorry, I couldn't find any host"
        " named people.example. (#5.1.2)\n\n--- Below this line is a copy of the message.\n\n",
        HARD,
    ),
    Sample(
        "qmail, given up",
        "MAILER-DAEMON@q.example",
        "failure notice",
        f"Hi. This is the qmail-send program at q.example.\n\n<{ANN}>:\nSorry, I wasn't able to establish"
        " an SMTP connection. (#4.4.1)\nI'm not going to try again; this message has been in the queue too"
        " long.\n\n--- Below this line is a copy of the message.\n\n",
        SOFT,
    ),
    Sample(
        "m-FILTER",
        "POSTMASTER <postmaster@mf.example>",
        "failure notice",
        "このメールは「m-FILTER」が自動的に生成して送信しています。\n以下のメールアドレスへの送信に失敗しました。\n"
        f"{ANN}\n\n-------server message\n550 unknown user <{ANN}>\n\n-------SMTP command\nDATA\n\n"
        "-------original message\nReceived: from x\n",
        HARD,
        "Content-Type: text/plain; charset=utf-8\n",
    ),
    Sample(
        "Verizon",
        "post_master@vtext.example",
        "Undeliverable Message",
        part(
            "Your message could not be delivered:\n\nError: Invalid user address\n\nMessage details:\n"
            f"  MAIL FROM: news@shop.example\n  RCPT TO: {ANN}\n"
        )
        + "--B--\n",
        HARD,
        MIXED,
    ),
    Sample(
        "MailMarshal",
        "postmaster@mm.example",
        'Undeliverable Mail: "News"',
        part(
            "Your message:\n   From:    news@shop.example\n   Subject: News\n\nCould not be delivered"
            f" because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected: \n    {ANN}\n"
        )
        + "--B--\n",
        HARD,
        MIXED,
    ),
    Sample(
        "Trend Micro",
        '"InterScan MSS" <postmaster@tm.example>',
        "Mail delivery failed",
        part(f"Sent <<< RCPT TO:<{ANN}>\nReceived >>> 550 5.1.1 <{ANN}>... user unknown\n")
        + part("To: x@y.example\n\nhello", "message/rfc822")
        + "--B--\n",
        HARD,
        MIXED,
    ),
    Sample(
        "Apache James",
        "postmaster@james.example",
        "Re:News",
        part(
            "Hi. This is the James mail server at james.example.\nI'm afraid I wasn't able to deliver your"
            " message to the following addresses.\nThis is a permanent error; I've given up.\n\nFailed"
            f" recipient(s):\n{ANN}\n\nError message:\n550 - Requested action not taken: no such user here\n"
        )
        + "--B--\n",
        HARD,
        "In-Reply-To: <m@shop.example>\n" + MIXED,
    ),
    Sample(
        "Zoho",
        "mailer-daemon@mail.zoho.example",
        "Undelivered Mail Returned to Sender",
        part(
            "This message was created automatically by mail delivery software.\nA message that you sent"
            " could not be delivered to one or more of its recipients. This is a permanent error.\n\n"
            f"{ANN} Invalid Address, ERROR_CODE :550, ERROR_CODE :Requested action not taken: mailbox"
            " unavailable\n"
        )
        + "--B--\n",
        HARD,
        "Return-Path: <>\n" + MIXED,
    ),
    dsn("Courier", "5.1.2", "550 No such domain.", HARD),
    dsn("PowerMTA", "5.0.0", "smtp;550 5.0.0 host unknown", HARD),
    dsn(
        "a report whose reason stands in its sentences",
        "5.0.0",
        "",
        HARD,
        f"<{ANN}>: no such user\n",
    ),
    Sample(
        "X.400",
        "postmaster@x400.example",
        f"Delivery Report (failure) for {ANN}",
        part(
            f"Your message was not delivered to:\n        {ANN}\nfor the following reason:\nDiagnostic was"
            " Unrecognised O/R name\nInformation Unknown recipient\n\nThe Original Message follows:\n"
        )
        + part(
            "Reporting-MTA: x400; mta x in /ADMD= /C=WW/\n\n"
            f"Original-Recipient: rfc822; {ANN}\nFinal-Recipient: x400; /RFC-822=ann(a)people/C=WW/\n"
            "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: X400; Reason 1; Diagnostic 0\n",
            "message/delivery-status",
        )
        + "--B--\n",
        HARD,
        REPORT,
    ),
    Sample(
        "FML",
        "list-admin@fml.example",
        "NOT MEMBER article from news@shop.example (list ML)",
        "Sorry, you are not member of this mailing list: members only.\n",
        OTHER,
        "Return-Path: <list-admin@fml.example>\n",
        recipient="",
    ),
    Sample(
        "Yahoo",
        "MAILER-DAEMON@yahoo.example",
        "Failure Notice",
        "Sorry, we were unable to deliver your message to the following address.\n\n"
        f"<{ANN}>:\n554: delivery error: dd This user doesn't have a yahoo.com account ({ANN}) [0]\n\n"
        "--- Below this line is a copy of the message.\n\n",
        HARD,
    ),
    Sample(
        "Novell GroupWise",
        "Mailer-Daemon@gw.example",
        "Message status - undeliverable",
        part(
            f"The message that you sent was undeliverable to the following:\n\n\t{ANN} (user not found)\n"
        )
        + "--B--\n",
        HARD,
        MIXED,
    ),
    Sample(
        "a page instead of a text",
        "postmaster@html.example",
        "Undeliverable: News",
        f"<html><body><p>Delivery has failed to these recipients:</p><p>{ANN}<br>The email address you"
        " entered couldn&#39;t be found.</p></body></html>",
        HARD,
        "Content-Type: text/html; charset=utf-8\n",
    ),
    Sample(
        "Microsoft's loop",
        "staff@webmail.example",
        "complaint about message from 192.0.2.7",
        part(
            f"X-HmXmrOriginalRecipient: {ANN}\nX-Reporter-IP: 192.0.2.99\nFrom: news@shop.example\n\nHi",
            "message/rfc822",
        )
        + "--B--\n",
        BounceKind.COMPLAINT,
        MIXED,
    ),
    Sample(
        "Microsoft, in a carrier's words",
        "Postmaster@carrier.example",
        "Mail System Error - Returned Mail",
        part(
            "Each of the following recipients was rejected by a remote mail server.\n\n"
            f"    Recipient: <{ANN}>\n    >>> MAIL FROM:<news@shop.example>\n    <<< 550 SC-002 Too many"
            " unwanted messages came from your network.\n"
        )
        + "--B--\n",
        OTHER,
        MIXED,
    ),
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
