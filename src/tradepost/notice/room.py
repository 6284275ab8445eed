"""Joins the notice to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.datamap.collection import CollectionPoint
from tradepost.datamap.events import Subscription
from tradepost.datamap.rooms import MailTemplate, NavigationEntry, Periodic, Room
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.law import facts as law
from tradepost.merchants import newcomers
from tradepost.merchants.types import SEE_SETTINGS
from tradepost.modules.announcements import announcers
from tradepost.notice import figures, keep_rules, law_checks, receivers, tiles
from tradepost.notice.actions.labels import LABELS
from tradepost.notice.transitions.reading import announce_transitions, keep_new_owner_out
from tradepost.rights.events import PortalOpened

room = Room(
    name="notice",
    places={"agreement": "notice:agreement"},
    actions=LABELS,
    schedule=(
        Periodic(
            name="draft changed notices",
            every=timedelta(hours=24),
            call="tradepost.notice.actions.post_notice.draft_all",
            heavy=True,
        ),
        Periodic(
            name="carry out announced changes of owner",
            every=timedelta(hours=1),
            call="tradepost.notice.actions.transition.carry_out_due",
        ),
    ),
    navigation=(
        NavigationEntry(
            group="privacy",
            label=_("Change of owner"),
            url_name="notice_office:transition",
            permission=SEE_SETTINGS,
            order=90,
            icon="privacy",
        ),
    ),
    collection_points=(
        CollectionPoint(
            id="notice.transition",
            meaning="a change of owner is announced",
            takes=("tradepost.notice.forms.TransitionForm",),
            subject=Subject.MEMBER,
            purpose=Purpose.LEGAL,
        ),
    ),
    keep_rules=keep_rules.RULES,
    tiles=tiles.TILES,
    extensions=(
        law.checks.adding(law_checks.CHECKS),
        figures.figures.adding(figures.OWN),
        announcers.adding(announce_transitions),
        newcomers.answers.adding(keep_new_owner_out),
    ),
    subscriptions=(
        Subscription(
            name="notice.portal-opened",
            to=PortalOpened,
            call=receivers.visited,
            in_transaction=True,
        ),
    ),
    mail_templates=(
        MailTemplate(name="notice/notice_changed", purpose=Purpose.ANNOUNCEMENTS, service=True),
        MailTemplate(name="notice/transition", purpose=Purpose.LEGAL, service=True),
    ),
)
