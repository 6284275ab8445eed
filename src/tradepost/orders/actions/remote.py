"""Telling the merchant's own server of an order, as the old hosted cart did: signed, and until it answers.

The fields are those of ``mals-cart.md``. Header ``Tradepost-Signature-2: t=<seconds>,order=<hex>``:
HMAC-SHA256 with the shop's secret over ``order.<seconds>.<body>``, which says what it signs; whatever
else is signed with this secret some day has another word there. ``Tradepost-Signature: t=<seconds>,
v1=<hex>`` is the same over ``<seconds>.<body>``, for servers that know only that. For GET the query stands for the body. The row is the queue; a call that is lost with its process is made again when its lease runs out, so the other side
should know an order by its ``id``.
"""

import hashlib
import hmac
import logging
import secrets
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.tasks import task
from django_scopes import scope, scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.lib import clock
from tradepost.lib.lazy_modules import LazyModule
from tradepost.lib.sealed import Sealer
from tradepost.orders.models import Order, OrderSettings, RemoteCall, RemoteTry
from tradepost.orders.queries import settings_of, with_everything
from tradepost.orders.remote_fields import remote_fields
from tradepost.rights.queries import may_process

if TYPE_CHECKING:
    import httpx

    from tradepost.rights import egress
else:
    httpx = LazyModule("httpx")
    egress = LazyModule("tradepost.rights.egress")

logger = logging.getLogger(__name__)

PURPOSE = "order"

PROCESSOR = "merchant-server"
KINDS = (Kind.NAME, Kind.EMAIL, Kind.PHONE, Kind.ADDRESS, Kind.COUNTRY, Kind.ORDER, Kind.NETWORK)
WAITS_MINUTES = (1, 5, 30, 120, 360, 720, 1440, 1440)
LEASE = timedelta(minutes=2)


def queue_remote_call(*, order: Order) -> RemoteCall | None:
    """Queue the call in the caller's transaction, if the shop wants calls; once for each order."""
    if not settings_of(order.merchant).remote_url:
        return None
    call, _made = RemoteCall.objects.get_or_create(
        order=order, defaults={"merchant_id": order.merchant_id}
    )
    transaction.on_commit(lambda: send_remote_call.enqueue(call.pk))
    return call


@task
def send_remote_call(call_id: int) -> None:
    """Make one try, if the call is due and nobody else has it."""
    with scopes_disabled():
        now = clock.now()
        claimed = RemoteCall.objects.filter(
            pk=call_id, state=RemoteCall.State.WAITING, due_at__lte=now
        ).update(attempts=F("attempts") + 1, due_at=now + LEASE)
        if not claimed:
            return
        call = RemoteCall.objects.select_related("merchant").get(pk=call_id)
    with scope(merchant=call.merchant):
        _try(call)


def send_due_calls() -> int:
    """Make every call that is due; the scheduler's sweeper."""
    with scopes_disabled():
        due = RemoteCall.objects.filter(
            state=RemoteCall.State.WAITING, due_at__lte=clock.now()
        ).order_by("due_at")
        numbers = list(due.values_list("pk", flat=True)[:100])
    for number in numbers:
        send_remote_call.func(number)
    return len(numbers)


def try_again(*, call: RemoteCall, by: Actor) -> None:
    """Start over with a call that was given up."""
    with transaction.atomic():
        RemoteCall.objects.filter(pk=call.pk).exclude(state=RemoteCall.State.DONE).update(
            state=RemoteCall.State.WAITING, attempts=0, due_at=clock.now()
        )
        record(actor=by, action="orders.remote_again", target=call, merchant_id=call.merchant_id)
        transaction.on_commit(lambda: send_remote_call.enqueue(call.pk))


def _try(call: RemoteCall) -> None:
    chosen = settings_of(call.merchant)
    order = with_everything(Order.objects.filter(pk=call.order_id)).get()
    if not may_process(call.merchant, order.email, Purpose.ORDERS):
        return  # tried again when its lease runs out, until the person lifts the stop
    began = time.monotonic()
    status, problem = _send(chosen, order)
    done = status is not None and 200 <= status < 300
    RemoteTry.objects.create(
        merchant_id=call.merchant_id,
        call=call,
        status=status,
        problem="" if done else problem[:200],
        took_ms=int((time.monotonic() - began) * 1000),
    )
    if done:
        call.state = RemoteCall.State.DONE
    elif call.attempts >= len(WAITS_MINUTES):
        call.state = RemoteCall.State.GIVEN_UP
    else:
        call.due_at = clock.now() + timedelta(minutes=WAITS_MINUTES[call.attempts - 1])
    call.save(update_fields=["state", "due_at"])


def _send(chosen: OrderSettings, order: Order) -> tuple[int | None, str]:
    """Status of the answer, or None and why there was none. The answer's text is not read."""
    if not chosen.remote_url:
        return None, "switched off"
    body = urlencode(remote_fields(order))
    secret, at = remote_secret(chosen), int(clock.now().timestamp())
    headers = {
        "Tradepost-Signature": sign(body, secret, at),
        "Tradepost-Signature-2": sign_for(PURPOSE, body, secret, at),
        "User-Agent": "Tradepost",
    }
    try:
        with egress.session(
            PROCESSOR,
            kinds=KINDS,
            purpose=Purpose.ORDERS,
            merchant=order.merchant,
            email=order.email,
            reference=f"order {order.number}",
        ) as client:
            if chosen.remote_method == "GET":
                joint = "&" if urlsplit(chosen.remote_url).query else "?"
                answer = client.get(f"{chosen.remote_url}{joint}{body}", headers=headers)
            else:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                answer = client.post(chosen.remote_url, content=body, headers=headers)
    except egress.EgressRefused as refusal:
        return None, f"refused: {refusal}"
    except httpx.HTTPError as error:
        return None, type(error).__name__
    return answer.status_code, f"answered {answer.status_code}"


def sign(body: str, secret: str, at: int) -> str:
    return f"t={at},v1={_mac(secret, f'{at}.{body}')}"


def sign_for(purpose: str, body: str, secret: str, at: int) -> str:
    """A signature that is good for one purpose only."""
    return f"t={at},{purpose}={_mac(secret, f'{purpose}.{at}.{body}')}"


def _mac(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _sealer() -> Sealer:
    return Sealer(settings.SECRET_KEY.encode(), "orders.remote")


def remote_secret(chosen: OrderSettings) -> str:
    return _sealer().unseal(chosen.remote_secret) if chosen.remote_secret else ""


def new_remote_secret(chosen: OrderSettings) -> str:
    """Make and seal a fresh secret on the unsaved settings; returned once, to be shown once."""
    secret = secrets.token_urlsafe(32)
    chosen.remote_secret = _sealer().seal(secret)
    return secret


def hosts() -> tuple[str, ...]:
    """The hosts that merchants have set: with that setting they name the recipient themselves."""
    with scopes_disabled():
        addresses = OrderSettings.objects.exclude(remote_url="").values_list(
            "remote_url", flat=True
        )
        return tuple({urlsplit(address).hostname or "" for address in addresses} - {""})


def is_in_use() -> bool:
    return bool(hosts())


def this_machine_allowed() -> bool:
    return bool(settings.TRADEPOST.remote_calls_to_this_machine)
