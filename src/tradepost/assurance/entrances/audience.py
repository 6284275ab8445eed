"""The audience's doors for the proof of erasure: the opt-in form, an imported file, the API."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tradepost.assurance.entrances.registry import Mark, register_door, run_now, staff_of
from tradepost.audience.actions import exports, imports, setup
from tradepost.audience.models import ContactList, OptInForm
from tradepost.audit.types import SYSTEM, Actor
from tradepost.delivery.models import Mail
from tradepost.merchants.actions.tokens import create_token
from tradepost.merchants.models import Merchant

NAME = "Canary"


def _list(merchant: Merchant) -> ContactList:
    known = ContactList.objects.filter(merchant=merchant, name=NAME).first()
    return known or setup.save_list(merchant=merchant, by=SYSTEM, name=NAME, description="")


def _form(merchant: Merchant) -> OptInForm:
    with scope(merchant=merchant):
        known = OptInForm.objects.filter(merchant=merchant, name=NAME).first()
        if known:
            return known
        setup.save_custom_field(
            merchant=merchant, by=SYSTEM, key="pet", label="Pet", kind="text", choices=[]
        )
        settings: dict[str, object] = {
            "name": NAME,
            "contact_list": _list(merchant),
            "heading": NAME,
            "introduction": "",
            "asks_name": True,
            "success_text": "",
            "is_open": True,
        }
        return setup.save_form(
            merchant=merchant,
            by=SYSTEM,
            consent_text="Write to me.",
            tracking_text="Measure me.",
            field_keys=["pet"],
            settings=settings,
        )


def through_the_form(merchant: Merchant, mark: Mark) -> None:
    """Fills in the form, follows the link in the mail and confirms."""
    guest = Client()
    said = {"email": mark.email, "name": mark.word("name"), "consent": "on", "tracking": "on"}
    answers = {"field_pet": mark.word("answer"), "pet": mark.word("answer")}
    guest.post(reverse("audience:subscribe", args=[_form(merchant).public_id]), said | answers)
    with scopes_disabled():
        mail = Mail.objects.filter(address=mark.email, template="audience/confirm").last()
    link = re.search(r"https?://[^/]+(/subscriptions/\S+)", mail.text) if mail else None
    if link:
        guest.post(link[1])


def through_an_import(merchant: Merchant, mark: Mark) -> None:
    """A file that holds the person twice, spelt in two ways.

    A row with an unreadable address leads to nobody, so erasure cannot find it; such rows, and the
    file itself, go after seven days by their own rule.
    """
    name = mark.word("name")
    rows = f"email,name\n{mark.email},{name}\n{mark.email.upper()},{name}\n"
    with scope(merchant=merchant):
        upload = SimpleUploadedFile("people.csv", rows.encode())
        owner = staff_of(merchant)
        run = imports.read(
            run=imports.upload(merchant=merchant, upload=upload, by=Actor.user(owner))
        )
        imports.settle(
            run=run,
            mapping=run.mapping,
            rule="fill",
            contact_list=_list(merchant),
            consent_text="Ticked the box in the old shop.",
            by=Actor.user(owner),
        )
        for _done in imports.take_all(run):
            pass
        for name in ("csv", "xlsx"):
            run_now(exports.start_export(merchant=merchant, form=name, by=Actor.user(owner)))


def through_the_api(merchant: Merchant, mark: Mark) -> None:
    with scope(merchant=merchant):
        made = create_token(
            merchant=merchant,
            by=Actor.user(staff_of(merchant)),
            name=NAME,
            scopes=["contacts:write"],
        )
    Client().post(
        "/api/v1/contacts",
        {"email": mark.email, "name": mark.word("name")},
        content_type="application/json",
        headers={"Authorization": f"Bearer {made[1]}", "Idempotency-Key": mark.root},
    )


register_door("opt-in form", through_the_form)
register_door("imported file, contacts exported", through_an_import)
register_door("API", through_the_api)
