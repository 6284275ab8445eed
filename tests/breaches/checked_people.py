"""Breaches that a promise's own checks must see: who sees and gets it, how long it stays, rights and the notice."""

from tests.breaches.checked import checked

SEEING = (
    checked(
        "access.recorded", "a list of orders is looked at unrecorded",
        ("orders/views/lists.py", '    note_look(merchant=request.merchant, by=Actor.user(request.user), what="list", shown=page)\n', ""),
    ),
    checked(
        "access.recorded", "the start page shows orders unrecorded",
        ("backoffice/views/start.py", '        shown=shown.get("waiting", ()),', "        shown=(),"),
    ),
    checked(
        "access.two-tier", "the agreement does not say who decides",
        ("notice/templates/notice/agreement.html", "(“the shop”, controller)", "(“the shop”)"),
        ("notice/templates/notice/agreement.html", "Art. 28 GDPR.{% endblocktranslate %}", "{% endblocktranslate %}"),
    ),
    checked(
        "access.two-tier", "shops have no notice of their own",
        ("notice/templates/notice/notice.html", "{% if shop_of_notice %}{% blocktranslate with name=shop_of_notice.name %}Privacy at {{ name }}{% endblocktranslate %}{% else %}", "{% if 1 %}{% else %}"),
        ("notice/templates/notice/notice.html", "{% if shop_of_notice %}{% blocktranslate with name=shop_of_notice.name controller", "{% if not 1 %}{% blocktranslate with name=shop_of_notice.name controller"),
    ),
    checked(
        "share.no-sale", "a provider buys addresses",
        ("payments/room.py", "            role=PartyRole.PAYMENT,", '            role="buys addresses",'),
    ),
    checked(
        "share.no-sale", "a shop's own server trades what it gets",
        ("orders/room.py", "            role=PartyRole.MERCHANT,", '            role="trades addresses",'),
    ),
    checked(
        "share.deliver-only", "the packing slip names the address for mail",
        ("orders/documents.py", '        "note": order.note,\n        "goods"', '        "note": order.note,\n        "contact": order.email,\n        "goods"'),
    ),
    checked(
        "share.deliver-only", "the carrier reads the telephone number",
        ("orders/documents.py", '        "sender": " · ".join(sender),', '        "sender": " · ".join(sender),\n        "call": order.telephone,'),
    ),
    checked(
        "share.legal", "a disclosure is not put on record",
        ("rights/actions/disclose.py", '            action="rights.disclose_by_law",', '            action="rights.look",'),
    ),
    checked(
        "share.legal", "the ledger names the person",
        ("rights/actions/disclose.py", "            reference=basis,", '            reference=f"{basis} {email}",'),
    ),
    checked(
        "share.aggregate-only", "only the smallest groups are hidden",
        ("lib/small_cells.py", "    while more := _too_few(lines, counts, hidden, k) or _way_around_a_bridge(counts, hidden):\n        hidden |= more\n", ""),
    ),
    checked(
        "share.aggregate-only", "counts are shown to the last one",
        ("lib/small_cells.py", "None if at in hidden else count // k * k", "None if at in hidden else count"),
    ),
    checked(
        "share.notice-before", "announced is announced, however late",
        ("datamap/processors.py", "self.starts - self.announced < timedelta(days=NOTICE_DAYS)", "self.starts < self.announced"),
    ),
    checked(
        "share.notice-before", "a new party is used at once",
        ("datamap/processors.py", "        return day >= self.starts\n", "        return day >= self.announced\n"),
    ),
    checked(
        "share.foreign", "a party may be nowhere",
        ("datamap/processors.py", "        if not wherever and not known and self.country != UNSAID:", "        if not wherever and not known and len(self.country) > 9:"),
    ),
    checked(
        "share.foreign", "a party needs no safeguard",
        ("payments/room.py", "            safeguard=", "            safeguard=\"\" and "),
    ),
    checked(
        "share.external-links", "links in a shop's texts lead away silently",
        ("catalog/texts.py", "    if not href or not leaves_the_house(href[1]):", "    if True:"),
    ),
    checked(
        "share.external-links", "links of the cart lead away silently",
        ("checkout/templates/checkout/outside.html", ' rel="external nofollow noopener noreferrer" aria-describedby="other-sites"', ""),
    ),
    checked(
        "share.processors", "the gateway reaches any host",
        ("rights/egress.py", "        if url.host not in party.hosts():", "        if not url.host:"),
    ),
)  # fmt: skip
SECURITY = (
    checked(
        "secure.lockout", "wrong passwords are not counted",
        ("identity/actions/lockout.py", "    return None if over < 0 else", "    return None if over < 900 else"),
    ),
    checked(
        "secure.lockout", "strangers lock the owner out",
        ("identity/actions/lockout.py", "user__email=email, network=network, last_at__gt=clock.now() - KNOWN_FOR", "user__email=email, network=network, last_at__lt=clock.now() - KNOWN_FOR"),
    ),
    checked(
        "secure.passwords", "old ways to hash are taken, too",
        ("config/settings.py", "PASSWORD_HASHERS = [", 'PASSWORD_HASHERS = [\n    "django.contrib.auth.hashers.MD5PasswordHasher",'),
    ),
    checked(
        "secure.sign-in-needed", "the account's page is open to strangers",
        ("identity/views/details.py", "@login_required\ndef details(request: HttpRequest) -> HttpResponse:\n    assert isinstance(request.user, User)\n", "def details(request: HttpRequest) -> HttpResponse:\n    if not isinstance(request.user, User):\n        return HttpResponse(status=200)\n"),
    ),
    checked(
        "secure.sign-in-needed", "no second factor is offered",
        ("config/settings.py", '"totp", "webauthn"', '"totp"'),
    ),
    checked(
        "secure.signed", "letters' seals are not compared",
        ("campaigns/tracking/tokens.py", "        if not hmac.compare_digest(seal, right) or _encode(sealed) != token:", "        if _encode(sealed) != token:"),
    ),
    checked(
        "secure.verify-identity", "a link opens the portal as often as one likes",
        ("rights/actions/portal.py", "            link_digest=digest(secret), used_at=None, link_expires_at__gt=now\n", "            link_digest=digest(secret), link_expires_at__gt=now\n"),
    ),
    checked(
        "secure.no-guarantee", "the notice boasts",
        ("notice/catalogue/sharing.py", "No system is perfectly secure", "Everything here is completely secure"),
    ),
    checked(
        "secure.no-guarantee", "the notice leaves its sentences out",
        ("notice/templates/notice/sentence.html", "<p>{{ sentence.text }}</p>", "<p></p>"),
    ),
)  # fmt: skip
KEEPING = (
    checked(
        "keep.rule-for-everything", "a field needs no rule",
        ("datamap/checks.py", "        if said.keep not in keep_rules:", "        if said.keep and said.keep not in keep_rules:"),
    ),
    checked(
        "keep.rule-for-everything", "a rule fails",
        ("audience/retention.py", "        return _networks(now).update(network=\"\")", '        return _networks(now).update(net="")'),
    ),
    checked(
        "keep.rule-for-everything", "a table's model is declared as somebody else's",
        ("rights/models/sharing.py", "    class Meta:\n", "    class Meta:\n        managed = False\n"),
    ),
    checked(
        "keep.rule-for-everything", "nobody names the triggers that write sums of orders",
        ("orders/room.py", "        figures_kept.adding(totals.KEPT),\n", ""),
    ),
    checked(
        "keep.orders-until-picked-up", "waiting orders go, too",
        ("orders/retention.py", "    over = Q(accepted_at__lt=cut) | Q(cancelled_at__lt=cut)", "    over = Q(placed_at__lt=cut) | Q(cancelled_at__lt=cut)"),
    ),
    checked(
        "keep.orders-until-picked-up", "orders stay for good",
        ("orders/retention.py", "    over = Q(accepted_at__lt=cut) | Q(cancelled_at__lt=cut)", "    over = Q(cancelled_at__lt=cut)"),
    ),
    checked(
        "keep.archive", "the archive is emptied, too",
        ("orders/retention.py", "    rows = Order.objects.filter(over, merchant=merchant, archived_at=None)", "    rows = Order.objects.filter(over, merchant=merchant)"),
    ),
    checked(
        "keep.archive", "a deleted order is only hidden",
        ("orders/actions/cancel.py", "        locked.delete()\n", "        pass\n"),
    ),
    checked(
        "keep.relationship", "who never answers stays",
        ("audience/retention.py", "    others = everybody.filter(last_active_at__lt=now - INACTIVE_AFTER)", "    others = everybody.filter(last_active_at__lt=now - INACTIVE_AFTER * 3)"),
    ),
    checked(
        "keep.relationship", "the shop's own period is not asked for",
        ("audience/retention.py", "        before = now - timedelta(days=days)\n", "        before = now - INACTIVE_AFTER\n"),
    ),
    checked(
        "keep.closure", "files of the machine go on naming a closed shop's customers",
        ("rights/room.py", "        closing.hooks.adding(forget_people_of),\n", ""),
    ),
    checked(
        "keep.closure", "files outlive the shop",
        ("merchants/actions/close.py", "        for hook in hooks:\n            hook(merchant)\n", ""),
    ),
    checked(
        "keep.invoices", "invoices stay for good",
        ("orders/retention.py", "    year = (now - term).year\n", "    year = (now - term * 3).year\n"),
    ),
    checked(
        "keep.invoices", "an erased customer's invoice keeps the address for mail",
        ("orders/models/invoice.py", '"buyer_email": Personal(kind=Kind.EMAIL, erase=Erase.BLANK)', '"buyer_email": Kind.EMAIL'),
    ),
    checked(
        "keep.purpose-gone", "a hold never ends",
        ("orders/retention.py", 'order=OuterRef("pk"), lifted_at=None, until__gt=now)\n    return Exists(holds)', 'order=OuterRef("pk"), lifted_at=None)\n    return Exists(holds)'),
    ),
    checked(
        "keep.purpose-gone", "a hold holds nothing",
        ("orders/retention.py", "    return without_held(rows.exclude(_held(now)))", "    return without_held(rows)"),
    ),
    checked(
        "keep.backups-month", "keys live for a year",
        ("backups/types.py", "KEYS_LIVE = timedelta(days=30)", "KEYS_LIVE = timedelta(days=365)"),
    ),
    checked(
        "keep.backups-month", "dead keys stay where they are",
        ("backups/day_keys.py", "        places.keys().delete(_name(day))\n", ""),
    ),
    checked(
        "keep.deleted-gone-in-a-month", "a restore forgets what was deleted",
        ("backups/ledger/keeping.py", "withdrawals, suppressions, deletions)\nLONGER", "withdrawals, suppressions)\nLONGER"),
    ),
    checked(
        "keep.deleted-gone-in-a-month", "keys are put away for a year",
        ("backups/types.py", "tzinfo=UTC) + KEYS_LIVE", "tzinfo=UTC) + 12 * KEYS_LIVE"),
    ),
    checked(
        "keep.no-resurrection", "a restore forgets who was erased",
        ("backups/ledger/keeping.py", "KINDS = (requests, erasures, stops,", "KINDS = (requests, stops,"),
    ),
    checked(
        "keep.no-resurrection", "a restore forgets who left",
        ("backups/ledger/keeping.py", "KINDS = (requests, erasures, stops, withdrawals, suppressions,", "KINDS = (requests, erasures, stops, suppressions,"),
    ),
)  # fmt: skip
RIGHTS = (
    checked(
        "right.self-service", "the portal shows nothing",
        ("rights/queries.py", "        return [*_model_groups(ref), *_store_groups(ref)]", "        return [*_store_groups(ref)]"),
    ),
    checked(
        "right.self-service", "links into the portal are never mailed",
        ("rights/actions/portal.py", "        if not holds_anything(ref):", "        if holds_anything(ref):"),
    ),
    checked(
        "right.rectify", "a correction changes nothing",
        ("rights/actions/rights.py", "        return column.clean(typed(value), row)", "        return getattr(row, name)"),
    ),
    checked(
        "right.rectify", "what was written to the desk is lost",
        ("rights/actions/rights.py", "            note=typed(note),", '            note="",'),
    ),
    checked(
        "right.portable", "the workbook is empty",
        ("rights/actions/export.py", "            sheet.write_string(number, column, text[:_LONGEST_CELL])\n", "            pass\n"),
    ),
    checked(
        "right.portable", "the tables have headings only",
        ("rights/actions/export.py", "            for row in table.rows:\n                writer.writerow(", "            for row in table.rows[:0]:\n                writer.writerow("),
    ),
    checked(
        "right.notified", "an erasure is told to nobody",
        ("rights/actions/pending.py", "    _write(ref, erasure.stays, waits=bool(held))\n    return erasure", "    return erasure"),
    ),
    checked(
        "right.notified", "recipients are left in the dark",
        ("rights/actions/pending.py", '    tell_recipients(ref, what="erased")\n', ""),
    ),
    checked(
        "right.redress", "the notice names no authority",
        ("notice/templates/notice/responsible.html", "{% translate environment.supervisory_authority %}", "an authority"),
    ),
    checked(
        "right.redress", "the notice has no line on complaints",
        ("notice/templates/notice/responsible.html", '<dt>{% translate "Complaints" %}</dt><dd>{% translate environment.supervisory_authority %}</dd>', ""),
    ),
    checked(
        "right.contact", "the operator's notice names no contact",
        ("notice/templates/notice/responsible.html", "<br>{{ controller.email }}", "{% if shop_of_notice %}<br>{{ controller.email }}{% endif %}"),
    ),
    checked(
        "right.contact", "a shop's notice names no contact",
        ("notice/templates/notice/responsible.html", "<br>{{ controller.email }}", "{% if not shop_of_notice %}<br>{{ controller.email }}{% endif %}"),
    ),
)  # fmt: skip
NOTICE = (
    checked(
        "notice.public", "nothing of what is collected is listed",
        ("notice/templates/notice/notice_tables.html", 'id="collected"', 'id="held"'),
    ),
    checked(
        "notice.public", "the notice has no date",
        ("notice/templates/notice/notice_dates.html", "Version {{ number }}, in force since {{ date }}.", "Version {{ number }}."),
    ),
    checked(
        "notice.true", "a figure is written by hand",
        ("notice/figures.py", "lambda merchant: _(settings.TRADEPOST.storage_city)", 'lambda merchant: "Geneva"'),
    ),
    checked(
        "notice.true", "every shop shows the same periods",
        ("rights/queries.py", '        chosen = dict(KeepChoice.objects.filter(merchant=merchant_id).values_list("rule", "days"))', "        chosen = {}"),
    ),
    checked(
        "notice.changes-posted", "a change is never posted",
        ("notice/actions/post_notice.py", "STANDS_FOR = timedelta(hours=20)", "STANDS_FOR = timedelta(days=9999)"),
    ),
    checked(
        "notice.changes-posted", "only sentences are compared",
        ("notice/document.py", '            *((f"recipient: {party.id}", _of_party(party)) for party in self.processors),\n', ""),
    ),
    checked(
        "notice.thirty-days", "changed terms hold after ten days",
        ("notice/actions/post_notice.py", "else day + NOTICE_DAYS", "else day + 10"),
    ),
    checked(
        "notice.thirty-days", "changed terms hold at once",
        ("notice/actions/post_notice.py", "effective_day=day if version.number == 1 else day + NOTICE_DAYS", "effective_day=day"),
    ),
    checked(
        "notice.versions", "nobody knows which version a buyer saw",
        ("checkout/actions/place_order.py", "    note_notice(merchant=quote.merchant, email=submission.email)\n", ""),
    ),
    checked(
        "notice.versions", "old versions show no text",
        ("notice/templates/notice/notice_version.html", "{{ line.text }}", ""),
    ),
    checked(
        "notice.announce", "account holders are told nothing",
        ("notice/actions/post_notice.py", "    with scopes_disabled():\n        return sum(_announce(change) for change in posted_versions(None).announced)", "    return 0"),
    ),
    checked(
        "notice.announce", "account holders are told every hour",
        ("notice/actions/tell_holders.py", "people.exclude(email__in=told).distinct()", "people.distinct()"),
    ),
    checked(
        "redress.individual", "the courts are not named",
        ("notice/templates/notice/responsible.html", ", or go to the courts of your own country or of the country named above (Art. 77 to 79 GDPR)", ""),
    ),
    checked(
        "redress.individual", "individual redress is not described",
        ("notice/templates/notice/responsible.html", '<dt id="redress">', "<dt>"),
    ),
    checked(
        "notice.variants", "readers in Europe get the general text alone",
        ("notice/variants.py", "said = {**_OWN[NoticeVariant.WORLD], **_OWN[variant]}", "said = {**_OWN[NoticeVariant.WORLD]}"),
    ),
    checked(
        "notice.variants", "a variant has its own lines and not the general ones",
        ("notice/variants.py", "said = {**_OWN[NoticeVariant.WORLD], **_OWN[variant]}", "said = _OWN[variant]"),
    ),
    checked(
        "share.merger", "subscribers are told of a new owner by nobody",
        ("audience/room.py", '        people_told.adding({"contacts": contacts_after}),\n', ""),
    ),
    checked(
        "share.merger", "who only bought is told of a new owner by nobody",
        ("orders/room.py", '        people_told.adding({"buyers": segments.buyers_after}),\n', ""),
    ),
    checked(
        "share.merger", "the portal keeps quiet about a new owner",
        ("notice/room.py", "        announcers.adding(announce_transitions),\n", ""),
    ),
    checked(
        "share.merger", "a new owner is let in at once",
        ("notice/room.py", "        newcomers.answers.adding(keep_new_owner_out),\n", ""),
    ),
)  # fmt: skip
CHECKED_PEOPLE = (*SEEING, *SECURITY, *KEEPING, *RIGHTS, *NOTICE)
