"""A campaign of one's own: its folder, its device files, its ledger, its lost laptops."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from kiosk.domain.ids import CampaignId, DeviceId
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.sync.campaign_folder import (
    copy_pack,
    copy_without_secrets,
    new_campaign,
    read_identity,
)
from kiosk.sync.device_file import is_sealed, read_device_file, write_device_file
from kiosk.sync.enrolling import enrolled, lost, named, note_enrolled, revoke
from kiosk.sync.trust import load_trust, trust_file_text, verify_certificate
from tests.fakes import files_below
from tests.storage.test_opening import nobody_s_rights

PACK = Path(__file__).parents[2] / "resources" / "campaigns" / "gem-samvad"
CAMPAIGN = CampaignId("gem-samvad")
NOW = 1_578_630_600_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "अभियान my campaign"
    with new_campaign(path, PACK, CAMPAIGN):
        pass
    return path


def test_a_campaign_has_keys_of_its_own(folder: Path) -> None:
    trust, shipped = load_trust(folder), load_trust(PACK)
    assert not trust.practice
    assert trust.root_private is not None
    assert trust.root_public != shipped.root_public
    assert trust.event_secret != shipped.event_secret
    assert not set(trust.recipients) & set(shipped.recipients)
    sealed = pyrage.encrypt(
        b"the day", [pyrage.x25519.Recipient.from_str(one) for one in trust.recipients]
    )
    for who in ("coordinator", "deputy"):
        identity = read_identity(folder / "trust" / f"{who}.identity")
        assert pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)]) == b"the day"


def test_it_holds_the_pack_without_the_practice_keys(folder: Path) -> None:
    assert not (folder / "practice").exists()
    for path in files_below(PACK):
        name = path.relative_to(PACK)
        if name.parts[0] != "practice":
            assert (folder / name).read_bytes() == path.read_bytes()


def test_what_is_secret_is_its_owner_s_alone(folder: Path) -> None:
    assert stat.S_IMODE((folder / "trust").stat().st_mode) == 0o700
    names = set()
    for path in (folder / "trust").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        names.add(path.name)
    assert names == {
        "trust.toml", "event.key", "root.key", "coordinator.identity", "deputy.identity",
    }  # fmt: skip


def test_a_campaign_is_made_in_an_empty_place_only(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for place in (tmp_path, tmp_path / "notes.txt"):
        with (
            pytest.raises(EnvironmentFault, match="folder_not_empty"),
            new_campaign(place, PACK, CAMPAIGN),
        ):
            pytest.fail("it was begun")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("there", [True, False])
def test_a_campaign_that_breaks_off_leaves_nothing(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "own"
    if there:
        folder.mkdir()
    with (
        pytest.raises(EnvironmentFault, match="font_missing"),
        new_campaign(folder, PACK, CAMPAIGN),
    ):
        raise EnvironmentFault("font_missing")
    assert folder.exists() == there
    assert files_below(tmp_path) == []


def test_a_folder_that_cannot_be_written_to_says_so() -> None:
    place = Path("/usr/no-campaign-here")
    with (
        nobody_s_rights(),
        pytest.raises(EnvironmentFault, match="folder_read_only"),
        new_campaign(place, PACK, CAMPAIGN),
    ):
        pytest.fail("it was begun")


def test_a_pack_is_bounded_and_its_links_are_not_followed(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "campaign.toml").write_text("id = 1")
    (pack / "passwd").symlink_to("/etc/passwd")
    copy_pack(pack, tmp_path / "copy")
    assert [path.name for path in files_below(tmp_path / "copy")] == ["campaign.toml"]
    with (pack / "film.mp4").open("wb") as file:
        file.truncate(300 * 1024 * 1024)  # a hole: it takes no room
    with pytest.raises(EnvironmentFault, match="pack_too_large"):
        copy_pack(pack, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_what_a_laptop_gets_holds_no_private_key(folder: Path, tmp_path: Path) -> None:
    secrets = [path.read_text().split()[-1] for path in (folder / "trust").glob("*.key")]
    secrets += [path.read_text().split()[-1] for path in (folder / "trust").glob("*.identity")]
    assert len(secrets) == 4
    copy_without_secrets(folder, tmp_path / "stick")
    for path in files_below(tmp_path / "stick"):
        assert not any(secret.encode() in path.read_bytes() for secret in secrets), path
    copied, own = load_trust(tmp_path / "stick"), load_trust(folder)
    assert (copied.root_public, copied.recipients) == (own.root_public, own.recipients)
    assert copied.root_private is None


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "identity_unreadable"), (b"# a comment\n", "identity_unreadable"),
        (b"AGE-SECRET-KEY-1", "identity_unreadable"), (b"\xff\xfe", "identity_unreadable"),
        (None, "identity_missing"),
    ],
)  # fmt: skip
def test_a_file_without_an_identity_says_so(
    tmp_path: Path, content: bytes | None, fault: str
) -> None:
    if content is not None:
        (tmp_path / "identity").write_bytes(content)
    with pytest.raises(EnvironmentFault, match=fault):
        read_identity(tmp_path / "identity")


def test_an_identity_typed_from_the_sheet_is_read(folder: Path, tmp_path: Path) -> None:
    identity = read_identity(folder / "trust" / "deputy.identity")
    spaced = "\n".join(identity[at : at + 4].lower() for at in range(0, len(identity), 4))
    (tmp_path / "typed.txt").write_text(f"# typed by me\n{spaced} \r\n")
    assert read_identity(tmp_path / "typed.txt") == identity


# the device file


@pytest.fixture
def file(folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "लैपटॉप KA1.device"
    write_device_file(path, load_trust(folder).enrol("KA1"), trust_file_text(folder))
    return path


def test_a_device_file_brings_identity_and_trust(folder: Path, file: Path) -> None:
    held = read_device_file(file)
    trust = load_trust(folder)
    assert verify_certificate(held.identity.certificate, trust).code == "KA1"
    assert held.identity.event_secret == trust.event_secret
    assert held.trust.recipients == trust.recipients
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert trust.root_private is not None
    assert trust.root_private.hex() not in file.read_text()


def test_a_sealed_one_needs_its_passphrase(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "KA1.device"
    identity = load_trust(folder).enrol("KA1")
    write_device_file(path, identity, trust_file_text(folder), "mango  river")
    assert is_sealed(path)
    assert identity.private.hex().encode() not in path.read_bytes()
    assert read_device_file(path, " mango river\n").identity == identity
    for passphrase, fault in (("mango", "device_file_passphrase"), (None, "device_file_sealed")):
        with pytest.raises(EnvironmentFault, match=fault):
            read_device_file(path, passphrase)
    with pytest.raises(EnvironmentFault, match="passphrase_empty"):
        write_device_file(tmp_path / "other", identity, trust_file_text(folder), " ")
    assert not (tmp_path / "other").exists()


def test_a_device_file_is_never_written_over_another(folder: Path, file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(EnvironmentFault, match="file_exists"):
        write_device_file(file, load_trust(folder).enrol("KA2"), trust_file_text(folder))
    assert file.read_bytes() == before


def test_a_stick_that_is_not_there_says_so(folder: Path, tmp_path: Path) -> None:
    gone = tmp_path / "no stick" / "KA1.device"
    with pytest.raises(EnvironmentFault, match="folder_missing"):
        write_device_file(gone, load_trust(folder).enrol("KA1"), trust_file_text(folder))
    with pytest.raises(EnvironmentFault, match="device_file_missing"):
        read_device_file(gone)
    with pytest.raises(EnvironmentFault, match="device_file_missing"):
        read_device_file(tmp_path)


def test_a_device_file_cut_off_anywhere_is_broken(file: Path) -> None:
    whole = file.read_bytes()
    for end in range(0, len(whole) - 1, 7):
        file.write_bytes(whole[:end])
        with pytest.raises(EnvironmentFault, match="device_file_broken"):
            read_device_file(file)


def altered_files(file: Path, other: Path) -> Iterator[bytes]:
    """With parts of another campaign's file, with nothing in their place, and without them."""
    held, foreign = json.loads(file.read_bytes()), json.loads(other.read_bytes())
    for name in held:
        yield json.dumps(held | {name: None}).encode()
        yield json.dumps({key: held[key] for key in held if key != name}).encode()
    for name in ("trust", "code", "id", "private", "certificate"):
        yield json.dumps(held | {name: foreign[name]}).encode()
    yield json.dumps(held | {"event_secret": "ab"}).encode()
    yield b"[" * 60_000
    yield b"x" * 300_000


