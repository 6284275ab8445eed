"""The key and the stamp of the static files: whatever is in them, a sentence or a new one."""

import pytest
from tests.damage import damages

from tradepost.config.environment import InvalidSetting, read_environment
from tradepost.config.processes import installation
from tradepost.config.secret import secret_key

GOOD = b"A-key-of-an-installation-that-has-more-than-thirty-two-letters"


@pytest.fixture
def here(tmp_path):
    return read_environment({"TRADEPOST_DATA": str(tmp_path)})


def test_a_damaged_key_is_never_replaced(here):
    """Read as it is, or refused with what to do; a new one would void what the old one signed."""
    path = here.data / "secret_key"
    for damage in damages(GOOD, bits=200):
        path.write_bytes(damage)
        try:
            assert secret_key(here).encode() == damage.strip()
        except InvalidSetting as refusal:
            assert "backup" in str(refusal)  # noqa: PT017  either may happen
        assert path.read_bytes() == damage
    path.unlink()
    path.mkdir()
    with pytest.raises(InvalidSetting, match="backup"):
        secret_key(here)


def test_a_key_that_may_not_be_read_is_not_called_damaged(here, monkeypatch):
    (here.data / "secret_key").write_bytes(GOOD)

    def read_bytes(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", read_bytes)
    with pytest.raises(InvalidSetting, match="may not be read by this account"):
        secret_key(here)


def test_a_damaged_stamp_copies_the_static_files_once_more(here, monkeypatch):
    copied = []
    monkeypatch.setattr(installation, "call_command", lambda *_words, **_more: copied.append(1))
    (here.data / "static").mkdir()
    (here.data / "static" / "staticfiles.json").write_text('{"paths": {"a.css": "a.1.css"}}')
    installation._collect_static(here)
    stamp = here.data / "static.stamp"
    good = stamp.read_bytes()
    installation._collect_static(here)
    assert len(copied) == 1
    for number, damage in enumerate(damages(good), start=2):
        stamp.write_bytes(damage)
        installation._collect_static(here)
        assert (len(copied), stamp.read_bytes()) == (number, good)
    stamp.unlink()
    stamp.mkdir()
    installation._collect_static(here)
    assert stamp.read_bytes() == good


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\0[", b"[]", b"7", b'{"paths": 1}', None])
def test_a_damaged_list_of_static_files_is_made_anew(here, content, monkeypatch):
    """Its names stand in every page; with a list that cannot be read there would be none."""
    listed = here.data / "static" / "staticfiles.json"
    good = b'{"paths": {"a.css": "a.1.css"}, "version": "1.1"}'
    listed.parent.mkdir()
    monkeypatch.setattr(installation, "call_command", lambda *_, **__: listed.write_bytes(good))
    installation._collect_static(here)
    listed.unlink()
    listed.mkdir() if content is None else listed.write_bytes(content)
    installation._collect_static(here)
    assert listed.read_bytes() == good
