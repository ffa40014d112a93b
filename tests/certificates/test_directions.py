"""An event or a venue of the other direction leaves the date beside it as it is read."""

from __future__ import annotations

import pytest

from kiosk.certificates.paper import ReportLabPaper
from tests.certificates.samples import EVENT, VENUE, certificate
from tests.typesetting.test_text_in_pdf import actual_texts


@pytest.mark.parametrize(("page", "other"), [("en", "ur"), ("hi", "ur"), ("ur", "en")])
def test_what_turns_is_isolated(paper: ReportLabPaper, page: str, other: str) -> None:
    content = certificate(
        page,
        venue=dict.fromkeys(VENUE, VENUE[other]),
        event=dict.fromkeys(EVENT, EVENT[other]),
    )
    text = " ".join(actual_texts(paper.certificate(content).pdf))
    for value in (VENUE[other], EVENT[other]):
        assert f"\u2068{value}\u2069" in text
    own = " ".join(actual_texts(paper.certificate(certificate(page)).pdf))
    assert f"\u2068{VENUE[page]}" not in own
