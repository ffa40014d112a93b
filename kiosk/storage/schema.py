"""The tables with which a record begins, and those that batches brought: two released steps.

Not a letter of them is edited any more (``kiosk.storage.migrations``).

Tables that travel lead every key with ``event_id``, so that the merged store of a campaign is
the same schema. Tables under "local" stay on this laptop. No row here refers to another by a
foreign key except payloads to changes: when kiosks are merged, a change may arrive before the
row that it speaks of.

Keys run with time (event, device, number of the change; UUIDv7), so that a registration touches
the last pages of few trees; ``op_id``, a hash, would touch a random page for every change.
"""

_PEOPLE = """
CREATE TABLE attendee (
  event_id TEXT NOT NULL, id TEXT NOT NULL, number TEXT NOT NULL, name TEXT NOT NULL,
  language TEXT NOT NULL, does TEXT NOT NULL, kinds TEXT NOT NULL, organisation TEXT NOT NULL,
  mobile TEXT NOT NULL, email TEXT NOT NULL, pin_code TEXT NOT NULL, district TEXT NOT NULL,
  state TEXT NOT NULL, offers TEXT NOT NULL, needs TEXT NOT NULL, wants_help TEXT NOT NULL,
  registered_at INTEGER NOT NULL, device_id TEXT NOT NULL, assisted INTEGER NOT NULL,
  receipt_hash TEXT NOT NULL, met TEXT NOT NULL, masked INTEGER NOT NULL, more TEXT NOT NULL,
  hlc BLOB NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX attendee_by_number ON attendee (event_id, number);
CREATE TABLE consent (
  event_id TEXT NOT NULL, id TEXT NOT NULL, attendee_id TEXT NOT NULL, purpose TEXT NOT NULL,
  given INTEGER NOT NULL, notice_version TEXT NOT NULL, language TEXT NOT NULL,
  how TEXT NOT NULL, at INTEGER NOT NULL, withdrawn_at INTEGER,
  hlc BLOB NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX consent_by_attendee ON consent (event_id, attendee_id);
CREATE TABLE check_in (
  event_id TEXT NOT NULL, id TEXT NOT NULL, attendee_id TEXT NOT NULL,
  session_id TEXT NOT NULL, at INTEGER NOT NULL, device_id TEXT NOT NULL,
  hlc BLOB NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX check_in_by_attendee ON check_in (event_id, attendee_id);
CREATE TABLE response (
  event_id TEXT NOT NULL, id TEXT NOT NULL, form_id TEXT NOT NULL, form_version TEXT NOT NULL,
  attendee_id TEXT NOT NULL, language TEXT NOT NULL, answers TEXT NOT NULL,
  submitted_at INTEGER NOT NULL, device_id TEXT NOT NULL,
  hlc BLOB NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX response_by_attendee ON response (event_id, attendee_id);
CREATE TABLE certificate (
  event_id TEXT NOT NULL, id TEXT NOT NULL, serial TEXT NOT NULL, attendee_id TEXT NOT NULL,
  name TEXT NOT NULL, blank INTEGER NOT NULL, language TEXT NOT NULL, sessions TEXT NOT NULL,
  issued_at INTEGER NOT NULL, device_id TEXT NOT NULL, status TEXT NOT NULL,
  replaced_by TEXT NOT NULL, reason TEXT NOT NULL,
  hlc BLOB NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_by_attendee ON certificate (event_id, attendee_id);
CREATE INDEX certificate_by_serial ON certificate (event_id, serial);
CREATE TABLE device (
  event_id TEXT NOT NULL, id TEXT NOT NULL, code TEXT NOT NULL, public_key TEXT NOT NULL,
  certificate TEXT NOT NULL, revoked_after_batch INTEGER, more TEXT NOT NULL,
  hlc BLOB NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id)) STRICT, WITHOUT ROWID;
CREATE TABLE day (
  event_id TEXT NOT NULL, id TEXT NOT NULL, closed_at INTEGER, more TEXT NOT NULL,
  hlc BLOB NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id)) STRICT, WITHOUT ROWID;
"""

