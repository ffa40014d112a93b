"""Who belongs to a campaign."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.sync.identity import MOST_LINKS, canonical
from kiosk.sync.trust import (
    CampaignTrust,
    DeviceCertificate,
    DeviceIdentity,
    device_id,
    identity_draft,
    identity_of,
    load_trust,
    renew_identity,
    verify_certificate,
)

PACK = Path(__file__).parents[2] / "resources" / "campaigns" / "gem-samvad"


@pytest.fixture
def trust() -> CampaignTrust:
    return load_trust(PACK)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campaign of one's own, in the same files."""
    shutil.copytree(PACK / "practice", tmp_path / "trust")
    return tmp_path


def test_the_practice_campaign_is_public_and_says_so(trust: CampaignTrust) -> None:
    assert trust.practice
    assert trust.campaign == "gem-samvad"
    assert trust.root_private is not None
    assert len(trust.recipients) == 2
    readme = (PACK / "practice" / "README.md").read_text()
    assert "public" in readme
    assert "Never register a real visitor" in readme


@pytest.mark.parametrize("who", ["coordinator", "deputy"])
def test_the_shipped_identities_open_what_is_sealed(trust: CampaignTrust, who: str) -> None:
    lines = (PACK / "practice" / f"{who}.identity").read_text().splitlines()
    identity = pyrage.x25519.Identity.from_str(lines[-1])
    recipients = [pyrage.x25519.Recipient.from_str(one) for one in trust.recipients]
    assert pyrage.decrypt(pyrage.encrypt(b"the day", recipients), [identity]) == b"the day"


def test_an_enrolled_device_is_recognised(trust: CampaignTrust) -> None:
    identity = trust.enrol("KA1")
    told = verify_certificate(identity.certificate, trust)
    assert (told.id, told.code, told.public) == (identity.id, "KA1", identity.public)
    assert identity.id == device_id(identity.public)
    again = identity_of(identity.private, identity.certificate, identity.event_secret, trust)
    assert again == identity
    assert trust.enrol("KA1").id != identity.id  # one code twice by mistake: still two laptops


def test_a_device_introduces_itself(trust: CampaignTrust) -> None:
    identity = trust.enrol("KA1")
    draft = identity_draft(identity)
    assert (draft.entity, draft.entity_id, draft.person_id) == ("device", identity.id, None)
    assert draft.body["public_key"] == identity.public.hex()
    assert identity.private.hex() not in str(draft.body)


@pytest.mark.parametrize("code", ["", "ka1", "K", "1KA", "KA1234X", "KA-1", "कए1", "KA1\n"])
def test_a_code_is_short_and_plain(trust: CampaignTrust, code: str) -> None:
    with pytest.raises(VisitorError, match="device_code"):
        trust.enrol(code)


def test_only_the_root_enrols(trust: CampaignTrust) -> None:
    for lacking in (replace(trust, root_private=None), replace(trust, event_secret=None)):
        with pytest.raises(EnvironmentFault, match="trust_without_root"):
            lacking.enrol("KA1")


def tampered(certificate: bytes, **told: str) -> bytes:
    held = json.loads(certificate)
    held["told"] |= told
    return json.dumps(held).encode()


def test_a_certificate_that_was_altered_is_none(trust: CampaignTrust) -> None:
    identity = trust.enrol("KA1")
    other = trust.enrol("KA2")
    for wrong in (
        b"", b"{}", b"[]", b"\xff", b'{"told":1,"signature":"zz"}',
        tampered(identity.certificate, code="AP1"),
        tampered(identity.certificate, public_key=other.public.hex()),
        tampered(identity.certificate, device=other.id),
    ):  # fmt: skip
        with pytest.raises(VisitorError, match="certificate_untrusted"):
            verify_certificate(wrong, trust)


def test_another_campaign_s_device_is_a_stranger(trust: CampaignTrust) -> None:
    foreign = replace(trust, campaign="other").enrol("KA1")  # type: ignore[arg-type]
    with pytest.raises(VisitorError, match="certificate_untrusted"):
        verify_certificate(foreign.certificate, trust)
    with pytest.raises(VisitorError, match="certificate_untrusted"):
        identity_of(trust.enrol("KA2").private, trust.enrol("KA1").certificate, bytes(32), trust)


def test_a_copy_renews_itself_and_its_former_identity_signs(trust: CampaignTrust) -> None:
    former = trust.enrol("KA1")
    renewed = renew_identity(former)
    told = verify_certificate(renewed.certificate, trust)
    assert (told.id, told.code, told.public) == (renewed.id, renewed.code, renewed.public)
    assert told.formers == (former.id,)
    assert renewed.id != former.id
    assert renewed.code.startswith("KA1")
    assert len(renewed.code) == 5
    assert renewed.event_secret == former.event_secret
    assert identity_of(renewed.private, renewed.certificate, bytes(32), trust).id == renewed.id
    assert identity_draft(renewed, former.id).body["former"] == former.id


def test_a_chain_of_renewals_holds_and_is_bounded(trust: CampaignTrust) -> None:
    chain = [trust.enrol("AP12")]
    while len(chain) < MOST_LINKS:
        chain.append(renew_identity(chain[-1]))
    told = verify_certificate(chain[-1].certificate, trust)
    assert told.formers == tuple(one.id for one in chain[:-1])
    assert len(told.code) == len("AP12") + 2  # a suffix each time would not fit on a slip
    assert len({one.code for one in chain}) > 1
    with pytest.raises(ValueError, match="too long"):
        renew_identity(chain[-1])
    longer = json.loads(chain[-1].certificate)
    longer["formers"] *= 2
    with pytest.raises(VisitorError, match="certificate_untrusted"):
        verify_certificate(json.dumps(longer).encode(), trust)


