"""Which mail templates exist, what they are for, and which are service mail."""

from tradepost.datamap.rooms import MailTemplate


class UnknownTemplate(LookupError):
    """No room declares a mail template of this name."""


mail_templates: dict[str, MailTemplate] = {}


def mail_template(name: str) -> MailTemplate:
    """Raises: UnknownTemplate."""
    try:
        return mail_templates[name]
    except KeyError:
        raise UnknownTemplate(
            f"{name}: declare MailTemplate(name={name!r}, …) in a room.py"
        ) from None
