"""How those come in who run a shop: sign-up, team, tokens, settings, the command line; and a rival."""

import base64
import os
import re
import subprocess
import sys
from datetime import timedelta

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tradepost.assurance.whole.browser import Browser, form_with
from tradepost.assurance.whole.story import (
    MEMBER,
    OWNER,
    PASSWORD,
    RIVAL,
    SHOP,
    STRANGER,
    Story,
    door,
)
from tradepost.datamap.promises import Evidence
from tradepost.datamap.vocabulary import Subject
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.modules.team import roles, scopes
from tradepost.notice.actions.post_notice import draft_notice
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState

SKU = "CANARY"
_PICTURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==")
CO_OWNER = "owner"  # by the name of the role, as all of the team; who signed up is OWNER


@door("sign-up")
def sign_up(story: Story) -> None:
    story.handle = _open_shop(story, OWNER)
    story.owner_email = next(
        f"{mark}@people.example"
        for mark in story.marks.of(OWNER)
        if story.marks.said[mark][1] == "e-mail"
    )
    story.askers["founder's portal"] = (Subject.MEMBER, story.owner_email)


@door("a rival signs up")
def rival_signs_up(story: Story) -> None:
    story.rival_handle = _open_shop(story, RIVAL)


@door("a shop that closes at once")
def closes_at_once(story: Story) -> None:
    """Its address is remembered as a hash, so that nobody takes its place."""
    handle = _open_shop(story, STRANGER)
    name = Merchant.objects.get(handle=handle).name
    page = f"/office/{handle}/settings/close/"
    story.browsers.pop(STRANGER).submit(page, "when", {"when": "now", "name": name})


@door("a sign-up that is never confirmed")
def never_confirmed(story: Story) -> None:
    _ask_for_account(story, story.house.browser(), STRANGER)


def _open_shop(story: Story, who: str) -> str:
    """The form, the link in the mail, signing in; returns the shop's handle."""
    browser = story.house.browser()
    email = _ask_for_account(story, browser, who)
    link = story.link_in(email, "/accounts/confirm-email/")
    page = browser.get(link)
    confirm = form_with(page.text, "/")
    browser.post(confirm.action if confirm and "confirm" in confirm.action else link, {})
    sign_in(browser, email)
    story.browsers[who] = browser
    return browser.follow(browser.get("/office/")).url.path.split("/")[2]


def _ask_for_account(story: Story, browser: Browser, who: str) -> str:
    """Returns the address."""
    email = story.marks.address(who)
    typed = {
        "email": email,
        "password1": PASSWORD,
        "shop_name": story.say("shop's name", SHOP),
        "country": "DE",
        "website": f"https://{story.say('website', who)}.example",
        "name": story.say("name", who),
        "telephone": story.say("telephone", who),
        "business_type": "crafts",
    }
    browser.submit("/accounts/signup/", "shop_name", typed)
    return email


def sign_in(browser: Browser, email: str) -> None:
    """And the password once more, without which nothing that matters can be changed."""
    if form_with(browser.follow(browser.get("/accounts/login/")).text, "login"):
        browser.submit("/accounts/login/", "login", {"login": email, "password": PASSWORD})
    browser.submit("/accounts/reauthenticate/", "password", {"password": PASSWORD})


@door("shop's details")
def details(story: Story) -> None:
    owner = story.browsers[OWNER]
    address = f"{story.say('street', SHOP)} 1\n{story.say('city', SHOP)}"
    owner.submit(
        story.office("settings/"),
        "postal_address",
        {"postal_address": address},
    )
    owner.submit("/account/", "name", {"name": story.say("own name", OWNER)})
    owner.submit(
        story.office("orders/settings/"),
        "copy_by_mail",
        {"notify_email": f"{story.say('orders to', SHOP)}@shop.example", "copy_by_mail": "full"}
        | {
            "remote_url": story.house.server.url,
            "understood": "on",
            "seller_name": story.say("seller", SHOP),
            "attach_invoice": "on",
        },
    )
    sender = {"from_name": story.say("from", SHOP), "reply_to": story.owner_email}
    owner.submit(story.office("campaigns/settings/"), "from_name", sender)


@door("goods and ways to pay")
def goods(story: Story) -> None:
    owner = story.browsers[OWNER]
    owner.submit(
        story.office("products/new/"),
        "price_minor",
        {"name": "Belt", "price_minor": "12.50", "sku": SKU, "stock": "90", "visible": "on"},
    )
    owner.submit(
        story.office("settings/delivery/add/"), "name", {"name": "Post", "price_minor": "4.90"}
    )
    story.coupon = story.say("coupon", SHOP).upper()
    owner.submit(story.office("products/codes/"), "percent", {"code": story.coupon, "percent": "5"})
    owner.submit(story.office("products/categories/"), "name", {"name": "Belts"})
    owner.submit(story.office("segments/new/"), "name", {"name": "Everybody", "do": "save"})
    picture = {"file": ("belt.gif", _PICTURE)}
    owner.submit(story.office("campaigns/pictures/"), "alt", {"alt": "A belt"}, picture)
    owner.submit(story.office("settings/prices/"), "rate", {"country": "FR", "rate": "20"})
    for gateway in ("on_delivery", "bank_transfer"):
        owner.submit(story.office(f"payments/{gateway}/"), "enabled", _account(story, gateway))
    news = {"name": "News", "description": story.say("list", SHOP), "is_public": "on"}
    owner.submit(story.office("lists/new/"), "description", news)
    chosen = form_with(owner.get(story.office("products/cart/")).text, "newsletter_list")
    lists = chosen.offered["newsletter_list"] if chosen else [""]
    owner.submit(
        story.office("products/cart/"), "mode", {"mode": "open", "newsletter_list": lists[-1]}
    )


