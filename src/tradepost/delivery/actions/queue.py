"""Queueing one mail to one person."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from django.db import models, transaction
from django.template import Context, Template, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django_scopes import scopes_disabled
from mjml import mjml2html

from tradepost.datamap.extensions import ExtensionPoint
from tradepost.datamap.rooms import MailTemplate
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.models import Mail, MailAttachment
from tradepost.delivery.queries import mail_domain
from tradepost.delivery.types import Attachment, HandoverState, HeaderInjection, Stream
from tradepost.lib import clock
from tradepost.lib.addresses import normalise_email, quickly_normalised
from tradepost.modules.mail_templates import mail_template

Stopped = Callable[[models.Model | None, Collection[str], Purpose], set[str]]
# A room above says which of these addresses do not let their data be used for a purpose now.
stopped_answers: ExtensionPoint[Stopped] = ExtensionPoint("who is not written to")
_SHARED = (
    *("merchant_id", "stream", "template", "is_service", "language", "reply_to", "about"),
    *("subject", "text", "html"),
)


class _Beside(TypedDict, total=False):
    """What :func:`queue_same` hands on to :func:`queue_mail`."""

    merchant: models.Model | None
    language: str
    reply_to: str
    about: str


def queue_mail(
    *,
    to: str,
    template: str,
    context: Mapping[str, object],
    stream: Stream = Stream.TRANSACTIONAL,
    merchant: models.Model | None = None,
    language: str = "en",
    reply_to: str = "",
    about: str = "",
    attachments: Sequence[Attachment] = (),
) -> Mail:
    """Render a mail and queue it in the caller's transaction: rolled back, it was never queued.

    ``template`` is ``room/name`` (see ``modules.mail_templates``); ``about`` names the row it concerns,
    such as ``orders.order:93``. The context gets ``subject`` and ``language`` besides.

    Raises:
        UnknownTemplate: nobody registered the template.
        InvalidEmail: ``to`` or ``reply_to`` is no address.
        HeaderInjection: the name of an attachment holds a control character.
    """
    head, address = mail_template(template), normalise_email(to)
    subject, text, html = mail_in_words(template=template, context=context, language=language)
    with transaction.atomic(), scopes_disabled():
        mail = Mail.objects.create(
            address=address,
            merchant_id=merchant.pk if merchant else None,
            stream=stream,
            template=template,
            is_service=head.service,
            language=language,
            reply_to=_answered_at(reply_to),
            about=about,
            subject=subject,
            text=text,
            html=html,
            **(_withheld() if _stopped(merchant, [address], head) else {}),
        )
        _attach(mail, attachments)
    return mail


def mail_in_words(
    *, template: str, context: Mapping[str, object], language: str
) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail as it would be queued; for previews, too. Raises: UnknownTemplate."""
    head = mail_template(template)
    with translation.override(language):
        values = dict(context) | {"language": language}
        subject = " ".join(_plain(head.file("subject.txt"), values).split())[:300]
        values["subject"] = subject
        text = _plain(head.file("txt"), values).strip() + "\n"
        return subject, text, _html(head.file("mjml"), values)


def queue_same(
    *, to: Iterable[str], template: str, context: Mapping[str, object], **rest: Unpack[_Beside]
) -> int:
    """Queue one text for many people: rendered once, inserted a slice at a time. Returns how many.

    Raises: as :func:`queue_mail`, which the first one goes through.
    """
    first, *others = [*to] or [""]
    if not first:
        return 0
    model = queue_mail(to=first, template=template, context=context, **rest)
    addresses = [quickly_normalised(address) for address in others]
    stopped = _stopped(rest.get("merchant"), addresses, mail_template(template))
    values = {name: getattr(model, name) for name in _SHARED}
    with scopes_disabled():
        Mail.objects.bulk_create(
            (
                Mail(address=address, **values, **(_withheld() if address in stopped else {}))
                for address in addresses
            ),
            batch_size=500,
        )
    return 1 + len(addresses)


def queue_written(
    *,
    to: str,
    template: str,
    subject: str,
    text: str,
    html: str,
    merchant: models.Model,
    language: str = "en",
    reply_to: str = "",
    about: str = "",
) -> Mail:
    """Queue a mail whose words are made already, such as the test copy of a campaign.

    ``template`` is a registered name, for its purpose; its files are not read.

    Raises:
        UnknownTemplate, InvalidEmail
    """
    head = mail_template(template)
    with transaction.atomic(), scopes_disabled():
        return Mail.objects.create(
            address=normalise_email(to),
            merchant_id=merchant.pk,
            stream=Stream.TRANSACTIONAL,
            template=template,
            is_service=head.service,
            language=language,
            reply_to=_answered_at(reply_to),
            about=about,
            subject=" ".join(subject.split())[:300],
            text=text,
            html=html,
        )


def _answered_at(reply_to: str) -> str:
    """One of our own was made here, and its domain may be a machine's name. Raises: InvalidEmail."""
    is_own = reply_to.rpartition("@")[2] == mail_domain()
    return reply_to if is_own or not reply_to else normalise_email(reply_to)


def _stopped(
    merchant: models.Model | None, addresses: Collection[str], head: MailTemplate
) -> set[str]:
    return {
        address
        for stopped_by in stopped_answers
        for address in stopped_by(merchant, addresses, head.purpose)
    }


def _withheld() -> dict[str, object]:
    """A mail that may not go is kept as such: whoever asks why nothing came can be told."""
    return {"state": HandoverState.NO_CONSENT, "due_at": None, "settled_at": clock.now()}


def withhold_queued(*, merchant: models.Model | None, address: str) -> int:
    """Somebody has just stopped a use of their data: what waits for it does not go. Returns how many."""
    with scopes_disabled():
        waiting = Mail.objects.filter(address=address, due_at__isnull=False)
        mine = waiting.filter(merchant=merchant.pk) if merchant else waiting.filter(merchant=None)
        numbers = [
            mail.pk
            for mail in mine.only("pk", "template")
            if _stopped(merchant, [address], mail_template(mail.template))
        ]
        return sum(mine.filter(pk=number).update(**_withheld()) for number in numbers)


def _compiled(name: str) -> Template:
    """The template itself, which can be told whether to escape. Raises: TemplateDoesNotExist."""
    template: Any = get_template(name)  # of whatever engine
    compiled: Template = template.template
    return compiled


def _plain(name: str, values: dict[str, object]) -> str:
    """Text is no HTML: nothing is escaped in it."""
    template = _compiled(name)
    return str(template.render(Context(values, autoescape=False)))


def _html(name: str, values: dict[str, object]) -> str:
    """Values are escaped when they enter the MJML, so none can become a tag of it."""
    try:
        template = _compiled(name)
    except TemplateDoesNotExist:
        return ""
    source = template.render(Context(values, autoescape=True))
    return str(mjml2html(source, disable_comments=True, fonts={}))


def _attach(mail: Mail, attachments: Sequence[Attachment]) -> None:
    for item in attachments:
        if any(not letter.isprintable() for letter in item.name + item.media_type):
            raise HeaderInjection(item.name)
    MailAttachment.objects.bulk_create(
        MailAttachment(mail=mail, name=item.name, media_type=item.media_type, content=item.content)
        for item in attachments
    )
