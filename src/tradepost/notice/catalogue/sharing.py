"""Who gets data, and how it is protected."""

from django.utils.translation import gettext_lazy as _

from tradepost.notice.catalogue.types import Audience, Section, section_of

ALL, MERCHANT, CUSTOMER = Audience.EVERYBODY, Audience.MERCHANT, Audience.CUSTOMER

SHARING = section_of(
    Section.SHARING,
    ("share.no-sale", "MXNCP", ALL, _("We do not sell, rent or trade personal data.")),
    (
        "share.processors",
        "XNPC",
        ALL,
        _(
            "Every outside party is in the table below, with what it gets, why, where it is and the safeguards. The program refuses to connect to anybody else."
        ),
    ),
    ("share.deliver-only", "C", CUSTOMER, _("A carrier gets only what delivery needs.")),
    ("share.legal", "XPC", ALL, _("Disclosures that the law demands are written to a ledger.")),
    (
        "share.aggregate-only",
        "NP",
        ALL,
        _(
            "Statistics about what people do that anybody but the shop itself gets to see describe groups of at least %(k)s people, and smaller groups are left out, with whatever would give them away. So it is with the figures of the machine, which tell whoever runs it what became of letters, and, in a shop's own reports, with the mail programs and devices of its readers. Otherwise a shop sees of its own letters how often each was opened, whatever the number."
        ),
    ),
    (
        "share.notice-before",
        "P",
        ALL,
        _(
            "A new recipient is announced in this notice %(processor_notice_days)s days before the first transfer; until then the program refuses to connect to it."
        ),
    ),
    (
        "share.foreign",
        "C",
        ALL,
        _(
            "Where a recipient is in another country, the table names the country and the safeguard."
        ),
    ),
    (
        "share.external-links",
        "MNP",
        ALL,
        _("Links to other sites lead to other people's policies, and say so."),
    ),
    (
        "share.merger",
        "M",
        ALL,
        _(
            "A change of owner is announced prominently for %(notice_days)s days before any data moves."
        ),
    ),
)

SECURITY = section_of(
    Section.SECURITY,
    (
        "secure.tls",
        "MXNCP",
        ALL,
        _(
            "Pages are reached over encrypted connections (TLS) and tell browsers to insist on it; only an instance that nobody but its own machine can reach does without."
        ),
    ),
    (
        "secure.passwords",
        "XN",
        MERCHANT,
        _("Passwords are kept as Argon2id hashes, which we cannot read back."),
    ),
    (
        "secure.lockout",
        "M",
        MERCHANT,
        _(
            "Repeated wrong passwords block further tries for a while; a stranger cannot lock you out for good."
        ),
    ),
    ("secure.signed", "N", ALL, _("Links, tokens and outgoing mail are signed.")),
    (
        "secure.sign-in-needed",
        "N",
        MERCHANT,
        _("An account needs an e-mail address and a password; a second factor is offered."),
    ),
    (
        "secure.verify-identity",
        "XP",
        ALL,
        _(
            "Before personal data is shown or changed, identity is checked: by signing in, or by a link to the address in question that works once and for %(portal_link_minutes)s minutes."
        ),
    ),
    (
        "secure.measures",
        "XNCP",
        ALL,
        _("Firewalls, locked premises and instructions to staff protect the machines."),
    ),
    (
        "secure.no-guarantee",
        "XNC",
        ALL,
        _("No system is perfectly secure, and this one is no exception."),
    ),
)
