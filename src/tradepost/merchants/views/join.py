"""Joining a shop by invitation, or opening a further one."""

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from tradepost.identity.actions.accounts import AccountExists
from tradepost.identity.models import User
from tradepost.identity.queries import user_by_email
from tradepost.merchants.actions import team
from tradepost.merchants.actions.join import open_shop
from tradepost.merchants.forms import NewMemberForm, OpenShopForm
from tradepost.merchants.models import Invitation
from tradepost.merchants.newcomers import NotYet
from tradepost.modules.places import place


@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Signed in: a button. An account, signed out: sign in first. No account: make one here."""
    try:
        invitation = team.read_invitation(token)
    except team.InvitationSpent:
        return render(request, "merchants/invitation_spent.html", status=410)
    try:
        if isinstance(request.user, User):
            return _join_signed_in(request, request.user, invitation)
        if user_by_email(invitation.email):
            return render(request, "merchants/join_sign_in.html", {"invitation": invitation})
        return _join_new(request, invitation)
    except NotYet as refusal:
        return render(request, "merchants/join_not_yet.html", {"why": refusal.why}, status=409)


def _join_signed_in(request: HttpRequest, user: User, invitation: Invitation) -> HttpResponse:
    if user.email != invitation.email:
        return render(request, "merchants/join_wrong.html", {"invitation": invitation}, status=403)
    if request.method != "POST":
        return render(request, "merchants/join.html", {"invitation": invitation})
    try:
        membership = team.accept(invitation=invitation, user=user)
    except team.InvitationSpent:
        return render(request, "merchants/invitation_spent.html", status=410)
    return redirect(place("office", membership.merchant.handle))


def _join_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = NewMemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = _make_member(form, invitation)
        except ValidationError as error:
            form.add_error("password", error)
        except (team.InvitationSpent, AccountExists):
            return render(request, "merchants/invitation_spent.html", status=410)
        else:
            return perform_login(request, user, email_verification="none")  # type: ignore[no-any-return]  # allauth has no types
    return render(request, "merchants/join_new.html", {"form": form, "invitation": invitation})


def _make_member(form: NewMemberForm, invitation: Invitation) -> User:
    """Raises: ValidationError for a weak password, InvitationSpent, AccountExists."""
    name, password = form.cleaned_data["name"], form.cleaned_data["password"]
    validate_password(password, User(email=invitation.email, name=name))
    return team.accept_as_new(
        invitation=invitation, name=name, password=password, language=get_language() or "en"
    )


@login_required
def open_another(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = OpenShopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        merchant = open_shop(owner=request.user, **form.cleaned_data)
        return redirect(place("office", merchant.handle))
    return render(request, "merchants/open_shop.html", {"form": form})
