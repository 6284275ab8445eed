"""Invitations, roles, and the owner who cannot be lost."""

import re
from datetime import timedelta

import pytest
import time_machine
from conftest import PASSWORD
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tradepost.audit.models import Entry
from tradepost.audit.types import Actor
from tradepost.identity.models import User
from tradepost.merchants.actions import team
from tradepost.merchants.models import Membership
from tradepost.merchants.types import Role
from tradepost.modules.team import permissions, role_permissions

NEW = "tom@ember-leather.example"


def invite(office: Client, email: str = NEW, role: str = "orders"):
    return office.post(
        reverse("merchants_office:invite", args=["ember-leather"]), {"email": email, "role": role}
    )


@pytest.fixture
def link(office, mailbox):
    invite(office)
    return re.search(r"https?://[^/]+(/join/\S+)", mailbox("merchants/invitation")[-1].text)[1]


def test_somebody_new_joins_by_the_mailed_link(link):
    browser = Client()
    assert "Orders only" in browser.get(link).content.decode()
    browser.post(link, {"name": "Tom", "password": PASSWORD})
    membership = Membership.objects.get(user__email=NEW)
    assert membership.role == "orders"
    assert browser.get("/office/ember-leather/").status_code == 200


def test_somebody_with_an_account_signs_in_first(link, make_user):
    make_user(NEW)
    browser = Client()
    assert "sign in, then join" in browser.get(link).content.decode()
    assert browser.post(link, {"password": PASSWORD}).status_code == 200
    assert not Membership.objects.filter(user__email=NEW).exists(), "the link alone is not enough"
    browser.post(reverse("account_login"), {"login": NEW, "password": PASSWORD})
    browser.post(link)
    assert Membership.objects.filter(user__email=NEW).exists()


def test_a_forwarded_link_is_of_no_use_to_somebody_else(link, make_user):
    browser = Client()
    browser.force_login(make_user("mallory@evil.example"))
    assert browser.post(link).status_code == 403
    assert not Membership.objects.filter(user__email="mallory@evil.example").exists()


def test_a_link_works_once(link):
    Client().post(link, {"name": "Tom", "password": PASSWORD})
    assert Client().get(link).status_code == 410


def test_a_forged_link_does_not_work(link):
    assert Client().get(link[:-4] + "abc/").status_code == 410


def test_a_link_expires_after_a_week(link):
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert Client().get(link).status_code == 410


def test_a_withdrawn_invitation_does_not_work(link, office, merchant, in_scope):
    invitation = team.open_invitations(merchant).get()
    office.post(reverse("merchants_office:withdraw", args=[merchant.handle, invitation.public_id]))
    assert Client().get(link).status_code == 410


def test_a_weak_password_is_refused_and_the_invitation_stays_open(link):
    answer = Client().post(link, {"name": "Tom", "password": "12345678"})
    assert "too common" in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()
    assert Client().get(link).status_code == 200


def test_inviting_again_replaces_the_first_invitation(link, office, merchant, in_scope):
    invite(office, role="read_only")
    assert Client().get(link).status_code == 410
    assert team.open_invitations(merchant).get().role == Role.READ_ONLY


def test_the_last_owner_cannot_leave_or_step_down(office, owner, merchant):
    membership = Membership.objects.get(user=owner)
    office.post(reverse("merchants_office:remove", args=[merchant.handle, membership.public_id]))
    office.post(
        reverse("merchants_office:role", args=[merchant.handle, membership.public_id]),
        {"role": "read_only"},
    )
    membership.refresh_from_db()
    assert membership.role == Role.OWNER


def test_a_second_owner_may_let_the_first_go(office, owner, merchant, make_user):
    second = Membership.objects.create(
        merchant=merchant, user=make_user("second@ember.example"), role=Role.OWNER
    )
    first = Membership.objects.get(user=owner)
    team.remove(membership=first, by=Actor.user(second.user))
    assert office.get("/office/ember-leather/").status_code == 404, "shut out at once"
    with pytest.raises(team.LastOwner):
        team.remove(membership=second, by=Actor.user(second.user))