_CHANGES = """
CREATE TABLE change (
  event_id TEXT NOT NULL, op_id BLOB NOT NULL, hlc BLOB NOT NULL, device_id TEXT NOT NULL,
  seq INTEGER NOT NULL, actor TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL,
  kind TEXT NOT NULL, schema INTEGER NOT NULL, commitment BLOB NOT NULL,
  prev_hash BLOB NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (event_id, device_id, seq, op_id)) STRICT, WITHOUT ROWID;
CREATE INDEX change_by_entity ON change (event_id, entity, entity_id);
CREATE TRIGGER change_never_altered BEFORE UPDATE ON change
  BEGIN SELECT RAISE(ABORT, 'the log of changes is append-only'); END;
CREATE TRIGGER change_never_deleted BEFORE DELETE ON change
  BEGIN SELECT RAISE(ABORT, 'the log of changes is append-only'); END;
CREATE TABLE payload (
  event_id TEXT NOT NULL, device_id TEXT NOT NULL, seq INTEGER NOT NULL, op_id BLOB NOT NULL,
  person_id TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (event_id, device_id, seq, op_id),
  FOREIGN KEY (event_id, device_id, seq, op_id)
    REFERENCES change (event_id, device_id, seq, op_id)) STRICT, WITHOUT ROWID;
CREATE TABLE salt (
  event_id TEXT NOT NULL, person_id TEXT NOT NULL, key BLOB NOT NULL,
  PRIMARY KEY (event_id, person_id)) STRICT, WITHOUT ROWID;
CREATE TABLE head (
  device_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL,
  mac BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE anonymous_box (
  event_id TEXT NOT NULL, key BLOB NOT NULL CHECK (length(key) = 16), form_id TEXT NOT NULL,
  form_version TEXT NOT NULL, answers TEXT NOT NULL, does TEXT NOT NULL,
  language TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (event_id, key)) STRICT, WITHOUT ROWID;
"""

