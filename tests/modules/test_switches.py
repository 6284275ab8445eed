"""What is off does nothing: no page, no call, no letter, no sentence."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.audience.consent.records import wording
from tradepost.audience.models import ContactList, OptInForm
from tradepost.audience.types import ConsentKind
from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM, Actor
from tradepost.campaigns.actions import start as starting
from tradepost.campaigns.actions.control import follow_mailings
from tradepost.campaigns.actions.start import start_due
from tradepost.campaigns.actions.write import create_campaign
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.tracking import loader
from tradepost.campaigns.tracking.pipeline import Seen
from tradepost.campaigns.types import CampaignState, CampaignStateError, Measuring
from tradepost.delivery.actions import open_mailing
from tradepost.delivery.models import Mailing
from tradepost.delivery.types import MailingState
from tradepost.merchants.actions.switch import switch_module
from tradepost.merchants.actions.tokens import create_token
from tradepost.modules.actions.switch import switch_for_all
from tradepost.modules.models import OffForAll
from tradepost.modules.shop_address import shop_address
from tradepost.modules.switches import UnknownModule, is_on
from tradepost.modules.team import scopes
from tradepost.notice.document import build_notice

pytestmark = pytest.mark.django_db


def off(merchant, key):
    assert switch_module(merchant=merchant, key=key, on=False, by=SYSTEM)


@pytest.fixture
def optin(merchant):
    with scope(merchant=merchant):
        news = ContactList.objects.create(merchant=merchant, name="News")
        return OptInForm.objects.create(
            merchant=merchant,
            contact_list=news,
            name="Form",
            heading="News",
            wording=wording(merchant=merchant, kind=ConsentKind.NEWSLETTER, text="Yes"),
        )


@pytest.fixture
def running(merchant, owner):
    with scope(merchant=merchant):
        campaign = create_campaign(merchant=merchant, by=Actor.user(owner), name="May")
        mailing = open_mailing(merchant=merchant, kind="campaign", source_id=campaign.pk)
        Mailing.objects.filter(pk=mailing.pk).update(state=MailingState.RUNNING)
        campaign.mailing, campaign.state = mailing, CampaignState.RUNNING
        campaign.started_at = timezone.now()
        campaign.save()
    return campaign


def test_the_page_switches_off_and_on_and_the_record_says_so(office, merchant, member):
    page = reverse("merchants_office:modules", args=[merchant.handle])
    assert "Drop-in cart" in office.get(page).text
    assert office.post(page, {"module": "drop-in-cart", "on": ""}).status_code == 302
    merchant.refresh_from_db()
    assert merchant.switches == {"drop-in-cart": False}
    office.post(page, {"module": "drop-in-cart", "on": "1"})
    merchant.refresh_from_db()
    assert is_on("drop-in-cart", merchant)
    assert Entry.objects.filter(action="merchants.switch_module").count() == 2
    assert office.post(page, {"module": "orders", "on": ""}).status_code == 422
    assert member("read_only").post(page, {"module": "drop-in-cart"}).status_code == 403


def test_a_core_room_cannot_be_switched(merchant):
    with pytest.raises(UnknownModule):
        switch_module(merchant=merchant, key="orders", on=False, by=SYSTEM)


def test_off_twice_is_off_once(merchant):
    off(merchant, "campaigns")
    assert not switch_module(merchant=merchant, key="campaigns", on=False, by=SYSTEM)


def test_another_shop_keeps_what_one_switched_off(merchant, other_merchant):
    off(merchant, "shop-front")
    for shop, wanted in ((merchant, 404), (other_merchant, 200)):
        address = reverse("storefront:home", args=[shop.handle])
        assert Client().get(address).status_code == wanted


def test_a_shop_front_that_is_off_is_gone_though_its_page_was_kept(merchant, office):
    address = reverse("storefront:home", args=[merchant.handle])
    assert Client().get(address).status_code == 200
    off(merchant, "shop-front")
    assert Client().get(address).status_code == 404
    assert shop_address(merchant) == ""
    assert address not in office.get(reverse("backoffice_office:home", args=[merchant.handle])).text
    assert merchant.handle not in Client().get(reverse("storefront:sitemaps")).text
    text = reverse("storefront:text", args=[merchant.handle, "imprint"])
    assert "shop-front" not in text
    switch_module(merchant=merchant, key="shop-front", on=True, by=SYSTEM)
    assert Client().get(address).status_code == 200


def test_the_cart_goes_on_without_a_shop_front(merchant):
    off(merchant, "shop-front")
    page = Client().get(reverse("checkout:review"), {"userid": merchant.cart_username})
    assert page.status_code == 200
    assert reverse("storefront:home", args=[merchant.handle]) not in page.text


def test_the_drop_in_cart_that_is_off_takes_nothing(merchant):
    posted = {"userid": merchant.cart_username, "product": "Mug", "price": "5", "qty": "1"}
    off(merchant, "drop-in-cart")
    assert Client().post(reverse("checkout:add"), posted).status_code == 404
    assert Client().get(reverse("checkout:buy", args=[merchant.handle, "A1"])).status_code == 404


def test_an_opt_in_form_that_is_off_is_not_there(merchant, optin):
    address = reverse("audience:subscribe", args=[optin.public_id])
    home = reverse("storefront:home", args=[merchant.handle])
    assert Client().get(address).status_code == 200
    assert address in Client().get(home).text
    off(merchant, "opt-in-forms")
    assert Client().get(address).status_code == 404
    assert Client().post(address, {"email": "ann@example.org"}).status_code == 404
    assert address not in Client().get(home).text


def test_calls_of_programs_are_not_there(merchant, owner, client):
    _row, text = create_token(
        merchant=merchant,
        by=Actor.user(owner),
        name="x",
        scopes=["campaigns:read", "contacts:read"],
    )
    headers = {"HTTP_AUTHORIZATION": f"Bearer {text}"}
    assert client.get("/api/v1/campaigns", **headers).status_code == 200
    off(merchant, "campaigns")
    assert client.get("/api/v1/campaigns", **headers).status_code == 404
    assert client.get("/api/v1/contacts", **headers).status_code == 200


def test_what_was_being_sent_is_paused(merchant, running):
    off(merchant, "campaigns")
    with scopes_disabled():
        running.refresh_from_db()
        assert running.mailing.state == MailingState.PAUSED
    assert running.state == CampaignState.PAUSED


def test_the_operator_pauses_everybodys(merchant, running):
    switch_for_all(key="campaigns", on=False, by=SYSTEM)
    with scopes_disabled():
        running.refresh_from_db()
    assert running.state == CampaignState.PAUSED


def test_what_a_process_started_that_did_not_know_of_the_switch_yet_is_paused(merchant, running):
    off(merchant, "campaigns")
    with scopes_disabled():
        Campaign.objects.update(state=CampaignState.RUNNING)
        Mailing.objects.update(state=MailingState.RUNNING)
        assert follow_mailings() == 1
        running.refresh_from_db()
        assert running.mailing.state == MailingState.PAUSED
    assert running.state == CampaignState.PAUSED
    assert follow_mailings() == 0


def test_nobody_switches_for_another_shop_and_no_token_does(
    merchant, other_merchant, office, owner
):
    _row, token = create_token(
        merchant=merchant, by=Actor.user(owner), name="x", scopes=list(scopes)
    )
    form = {"module": "campaigns", "on": ""}
    theirs = reverse("merchants_office:modules", args=[other_merchant.handle])
    assert office.post(theirs, form).status_code == 404
    own = reverse("merchants_office:modules", args=[merchant.handle])
    answer = Client().post(own, form, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, "/accounts/login/" in answer.url) == (302, True)
    assert office.post(reverse("console:modules"), form).status_code == 403
    assert is_on("campaigns", merchant)
    assert is_on("campaigns", other_merchant)


def test_what_a_merchant_switches_on_stays_off_while_it_is_off_for_all(merchant, office):
    switch_for_all(key="campaigns", on=False, by=SYSTEM)
    page = reverse("campaigns_office:list", args=[merchant.handle])
    own = reverse("merchants_office:modules", args=[merchant.handle])
    office.post(own, {"module": "campaigns", "on": ""})
    office.post(own, {"module": "campaigns", "on": "1"})
    assert office.get(page).status_code == 404
    switch_for_all(key="campaigns", on=True, by=SYSTEM)
    assert office.get(page).status_code == 200


def test_a_scheduled_campaign_waits_and_none_can_be_started(merchant, owner):
    with scope(merchant=merchant):
        campaign = create_campaign(merchant=merchant, by=Actor.user(owner), name="May")
    with scopes_disabled():
        Campaign.objects.update(
            state=CampaignState.SCHEDULED,
            scheduled_for=timezone.now() - timedelta(minutes=1),
            scheduled_by=owner,
        )
    off(merchant, "campaigns")
    assert start_due() == 0
    with scope(merchant=merchant):
        campaign.refresh_from_db()
        assert campaign.state == CampaignState.SCHEDULED
        with pytest.raises(CampaignStateError):
            starting.start(campaign=campaign, by=Actor.user(owner))


def test_opens_of_a_shop_that_measures_nothing_are_dropped(merchant, running):
    seen = [Seen(0, "open", running.pk, 0, 0, "", loader.reader_of(""))]
    with scopes_disabled():
        assert loader._facts(seen).campaigns[running.pk].measuring == Measuring.CONSENT
        off(merchant, "tracking")
        assert loader._facts(seen).campaigns[running.pk].measuring == Measuring.OFF


def test_a_part_goes_with_the_whole(merchant):
    off(merchant, "campaigns")
    assert merchant.switches == {"campaigns": False}
    assert not is_on("tracking", merchant)


def test_its_part_of_the_notice_goes_and_what_is_held_stays(merchant):
    before = build_notice(merchant)
    off(merchant, "tracking")
    after = build_notice(merchant)
    gone = {door.id for door in before.doors} - {door.id for door in after.doors}
    assert gone == {"campaigns.opens"}
    assert {line.id for line in after.collected} == {line.id for line in before.collected}


def test_leaving_a_list_works_whatever_is_off(merchant):
    off(merchant, "campaigns")
    answer = Client().get(reverse("campaigns:unsubscribe", args=["x" * 40]))
    assert answer.status_code != 500
    assert not [name for name in ("campaigns:unsubscribe",) if _is_off(name, merchant)]


def _is_off(name, merchant):
    from tradepost.modules.switches import address_is_on

    return not address_is_on(name, merchant)


def test_the_operator_switches_off_for_all_and_lets_them_choose_again(merchant, console):
    page, home = reverse("console:modules"), reverse("storefront:home", args=[merchant.handle])
    assert "Shop front" in console.get(page).text
    assert Client().get(home).status_code == 200
    console.post(page, {"module": "shop-front", "on": ""})
    assert OffForAll.objects.get().module == "shop-front"
    assert Client().get(home).status_code == 404, "a kept page does not answer for it"
    assert "The operator" not in console.get(page).text
    console.post(page, {"module": "shop-front", "on": "1"})
    assert Client().get(home).status_code == 200
    assert Entry.objects.filter(action="modules.switch_for_all").count() == 2
    assert console.post(page, {"module": "orders"}).status_code == 422


def test_a_merchant_reads_that_the_operator_switched_it_off(merchant, office):
    switch_for_all(key="campaigns", on=False, by=SYSTEM)
    page = office.get(reverse("merchants_office:modules", args=[merchant.handle])).text
    assert "The operator has switched it off for all shops." in page
    assert "It needs: Campaigns." in page
