"""Joins the post to the house."""

from datetime import timedelta

from tradepost.datamap.rooms import MailTemplate, Periodic, Room
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.delivery import retention
from tradepost.delivery.actions.labels import LABELS
from tradepost.delivery.incoming import store as incoming_store
from tradepost.delivery.personal_files import caught, damaged, member_mail

room = Room(
    name="delivery",
    ways_out={
        "pickup.py": ("imaplib", "poplib"),  # the registered mailbox
        "engine/journal.py": ("socket",),  # the machine's own name
    },
    actions=LABELS,
    schedule=(
        Periodic(
            name="pick up returned mail",
            every=timedelta(minutes=1),
            call="tradepost.delivery.pickup.pick_up",
        ),
    ),
    url_prefix="caught/",
    keep_rules=(
        KeepRule(
            id="delivery.mail",
            label="Single mails",
            since="the mail was sent, or given up",
            why="to answer 'I did not get it', and to send it again if the server lost it",
            period=retention.MAIL_FOR,
            due=retention.due_mail,
            purge=retention.purge_mail,
        ),
        KeepRule(
            id="delivery.handover",
            label="Recipients of mailings",
            since="the mailing was finished",
            why="every recipient of a mailing can be looked up, and returned mail be matched",
            period=retention.HANDOVER_FOR,
            due=retention.due_handovers,
            purge=retention.purge_handovers,
        ),
        KeepRule(
            id="delivery.incoming",
            label="Mail that came in",
            since="the mail came in",
            why="somebody must be able to read what no program could deal with",
            period=retention.INCOMING_FOR,
            due=retention.due_incoming,
            purge=retention.purge_incoming,
        ),
        KeepRule(
            id="delivery.caught",
            label="Caught mail",
            since="the mail was caught",
            why="whoever tries the software wants to read what it sends",
            period=retention.CAUGHT_FOR,
            due=caught.due,
            purge=caught.purge,
            on_each_machine=True,
        ),
        KeepRule(
            id="delivery.damaged",
            label="Damaged files",
            since="the file could not be read and was moved aside",
            why="a person can look at what was lost, and mend it",
            period=retention.DAMAGED_FOR,
            due=damaged.due,
            purge=damaged.purge,
            on_each_machine=True,
        ),
    ),
    stores=(
        Store(
            id="delivery.caught",
            meaning="mail that the demo's catcher kept instead of delivering it",
            kinds=(Kind.EMAIL, Kind.MESSAGE),
            subject=Subject.CUSTOMER,
            purpose=Purpose.SERVICE,
            basis=Basis.INTEREST,
            keep="delivery.caught",
            scan=caught.scan,
            erase=caught.erase,
            erase_many=caught.erase_many,
            addresses=caught.addresses,
        ),
        Store(
            id="delivery.incoming-about",
            meaning="mail that came in and names a person who did not write it",
            kinds=(Kind.EMAIL, Kind.MESSAGE),
            subject=Subject.CUSTOMER,
            purpose=Purpose.SUPPORT,
            basis=Basis.INTEREST,
            keep="delivery.incoming",
            scan=incoming_store.scan,
            erase=incoming_store.erase,
            erase_many=incoming_store.erase_many,
            export=incoming_store.kept_about,
        ),
        Store(
            id="delivery.damaged",
            meaning="files that could not be read, journals of the sender among them",
            kinds=(Kind.EMAIL,),
            subject=Subject.CUSTOMER,
            purpose=Purpose.SERVICE,
            basis=Basis.INTEREST,
            keep="delivery.damaged",
            scan=damaged.scan,
            erase=damaged.erase,
            erase_many=damaged.erase_many,
            addresses=damaged.addresses,
        ),
        Store(
            id="delivery.member-mail",
            meaning="single mails to people who sign in, in the same table as mail to customers",
            kinds=(Kind.EMAIL, Kind.MESSAGE),
            subject=Subject.MEMBER,
            purpose=Purpose.SERVICE,
            basis=Basis.CONTRACT,
            keep="delivery.mail",
            scan=member_mail.scan,
            erase=member_mail.erase,
            export=member_mail.kept_about,
        ),
    ),
    mail_templates=(
        MailTemplate(name="delivery/relay-test", purpose=Purpose.SERVICE, service=True),
        MailTemplate(name="delivery/sending-stopped", purpose=Purpose.SERVICE, service=True),
        MailTemplate(name="delivery/too-many-complaints", purpose=Purpose.SERVICE, service=True),
        MailTemplate(name="delivery/incoming", purpose=Purpose.SERVICE, service=True),
    ),
)
