"""The fields of a contact, beside its address and a merchant's own fields: all that there is of each.

Forms, pages, imports, exports, the API, segments and letters read this table and name no field
themselves. One more is a line here and a column of the model (``docs/adding-a-contact-field.md``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tradepost.audience.types import LONGEST_PERSON
from tradepost.lib.typed_text import typed
from tradepost.ui.form_options import Text


@dataclass(frozen=True, kw_only=True)
class FieldPart:
    """What a column of a file can become and a letter can show: a whole field, or a part of one.

    ``titles``: what such columns are called in files, ``tags``: what other mail services call it in
    letters; both in small letters and digits only.
    """

    name: str
    label: Text
    titles: frozenset[str]
    tags: frozenset[str] = frozenset()
    of: Callable[[str], str] = str  # the part, of the whole
    gives_way: bool = False  # in letters, to a merchant's own field of the same name


@dataclass(frozen=True, kw_only=True)
class FieldCondition:
    """How a segment asks for a field. ``words`` follow "people who" and hold ``%(value)s``."""

    label: Text
    words: Text


@dataclass(frozen=True, kw_only=True)
class ContactField:
    """One column of ``Contact``; its name is also that in files, in the API and in forms."""

    name: str
    label: Text
    longest: int
    parts: tuple[FieldPart, ...]
    too_long: Text = ""  # why a row of a file is refused; holds ``%(most)s``
    is_code: bool = False  # small letters, cut at the longest; else a text that people type
    choices: Callable[[], Sequence[tuple[str, Text]]] | None = None
    autocomplete: str = ""  # what browsers call it, where people fill it in themselves
    condition: FieldCondition | None = None
    before_confirming: bool = False  # a column of ``PendingSubscription``, too

    def kept(self, text: str) -> str:
        """As the column holds it: trimmed, not too long, without card numbers."""
        return text[: self.longest] if self.is_code else typed(text, self.longest)


def _first(name: str) -> str:
    return name.strip().partition(" ")[0]


def _last(name: str) -> str:
    return name.strip().partition(" ")[2].strip()


ADDRESS = FieldPart(
    name="email",
    label=_("E-mail address"),
    titles=frozenset(
        {"email", "emailaddress", "mail", "mailaddress", "emailadresse", "adresse", "courriel",
         "correo", "contactemail", "subscriberemail", "subscriber"}
    ),
    tags=frozenset({"email", "emailaddress", "mail", "emailaddr", "subscriberemail"}),
)  # fmt: skip
NAME = ContactField(
    name="name",
    label=_("Name"),
    longest=LONGEST_PERSON,
    too_long=_("The name is longer than %(most)s characters."),
    autocomplete="name",
    before_confirming=True,
    parts=(
        FieldPart(
            name="name",
            label=_("Name"),
            titles=frozenset({"name", "fullname", "contactname", "nom", "nombre", "subscribername",
                              "displayname"}),
            tags=frozenset({"name", "fullname", "displayname", "subscribername", "contactname"}),
        ),
        FieldPart(
            name="first_name",
            label=_("First name"),
            titles=frozenset({"firstname", "fname", "vorname", "givenname", "prenom"}),
            tags=frozenset({"firstname", "fname", "first", "givenname", "vorname", "prenom"}),
            of=_first,
        ),
        FieldPart(
            name="last_name",
            label=_("Last name"),
            titles=frozenset({"lastname", "lname", "nachname", "surname", "familyname"}),
            tags=frozenset({"lastname", "lname", "last", "surname", "familyname", "nachname"}),
            of=_last,
            gives_way=True,
        ),
    ),
)  # fmt: skip
LANGUAGE = ContactField(
    name="language",
    label=_("Language"),
    longest=10,
    is_code=True,
    choices=lambda: settings.LANGUAGES,
    condition=FieldCondition(label=_("language"), words=_("read %(value)s")),
    before_confirming=True,
    parts=(
        FieldPart(
            name="language",
            label=_("Language"),
            titles=frozenset({"language", "lang", "sprache", "langue", "locale"}),
            tags=frozenset({"language", "lang", "locale"}),
        ),
    ),
)
# In the order of pages and files.
CONTACT_FIELDS = (
    NAME,
    LANGUAGE,
)

FIELD_NAMES = tuple(field.name for field in CONTACT_FIELDS)
_BY_NAME = {field.name: field for field in CONTACT_FIELDS}


class UnknownField(TypeError):
    """What was said is no field of a contact."""


def kept(said: Mapping[str, str]) -> dict[str, str]:
    """What somebody said, by the names of fields, as the columns hold it.

    Raises:
        UnknownField
    """
    if unknown := said.keys() - _BY_NAME.keys():
        raise UnknownField(", ".join(sorted(unknown)))
    return {name: _BY_NAME[name].kept(text) for name, text in said.items()}


def kept_before_confirming(said: Mapping[str, str]) -> dict[str, str]:
    """The same of a subscription that waits to be confirmed: every field that it can hold.

    Raises:
        UnknownField: a field that cannot wait, among others.
    """
    whole = dict.fromkeys((field.name for field in CONTACT_FIELDS if field.before_confirming), "")
    if unknown := said.keys() - whole.keys():
        raise UnknownField(", ".join(sorted(unknown)))
    return kept(whole | dict(said))


def said_of(person: object) -> dict[str, str]:
    """What is known of a contact, or of who will be one; the fields it has no column for are left out."""
    return {name: getattr(person, name) for name in FIELD_NAMES if hasattr(person, name)}
