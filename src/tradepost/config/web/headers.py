"""Headers of every answer: what no browser may keep, and what no page may use."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]

# Nothing here uses them, so no script that got in by a mistake can. Passkeys are the exception.
_UNUSED = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
    *(
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "identity-credentials-get",
    ),
    *("idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment"),
    *(
        "picture-in-picture",
        "screen-wake-lock",
        "serial",
        "usb",
        "web-share",
        "xr-spatial-tracking",
    ),
)
PERMISSIONS_POLICY = ", ".join(
    [
        *(f"{feature}=()" for feature in _UNUSED),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)

# The first part of addresses whose pages are the same for everybody. All others name somebody, need a
# sign-in, or have a secret in the address: browsers and proxies keep nothing of them (ASVS 14.3).
OPEN = frozenset(
    {
        *("", "shop", "shop-theme", "static", "media", "letters", "forms", "privacy", "promises"),
        *("robots.txt", "sitemap.xml", "favicon.ico", "ui"),
    }
)


def is_open(path: str) -> bool:
    first, _, rest = path.lstrip("/").partition("/")
    portal = first == "privacy" and (
        rest.startswith(("visit/", "link/")) or rest.endswith("my-data/")
    )
    return first in OPEN and not portal


def careful_headers(respond: Respond) -> Respond:
    """``no-store`` for whatever is not open to everybody, and for every answer to a form, which shows
    again what was typed; Permissions-Policy on all."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        kept = response.headers.get("Cache-Control", "")
        is_same_for_all = is_open(request.path) and request.method in {"GET", "HEAD"}
        if "no-store" not in kept and not is_same_for_all:
            response.headers["Cache-Control"] = "no-store, private"
        return response

    return middleware
