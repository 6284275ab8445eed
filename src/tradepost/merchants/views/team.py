from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradepost.audit.types import Actor
from tradepost.identity.actions.limits import TooMany
from tradepost.lib.addresses import InvalidEmail
from tradepost.merchants.access import MerchantRequest, asks_password, office_view
from tradepost.merchants.actions import team
from tradepost.merchants.forms import InviteForm, RoleForm
from tradepost.merchants.models import Invitation, Membership
from tradepost.merchants.newcomers import NotYet
from tradepost.merchants.queries import team_of
from tradepost.merchants.types import CHANGE_SETTINGS, SEE_SETTINGS
from tradepost.modules.team import role_choices
from tradepost.ui.problems import problem_of


@office_view(SEE_SETTINGS)
def members(request: MerchantRequest) -> HttpResponse:
    return _page(request, InviteForm())


def _page(request: MerchantRequest, form: InviteForm) -> HttpResponse:
    context = {
        "members": team_of(request.merchant),
        "invitations": team.open_invitations(request.merchant),
        "roles": role_choices(),
        "form": form,
        "good_for_days": team.GOOD_FOR.days,
        "may_change": request.membership.may(CHANGE_SETTINGS),
    }
    return render(request, "merchants/team.html", context)


@require_POST
@office_view(CHANGE_SETTINGS)
@asks_password
def send_invitation(request: MerchantRequest) -> HttpResponse:
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    email, role = form.cleaned_data["email"], form.cleaned_data["role"]
    try:
        team.invite(merchant=request.merchant, by=Actor.user(request.user), email=email, role=role)
    except team.AlreadyMember:
        form.add_error("email", _("This person belongs to the team already."))
    except team.TooManyInvitations:
        form.add_error(None, _("Too many invitations are open; withdraw some first."))
    except TooMany as refusal:
        form.add_error("email", refusal.in_words)
    except InvalidEmail as error:
        form.add_error("email", problem_of(error))
    except NotYet as refusal:
        form.add_error(None, refusal.why)
    if form.errors:
        return _page(request, form)
    messages.success(request, _("The invitation is on its way."))
    return redirect("merchants_office:team", request.merchant.handle)


@require_POST
@office_view(CHANGE_SETTINGS)
@asks_password
def set_role(request: MerchantRequest, member_id: str) -> HttpResponse:
    membership = Membership.get_or_404(member_id, merchant=request.merchant)
    form = RoleForm(request.POST)
    if form.is_valid():
        role = form.cleaned_data["role"]
        try:
            team.change_role(membership=membership, by=Actor.user(request.user), role=role)
            messages.success(request, _("The role is changed."))
        except team.LastOwner:
            messages.error(request, _("A shop needs an owner: make somebody else owner first."))
        except NotYet as refusal:
            messages.error(request, refusal.why)
    return redirect("merchants_office:team", request.merchant.handle)


@require_POST
@office_view(CHANGE_SETTINGS)
@asks_password
def remove_member(request: MerchantRequest, member_id: str) -> HttpResponse:
    membership = Membership.get_or_404(member_id, merchant=request.merchant)
    try:
        team.remove(membership=membership, by=Actor.user(request.user))
    except team.LastOwner:
        messages.error(request, _("A shop needs an owner: make somebody else owner first."))
        return redirect("merchants_office:team", request.merchant.handle)
    messages.success(request, _("The person no longer belongs to the team."))
    if membership.user_id == request.user.pk:
        return redirect("/office/")
    return redirect("merchants_office:team", request.merchant.handle)


@require_POST
@office_view(CHANGE_SETTINGS)
@asks_password
def take_back(request: MerchantRequest, invitation_id: str) -> HttpResponse:
    team.withdraw(invitation=Invitation.get_or_404(invitation_id), by=Actor.user(request.user))
    messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    return redirect("merchants_office:team", request.merchant.handle)
