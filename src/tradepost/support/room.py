"""Joins the support desk to the house."""

from django.utils.translation import gettext_lazy as _

from tradepost.datamap.collection import CollectionPoint
from tradepost.datamap.modules import Module
from tradepost.datamap.rooms import (
    MailTemplate,
    NavigationEntry,
    NavigationGroup,
    Room,
    TeamRole,
)
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.delivery.incoming.addresses import given_out
from tradepost.delivery.incoming.takers import letter_takers
from tradepost.merchants import closing
from tradepost.merchants.types import HOME
from tradepost.orders.types import SEE_ORDERS
from tradepost.rights.record.words import row_names
from tradepost.support import retention
from tradepost.support.actions.files import remove_files_of
from tradepost.support.actions.labels import LABELS
from tradepost.support.actions.take_mail import take_letter
from tradepost.support.addresses import MARK, shop_behind
from tradepost.support.models import Conversation
from tradepost.support.queries import names_in_record, page_secrets
from tradepost.support.types import CHANGE_SUPPORT, SEE_SUPPORT, SUPPORT
from tradepost.support.views.tiles import TILES

_FORMS, _API = "tradepost.support.forms", "tradepost.support.api"

# Members may ask the operator, whatever modules of the shop are off.
_OF_DESK = (
    *("queue", "replies", "remove_reply", "conversation", "say", "state", "assign", "tags"),
    "file",
)

room = Room(
    name="support",
    url_prefix="support/",
    modules=(
        Module(
            key=SUPPORT,
            label=_("Support"),
            describes=_("Customers write by a contact form or by mail; your team answers here."),
            addresses=("support:", *(f"support_office:{page}" for page in _OF_DESK)),
            code=("tradepost.support.api",),
            collects=("support.contact", "support.mail", "support.api"),
            fills=(
                *(f"support.{name}" for name in ("Conversation", "Message", "MessageFile")),
                "support.ConversationTag",
                "support.files",
            ),
        ),
    ),
    groups=(NavigationGroup(key="support", label=_("Support"), order=45),),
    icons={"support": "M4 5h16v11H9l-5 4zM8 9h8M8 12h5"},
    actions=LABELS,
    permissions=(SEE_SUPPORT, CHANGE_SUPPORT),
    roles=(
        TeamRole(
            name="support",
            label=_("Support only"),
            order=30,
            holds=(HOME, SEE_SUPPORT, CHANGE_SUPPORT, SEE_ORDERS).__contains__,
        ),
    ),
    scopes=("support:read", "support:write"),
    navigation=(
        NavigationEntry(
            group="support",
            label=_("Conversations"),
            url_name="support_office:queue",
            permission=SEE_SUPPORT,
            order=10,
            icon="support",
        ),
        NavigationEntry(
            group="",
            label=_("Help"),
            url_name="support_office:help",
            permission=HOME,
            order=90,
            icon="support",
        ),
    ),
    tiles=TILES,
    mail_templates=tuple(
        MailTemplate(name=f"support/{name}", purpose=Purpose.SUPPORT, service=True)
        for name in ("received", "answer", "notice")
    ),
    keep_rules=retention.RULES,
    stores=retention.STORES,
    extensions=(
        closing.hooks.adding(remove_files_of),
        closing.links.adding(page_secrets),
        given_out.adding({MARK: shop_behind}),
        letter_takers.adding(take_letter),
        row_names.adding({Conversation._meta.label_lower: names_in_record}),
    ),
    collection_points=(
        CollectionPoint(
            id="support.contact",
            meaning="whoever writes to a shop by its contact form, and on the page of the matter",
            takes=(f"{_FORMS}.WriteToShopForm", f"{_FORMS}.ThreadForm", f"{_FORMS}.DeskAnswerForm"),
            purpose=Purpose.SUPPORT,
        ),
        CollectionPoint(
            id="support.help",
            meaning="a member of a shop asks whoever runs the installation",
            takes=(f"{_FORMS}.QuestionForm",),
            subject=Subject.MEMBER,
            purpose=Purpose.SUPPORT,
        ),
        CollectionPoint(
            id="support.mail",
            meaning="mail that people write to a shop's address, or in answer to it",
            takes=("tradepost.support.actions.take_mail.take_letter",),
            purpose=Purpose.SUPPORT,
        ),
        CollectionPoint(
            id="support.api",
            meaning="a program of the shop writes down what a customer asked",
            takes=(f"{_API}.ConversationIn", f"{_API}.AnswerIn", f"{_API}.NoteIn"),
            purpose=Purpose.SUPPORT,
        ),
    ),
    not_collecting={
        "sorts and narrows the queue": (
            f"{_FORMS}.QueueForm",
            f"{_FORMS}.TagsForm",
            f"{_FORMS}.AssignForm",
            f"{_API}.ConversationQuery",
            f"{_API}.ChangeIn",
        ),
        "words for anybody who asks the same; names nobody": (f"{_FORMS}.SavedReplyForm",),
    },
)
