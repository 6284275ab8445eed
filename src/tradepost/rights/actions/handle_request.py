"""Answering, at the desk, a request that arrived by letter, telephone or e-mail."""

from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.audit.types import Actor
from tradepost.datamap.vocabulary import Purpose
from tradepost.rights.actions import rights
from tradepost.rights.models import RightsRequest
from tradepost.rights.types import Right


def carry_out(*, request: RightsRequest, identity_checked: str, outcome: str, by: Actor) -> None:
    """Do what was asked where the program can, and stop the clock; an answered one stays as it is.

    Erasure, restriction, lifting and objection (to newsletters and promotions) are done here; a
    correction, a copy or a withdrawal is what the answer says was done. An erasure that meets a hold
    stays open until the hold ends.
    """
    if request.done_at is not None:
        return
    with transaction.atomic():
        with scopes_disabled():
            RightsRequest.objects.filter(pk=request.pk).update(identity_checked=identity_checked)
        request.refresh_from_db()
        ref = request.ref
        if request.right == Right.ERASE:
            rights.erase_on_request(ref=ref, request=request, by=by)
        elif request.right == Right.RESTRICT:
            rights.restrict(ref=ref, request=request, by=by)
        elif request.right == Right.LIFT:
            rights.lift_restriction(ref=ref, request=request, by=by)
        elif request.right == Right.OBJECT:
            news = (Purpose.NEWSLETTERS, Purpose.PROMOTIONS)
            rights.object_to(ref=ref, purposes=news, request=request, by=by)
        request.refresh_from_db()
        if request.begun_at is None:
            rights.answer_request(request=request, outcome=outcome or "answered", by=by)
