"""A typesetter on the fonts of this machine, opened once for all tests."""

from __future__ import annotations

import pytest

from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter


@pytest.fixture(scope="session")
def typesetter() -> Typesetter:
    return Typesetter(Fonts())
