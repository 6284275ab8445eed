"""What people can choose, cookies, and who sees what."""

from django.utils.translation import gettext_lazy as _

from tradepost.notice.catalogue.types import Audience, Section, section_of

ALL, MERCHANT, CUSTOMER = Audience.EVERYBODY, Audience.MERCHANT, Audience.CUSTOMER

CHOICE = section_of(
    Section.CHOICE,
    (
        "choice.unsubscribe-everywhere",
        "CNP",
        ALL,
        _(
            "Every newsletter tells you at the bottom how to unsubscribe, and mail programs can do it with one click."
        ),
    ),
    (
        "choice.unsubscribe-by-message",
        "CN",
        ALL,
        _("You can also unsubscribe by mail: each newsletter names an address that does it."),
    ),
    (
        "choice.restrict",
        "P",
        ALL,
        _(
            "You can have the use of your data stopped. Until you lift the stop, your data is stored and used for no purpose but your rights and the law."
        ),
    ),
    (
        "choice.object",
        "P",
        ALL,
        _(
            "If you object to a purpose, your data is no longer used for it, and an import does not undo that."
        ),
    ),
    (
        "choice.dnt",
        "P",
        ALL,
        _(
            "We honour Do Not Track and Global Privacy Control: with either one on, nothing is tracked and no cookie is set that is not needed."
        ),
    ),
    (
        "choice.cookies-refusable",
        "PXN",
        ALL,
        _(
            "Without cookies the shop still sells and pages still read. Only the back office and the visit to your own data need one."
        ),
    ),
    ("choice.modules", "X", MERCHANT, _("Each module can be switched off.")),
    (
        "choice.privacy-link",
        "P",
        ALL,
        _(
            "The home page and the first page of each shop link to this notice with the word “Privacy”."
        ),
    ),
)

COOKIES = section_of(
    Section.COOKIES,
    (
        "cookie.admin-session",
        "M",
        MERCHANT,
        _(
            "The back office uses session cookies, which end with the browser. Without cookies nobody gets in."
        ),
    ),
    (
        "cookie.registry",
        "MXNP",
        ALL,
        _(
            "Every cookie is in the table below with its purpose and life; the program refuses to set one that is not."
        ),
    ),
    (
        "cookie.cart-preferences",
        "PX",
        ALL,
        _("Cart and preference cookies belong to this site and carry no identity."),
    ),
    (
        "cookie.third-party",
        "MNP",
        ALL,
        _(
            "Cookies of other companies exist only where a shop switched on a module that declares them, after you agreed, and not under Do Not Track."
        ),
    ),
)

ACCESS = section_of(
    Section.ACCESS,
    (
        "access.need-to-know",
        "CPM",
        ALL,
        _("Team members and staff see only what their role needs."),
    ),
    (
        "access.recorded",
        "MNC",
        ALL,
        _(
            "Whenever staff look at a person's data, the record says who, what, when and why. Your own part of it is in the portal."
        ),
    ),
    (
        "access.break-glass",
        "N",
        MERCHANT,
        _(
            "Mail content is reviewed only on strong suspicion of abuse, with a reason, a second person's approval and a time limit, and you are told afterwards."
        ),
    ),
    (
        "access.merchant-only",
        "MX",
        ALL,
        _("A shop's customers are seen by that shop alone, not by other shops."),
    ),
    (
        "access.break-glass",
        "N",
        ALL,
        _(
            "The operator's staff have no standing access to a shop's mail. Only on strong suspicion of abuse may one of them read it: with a reason, after a second one has agreed, for %(mail_review_hours)s hours at most; each look is recorded, and the shop is told afterwards."
        ),
    ),
    (
        "access.relay",
        "M",
        CUSTOMER,
        _(
            "If you cannot reach a shop, the operator puts you through without disclosing either address, after a recorded decision."
        ),
    ),
    (
        "access.confidentiality",
        "XP",
        ALL,
        _("Staff and the companies that work for us are bound to confidentiality."),
    ),
    (
        "access.suspension",
        "B",
        MERCHANT,
        _(
            "If we suspend a shop, it sends no campaign and takes no order until that is lifted. We say why by mail and in the back office; nothing is erased for it, the back office stays readable, and the rights of its team and customers over their data are not touched."
        ),
    ),
    (
        "access.two-tier",
        "MXC",
        ALL,
        _(
            "Customer data belongs to the shop, which decides about it; the operator only processes it for the shop."
        ),
    ),
)
