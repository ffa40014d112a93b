"""The page for phones, in a real browser: what it says, in five languages, without a network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from kiosk import bootstrap_trust
from kiosk.domain.ids import DeviceId, Serial
from kiosk.errors import VisitorError
from kiosk.services.attesting import ATTESTED, Fate
from kiosk.services.verify import check_text
from kiosk.services.words import load_all_words
from kiosk.settings import RESOURCES
from kiosk.sync.attest import Attester
from kiosk.sync.crockford import from_symbols, to_symbols
from kiosk.sync.identity import DeviceIdentity, renew_identity
from kiosk.sync.keys_file import KeysFile, Known, Serials, read_keys, write_keys
from kiosk.sync.trust import CampaignTrust, load_trust
from tests.browser import CHROMIUM, Browser, browser
from tests.sync.test_attest import FACTS, NAMES, SIXTY, new_trust

in_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
LANGUAGES = ("en", "hi", "ur", "kn", "te")


class Made:
    """A campaign with certificates of every kind, and the keys file that knows them."""

    def __init__(self, trust: CampaignTrust) -> None:
        kiosk, lost = trust.enrol("KA1"), trust.enrol("KA2")
        renewed = kiosk
        for _ in range(3):
            renewed = renew_identity(renewed)
        self.trust = replace(trust, lost_at={lost.id: 1_578_700_800_000})  # 11-01-2020 in India
        self.kiosk = kiosk
        ended = [
            _fate("KA1-C-0002", kiosk, "replaced", "CO1-C-0001"),
            _fate("KA1-C-0003", kiosk, "revoked"),
            Fate(Serial("KA1-C-0042"), DeviceId("f" * 32), "revoked", "", "", 0),  # another KA1's
        ]
        known = Known(
            {"en": "Samvad", "ur": "سمواد"}, {FACTS.event: ({"en": "Karnataka"}, FACTS.day)},
            FACTS.day, ended, [renewed.certificate, kiosk.certificate],
            {lost.id: Serials.of(["KA2-C-0001", "KA2-C-0002"])}, complete=True,
        )  # fmt: skip
        self.file = read_keys(write_keys(self.trust, known, None))
        later = replace(FACTS, day=FACTS.day.replace(day=12))
        foreign = new_trust()
        self.texts = {
            "valid": _signed(trust, kiosk, "KA1-C-0001"),
            "replaced": _signed(trust, kiosk, "KA1-C-0002"),
            "revoked": _signed(trust, kiosk, "KA1-C-0003"),
            "renewed": _signed(trust, renewed, f"{renewed.code}-C-0001"),
            "lost, kept": _signed(trust, lost, "KA2-C-0002"),
            "lost, before": _signed(trust, lost, "KA2-C-0003"),
            "lost, after": Attester(trust, [lost]).attest(
                replace(later, serial=Serial("KA2-C-0004"))
            ),
            "by hand": Attester(trust, [kiosk]).attest(replace(FACTS, name="")),
            "foreign": Attester(foreign, [foreign.enrol("KA1")]).attest(FACTS),
            "cut": _signed(trust, kiosk, "KA1-C-0001")[:-1],
            "nothing": "https://example.org/",
        }  # fmt: skip


def _signed(trust: CampaignTrust, who: DeviceIdentity, serial: str) -> str:
    return Attester(trust, [who]).attest(replace(FACTS, serial=Serial(serial)))


def _fate(serial: str, who: DeviceIdentity, status: str, by: str = "") -> Fate:
    return Fate(Serial(serial), who.id, status, by, "", 1_578_700_800_000)


@pytest.fixture(scope="module")
def made() -> Made:
    return Made(new_trust())


def test_every_kind_of_certificate_has_its_verdict(made: Made) -> None:
    assert {name: _verdict(made.file, text) for name, text in made.texts.items()} == {
        "valid": ["valid", "", "KA1-C-0001"],
        "replaced": ["replaced", "", "KA1-C-0002"],
        "revoked": ["revoked", "", "KA1-C-0003"],
        "renewed": ["valid", "", _serial(made, "renewed")],
        "lost, kept": ["valid", "", "KA2-C-0002"],
        "lost, before": ["unknown", "lost", "KA2-C-0003"],
        "lost, after": ["revoked", "lost", "KA2-C-0004"],
        "by hand": ["valid", "", "KA1-C-0042"],
        "foreign": ["unknown", "other_campaign", None],
        "cut": ["altered", "signature", None],
        "nothing": ["unknown", "none", None],
    }


def _serial(made: Made, name: str) -> str:
    return made.file.reader.read(made.texts[name]).serial


def _verdict(file: KeysFile, text: str) -> list[str | None]:
    told = check_text(file.reader, file, text)
    serial = None if told.attested is None else told.attested.serial
    return [str(told.status), told.reason, serial]


def test_a_keys_file_that_is_altered_is_none(made: Made) -> None:
    content = write_keys(made.trust, made.file.known, None)
    assert read_keys(content).told == made.file.told
    for old, new in ((b'"replaced"', b'"revoked"'), (b'"practice": false', b'"practice": true')):
        with pytest.raises(VisitorError):
            read_keys(content.replace(old, new, 1))
    for junk in (b"", b"{}", b"[]", b"\xff", b"[" * 100_000, content[:-9]):
        with pytest.raises(VisitorError):
            read_keys(junk)


def test_a_public_root_is_practice_whatever_a_file_says(made: Made) -> None:
    content = write_keys(made.trust, made.file.known, None)
    assert not read_keys(content).trust.practice
    assert read_keys(content, [made.trust.root_public]).trust.practice


def test_a_store_signs_keys_by_its_own_device(made: Made) -> None:
    public = replace(made.trust, root_private=None)
    with pytest.raises(VisitorError) as refused:
        write_keys(public, made.file.known, None)
    assert refused.value.key == "keys_unsigned"
    content = write_keys(public, made.file.known, made.kiosk)
    assert read_keys(content).known.as_of == FACTS.day
    stranger = replace(new_trust(), campaign=public.campaign).enrol("KA1")
    with pytest.raises(VisitorError):
        read_keys(write_keys(public, made.file.known, stranger))


def test_what_is_taken_from_npm_is_what_was_reviewed() -> None:
    vendor = RESOURCES / "verify" / "vendor"
    lines = (vendor / "SHA256SUMS").read_text("utf-8").splitlines()
    assert {name: digest for digest, name in map(str.split, lines)} == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.iterdir()
        if path.name != "SHA256SUMS"
    }


@pytest.fixture(scope="module")
def page(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("stick") / "जाँच.html"
    file.write_bytes(bootstrap_trust.page_of(made.file))
    return file


@pytest.fixture(scope="module")
def opened(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as shown:
        shown.open(page.as_uri())
        yield shown
        assert shown.troubles == []
        outside = [one for one in shown.requests if not one.startswith(("file:", "blob:", "data:"))]
        assert outside == []


def checked(shown: Browser, text: str) -> list[Any]:
    return list(
        shown.value(
            f"(told => [told.status, told.reason, told.said && told.said.serial])"
            f"(Samvad.check({json.dumps(text)},"
            " JSON.parse(document.getElementById('data').textContent).keys))"
        )
    )


@in_browser
def test_the_browser_says_what_the_command_says(opened: Browser, made: Made) -> None:
    for text in made.texts.values():
        assert checked(opened, text) == _verdict(made.file, text)
        assert checked(opened, f" {text.lower()}\n") == _verdict(made.file, text)
    attester = Attester(made.trust, [made.kiosk])
    for name in NAMES:
        text = attester.attest(replace(FACTS, name=name))
        assert checked(opened, text) == ["valid", "", FACTS.serial]


@in_browser
def test_the_browser_notices_flipped_bytes(opened: Browser, made: Made) -> None:
    raw = from_symbols(made.texts["valid"].removeprefix(ATTESTED))
    for at in range(0, len(raw), 7):  # every bit is flipped in test_attest.py
        flipped = bytes((*raw[:at], raw[at] ^ 1 << at % 8, *raw[at + 1 :]))
        text = ATTESTED + to_symbols(flipped)
        told = checked(opened, text)
        assert told == _verdict(made.file, text)
        assert told[0] != "valid"


@in_browser
@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_verdict_is_told_in_words_and_shape(opened: Browser, made: Made, tag: str) -> None:
    words = load_all_words()[tag]  # type: ignore[index]
    opened.value(f"document.querySelector('#languages [lang={tag}]').click()")
    assert opened.value("document.documentElement.dir") == ("rtl" if tag == "ur" else "ltr")
    shapes = set()
    for name in ("valid", "replaced", "revoked", "cut", "nothing"):
        opened.value(
            f"text.value = {json.dumps(made.texts[name])},"
            " document.querySelector('#typed button').click()"
        )
        status = _verdict(made.file, made.texts[name])[0]
        told = opened.value("result.innerText")
        assert told.splitlines()[0] == words.say(f"verify.{status}")
        shapes.add(opened.value("document.querySelector('#result svg').innerHTML"))
        if name in {"valid", "replaced", "revoked"}:
            assert FACTS.name in told
    assert len(shapes) == 5


def pictured(text: str, folder: Path, *, scale: int = 6) -> Path:
    """A photograph: the symbol on a page, turned, grey and noisy."""
    made: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="L")
    image = Image.fromarray(np.array(made.to_image(scale=scale, add_quiet_zones=True)))
    turned = image.convert("L").rotate(17, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    page = Image.new("L", (900, 700), 255)
    page.paste(turned, (120, 60))
    noise = np.random.default_rng(5).normal(25, 12, (700, 900))
    file = folder / "photo.png"
    Image.fromarray(np.clip(np.asarray(page) * 0.8 + noise, 0, 255).astype(np.uint8)).save(file)
    return file


@in_browser
def test_a_photograph_is_read(opened: Browser, made: Made, tmp_path: Path) -> None:
    text = Attester(made.trust, [made.kiosk]).attest(replace(FACTS, name=SIXTY))
    opened.value("result.hidden = true")
    opened.choose_file("#file", pictured(text, tmp_path))
    opened.until("!result.hidden")
    assert opened.value("result.className") == "valid"
    assert SIXTY in opened.value("result.innerText")
    Image.new("L", (300, 300), 200).save(tmp_path / "blank.png")
    opened.value("result.hidden = true")
    opened.choose_file("#file", tmp_path / "blank.png")
    opened.until("!result.hidden")
    assert opened.value("result.className") == "unknown"


@in_browser
def test_the_camera_reads_it(page: Path, made: Made, tmp_path: Path) -> None:
    photo = Image.open(pictured(made.texts["valid"], tmp_path, scale=7))
    film = tmp_path / "film.y4m"
    luma = photo.tobytes()
    frame = b"FRAME\n" + luma + bytes([128]) * (len(luma) // 2)
    film.write_bytes(b"YUV4MPEG2 W900 H700 F10:1 Ip A1:1 C420jpeg\n" + frame * 3)
    options = (
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )  # fmt: skip
    with browser(tmp_path / "profile", *options) as shown:
        shown.open(page.as_uri())
        shown.value("camera.click()")
        shown.until("!result.hidden || note.textContent === ''")
        shown.until("!result.hidden")
        assert shown.value("result.className") == "valid"
        assert shown.value("video.hidden")
        assert shown.troubles == []


@in_browser
def test_a_practice_campaign_is_never_valid_without_saying_so(tmp_path: Path) -> None:
    trust = load_trust(RESOURCES / "campaigns" / "gem-samvad")
    file = tmp_path / "page.html"
    content = bootstrap_trust.keys_of_campaign("gem-samvad")
    file.write_bytes(bootstrap_trust.page_of(bootstrap_trust.read_own(content)))
    text = Attester(trust, [trust.enrol("KA1")]).attest(FACTS)
    with browser(tmp_path / "profile", "--lang=en-IN") as shown:
        shown.open(f"{file.as_uri()}#{text}")
        assert shown.value("result.innerText").splitlines()[0] == "PRACTICE: valid"
        assert shown.value("!practice.hidden")


def test_nothing_in_the_data_ends_the_page_s_script(made: Made) -> None:
    known = replace(made.file.known, campaign={"en": "</script><script>alert(1)</script>"})
    page = bootstrap_trust.page_of(read_keys(write_keys(made.trust, known, None)))
    assert b"</script><script>alert" not in page
    assert page.count(b"</script>") == 3
