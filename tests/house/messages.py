"""The message catalogues. ``make messages`` brings them up to date; Babel needs no gettext for it.

New texts are added untranslated and texts that are gone leave; then write the translations into the
``.po`` files and run it again: it compiles them, too.
"""

import os
import sys
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tests.house.source import PACKAGE, modules, templates

LOCALES = PACKAGE / "locale"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "MoneyError": None,  # lib has no Django: its texts are translated at the edge
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def texts() -> Catalog:
    """Every text of code and templates that is marked for translation, and the data map's words."""
    found = Catalog()
    for path in [*modules(), *templates()]:
        source = path.read_text()
        if path.suffix != ".py":
            source = templatize(source)
        where = [(str(path.relative_to(PACKAGE)), 0)]
        rows = extract("python", BytesIO(source.encode()), KEYWORDS, ("Translators:",))
        for _line, text, comments, context in rows:
            found.add(text, locations=where, auto_comments=comments, context=context)
    # Only now is Django up.
    from tradepost.assurance.sources import statements
    from tradepost.datamap.words import CONTEXT, every_word

    for text in sorted(every_word()):
        found.add(text, locations=[("the data map", 0)], context=CONTEXT)
    for text in sorted(set(statements.texts())):
        found.add(text, locations=[("the sources", 0)], context=statements.CONTEXT)
    return found


def catalogues() -> list[Path]:
    return sorted(LOCALES.glob("*/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def update(path: Path, found: Catalog) -> Catalog:
    catalogue = read(path)
    catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    return catalogue


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
    django.setup()
    found = texts()
    for path in catalogues():
        catalogue = update(path, found)
        missing = sum(not message.string for message in catalogue if message.id)
        sys.stdout.write(f"{path.parts[-3]}: {len(catalogue)} texts, {missing} to translate\n")


if __name__ == "__main__":
    main()
