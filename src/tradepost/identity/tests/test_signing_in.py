import re

import pytest
from conftest import PASSWORD
from django.test import Client
from django.urls import reverse

from tradepost.identity.models import Activity, ActivityKind, User

SIGN_UP = {
    "email": "New@Ember.example",
    "password1": PASSWORD,
    "shop_name": "Ember Leather",
    "country": "DE",
    "language": "en",
    "website": "www.ember-leather.example",
}


def link_in(mails) -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", mails[-1].text)[1]


@pytest.mark.django_db
def test_a_merchant_signs_up_confirms_and_is_in(mailbox):
    browser = Client()
    assert browser.post(reverse("account_signup"), SIGN_UP).status_code == 302
    user = User.objects.get(email="new@ember.example")
    shop = user.memberships.get().merchant
    assert (shop.country, shop.currency, shop.time_zone) == ("DE", "EUR", "Europe/Berlin")
    assert user.time_zone == "Europe/Berlin"
    assert shop.website == "https://www.ember-leather.example"
    assert user.memberships.get().role == "owner"
    answer = browser.post(
        reverse("account_login"), {"login": "new@ember.example", "password": PASSWORD}
    )
    assert answer.url == reverse("account_email_verification_sent"), "not before it is confirmed"
    link = link_in(mailbox("identity/confirm_email"))
    assert "Is <strong>new@ember.example</strong>" in browser.get(link).content.decode()
    browser.post(link)
    browser.post(reverse("account_login"), {"login": "new@ember.example", "password": PASSWORD})
    assert browser.get("/office/", follow=True).status_code == 200


@pytest.mark.django_db
def test_signing_up_with_a_taken_address_looks_the_same_and_tells_the_owner(make_user, mailbox):
    make_user("new@ember.example")
    taken = Client().post(reverse("account_signup"), SIGN_UP)
    fresh = Client().post(reverse("account_signup"), SIGN_UP | {"email": "other@ember.example"})
    assert (taken.status_code, taken.url) == (fresh.status_code, fresh.url)
    assert len(mailbox("identity/account_exists")) == 1
    assert User.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("left_out", ["email", "password1", "shop_name", "country", "language"])
def test_sign_up_insists_on_what_it_needs(left_out):
    data = {key: value for key, value in SIGN_UP.items() if key != left_out}
    assert Client().post(reverse("account_signup"), data).status_code == 200
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_forgotten_password_is_replaced_by_mail(make_user, run_tasks, mailbox):
    make_user("ines@ember.example")
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": "Ines@ember.example"})
    run_tasks()
    form = browser.get(link_in(mailbox("identity/reset_password")), follow=True)
    new = "warm-paper-dark-ink-9"
    browser.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert User.objects.get().check_password(new)
    assert mailbox("identity/account_changed")


@pytest.mark.django_db
def test_asking_for_a_new_password_tells_nothing_about_an_address(make_user, run_tasks, mailbox):
    make_user("ines@ember.example")
    known = Client().post(reverse("account_reset_password"), {"email": "ines@ember.example"})
    assert mailbox("identity/reset_password") == [], "the letter would take the answer some time"
    unknown = Client().post(reverse("account_reset_password"), {"email": "no@ember.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert run_tasks() == 2
    assert len(mailbox("identity/reset_password")) == 1


@pytest.mark.django_db
def test_without_cookies_nobody_gets_in_and_the_page_says_why(make_user):
    make_user("ines@ember.example")
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(
        reverse("account_login"), {"login": "ines@ember.example", "password": PASSWORD}
    )
    assert answer.status_code == 403
    assert "Cookies needed here" in answer.content.decode()


def test_signing_in_leaves_cookies_that_die_with_the_browser(make_user):
    make_user("ines@ember.example")
    browser = Client()
    browser.post(reverse("account_login"), {"login": "ines@ember.example", "password": PASSWORD})
    cookies = browser.cookies
    assert "sessionid" in cookies
    for cookie in cookies.values():
        assert not cookie["max-age"]
        assert not cookie["expires"]


def test_sign_in_and_out_are_logged(make_user):
    user = make_user("ines@ember.example")
    browser = Client(
        headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0"}
    )
    browser.post(reverse("account_login"), {"login": "ines@ember.example", "password": PASSWORD})
    browser.get(reverse("account:details"))
    browser.post(reverse("account_logout"))
    kinds = list(Activity.objects.filter(user=user).order_by("pk").values_list("kind", "page"))
    assert kinds[0] == (ActivityKind.SIGNED_IN, "")
    assert (ActivityKind.PAGE, "account:details") in kinds
    assert kinds[-1] == (ActivityKind.SIGNED_OUT, "")
    assert set(Activity.objects.values_list("browser", flat=True)) == {"Firefox · Linux"}


def test_a_person_sees_only_their_own_activity(office, owner, make_user):
    other = make_user("other@rival.example")
    Activity.objects.create(user=other, kind=ActivityKind.PAGE, page="secret-page")
    assert "secret-page" not in office.get(reverse("account:activity")).content.decode()


def test_details_can_be_changed_and_take_effect(office, owner):
    answer = office.post(
        reverse("account:details"),
        {"name": "Ines Vogel", "language": "de", "time_zone": "Europe/Berlin"},
        follow=True,
    )
    owner.refresh_from_db()
    assert (owner.name, owner.language) == ("Ines Vogel", "de")
    assert 'lang="de"' in answer.content.decode()


def test_activity_goes_after_ninety_days(owner):
    from datetime import timedelta

    from django.utils import timezone

    from tradepost.identity.actions import activity

    now = timezone.now()
    Activity.objects.create(user=owner, kind="page", at=now - timedelta(days=89))
    Activity.objects.create(user=owner, kind="page", at=now - timedelta(days=91))
    assert activity.due(now) == 1
    assert activity.purge(now) == 1
    assert Activity.objects.count() == 1


def test_an_account_that_was_never_confirmed_goes(db):
    from datetime import timedelta

    from django.utils import timezone

    from tradepost.identity.actions import accounts

    Client().post(reverse("account_signup"), SIGN_UP)
    assert accounts.purge_unconfirmed(timezone.now()) == 0
    assert accounts.purge_unconfirmed(timezone.now() + timedelta(days=15)) == 1
    assert not User.objects.exists()


def test_the_secret_of_an_authenticator_app_is_sealed_in_the_database(office, owner):
    from allauth.mfa.adapter import get_adapter

    sealed = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert get_adapter().decrypt(sealed) == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_email_verification_sent",
        "account_inactive",
        "account:ask_link",
    ],
)
def test_pages_at_the_door_wear_the_houses_dress(db, name):
    page = Client().get(reverse(name))
    assert page.status_code == 200
    assert "wordmark" in page.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "account_logout",
        "account_email",
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "account:details",
        "account:activity",
    ],
)
def test_pages_of_the_account_wear_the_houses_dress(make_user, name):
    make_user("ines@ember.example")
    browser = Client()
    browser.post(reverse("account_login"), {"login": "ines@ember.example", "password": PASSWORD})
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = browser.get(reverse(name))
    assert page.status_code == 200
    assert "wordmark" in page.content.decode()
