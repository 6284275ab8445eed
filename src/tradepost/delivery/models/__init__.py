from tradepost.delivery.models.incoming import IncomingMail, NamedAddress
from tradepost.delivery.models.letters import Mail, MailAttachment
from tradepost.delivery.models.mailings import Handover, Mailing
from tradepost.delivery.models.outgoing import Posted
from tradepost.delivery.models.senders import Destination, Sender, SigningKey
from tradepost.delivery.models.suppression import BounceScore, Suppression

__all__ = [
    "BounceScore",
    "Destination",
    "Handover",
    "IncomingMail",
    "Mail",
    "MailAttachment",
    "Mailing",
    "NamedAddress",
    "Posted",
    "Sender",
    "SigningKey",
    "Suppression",
]
