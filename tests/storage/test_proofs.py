"""What a record knows of certificates, for whoever checks one."""

from __future__ import annotations

import pytest

from kiosk.domain.ids import DeviceId, Serial
from kiosk.domain.language import Tag
from kiosk.services.certify import issue_certificate, prepare_certificate, reissue_certificate
from kiosk.services.desk import Desk
from kiosk.services.register import Registration, register_attendee
from kiosk.services.revoke import rows_of_serials
from tests.fakes import CONSENTS, visitor


@pytest.fixture
def issued(desk: Desk) -> Desk:
    """A kiosk with three certificates, of two people."""
    for name in ("Ravi", "Sunita"):
        given = Registration(Tag("en"), visitor(name=name), CONSENTS)
        attendee = register_attendee(desk, given).attendee
        issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
    reissue_certificate(desk, attendee, "staff:A", "name")
    return desk


def test_the_fate_of_each_serial_is_known(issued: Desk) -> None:
    [valid] = issued.record.fates(Serial("KA1-C-0001"))
    assert (valid.status, valid.replaced_by, valid.device_id) == ("valid", "", issued.device.id)
    [ended] = issued.record.fates()
    assert (ended.serial, ended.status, ended.replaced_by) == (
        "KA1-C-0002", "replaced", "KA1-C-0003",
    )  # fmt: skip
    assert ended.reason == "name"
    assert ended.at >= valid.at > 0
    assert issued.record.fates(Serial("KA1-C-0009")) == []


def test_devices_are_known_by_their_certificates(issued: Desk) -> None:
    record, own = issued.record, issued.device.id
    assert record.devices() == [own]
    held = record.device_certificate(own)
    assert held is not None
    assert own.encode() in held
    assert record.device_certificate(DeviceId("f" * 32)) is None
    assert record.serials_of(own) == ["KA1-C-0001", "KA1-C-0002", "KA1-C-0003"]
    assert record.serials_of(DeviceId("f" * 32)) == []


def test_what_was_erased_with_its_person_is_counted(issued: Desk) -> None:
    person = next(one for one in issued.record.attendees() if one.name == "Ravi")
    issued.record.erase_person(person.id, "coordinator")  # type: ignore[attr-defined]
    [row] = rows_of_serials([issued])
    assert (row.issued, row.erased, row.elsewhere) == (3, 1, 0)
    assert [(one.first, one.count) for one in row.gaps] == [("KA1-C-0001", 1)]