def test_a_renewed_code_is_none_that_is_taken(trust: CampaignTrust) -> None:
    former = trust.enrol("KA1")
    codes = {renew_identity(former).code for _ in range(400)}
    assert len(codes) > 100
    assert not any(code[3].isdigit() for code in codes)  # KA1 and 2 would read as KA12
    left = renew_identity(former, taken=codes).code
    assert left not in codes


def links(certificate: bytes) -> list[dict[str, Any]]:
    held = json.loads(certificate)
    return [*held.get("formers", ()), {name: held[name] for name in ("told", "signature")}]


def joined(*chain: dict[str, Any]) -> bytes:
    return json.dumps(chain[-1] | {"formers": list(chain[:-1])}).encode()


def test_a_chain_cannot_be_put_together_anew(trust: CampaignTrust) -> None:
    one, other = trust.enrol("KA1"), trust.enrol("KA2")
    of_one, of_other = renew_identity(one), renew_identity(other)
    first, second = links(of_one.certificate)
    third = links(of_other.certificate)[1]
    twice = links(renew_identity(of_one).certificate)
    stranger = replace(trust, root_private=bytes(range(32))).enrol("KA1")
    for wrong in (
        joined(second), joined(second, first), joined(first, first), joined(first, third),
        joined(first, twice[2]), joined(*links(renew_identity(stranger).certificate)),
        renew_identity(replace(one, private=other.private)).certificate,
        tampered(of_one.certificate, code="KA1"), tampered(of_one.certificate, code="KA199"),
        tampered(of_one.certificate, former=other.id), joined(first, {"told": {}}),
        b"[" * 16_000, b'{"formers":1}', b"1", b"null", of_one.certificate + b" " * 20_000,
    ):  # fmt: skip
        with pytest.raises(VisitorError, match="certificate_untrusted"):
            verify_certificate(wrong, trust)


def test_no_former_identity_gives_itself_another_code(trust: CampaignTrust) -> None:
    """Who holds a laptop's key can add a suffix to its own code, and no more."""
    one = trust.enrol("KA1")
    key = Ed25519PrivateKey.from_private_bytes(one.private)
    new = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    for code, fine in (("KA1Q", True), ("KA1QX", True), ("AP1", False), ("KA1QXY", False)):
        told = {
            "campaign": trust.campaign, "code": code, "device": device_id(new),
            "former": one.id, "public_key": new.hex(),
        }  # fmt: skip
        signed = b"samvad kiosk: certificate of a renewed device\x00" + canonical(told)
        link = {"told": told, "signature": key.sign(signed).hex()}
        certificate = joined(*links(one.certificate), link)
        if fine:
            assert verify_certificate(certificate, trust).code == code
        else:
            with pytest.raises(VisitorError, match="certificate_untrusted"):
                verify_certificate(certificate, trust)


def test_what_comes_from_a_lost_laptop_is_refused(trust: CampaignTrust) -> None:
    lost, fine = trust.enrol("KA1"), trust.enrol("KA2")
    renewed = renew_identity(lost)
    known = replace(trust, revoked={lost.id: 7})

    def told(identity: DeviceIdentity) -> DeviceCertificate:
        return verify_certificate(identity.certificate, known)

    assert [known.refuses(told(lost), number) for number in (1, 7, 8)] == [False, False, True]
    assert not known.refuses(told(fine), 10**6)
    assert known.last_batch(told(fine)) is None
    assert known.refuses(told(renewed), 1)  # its finder could have renewed it
    kept = replace(known, revoked={lost.id: 7, renewed.id: 3})
    assert [kept.refuses(told(renewed), number) for number in (3, 4)] == [False, True]


def test_a_campaign_of_one_s_own_comes_first(folder: Path, trust: CampaignTrust) -> None:
    shutil.copytree(PACK / "practice", folder / "practice")
    text = (folder / "trust" / "trust.toml").read_text()
    (folder / "trust" / "trust.toml").write_text(
        text.replace("gem-samvad", "own").replace("practice = true", "practice = false")
    )
    own = load_trust(folder)
    assert (own.campaign, own.practice) == ("own", False)


def test_a_kiosk_s_copy_needs_no_private_keys(folder: Path) -> None:
    for name in ("root.key", "event.key", "coordinator.identity", "deputy.identity"):
        (folder / "trust" / name).unlink()
    trust = load_trust(folder)
    assert (trust.root_private, trust.event_secret) == (None, None)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("trust.toml", 'campaign = "', "campaign = "),
        ("trust.toml", "practice = true", ""),
        ("trust.toml", 'root = "', 'root = "zz'),
        ("trust.toml", 'root = "', 'root = "ab'),
        ("trust.toml", '"age1', '"age2'),
        ("root.key", None, "ab" * 32),
        ("root.key", None, "ab"),
        ("event.key", None, "\u0967" * 64),
    ],
)  # fmt: skip
def test_a_broken_trust_says_so(folder: Path, name: str, old: str | None, new: str) -> None:
    path = folder / "trust" / name
    text = path.read_text()
    path.write_text(new if old is None else text.replace(old, new, 1))
    with pytest.raises(EnvironmentFault, match="trust_broken"):
        load_trust(folder)


def test_one_recipient_is_not_enough(folder: Path, trust: CampaignTrust) -> None:
    path = folder / "trust" / "trust.toml"
    path.write_text(path.read_text().replace(trust.recipients[0], trust.recipients[1]))
    with pytest.raises(EnvironmentFault, match="trust_broken"):
        load_trust(folder)


def test_a_folder_without_trust_says_so(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="trust_missing"):
        load_trust(tmp_path)
