"""Of breaches: who is on the frozen list, who got a letter, when the report is due."""

from collections import Counter
from datetime import timedelta

from tradepost.assurance.whole.doors.incidents import BY_PROGRAM, DRILL, EARNEST, listed
from tradepost.assurance.whole.story import RIVAL, Story
from tradepost.assurance.whole.types import OracleReport
from tradepost.breaches.models import Incident

_LAW = timedelta(hours=72)  # Art. 33(1) GDPR; what the product works out is compared with it
_ROUNDED = timedelta(minutes=2)


def incidents_oracle(story: Story) -> OracleReport:
    everybody, read = listed(story, EARNEST), listed(story, BY_PROGRAM)
    letters = _letters(story, EARNEST)
    rivals = {f"{mark}@people.example" for mark in story.marks.of(RIVAL)}
    broken = [f"a drill wrote to {address}" for address in _letters(story, DRILL)]
    broken += [f"{address} is on the list of another shop" for address in everybody & rivals]
    broken += [f"{address} got {count} letters" for address, count in letters.items() if count > 1]
    broken += [
        f"{address} is on the list and got no letter" for address in everybody - set(letters)
    ]
    broken += [f"{address} got a letter and is not listed" for address in set(letters) - everybody]
    if story.email not in everybody:
        broken.append("whoever stands in records that lay open is not on the list")
    if story.email not in read:
        broken.append("whom a program read is not on the list")
    broken += [
        f"a report is due {row.due_at - row.known_at} after the moment of knowledge"
        for row in Incident.objects.all()
        if abs(row.due_at - row.known_at - _LAW) > _ROUNDED
    ]
    return OracleReport(
        oracle="incidents",
        promises=("breach.clock", "breach.who"),
        evidence=f"{len(everybody)} people in open records and {len(read)} whom a program read were listed; "
        f"{sum(letters.values())} letters left, one each, and none of a drill.",
        broken=broken,
        counts={"letters": sum(letters.values())},
    )


def _letters(story: Story, what: str) -> Counter[str]:
    """To whom mails left that say the word of the incident; the shop's own reminders aside."""
    words = story.incidents[what][1]
    return Counter(
        mail.recipient.lower()
        for mail in story.house.mails
        if words in mail.text and "privacy/incidents/" not in mail.text
    )
