"""Suppressions by the REST API."""

import pytest

from tradepost.delivery.actions import suppress
from tradepost.delivery.queries import is_suppressed
from tradepost.delivery.types import SuppressionReason

pytestmark = pytest.mark.django_db

ANN = "ann@example.com"


def test_why_nothing_is_sent_is_told_and_a_mended_mailbox_is_lifted(call, in_scope):
    assert call("GET", f"/suppressions?email={ANN}").status_code == 404
    suppress(address=ANN, reason=SuppressionReason.BOUNCE, merchant=in_scope)
    said = call("GET", "/suppressions?email=Ann@Example.com").json()
    assert (said["email"], said["cause"], said["may_be_lifted"]) == (ANN, "bounce", True)
    body = {"email": ANN, "reason": "mailbox mended"}
    assert call("POST", "/suppressions/lift", body).status_code == 204
    assert is_suppressed(address=ANN, merchant_id=in_scope.pk) is None
    assert call("POST", "/suppressions/lift", body).status_code == 404


def test_a_complaint_stays_and_another_shops_row_is_not_there(call, in_scope, other_merchant):
    suppress(address=ANN, reason=SuppressionReason.COMPLAINT, merchant=in_scope)
    suppress(address="bob@example.com", reason=SuppressionReason.BOUNCE, merchant=other_merchant)
    lift = {"reason": "we asked nicely"}
    assert call("POST", "/suppressions/lift", lift | {"email": ANN}).status_code == 409
    assert (
        call("POST", "/suppressions/lift", lift | {"email": "bob@example.com"}).status_code == 404
    )
    assert is_suppressed(address=ANN, merchant_id=in_scope.pk) == "complaint"


@pytest.mark.parametrize(
    "body",
    [
        {"email": "x", "reason": "why"},
        {"email": ANN, "reason": ""},
        {"email": ANN, "reason": " \t "},
        {"email": ANN, "reason": "a@b"},
    ],
)
def test_a_body_that_does_not_fit_is_refused(body, call, in_scope):
    suppress(address=ANN, reason=SuppressionReason.BOUNCE, merchant=in_scope)
    assert call("POST", "/suppressions/lift", body).status_code == 422
    assert is_suppressed(address=ANN, merchant_id=in_scope.pk)
