"""People's data, mail to many, and what browsers say."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from tradepost.law.places import EEA, FRANCE, UNITED_STATES
from tradepost.law.types import Law

_GDPR = date(2018, 5, 25)

PEOPLE = (
    Law(
        id="privacy-notice",
        title=_("Privacy notice"),
        source="Art. 12–14 GDPR (Regulation 2016/679)",
        since=_GDPR,
        places=EEA,
        asks=_("Whose data is taken reads what for, for how long and who gets it."),
        checks=("notice in force",),
    ),
    Law(
        id="rights-in-time",
        title=_("Answers to requests about own data"),
        source="Art. 12(3), 15–22 GDPR (Regulation 2016/679)",
        since=_GDPR,
        places=EEA,
        asks=_(
            "Whoever asks for their data, a correction or an erasure gets an answer within a month."
        ),
        checks=("requests in time",),
    ),
    Law(
        id="processing-record",
        title=_("Record of processing"),
        source="Art. 30(1) GDPR (Regulation 2016/679)",
        since=_GDPR,
        places=EEA,
        asks=_("There is a record of what is processed, what for, who gets it and when it goes."),
        checks=("record complete",),
    ),
    Law(
        id="processing-contracts",
        title=_("Contracts with whoever processes for you"),
        source="Art. 28(3), 44–46 GDPR (Regulation 2016/679)",
        since=_GDPR,
        places=EEA,
        asks=_(
            "Whoever processes data for the shop does it under a contract, and data leaves the European Economic Area only with a safeguard."
        ),
        checks=("agreement ready", "parties bound"),
    ),
    Law(
        id="retention",
        title=_("Data that is no longer needed goes"),
        source="Art. 5(1)(e), 17 GDPR; EDPB coordinated action 2025",
        since=_GDPR,
        places=EEA,
        asks=_("Everything about people has a period, and is deleted when it is over."),
        checks=("retention runs",),
    ),
    Law(
        id="breach",
        title=_("Reporting a breach"),
        source="Art. 33, 34 GDPR (Regulation 2016/679)",
        since=_GDPR,
        places=EEA,
        asks=_(
            "The authority learns of a breach within 72 hours, and those touched by it at once if the risk is high."
        ),
        checks=("breaches in time",),
    ),
    Law(
        id="opening-pixels",
        title=_("Measuring who opens a mail (France)"),
        source="CNIL, délibération 2026-042",
        since=date(2026, 7, 14),
        places=FRANCE,
        asks=_(
            "Per person only with consent, which can be withdrawn, also for mail that was sent before."
        ),
        only_for=("newsletters", "measuring"),
        checks=("measured with consent",),
    ),
    Law(
        id="privacy-signal-us",
        title=_("Global Privacy Control (California)"),
        source="11 CCR § 7025",
        since=date(2026, 1, 1),
        places=UNITED_STATES,
        asks=_(
            "A browser’s signal counts as an objection, and the page says that it was honoured."
        ),
        checks=("signal honoured",),
    ),
    Law(
        id="bulk-mail",
        title=_("Mail to many"),
        source="Sender requirements of Gmail, Yahoo and Microsoft",
        since=date(2024, 2, 1),
        places=None,
        asks=_("Signed mail, leaving by one click, and fewer than 3 complaints in 1,000 messages."),
        only_for=("newsletters",),
        checks=("complaints few",),
        by_hand=_(
            "Tradepost signs, offers the one click and stops at complaints, but does not yet refuse more than 5,000 messages a day from a domain without DMARC. Ask whoever runs this system whether the record is there."
        ),
    ),
    Law(
        id="vulnerabilities",
        title=_("Weaknesses of the software"),
        source="Art. 14 Regulation 2024/2847 (Cyber Resilience Act)",
        since=date(2026, 9, 11),
        places=EEA,
        asks=_("Whoever makes software reports weaknesses that are exploited."),
        only_for=("maker of software",),
        by_hand=_("Whoever makes Tradepost must do this; a shop need not."),
    ),
)
