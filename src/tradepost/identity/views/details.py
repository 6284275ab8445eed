"""*Your details*: everything the account holds about the person who is signed in."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from tradepost.identity.actions.accounts import change_details
from tradepost.identity.forms import DetailsForm
from tradepost.identity.models import User
from tradepost.identity.queries import activity_of
from tradepost.modules.places import place
from tradepost.ui.paging import page_of

_A_PAGE = 50


@login_required
def details(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    user = User.objects.get(pk=request.user.pk)
    form = DetailsForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        change_details(user=request.user, **form.cleaned_data)
        translation.activate(request.user.language)
        messages.success(request, _("Your details are saved."))
        return redirect("account:details")
    second = Authenticator.objects.filter(user=request.user).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    recent = activity_of(request.user)[:8]
    return render(
        request,
        "identity/details.html",
        {
            "form": form,
            "second_factors": second.count(),
            "recent": recent,
            "what_happened": place("what happened to my data"),
        },
    )


@login_required
def activity(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    page = page_of(activity_of(request.user), request, _A_PAGE)
    return render(request, "identity/activity.html", {"page": page})
