"""Who belongs to a campaign."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.sync.trust import (
    CampaignTrust,
    device_id,
    identity_draft,
    identity_of,
    load_trust,
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
