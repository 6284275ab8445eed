"""The promises that the orders room keeps."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django_scopes import scope

from tradepost.audit.types import PERSON, SYSTEM
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.registry import personal_fields
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Erase, Subject
from tradepost.delivery.models import Mail
from tradepost.lib import clock
from tradepost.orders import card_scan, documents, samples
from tradepost.orders.actions.cancel import delete_order
from tradepost.orders.actions.handle import accept, archive, dispatch
from tradepost.orders.actions.hold import hold_order
from tradepost.orders.actions.invoice import write_invoice
from tradepost.orders.forms.orders import OrderSettingsForm
from tradepost.orders.models import Invoice, Order, OrderHold
from tradepost.orders.types import CopyByMail
from tradepost.rights.actions.erase import erase_person

TEN_YEARS = timedelta(days=3653)


@keeps("purpose.order-mail-warned", Evidence.TESTED)
def the_notice_holds_number_and_link_only() -> str:
    """Place an order full of marks; read the mail that the shop gets by default."""
    order = samples.order()
    with scope(merchant=order.merchant):
        form = OrderSettingsForm({"copy_by_mail": CopyByMail.FULL, "invoice_when": "paid"})
        warned = not form.is_valid() and "understood" in form.errors
    mail = Mail._base_manager.get(about=order.reference, address=order.merchant.contact_email)
    text = mail.subject + mail.text + mail.html
    require(str(order.number) in text and "/office/" in text, "the notice lacks number or link")
    found = [mark for mark in samples.MARKS if mark in text]
    require(not found, f"the merchant's notice holds {', '.join(found)}")
    require(warned, "full copies by mail can be chosen without the warning")
    return "the shop's notice of an order holds its number and a link; more only after a warning"


@keeps("collect.no-cards", Evidence.TESTED)
def a_card_number_is_masked_before_it_is_saved() -> str:
    """Type one of each network into every free-text field of an order and look for its digits in what was saved."""
    for number, card in enumerate(samples.CARDS):
        order = samples.order(f"card-{number}", text=card)
        found = card_scan.columns_with(card.replace(" ", ""), order)
        require(not found, f"a card number was saved in {', '.join(found)}")
    return (
        f"{len(samples.CARDS)} networks' card numbers, typed into {samples.FREE_TEXTS} free texts of an order,"
        " were masked in each"
    )


@keeps("collect.no-cards", Evidence.MONITORED)
def no_card_number_in_the_database() -> str:
    """Luhn scan over the text columns of all tables."""
    scan = card_scan.sampled_rows()
    require(not scan.found, f"card numbers stand in {', '.join(scan.found)}")
    return (
        f"no card number in {scan.values} texts of {scan.columns} columns, of each table the newest"
        f" {card_scan.AT_ONCE} rows and as many from a place that is another each time"
    )


@keeps("keep.orders-until-picked-up", Evidence.TESTED)
def orders_wait_until_accepted_and_then_go() -> str:
    """Travel: a waiting order stays, an accepted one goes when its time is over and not before."""
    waiting, taken = samples.order("waiting"), samples.order("taken")
    with scope(merchant=taken.merchant):
        accept(order=taken, by=SYSTEM)
    period = samples.period("orders.order")
    samples.purge("orders.order", clock.now() + period - timedelta(days=1))
    require(samples.exists(taken), "an accepted order went before its time")
    samples.purge("orders.order", clock.now() + period + timedelta(days=1))
    require(not samples.exists(taken), "an accepted order was still there after its time")
    require(samples.exists(waiting), "an order went before the merchant had accepted it")
    return f"orders wait for the merchant and go {period.days} days after they were accepted"


@keeps("keep.archive", Evidence.TESTED)
def archived_orders_stay_until_deleted() -> str:
    order = samples.order()
    with scope(merchant=order.merchant):
        archive(order=order, by=SYSTEM)
    samples.purge("orders.order", clock.now() + TEN_YEARS)
    require(samples.exists(order), "an archived order was purged")
    with scope(merchant=order.merchant):
        delete_order(order=order, by=SYSTEM)
    require(not samples.exists(order), "a deleted order is still there")
    return "an archived order was there after ten years, and gone when it was deleted"


@keeps("keep.invoices", Evidence.TESTED)
def invoices_stay_for_the_term_with_what_the_law_needs() -> str:
    """Erase a customer, look at what stays of the invoice, travel past the accounting term."""
    order = samples.order()
    with scope(merchant=order.merchant):
        invoice = write_invoice(order=order)
        dispatch(order=order, by=SYSTEM)
    erase_person(ref=SubjectRef(Subject.CUSTOMER, samples.EMAIL, order.merchant_id), by=PERSON)
    rows = Invoice._base_manager.filter(pk=invoice.pk)
    kept = rows.values().first()
    require(kept, "the invoice went with the customer, against tax law")
    text = str(kept)
    needed = (samples.NAME, samples.STREET)
    found = [mark for mark in samples.MARKS if mark in text and mark not in needed]
    require(not found, f"the invoice keeps more than the law needs: {', '.join(found)}")
    stays = {name for name, said in personal_fields(Invoice).items() if said.erase is Erase.KEEP}
    require(stays == {"buyer_name", "buyer_address", "lines"}, f"kept fields: {sorted(stays)}")
    term = samples.period("orders.invoice")
    samples.purge("orders.invoice", clock.now() + term - timedelta(days=1))
    require(rows.exists(), "the invoice went before the accounting term was over")
    samples.purge("orders.invoice", clock.now() + term + timedelta(days=367))
    require(not rows.exists(), "the invoice was there after the accounting term")
    return "an erased customer's invoice kept name, address and goods, and went after its term"


@keeps("share.deliver-only", Evidence.TESTED)
def a_packing_slip_holds_what_delivery_needs() -> str:
    """Compare the slip with the declared list; look for everything else the order knows."""
    order = samples.order()
    with scope(merchant=order.merchant):
        slip, label = documents.packing_slip(order), documents.carrier_label(order)
    told = sorted(set(label) - samples.LABEL_FIELDS)
    require(not told, f"the carrier is also told {', '.join(told)}")
    extra = sorted(set(slip) - samples.SLIP_FIELDS)
    require(not extra, f"the packing slip also holds {', '.join(extra)}")
    goods = sorted({name for item in slip["goods"] for name in item} - samples.SLIP_GOODS)
    require(not goods, f"the goods on it also hold {', '.join(goods)}")
    for paper, marks in ((slip, (samples.EMAIL, samples.PHONE)), (label, _PRIVATE)):
        found = [mark for mark in marks if mark in str(paper)]
        require(not found, f"the paper holds {', '.join(found)}")
    return "a carrier reads sender and address; the slip in the parcel has the goods and no prices"


_PRIVATE = (samples.EMAIL, samples.PHONE, samples.NOTE)


@keeps("keep.purpose-gone", Evidence.TESTED)
def a_dispute_holds_an_order_and_the_hold_expires() -> str:
    order, now = samples.order(), clock.now()
    period = samples.period("orders.order")
    until = now + period + timedelta(days=30)
    with scope(merchant=order.merchant):
        accept(order=order, by=SYSTEM)
        hold_order(order=order, reason="trial", until=until, by=SYSTEM)
        require(not _endless_hold(order), "a hold without a proper end was taken")
    samples.purge("orders.order", until - timedelta(days=1))
    require(samples.exists(order), "an order went although a dispute held it")
    samples.purge("orders.order", until + timedelta(days=1))
    require(not samples.exists(order), "an order stayed although its hold was over")
    return "a disputed order stayed until the hold's end date and went the day after"


def _endless_hold(order: Order) -> bool:
    now = clock.now()
    try:
        with transaction.atomic():
            OrderHold.objects.create(
                merchant_id=order.merchant_id, order=order, reason="x", since=now, until=now
            )
    except IntegrityError:
        return False
    return True
