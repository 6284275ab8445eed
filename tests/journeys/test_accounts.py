"""A merchant joins, protects the account with a passkey and an app, and signs in with each."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from django_scopes import scopes_disabled

from tradepost.delivery.models import Mail
from tradepost.identity.actions.accounts import create_account
from tradepost.merchants.actions.join import open_shop

PASSWORD = "bottle-green-ledger-7"
EMAIL = "ines@ember-leather.example"


def link_in(template: str) -> str:
    with scopes_disabled():
        text = Mail.objects.filter(template=template).latest("pk").text
    return re.search(r"https?://[^/\s]+(/\S+)", text)[1]


@pytest.fixture
def shop(transactional_db):
    user = create_account(email=EMAIL, name="Ines Vogel", password=PASSWORD)
    return open_shop(
        owner=user, country="DE", website="https://ember.example", name="Ember Leather"
    )


@pytest.fixture
def authenticator(page):
    """A virtual security key inside Chromium that can sign in alone."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    answer = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, answer["authenticatorId"]


def sign_in(visit, password: str = PASSWORD) -> None:
    page = visit.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm_password(page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def look_and_load_again(visit) -> None:
    """Looking fetches the page once more, and with it a new secret or challenge."""
    visit.look()
    visit.page.reload()


def sign_out(visit) -> None:
    page = visit.goto("/account/")
    page.get_by_role("button", name="Sign out").click()


def test_a_merchant_joins(visit, transactional_db):
    page = visit.goto("/")
    page.get_by_role("link", name="Open a shop").first.click()
    visit.look()
    page.get_by_label("Contact e-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Country the shop sells from").select_option("DE")
    page.get_by_label("Name of the shop").fill("Ember Leather")
    page.get_by_label("Website").fill("www.ember-leather.example")
    page.get_by_role("button", name="Open the shop").click()
    page.get_by_role("heading", name="Look into your mailbox").wait_for()
    visit.look()
    visit.goto(link_in("identity/confirm_email"))
    page.get_by_role("button", name="Yes, confirm it").click()
    sign_in(visit)
    page.wait_for_url("**/office/**")
    visit.look()
    page.get_by_role("link", name="Your details").click()
    page.get_by_label("Name").fill("Ines Vogel")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Your details are saved.").wait_for()
    visit.look()


def test_a_passkey_signs_in_alone(visit, shop, authenticator):
    sign_in(visit)
    visit.page.wait_for_url("**/office/**")
    page = visit.goto("/accounts/2fa/webauthn/add/")
    confirm_password(page)
    look_and_load_again(visit)
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    visit.look()
    session, key = authenticator
    credentials = session.send("WebAuthn.getCredentials", {"authenticatorId": key})
    assert len(credentials["credentials"]) == 1
    sign_out(visit)
    page = visit.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/office/**")


def code_of(secret: str) -> str:
    """RFC 6238 with the parameters every authenticator app assumes."""
    digest = hmac.new(
        base64.b32decode(secret + "=" * (-len(secret) % 8)),
        struct.pack(">Q", int(time.time()) // 30),
        hashlib.sha1,
    ).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def test_an_authenticator_app_is_asked_as_second_factor(visit, shop):
    sign_in(visit)
    visit.page.wait_for_url("**/office/**")
    page = visit.goto("/accounts/2fa/totp/activate/")
    confirm_password(page)
    look_and_load_again(visit)
    secret = page.get_by_label("The same in letters").input_value()
    page.get_by_label("Code that the app shows").fill(code_of(secret))
    page.get_by_role("button", name="Switch it on").click()
    page.wait_for_url(lambda url: "activate" not in url)
    visit.look()
    visit.goto("/accounts/2fa/")
    page.get_by_role("link", name="See the codes").click()
    visit.look()
    recovery = page.get_by_label("Codes not used yet").input_value().split()[0]
    sign_out(visit)
    sign_in(visit)
    page.get_by_role("heading", name="Second factor").wait_for()
    visit.look()
    page.locator("#id_code").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/office/**")


def test_a_browser_without_cookies_is_told_what_to_do(plain_visit, shop):
    page = plain_visit.page
    page.goto(plain_visit.base_url + "/accounts/login/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Cookies needed here").wait_for()


def test_the_pages_of_settings_hold_up(visit, shop):
    sign_in(visit)
    visit.page.wait_for_url("**/office/**")
    for path in ("settings/", "settings/team/", "settings/tokens/", "settings/close/", "jobs/"):
        visit.goto(f"/office/{shop.handle}/{path}")
    for path in ("/account/", "/account/activity/", "/accounts/2fa/", "/accounts/email/"):
        visit.goto(path)


def test_somebody_invited_joins_and_sees_only_their_work(visit, browser, site, shop):
    sign_in(visit)
    visit.page.wait_for_url("**/office/**")
    page = visit.goto(f"/office/{shop.handle}/settings/team/")
    page.get_by_label("E-mail address").fill("tom@ember-leather.example")
    page.get_by_role("combobox", name="Role", exact=True).select_option("orders")
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("The invitation is on its way.").wait_for()
    visit.look()
    other = browser.new_page(base_url=site)
    other.goto(link_in("merchants/invitation"))
    other.get_by_label("Your name").fill("Tom")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Join").click()
    other.wait_for_url("**/office/**")
    assert other.get_by_role("link", name="Close the account").count() == 0
    other.close()
