import re
from io import BytesIO

import pytest
from babel.messages.mofile import write_mo

from tests.house.messages import catalogues, read, texts

MARKS = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?[a-z][^>]*>")


def _key(message):
    return message.context, message.id


def _forms(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def _marks(text):
    return sorted(MARKS.findall(text))


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parts[-3])
def test_a_catalogue_holds_every_text_translated_and_is_compiled(path):
    catalogue = [message for message in read(path) if message.id]
    wanted = {_key(message) for message in texts() if message.id}
    assert {_key(message) for message in catalogue} == wanted, "run `make messages`"
    assert [message.id for message in catalogue if not all(_forms(message))] == []
    assert [message.id for message in catalogue if message.fuzzy] == []
    compiled = BytesIO()
    write_mo(compiled, read(path))
    assert path.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run `make messages`"


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parts[-3])
def test_a_translation_keeps_placeholders_and_markup(path):
    wrong = {}
    for message in (message for message in read(path) if message.id):
        originals = [message.id] if isinstance(message.id, str) else list(message.id)
        allowed = [_marks(text) for text in originals]
        for form in _forms(message):
            if _marks(form) not in allowed:
                wrong[originals[0]] = form
    assert wrong == {}
