"""Names that go into mail: those of people who sign in, of shops, of lists."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tradepost.lib.weblinks import holds_link


def no_link(text: str) -> None:
    """Raises: ValidationError."""
    if holds_link(text):
        raise ValidationError(
            _(
                "A name goes into mails and must not look like a web or mail address. Leave a space after each dot."
            ),
            code="link",
        )
