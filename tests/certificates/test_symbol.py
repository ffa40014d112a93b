"""A certificate's signed symbol, read from the page as a cheap phone would see it."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import numpy.typing as npt
import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from kiosk.certificates.paper import ReportLabPaper
from kiosk.certificates.symbol import LEAST_MODULE_PT, QUIET_ZONE, fitting_side, symbol
from kiosk.domain.ids import CampaignId, Serial
from kiosk.services.attesting import Facts
from kiosk.sync.attest import Attester
from kiosk.sync.identity import renew_identity
from kiosk.sync.trust import CampaignTrust
from tests.certificates.samples import NAMES, certificate
from tests.certificates.symbols import symbols_in

DPI = 150
SIXTY = "श्रीमतीलक्ष्मीवेङ्कटेश्वरप्रसादरामकृष्णमूर्तिशास्त्रीनारायणस्वा"
_25_MM = 25 / 25.4 * 72


@pytest.fixture(scope="module")
def attester() -> Attester:
    root = Ed25519PrivateKey.generate()
    trust = CampaignTrust(
        CampaignId("samvad"), practice=False, recipients=(), event_secret=bytes(32),
        root_public=root.public_key().public_bytes_raw(), root_private=root.private_bytes_raw(),
    )  # fmt: skip
    enrolled = trust.enrol("KA1")
    return Attester(trust, [enrolled, renew_identity(enrolled)])


def signed(attester: Attester, name: str, count: int = 1) -> str:
    return attester.attest(
        Facts("ka-2020-01-10", Serial(f"KA1-C-{count:04d}"), date(2020, 1, 10), name)
    )


def test_sixty_letters_fit_25_mm(attester: Attester) -> None:
    text = signed(attester, SIXTY)
    assert fitting_side(text, _25_MM, _25_MM) == _25_MM
    modules = symbol(text)[1]
    assert modules == 61  # version 11
    assert _25_MM / (modules + 2 * QUIET_ZONE) >= LEAST_MODULE_PT


def test_a_signed_symbol_is_of_level_l_and_a_slip_s_of_level_m(attester: Attester) -> None:
    text = signed(attester, "Ravi")
    for given, level in ((text, "L"), ("SK1" + text[3:], "M")):
        rows, count = symbol(given)
        quiet = np.pad(1 - np.array([[*row] for row in rows], np.uint8), QUIET_ZONE, "constant",
                       constant_values=1)  # fmt: skip
        picture = np.kron(quiet * 255, np.ones((4, 4), np.uint8)).astype(np.uint8)
        [found] = symbols_in(picture)
        assert (found.text, found.ec_level) == (given, level)
        assert count == len(rows)


def looked_at(pdf: bytes, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """The part of the page with the symbol at 150 dpi: turned, grey, noisy, out of the printer."""
    page = pypdfium2.PdfDocument(pdf)[0]
    sharp = page.render(scale=2 * DPI / 72, grayscale=True).to_pil()
    place = symbols_in(np.asarray(sharp))[0].position
    corners = [place.top_left, place.top_right, place.bottom_left, place.bottom_right]
    xs, ys = [one.x / 2 for one in corners], [one.y / 2 for one in corners]
    plain = page.render(scale=DPI / 72, grayscale=True).to_pil()
    cut = plain.crop((int(min(xs)) - 20, int(min(ys)) - 20, int(max(xs)) + 20, int(max(ys)) + 20))
    turned = cut.rotate(rng.uniform(0, 360), Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    seen = np.asarray(turned, np.float64) * 0.85 + 20
    return np.clip(seen + rng.normal(0, 15, seen.shape), 0, 255).astype(np.uint8)


def doubled(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Twice as large, as our page and our staff's screen look at what they cannot read at once."""
    height, width = picture.shape
    larger = Image.fromarray(picture).resize((width * 2, height * 2), Image.Resampling.BICUBIC)
    return np.asarray(larger)


def read_of(
    paper: ReportLabPaper, attester: Attester, count: int, seed: int
) -> tuple[int, int, int]:
    """How many of so many pages are read: by us, and at the very first glance."""
    rng, names = np.random.default_rng(seed), [*NAMES.items(), ("hi", SIXTY)]
    ours = first = 0
    for at in range(count):
        language, name = names[at % len(names)]
        text = signed(attester, name, random.Random(seed + at).randrange(1, 9999))
        sheet = paper.certificate(certificate(language, name=name, qr=text))
        picture = looked_at(sheet.pdf, rng)
        glance = [one.text for one in symbols_in(picture)]
        again = [one.text for one in symbols_in(doubled(picture))]
        first += text in glance
        ours += text in (*glance, *again)
    return count, ours, first


def test_symbols_are_read_at_150_dpi_turned_and_noisy(
    paper: ReportLabPaper, attester: Attester
) -> None:
    count, ours, _ = read_of(paper, attester, 6, seed=1)
    assert ours == count


@pytest.mark.long
def test_sixty_of_sixty_are_read(paper: ReportLabPaper, attester: Attester) -> None:
    count, ours, first = read_of(paper, attester, 60, seed=5)
    print(f"{ours} of {count} read, {first} at the first glance")  # noqa: T201 - a figure to note
    assert ours == count
