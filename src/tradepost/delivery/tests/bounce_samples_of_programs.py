"""As ``bounce_samples``, of mail programs and gateways that people run themselves."""

from tradepost.delivery.tests.bounce_samples import (
    ANN,
    HARD,
    MIXED,
    OTHER,
    REPORT,
    SOFT,
    Sample,
    dsn,
    part,
)
from tradepost.delivery.types import BounceKind

SAMPLES_OF_PROGRAMS = [
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
]
