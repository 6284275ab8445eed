"""The skeleton of a new room: its folder, and the two lines outside it."""

import re
from pathlib import Path

_FILES = {
    "__init__.py": "",
    "apps.py": """from django.apps import AppConfig


class {title}Config(AppConfig):
    name = "tradepost.{name}"
    label = "{name}"
""",
    "room.py": '''"""Joins {name} to the house."""

from tradepost.datamap.rooms import Room

room = Room(name="{name}")
''',
    "urls.py": '''"""Addresses of {name}."""

from django.urls import URLPattern

app_name = "{name}"

urlpatterns: list[URLPattern] = []

office_urlpatterns: list[URLPattern] = []
''',
    "models.py": '"""Rows of {name}; each declares its personal data in ``class Privacy``."""\n',
    "queries.py": '"""Every read that a screen, export or API of {name} needs."""\n',
    "types.py": '"""Enums, dataclasses, exceptions of {name}."""\n',
    "actions/__init__.py": "",
    "views/__init__.py": "",
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
}


class RoomRefused(ValueError):
    """The name will not do, is taken, or the floor is unknown; the text says which."""


def write_room(root: Path, name: str, above: str) -> list[Path]:
    """Write the skeleton of ``name`` on a new floor just above ``above``; returns what was written.

    ``root`` is the checkout. Outside the new folder two files change: ``config/rooms.py`` and the
    floors in ``pyproject.toml``.

    Raises: RoomRefused; nothing has been written then.
    """
    package = root / "src" / "tradepost"
    folder = package / name
    if not re.fullmatch(r"[a-z][a-z]{1,29}", name):
        raise RoomRefused("A room has one word of small letters for a name.")
    if folder.exists():
        raise RoomRefused(f"There is a room {name} already.")
    list_of_rooms, floors = package / "config" / "rooms.py", root / "pyproject.toml"
    rooms_text = _with_line(list_of_rooms.read_text(), f'    "{above}",', f'    "{name}",')
    floors_text = _with_line(
        floors.read_text(), _floor_of(floors.read_text(), above), f'  "{name}",'
    )
    written = []
    for file, text in _FILES.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("{name}", name).replace("{title}", name.title()))
        written.append(path)
    list_of_rooms.write_text(rooms_text)
    floors.write_text(floors_text)
    return [*written, list_of_rooms, floors]


def _floor_of(text: str, room: str) -> str:
    found = re.search(rf'^  "[^"\n]*\b{room}\b[^"\n]*",$', text, re.MULTILINE)
    if found is None:
        raise RoomRefused(f"No floor of pyproject.toml names {room}.")
    return found[0]


def _with_line(text: str, before: str, line: str) -> str:
    if before not in text:
        raise RoomRefused(f"config/rooms.py does not list {before.strip()}.")
    return text.replace(before, f"{line}\n{before}", 1)
