"""The house's own icons: strokes on a grid of 24, drawn for this project. Rooms declare more of them."""

from tradepost.datamap.registry import icons as of_rooms

ICONS: dict[str, str] = {
    "home": "M4 11 12 4l8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
    "products": "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
    "people": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6"
    "M16 4.5a3.3 3.3 0 0 1 0 6.3M18 14.5c2.2.8 3.5 2.6 3.5 5.5",
    "privacy": "M12 3l8 3v5c0 5-3.4 8.4-8 10-4.6-1.6-8-5-8-10V6zM9 12l2 2 4-4",
    "modules": "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM16.5 13.5v6M13.5 16.5h6",
    "settings": "M4 7h10M18 7h2M4 17h2M10 17h10M16 4.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z"
    "M8 14.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z",
    "search": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
    "cart": "M3 4h3l2.2 11H18l2.5-8H6.8M9 20.5a1 1 0 1 0 0-2 1 1 0 0 0 0 2z"
    "M17 20.5a1 1 0 1 0 0-2 1 1 0 0 0 0 2z",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "close": "M6 6l12 12M18 6L6 18",
    "plus": "M12 5v14M5 12h14",
    "minus": "M5 12h14",
    "check": "M5 13l4.5 4.5L19 7",
    "good": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.5l2.7 2.7L16 9.5",
    "info": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7.5v.1",
    "warn": "M12 4l9.5 16h-19zM12 10v4.5M12 17.4v.1",
    "bad": "M8 3h8l5 5v8l-5 5H8l-5-5V8zM9 9l6 6M15 9l-6 6",
    "download": "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4 20h16",
    "upload": "M12 16V5M7.5 9L12 4.5 16.5 9M4 20h16",
    "edit": "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5",
    "trash": "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5.5M14 11v5.5",
    "copy": "M9 9h11v11H9zM15 9V4H4v11h5",
    "external": "M14 4h6v6M20 4l-9 9M17 13v7H4V7h7",
    "arrow-left": "M20 12H5M11 6l-6 6 6 6",
    "arrow-right": "M4 12h15M13 6l6 6-6 6",
    "chevron-down": "M6 9l6 6 6-6",
    "sort": "M8 10l4-4 4 4M8 14l4 4 4-4",
    "sort-up": "M7 14l5-5 5 5",
    "sort-down": "M7 10l5 5 5-5",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.5 3.5-6.5 8-6.5s8 2 8 6.5",
    "sign-out": "M10 4H5v16h5M9 12h11M16 8l4 4-4 4",
    "mail": "M3 6h18v13H3zM3 7l9 7 9-7",
    "calendar": "M4 6h16v14H4zM4 10.5h16M8.5 3.5V8M15.5 3.5V8",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5.5l3.5 2",
    "filter": "M4 5h16l-6.5 8v6l-3-1.5V13z",
    "lock": "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
    "key": "M8 11.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12.5L20 4M16.5 7.5l2.5 2.5M14 10l1.5 1.5",
    "image": "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9.5v.1",
    "link": "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.6-5.6L12 7.2M14 10a4 4 0 0 0-6-.4l-3 3"
    "a4 4 0 0 0 5.6 5.6L12 16.8",
    "play": "M7 4.5l12 7.5-12 7.5z",
    "pause": "M8 5v14M16 5v14",
    "undo": "M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-4",
    "send": "M3 11.5L21 4l-5.5 17-4-7.5zM11.5 13.5L21 4",
    "tag": "M4 4h8l8.5 8.5-8 8L4 12zM8 8v.1",
    "truck": "M2.5 6H14v11H2.5zM14 10h4l3.5 3.5V17H14M7 19.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
    "M17.5 19.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    "receipt": "M5 3h14v18l-2.3-1.6L14.3 21 12 19.4 9.7 21l-2.4-1.6L5 21zM9 8h6M9 12h6",
    "chart": "M4 4v16h16M8 15l3.5-4.5 3 2.5L20 7",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 20.5h4",
    "gift": "M4 9h16v4H4zM5.5 13v7.5h13V13M12 9v11.5M12 9C9 9 7.5 7.5 8 6c.6-1.8 3.4-1.4 4 3 .6-4.4 3.4"
    "-4.8 4-3 .5 1.5-1 3-4 3z",
    "theme": "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
    "book": "M12 6c-2-1.5-4.5-2-8-2v14c3.5 0 6 .5 8 2 2-1.5 4.5-2 8-2V4c-3.5 0-6 .5-8 2zM12 6v14",
    "eye": "M2.5 12c2.5-4.5 5.7-6.5 9.5-6.5s7 2 9.5 6.5c-2.5 4.5-5.7 6.5-9.5 6.5"
    "s-7-2-9.5-6.5zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
    "mark": "M4 9l1.5-5h13L20 9M4 9c0 3.3 4 3.3 4 0 0 3.3 4 3.3 4 0 0 3.3 4 3.3 4 0 0 3.3 4 3.3"
    " 4 0M5.5 12v8h13v-8M10 20v-5h4v5",
}

# Icons that point along the line of reading, and so turn round in right-to-left scripts.
DIRECTIONAL = frozenset({"arrow-left", "arrow-right", "send", "sign-out", "undo", "truck"})


def strokes(name: str) -> str:
    """Raises: KeyError, for an icon that neither the house nor a room has."""
    return of_rooms[name] if name in of_rooms else ICONS[name]


def every_icon() -> list[str]:
    return sorted({*ICONS, *of_rooms})
