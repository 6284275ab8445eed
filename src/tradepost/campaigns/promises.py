"""Promises that the campaigns room keeps, and how that is seen."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Unpack

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_scopes import scope, scopes_disabled

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.consent import records
from tradepost.audience.models import Contact, ContactList
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource
from tradepost.audit.types import PERSON, SYSTEM, Actor
from tradepost.campaigns.actions.control import schedule
from tradepost.campaigns.actions.start import start
from tradepost.campaigns.actions.write import CampaignFields, create_campaign
from tradepost.campaigns.models import Campaign, Event, Tally
from tradepost.campaigns.reports import report_of
from tradepost.campaigns.source import CampaignSource
from tradepost.campaigns.tracking import handler, loader
from tradepost.campaigns.tracking.spool import TrackingSpool
from tradepost.campaigns.tracking.tokens import OPEN, Forged, signer
from tradepost.campaigns.types import CAMPAIGNS, BodyFormat, Frame
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.registry import schedule as turns
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.delivery.engine.journal import JournalFolder as Journal
from tradepost.delivery.engine.sender import Engine
from tradepost.delivery.models import Handover
from tradepost.delivery.outgoing.sources import Claimed, Hole, Parts, Recipient
from tradepost.delivery.testing import CaptureServer
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.lib.smtp import Relay
from tradepost.merchants.actions.switch import switch_module
from tradepost.merchants.actions.tokens import create_token
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.types import Role
from tradepost.rights.actions.rights import object_to, restrict

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Thunderbird/128.0"
_PERSONAL = re.compile(r"/[oc]/[\w-]+")
_BODIES = {
    BodyFormat.MARKDOWN: "Hello {{ contact.name }}, [look](https://shop.example/new).",
    BodyFormat.MJML: '<mj-text>Hello <a href="https://shop.example/new">look</a></mj-text>',
}


@contextmanager
def _shop() -> Iterator[tuple[Merchant, ContactList]]:
    """A merchant with a list, inside a transaction that is undone."""
    with transaction.atomic(), scopes_disabled():
        merchant = Merchant.objects.create(
            name="Promise check",
            handle=f"promise-check-{clock.now().timestamp():.0f}",
            contact_email="check@promises.example",
            country="DE",
            website="https://promises.example",
            postal_address="Street 1\nTown",
        )
        with scope(merchant=merchant):
            yield merchant, ContactList.objects.create(merchant=merchant, name="News")
        transaction.set_rollback(True)


def _reader(merchant: Merchant, news: ContactList, email: str, *, measured: bool) -> Contact:
    contact = subscribe(
        merchant=merchant,
        email=email,
        contact_list=news,
        consent_text="I want news.",
        source=ContactSource.BY_HAND,
        by=SYSTEM,
    )
    if measured:
        records.record_consent(
            merchant=merchant,
            email=email,
            kind=ConsentKind.TRACKING,
            wording=records.wording(
                merchant=merchant, kind=ConsentKind.TRACKING, text="Measure me."
            ),
            source=ContactSource.PREFERENCES,
            confirmed_by=Confirmation.SIGNED_PAGE,
        )
    return contact


def _started(merchant: Merchant, news: ContactList, **values: Unpack[CampaignFields]) -> Campaign:
    ready: CampaignFields = {
        "name": "Check",
        "subject": "News",
        "body": _BODIES[BodyFormat.MARKDOWN],
        "contact_list": news,
        **values,
    }
    campaign = create_campaign(merchant=merchant, by=SYSTEM, **ready)
    token, _text = create_token(
        merchant=merchant, by=SYSTEM, name="check", scopes=["campaigns:write"]
    )
    return start(campaign=campaign, by=Actor.token(token))


def _letters(campaign: Campaign) -> dict[int, tuple[str, str, Recipient]]:
    """Contact → the HTML, the text and the data that the engine would send."""
    source = CampaignSource()
    mailing = campaign.mailing
    if mailing is None:
        return {}
    compiled = source.compile(mailing)
    rows = [
        Claimed(row.pk, row.contact_id, row.address)
        for row in Handover.objects.filter(mailing=mailing)
    ]
    found = source.data_for(mailing, rows)
    letters = {}
    for row in rows:
        data = found[row.pk]
        if isinstance(data, Recipient):
            html, text = _filled(compiled.html, data), _filled(compiled.text, data)
            letters[row.contact_id] = (html, text, data)
    return letters


def _filled(parts: Parts, data: Recipient) -> str:
    return "".join(data.values.get(p.name, "") if isinstance(p, Hole) else p for p in parts)


def _open(campaign: Campaign, contact: Contact, **headers: str) -> None:
    """Ask for the personal pixel as a mail program does, and load what was recorded."""
    token = signer().token(OPEN, signer().blocks(campaign.pk, [contact.pk])[0])
    environ: handler.Environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"/o/{token}",
        "HTTP_USER_AGENT": BROWSER,
    }
    with TemporaryDirectory() as folder:
        spool = TrackingSpool(Path(folder))
        tracking = handler.Tracking(lambda environ, begin: [b""], signer(), spool)
        list(tracking(environ | headers, lambda status, given: None))
        spool.close()
        loader.load(Path(folder))


@keeps("collect.beacons", Evidence.TESTED)
def beacons_only_with_consent() -> str:
    with _shop() as (merchant, news):
        agreed = _reader(merchant, news, "agreed@promises.example", measured=True)
        plain = [_reader(merchant, news, f"p{n}@promises.example", measured=False) for n in (1, 2)]
        campaign = _started(merchant, news)
        letters = _letters(campaign)
        found = {pk: set(_PERSONAL.findall(html)) for pk, (html, _t, _d) in letters.items()}
        require(
            found[plain[0].pk] == found[plain[1].pk] and not found[plain[0].pk] & found[agreed.pk],
            "a letter to somebody who did not agree holds an address of their own",
        )
        _open(campaign, plain[0])
        require(not Event.objects.exists(), "an open of somebody who did not agree was recorded")
        records.withdraw_consent(
            merchant=merchant, email=agreed.email, kind=ConsentKind.TRACKING, how="check"
        )
        _open(campaign, agreed)
        require(not Event.objects.exists(), "a pixel went on counting after the withdrawal")
    return (
        "Three letters were written: the two without consent hold the same anonymous pixel and links; "
        "an old pixel stopped counting the person when the consent was withdrawn."
    )


@keeps("choice.restrict", Evidence.TESTED)
@keeps("choice.object", Evidence.TESTED)
@keeps("purpose.opt-in-news", Evidence.TESTED)
def the_post_reaches_nobody_who_said_no() -> str:
    """They say no after the list was frozen; the real engine sends; an old letter is opened."""
    with _shop() as (merchant, news):
        names = ("agrees", "restricts", "objects", "leaves")
        people = {
            name: _reader(merchant, news, f"{name}@promises.example", measured=True)
            for name in names
        }
        bought = "buys@promises.example"
        upsert_contact(merchant=merchant, email=bought, source=ContactSource.CHECKOUT, by=SYSTEM)
        campaign = _started(merchant, news)
        restrict(ref=_ref(people["restricts"]), by=PERSON)
        object_to(ref=_ref(people["objects"]), purposes=[Purpose.NEWSLETTERS], by=PERSON)
        unsubscribe(contact=people["leaves"], how="check", by=PERSON)
        written_to = _sent(campaign)
        require(people["agrees"].email in written_to, "nobody at all is written to")
        written_to.discard(people["agrees"].email)
        require(not written_to, f"a letter went to {', '.join(sorted(written_to))}")
        for name in ("restricts", "objects"):
            _open(campaign, people[name])
            require(not Event.objects.exists(), f"an open of whoever {name} was recorded")
        _open(campaign, people["agrees"])
        require(Event.objects.exists(), "the check itself is blind: nothing at all is recorded")
    return (
        "A letter was sent to a frozen list: whoever had restricted, objected, left, or only bought got "
        "none, and their opens were not recorded."
    )


def _ref(contact: Contact) -> SubjectRef:
    return SubjectRef(Subject.CUSTOMER, contact.email, contact.merchant_id)


def _sent(campaign: Campaign) -> set[str]:
    """Who got the letter from the mail engine; other mail of the check is not counted."""
    with (
        TemporaryDirectory() as folder,
        CaptureServer().running() as server,
        Engine(
            relay=Relay.from_url(server.url), connections=1, spool=Journal(Path(folder))
        ) as engine,
    ):
        engine.run_until_idle()
        # Whoever answers within seconds is taken for a machine; these people take a minute.
        sent_at = clock.now() - timedelta(minutes=1)
        Handover.objects.filter(mailing=campaign.mailing).update(settled_at=sent_at)
        return {mail.recipient for mail in server.messages if mail.subject == campaign.subject}


@keeps("choice.unsubscribe-everywhere", Evidence.TESTED)
def every_template_says_how_to_leave() -> str:
    count = 0
    with _shop() as (merchant, news):
        _reader(merchant, news, "reader@promises.example", measured=False)
        for language, frame in product(dict(settings.LANGUAGES), Frame):
            merchant.language = language
            merchant.save(update_fields=["language"])
            for body_format, body in _BODIES.items():
                campaign = _started(
                    merchant, news, frame=frame.value, body_format=body_format.value, body=body
                )
                for html, text, data in _letters(campaign).values():
                    name = f"{language}, {frame.value}, {body_format.value}"
                    with override(language):
                        _require_way_out(html, text, data, name)
                    count += 1
    require(count == len(settings.LANGUAGES) * len(Frame) * len(_BODIES), "one was not rendered")
    return f"{count} letters on {len(Frame)} templates: each says at the bottom how to unsubscribe."


def _require_way_out(html: str, text: str, data: Recipient, name: str) -> None:
    require(data.unsubscribe_url, f"{name}: no address for the one-click header")
    for part in (html, text):
        end = part[part.rfind("look") :]  # the last of the merchant's own words
        require(data.unsubscribe_url in end, f"{name}: no unsubscribe link at the bottom")
        require(_("Unsubscribe") in end, f"{name}: no sentence that says how to unsubscribe")


@keeps("choice.dnt", Evidence.TESTED)
def signals_are_respected() -> str:
    with _shop() as (merchant, news):
        reader = _reader(merchant, news, "agreed@promises.example", measured=True)
        campaign = _started(merchant, news)
        for header in ("HTTP_DNT", "HTTP_SEC_GPC"):
            _open(campaign, reader, **{header: "1"})
            counted = Tally.objects.filter(campaign=campaign).exclude(dimension="drop")
            require(not counted.exists(), f"an open with {header} was counted")
            require(not Event.objects.exists(), f"an open with {header} was recorded")
        _open(campaign, reader)
        require(Event.objects.exists(), "the check itself is blind: nothing at all is recorded")
    return "Opens that say Do Not Track or Global Privacy Control were answered and not counted."


@keeps("share.aggregate-only", Evidence.TESTED)
def small_groups_are_not_shown() -> str:
    with _shop() as (merchant, news):
        _reader(merchant, news, "reader@promises.example", measured=True)
        campaign = _started(merchant, news)
        before = _shown_clients(campaign, {"Outlook": 30, "Thunderbird": 12, "Pine": 2})
        k = settings.TRADEPOST.smallest_group
        require(all(count >= k for count in before.values()), f"a group below {k} is shown")
        require("Pine" not in before, "a group of two is shown by name")
        require("Thunderbird" not in before, "the group of two follows from the total")
        after = _shown_clients(campaign, {"Outlook": 31, "Thunderbird": 12, "Pine": 2})
        few = _shown_clients(campaign, {"Pine": k - 1})
    for label in before.keys() & after.keys():
        difference = abs(before[label] - after[label])
        require(difference % k == 0, "two reports, subtracted, point at one person")
    require(not few, "fewer people than k are shown")
    return f"Groups below {k} were put together with others; two reports subtracted tell of nobody."


def _shown_clients(campaign: Campaign, groups: dict[str, int]) -> dict[str, float]:
    Tally.objects.filter(campaign=campaign, dimension="client").delete()
    Tally.objects.bulk_create(
        Tally(campaign=campaign, dimension="client", key=key, kind="open", count=count)
        for key, count in groups.items()
    )
    chart = report_of(campaign).clients()
    return {label: values[0] or 0 for label, values in chart.rows}


@keeps("secure.signed", Evidence.TESTED)
def addresses_in_letters_cannot_be_forged() -> str:
    block = signer().blocks(1, [1])[0]
    token = signer().click_token(block, 1, "https://shop.example/new")
    require(signer().read_click(token).target == "https://shop.example/new", "our own is not known")
    other = {"A": "B"}
    forged = [token[:n] + other.get(token[n], "A") + token[n + 1 :] for n in range(len(token))]
    taken = [text for text in (*forged, token[::-1], token[:40]) if _is_read(text)]
    require(not taken, "a changed address in a letter is taken for ours")
    return f"{len(forged) + 2} changed addresses of pixels and links were refused"


def _is_read(token: str) -> bool:
    try:
        signer().read_click(token)
    except Forged:
        return False
    except ValueError:  # let past the seal, and only then found to be no text
        return True
    return True


@keeps("choice.modules", Evidence.TESTED)
def campaigns_that_are_off_send_and_record_nothing() -> str:
    """One was sent, one is on its way, the time of a third has come; then the owner switches off."""
    with _shop() as (merchant, news):
        reader = _reader(merchant, news, "agreed@promises.example", measured=True)
        sent = _started(merchant, news)
        require(reader.email in _sent(sent), "nobody at all is written to")
        running, waiting = _started(merchant, news), _due(merchant, news)
        switch_module(merchant=merchant, key=CAMPAIGNS, on=False, by=SYSTEM)
        require(not _sent(running), "a letter went out though campaigns are off")
        _take_turns()
        waiting.refresh_from_db()
        require(waiting.mailing is None, "a campaign was started by the clock though they are off")
        _open(sent, reader)
        require(not Event.objects.exists(), "an open was recorded though campaigns are off")
        switch_module(merchant=merchant, key=CAMPAIGNS, on=True, by=SYSTEM)
        _take_turns()
        waiting.refresh_from_db()
        require(waiting.mailing, "what had waited is not started though campaigns are on again")
        require(_sent(waiting), "what had waited is not sent though campaigns are on again")
        _open(sent, reader)
        require(Event.objects.exists(), "opens are not recorded though campaigns are on again")
    return (
        "Switched off, campaigns sent no letter by themselves and recorded no open; then on again."
    )


def _due(merchant: Merchant, news: ContactList) -> Campaign:
    """Scheduled by the owner, and its time has come."""
    owner = User.objects.create(email="owner@promises.example", name="Owner")
    Membership.objects.create(merchant=merchant, user=owner, role=Role.OWNER)
    campaign = create_campaign(
        merchant=merchant,
        by=Actor.user(owner),
        contact_list=news,
        name="Later",
        subject="News",
        body=_BODIES[BodyFormat.MARKDOWN],
    )
    by = Actor.user(owner)
    campaign = schedule(campaign=campaign, at=clock.now() + timedelta(minutes=1), by=by)
    Campaign.objects.filter(pk=campaign.pk).update(scheduled_for=clock.now())
    return campaign


def _take_turns() -> None:
    """All that this room does by itself, as the clockwork calls it."""
    for turn in turns:
        if turn.call.startswith("tradepost.campaigns.actions."):
            import_string(turn.call)()
