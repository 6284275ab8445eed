"""Lets the story happen in the past."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock

from django.utils import timezone


@contextmanager
def happening(moment: datetime) -> Iterator[None]:
    """Inside, ``timezone.now()`` says ``moment``, in this process only.

    The demo writes through the same actions as everybody; this is how they come to write old dates.
    Column defaults hold the function itself and are not reached.
    """
    with mock.patch.object(timezone, "now", return_value=moment):
        yield
