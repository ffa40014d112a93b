"""What a certificate's QR says, and that nobody but the campaign can say it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import CROCKFORD, CampaignId, Serial
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.attesting import ATTESTED, Facts
from kiosk.sync.attest import MOST_SYMBOLS, Attester, Attesters
from kiosk.sync.attest_code import pack, unpack
from kiosk.sync.attest_names import pack_name, unpack_name
from kiosk.sync.crockford import from_symbols, to_symbols
from kiosk.sync.identity import DeviceIdentity, renew_identity
from kiosk.sync.trust import CampaignTrust

FACTS = Facts("ka-2020-01-10", Serial("KA1-C-0042"), date(2020, 1, 10), "सुनीता शर्मा")
SIXTY = "श्रीमतीलक्ष्मीवेङ्कटेश्वरप्रसादरामकृष्णमूर्तिशास्त्रीनारायणस्वा"
NAMES = (
    "", "Ravi", "सुनीता शर्मा", "محمد اقبال", "ಕ್ಷಮಾ", "శ్రీనివాస్", "ক্ষ্ম", "José Ñuñez",
    "क्\u200dष क्\u200cष",
    "ᱥᱟᱱᱛᱟᱲᱤ", "ꯃꯤꯇꯩ", "Ravi रवि 2 (b.)", "D´Souza-O'Neil", SIXTY, "ڪ ۔ ۱", "𑄌𑄋𑄴𑄟",
)  # fmt: skip


def new_trust() -> CampaignTrust:
    """A campaign whose root is here."""
    root = Ed25519PrivateKey.generate()
    return CampaignTrust(
        campaign=CampaignId("samvad"), practice=False,
        root_public=root.public_key().public_bytes_raw(), recipients=(),
        event_secret=bytes(32), root_private=root.private_bytes_raw(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def trust() -> CampaignTrust:
    return new_trust()


@pytest.fixture(scope="module")
def identity(trust: CampaignTrust) -> DeviceIdentity:
    return trust.enrol("KA1")


@pytest.fixture(scope="module")
def attester(trust: CampaignTrust, identity: DeviceIdentity) -> Attester:
    return Attester(trust, [identity])


def refused(read: Callable[[str], object], text: str) -> str:
    with pytest.raises(VisitorError) as error:
        read(text)
    return error.value.key


@pytest.mark.parametrize("name", NAMES)
def test_what_was_signed_is_read(
    attester: Attester, identity: DeviceIdentity, trust: CampaignTrust, name: str
) -> None:
    text = attester.attest(replace(FACTS, name=name))
    told = Attester(trust).read(text)
    assert (told.event, told.serial, told.day, told.name) == (
        FACTS.event, FACTS.serial, FACTS.day, name,
    )  # fmt: skip
    assert (told.campaign, told.device_id, told.device_code) == (
        trust.campaign, identity.id, "KA1",
    )  # fmt: skip
    assert told.lost_at is None


def test_the_same_certificate_bears_the_same_symbol(attester: Attester) -> None:
    assert attester.attest(FACTS) == attester.attest(FACTS)


def test_a_scanner_types_it_on_every_keyboard(attester: Attester) -> None:
    text = attester.attest(FACTS)
    assert text.startswith(ATTESTED)
    assert set(text) <= set(CROCKFORD)
    typed = f" {text.lower()[:90]}\n{text[90:].replace('1', 'L').replace('0', 'O')}\t"
    assert attester.read(typed) == attester.read(text)


def test_sixty_letters_of_devanagari_fit_a_symbol_of_version_11(attester: Attester) -> None:
    assert len(SIXTY) >= 60
    assert len(attester.attest(replace(FACTS, name=SIXTY))) <= 468  # 11-L, alphanumeric


def test_practice_says_so(trust: CampaignTrust, attester: Attester) -> None:
    practice = replace(trust, practice=True)
    assert Attester(practice).read(attester.attest(FACTS)).practice
    assert not attester.read(attester.attest(FACTS)).practice


def test_every_flipped_bit_is_noticed(attester: Attester) -> None:
    raw = from_symbols(attester.attest(FACTS).removeprefix(ATTESTED))
    keys = set()
    for at in range(len(raw)):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[at] ^= 1 << bit
            keys.add(refused(attester.read, ATTESTED + to_symbols(bytes(flipped))))
    assert keys == {"attest_altered", "attest_other_campaign"}


def test_every_changed_symbol_is_noticed(attester: Attester) -> None:
    text = attester.attest(FACTS)
    for at in range(len(ATTESTED), len(text)):
        other = CROCKFORD[(CROCKFORD.index(text[at]) + 1) % 32]
        refused(attester.read, text[:at] + other + text[at + 1 :])


def test_every_truncation_is_noticed(attester: Attester) -> None:
    text = attester.attest(FACTS)
    for size in range(len(text)):
        key = refused(attester.read, text[:size])
        assert key == ("attest_none" if size < len(ATTESTED) else "attest_altered")
        refused(attester.read, text + "0" * (size + 1))


def test_the_same_statement_in_another_form_is_refused(attester: Attester) -> None:
    raw = from_symbols(attester.attest(FACTS).removeprefix(ATTESTED))
    at = raw.index(FACTS.event.encode()) + len(FACTS.event)
    assert raw[at] == 42  # the serial's number, in one byte
    for other in (b"\xaa\0", b"\0\x0aKA1-C-0042"):
        longer = raw[:at] + other + raw[at + 1 :]
        assert refused(attester.read, ATTESTED + to_symbols(longer)) == "attest_altered"


def test_another_campaign_s_certificate_is_unknown(attester: Attester) -> None:
    assert refused(Attester(new_trust()).read, attester.attest(FACTS)) == "attest_other_campaign"


def test_another_root_under_the_same_tag_is_found_out(
    trust: CampaignTrust, attester: Attester
) -> None:
    other = new_trust()
    forged = Attester(other, [other.enrol("KA1")])
    forged.tag = attester.tag
    assert refused(attester.read, forged.attest(FACTS)) == "attest_altered"


def test_the_same_keys_in_another_campaign_are_found_out(
    trust: CampaignTrust, attester: Attester
) -> None:
    renamed = replace(trust, campaign=CampaignId("another"))
    assert refused(Attester(renamed).read, attester.attest(FACTS)) == "attest_altered"


def test_a_device_that_nobody_enrolled_is_found_out(
    trust: CampaignTrust, attester: Attester
) -> None:
    thief = replace(new_trust(), campaign=trust.campaign).enrol("KA1")
    forged = Attester(trust, [thief])
    assert refused(attester.read, forged.attest(FACTS)) == "attest_altered"


@pytest.mark.parametrize("renewals", [1, 2, 3, 7])
def test_a_renewed_laptop_signs_too(
    trust: CampaignTrust, identity: DeviceIdentity, renewals: int
) -> None:
    for _ in range(renewals):
        former, identity = identity, renew_identity(identity)
    facts = replace(FACTS, serial=Serial(f"{identity.code}-C-0007"), name=SIXTY)
    text = Attester(trust, [identity, former]).attest(facts)
    assert len(text) <= MOST_SYMBOLS
    knowing = Attester(trust, known={identity.id: identity.certificate}.get)
    told = knowing.read(text)
    assert (told.serial, told.device_code) == (facts.serial, identity.code)
    if renewals > 1:  # the way to the root is too long to carry
        assert refused(Attester(trust).read, text) == "attest_device_unknown"
        lying = Attester(trust, known=lambda _: former.certificate)
        assert refused(lying.read, text) == "attest_altered"
    else:
        assert Attester(trust).read(text) == told


def test_what_a_former_identity_issued_is_signed_by_it_again(
    trust: CampaignTrust, identity: DeviceIdentity
) -> None:
    before = Attester(trust, [identity]).attest(FACTS)
    now = Attester(trust, [renew_identity(identity), identity])
    assert now.attest(replace(FACTS, device_id=identity.id)) == before
    assert now.attest(FACTS) != before


def test_a_lost_laptop_is_told_apart(
    trust: CampaignTrust, identity: DeviceIdentity, attester: Attester
) -> None:
    lost = replace(trust, lost_at={identity.id: 3_000})
    assert Attester(lost).read(attester.attest(FACTS)).lost_at == 3_000
    renewed = Attester(trust, [renew_identity(identity)])
    assert Attester(lost).read(renewed.attest(FACTS)).lost_at == 3_000


def test_a_store_s_own_serials_and_those_of_others_are_carried(trust: CampaignTrust) -> None:
    store = Attester(trust, [trust.enrol("CO1")])
    for serial in ("CO1-C-0001", "KA1-C-0042", "CO1-C-123456", "CO1-C-0", "CO1-C-00001", "X"):
        told = store.read(store.attest(replace(FACTS, serial=Serial(serial))))
        assert told.serial == serial


def test_who_has_no_key_signs_nothing(trust: CampaignTrust) -> None:
    for nobody in (Attester(trust), Attesters([Attester(trust)])):
        with pytest.raises(EnvironmentFault) as fault:
            nobody.attest(FACTS)
        assert fault.value.key == "store_unsigned"


def test_several_campaigns_are_told_apart(trust: CampaignTrust, attester: Attester) -> None:
    other = new_trust()
    both = Attesters([Attester(other), Attester(trust)])
    assert both.read(attester.attest(FACTS)).campaign == trust.campaign
    foreign = new_trust()
    text = Attester(foreign, [foreign.enrol("MH1")]).attest(FACTS)
    assert refused(both.read, text) == "attest_other_campaign"


@given(st.text(max_size=80))
def test_whatever_a_scanner_reads_is_no_certificate(text: str) -> None:
    reader = Attester(_TRUST)
    assert refused(reader.read, text).startswith("attest_")
    assert refused(reader.read, ATTESTED + text).startswith("attest_")


@given(st.binary(max_size=400))
def test_whatever_bytes_come_are_refused(raw: bytes) -> None:
    assert refused(Attester(_TRUST).read, ATTESTED + to_symbols(raw)).startswith("attest_")


@given(st.binary(max_size=300), st.integers(0, 7), st.booleans())
def test_whatever_is_read_has_one_form(raw: bytes, links: int, whole: bool) -> None:
    try:
        signed = unpack(raw[:4] + bytes([links]) + raw[4:] + bytes(64) * whole)
    except ValueError:
        return
    assert unpack(pack(signed)) == signed


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60))
def test_every_name_comes_back(name: str) -> None:
    name = unicodedata.normalize("NFC", name)
    packed = pack_name(name)
    assert unpack_name(packed) == name


@given(st.binary(max_size=40))
def test_a_name_has_one_form(packed: bytes) -> None:
    try:
        name = unpack_name(packed)
    except ValueError:
        return
    assert pack_name(name) == packed


@pytest.mark.parametrize("name", ["a\nb", "\x7f", "\ud800"])
def test_what_is_no_letter_is_not_signed(name: str) -> None:
    with pytest.raises(ValueError, match=r"control|surrogates"):
        pack_name(name)


_TRUST = new_trust()
