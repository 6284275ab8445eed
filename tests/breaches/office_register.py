"""Breaches that a promise's own checks must see: reading a shop's mail, suspensions, outside parties, agreements."""

from tests.breaches.checked import checked

OFFICE_REGISTER = (
    checked(
        "access.break-glass", "whoever asks may agree",
        ("breakglass/actions/review.py", "    if row.asked_by_id is None or row.asked_by_id == by.account_id:\n", "    if row.asked_by_id is None:\n"),
        ("breakglass/models.py", "                | ~models.Q(asked_by=models.F(\"answered_by\")),\n", "                | models.Q(hours__gte=0),\n"),
        ("breakglass/migrations/0001_initial.py", "models.Q(('asked_by', models.F('answered_by')), _negated=True)", "models.Q(('hours__gte', 0))"),
    ),
    checked(
        "access.break-glass", "mail is open before somebody agreed",
        ("breakglass/actions/review.py", "    if review.state is not ReviewState.RUNNING or review.asked_by_id != by.account_id:\n", "    if review.asked_by_id != by.account_id:\n"),
    ),
    checked(
        "access.break-glass", "the access has no end",
        ("breakglass/models.py", "        over = self.ended_at is not None or now >= self.ends_at\n", "        over = self.ended_at is not None\n"),
    ),
    checked(
        "access.break-glass", "other shops' mail is open, too",
        ("breakglass/covered.py", "        return Mail._base_manager.filter(merchant=review.merchant_id)\n", "        return Mail._base_manager.all()\n"),
    ),
    checked(
        "access.break-glass", "a look leaves nothing in the access record",
        ("breakglass/actions/review.py", "        _note(row, kind, mail, by)\n", ""),
    ),
    checked(
        "access.break-glass", "the shop is never told",
        ("breakglass/room.py", '            call="tradepost.breakglass.actions.letters.tell_over",', '            call="tradepost.breakglass.queries.all_reviews",'),
    ),
    checked(
        "access.break-glass", "an old session may agree",
        ("console/registers/reviews.py", "    return require_POST(_confirmed(view))\n", "    return require_POST(view)\n"),
    ),
    checked(
        "access.break-glass", "one operator alone may ask",
        ("breakglass/desk/pages.py", '    if not other_operators(by.account_id):\n        return render(request, "breakglass/alone.html", status=403)\n', ""),
        ("breakglass/actions/review.py", "    if not others:\n        raise NeedsTwoOperators\n", ""),
    ),
    checked(
        "access.suspension", "the checkout takes orders all the same",
        ("checkout/actions/place_order.py", "        if is_stopped(cart.merchant, ShopActivity.SELLING):\n", "        if cart.merchant.is_suspended and cart.ordered_at:\n"),
    ),
    checked(
        "access.suspension", "campaigns that ran go on",
        ("merchants/room.py", ", resting.adding(mailings_rest)),", ",),"),
    ),
    checked(
        "access.suspension", "each press mails the shop again",
        ("merchants/actions/suspend.py", "    if row.is_suspended:\n        return False\n    row.suspended_at,", "    row.suspended_at,"),
    ),
    checked(
        "access.suspension", "the office says nothing of it",
        ("merchants/room.py", "notices.adding(suspension_notices), ", ""),
    ),
    checked(
        "purpose.operational-contact", "offers can be announced to all shops",
        ("bulletins/types.py", '    SAFETY = "safety", _("Security: something to do")\n', '    SAFETY = "safety", _("Security: something to do")\n    OFFER = "offer", _("An offer")\n'),
    ),
    checked(
        "purpose.operational-contact", "each press mails an announcement again",
        ("bulletins/actions/announce.py", "    if row.sent_at is not None:\n        return False\n    row.sent_at = clock.now()\n    row.save(update_fields=[\"sent_at\"])\n", "    row.sent_at, row.told_at, row.told_up_to = clock.now(), None, 0\n    row.save()\n"),
        ("bulletins/actions/tell_shops.py", "        if shop.contact_email in told:\n            continue\n", ""),
    ),
    checked(
        "purpose.operational-contact", "a draft is mailed",
        ("bulletins/actions/tell_shops.py", ".exclude(sent_at=None)", ""),
        ("bulletins/actions/tell_shops.py", "        if row is None or row.sent_at is None:\n            return None\n        shops = Merchant.objects.filter(pk__gt=row.told_up_to, joined_at__lte=row.sent_at)\n        some = list(shops.order_by(\"pk\")[:_A_SLICE]) if row.is_out else []\n", "        if row is None:\n            return None\n        shops = Merchant.objects.filter(pk__gt=row.told_up_to)\n        some = list(shops.order_by(\"pk\")[:_A_SLICE])\n"),
    ),
    checked(
        "purpose.statistics-fields", "whoever objects is counted all the same",
        ("merchants/queries.py", "    counted = counted.exclude(contact_email__in=stopped).exclude(pk__in=owners.values(\"merchant\"))\n", ""),
    ),
    checked(
        "purpose.statistics-fields", "the page of a shop names its kind of business",
        ("console/templates/console/shop.html", "<code>{{ shop.handle }}</code>", "<code>{{ shop.handle }}</code> {{ shop.business_type }}"),
    ),
    checked(
        "share.aggregate-only", "the operator sees exact counts",
        ("console/statistics/pages.py", "    shown = may_be_shown(counts_for_statistics(stopped=stopped), k)\n", "    shown = may_be_shown(counts_for_statistics(stopped=stopped), 1)\n"),
    ),
    checked(
        "share.processors", "parties added by hand are left out of the notice",
        ("parties/room.py", "        added_parties.adding(added_recipients),\n", ""),
    ),
    checked(
        "share.processors", "one shop's parties stand in every notice",
        ("parties/queries.py", "            rows = rows.filter(Q(merchant=merchant.pk) | shared)\n", "            rows = rows.filter(Q(merchant__isnull=False) | shared)\n"),
    ),
    checked(
        "share.notice-before", "a party added by hand may be used at once",
        ("parties/forms.py", "        elif used < earliest_use(announced):\n", "        elif used < announced:\n"),
        ("parties/actions/keep.py", "used < earliest_use(announced)):\n", "used < announced):\n"),
    ),
    checked(
        "access.two-tier", "an agreement is made with a blank party",
        ("processing/agreement.py", "    missing = missing_of(merchant)\n", "    missing = missing_of(merchant)[:0]\n"),
    ),
)  # fmt: skip
