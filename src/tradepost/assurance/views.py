"""The public proof page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tradepost.assurance.proof import build_proof


@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    return render(request, "assurance/proof.html", {"proof": build_proof()})
