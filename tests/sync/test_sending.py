"""From a kiosk to a target: looked at, not remembered; stopped anywhere; receipts, if signed."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.ids import DeviceId
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.carrying import CarrierFault, Stopped
from kiosk.services.desk import Desk
from kiosk.services.merging import Held
from kiosk.services.register import Registration, register_attendee
from kiosk.sync.carriers.folder import FolderCarrier
from kiosk.sync.carriers.layout import RECEIPTS, receipt_file, receipt_name
from kiosk.sync.receipts import (
    MOST_BYTES,
    MOST_STORES,
    collect_receipts,
    leave_receipt,
    read_receipt,
    write_receipt,
)
from tests.fakes import CONSENTS, FakeClock, files_below, visitor
from tests.sync.samples import EVENT, TRUST

STORE = TRUST.enrol("CO1")
OTHER_STORE = TRUST.enrol("CO2")
HEAD = "ab" * 32


def come(desk: Desk, *names: str) -> None:
    for name in names:
        register_attendee(desk, Registration(Tag("hi"), visitor(name=name), CONSENTS))


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in files_below(folder)}


def test_every_stick_gets_the_same_files_byte_for_byte(desk: Desk, tmp_path: Path) -> None:
    stick, second = tmp_path / "S", tmp_path / "S2"
    stick.mkdir()
    second.mkdir()
    come(desk, "आशा")
    first = desk.carry.sync(str(stick))
    assert (first.sent, first.already_there) == (1, 0)
    come(desk, "उषा", "राम")
    assert desk.carry.sync(str(stick)).sent == 1
    before = contents(stick)
    for path in stick.iterdir():
        shutil.rmtree(path)
    again = desk.carry.sync(str(stick))
    assert (again.sent, again.already_there) == (2, 0)
    assert again.bytes == sum(map(len, before.values()))
    assert contents(stick) == before
    assert desk.carry.sync(str(second)).sent == 2
    assert contents(second) == before
    last = desk.carry.sync(str(stick))
    assert (last.sent, last.already_there, last.bytes) == (0, 2, 0)


def test_two_sticks_under_one_path_are_told_apart(desk: Desk, stick: Path) -> None:
    come(desk, "आशा")
    desk.carry.sync(str(stick))
    one = stick.rename(stick.with_name("the one in the pocket"))
    stick.mkdir()
    assert desk.carry.sync(str(stick)).sent == 1
    assert contents(stick) == contents(one)


def test_what_was_altered_on_a_stick_is_written_anew(desk: Desk, stick: Path) -> None:
    come(desk, "आशा")
    desk.carry.sync(str(stick))
    [(name, content)] = contents(stick).items()
    (stick / name).write_bytes(content[:-1])
    assert desk.carry.sync(str(stick)).sent == 1
    assert contents(stick) == {name: content}


def test_what_left_and_where_to_is_noted(desk: Desk, stick: Path, clock: FakeClock) -> None:
    come(desk, "आशा")
    [batch] = desk.carry.sync(str(stick)).batches
    [sent] = desk.carry.outgoing().sent()
    assert (sent.target, sent.sha256, sent.at) == (str(stick), batch.sha256, clock.ms)


@pytest.mark.parametrize("after", range(4))
def test_who_stops_goes_on_later(desk: Desk, stick: Path, after: int) -> None:
    for name in ("आशा", "उषा", "राम"):
        come(desk, name)
        desk.carry.seal()

    def stop(step: str, done: int, of: int) -> None:
        if step == "send" and done == after:
            raise Stopped

    with pytest.raises(Stopped):
        desk.carry.sync(str(stick), None, stop)
    assert len(contents(stick)) == after
    result = desk.carry.sync(str(stick))
    assert (result.sent, result.already_there) == (3 - after, after)


def test_a_stick_that_is_not_there_changes_nothing(desk: Desk, stick: Path) -> None:
    come(desk, "आशा")
    with pytest.raises(CarrierFault, match="target_missing"):
        desk.carry.sync(str(stick / "media"))
    assert desk.carry.outgoing().batches() == []
    assert contents(stick) == {}


def test_a_damaged_file_of_the_outbox_is_sealed_anew(desk: Desk, stick: Path) -> None:
    come(desk, "आशा")
    desk.carry.seal()
    [path] = files_below(desk.folder / "outbox")
    path.write_bytes(b"not what it was")
    result = desk.carry.sync(str(stick))
    assert result.sent == 1
    [batch] = result.batches
    assert list(contents(stick)) == [batch.name]
    assert str(path).endswith(batch.name) is False


def held(device: str, last: int) -> Held:
    return Held(EVENT, DeviceId(device), "KA1", ((1, last, HEAD),))


def test_a_receipt_on_the_stick_tells_what_arrived(desk: Desk, stick: Path) -> None:
    come(desk, "आशा")
    desk.carry.sync(str(stick))
    device = next(stick.iterdir()).name
    carrier = FolderCarrier(stick)
    other = held("00" * 16, 99)
    assert leave_receipt(carrier, [held(device, 5), other], STORE, TRUST.campaign, 1_000)
    assert desk.carry.sync(str(stick)).untrusted == 0
    [receipt] = desk.carry.outgoing().receipts()
    assert (receipt.store, receipt.code, receipt.at) == (STORE.id, "CO1", 1_000)
    assert receipt.spans == ((1, 5, HEAD),)
    leave_receipt(carrier, [held(device, 7)], STORE, TRUST.campaign, 2_000)
    leave_receipt(carrier, [held(device, 6)], OTHER_STORE, TRUST.campaign, 1_500)
    desk.carry.sync(str(stick))
    latest = {one.code: one.spans[0][1] for one in desk.carry.outgoing().receipts()}
    assert latest == {"CO1": 7, "CO2": 6}


def test_a_receipt_of_other_kiosks_says_nothing(desk: Desk, stick: Path) -> None:
    come(desk, "आशा")
    leave_receipt(FolderCarrier(stick), [held("00" * 16, 9)], STORE, TRUST.campaign, 1)
    desk.carry.sync(str(stick))
    assert desk.carry.outgoing().receipts() == []


def test_forged_receipts_are_counted_and_change_nothing(desk: Desk, stick: Path) -> None:
    come(desk, "आशा")
    desk.carry.sync(str(stick))
    device = next(stick.iterdir()).name
    foreign = replace(TRUST, campaign="another").enrol("CO1")  # type: ignore[arg-type]
    carrier = FolderCarrier(stick)
    leave_receipt(carrier, [held(device, 5)], foreign, TRUST.campaign, 1_000)
    name, content = write_receipt([held(device, 5)], STORE, TRUST.campaign, 1_000)
    altered = content.replace(b"[1,5,", b"[1,9,")
    carrier.create(receipt_file(STORE.id, 1_000, hashlib.sha256(altered).hexdigest()), altered)
    assert desk.carry.sync(str(stick)).untrusted == 2
    assert desk.carry.outgoing().receipts() == []
    carrier.create(name.replace("1000-", "0999-"), content)  # a true one under another's moment
    assert desk.carry.sync(str(stick)).untrusted == 3
    carrier.create(name, content)
    desk.carry.sync(str(stick))
    assert [one.at for one in desk.carry.outgoing().receipts()] == [1_000]


def with_told(content: bytes, **told: Any) -> bytes:
    whole = json.loads(content)
    whole["told"] |= told
    return json.dumps(whole).encode()


NAME, CONTENT = write_receipt([held("00" * 16, 5)], STORE, TRUST.campaign, 1_000)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"told":1,"certificate":1,"signature":1}',
        with_told(CONTENT, store="00" * 16), with_told(CONTENT, at="x"),
        with_told(CONTENT, held=1), CONTENT + b" " * MOST_BYTES,
        CONTENT.replace(b'"signature":"', b'"signature":"00'),
    ],
    ids=range(11),
)  # fmt: skip
def test_what_is_no_receipt_is_refused(content: bytes) -> None:
    file = receipt_file(STORE.id, 1_000, hashlib.sha256(content).hexdigest()).partition("/")[2]
    name = receipt_name(file)
    assert name is not None
    with pytest.raises(VisitorError, match="receipt_untrusted"):
        read_receipt(name, content, TRUST)


def test_a_thousand_stores_receipts_are_not_all_read(stick: Path) -> None:
    carrier = FolderCarrier(stick)
    room = stick / RECEIPTS
    room.mkdir()
    for at in range(1_000):
        (stick / receipt_file(f"{at:032x}", at, HEAD)).write_bytes(b"forged")
    carrier.create(NAME, CONTENT)
    found, untrusted = collect_receipts(carrier, TRUST)
    assert [one.store for one in found] == [STORE.id]
    assert untrusted == MOST_STORES - 1


def test_nothing_of_a_full_outbox_disk_is_told_as_sent(desk: Desk, stick: Path) -> None:
    come(desk, "आशा")
    (desk.folder / "outbox").write_bytes(b"a file where the folder should be")
    with pytest.raises(EnvironmentFault):
        desk.carry.sync(str(stick))
    assert desk.carry.outgoing().sent() == []
    assert contents(stick) == {}
