"""The schema, step by step. A step that has been released is never edited; add the next one.

The tables of the first steps, and how they are keyed, stand in ``kiosk.storage.schema``; how they
lie since ``0014_laid_out``, in ``kiosk.storage.laying``. Merged stores of earlier versions lay so
before that step.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import sqlcipher3
from sqlcipher3 import dbapi2

from kiosk.domain.clock import Hlc
from kiosk.storage.driver import Connection, Runs
from kiosk.storage.folding import keys_of
from kiosk.storage.laying import lay_out
from kiosk.storage.schema import CARRYING, FIRST_RECORD

Step = tuple[str, Callable[[Runs], None]]


def _first_record(db: Runs) -> None:
    db.executescript(FIRST_RECORD)


_BUCKETS = """
CREATE TABLE anonymous_bucket (
  id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, bucket INTEGER NOT NULL,
  body BLOB NOT NULL, UNIQUE (event_id, bucket)) STRICT;
INSERT INTO anonymous_bucket (event_id, bucket, body)
  SELECT event_id, 0, CAST(json_group_array(json(CASE sealed
      WHEN 1 THEN json_array(key, form_id, form_version, json(answers), does, language, state, 1)
      ELSE json_array(key, form_id, form_version, json(answers), '', '', '', 0) END)) AS BLOB)
  FROM (
    SELECT b.event_id, lower(hex(b.key)) AS key, b.form_id, b.form_version,
      b.answers, b.does, b.language, b.state,
      EXISTS (SELECT 1 FROM day d WHERE d.event_id = b.event_id
        AND d.closed_at IS NOT NULL) AS sealed
    FROM anonymous_box b ORDER BY b.key)
  GROUP BY event_id;
DROP TABLE anonymous_box;
CREATE INDEX attendee_by_mix ON attendee (event_id, does, language, state) WHERE masked = 0;
"""


def _buckets_of_one_size(db: Runs) -> None:
    """What was not closed yet stood there in full: it is taken over without what might tell."""
    db.executescript(_BUCKETS)


def _carrying(db: Runs) -> None:
    """What leaves in batches, and what a store knows in which many kiosks come together.

    A person has a salt from each laptop that wrote of them, so that ``salt`` is a set.
    """
    db.executescript(CARRYING)


_WITHDRAWALS = """
ALTER TABLE attendee ADD COLUMN withdrawn_at INTEGER;
CREATE INDEX attendee_by_receipt ON attendee (event_id, receipt_hash);
CREATE INDEX attendee_withdrawn ON attendee (event_id, number, receipt_hash) WHERE masked = 1;
"""
_FIRST_WITHDRAWALS = """
SELECT event_id, entity_id, min(hlc) FROM change
  WHERE entity = 'attendee' AND kind = 'withdraw' GROUP BY event_id, entity_id
