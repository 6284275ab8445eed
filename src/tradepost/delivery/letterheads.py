"""Which mail templates exist, what they are for, and which are service mail.

A template ``orders/receipt`` is three files in the room's template folder: ``orders/mail/receipt``
with ``.subject.txt``, ``.txt`` and (unless the mail is text alone) ``.mjml``. The room registers it in
its ``module.py``; only a template flagged ``service`` there may be sent to somebody who unsubscribed
(promise purpose.service-mail).
"""

from dataclasses import dataclass

from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.types import UnknownTemplate

SERVICE_PURPOSES = frozenset(
    {
        Purpose.SERVICE,
        Purpose.ORDERS,
        Purpose.BILLING,
        Purpose.SUPPORT,
        Purpose.SECURITY,
        Purpose.ANNOUNCEMENTS,
        Purpose.LEGAL,
    }
)


class NoServicePurpose(ValueError):
    """News and promotions can always be refused; their templates cannot be flagged as service mail."""


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    name: str
    purpose: Purpose
    service: bool

    def file(self, ending: str) -> str:
        room, _, rest = self.name.partition("/")
        return f"{room}/mail/{rest}.{ending}"


_letterheads: dict[str, Letterhead] = {}


def register_template(name: str, *, purpose: Purpose, service: bool = False) -> None:
    """Make ``room/name`` known to :func:`~tradepost.delivery.actions.queue_mail`.

    Raises:
        NoServicePurpose: flagged as service mail, but its purpose is one that people may refuse.
    """
    if service and purpose not in SERVICE_PURPOSES:
        raise NoServicePurpose(name)
    _letterheads[name] = Letterhead(name=name, purpose=purpose, service=service)


def letterhead(name: str) -> Letterhead:
    """Raises: UnknownTemplate."""
    try:
        return _letterheads[name]
    except KeyError:
        raise UnknownTemplate(
            f"{name}: register_template({name!r}, purpose=…, service=…) in the room's module.py"
        ) from None


def all_letterheads() -> tuple[Letterhead, ...]:
    return tuple(_letterheads.values())