def test_an_altered_device_file_is_broken(folder: Path, file: Path, tmp_path: Path) -> None:
    foreign, other = tmp_path / "foreign", tmp_path / "AP1.device"
    with new_campaign(foreign, PACK, CAMPAIGN):
        write_device_file(other, load_trust(foreign).enrol("AP1"), trust_file_text(foreign))
    broken = tmp_path / "broken.device"
    for content in altered_files(file, other):
        broken.write_bytes(content)
        with pytest.raises(EnvironmentFault, match="device_file_broken"):
            read_device_file(broken)


# the ledger, and who was lost


def test_the_ledger_knows_who_was_enrolled(folder: Path) -> None:
    trust = load_trust(folder)
    first, second = trust.enrol("KA1"), trust.enrol("KA1")
    note_enrolled(folder, first, NOW)
    assert named(folder, "ka1") == first.id
    note_enrolled(folder, second, NOW + 1)
    assert [(one.id, one.code) for one in enrolled(folder)] == [
        (first.id, "KA1"), (second.id, "KA1"),
    ]  # fmt: skip
    with pytest.raises(VisitorError, match="device_ambiguous") as caught:
        named(folder, "KA1")
    assert first.id in str(caught.value.values["ids"])
    assert named(folder, second.id.upper()) == second.id
    with pytest.raises(VisitorError, match="device_unknown"):
        named(folder, "KA9")


