"""Permissions, roles and scopes come from the rooms' declarations."""

import pytest

from tradepost.datamap.rooms import Permission, Room, TeamRole
from tradepost.modules import team


@pytest.fixture
def empty(monkeypatch):
    for name in ("permissions", "roles", "role_permissions"):
        monkeypatch.setattr(team, name, {})
    monkeypatch.setattr(team, "scopes", [])


def test_an_upper_room_may_give_its_permission_to_a_role_of_a_lower_one(empty):
    seeing = Permission(name="see_shelves", seeing=True)
    writing = Permission(name="write_tickets", held_by=("packer",))
    lower = Room(
        name="lower",
        permissions=(seeing,),
        roles=(
            TeamRole(name="reader", label="Reader", order=2, holds=lambda one: one.seeing),
            TeamRole(name="packer", label="Packer", order=1, holds=lambda one: False),
        ),
        scopes=("shelves:read", "events:read"),
    )
    upper = Room(name="upper", permissions=(writing,), scopes=("events:read",))
    team.collect_team([lower, upper])
    assert team.role_permissions == {"reader": {seeing}, "packer": {writing}}
    assert [name for name, _label in team.role_choices()] == ["packer", "reader"]
    assert team.scopes == ["shelves:read", "events:read"]


def test_a_permission_for_a_role_that_nobody_declares_is_refused(empty):
    lost = Permission(name="write_tickets", held_by=("nobody",))
    with pytest.raises(team.UnknownRole, match="write_tickets: nobody"):
        team.collect_team([Room(name="upper", permissions=(lost,))])


def test_the_roles_of_the_house_hold_what_they_held_before():
    by_hand = {
        "orders": {"home", "see_orders", "change_orders", "see_catalog"},
        "campaigns": {
            *("home", "see_catalog", "see_audience", "change_audience"),
            *("see_campaigns", "change_campaigns"),
        },
    }
    for role, names in by_hand.items():
        assert {one.name for one in team.role_permissions[role]} == names
    every = set(team.permissions.values())
    assert team.role_permissions["owner"] == every
    assert team.role_permissions["read_only"] == {
        one for one in every if one.name == "home" or one.name.startswith("see_")
    }
