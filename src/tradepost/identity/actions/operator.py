"""People who run this installation."""

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.identity.actions.accounts import create_account
from tradepost.identity.models import User


@transaction.atomic
def create_operator(*, email: str, name: str, password: str) -> User:
    """An account of whoever runs this installation. Raises: AccountExists, InvalidEmail."""
    user = create_account(email=email, name=name, password=password)
    user.is_operator = True
    user.save(update_fields=["is_operator"])
    record(
        actor=Actor.at_machine("create_operator"), action="identity.create_operator", target=user
    )
    return user
