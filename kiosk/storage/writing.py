"""One transaction on the record: a row, its change and its search keys go to the disk together."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from pathlib import Path

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.change import ChangeDraft, commit_to, encode
from kiosk.domain.clock import Clock
from kiosk.domain.ids import AttendeeId, DeviceId, EventId
from kiosk.errors import EnvironmentFault
from kiosk.services.ports import Draft, InstalledForm, PrintJob, StaffMember, Tick
from kiosk.storage import anonymous, rows
from kiosk.storage.applying import apply
from kiosk.storage.chain import Head, insert_change, next_change, read_head, store_head
from kiosk.storage.contests import others_said
from kiosk.storage.driver import Connection, put
from kiosk.storage.home import Home, write_home
from kiosk.storage.print_columns import PRINT_COLUMNS, PRINTER_OF

_SALT_BYTES = 32
_MOST_PDF = 64 * 1024 * 1024
NOBODY = ""  # the payloads that speak of no person


class OpenWriting:
    """What may be done between BEGIN and COMMIT. Made by ``Store.writing`` only."""

    def __init__(
        self,
        connection: Connection,
        event_id: EventId,
        device_id: DeviceId,
        clock: Clock,
        path: Path,
    ) -> None:
        self._connection = connection
        self._event_id = event_id
        self._device_id = device_id
        self._clock = clock
        self._path = str(path)
        self._head: Head | None = None
        self._salts: dict[str, bytes] = {}  # of whom this transaction speaks
        self.newcomers = 0  # attendees whose search keys are still to be written
        self.anonymous = False  # whether the log must be folded away after committing

    def take_count(self, counter: str) -> int:
        (value,) = self._connection.execute(
            "INSERT INTO counter (name, value) VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value",
            (counter,),
        ).fetchone()
        return int(value)

    def write(self, draft: ChangeDraft) -> None:
        if draft.kind == "correct":
            draft = self._knowing(draft)
        body = encode(draft.body)
        rows.check(draft, body)
        person = draft.person_id or NOBODY
        head = self._head or read_head(
            self._connection, self._event_id, self._device_id, self._clock.now_ms
        )
        change, self._head = next_change(
            head,
            draft,
            event_id=self._event_id,
            device_id=self._device_id,
            now=self._clock.now_ms,
            commitment=commit_to(self._salt(person), body),
        )
        insert_change(self._connection, change)
        self._connection.execute(
            "INSERT INTO payload (event_id, device_id, seq, op_id, person_id, body)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (self._event_id, self._device_id, change.seq, change.op_id, person, body),
        )
        apply(self._connection, change, json.loads(body))
        self.newcomers += (draft.entity, draft.kind) == ("attendee", "create")
        if (draft.entity, draft.kind) == ("day", "close") and "digest" in draft.body:
            self._seal_anonymous(draft.body["digest"])

    def _knowing(self, draft: ChangeDraft) -> ChangeDraft:
        """The correction, saying which of other devices' corrections it was made in view of."""
        known = others_said(
            self._connection, self._event_id, draft.entity, draft.entity_id, self._device_id,
            draft.body.keys(),
        )  # fmt: skip
        settles = sorted(known | set(draft.body.get("settles", ())))
        return replace(draft, body={**draft.body, "settles": settles}) if settles else draft

    def keep_anonymous(self, response: AnonymousResponse) -> None:
        anonymous.keep(self._connection, self._event_id, response)
        self.anonymous = True

    def _seal_anonymous(self, digest: str) -> None:
        """The closing and the box that it counted go to the disk together."""
        if not anonymous.seal(self._connection, self._event_id, digest):
            raise EnvironmentFault("database_locked", path=self._path)  # another one answered
        self.anonymous = True

    def save_draft(self, draft: Draft) -> None:
        self._connection.execute(
            put("draft", "id, screen, language, answers, saved_at, consents, question", "id"),
            (
                draft.id, draft.screen, draft.language, encode(draft.answers).decode(),
                draft.saved_at, encode(draft.consents).decode(), draft.question,
            ),
        )  # fmt: skip

    def drop_draft(self, draft_id: str) -> None:
        self._connection.execute("DELETE FROM draft WHERE id = ?", (draft_id,))

    def drop_all_drafts(self) -> None:
        self._connection.execute("DELETE FROM draft")

    def save_print_job(self, job: PrintJob) -> None:
        if len(job.pdf) > _MOST_PDF:
            raise ValueError(f"a sheet of {len(job.pdf)} bytes")
        self._connection.execute(
            put("print_job", PRINT_COLUMNS, "id"),
            (
                job.id, job.title, job.kind, job.pdf, job.state, job.message, job.queued_at,
                job.attendee_id, job.serial, job.printer, job.batch, job.settled_at,
            ),
        )  # fmt: skip

    def choose_printer(self, kind: str, printer: str) -> None:
        self._connection.execute(put("meta", "key, value", "key"), (f"{PRINTER_OF}{kind}", printer))

    def drop_print_jobs_of(self, attendee_id: AttendeeId) -> None:
        self._connection.execute(
            "DELETE FROM print_job WHERE attendee_id = ? AND state <> 'sent'", (attendee_id,)
        )

    def drop_print_job(self, job_id: str) -> None:
        self._connection.execute("DELETE FROM print_job WHERE id = ?", (job_id,))

    def save_staff(self, member: StaffMember) -> None:
        self._connection.execute(
            put("staff", "name, pin_hash, coordinator, failures, locked_until", "name"),
            (
                member.name, member.pin_hash, int(member.coordinator), member.failures,
                member.locked_until,
            ),
        )  # fmt: skip

    def drop_staff(self, name: str) -> None:
        self._connection.execute("DELETE FROM staff WHERE name = ?", (name,))

    def save_tick(self, tick: Tick) -> None:
        self._connection.execute(
            put("tick", "item, actor, at", "item"), (tick.item, tick.actor, tick.at)
        )

    def drop_tick(self, item: str) -> None:
        self._connection.execute("DELETE FROM tick WHERE item = ?", (item,))

    def install_form(self, form: InstalledForm) -> None:
        self._connection.execute(
            put("form", "id, version, hash, xform", "id"),
            (form.id, form.version, form.hash, form.xform),
        )

    def note_home(self, home: Home) -> None:
        """Where this record is at home from now on."""
        write_home(self._connection, home)

    def finish(self, head_key: bytes) -> None:
        """The last thing before COMMIT: moves the sealed head of the chain."""
        if self._head is not None:
            store_head(self._connection, head_key, self._event_id, self._device_id, self._head)

    def _salt(self, person: str) -> bytes:
        if person not in self._salts:
            self._salts[person] = self._salt_kept(person)
        return self._salts[person]

    def _salt_kept(self, person: str) -> bytes:
        found = self._connection.execute(
            "SELECT key FROM salt WHERE event_id = ? AND person_id = ? LIMIT 1",
            (self._event_id, person),
        ).fetchone()
        if found is not None:
            return bytes(found[0])
        key = secrets.token_bytes(_SALT_BYTES)
        self._connection.execute(
            "INSERT INTO salt (event_id, person_id, key) VALUES (?, ?, ?)",
            (self._event_id, person, key),
        )
        return key
