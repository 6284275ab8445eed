"""The pages of the operators' desk for reading a shop's mail; who may open them, the console says."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.audit.types import Actor
from tradepost.breakglass.actions.review import (
    approve_review,
    ask_review,
    end_review,
    read_mail,
    refuse_review,
)
from tradepost.breakglass.covered import rows_of
from tradepost.breakglass.forms import AskReviewForm, RefuseReviewForm, ReviewShopForm
from tradepost.breakglass.looks import looks_in
from tradepost.breakglass.models import MailReview
from tradepost.breakglass.queries import all_reviews, most_hours, other_operators
from tradepost.breakglass.types import (
    AlreadyAnswered,
    MailKind,
    NeedsTwoOperators,
    NotCovered,
    NotOpen,
    OwnRequest,
    ReviewScope,
    ReviewState,
    Suspicion,
)
from tradepost.modules.places import place
from tradepost.ui.paging import page_of

_A_PAGE = 50
_REFUSED = {
    OwnRequest: gettext_lazy("Somebody else has to agree: you asked."),
    AlreadyAnswered: gettext_lazy("The request was answered already, or has lapsed."),
    NotOpen: gettext_lazy("The access is over."),
}


def list_page(request: HttpRequest, by: Actor) -> HttpResponse:
    page = page_of(all_reviews(), request, _A_PAGE)
    shown = {"page": page, "has_second": bool(other_operators(by.account_id))}
    return render(request, "breakglass/list.html", shown)


def ask_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """First whose mail, then why and how much. Alone nobody gets beyond the notice."""
    if not other_operators(by.account_id):
        return render(request, "breakglass/alone.html", status=403)
    chosen = ReviewShopForm(request.POST if "shop" in request.POST else None)
    if not chosen.is_valid():
        return render(request, "breakglass/ask.html", {"chosen": chosen})
    merchant = chosen.cleaned_data["shop"]
    form = AskReviewForm(merchant, request.POST if "reason" in request.POST else None)
    if form.is_valid():
        return _asked(request, by, form)
    shown = {"shop": merchant, "form": form, "most": most_hours()}
    return render(request, "breakglass/ask.html", shown, status=422 if form.errors else 200)


def _asked(request: HttpRequest, by: Actor, form: AskReviewForm) -> HttpResponse:
    said = form.cleaned_data
    try:
        review = ask_review(
            merchant=form.merchant,
            scope=ReviewScope(said["scope"]),
            covers=form.covers(),
            suspicion=Suspicion(said["suspicion"]),
            reason=said["reason"],
            hours=said["hours"],
            by=by,
        )
    except NeedsTwoOperators:
        return render(request, "breakglass/alone.html", status=403)
    messages.success(request, _("Asked. The other operators got a mail; one of them has to agree."))
    return redirect(place("reading of mail", review.public_id))


def review_page(request: HttpRequest, by: Actor, review: MailReview) -> HttpResponse:
    """Who, why, until when; for whoever asked, while it is open, which mails there are: no content."""
    state, is_mine = review.state, review.asked_by_id == by.account_id
    may_read = state is ReviewState.RUNNING and is_mine
    kinds = [kind for kind in MailKind if may_read and rows_of(review, kind).exists()]
    kind = _kind(request.GET.get("kind", "")) or (kinds[0] if kinds else None)
    shown = {
        "review": review,
        "state": state,
        "may_answer": state is ReviewState.ASKED and not is_mine,
        "may_read": may_read,
        "kinds": kinds,
        "kind": kind,
        "page": page_of(rows_of(review, kind), request, _A_PAGE) if may_read and kind else None,
        "looks": looks_in(review),
        "refusal": RefuseReviewForm(),
    }
    return render(request, "breakglass/review.html", shown)


def _kind(text: str) -> MailKind | None:
    return MailKind(text) if text in MailKind.values else None


def approve_page(request: HttpRequest, by: Actor, review: MailReview) -> HttpResponse:
    said = _("Agreed. Whoever asked can read from now on.")
    _carry_out(request, lambda: approve_review(review=review, by=by), said)
    return redirect(place("reading of mail", review.public_id))


def refuse_page(request: HttpRequest, by: Actor, review: MailReview) -> HttpResponse:
    form = RefuseReviewForm(request.POST)
    if form.is_valid():
        because = form.cleaned_data["because"]
        act = partial(refuse_review, review=review, because=because, by=by)
        _carry_out(request, act, _("Refused."))
    else:
        messages.error(request, _("Say why it is refused, without an address."))
    return redirect(place("reading of mail", review.public_id))


def end_page(request: HttpRequest, by: Actor, review: MailReview) -> HttpResponse:
    said = _("The access is over. The shop was told.")
    _carry_out(request, lambda: end_review(review=review, by=by), said)
    return redirect(place("reading of mail", review.public_id))


def mail_page(
    request: HttpRequest, by: Actor, review: MailReview, kind: str, mail_id: str
) -> HttpResponse:
    """The content of one mail. Raises: PermissionDenied, unless it is open to whoever asks; Http404."""
    known = _kind(kind)
    if known is None:
        raise Http404
    try:
        mail = read_mail(review=review, kind=known, public_id=mail_id, by=by)
    except NotOpen:
        raise PermissionDenied from None
    except NotCovered:
        raise Http404 from None
    return render(request, "breakglass/mail.html", {"review": review, "mail": mail})


def _carry_out(request: HttpRequest, act: Callable[[], None], said: str) -> None:
    try:
        act()
    except tuple(_REFUSED) as refusal:
        messages.error(request, _REFUSED[type(refusal)])
    else:
        messages.success(request, said)
