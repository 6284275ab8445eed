"""Breaches that a promise's own checks must see: what is collected, for what, and what people may choose."""

from tests.breaches.types import Breach


def checked(promise: str, name: str, *edits: tuple[str, str, str]) -> Breach:
    """One that the promise's own checks must see."""
    return Breach(promise=promise, name=name, edits=edits)


COLLECTION = (
    checked(
        "collect.account-minimum", "the sign-up demands a telephone number",
        ("merchants/forms.py", 'label=_("Telephone"), max_length=40, required=False)', 'label=_("Telephone"), max_length=40)'),
    ),
    checked(
        "collect.account-minimum", "the sign-up asks for a birthday",
        ("merchants/forms.py", '    shop_name = forms.CharField(\n        label=_("Name of the shop"),\n        max_length=120,\n        validators=[no_link],\n        help_text=_("Stands over',
         '    birthday = forms.DateField(required=False)\n    shop_name = forms.CharField(\n        label=_("Name of the shop"),\n        max_length=120,\n        validators=[no_link],\n        help_text=_("Stands over'),
    ),
    checked(
        "collect.only-when-given", "a form that nobody named asks for addresses",
        ("audience/forms/contacts.py", "class ContactForm(", "class Enrichment(forms.Form):\n    email = forms.EmailField()\n\n\nclass ContactForm("),
    ),
    checked(
        "collect.demographics-optional", "the shop's own questions must be answered",
        ("audience/contacts/question_fields.py", '{"label": question.label, "required": False}', '{"label": question.label, "required": True}'),
    ),
    checked(
        "collect.demographics-optional", "a year of birth must be given",
        ("audience/contacts/question_fields.py", "max_length=40, widget=widget, **common)", 'max_length=40, widget=widget, **common | {"required": True})'),
    ),
    checked(
        "collect.no-cards", "Visa's numbers of sixteen digits are forgotten",
        ("lib/card_numbers.py", "    (4, 4, frozenset({13, 16, 19})),  # Visa", "    (4, 4, frozenset({13, 19})),  # Visa"),
    ),
    checked(
        "collect.no-cards", "columns keep texts as they come",
        ("datamap/columns/typed.py", "        return without_secrets(value)\n", "        return value\n"),
    ),
    checked(
        "collect.no-provider-secrets", "access codes are kept as they were typed",
        ("lib/sealed.py", "        return self._fernet.encrypt(text.encode()).decode()", "        return text"),
    ),
    checked(
        "collect.no-provider-secrets", "the form shows the access code again",
        ("payments/gateways/stripe/forms.py", "PasswordInput(render_value=False,", "PasswordInput(render_value=True,"),
    ),
    checked(
        "collect.usage-log", "the log of use is kept for three years",
        ("identity/room.py", "            period=activity.KEEP_FOR,", "            period=activity.KEEP_FOR * 12,"),
    ),
    checked(
        "collect.logs-without-identity", "the log is printed as it comes",
        ("lib/quiet_logs.py", '    return _ADDRESS.sub("(address)", _VALUES.sub(r"\\1(left out)", text))', "    return text"),
    ),
    checked(
        "collect.logs-without-identity", "what a database says of a row is logged",
        ("lib/quiet_logs.py", '_VALUES.sub(r"\\1(left out)", text))', "text)"),
    ),
    checked(
        "collect.beacons", "everybody is measured",
        ("audience/queries.py", "    agreed = Q(Exists(_own_consent(merchant, ConsentKind.TRACKING)))", "    agreed = Q(pk__gt=0)"),
    ),
    checked(
        "collect.beacons", "nobody asks for consent when it counts",
        ("campaigns/tracking/pipeline.py", "    with_consent_only,\n    told_from_machines,", "    told_from_machines,"),
    ),
    checked(
        "collect.no-enrichment", "the provider of payments looks people up, too",
        ("payments/room.py", "            role=PartyRole.PAYMENT,", '            role="looks people up",'),
    ),
    checked(
        "collect.no-enrichment", "where files lie looks people up, too",
        ("backups/room.py", "            role=PartyRole.HOSTING,", '            role="looks people up",'),
    ),
    checked(
        "collect.messages", "messages to the desk are walked by nobody",
        ("rights/graph.py", "    for model in personal_models():\n        declaration = declaration_of(model)\n",
         '    for model in personal_models():\n        if model._meta.label == "rights.RightsRequest":\n            continue\n        declaration = declaration_of(model)\n'),
    ),
    checked(
        "collect.messages", "messages to the desk outlive an erasure",
        ("rights/actions/erase.py", "        changes = {name: blank_of(place.model, name) for name in emptied}",
         '        changes = {name: blank_of(place.model, name) for name in emptied if name != "note"}'),
    ),
    checked(
        "collect.messages", "files of messages outlive an erasure",
        ("support/retention.py", '        return forget_files_of(list(rows.order_by().values_list("pk", flat=True)))', "        return rows.count()"),
    ),
    checked(
        "collect.location", "the notice keeps quiet about the city",
        ("notice/templates/notice/responsible.html", "{% translate environment.storage_city %}, ", ""),
        ("notice/templates/notice/agreement.html", "(city: {{ city }}; host: {{ host }})", ""),
        ("notice/figures.py", '"storage_city": lambda merchant: _(settings.TRADEPOST.storage_city)',
         '"storage_city": lambda merchant: ""'),
    ),
    checked(
        "collect.location", "the notice keeps quiet about where anything is",
        ("notice/templates/notice/responsible.html",
         "{% translate environment.storage_host %}, {% translate environment.storage_city %}, {{ environment.storage_country|country }}",
         "Europe"),
    ),
    checked(
        "collect.list-contents", "the operator looks at caught mail unrecorded",
        ("delivery/views.py", '        record(\n            actor=_reader(request),\n            action="delivery.look",\n            reason=gettext_noop("to read mail that was caught"),\n            detail={"page": view.__name__},\n        )\n', ""),
    ),
    checked(
        "collect.list-contents", "the operator looks at the list of shops unrecorded",
        ("console/shops/pages.py", '    record(\n        actor=Actor.user(request.user),\n        action="console.look",\n        reason=gettext_noop("to see which shops there are"),\n        detail={"shops": len(page)},\n    )\n', ""),
    ),
    checked(
        "collect.anonymous-visit", "looking opens a cart",
        ("storefront/views/shop.py", "    facts = shop_facts(request, merchant)\n    greeting", "    Cart.objects.create(merchant=merchant)\n    facts = shop_facts(request, merchant)\n    greeting"),
    ),
)  # fmt: skip
PURPOSES = (
    checked(
        "purpose.follow-up", "answers of the desk are sent as news",
        ("support/room.py", 'MailTemplate(name=f"support/{name}", purpose=Purpose.SUPPORT, service=True)',
         'MailTemplate(name=f"support/{name}", purpose=Purpose.NEWSLETTERS)'),
    ),
    checked(
        "purpose.follow-up", "whoever has the address of a matter joins it",
        ("support/actions/take_mail.py", "    if matter is not None and matter.email == letter.sender:\n", "    if matter is not None:\n"),
    ),
    checked(
        "purpose.follow-up", "answers of the desk go without the address of their matter",
        ("support/actions/letters.py", "        reply_to=reply_address(conversation),\n", ""),
    ),
    checked(
        "purpose.closed-list", "any word is a purpose",
        ("datamap/checks.py", '"subject": Subject, "purpose": Purpose,', '"subject": Subject, "purpose": str,'),
    ),
    checked(
        "purpose.closed-list", "incomplete fields start",
        ("datamap/checks.py", "        problems.extend(_incomplete(model))\n", ""),
    ),
    checked(
        "purpose.basis", "a field needs no legal basis",
        ("datamap/checks.py", '"purpose": Purpose, "basis": Basis, "erase": Erase}', '"purpose": Purpose, "erase": Erase}'),
    ),
    checked(
        "purpose.basis", "a field may leave its basis open",
        ("datamap/checks.py", "            if not isinstance(getattr(said, attribute), kind):",
         "            if not isinstance(getattr(said, attribute) or kind, kind | type):"),
    ),
    checked(
        "purpose.security-log", "the log of use serves statistics",
        ("identity/models.py", '        subject = Subject.MEMBER\n        purpose = Purpose.SECURITY\n        basis = Basis.INTEREST\n        keep = "identity.activity"\n        erase = Erase.WITH_PARENT\n        locate = "user__email"\n        personal = {\n            "user": Kind.ACTIVITY,\n            "at": Kind.ACTIVITY,\n            "kind"',
         '        subject = Subject.MEMBER\n        purpose = Purpose.STATISTICS\n        basis = Basis.INTEREST\n        keep = "identity.activity"\n        erase = Erase.WITH_PARENT\n        locate = "user__email"\n        personal = {\n            "user": Kind.ACTIVITY,\n            "at": Kind.ACTIVITY,\n            "kind"'),
    ),
    checked(
        "purpose.security-log", "campaigns read the log of use",
        ("campaigns/reports.py", "from tradepost.lib.small_cells import list_that_may_be_shown\n", "from tradepost.identity.models import Activity  # noqa\nfrom tradepost.lib.small_cells import list_that_may_be_shown\n"),
    ),
    checked(
        "purpose.operational-contact", "merchants may be an audience",
        ("delivery/actions/mailings.py", "WRITTEN_TO = frozenset({Subject.CUSTOMER})", "WRITTEN_TO = frozenset(Subject)"),
    ),
    checked(
        "purpose.operational-contact", "the console writes to merchants",
        ("console/views.py", "from tradepost.audit.types import Actor\n", "from tradepost.audit.types import Actor\nfrom tradepost.delivery.actions import queue_mail  # noqa\n"),
    ),
    checked(
        "purpose.statistics-fields", "the type of business serves promotions",
        ("merchants/models.py", "kind=Kind.BUSINESS, purpose=Purpose.STATISTICS,", "kind=Kind.BUSINESS, purpose=Purpose.PROMOTIONS,"),
    ),
    checked(
        "purpose.statistics-fields", "the shop window reads the type of business",
        ("storefront/views/shop.py", "    greeting = shop_html(facts.introduction)\n", "    greeting = shop_html(facts.introduction or merchant.business_type)\n"),
    ),
    checked(
        "purpose.opt-in-news", "whoever is a contact is written to",
        ("audience/queries.py", "        contacts = contacts.filter(Exists(_subscription(contact_list)))\n", "        pass\n"),
    ),
    checked(
        "purpose.opt-in-news", "leaving ends no subscription",
        ("audience/actions/unsubscribe.py", "            state=MembershipState.UNSUBSCRIBED,\n", ""),
        ("audience/actions/unsubscribe.py", "        kinds = [ConsentKind.NEWSLETTER]\n", "        kinds = []\n"),
    ),
    checked(
        "purpose.service-mail", "every letter passes as service mail",
        ("delivery/queries.py", "    if service:\n        rows = rows.exclude(reason__in=_IGNORED_BY_SERVICE)", "    rows = rows.exclude(reason__in=_IGNORED_BY_SERVICE)"),
    ),
    checked(
        "purpose.service-mail", "announcements can be opted out of",
        ("delivery/queries.py", "    if service:\n        rows = rows.exclude(reason__in=_IGNORED_BY_SERVICE)\n", ""),
    ),
    checked(
        "purpose.promotions-as-agreed", "any consent counts for promotions",
        ("audience/queries.py", '        email_key=OuterRef("email_key"),\n        kind=kind,\n', '        email_key=OuterRef("email_key"),\n'),
    ),
    checked(
        "purpose.promotions-as-agreed", "a withdrawn consent counts",
        ("audience/queries.py", "        kind=kind,\n        withdrawn_at__isnull=True,\n    )", "        kind=kind,\n    )"),
    ),
    checked(
        "purpose.order-mail-warned", "full copies by mail unasked",
        ("orders/models/settings.py", "choices=CopyByMail, default=CopyByMail.LINK", "choices=CopyByMail, default=CopyByMail.FULL"),
    ),
    checked(
        "purpose.order-mail-warned", "full copies without a warning",
        ("orders/forms/orders.py", '        if newly_full and not given.get("understood"):', '        if newly_full and given.get("understood") is None:'),
    ),
)  # fmt: skip
CHOICE = (
    checked(
        "choice.unsubscribe-everywhere", "the text of a letter loses its foot",
        ("campaigns/compose/letter.py", "            f\"{_('Unsubscribe')}: {marks.unsubscribe}\",\n", ""),
    ),
    checked(
        "choice.unsubscribe-by-message", "a message to the address is thrown away",
        ("delivery/actions/receive.py", "    _turn_off(row, SuppressionReason.UNSUBSCRIBE)\n", ""),
    ),
    checked(
        "choice.unsubscribe-by-message", "letters name no address to write to",
        ("delivery/outgoing/mime.py", 'b"List-Unsubscribe: <%b>,\\r\\n <mailto:%b?subject=unsubscribe>\\r\\n"', 'b"List-Unsubscribe: <%b>\\r\\nX-Address: %b\\r\\n"'),
    ),
    checked(
        "choice.restrict", "a restriction covers letters only",
        ("rights/restrictions/stops.py", '            Q(purpose="") | Q(purpose=purpose.value), merchant', "            Q(purpose=purpose.value), merchant"),
    ),
    checked(
        "choice.restrict", "a restriction lifts itself",
        ("rights/actions/rights.py", '            defaults={"email": ref.email},', '            defaults={"email": ref.email, "subject_key": ""},'),
    ),
    checked(
        "choice.object", "an objection is written down and asked by nobody",
        ("rights/restrictions/stops.py", "            Q(purpose=\"\") | Q(purpose=purpose.value), merchant", '            Q(purpose=""), merchant'),
    ),
    checked(
        "choice.object", "an erasure takes objections along",
        ("rights/actions/erase.py", "        _remember(subject, merchant_id, emails, done, by, reason)\n    return done\n\n\ndef erase_left",
         '        _remember(subject, merchant_id, emails, done, by, reason)\n        from tradepost.rights.models import Stop\n        Stop._base_manager.filter(subject_key__in=[email_key(e) for e in emails]).delete()\n    return done\n\n\ndef erase_left'),
    ),
    checked(
        "choice.dnt", "Do Not Track is not read",
        ("lib/visitors.py", 'meta.get("HTTP_DNT") == "1" or meta.get("HTTP_SEC_GPC") == "1"', 'meta.get("HTTP_SEC_GPC") == "1"'),
    ),
    checked(
        "choice.dnt", "a kept page forgets who asked not to be tracked",
        ("ui/templatetags/ui.py", "if request is None or not asks_not_to_be_tracked(request.META):", 'if request is None or request.META.get("HTTP_SEC_GPC") != "1":'),
    ),
    checked(
        "choice.cookies-refusable", "a cart is found by its cookie only",
        ("checkout/cart_cookie.py", "address=_tokens(asked)", "address=_tokens(asked[:0])"),
    ),
    checked(
        "choice.cookies-refusable", "the checkout wants the cookie",
        ("checkout/cart_cookie.py", "    if form:\n        asked.insert(0, request.POST.get(PARAMETER, \"\"))\n", "    if not request.COOKIES:\n        asked = []\n"),
    ),
    checked(
        "choice.modules", "pages of a module that is off stay open",
        ("merchants/access.py", "            refuse_if_off(request, membership.merchant)\n", ""),
    ),
    checked(
        "choice.modules", "the navigation goes on showing what is off",
        ("modules/context.py", "        if membership.may(entry.permission) and address_is_on(entry.url_name, membership.merchant)", "        if membership.may(entry.permission)"),
    ),
    checked(
        "choice.privacy-link", "the foot of pages calls it Legal",
        ("ui/templates/ui/footer.html", '{% translate "Privacy" %}', "Legal"),
    ),
    checked(
        "choice.privacy-link", "the foot of pages leads elsewhere",
        ("ui/templates/ui/footer.html", "{{ privacy_url|default:'/privacy/' }}", "/about/"),
    ),
    checked(
        "cookie.cart-preferences", "the cart's cookie lives for a year",
        ("checkout/cart_cookie.py", '        ".".join(kept),\n        httponly=True,', '        ".".join(kept),\n        max_age=31_536_000,\n        httponly=True,'),
    ),
    checked(
        "cookie.cart-preferences", "scripts read the cart's cookie",
        ("checkout/cart_cookie.py", '        ".".join(kept),\n        httponly=True,', '        ".".join(kept),\n        httponly=False,'),
    ),
    checked(
        "cookie.admin-session", "forms are taken without a cookie",
        ("config/settings.py", '    "django.middleware.csrf.CsrfViewMiddleware",\n', ""),
    ),
    checked(
        "cookie.registry", "nobody watches which cookies are set",
        ("config/settings.py", '    "tradepost.modules.cookies.declared_cookies_only",\n', ""),
    ),
)  # fmt: skip