_LOCAL = """
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE draft (
  id TEXT PRIMARY KEY, screen TEXT NOT NULL, language TEXT NOT NULL, answers TEXT NOT NULL,
  saved_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE print_job (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL, pdf BLOB NOT NULL,
  state TEXT NOT NULL, message TEXT NOT NULL, queued_at INTEGER NOT NULL, attendee_id TEXT,
  serial TEXT) STRICT;
CREATE TABLE staff (
  name TEXT PRIMARY KEY, pin_hash TEXT NOT NULL, coordinator INTEGER NOT NULL,
  failures INTEGER NOT NULL, locked_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE form (
  id TEXT PRIMARY KEY, version TEXT NOT NULL, hash TEXT NOT NULL,
  xform TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""

_SEARCH = """
CREATE TABLE finding (
  doc INTEGER PRIMARY KEY, event_id TEXT NOT NULL, attendee_id TEXT NOT NULL,
  name_keys TEXT NOT NULL, other_keys TEXT NOT NULL, number_order INTEGER NOT NULL,
  mobile TEXT NOT NULL, mobile_reversed TEXT NOT NULL, email TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX finding_by_attendee ON finding (event_id, attendee_id);
CREATE INDEX finding_by_number ON finding (number_order);
CREATE INDEX finding_by_mobile ON finding (mobile) WHERE mobile <> '';
CREATE INDEX finding_by_last_digits ON finding (mobile_reversed) WHERE mobile_reversed <> '';
CREATE INDEX finding_by_email ON finding (email) WHERE email <> '';
CREATE VIRTUAL TABLE search_index USING fts5 (
  keys, content='', contentless_delete=1, detail=none, prefix='1 2 3 4',
  tokenize="unicode61 remove_diacritics 0 categories 'L* N* Mn Mc Co'");
CREATE VIRTUAL TABLE search_word USING fts5vocab (search_index, row);
"""

FIRST_RECORD = _PEOPLE + _CHANGES + _LOCAL + _SEARCH

CARRYING = """
ALTER TABLE salt RENAME TO salt_of_one;
CREATE TABLE salt (
  event_id TEXT NOT NULL, person_id TEXT NOT NULL, key BLOB NOT NULL,
  PRIMARY KEY (event_id, person_id, key)) STRICT, WITHOUT ROWID;
INSERT INTO salt SELECT event_id, person_id, key FROM salt_of_one;
DROP TABLE salt_of_one;
ALTER TABLE head RENAME TO head_of_one;
CREATE TABLE head (
  event_id TEXT NOT NULL, device_id TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,
  mac BLOB NOT NULL, PRIMARY KEY (event_id, device_id)) STRICT, WITHOUT ROWID;
INSERT INTO head SELECT c.event_id, h.device_id, h.seq, h.hash, h.mac FROM head_of_one h
  JOIN change c ON c.device_id = h.device_id AND c.seq = h.seq AND c.hash = h.hash;
DROP TABLE head_of_one;
CREATE TABLE same_as (
  event_id TEXT NOT NULL, id TEXT NOT NULL, attendee_id TEXT NOT NULL, other_id TEXT NOT NULL,
  same INTEGER NOT NULL, at INTEGER NOT NULL, device_id TEXT NOT NULL,
  hlc BLOB NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX same_as_by_attendee ON same_as (event_id, attendee_id);
CREATE INDEX same_as_by_other ON same_as (event_id, other_id);
CREATE INDEX payload_by_person ON payload (event_id, person_id);
CREATE TABLE erased (
  event_id TEXT NOT NULL, person_id TEXT NOT NULL,
  PRIMARY KEY (event_id, person_id)) STRICT, WITHOUT ROWID;
CREATE TABLE segment (
  event_id TEXT NOT NULL, device_id TEXT NOT NULL, first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL, before BLOB NOT NULL, head BLOB NOT NULL,
  PRIMARY KEY (event_id, device_id, first_seq, head)) STRICT, WITHOUT ROWID;
CREATE TABLE received (
  event_id TEXT NOT NULL, device_id TEXT NOT NULL, batch_no INTEGER NOT NULL,
  sha256 TEXT NOT NULL, top INTEGER NOT NULL, source TEXT NOT NULL, received_at INTEGER NOT NULL,
  PRIMARY KEY (event_id, device_id, batch_no, sha256)) STRICT, WITHOUT ROWID;
CREATE INDEX received_by_sha256 ON received (sha256);
CREATE TABLE unborn (
  event_id TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL,
  PRIMARY KEY (event_id, entity, entity_id)) STRICT, WITHOUT ROWID;
CREATE TABLE unindexed (
  event_id TEXT NOT NULL, attendee_id TEXT NOT NULL,
  PRIMARY KEY (event_id, attendee_id)) STRICT, WITHOUT ROWID;
CREATE TABLE waiting (
  event_id TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL, op_id BLOB NOT NULL,
  PRIMARY KEY (event_id, entity, entity_id, op_id)) STRICT, WITHOUT ROWID;
CREATE TABLE contested (
  event_id TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL,
  PRIMARY KEY (event_id, entity, entity_id)) STRICT, WITHOUT ROWID;
CREATE TABLE clash (
  event_id TEXT NOT NULL, kind TEXT NOT NULL, said TEXT NOT NULL,
  PRIMARY KEY (event_id, kind, said)) STRICT, WITHOUT ROWID;
CREATE TABLE anonymous_response (
  event_id TEXT NOT NULL, key BLOB NOT NULL CHECK (length(key) = 16), form_id TEXT NOT NULL,
  form_version TEXT NOT NULL, answers TEXT NOT NULL, does TEXT NOT NULL,
  language TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (event_id, key)) STRICT, WITHOUT ROWID;
CREATE TABLE set_aside (
  sha256 TEXT PRIMARY KEY, source TEXT NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL,
  at INTEGER NOT NULL, bytes INTEGER NOT NULL, body BLOB) STRICT, WITHOUT ROWID;
CREATE TABLE batch (
  device_id TEXT NOT NULL, batch_no INTEGER NOT NULL, event_id TEXT NOT NULL,
  first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL, sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL, sealed_at INTEGER NOT NULL, gone INTEGER NOT NULL,
  PRIMARY KEY (device_id, batch_no)) STRICT, WITHOUT ROWID;
CREATE TABLE sent (
  target TEXT NOT NULL, sha256 TEXT NOT NULL, batch_no INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (target, sha256)) STRICT, WITHOUT ROWID;
CREATE TABLE receipt (
  store TEXT PRIMARY KEY, code TEXT NOT NULL, at INTEGER NOT NULL,
  spans TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""
