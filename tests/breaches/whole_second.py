"""Further breaches that the whole proof must see: the second one of each promise that it has evidence for."""

from tests.breaches.types import Breach

SECOND = (
    Breach(
        name="the provider's label says who pays",
        promise="collect.only-when-given",
        oracle="columns",
        shows="payments_paymentintent.label is declared not personal",
        edits=((
            "payments/actions/start.py",
            '            "label": label,',
            '            "label": f"{label} {payer_email}"[:60],',
        ),),
    ),
    Breach(
        name="a request has a year",
        promise="right.in-time",
        oracle="clock",
        shows="a request that nobody answered for a month is not overdue",
        edits=((
            "rights/actions/rights.py",
            "    months = in_force(MONTHS_TO_ANSWER, received.date()).value\n",
            "    months = 12\n",
        ),),
    ),
    Breach(
        name="nobody counts the requests of shops",
        promise="right.in-time",
        oracle="clock",
        shows="a request that nobody answered for a month is not overdue",
        alone=True,
        edits=((
            "rights/queries.py",
            "        late = RightsRequest.objects.filter(done_at=None, due_at__lt=clock.now())\n",
            "        late = RightsRequest.objects.filter(done_at=None, due_at__lt=clock.now(), merchant=None)\n",
        ),),
    ),
)  # fmt: skip
TLS = tuple(
    Breach(name=name, promise="secure.tls", edits=(("config/settings.py", old, new),))
    for name, old, new in (
        ("browsers are not told to come back encrypted", "TRADEPOST.hsts_days * 86_400 if _secure else 0", "0"),
        ("sessions travel in the clear", "SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure", "SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False"),
    )
)  # fmt: skip