def test_a_lost_laptop_is_revoked_under_the_root_s_signature(folder: Path) -> None:
    identity = load_trust(folder).enrol("KA1")
    note_enrolled(folder, identity, NOW)
    revoke(folder, identity.id, after_batch=12, reason='stolen "at night"\n राम \\', at=NOW)
    trust = load_trust(folder)
    assert trust.revoked == {identity.id: 12}
    (entry,) = lost(folder)
    assert (entry.code, entry.reason) == ("KA1", 'stolen "at night"  राम \\')
    revoke(folder, identity.id, after_batch=9, reason="it was earlier", at=NOW)
    assert load_trust(folder).revoked == {identity.id: 9}
    assert [one.after_batch for one in lost(folder)] == [9]


def test_a_list_of_lost_laptops_that_was_altered_is_refused(folder: Path) -> None:
    revoke(folder, DeviceId("ab" * 16), after_batch=12, reason="stolen", at=NOW)
    path = folder / "trust" / "revoked.toml"
    text = path.read_text()
    for old, new in (("12", "99"), ("ab" * 16, "cd" * 16), ("stolen", "found"), ("[[", "")):
        path.write_text(text.replace(old, new))
        with pytest.raises(EnvironmentFault, match="trust_broken"):
            load_trust(folder)
    path.write_bytes(b"\xff")
    with pytest.raises(EnvironmentFault, match="trust_broken"):
        load_trust(folder)
    path.unlink()
    assert load_trust(folder).revoked == {}


def test_who_revokes_says_why_and_from_when(folder: Path, tmp_path: Path) -> None:
    device = DeviceId("ab" * 16)
    for reason, number, key in ((" \n", 1, "reason_missing"), ("x", -1, "batch_number")):
        with pytest.raises(VisitorError, match=key):
            revoke(folder, device, after_batch=number, reason=reason, at=NOW)
    copy_without_secrets(folder, tmp_path / "stick")
    for place in (tmp_path / "stick", PACK):
        with pytest.raises(EnvironmentFault, match="trust_without_root"):
            revoke(place, device, after_batch=1, reason="x", at=NOW)
    assert not (folder / "trust" / "revoked.toml").exists()


@pytest.mark.parametrize("content", [b"\xff", b"[[device]]\nid = 1\n", b"device = 7", b"["])
def test_a_broken_ledger_says_so_and_stays(folder: Path, content: bytes) -> None:
    path = folder / "trust" / "devices.toml"
    path.write_bytes(content)
    with pytest.raises(EnvironmentFault, match="ledger_broken"):
        note_enrolled(folder, load_trust(folder).enrol("KA1"), NOW)
    assert path.read_bytes() == content


def test_the_shipped_practice_campaign_keeps_no_ledger() -> None:
    before = sorted((PACK / "practice").iterdir())
    note_enrolled(PACK, load_trust(PACK).enrol("KA1"), NOW)
    assert sorted((PACK / "practice").iterdir()) == before
    assert not (PACK / "trust").exists()
