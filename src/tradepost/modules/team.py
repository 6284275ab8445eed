"""What members of a team and programs may do: permissions, roles and scopes, as the rooms declare them."""

from tradepost.datamap.rooms import Permission, Room, TeamRole, Text

permissions: dict[str, Permission] = {}
roles: dict[str, TeamRole] = {}
scopes: list[str] = []
role_permissions: dict[str, frozenset[Permission]] = {}


class UnknownRole(LookupError):
    """A permission names a role that no room declares."""


def collect_team(rooms: list[Room]) -> None:
    """Work out what each role may, once every room is known.

    Raises: UnknownRole.
    """
    permissions.update({one.name: one for room in rooms for one in room.permissions})
    declared = [role for room in rooms for role in room.roles]
    roles.update({role.name: role for role in sorted(declared, key=lambda role: role.order)})
    scopes.extend(dict.fromkeys(scope for room in rooms for scope in room.scopes))
    for permission in permissions.values():
        if unknown := set(permission.held_by) - roles.keys():
            raise UnknownRole(f"{permission.name}: {', '.join(sorted(unknown))}")
    for role in roles.values():
        role_permissions[role.name] = frozenset(
            one for one in permissions.values() if role.holds(one) or role.name in one.held_by
        )


def role_choices() -> list[tuple[str, Text]]:
    return [(role.name, role.label) for role in roles.values()]


def scope_choices() -> list[tuple[str, str]]:
    return [(scope, scope) for scope in scopes]
