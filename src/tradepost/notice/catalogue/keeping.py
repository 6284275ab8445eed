"""How long things stay, and people's rights."""

from django.utils.translation import gettext_lazy as _

from tradepost.notice.catalogue.types import Audience, Section, section_of

ALL, MERCHANT, CUSTOMER = Audience.EVERYBODY, Audience.MERCHANT, Audience.CUSTOMER

KEEPING = section_of(
    Section.KEEPING,
    (
        "keep.rule-for-everything",
        "MXNCP",
        ALL,
        _(
            "Each stored piece of personal data has a rule that says how long it stays, from when, and why. The program does not start while one is missing."
        ),
    ),
    (
        "keep.orders-until-picked-up",
        "M",
        ALL,
        _(
            "Order data waits until the shop has accepted the order and goes %(order_period)s later; only orders that the shop archived stay."
        ),
    ),
    (
        "keep.archive",
        "M",
        ALL,
        _("Archived orders stay until they are deleted or the account is closed."),
    ),
    (
        "keep.relationship",
        "P",
        ALL,
        _(
            "Your data stays while the relationship lasts; %(silent_period)s without a sign of life end it."
        ),
    ),
    (
        "keep.closure",
        "MP",
        ALL,
        _(
            "Closing a shop's account erases the shop and all its customers, at the latest %(closing_days)s days later; the shop sees the date and may choose an earlier one. A record on which a hold stands goes when the hold ends."
        ),
    ),
    (
        "keep.invoices",
        "P",
        ALL,
        _(
            "Invoices stay for %(invoice_years)s years, because accounting law says so, with only the fields that the law needs."
        ),
    ),
    (
        "keep.purpose-gone",
        "X",
        ALL,
        _("What no longer serves its purpose goes. A dispute can hold it, with an end date."),
    ),
    (
        "keep.backups-month",
        "M",
        ALL,
        _(
            "Backups are encrypted under a key of their day. The key is deleted after %(backup_key_days)s days; then nobody can read them, on any copy."
        ),
    ),
    (
        "keep.deleted-gone-in-a-month",
        "M",
        ALL,
        _("A deleted order is gone from the whole system, backups included, after a month."),
    ),
    (
        "keep.no-resurrection",
        "B",
        ALL,
        _(
            "Restoring a backup does not bring erased people back: erasures, withdrawn consents, objections and unsubscriptions since are carried out again before the system opens."
        ),
    ),
)

RIGHTS = section_of(
    Section.RIGHTS,
    (
        "right.self-service",
        "MXP",
        ALL,
        _("You can see, correct and delete your data yourself at any time, at %(portal_url)s."),
    ),
    (
        "right.access",
        "PX",
        ALL,
        _(
            "You get a complete copy of everything held about you, and learn who saw it and who received it."
        ),
    ),
    ("right.rectify", "MXP", ALL, _("You can have any of it corrected.")),
    ("right.erase", "MP", ALL, _("You can have it erased; you are told what has to stay and why.")),
    ("right.portable", "P", ALL, _("You can take your data with you as JSON, CSV or XLSX.")),
    (
        "right.notified",
        "P",
        ALL,
        _(
            "When your data is changed or deleted you get one e-mail about it, and recipients who had the data are told."
        ),
    ),
    ("right.redress", "P", ALL, _("You may complain to %(supervisory_authority)s.")),
    (
        "right.contact",
        "MXNCP",
        ALL,
        _("Questions about privacy are answered at %(contact_email)s."),
    ),
    (
        "right.in-time",
        "CP",
        ALL,
        _("A request is answered within one month; a clock and a log see to it."),
    ),
)

NOTICE = section_of(
    Section.NOTICE,
    (
        "notice.public",
        "MXNCP",
        ALL,
        _("This notice is public and dated, and lists what is collected, used and disclosed."),
    ),
    (
        "notice.true",
        "B",
        ALL,
        _(
            "Its figures are the running settings, and each sentence shows how it was last checked and when."
        ),
    ),
    (
        "notice.changes-posted",
        "MXNCP",
        ALL,
        _(
            "Changes are posted here with the differences in plain sight, those of the operator's notice on the home page too."
        ),
    ),
    (
        "notice.thirty-days",
        "X",
        ALL,
        _("Changed terms take effect %(notice_days)s days after posting."),
    ),
    (
        "notice.versions",
        "XN",
        ALL,
        _("Old versions stay readable, and which version a person saw is known."),
    ),
    (
        "notice.variants",
        "XP",
        ALL,
        _(
            "Readers in the European Union, California and elsewhere get the text for them; a special text may promise more than the general one, not less."
        ),
    ),
    (
        "notice.announce",
        "XNP",
        MERCHANT,
        _("Account holders are told of changes by mail and in the back office."),
    ),
    (
        "breach.clock",
        "P",
        ALL,
        _(
            "If a breach touches you, you are told by mail and on the page of your own data, and the authority is told within %(breach_hours)s hours of our learning of it."
        ),
    ),
    (
        "breach.who",
        "B",
        ALL,
        _(
            "Who was touched by a breach is worked out from the access log and the data map, and the list is frozen."
        ),
    ),
    (
        "redress.individual",
        "P",
        ALL,
        _(
            "You can enforce your rights yourself, before courts or authorities; how is described below."
        ),
    ),
)
