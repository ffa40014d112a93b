"""What is written is read back, in one transaction or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.attendee import Attendee
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import AttendeeId, DeviceId, FormId, Number, Serial
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.ports import Draft, InstalledForm, PrintJob, Record, StaffMember, Tick
from kiosk.storage.store import Store
from tests.storage.records import (
    DEVICE,
    EVENT,
    MORNING_MS,
    FakeClock,
    attendee_body,
    certify,
    change,
    check_in,
    close_day,
    keep,
    nobody,
    open_store,
    register,
    respond,
)


def test_the_store_is_the_record_that_services_ask_for(store: Store) -> None:
    record: Record = store  # mypy checks the port; here: every method of it is there
    assert record.peek_count("attendee") == 1


def test_an_attendee_comes_back_as_registered(store: Store) -> None:
    person = register(
        store, "श्रीमती राम", kinds=["msme", "shg"], mobile="+919876543210", more={"stall": "B 7"}
    )
    assert store.attendee(person) == Attendee(
        id=person, number=Number("KA1-0001"), name="श्रीमती राम", language=Tag("hi"), does="seller",
        kinds=("msme", "shg"), organisation="", mobile="+919876543210", email="", pin_code="",
        district="", state="", offers="", needs="", wants_help="", registered_at=MORNING_MS,
        device_id=DEVICE, assisted=False, receipt_hash="ab" * 32, met="registered", masked=False,
        more={"stall": "B 7"},
    )  # fmt: skip
    assert store.attendee_by_number(Number("KA1-0001")) == store.attendee(person)
    assert [one.purpose for one in store.consents(person)].count("registration") == 1
    assert store.attendee(AttendeeId("unknown")) is None
    assert store.attendee_by_number(Number("KA1-0099")) is None


def test_what_fails_half_way_leaves_nothing(store: Store) -> None:
    def broken() -> Iterator[None]:
        with store.writing() as writing:
            writing.take_count("attendee")
            body = attendee_body("Asha", "KA1-0001")
            writing.write(ChangeDraft("attendee", "a1", "create", "visitor", body, "a1"))
            yield
            raise RuntimeError("the screen was closed")

    steps = broken()
    next(steps)
    with pytest.raises(RuntimeError):
        next(steps)
    assert list(store.attendees()) == []
    assert store.peek_count("attendee") == 1
    assert store.verify().entries == 0


def test_a_correction_carries_only_what_changed(store: Store) -> None:
    person = register(store, "Rma", mobile="+919876543210", more={"stall": "B 7", "tea": "yes"})
    change(store, "attendee", person, "correct", name="Rama", more={"tea": "no"}, person=person)
    corrected = store.attendee(person)
    assert corrected is not None
    assert corrected.name == "Rama"
    assert corrected.mobile == "+919876543210"
    assert corrected.more == {"stall": "B 7", "tea": "no"}


def test_withdrawal_masks_and_says_when(store: Store, clock: FakeClock) -> None:
    person = register(store, "Rama")
    consent = store.consents(person)[0]
    other = store.consents(person)[1]
    change(store, "attendee", person, "withdraw", person=person)
    change(store, "consent", consent.id, "withdraw", person=person)
    change(store, "consent", other.id, "withdraw", withdrawn_at=77, person=person)
    masked = store.attendee(person)
    assert masked is not None
    assert masked.masked
    withdrawn = {one.id: one.withdrawn_at for one in store.consents(person)}
    assert withdrawn[consent.id] == clock.now - 1_000
    assert withdrawn[other.id] == 77
    assert store.find("Rama") == []
    assert store.without_certificate(attended=False) == []
    assert store.verify().ok


def test_certificates_are_replaced_and_revoked(store: Store) -> None:
    person = register(store, "Asha")
    first = certify(store, person)
    second = certify(store, person, "KA1-C-0002")
    change(store, "certificate", first, "replace", replaced_by="KA1-C-0002", person=person)
    change(store, "certificate", second, "revoke", reason="not hers", at=5, person=person)
    change(store, "certificate", second, "replace", replaced_by="KA1-C-0003", person=person)
    held = {one.serial: one for one in store.certificates(person)}
    assert held[Serial("KA1-C-0001")].status == "replaced"
    assert held[Serial("KA1-C-0001")].sessions == ("Talk",)
    assert held[Serial("KA1-C-0002")].status == "revoked"  # a revoked one stays revoked
    found = store.certificate(Serial("KA1-C-0002"))
    assert found is not None
    assert found.reason == "not hers"
    assert store.certificate(Serial("KA1-C-0009")) is None
    assert store.without_certificate(attended=False) == [store.attendee(person)]
    assert store.verify().ok


def test_who_still_needs_a_certificate(store: Store) -> None:
    came, stayed_away, has_one = (register(store, name) for name in ("A b", "C d", "E f"))
    check_in(store, came, "talk")
    certify(store, has_one)
    due = [one.id for one in store.without_certificate(attended=False)]
    assert due == [came, stayed_away]
    assert [one.id for one in store.without_certificate(attended=True)] == [came]
    assert [one.session_id for one in store.check_ins(came)] == ["talk"]


def test_attendees_come_by_number_not_by_letter(store: Store) -> None:
    for number in ("KA1-10000", "KA1-9999", "AP2-0003", "KA1-0002"):
        register(store, "Asha", number=number)
    numbers = [one.number for one in store.attendees()]
    assert numbers == ["AP2-0003", "KA1-0002", "KA1-9999", "KA1-10000"]


def test_counts_go_up_by_one(store: Store) -> None:
    with store.writing() as writing:
        assert [writing.take_count("attendee") for _ in range(3)] == [1, 2, 3]
        assert writing.take_count("certificate") == 1
    assert store.peek_count("attendee") == 4


def test_what_stays_on_this_laptop(store: Store) -> None:
    agreed = {"registration": True, "contact": False}
    draft = Draft("d1", "name", Tag("kn"), {"name": "ರಾಮ"}, 5, agreed, "does")
    job = PrintJob("j1", "Certificate", "certificate", b"%PDF", "waiting", "", 6)
    later = PrintJob("j2", "Slip", "slip", b"%PDF", "failed", "no paper", 7)
    member = StaffMember("Asha", "hash", coordinator=True)
    form = InstalledForm(FormId("feedback"), "1", "ab", "<h:html/>")
    paper, power = Tick("paper", "staff:Asha", 6), Tick("power", "staff:Asha", 5)
    with store.writing() as writing:
        writing.save_draft(draft)
        writing.save_print_job(job)
        writing.save_print_job(later)
        writing.save_staff(member)
        writing.install_form(form)
        writing.save_tick(Tick("paper", "staff:Ravi", 4))
        writing.save_tick(paper)
        writing.save_tick(power)
    assert store.drafts() == [draft]
    assert store.ticks() == [power, paper]
    assert store.print_jobs() == [replace(job, pdf=b""), replace(later, pdf=b"")]
    assert store.print_job("j2") == later
    assert store.print_job("j3") is None
    assert store.staff() == [member]
    assert store.forms() == [form]
    assert store.verify().entries == 0  # none of it is in the log, so none of it travels
    with store.writing() as writing:
        writing.drop_draft("d1")
        writing.save_draft(Draft("d2", "does", Tag("hi"), {}, 8))
        writing.save_print_job(PrintJob("j1", "Certificate", "certificate", b"%PDF", "done", "", 6))
    assert [one.id for one in store.drafts()] == ["d2"]
    assert [one.id for one in store.print_jobs()] == ["j2"]
    with store.writing() as writing:
        writing.drop_all_drafts()
        writing.drop_tick("power")
        writing.drop_staff("Asha")
        writing.drop_staff("Nobody")
    assert store.drafts() == []
    assert store.ticks() == [paper]
    assert store.staff() == []


def a_job(job_id: str, state: str, settled_at: int, who: str | None = None) -> PrintJob:
    attendee_id = AttendeeId(who) if who else None
    return PrintJob(
        job_id, "KA1-C-0001", "certificate", b"%PDF", state, "", 6, attendee_id,
        Serial("KA1-C-0001"), "Office", "b1", settled_at,
    )  # fmt: skip


def test_what_came_out_was_cancelled_or_handed_over_is_history(store: Store) -> None:
    made = [
        a_job("j1", "done", 8, "a"), a_job("j2", "cancelled", 9), a_job("j3", "handed", 7, "a"),
        a_job("j4", "unknown", 9, "a"),
    ]  # fmt: skip
    with store.writing() as writing:
        for job in made:
            writing.save_print_job(job)
    listed = [replace(job, pdf=b"") for job in made]
    assert store.print_jobs() == listed[3:]
    assert store.print_history(2) == [listed[1], listed[0]]
    assert store.print_history(9) == [listed[1], listed[0], listed[2]]
    assert store.print_jobs_of(AttendeeId("a")) == [listed[0], listed[2], listed[3]]
    assert store.figures().printing == 1


def test_the_printer_of_each_kind_of_sheet_is_remembered(store: Store) -> None:
    assert store.print_choices() == {}
    with store.writing() as writing:
        writing.choose_printer("certificate", "Office")
        writing.choose_printer("slip", "Roll")
        writing.choose_printer("slip", "")
    assert store.print_choices() == {"certificate": "Office", "slip": ""}


def test_a_sheet_has_a_largest_size(store: Store) -> None:
    huge = PrintJob("j", "", "slip", bytes(64 * 1024 * 1024 + 1), "waiting", "", 0)
    with pytest.raises(ValueError, match="bytes"), store.writing() as writing:
        writing.save_print_job(huge)


@pytest.mark.parametrize(
    ("draft", "match"),
    [
        (ChangeDraft("ghost", "x", "create", "visitor"), "no such change"),
        (ChangeDraft("attendee", "x", "revoke", "visitor", {}, "x"), "no such change"),
        (ChangeDraft("attendee", "x", "create", "visitor", {}), "whose"),
        (ChangeDraft("day", "x", "close", "device", {}, "x"), "whose"),
        (ChangeDraft("attendee", "x", "correct", "visitor", {"nmae": "A"}, "x"), "nmae"),
        (ChangeDraft("day", "x", "close", "device", {"a": "b" * 1_100_000}), "bytes"),
    ],
)
def test_a_change_that_no_row_could_come_of_is_a_bug(
    store: Store, draft: ChangeDraft, match: str
) -> None:
    with pytest.raises(ValueError, match=match), store.writing() as writing:
        writing.write(draft)
    assert store.verify().entries == 0


def test_figures_of_the_day(store: Store) -> None:
    asha = register(store, "Asha", does="buyer_department", language="en")
    bina = register(store, "Bina", consents=("registration",))
    gone = register(store, "Gita")
    register(store, "Hema", met="slip")
    respond(store, asha, rating=5, themes=["price", "search"], sentence=" Faster search ")
    respond(store, bina, rating="4", themes="price", sentence="not to be quoted")
    respond(store, gone, rating=1, sentence="withdrawn")
    change(store, "attendee", gone, "withdraw", person=gone)
    check_in(store, asha)
    check_in(store, asha, "talk")
    certify(store, asha)
    keep(store, *(nobody(answers={"rating": 2, "sentence": "secret"}) for _ in range(5)))
    with store.writing() as writing:
        writing.save_draft(Draft("d1", "name", Tag("kn"), {}, 5))
    assert [one.answers["rating"] for one in store.responses(asha)] == [5]
    open_day = store.figures()
    assert (open_day.registered, open_day.responses, open_day.anonymous) == (3, 2, 0)
    assert (open_day.certificates, open_day.checked_in, open_day.drafts) == (1, 1, 1)
    assert open_day.by_hour == {10: 3}
    assert open_day.by_language == {"hi": 2, "en": 1}
    assert open_day.by_does == {"seller": 2, "buyer_department": 1}
    assert open_day.ratings == {4: 1, 5: 1}
    assert open_day.themes == {"price": 2, "search": 1}
    assert open_day.sentences == [("hi", "Faster search")]
    assert store.closed_at() is None
    close_day(store)
    closed = store.figures()
    assert store.closed_at() == MORNING_MS
    assert (closed.responses, closed.anonymous) == (7, 5)
    assert closed.ratings == {2: 5, 4: 1, 5: 1}
    assert ("", "secret") in closed.sentences  # of the three visitors here, nothing is told


def test_a_day_may_be_closed_again(store: Store) -> None:
    close_day(store)
    change(store, "day", EVENT, "close")
    assert store.closed_at() is not None
    assert store.verify().ok


def test_devices_introduce_themselves(store: Store) -> None:
    change(store, "device", DEVICE, "create", code="KA1", public_key="ab", certificate="{}", os="x")
    row = store.connection.execute("SELECT code, more FROM device").fetchone()
    assert tuple(row) == ("KA1", '{"os":"x"}')
    assert store.verify().ok


def test_a_long_read_sees_one_moment(store: Store) -> None:
    register(store, "Asha")
    with store.reading() as reading:
        before = [one.name for one in reading.attendees()]
        register(store, "Bina")
        assert [one.name for one in reading.attendees()] == before == ["Asha"]
    with pytest.raises(EnvironmentFault, match="folder_read_only"), store.reading() as reading:
        reading.connection.execute("DELETE FROM draft")


def test_another_thread_may_work_with_it(store: Store) -> None:
    seen: list[str] = []

    def work() -> None:
        register(store, "Asha")
        seen.extend(found.attendee.name for found in store.find("asha"))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == ["Asha"]


def test_two_devices_of_one_code_stay_two(tmp_path: Path, key: bytes) -> None:
    clock = FakeClock()
    first = open_store(tmp_path, key, create=True, clock=clock)
    register(first, "Asha", registered_at=MORNING_MS)
    first.close()
    second = open_store(tmp_path, key, device=DeviceId("other"), clock=clock)
    register(second, "Bina", number="KA1-0001", registered_at=MORNING_MS + 1)
    found = second.attendee_by_number(Number("KA1-0001"))
    assert found is not None
    assert found.name == "Asha"
    assert second.verify().ok
    second.close()
