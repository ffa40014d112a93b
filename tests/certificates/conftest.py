"""Paper as the kiosk makes it: shipped templates, shipped words, fonts of this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.campaign.languages import load_words
from kiosk.certificates.paper import ReportLabPaper
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter

RESOURCES = Path(__file__).parents[2] / "resources"


@pytest.fixture(scope="session")
def paper() -> ReportLabPaper:
    return ReportLabPaper(load_words(RESOURCES), Typesetter(Fonts()), RESOURCES / "templates")
