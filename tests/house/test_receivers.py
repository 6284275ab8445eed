"""What rooms hear of signals they hear only where their ``receivers.py`` is loaded."""

import sys
from pathlib import Path

import tradepost


def test_every_receiver_is_loaded_with_its_room():
    house = Path(tradepost.__file__).parent
    written = {f"tradepost.{file.parent.name}.receivers" for file in house.glob("*/receivers.py")}
    assert written
    assert written - set(sys.modules) == set()
