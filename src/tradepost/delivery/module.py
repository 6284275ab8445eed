"""Joins the post to the house."""

from tradepost.datamap.registry import register_keep_rule, register_store
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.delivery import caught, member_mail, retention
from tradepost.delivery.letterheads import register_template

register_template("delivery/relay-test", purpose=Purpose.SERVICE, service=True)
register_template("delivery/sending-stopped", purpose=Purpose.SERVICE, service=True)
register_keep_rule(
    KeepRule(
        id="delivery.mail",
        label="Single mails",
        since="the mail was sent, or given up",
        why="to answer 'I did not get it', and to send it again if the server lost it",
        period=retention.MAIL_FOR,
        due=retention.due_mail,
        purge=retention.purge_mail,
    )
)
register_keep_rule(
    KeepRule(
        id="delivery.handover",
        label="Recipients of campaigns",
        since="the mailing was finished",
        why="every recipient of a campaign can be looked up, and returned mail be matched",
        period=retention.HANDOVER_FOR,
        due=retention.due_handovers,
        purge=retention.purge_handovers,
    )
)
register_keep_rule(
    KeepRule(
        id="delivery.caught",
        label="Caught mail",
        since="the mail was caught",
        why="whoever tries the software wants to read what it sends",
        period=retention.CAUGHT_FOR,
        due=caught.due,
        purge=caught.purge,
    )
)
register_store(
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
    )
)
register_store(
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
    )
)
