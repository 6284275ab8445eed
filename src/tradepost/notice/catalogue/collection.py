"""What is collected and what it is used for."""

from django.utils.translation import gettext_lazy as _

from tradepost.notice.catalogue.types import Audience, Section, section_of

ALL, MERCHANT, CUSTOMER = Audience.EVERYBODY, Audience.MERCHANT, Audience.CUSTOMER

COLLECTION = section_of(
    Section.COLLECTION,
    (
        "collect.account-minimum",
        "MXN",
        MERCHANT,
        _(
            "To open a shop we ask for a contact e-mail address, a password, and the name, country and language of the shop. Website, your name, telephone and kind of business are optional, and the form asks for nothing else."
        ),
    ),
    (
        "collect.billing-paid-plans-only",
        "MX",
        MERCHANT,
        _("We hold a billing name, address and e-mail address only for shops on a paid plan."),
    ),
    (
        "collect.only-when-given",
        "NCP",
        ALL,
        _(
            "Personal data comes in through the forms, imports and interfaces listed in this notice and in no other way."
        ),
    ),
    (
        "collect.anonymous-visit",
        "P",
        ALL,
        _(
            "You can read shops, pages and this notice without being identified: a visit leaves no identifier with us."
        ),
    ),
    (
        "collect.demographics-optional",
        "N",
        ALL,
        _(
            "Gender, occupation or year of birth are asked only where a merchant added such a question, and you may leave it empty."
        ),
    ),
    (
        "collect.no-cards",
        "XPN",
        ALL,
        _(
            "Card numbers are neither stored nor handled here; one typed into a text field is masked before it is saved."
        ),
    ),
    (
        "collect.no-provider-secrets",
        "X",
        MERCHANT,
        _(
            "Access codes of payment, domain and server providers are kept only where a module needs them, encrypted, and cannot be read back on any page."
        ),
    ),
    (
        "collect.support-access",
        "X",
        MERCHANT,
        _(
            "Remote access codes are asked for only while a support case needs them; they are sealed, and gone when the case is closed."
        ),
    ),
    (
        "collect.usage-log",
        "MXN",
        MERCHANT,
        _(
            "When you work in the back office we log sign-ins, the page, the time, a truncated network address, the kind of browser and what was done."
        ),
    ),
    (
        "collect.logs-without-identity",
        "X",
        ALL,
        _("Cookies and web server logs carry no e-mail address and no name."),
    ),
    (
        "collect.beacons",
        "N",
        ALL,
        _(
            "Opens and clicks in newsletters are counted anonymously. Whether you in particular opened or clicked is recorded only if you agreed to that separately."
        ),
    ),
    (
        "collect.no-enrichment",
        "NP",
        ALL,
        _(
            "We do not look you up elsewhere: nothing about you is bought, searched for or asked of third parties."
        ),
    ),
    (
        "collect.messages",
        "XP",
        ALL,
        _(
            "Messages and notes that you send are kept as part of your data; they are in your copy and go with an erasure."
        ),
    ),
    (
        "collect.telemetry",
        "X",
        MERCHANT,
        _(
            "The Concierge module, where switched on, sends back-office sign-ins and sign-outs, error messages, and changes of catalogue, payment and delivery settings, and no more."
        ),
    ),
    (
        "collect.telemetry-off",
        "X",
        MERCHANT,
        _(
            "The Concierge module is off until you switch it on, and you can switch it off at any time."
        ),
    ),
    (
        "collect.location",
        "MP",
        ALL,
        _(
            "The data is stored in %(storage_country)s (city: %(storage_city)s; host: %(storage_host)s)."
        ),
    ),
    (
        "collect.list-contents",
        "N",
        MERCHANT,
        _(
            "The operator's staff are technically able to see lists and mails; every look through the program is recorded."
        ),
    ),
)

PURPOSES = section_of(
    Section.PURPOSES,
    (
        "purpose.closed-list",
        "MXNCP",
        ALL,
        _("Personal data is used for these purposes: %(purposes)s."),
    ),
    (
        "purpose.basis",
        "CNP",
        ALL,
        _("Each use rests on a legal basis, which the table below names beside it."),
    ),
    ("purpose.security-log", "M", MERCHANT, _("The activity log serves security only.")),
    (
        "purpose.operational-contact",
        "M",
        MERCHANT,
        _(
            "We write to a shop's contact address about the running of the account only; we send merchants no mass mail."
        ),
    ),
    (
        "purpose.billing-mail-to-billing",
        "M",
        MERCHANT,
        _("Renewal notices and payment reminders go to the billing address."),
    ),
    (
        "purpose.statistics-fields",
        "M",
        MERCHANT,
        _(
            "The kind of business, and a copy of the country, are kept for statistics of the operator and serve nothing else; none has been drawn so far. The country from which you say that you sell decides about taxes and the first currency and time zone."
        ),
    ),
    (
        "purpose.opt-in-news",
        "XNCP",
        ALL,
        _(
            "Newsletters go only to people whose consent is on record: given in a form and confirmed by mail, or vouched for by the shop that brought the list. An order alone is no reason to write to you."
        ),
    ),
    (
        "purpose.service-mail",
        "XN",
        MERCHANT,
        _(
            "Messages that the account needs, such as a password link, cannot be switched off; only messages marked as such belong to them."
        ),
    ),
    (
        "purpose.promotions-as-agreed",
        "NC",
        ALL,
        _("Contests, promotions and surveys reach you only if you agreed to them separately."),
    ),
    (
        "purpose.follow-up",
        "NPX",
        ALL,
        _("Answers after a ticket, chat or call stay on that matter."),
    ),
    (
        "purpose.personalise-aggregate",
        "XNC",
        ALL,
        _("Where pages are tuned to groups of readers, a group counts at least %(k)s people."),
    ),
    (
        "purpose.dropbox",
        "M",
        ALL,
        _(
            "If you need to send something confidential, we give you a sealed drop link; we warn about plain e-mail."
        ),
    ),
    (
        "purpose.order-mail-warned",
        "M",
        CUSTOMER,
        _(
            "The mail that tells the shop about your order holds the order's number and a link, unless the shop chose otherwise after a warning."
        ),
    ),
)
