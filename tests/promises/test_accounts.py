"""Each promise of the accounts, kept as it stands and broken under one deliberate breach."""

from datetime import timedelta

import pytest
from django import forms
from django.contrib.auth.hashers import Argon2PasswordHasher

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.identity import promises as identity_promises
from tradepost.identity.actions import lockout
from tradepost.identity.models import Activity, User
from tradepost.merchants import promises as merchants_promises
from tradepost.merchants.forms import SignUpForm
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import CHANGE_SETTINGS
from tradepost.modules.team import role_permissions


def passwords_are_kept_plain(monkeypatch):
    monkeypatch.setattr(
        Argon2PasswordHasher, "encode", lambda self, password, salt: f"plain${password}"
    )
    monkeypatch.setattr("django.contrib.auth.hashers.is_password_usable", lambda encoded: True)


def an_old_account_keeps_a_weak_hash(monkeypatch):
    """In the live data, which the tested half never sees."""
    User.objects.create(email="old@promise-check.example", password="md5$salt$abc")


def tries_are_not_counted(monkeypatch):
    monkeypatch.setattr(lockout, "count", lambda keys: lockout.Try(keys, {}))


def strangers_lock_the_owner_out(monkeypatch):
    monkeypatch.setattr(lockout, "_is_known", lambda email, network: False)


def the_link_opens_nothing(monkeypatch):
    monkeypatch.setattr(lockout, "_holds_pass", lambda link_id, email: False)


def details_are_open_to_strangers(monkeypatch):
    from django.http import HttpResponse

    from tradepost.identity import urls

    monkeypatch.setattr(urls.urlpatterns[0], "callback", lambda request: HttpResponse("open"))


def the_session_outlives_the_browser(monkeypatch):
    monkeypatch.setattr(
        "django.contrib.sessions.backends.base.SessionBase.get_expire_at_browser_close",
        lambda self: False,
    )


def the_log_keeps_whole_addresses(monkeypatch):
    monkeypatch.setattr("tradepost.identity.network.truncate_ip", lambda text: text)


def the_log_is_kept_for_years(monkeypatch):
    from dataclasses import replace

    from tradepost.datamap.registry import keep_rules

    rule = replace(keep_rules["identity.activity"], period=timedelta(days=900))
    monkeypatch.setitem(keep_rules, "identity.activity", rule)


def the_log_serves_statistics(monkeypatch):
    monkeypatch.setattr(Activity.Privacy, "purpose", Purpose.STATISTICS)


def another_room_reads_the_log(monkeypatch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    (folder / "campaigns").mkdir()
    (folder / "campaigns" / "scores.py").write_text(
        "from tradepost.identity.models import Activity\n"
    )
    monkeypatch.setattr(identity_promises, "_PACKAGE", folder)


def the_form_asks_for_a_birthday(monkeypatch):
    monkeypatch.setitem(SignUpForm.base_fields, "birthday", forms.DateField(required=False))


def the_telephone_is_demanded(monkeypatch):
    monkeypatch.setattr(SignUpForm.base_fields["telephone"], "required", True)


def the_contact_serves_promotions(monkeypatch):
    from dataclasses import replace

    from tradepost.modules.mail_templates import mail_templates

    name = "merchants/invitation"
    letter = replace(mail_templates[name], purpose=Purpose.PROMOTIONS, service=False)
    monkeypatch.setitem(mail_templates, name, letter)


def the_console_can_send(monkeypatch):
    original = merchants_promises._imports

    def imports(room):
        yield from original(room)
        if room == "console":
            yield "console/views.py", "tradepost.delivery.actions.queue_mail"

    monkeypatch.setattr(merchants_promises, "_imports", imports)


def account_holders_may_be_an_audience(monkeypatch):
    monkeypatch.setattr("tradepost.delivery.actions.mailings.WRITTEN_TO", frozenset(Subject))


def the_country_serves_the_service(monkeypatch):
    personal = Merchant.Privacy.personal | {"country": Merchant.Privacy.personal["website"]}
    monkeypatch.setattr(Merchant.Privacy, "personal", personal)


def another_room_reads_the_type_of_business(monkeypatch):
    monkeypatch.setattr(
        merchants_promises, "_reads_of_merchant", lambda path: iter(["business_type"])
    )


def undeclared_cookies_pass(monkeypatch):
    from tradepost.datamap.rooms import Cookie
    from tradepost.modules.registry import cookies

    monkeypatch.setitem(
        cookies,
        "undeclared_by_anyone",
        Cookie(name="undeclared_by_anyone", purpose="tracking", life="years"),
    )


def everybody_may_change_settings(monkeypatch):
    monkeypatch.setitem(role_permissions, "orders", role_permissions["orders"] | {CHANGE_SETTINGS})


def nobody_watches_cookies(monkeypatch):
    from django.conf import settings

    layers = [name for name in settings.MIDDLEWARE if "declared_cookies" not in name]
    monkeypatch.setattr(settings, "MIDDLEWARE", layers)


def disclosures_go_unwritten(monkeypatch):
    monkeypatch.setattr("tradepost.console.views.disclose_by_law", lambda **said: None)


def the_ledger_names_the_person(monkeypatch):
    from tradepost.rights.actions import disclose

    monkeypatch.setattr(disclose, "email_key", lambda email: email[:32])


def mails_are_read_unrecorded(monkeypatch):
    monkeypatch.setattr("tradepost.delivery.views.record", lambda **said: None)


def the_list_of_shops_is_read_unrecorded(monkeypatch):
    monkeypatch.setattr("tradepost.console.shops.pages.record", lambda **said: None)


MUTATIONS = {
    "share.legal": [disclosures_go_unwritten, the_ledger_names_the_person],
    "collect.list-contents": [mails_are_read_unrecorded, the_list_of_shops_is_read_unrecorded],
    "secure.passwords": [passwords_are_kept_plain, an_old_account_keeps_a_weak_hash],
    "secure.lockout": [tries_are_not_counted, strangers_lock_the_owner_out, the_link_opens_nothing],
    "secure.sign-in-needed": details_are_open_to_strangers,
    "cookie.admin-session": the_session_outlives_the_browser,
    "cookie.registry": [undeclared_cookies_pass, nobody_watches_cookies],
    "collect.usage-log": [the_log_keeps_whole_addresses, the_log_is_kept_for_years],
    "purpose.security-log": the_log_serves_statistics,
    "collect.account-minimum": [the_form_asks_for_a_birthday, the_telephone_is_demanded],
    "purpose.operational-contact": [
        account_holders_may_be_an_audience,
        the_contact_serves_promotions,
        the_console_can_send,
    ],
    "purpose.statistics-fields": [
        the_country_serves_the_service,
        another_room_reads_the_type_of_business,
    ],
    "access.need-to-know": everybody_may_change_settings,
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch, db):
    assert_kept_then_broken(promise, mutate, monkeypatch)


def test_a_room_that_reaches_for_the_activity_log_is_found(monkeypatch, tmp_path_factory, db):
    from tradepost.datamap.promises import Broken

    another_room_reads_the_log(monkeypatch, tmp_path_factory)
    with pytest.raises(Broken, match="campaigns"):
        identity_promises.log_serves_security_only()
