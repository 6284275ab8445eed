"""The notice for programs: JSON-LD in the words of the W3C's Data Privacy Vocabulary, version 2.

What the checks found stands beside it in the words of EARL, the W3C's language for results of tests.
"""

from collections.abc import Iterator

from django.conf import settings

from tradepost.datamap.processors import NamedRecipient
from tradepost.datamap.vocabulary import Basis, Kind, Purpose
from tradepost.datamap.words import word
from tradepost.lib import clock
from tradepost.modules.places import place
from tradepost.notice.addresses import address, address_for_programs
from tradepost.notice.catalogue import PROMISES
from tradepost.notice.document import Collected, PrivacyNotice
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import NoticeVariant, PromiseState
from tradepost.notice.versions import posted_versions
from tradepost.rights.words import kept_in_words

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "earl": "http://www.w3.org/ns/earl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
PURPOSES = {
    Purpose.SERVICE: "dpv:ServiceProvision",
    Purpose.ORDERS: "dpv:CustomerOrderManagement",
    Purpose.BILLING: "dpv:FulfilmentOfContractualObligation",
    Purpose.SUPPORT: "dpv:CustomerCare",
    Purpose.SECURITY: "dpv:EnforceSecurity",
    Purpose.ANNOUNCEMENTS: "dpv:CommunicationManagement",
    Purpose.NEWSLETTERS: "dpv:DirectMarketing",
    Purpose.PROMOTIONS: "dpv:Marketing",
    Purpose.STATISTICS: "dpv:ServiceUsageAnalytics",
    Purpose.LEGAL: "dpv:FulfilmentOfObligation",
}
BASES = {
    Basis.CONSENT: "eu-gdpr:A6-1-a",
    Basis.CONTRACT: "eu-gdpr:A6-1-b",
    Basis.LEGAL: "eu-gdpr:A6-1-c",
    Basis.INTEREST: "eu-gdpr:A6-1-f",
}
_UNNAMED = "dpv:PersonalData"  # where the vocabulary has no word of its own
KINDS = {
    Kind.NAME: "pd:Name",
    Kind.EMAIL: "pd:EmailAddress",
    Kind.PHONE: "pd:TelephoneNumber",
    Kind.ADDRESS: "pd:PhysicalAddress",
    Kind.COUNTRY: "pd:Country",
    Kind.LANGUAGE: "pd:Language",
    Kind.WEBSITE: "pd:Contact",
    Kind.BUSINESS: "pd:Professional",
    Kind.NETWORK: "pd:IPAddress",
    Kind.DEVICE: "pd:DeviceSoftware",
    Kind.CREDENTIAL: "pd:Authenticating",
    Kind.ORDER: "pd:Transactional",
    Kind.PAYMENT: "pd:Transactional",
    Kind.MESSAGE: "pd:Communication",
    Kind.BEHAVIOUR: "pd:BrowsingBehavior",
    Kind.CONSENT: _UNNAMED,
    Kind.ACTIVITY: "pd:Behavioral",
    Kind.CUSTOM: _UNNAMED,
    Kind.FILE: _UNNAMED,
}
OUTCOMES = {
    PromiseState.KEPT: "earl:passed",
    PromiseState.BROKEN: "earl:failed",
    PromiseState.EXPIRED: "earl:cantTell",
    PromiseState.NOT_OFFERED: "earl:inapplicable",
}

Node = dict[str, object]


def as_json_ld(notice: PrivacyNotice) -> Node:
    """One document: who, what, why, how long, to whom, and each promise with the newest result."""
    here = settings.TRADEPOST.base_url
    merchant = notice.merchant
    version = posted_versions(merchant).in_force
    return {
        "@context": CONTEXT,
        "@id": here + address_for_programs(merchant),
        "@type": "dpv:PrivacyNotice",
        "dct:title": f"Privacy: {merchant.name if merchant else settings.TRADEPOST.operator_name}",
        "dct:modified": _time(clock.now().isoformat()),
        "dct:hasVersion": version.number if version else None,
        "dct:isFormatOf": [
            {"@id": here + address("notice", merchant, variant), "dct:spatial": variant.value}
            for variant in NoticeVariant
        ],
        "dpv:hasDataController": _controller(notice),
        "dpv:hasDataSubject": "dpv:Customer" if merchant else "dpv:User",
        "dpv:hasRight": [f"eu-gdpr:A{number}" for number in (7, 13, 15, 16, 17, 18, 20, 21, 77)],
        "dpv:hasProcess": [_process(line) for line in notice.collected],
        "dpv:hasRecipient": [_recipient(party) for party in notice.processors],
        "dct:conformsTo": list(_promises(notice)),
    }


def _controller(notice: PrivacyNotice) -> Node:
    return {
        "@type": "dpv:DataController",
        "dpv:hasName": notice.controller.name,
        "dpv:hasContact": notice.controller.email,
    }


def _process(line: Collected) -> Node:
    return {
        "@type": "dpv:Process",
        "dct:identifier": line.id,
        "dct:title": line.what,
        "dpv:hasPersonalData": [
            {"@type": KINDS[kind], "dct:title": word(kind)} for kind in line.of_kinds
        ],
        "dpv:hasPurpose": [PURPOSES[purpose] for purpose in line.for_purposes],
        "dpv:hasLegalBasis": [BASES[basis] for basis in line.on_bases],
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageDuration", "dct:description": kept_in_words(rule)}
            for rule in line.keep
        ],
    }


def _recipient(party: NamedRecipient) -> Node:
    return {
        "@type": "dpv:Recipient",
        "dpv:hasName": party.name,
        "dpv:hasPurpose": str(party.why),
        "dpv:hasPersonalData": [KINDS[kind] for kind in party.what],
        "dpv:hasLocation": party.country,
        "dpv:hasTechnicalOrganisationalMeasure": str(party.safeguard),
    }


def _promises(notice: PrivacyNotice) -> Iterator[Node]:
    """Those of the notice, and those that a check finds broken now, which the notice leaves out."""
    texts = {sentence.id: sentence.text for sentence in notice.sentences}
    results = PromiseResult.objects.filter(check_name="")
    for row in sorted(results, key=lambda row: row.promise):
        if row.promise not in PROMISES or row.state == PromiseState.NOT_OFFERED:
            continue
        yield {
            "@id": f"{settings.TRADEPOST.base_url}{place('proof')}#{row.promise}",
            "@type": "earl:Assertion",
            "dct:description": texts.get(row.promise),
            "earl:mode": row.evidence_class,
            "earl:result": {
                "@type": "earl:TestResult",
                "earl:outcome": OUTCOMES[PromiseState(row.state)],
                "dct:date": _time(row.at.isoformat()),
            },
        }


def _time(said: str) -> Node:
    return {"@type": "xsd:dateTime", "@value": said}
