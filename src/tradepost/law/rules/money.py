"""Taxes and invoices."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from tradepost.law.places import BELGIUM, EU, FRANCE, GERMANY
from tradepost.law.types import Law, Reach

_NO_E_INVOICES = _(
    "Tradepost writes invoices as PDF and no e-invoices (EN 16931) yet. Let your bookkeeping or another service write them from the export of invoices."
)
_TO_COMPANIES = _("Invoices to companies are e-invoices (EN 16931); a PDF is none.")

MONEY = (
    Law(
        id="vat-destination",
        title=_("Value added tax of the buyer’s country"),
        source="Art. 33, 59c Directive 2006/112/EC (VAT)",
        since=date(2021, 7, 1),
        places=EU,
        reach=Reach.SELLERS_THERE,
        asks=_(
            "Above 10,000 euros a year to people in other member states, each sale carries the tax of the country it goes to."
        ),
        only_for=("consumers", "products"),
        checks=("tax by destination",),
    ),
    Law(
        id="vat-reverse-charge",
        title=_("Sales to companies in other member states"),
        source="Art. 138, 196 Directive 2006/112/EC (VAT)",
        since=date(2020, 1, 1),
        places=EU,
        reach=Reach.SELLERS_THERE,
        asks=_(
            "Without tax only with a VAT number of the buyer that was checked, and a proof of it."
        ),
        only_for=("companies", "products"),
        by_hand=_(
            "Tradepost charges tax to everybody and does not check VAT numbers yet. Correct such invoices yourself, and keep the answer of VIES."
        ),
    ),
    Law(
        id="e-invoice-de-large",
        title=_("E-invoices in Germany, larger companies"),
        source="§ 14(2), § 27(38) UStG",
        since=date(2027, 1, 1),
        places=GERMANY,
        reach=Reach.SELLERS_THERE,
        asks=_TO_COMPANIES,
        only_for=("companies", "products", "large turnover"),
        by_hand=_NO_E_INVOICES,
    ),
    Law(
        id="e-invoice-de",
        title=_("E-invoices in Germany, everybody"),
        source="§ 14(2), § 27(38) UStG",
        since=date(2028, 1, 1),
        places=GERMANY,
        reach=Reach.SELLERS_THERE,
        asks=_TO_COMPANIES,
        only_for=("companies", "products"),
        by_hand=_NO_E_INVOICES,
    ),
    Law(
        id="e-invoice-be",
        title=_("E-invoices in Belgium"),
        source="Art. 53 § 2bis Code de la TVA (law of 6 February 2024)",
        since=date(2026, 1, 1),
        places=BELGIUM,
        reach=Reach.SELLERS_THERE,
        asks=_TO_COMPANIES,
        only_for=("companies", "products"),
        by_hand=_NO_E_INVOICES,
    ),
    Law(
        id="e-invoice-fr-receive",
        title=_("Receiving e-invoices in France"),
        source="Art. 289 bis CGI; art. 91 loi 2023-1322",
        since=date(2026, 9, 1),
        places=FRANCE,
        reach=Reach.SELLERS_THERE,
        asks=_("Each company can receive e-invoices, by a platform of its choice."),
        by_hand=_("Tradepost receives no invoices. Choose a platform for it."),
    ),
    Law(
        id="e-invoice-eu",
        title=_("E-invoices across borders"),
        source="Directive 2025/516 (VAT in the digital age)",
        since=date(2030, 7, 1),
        places=EU,
        reach=Reach.SELLERS_THERE,
        asks=_("Invoices to companies in other member states are e-invoices, and are reported."),
        only_for=("companies", "products"),
        by_hand=_NO_E_INVOICES,
    ),
)
