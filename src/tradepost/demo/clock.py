"""Lets the story happen in the past."""

import datetime as real
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.utils import timezone


class _AnyDatetime(type):
    """Every datetime counts as an instance, so that Django's own checks go on working."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, real.datetime)


@contextmanager
def happening(moment: real.datetime) -> Iterator[None]:
    """Inside, ``timezone.now()`` says ``moment``, in this process only.

    The demo writes through the same actions as everybody; this is how they come to write old dates.
    What is replaced is the clock that the function reads, for column defaults hold the function.
    """

    class Stopped(real.datetime, metaclass=_AnyDatetime):
        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> Any:
            return moment.astimezone(tz)

    with mock.patch.object(timezone, "datetime", Stopped):
        yield


@contextmanager
def without_post() -> Iterator[None]:
    """Inside, orders write to nobody: what they would have said at the time, nobody waits for today."""
    actions = "tradepost.orders.actions"
    with (
        mock.patch(f"{actions}.create.mail_receipt"),
        mock.patch(f"{actions}.create.notify_merchant"),
        mock.patch(f"{actions}.settle.mail_paid"),
        mock.patch(f"{actions}.settle.mail_refund"),
        mock.patch(f"{actions}.settle.notify_merchant"),
        mock.patch(f"{actions}.refund.mail_refund_due"),
        mock.patch(f"{actions}.handle.mail_dispatch"),
        mock.patch(f"{actions}.cancel.mail_cancelled"),
    ):
        yield
