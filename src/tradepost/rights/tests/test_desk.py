"""The desk: requests by letter, telephone and mail, entered and answered on its pages."""

import pytest
from django_scopes import scopes_disabled

from tradepost.audit.types import PERSON
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.rights.actions.rights import ask_desk
from tradepost.rights.models import RightsRequest
from tradepost.rights.types import Channel, Right

pytestmark = pytest.mark.django_db
ANNA = "anna@example.org"


@pytest.mark.parametrize("right", Right.values)
@pytest.mark.parametrize("channel", [Channel.LETTER, Channel.TELEPHONE, Channel.EMAIL])
def test_a_request_is_entered_and_answered(office, merchant, right, channel):
    said = {"email": ANNA, "right": right, "channel": channel, "received_on": "2026-01-07"}
    entered = office.post(f"/office/{merchant.handle}/privacy/requests/new/", said)
    assert entered.status_code == 302
    answer = {"identity_checked": "called back", "outcome": "done as asked"}
    assert office.post(entered["Location"], answer).status_code == 302
    with scopes_disabled():
        row = RightsRequest.objects.get(channel=channel)
    assert row.right == right
    assert row.done_at


def test_what_somebody_writes_in_the_portal_is_told_to_the_shop_by_mail_and_tile(
    office, merchant, mailbox
):
    ref = SubjectRef(Subject.CUSTOMER, ANNA, merchant.pk)
    ask_desk(ref=ref, note="My name is spelt Anne.", by=PERSON)
    (mail,) = mailbox("rights/waiting")
    assert mail.address == merchant.contact_email
    assert "spelt" not in mail.text
    assert ANNA not in mail.text
    assert f"/office/{merchant.handle}/privacy/requests/" in mail.text
    assert "Privacy requests" in office.get(f"/office/{merchant.handle}/").text