"""


def _withdrawals(db: Runs) -> None:
    """When somebody withdrew stands in the row, and a receipt code finds its row."""
    db.executescript(_WITHDRAWALS)
    for event_id, person, hlc in db.execute(_FIRST_WITHDRAWALS).fetchall():
        db.execute(
            "UPDATE attendee SET withdrawn_at = ? WHERE event_id = ? AND id = ?",
            (Hlc.from_bytes(hlc).ms, event_id, person),
        )


_AT_THE_DESK = """
ALTER TABLE draft ADD COLUMN consents TEXT NOT NULL DEFAULT '{}';
ALTER TABLE draft ADD COLUMN question TEXT NOT NULL DEFAULT '';
CREATE TABLE tick (
  item TEXT PRIMARY KEY, actor TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""


def _at_the_desk(db: Runs) -> None:
    """Local: what somebody had agreed to who left a draft, and what is ready for the day."""
    db.executescript(_AT_THE_DESK)


# Rows of a table, then how many share the first column of a key, the first two, and so on.
_SHAPES = {
    ("attendee", "attendee"): "100000 100000 1",
    ("attendee", "attendee_by_number"): "100000 100000 1",
    ("attendee", "attendee_by_receipt"): "100000 100000 1",
    ("attendee", "attendee_withdrawn"): "1000 1000 1 1",
    ("attendee", "attendee_by_mix"): "100000 100000 10000 5000 1000",
    ("consent", "consent"): "400000 400000 1",
    ("consent", "consent_by_attendee"): "400000 400000 4",
    ("check_in", "check_in"): "100000 100000 1",
    ("check_in", "check_in_by_attendee"): "100000 100000 2",
    ("response", "response"): "100000 100000 1",
    ("response", "response_by_attendee"): "100000 100000 2",
    ("certificate", "certificate"): "100000 100000 1",
    ("certificate", "certificate_by_attendee"): "100000 100000 2",
    ("certificate", "certificate_by_serial"): "100000 100000 1",
    ("same_as", "same_as"): "1000 1000 1",
    ("same_as", "same_as_by_attendee"): "1000 1000 2",
    ("same_as", "same_as_by_other"): "1000 1000 2",
    ("change", "change"): "800000 800000 16000 1 1",
    ("change", "change_by_entity"): "800000 800000 100000 2",
    ("payload", "payload"): "800000 800000 16000 1 1",
    ("payload", "payload_by_person"): "800000 800000 8",
    ("salt", "salt"): "100000 100000 1 1",
}


def _shapes(db: Runs) -> None:
    """Tells SQLite that an event has many rows: unasked, it takes it for ten, and reads them all
    where the key of a person was at hand.
    """
    db.execute("ANALYZE sqlite_schema")  # makes the table, and looks at nothing
    for (table, index), shape in _SHAPES.items():
        db.execute(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", (table, index, shape)
        )
    db.execute("ANALYZE sqlite_schema")  # reads it


_RECEIPTS = """
DROP INDEX attendee_by_receipt;
CREATE INDEX attendee_by_receipt ON attendee (receipt_hash, event_id);
INSERT INTO sqlite_stat1 (tbl, idx, stat)
  VALUES ('attendee', 'attendee_by_receipt', '100000 1 1');
ANALYZE sqlite_schema;
"""


def _receipts(db: Runs) -> None:
    """The hash leads: in an order by hash, whoever goes through an event jumps about the file."""
    db.executescript(_RECEIPTS)


_PRINTING = """
ALTER TABLE print_job ADD COLUMN printer TEXT NOT NULL DEFAULT '';
ALTER TABLE print_job ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE print_job ADD COLUMN settled_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX print_job_by_attendee ON print_job (attendee_id) WHERE attendee_id IS NOT NULL;
"""


def _printing(db: Runs) -> None:
    """Local: which printer a sheet is for, what it was queued together with, and when it ended."""
    db.executescript(_PRINTING)


_JOINED = """
CREATE TABLE joined (
  event_id TEXT NOT NULL, attendee_id TEXT NOT NULL, first_id TEXT NOT NULL,
  PRIMARY KEY (event_id, attendee_id)) WITHOUT ROWID;
CREATE INDEX joined_by_first ON joined (event_id, first_id);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('joined', 'joined', '1000 1000 1'), ('joined', 'joined_by_first', '1000 1000 2');
ANALYZE sqlite_schema;
"""


def _joined(db: Runs) -> None:
    """Which rows a person decided to be one visitor's; noted whenever something arrives."""
    db.executescript(_JOINED)


_SAID = """
CREATE VIEW said AS
  SELECT c.event_id, c.op_id, c.hlc, c.device_id, c.seq, c.actor, c.entity, c.entity_id, c.kind,
    c.schema, c.commitment, c.prev_hash, c.hash, p.person_id, p.body
  FROM change c LEFT JOIN payload p ON p.event_id = c.event_id AND p.device_id = c.device_id
    AND p.seq = c.seq AND p.op_id = c.op_id;
"""


def _said(db: Runs) -> None:
    """A change with what it says, if that is still there: a merged store keeps both in one row."""
    db.executescript(_SAID)


_BEGINNINGS = """
DROP TABLE search_word;
DROP TABLE search_index;
CREATE VIRTUAL TABLE search_index USING fts5 (
  keys, content='', contentless_delete=1, detail=none, prefix='1 2 3 4 5 6',
  tokenize="unicode61 remove_diacritics 0 categories 'L* N* Mn Mc Co'");
CREATE VIRTUAL TABLE search_word USING fts5vocab (search_index, row);
"""
_FOUND = "SELECT doc, name_keys, other_keys FROM finding WHERE doc > ? ORDER BY doc LIMIT 10000"


def _beginnings(db: Runs) -> None:
    """Who bears the first five and six letters of a word: a common name is typed in full as
    quickly as it was begun. What people said is written in ``finding``.
    """
    db.executescript(_BEGINNINGS)
    last = 0
    while some := db.execute(_FOUND, (last,)).fetchall():
        for doc, name, other in some:
            keys = " ".join(keys_of([*_written(name), *_written(other)]))
            db.execute("INSERT INTO search_index (rowid, keys) VALUES (?, ?)", (doc, keys))
            last = doc


def _written(keys: str) -> list[str]:
    """Of what ranking reads the words as they were written; their Latin keys stand below."""
    return keys.partition("\n")[0].split()


_FEWER_PAGES = """
DROP INDEX attendee_by_mix;
DROP INDEX change_by_entity;
CREATE INDEX change_by_entity ON change (entity_id, event_id, entity);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('change', 'change_by_entity', '800000 2 2 2');
ANALYZE sqlite_schema;
"""


def _fewer_pages(db: Runs) -> None:
    """A registration seals and writes every page that it touches. Ids run with time: what it says
    of several entities lies on one page of their index; and what is counted once a day needs none.

    A merged store that lies otherwise already has indexes of its own.
    """
    laid_out = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'told'").fetchall()
    if not laid_out:
        db.executescript(_FEWER_PAGES)


_BEARING = """
DROP TABLE search_word;
DROP TABLE search_index;
CREATE TABLE bearing (
  room INTEGER NOT NULL, key TEXT NOT NULL, block INTEGER NOT NULL, docs BLOB NOT NULL,
  PRIMARY KEY (room, key, block)) STRICT, WITHOUT ROWID;
CREATE TABLE spelling (
  room INTEGER NOT NULL, key TEXT NOT NULL, bearers INTEGER NOT NULL,
  PRIMARY KEY (room, key)) STRICT, WITHOUT ROWID;
CREATE INDEX spelling_of_nobody ON spelling (bearers) WHERE bearers = 0;
INSERT INTO unindexed (event_id, attendee_id)
  SELECT event_id, attendee_id FROM finding WHERE true ON CONFLICT DO NOTHING;
DELETE FROM finding;
"""


def _bearing(db: Runs) -> None:
    """Who bears a key (``kiosk.storage.bearing``) in place of FTS5, which goes through all who do.

    The keys are written anew as those of whoever comes are: with progress in a merged store.
    """
    db.executescript(_BEARING)


STEPS: tuple[Step, ...] = (
    ("0001_first_record", _first_record),
    ("0002_buckets_of_one_size", _buckets_of_one_size),
    ("0003_carrying", _carrying),
    ("0004_withdrawals", _withdrawals),
    ("0005_at_the_desk", _at_the_desk),
    ("0006_shapes", _shapes),
    ("0007_receipts", _receipts),
    ("0008_printing", _printing),
    ("0009_joined", _joined),
    ("0010_said", _said),
    ("0011_beginnings", _beginnings),
    ("0012_fewer_pages", _fewer_pages),
    ("0013_bearing", _bearing),
    ("0014_laid_out", lay_out),
)


def migrate(connection: Connection, steps: tuple[Step, ...] = STEPS) -> None:
    """Applies the steps that are still to do, each in one transaction with its entry.

    sqlite-utils costs 0.2 s to import, so that it is only loaded when there is something to do.
    It takes the driver that stands under the name of pysqlite3.
    """
    if _version(connection) == len(steps):
        return
    sys.modules.setdefault("pysqlite3", sqlcipher3)
    sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)
    from sqlite_utils import Database, Migrations  # noqa: PLC0415 - see above

    migrations = Migrations("kiosk")
    for at, (name, step) in enumerate(steps, start=1):
        migrations(name=name)(_numbered(step, at))
    migrations.apply(Database(connection))


def _numbered(step: Callable[[Runs], None], version: int) -> Callable[[Runs], None]:
    def numbered(db: Runs) -> None:
        step(db)
        db.execute(f"PRAGMA user_version = {version}")

    return numbered


def _version(connection: Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