@door("notice")
def notice(story: Story) -> None:
    """The scheduler's round, once everything has been looked at: the shop's notice is posted."""
    PromiseResult.objects.update_or_create(
        promise="collect.location",
        check_name="",
        defaults={
            "evidence_class": Evidence.TESTED.value,
            "state": PromiseState.KEPT,
            "evidence": "as set",
            "at": clock.now(),
        },
    )
    draft_notice(merchant=story.shop)


def _account(story: Story, gateway: str) -> dict[str, str | list[str]]:
    if gateway == "on_delivery":
        return {"enabled": "on"}
    holder = story.say("account holder", SHOP)
    return {"enabled": "on", "holder": holder, "iban": "DE89370400440532013000"}


@door("team")
def team(story: Story) -> None:
    """One of each role is invited, joins, and mistypes the password once."""
    for role in ("owner", *(name for name in roles if name != "owner")):
        email = story.marks.address(MEMBER, f"e-mail of {role}")
        story.browsers[OWNER].submit(
            story.office("settings/team/"), "email", {"email": email, "role": role}
        )
        story.member_email, browser = email, story.house.browser()
        story.askers[f"{role}'s portal"] = (Subject.MEMBER, email)
        joined = {"name": story.say(f"name of {role}", MEMBER), "password": PASSWORD}
        browser.submit(story.link_in(email, "/join/"), "name", joined)
        story.house.browser().submit(
            "/accounts/login/", "login", {"login": email, "password": "wrong"}
        )
        sign_in(browser, email)
        story.browsers[role] = browser
    invited = {"email": story.marks.address(MEMBER, "invited"), "role": "read_only"}
    story.askers["invited's portal"] = (Subject.MEMBER, invited["email"])
    story.browsers[OWNER].submit(story.office("settings/team/"), "email", invited)
    guest = story.house.browser()
    guest.submit("/account/let-me-in/", "email", {"email": email})
    link = story.link_in(email, "/account/let-me-in/")
    guest.post(link, {})


@door("second factor")
def second_factor(story: Story) -> None:
    """An authenticator's app for the first of the team, and a sign-in with a code for when it is lost."""
    browser = story.browsers[_second_role()]
    page = browser.follow(browser.get("/accounts/2fa/totp/activate/"))
    secret = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', page.text)
    assert secret is not None
    code = format_hotp_value(hotp_value(secret[1], int(clock.now().timestamp()) // 30))
    form = form_with(page.text, "code")
    browser.post(page.url.path, {**(form.values if form else {}), "code": code})
    shown = browser.get("/accounts/2fa/recovery-codes/").text
    codes = re.findall(r"\b[0-9a-f]{8}\b", shown)
    again, email = story.house.browser(), story.askers[f"{_second_role()}'s portal"][1]
    again.submit("/accounts/login/", "login", {"login": email, "password": PASSWORD})
    again.submit("/accounts/2fa/authenticate/", "code", {"code": codes[0]})
    story.browsers[f"{_second_role()}'s portal"] = again


def _second_role() -> str:
    return next(name for name in roles if name != "owner")


@door("tokens of the API")
def tokens(story: Story) -> None:
    """One that may do everything for each shop, and one for each scope."""
    wanted = [(OWNER, "all", list(scopes)), (RIVAL, "all", list(scopes))]
    wanted += [(OWNER, scope, [scope]) for scope in scopes]
    wanted += [(CO_OWNER, "own", [next(iter(scopes))])]
    for who, name, allowed in wanted:
        handle = story.rival_handle if who == RIVAL else story.handle
        said = story.say("token", MEMBER if who == CO_OWNER else who)
        page = story.browsers[who].submit(
            f"/office/{handle}/settings/tokens/",
            "scopes",
            {"name": said, "scopes": allowed},
        )
        story.tokens[f"{who} {name}"] = _token_in(story.browsers[who].follow(page).text)


@door("change of owner")
def change_of_owner(story: Story) -> None:
    """Announced, and taken back, so that the shop stays what the other doors find."""
    said = {
        "new_name": story.say("new owner", SHOP),
        "new_address": f"{story.say('new street', SHOP)} 1",
        "new_email": f"{story.say('new address', SHOP)}@shop.example",
        "reason": story.say("reason", SHOP),
        "on": (clock.now() + timedelta(days=40)).date().isoformat(),
    }
    owner, page = story.browsers[OWNER], story.office("privacy/owner/")
    owner.submit(page, "new_name", said)
    owner.post(f"{page}withdraw/", {})


def _token_in(page: str) -> str:
    begin = page.index("tp_")
    end = begin
    while page[end].isalnum() or page[end] in "_-":
        end += 1
    return page[begin:end]


@door("command line")
def command_line(story: Story) -> None:
    """An operator is made, and somebody gives their word."""
    words = [
        "--name",
        story.say("voucher", OWNER),
        "--email",
        story.owner_email,
        "--statement",
        story.say("statement", OWNER),
    ]
    subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "tradepost", "attest", "share.no-sale", *words],
        env=os.environ, check=True, capture_output=True,
    )  # fmt: skip
