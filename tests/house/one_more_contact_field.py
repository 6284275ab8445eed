"""Run in a copy of the house that has one more field of contacts, ``title``: prints where it is found."""

import csv
import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")

import django

django.setup()  # models can be imported only now

from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.test import Client  # noqa: E402
from django_scopes import scope  # noqa: E402

from tradepost.audience import files, queries  # noqa: E402
from tradepost.audience.actions import exports, imports  # noqa: E402
from tradepost.audience.api import ContactOut  # noqa: E402
from tradepost.audience.forms.contacts import ContactForm  # noqa: E402
from tradepost.audience.forms.public import PreferencesForm  # noqa: E402
from tradepost.audience.imports.preview import preview  # noqa: E402
from tradepost.audience.models import Contact, ContactExport, Segment  # noqa: E402
from tradepost.audience.segments import explain, segment_queryset  # noqa: E402
from tradepost.audit.types import Actor  # noqa: E402
from tradepost.campaigns.compose.foreign_tags import written_as_ours  # noqa: E402
from tradepost.campaigns.recipients import known_fields, merge_data, shop_fields  # noqa: E402
from tradepost.identity.models import User  # noqa: E402
from tradepost.jobs.runner import run_job  # noqa: E402
from tradepost.merchants.actions.tokens import create_token  # noqa: E402
from tradepost.merchants.models import Merchant  # noqa: E402

FILE = b"E-Mail,Anrede,Name\nines@example.com,Dr.,Ines Vogel\nbo@example.com,,Bo\n"


def take_in(merchant: Merchant, by: Actor, rule: str) -> tuple[str, list[str]]:
    """What the second column was guessed to be, and the titles of the preview."""
    run = imports.upload(merchant=merchant, upload=SimpleUploadedFile("people.csv", FILE), by=by)
    run = imports.read(run=run)
    imports.settle(
        run=run, mapping=run.mapping, rule=rule, contact_list=None, consent_text="", by=by
    )
    titles = [str(title) for title in preview(run).titles]
    assert list(imports.take_all(run)) == [2]
    return run.mapping["1"], titles


def exported(merchant: Merchant, by: Actor, form: str) -> str:
    run_job.func(exports.start_export(merchant=merchant, form=form, by=by).pk)
    row = ContactExport.objects.filter(form=form).get()
    with files.opened(files.EXPORTS, row.stored_as) as stream:
        return stream.read().decode("utf-8-sig")


def call(client: Client, method: str, path: str, body: dict[str, str]) -> dict[str, str]:
    answer = client.generic(method, path, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def find() -> dict[str, object]:
    user = User.objects.create_user("owner@example.com")
    by = Actor.user(user)
    merchant = Merchant.objects.create(
        name="Shop", handle="shop", contact_email="shop@example.com", country="DE"
    )
    with scope(merchant=merchant):
        guessed, titles = take_in(merchant, by, "fill")
        ines = Contact.objects.get(email="ines@example.com")
        rows = csv.DictReader(exported(merchant, by, "csv").splitlines())
        records = json.loads(exported(merchant, by, "json"))
        _, token = create_token(
            merchant=merchant, by=by, name="t", scopes=["contacts:read", "contacts:write"]
        )
        client = Client(headers={"authorization": f"Bearer {token}"})
        segment = Segment(
            merchant=merchant,
            definition={
                "op": "all",
                "of": [{"kind": "audience.property", "values": {"what": "title", "value": "dr."}}],
            },
        )
        values = merge_data(ines, shop_fields(merchant))
        known = known_fields(merchant)
        asked = [*ContactForm([]).fields], [*PreferencesForm(ines, []).fields]
        found = {
            "guessed": guessed,
            "imported": ines.title,
            "csv": next(row["title"] for row in rows if row["email"] == ines.email),
            "json": next(row["title"] for row in records if row["email"] == ines.email),
            "api_out": call(client, "GET", f"/api/v1/contacts/{ines.public_id}", {})["title"],
            "api_in": call(
                client, "POST", "/api/v1/contacts", {"email": "bo@example.com", "title": "Prof."}
            )["title"],
            "api_schema": [*ContactOut.model_fields][1:6],
            "merge_field": "contact.title" in known,
            "letter": f"Dear {values['contact.title']} {values['contact.last_name']}",
            "foreign_tag": written_as_ours("ANREDE", known),
            "segment": [one.email for one in segment_queryset(segment)],
            "segment_words": str(explain(merchant, segment.definition)),
            "pages": {
                "contact": ("Form of address", "Dr.") in queries.said_shown(ines),
                "edit": "title" in asked[0],
                "preview": "Form of address" in titles,
                "preferences": "title" in asked[1],
            },
        }
        take_in(merchant, by, "replace")
        ines.refresh_from_db()
        return found | {"again": ines.title}


if __name__ == "__main__":
    settings.ALLOWED_HOSTS = ["*"]
    sys.stdout.write(json.dumps(find()))