@pytest.mark.django_db(transaction=True)
def test_two_owners_removing_each_other_leave_one(merchant, owner, make_user):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    second = Membership.objects.create(
        merchant=merchant, user=make_user("second@ember.example"), role=Role.OWNER
    )
    first = Membership.objects.get(user=owner)

    def remove(pair) -> bool:
        try:
            team.remove(membership=pair[0], by=Actor.user(pair[1]))
        except (team.LastOwner, Membership.DoesNotExist):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(remove, [(first, second.user), (second, first.user)]))
    assert sum(done) == 1
    assert merchant.memberships.filter(role=Role.OWNER).count() == 1


@pytest.mark.parametrize("role", ["orders", "campaigns", Role.READ_ONLY])
def test_nobody_but_the_owner_changes_settings_team_or_tokens(member, merchant, role):
    client = member(role)
    own = Membership.objects.get(user__email=f"{role}@ember-leather.example")
    handle = merchant.handle
    tries = {
        "merchants_office:shop": ([handle], {"name": "Mine now"}),
        "merchants_office:invite": ([handle], {"email": NEW, "role": "owner"}),
        "merchants_office:role": ([handle, own.public_id], {"role": "owner"}),
        "merchants_office:remove": ([handle, own.public_id], {}),
        "merchants_office:tokens": ([handle], {"name": "x", "scopes": ["orders:read"]}),
        "merchants_office:close": ([handle], {"when": "now", "name": merchant.name}),
    }
    for name, (args, data) in tries.items():
        assert client.post(reverse(name, args=args), data).status_code == 403, name
    merchant.refresh_from_db()
    own.refresh_from_db()
    assert (merchant.name, merchant.closing_at, own.role) == ("Ember Leather", None, role)


def test_a_role_sees_only_what_its_work_needs():
    orders, campaigns = role_permissions["orders"], role_permissions["campaigns"]
    assert permissions["see_audience"] not in orders
    assert permissions["see_orders"] not in campaigns
    assert not any(item.name.startswith("change_") for item in role_permissions[Role.READ_ONLY])
    assert role_permissions[Role.OWNER] == frozenset(permissions.values())


def test_every_change_of_the_team_is_in_the_record(link, office, merchant):
    Client().post(link, {"name": "Tom", "password": PASSWORD})
    member = Membership.objects.get(user__email=NEW)
    office.post(
        reverse("merchants_office:role", args=[merchant.handle, member.public_id]),
        {"role": "campaigns"},
    )
    office.post(reverse("merchants_office:remove", args=[merchant.handle, member.public_id]))
    actions = set(Entry.objects.filter(merchant_id=merchant.pk).values_list("action", flat=True))
    assert actions >= {
        "merchants.invite",
        "merchants.accept_invitation",
        "merchants.change_role",
        "merchants.remove_member",
    }


def test_shop_details_can_be_edited_and_the_old_address_ends(office, merchant):
    page = office.get(reverse("merchants_office:shop", args=[merchant.handle]))
    data = {field.name: field.value() or "" for field in page.context["form"]}
    data |= {"handle": "ember", "time_zone": "Europe/Zurich"}
    answer = office.post(reverse("merchants_office:shop", args=[merchant.handle]), data)
    merchant.refresh_from_db()
    assert (merchant.handle, merchant.time_zone) == ("ember", "Europe/Zurich")
    assert answer.url == "/office/ember/settings/"


def test_two_shops_cannot_share_an_address(office, merchant, other_merchant):
    page = office.get(reverse("merchants_office:shop", args=[merchant.handle]))
    data = {field.name: field.value() or "" for field in page.context["form"]}
    answer = office.post(
        reverse("merchants_office:shop", args=[merchant.handle]),
        data | {"handle": other_merchant.handle},
    )
    assert "already exists" in answer.content.decode()
