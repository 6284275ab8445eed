"""Each written breach still fits the product, and breaks what the promise of its name says."""

import ast
from collections import Counter

import pytest

from tests.breaches.written import WRITTEN
from tests.house.source import PACKAGE
from tradepost.notice.catalogue import PROMISES


@pytest.mark.parametrize("breach", WRITTEN, ids=lambda breach: breach.name)
def test_a_written_breach_still_applies(breach):
    texts = {file: (PACKAGE / file).read_text() for file, _old, _new in breach.edits}
    for file, old, new in breach.edits:
        assert texts[file].count(old) == 1, f"{file}: {old}"
        texts[file] = texts[file].replace(old, new)
    for file, text in texts.items():
        if file.endswith(".py"):
            ast.parse(text)
    assert breach.promise in PROMISES


def test_no_two_breaches_have_one_name():
    assert [name for name, count in Counter(b.name for b in WRITTEN).items() if count > 1] == []
