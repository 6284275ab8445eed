"""The conditions that the audience itself offers: lists, the merchant's own fields, consents, dates."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tradepost.audience.custom_fields import parse_answer
from tradepost.audience.fields.table import CONTACT_FIELDS, ContactField, FieldCondition
from tradepost.audience.models import ConsentRecord, ContactList, CustomField, ListMembership
from tradepost.audience.segments.registry import Candidates, ConditionKind, Values, name_of
from tradepost.audience.types import ConsentKind, ContactSource, FieldKind, MembershipState
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.ui.form_options import Text

Fields = dict[str, forms.Field]
_LONGEST_DAYS = 36_500


def days_field(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=_LONGEST_DAYS)


# On a list


def _list_fields(merchant: Merchant) -> Fields:
    lists = ContactList.objects.filter(merchant=merchant)
    return {
        "how": forms.ChoiceField(
            label=_("State"),
            choices=[
                (MembershipState.SUBSCRIBED.value, _("is subscribed to")),
                (MembershipState.UNSUBSCRIBED.value, _("has left")),
            ],
        ),
        "list": forms.ChoiceField(
            label=_("List"), choices=[(one.public_id, one.name) for one in lists]
        ),
    }


def _list_query(merchant: Merchant, values: Values) -> Q:
    rows = ListMembership.objects.filter(
        contact=OuterRef("pk"),
        contact_list_id=ContactList.pk_of(values["list"]),
        state=values["how"],
    )
    return Q(Exists(rows))


def _listed(merchant: Merchant, values: Values) -> Candidates:
    rows = ListMembership.objects.filter(
        merchant=merchant, contact_list_id=ContactList.pk_of(values["list"]), state=values["how"]
    ).values_list("contact_id", flat=True)
    return Candidates(found=rows, walked=rows)


def _list_words(merchant: Merchant, values: Values) -> str:
    lists = ContactList.objects.filter(merchant=merchant)
    name = name_of(lists, ContactList.pk_of(values["list"])) or _("(deleted list)")
    if values["how"] == MembershipState.SUBSCRIBED:
        return _("are subscribed to “%(list)s”") % {"list": name}
    return _("have left “%(list)s”") % {"list": name}


# The merchant's own fields

Build = Callable[[str, Any], Q]


def _today(days: int = 0) -> str:
    return (timezone.localdate(clock.now()) + timedelta(days=days)).isoformat()


def _filled(path: str) -> Q:
    return Q(**{f"{path}__isnull": False})


_HOWS: dict[str, tuple[object, Build]] = {
    "is": (gettext_lazy("is"), lambda path, value: Q(**{path: value})),
    "contains": (
        gettext_lazy("contains"),
        lambda path, value: Q(**{f"{path}__icontains": value}),
    ),
    "at_least": (
        gettext_lazy("is at least / not before"),
        lambda path, value: Q(**{f"{path}__gte": value}),
    ),
    "at_most": (
        gettext_lazy("is at most / not after"),
        lambda path, value: Q(**{f"{path}__lte": value}),
    ),
    "last_days": (
        gettext_lazy("was in the last … days"),
        lambda path, value: Q(**{f"{path}__gte": _today(-value), f"{path}__lte": _today()}),
    ),
    "next_days": (
        gettext_lazy("is in the next … days"),
        lambda path, value: Q(**{f"{path}__gte": _today(), f"{path}__lte": _today(value)}),
    ),
    "filled": (gettext_lazy("is filled in"), lambda path, value: _filled(path)),
    "empty": (gettext_lazy("is empty"), lambda path, value: Q(**{f"{path}__isnull": True})),
}
_WITHOUT_VALUE = {"filled", "empty"}
_DAYS = {"last_days", "next_days"}
_FITTING = {
    FieldKind.TEXT: {"is", "contains"},
    FieldKind.NUMBER: {"is", "at_least", "at_most"},
    FieldKind.DATE: {"is", "at_least", "at_most"} | _DAYS,
    FieldKind.CHOICE: {"is"},
    FieldKind.YES_NO: {"is"},
}


def _field_fields(merchant: Merchant) -> Fields:
    questions = CustomField.objects.filter(merchant=merchant)
    return {
        "key": forms.ChoiceField(
            label=_("Field"), choices=[(question.key, question.label) for question in questions]
        ),
        "how": forms.ChoiceField(
            label=_("Comparison"), choices=[(how, label) for how, (label, _q) in _HOWS.items()]
        ),
        "value": forms.CharField(label=_("Value"), required=False, max_length=200),
    }


def _field_clean(merchant: Merchant, values: Values) -> Values:
    question = CustomField.objects.get(merchant=merchant, key=values["key"])
    how, value = values["how"], values["value"]
    if how in _WITHOUT_VALUE:
        return values | {"value": None}
    if how not in _FITTING[FieldKind(question.kind)]:
        raise ValueError(_("this comparison does not fit the kind of field"))
    if how in _DAYS:
        if not str(value).isdecimal() or int(value) > _LONGEST_DAYS:
            raise ValueError(_("a number of days is needed"))
        return values | {"value": int(value)}
    parsed = value if how == "contains" else parse_answer(question, value)
    if parsed is None or parsed == "":
        raise ValueError(_("a value is needed"))
    return values | {"value": parsed}


def _field_query(merchant: Merchant, values: Values) -> Q:
    _label, build = _HOWS[values["how"]]
    return build(f"fields__{values['key']}", values["value"])


def _field_words(merchant: Merchant, values: Values) -> str:
    questions = CustomField.objects.filter(merchant=merchant)
    label, _build = _HOWS[values["how"]]
    name = name_of(questions, values["key"], by="key", name="label") or values["key"]
    shown = "" if values["value"] is None else values["value"]
    if isinstance(shown, bool):
        shown = _("yes") if shown else _("no")
    if values["how"] in _DAYS:
        label, shown = str(label).replace("…", str(shown)), ""
    said = {"field": name, "how": label, "value": shown}
    return (_("have a “%(field)s” that %(how)s %(value)s") % said).strip()


# Consents


def _consent_fields(merchant: Merchant) -> Fields:
    return {"kind": forms.ChoiceField(label=_("Consent to"), choices=ConsentKind.choices)}


def _consent_query(merchant: Merchant, values: Values) -> Q:
    rows = ConsentRecord.objects.filter(
        merchant=merchant,
        email_key=OuterRef("email_key"),
        kind=values["kind"],
        withdrawn_at__isnull=True,
    )
    return Q(Exists(rows))


def _consent_words(merchant: Merchant, values: Values) -> str:
    return _("agreed to %(kind)s") % {"kind": ConsentKind(values["kind"]).label}


# What every contact has


def _joined_fields(merchant: Merchant) -> Fields:
    return {
        "how": forms.ChoiceField(
            label=_("When"),
            choices=[("within", _("in the last … days")), ("before", _("more than … days ago"))],
        ),
        "days": days_field(_("Days")),
    }


def _since(column: str) -> Callable[[Merchant, Values], Q]:
    def query(merchant: Merchant, values: Values) -> Q:
        then = clock.now() - timedelta(days=values["days"])
        return Q(**{f"{column}__{'gte' if values['how'] == 'within' else 'lt'}": then})

    return query


def _ago(verb: object) -> Callable[[Merchant, Values], str]:
    def words(merchant: Merchant, values: Values) -> str:
        days = values["days"]
        text = (
            ngettext(
                "%(verb)s in the last %(days)d day", "%(verb)s in the last %(days)d days", days
            )
            if values["how"] == "within"
            else ngettext(
                "%(verb)s more than %(days)d day ago", "%(verb)s more than %(days)d days ago", days
            )
        )
        return text % {"verb": verb, "days": days}

    return words


def _property_fields(merchant: Merchant) -> Fields:
    return {
        "what": forms.ChoiceField(
            label=_("What"),
            choices=[
                ("domain", _("domain of the address")),
                *((field.name, asked.label) for field, asked in _asked()),
                ("source", _("where the contact came from")),
            ],
        ),
        "value": forms.CharField(label=_("Value"), max_length=120),
    }


def _asked() -> list[tuple[ContactField, FieldCondition]]:
    return [(field, field.condition) for field in CONTACT_FIELDS if field.condition]


def _property_clean(merchant: Merchant, values: Values) -> Values:
    value = values["value"].strip()
    if values["what"] in {field.name for field, _asked_as in _asked() if not field.choices}:
        return values | {"value": value}
    value = value.lower().lstrip("@")
    if known := _known(values["what"]):
        codes = {label.lower(): code for code, label in known.items()} | {
            code: code for code in known
        }
        if value not in codes:
            raise ValueError(_("one of: %(choices)s") % {"choices": ", ".join(known.values())})
        value = codes[value]
    return values | {"value": value}


def _known(what: str) -> dict[str, str]:
    """The words people know the codes by; they may type either."""
    choices: dict[str, Sequence[tuple[str, Text]]] = {"source": ContactSource.choices}
    choices |= {field.name: field.choices() for field, _asked_as in _asked() if field.choices}
    return {code: str(label) for code, label in choices.get(what, [])}


def _property_query(merchant: Merchant, values: Values) -> Q:
    if values["what"] == "domain":
        return Q(email__endswith=f"@{values['value']}")
    lookup = values["what"] if _known(values["what"]) else f"{values['what']}__iexact"
    return Q(**{lookup: values["value"]})


def _property_words(merchant: Merchant, values: Values) -> str:
    words: dict[str, Text] = {
        "domain": _("have an address at %(value)s"),
        "source": _("came by way of %(value)s"),
    }
    words |= {field.name: asked.words for field, asked in _asked()}
    return words[values["what"]] % {
        "value": _known(values["what"]).get(values["value"], values["value"])
    }


CONDITIONS = (
    ConditionKind(
        id="audience.list",
        label=gettext_lazy("List"),
        fields=_list_fields,
        query=_list_query,
        explain=_list_words,
        candidates=_listed,
    ),
    ConditionKind(
        id="audience.field",
        label=gettext_lazy("Own field"),
        fields=_field_fields,
        query=_field_query,
        explain=_field_words,
        clean=_field_clean,
    ),
    ConditionKind(
        id="audience.consent",
        label=gettext_lazy("Consent"),
        fields=_consent_fields,
        query=_consent_query,
        explain=_consent_words,
    ),
    ConditionKind(
        id="audience.joined",
        label=gettext_lazy("Contact since"),
        fields=_joined_fields,
        query=_since("created_at"),
        explain=_ago(gettext_lazy("became a contact")),
    ),
    ConditionKind(
        id="audience.active",
        label=gettext_lazy("Last sign of life"),
        fields=_joined_fields,
        query=_since("last_active_at"),
        explain=_ago(gettext_lazy("were last active")),
    ),
    ConditionKind(
        id="audience.property",
        label=gettext_lazy("Address, language, source"),
        fields=_property_fields,
        query=_property_query,
        explain=_property_words,
        clean=_property_clean,
    ),
)
