from tradepost.audience.models.consent import ConsentRecord, ConsentWording, PendingSubscription
from tradepost.audience.models.contacts import Contact, ContactList, CustomField, ListMembership
from tradepost.audience.models.counts import SubscriberCount
from tradepost.audience.models.forms import OptInForm
from tradepost.audience.models.segments import Segment
from tradepost.audience.models.transfers import ContactExport, Import, ImportProblem

__all__ = [
    "ConsentRecord",
    "ConsentWording",
    "Contact",
    "ContactExport",
    "ContactList",
    "CustomField",
    "Import",
    "ImportProblem",
    "ListMembership",
    "OptInForm",
    "PendingSubscription",
    "Segment",
    "SubscriberCount",
]
