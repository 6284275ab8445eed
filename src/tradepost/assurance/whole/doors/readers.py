"""How readers come in: a form, a file, the office, the API."""

from collections.abc import Iterator

from tradepost.assurance.whole.house import wait_for
from tradepost.assurance.whole.story import COMPLAINER, OWNER, SHOP, SIX, Story, door
from tradepost.audience.models import Contact, ContactExport, Import, OptInForm
from tradepost.datamap.vocabulary import Subject


@door("opt-in form")
def opt_in(story: Story) -> Iterator[None]:
    """With a question of the shop's own; confirmed by the link in the mail."""
    owner = story.browsers[OWNER]
    owner.submit(story.office("contact-fields/new/"), "key", {"label": "Pet", "key": "pet"})
    page = story.office("opt-in-forms/new/")
    typed = {"name": "Join", "heading": "Join", "asks_name": "on", "asked_fields": "pet"}
    agreed = {"consent_text": "Yes, write to me.", "tracking_text": "Measure me."}
    owner.submit(page, "heading", {**typed, **agreed})
    optin = OptInForm.objects.filter(merchant__handle=story.handle).latest("pk")
    story.email = story.marks.address("p")
    story.complainer = story.marks.address(COMPLAINER)
    story.askers["portal"] = (Subject.CUSTOMER, story.email)
    story.askers["complainer's portal"] = (Subject.CUSTOMER, story.complainer)
    visitor = story.house.browser(**{"X-Forwarded-For": SIX})
    public = f"/forms/{optin.public_id}/"
    story.pages["opt-in form"] = public
    other = {"email": story.complainer, "consent": "on"}
    visitor.submit(public, "email", other, read_seconds=3)
    visitor.post(story.link_in(story.complainer, "/subscriptions/"), {})
    answers = {name: story.say("answer") for name in ("field_pet", "pet")}
    said = {"email": story.email, "name": story.say("name at the form"), "consent": "on"}
    visitor.submit(
        f"{public}?src=page", "email", {**said, "tracking": "on", **answers}, read_seconds=3
    )
    link = story.link_in(story.email, "/subscriptions/")
    yield  # what waits for her answer is looked at, too
    visitor.get(link)
    visitor.post(link, {})


@door("imported file")
def imported(story: Story) -> None:
    """Twice in the file, spelt in two ways."""
    owner = story.browsers[OWNER]
    name = story.say("name in the file")
    nobody = story.say("row that leads to nobody", SHOP)
    rows = f"email,name\n{story.email},{name}\n{story.email.upper()},{name}\n{nobody}@,{nobody}\n"
    rows += f"{name},{story.email}\n"  # the columns mixed up: kept as a row that was refused
    upload = {"file": (f"{story.email}.csv", rows.encode())}
    page = owner.post(story.office("contact-imports/"), {}, upload).headers["Location"]
    runs = Import.objects.filter(merchant__handle=story.handle)
    wait_for(lambda: runs.exclude(state="received").exists(), "the file to be read")
    consent = {"rule": "fill", "consent_text": "Ticked the box in the old shop."}
    owner.submit(f"{page}columns/", "rule", consent)
    owner.post(f"{page}start/", {})
    wait_for(lambda: runs.filter(state="done").exists(), "the import")


@door("written down in the office")
def written_down(story: Story) -> None:
    owner = story.browsers[OWNER]
    contact = Contact.objects.get(merchant__handle=story.handle, email=story.email)
    page = story.office(f"contacts/{contact.public_id}/")
    story.pages["contact"] = page
    owner.submit(f"{page}edit/", "name", {"name": story.say("name in the office")})
    owner.get(story.office(f"contacts/?q={story.email}"))


@door("API")
def by_the_api(story: Story) -> None:
    client = story.house.browser(Authorization=f"Bearer {story.tokens[f'{OWNER} all']}")
    said = {"email": story.email, "name": story.say("name by the API")}
    client.client.post("/api/v1/contacts", json=said, headers={"Idempotency-Key": story.say("key")})
    for path in ("/api/v1/contacts", "/api/v1/orders", "/api/v1/orders-events"):
        client.get(path)


@door("contacts exported")
def contacts_exported(story: Story) -> None:
    for form in ("csv", "xlsx"):
        story.browsers[OWNER].post(story.office("contacts/export/"), {"form": form})
    made = ContactExport.objects.filter(merchant__handle=story.handle).exclude(stored_as="")
    wait_for(lambda: made.count() >= 2, "the exports")
