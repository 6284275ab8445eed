"""What a person is told of breaches: in a running visit to their own data, or signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tradepost.breaches.queries import breaches_that_touched
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.identity.models import User
from tradepost.rights.actions.portal import subject_of, visit_of
from tradepost.rights.types import COOKIE


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everybody else starts at the form for a link."""
    visit = visit_of(request.COOKIES.get(COOKIE, ""))
    if visit is not None:
        ref = subject_of(visit)
    elif isinstance(request.user, User):
        ref = SubjectRef(Subject.MEMBER, request.user.email)
    else:
        return redirect("rights:ask")
    shown = {"rows": breaches_that_touched(ref), "in_visit": visit is not None}
    return render(request, "breaches/mine.html", shown)
