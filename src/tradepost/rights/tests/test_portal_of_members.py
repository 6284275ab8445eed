"""A person with an account: a mailed link shows what is held, opens no account and ends none."""

import io
import re
import zipfile

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from conftest import PASSWORD
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.delivery.models import Mail
from tradepost.identity.actions.lockout import make_access_link
from tradepost.identity.models import AccessLink, User
from tradepost.identity.probe import give_second_factor
from tradepost.identity.tests.test_second_factor import code_of
from tradepost.merchants.models import Membership
from tradepost.rights.tests.test_portal import run_tasks

pytestmark = pytest.mark.django_db


def enter(email: str) -> Client:
    """Whoever reads the mailbox, in a visit of this person."""
    thief = Client()
    thief.post("/privacy/my-data/", {"email": email})
    run_tasks()
    with scopes_disabled():
        text = Mail.objects.filter(address=email, template="rights/portal_link").latest("pk").text
    found = re.search(r"https?://[^/\s]+(/privacy/link/\S+/)", text)
    assert found
    thief.post(found[1])
    return thief


@pytest.fixture
def secret(owner) -> str:
    return give_second_factor(owner)


def everything_shown(browser: Client) -> str:
    """The page and the three downloads, unpacked."""
    texts = [browser.get("/privacy/visit/").text]
    for form in ("json", "csv", "xlsx"):
        raw = browser.get(f"/privacy/visit/download/{form}/").content
        if raw[:2] == b"PK":
            packed = zipfile.ZipFile(io.BytesIO(raw))
            texts += [packed.read(name).decode() for name in packed.namelist()]
        else:
            texts.append(raw.decode())
    return "\n".join(texts)


def test_no_password_and_no_second_factor_is_shown_or_exported(owner, secret):
    RecoveryCodes.activate(owner)
    make_access_link(user=owner, unasked=False)
    kept = [User.objects.get(pk=owner.pk).password, AccessLink.objects.get().digest, secret]
    for row in Authenticator.objects.all():
        kept += [str(value) for value in row.data.values() if isinstance(value, str)]
    shown = everything_shown(enter(owner.email))
    assert owner.email in shown
    assert "never shown" in shown, "that there is one is said"
    for text in kept:
        assert text not in shown
    for word in ("argon2", "used_mask", "m=102400"):
        assert word not in shown


CHANGES = [
    ("erase", {"sure": "on"}),
    ("correct", {"field": "name", "value": "Mallory"}),
    ("restrict", {}),
    ("lift", {}),
]


@pytest.mark.parametrize(("what", "said"), CHANGES, ids=lambda value: str(value)[:8])
def test_the_mailed_link_does_not_get_past_the_second_factor(owner, secret, what, said):
    thief = enter(owner.email)
    page = thief.get("/privacy/visit/").text
    reference = re.search(r"reference=(identity\.User[^&\"]+)&(?:amp;)?field=name", page)
    answer = thief.post(f"/privacy/visit/{what}/", said | {"reference": reference[1]})
    assert answer.status_code == 403
    assert "has a second factor" in answer.text
    owner.refresh_from_db()
    assert owner.name != "Mallory"
    assert Membership.objects.filter(user=owner).exists()
    with scopes_disabled():
        assert (
            not Mail.objects.filter(address=owner.email)
            .exclude(template="rights/portal_link")
            .exists()
        )


def test_nor_does_it_in_the_browser_of_somebody_else_who_is_signed_in(owner, secret, make_user):
    thief = enter(owner.email)
    thief.force_login(make_user("mallory@evil.example"))
    assert thief.post("/privacy/visit/erase/", {"sure": "on"}).status_code == 403
    assert User.objects.filter(pk=owner.pk).exists()


def test_with_the_password_alone_nothing_is_erased(owner, secret):
    thief = enter(owner.email)
    thief.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    assert thief.post("/privacy/visit/erase/", {"sure": "on"}).status_code == 403
    thief.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert thief.post("/privacy/visit/erase/", {"sure": "on"}).status_code == 403


def test_the_owner_signs_in_and_goes_on(owner, secret):
    guest = enter(owner.email)
    first = guest.get("/privacy/visit/erase/")
    assert f"{reverse('account_login')}?next=/privacy/visit/" in first.text
    guest.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    guest.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert guest.get("/privacy/visit/erase/").status_code == 200
    assert guest.post("/privacy/visit/restrict/").status_code == 302


def test_a_message_to_the_desk_needs_no_second_factor(owner, secret):
    guest = enter(owner.email)
    answer = guest.post("/privacy/visit/message/", {"note": "I lost my phone."}, follow=True)
    assert "You get an answer within one month" in answer.text


def test_without_a_second_factor_the_mailbox_is_enough_as_for_a_new_password(make_user):
    user = make_user("lone@ember.example")
    guest = enter(user.email)
    guest.post("/privacy/visit/erase/", {"sure": "on"})
    assert not User.objects.filter(pk=user.pk).exists()
