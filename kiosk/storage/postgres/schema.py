"""The merged store's tables on PostgreSQL, step by step. A released step is never edited.

The same columns as on SQLite (a test compares them), with types and an order of bytes of their
own: ``COLLATE "C"`` sorts text as SQLite does, whatever the server's language. ``event_id`` leads
every key of what grows, so that an event's rows lie in one partition, or on one machine of what
distributes PostgreSQL. No extension, sequence, trigger, or key into another table: a change may
arrive before the row that it speaks of. The log is append-only by privileges.

Where statements are for people (``kiosk``'s decisions say how it runs on Citus, YugabyteDB and
CockroachDB), ``statements`` gives them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.storage.postgres.views import SCHEMA, VIEWS

PARTITIONS = 16
Partitions = int | None  # None: no partition clause, for what spreads tables itself
Step = tuple[str, Callable[[Partitions], list[str]]]

# What grows with people: hash-partitioned by event. All else stays small.
_LARGE = """
CREATE TABLE change (
  event_id TEXT NOT NULL, op_id BYTEA NOT NULL, hlc BYTEA NOT NULL, device_id TEXT NOT NULL,
  seq BIGINT NOT NULL, actor TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL,
  kind TEXT NOT NULL, schema BIGINT NOT NULL, commitment BYTEA NOT NULL,
  prev_hash BYTEA NOT NULL, hash BYTEA NOT NULL,
  PRIMARY KEY (event_id, device_id, seq, op_id));
CREATE TABLE payload (
  event_id TEXT NOT NULL, device_id TEXT NOT NULL, seq BIGINT NOT NULL, op_id BYTEA NOT NULL,
  person_id TEXT NOT NULL, body BYTEA NOT NULL,
  PRIMARY KEY (event_id, device_id, seq, op_id));
CREATE TABLE salt (
  event_id TEXT NOT NULL, person_id TEXT NOT NULL, key BYTEA NOT NULL,
  PRIMARY KEY (event_id, person_id, key));
CREATE TABLE attendee (
  event_id TEXT NOT NULL, id TEXT NOT NULL, number TEXT NOT NULL, name TEXT NOT NULL,
  language TEXT NOT NULL, does TEXT NOT NULL, kinds TEXT NOT NULL, organisation TEXT NOT NULL,
  mobile TEXT NOT NULL, email TEXT NOT NULL, pin_code TEXT NOT NULL, district TEXT NOT NULL,
  state TEXT NOT NULL, offers TEXT NOT NULL, needs TEXT NOT NULL, wants_help TEXT NOT NULL,
  registered_at BIGINT NOT NULL, device_id TEXT NOT NULL, assisted BIGINT NOT NULL,
  receipt_hash TEXT NOT NULL, met TEXT NOT NULL, masked BIGINT NOT NULL, more TEXT NOT NULL,
  hlc BYTEA NOT NULL, changed_by TEXT NOT NULL, withdrawn_at BIGINT,
  PRIMARY KEY (event_id, id));
CREATE TABLE consent (
  event_id TEXT NOT NULL, id TEXT NOT NULL, attendee_id TEXT NOT NULL, purpose TEXT NOT NULL,
  given BIGINT NOT NULL, notice_version TEXT NOT NULL, language TEXT NOT NULL,
  how TEXT NOT NULL, at BIGINT NOT NULL, withdrawn_at BIGINT,
  hlc BYTEA NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id));
CREATE TABLE check_in (
  event_id TEXT NOT NULL, id TEXT NOT NULL, attendee_id TEXT NOT NULL,
  session_id TEXT NOT NULL, at BIGINT NOT NULL, device_id TEXT NOT NULL,
  hlc BYTEA NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id));
CREATE TABLE response (
  event_id TEXT NOT NULL, id TEXT NOT NULL, form_id TEXT NOT NULL, form_version TEXT NOT NULL,
  attendee_id TEXT NOT NULL, language TEXT NOT NULL, answers TEXT NOT NULL,
  submitted_at BIGINT NOT NULL, device_id TEXT NOT NULL,
  hlc BYTEA NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id));
CREATE TABLE certificate (
  event_id TEXT NOT NULL, id TEXT NOT NULL, serial TEXT NOT NULL, attendee_id TEXT NOT NULL,
  name TEXT NOT NULL, blank BIGINT NOT NULL, language TEXT NOT NULL, sessions TEXT NOT NULL,
  issued_at BIGINT NOT NULL, device_id TEXT NOT NULL, status TEXT NOT NULL,
  replaced_by TEXT NOT NULL, reason TEXT NOT NULL,
  hlc BYTEA NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id));
CREATE TABLE anonymous_response (
  event_id TEXT NOT NULL, key BYTEA NOT NULL CHECK (octet_length(key) = 16),
  form_id TEXT NOT NULL, form_version TEXT NOT NULL, answers TEXT NOT NULL, does TEXT NOT NULL,
  language TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (event_id, key));
CREATE TABLE finding (
  event_id TEXT NOT NULL, attendee_id TEXT NOT NULL, name_keys TEXT NOT NULL,
  other_keys TEXT NOT NULL, number_order BIGINT NOT NULL, mobile TEXT NOT NULL,
  mobile_reversed TEXT NOT NULL, email TEXT NOT NULL,
  PRIMARY KEY (event_id, attendee_id));
CREATE TABLE search_key (
  event_id TEXT NOT NULL, key TEXT NOT NULL, attendee_id TEXT NOT NULL,
  PRIMARY KEY (event_id, key, attendee_id));
"""

_SMALL = """
CREATE TABLE device (
  event_id TEXT NOT NULL, id TEXT NOT NULL, code TEXT NOT NULL, public_key TEXT NOT NULL,
  certificate TEXT NOT NULL, revoked_after_batch BIGINT, more TEXT NOT NULL,
  hlc BYTEA NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id));
CREATE TABLE day (
  event_id TEXT NOT NULL, id TEXT NOT NULL, closed_at BIGINT, more TEXT NOT NULL,
  hlc BYTEA NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id));
CREATE TABLE same_as (
  event_id TEXT NOT NULL, id TEXT NOT NULL, attendee_id TEXT NOT NULL, other_id TEXT NOT NULL,
  same BIGINT NOT NULL, at BIGINT NOT NULL, device_id TEXT NOT NULL,
  hlc BYTEA NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (event_id, id));
CREATE TABLE erased (
  event_id TEXT NOT NULL, person_id TEXT NOT NULL,
  PRIMARY KEY (event_id, person_id));
CREATE TABLE segment (
  event_id TEXT NOT NULL, device_id TEXT NOT NULL, first_seq BIGINT NOT NULL,
  last_seq BIGINT NOT NULL, before BYTEA NOT NULL, head BYTEA NOT NULL,
  PRIMARY KEY (event_id, device_id, first_seq, head));
CREATE TABLE received (
  event_id TEXT NOT NULL, device_id TEXT NOT NULL, batch_no BIGINT NOT NULL,
  sha256 TEXT NOT NULL, top BIGINT NOT NULL, source TEXT NOT NULL, received_at BIGINT NOT NULL,
  PRIMARY KEY (event_id, device_id, batch_no, sha256));
CREATE TABLE unborn (
  event_id TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL,
  PRIMARY KEY (event_id, entity, entity_id));
CREATE TABLE unindexed (
  event_id TEXT NOT NULL, attendee_id TEXT NOT NULL,
  PRIMARY KEY (event_id, attendee_id));
CREATE TABLE waiting (
  event_id TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL, op_id BYTEA NOT NULL,
  PRIMARY KEY (event_id, entity, entity_id, op_id));
CREATE TABLE contested (
  event_id TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL,
  PRIMARY KEY (event_id, entity, entity_id));
CREATE TABLE clash (
  event_id TEXT NOT NULL, kind TEXT NOT NULL, said TEXT NOT NULL,
  PRIMARY KEY (event_id, kind, said));
CREATE TABLE head (
  event_id TEXT NOT NULL, device_id TEXT NOT NULL, seq BIGINT NOT NULL, hash BYTEA NOT NULL,
  mac BYTEA NOT NULL,
  PRIMARY KEY (event_id, device_id));
CREATE TABLE anonymous_bucket (
  event_id TEXT NOT NULL, bucket BIGINT NOT NULL, body BYTEA NOT NULL, id BIGINT,
  PRIMARY KEY (event_id, bucket));
CREATE TABLE event_lock (
  event_id TEXT NOT NULL,
  PRIMARY KEY (event_id));
CREATE TABLE event_zone (
  event_id TEXT NOT NULL, zone TEXT NOT NULL,
  PRIMARY KEY (event_id));
"""

# What belongs to no event: what this store itself keeps and sends, and the kiosk's desk, which is
# empty here and there so that whatever reads a record reads a store.
OF_NO_EVENT = """
CREATE TABLE set_aside (
  sha256 TEXT NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL,
  at BIGINT NOT NULL, bytes BIGINT NOT NULL, body BYTEA,
  PRIMARY KEY (sha256));
CREATE TABLE batch (
  device_id TEXT NOT NULL, batch_no BIGINT NOT NULL, event_id TEXT NOT NULL,
  first_seq BIGINT NOT NULL, last_seq BIGINT NOT NULL, sha256 TEXT NOT NULL,
  bytes BIGINT NOT NULL, sealed_at BIGINT NOT NULL, gone BIGINT NOT NULL,
  PRIMARY KEY (device_id, batch_no));
CREATE TABLE sent (
  target TEXT NOT NULL, sha256 TEXT NOT NULL, batch_no BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (target, sha256));
CREATE TABLE receipt (
  store TEXT NOT NULL, code TEXT NOT NULL, at BIGINT NOT NULL, spans TEXT NOT NULL,
  PRIMARY KEY (store));
CREATE TABLE counter (name TEXT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (name));
CREATE TABLE meta (key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (key));
CREATE TABLE form (
  id TEXT NOT NULL, version TEXT NOT NULL, hash TEXT NOT NULL, xform TEXT NOT NULL,
  PRIMARY KEY (id));
CREATE TABLE draft (
  id TEXT NOT NULL, screen TEXT NOT NULL, language TEXT NOT NULL, answers TEXT NOT NULL,
  saved_at BIGINT NOT NULL, consents TEXT NOT NULL, question TEXT NOT NULL,
  PRIMARY KEY (id));
CREATE TABLE print_job (
  id TEXT NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, pdf BYTEA NOT NULL,
  state TEXT NOT NULL, message TEXT NOT NULL, queued_at BIGINT NOT NULL, attendee_id TEXT,
  serial TEXT, rowid BIGINT, PRIMARY KEY (id));
CREATE TABLE staff (
  name TEXT NOT NULL, pin_hash TEXT NOT NULL, coordinator BIGINT NOT NULL,
  failures BIGINT NOT NULL, locked_until BIGINT NOT NULL, PRIMARY KEY (name));
CREATE TABLE tick (item TEXT NOT NULL, actor TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (item));
"""

_INDEXES = """
CREATE INDEX change_by_entity ON change (event_id, entity, entity_id);
CREATE INDEX payload_by_person ON payload (event_id, person_id);
CREATE INDEX attendee_by_number ON attendee (event_id, number, receipt_hash);
CREATE INDEX attendee_by_receipt ON attendee (event_id, receipt_hash);
CREATE INDEX consent_by_attendee ON consent (event_id, attendee_id);
CREATE INDEX check_in_by_attendee ON check_in (event_id, attendee_id);
CREATE INDEX response_by_attendee ON response (event_id, attendee_id);
CREATE INDEX certificate_by_attendee ON certificate (event_id, attendee_id);
CREATE INDEX certificate_by_serial ON certificate (event_id, serial);
CREATE INDEX same_as_by_attendee ON same_as (event_id, attendee_id);
CREATE INDEX same_as_by_other ON same_as (event_id, other_id);
CREATE INDEX received_by_sha256 ON received (sha256);
CREATE INDEX search_key_by_attendee ON search_key (event_id, attendee_id);
CREATE INDEX finding_by_number ON finding (event_id, number_order);
CREATE INDEX finding_by_mobile ON finding (event_id, mobile) WHERE mobile <> '';
CREATE INDEX finding_by_last_digits ON finding (event_id, mobile_reversed)
  WHERE mobile_reversed <> '';
CREATE INDEX finding_by_email ON finding (event_id, email) WHERE email <> '';
"""

APPEND_ONLY = "change"


def _first_store(partitions: Partitions) -> list[str]:
    made = []
    for name, statement in _tables(_LARGE):
        made.append(statement)
        if partitions is not None:
            made[-1] += " PARTITION BY HASH (event_id)"
            made += [
                f"CREATE TABLE {name}_{at} PARTITION OF {name}"
                f" FOR VALUES WITH (MODULUS {partitions}, REMAINDER {at})"
                for at in range(partitions)
            ]
    made += [statement for _, statement in _tables(_SMALL + OF_NO_EVENT + _INDEXES)]
    log = [APPEND_ONLY, *(f"{APPEND_ONLY}_{at}" for at in range(partitions or 0))]
    made += [f"REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM CURRENT_USER" for name in log]
    return made


def _views(_partitions: Partitions) -> list[str]:
    """The schema alone: the views are made where all that they read is there."""
    return [f"CREATE SCHEMA {SCHEMA}"]


def _printing(_partitions: Partitions) -> list[str]:
    """As on a kiosk; a store prints nothing, so that no index is needed."""
    text = "TEXT COLLATE \"C\" NOT NULL DEFAULT ''"
    columns = {"printer": text, "batch": text, "settled_at": "BIGINT NOT NULL DEFAULT 0"}
    return [f"ALTER TABLE print_job ADD COLUMN {name} {kind}" for name, kind in columns.items()]


_JOINED_TABLES = """
CREATE TABLE joined (
  event_id TEXT NOT NULL, attendee_id TEXT NOT NULL, first_id TEXT NOT NULL,
  PRIMARY KEY (event_id, attendee_id));
"""


def _joined(_partitions: Partitions) -> list[str]:
    """Who is one visitor, and the days of each event, so that the views can tell by them."""
    made = [statement for _, statement in _tables(_JOINED_TABLES)]
    made.append("CREATE INDEX joined_by_first ON joined (event_id, first_id)")
    days = [f"ALTER TABLE event_zone ADD COLUMN {name} BIGINT" for name in ("first_ms", "until_ms")]
    return [*made, *days, *VIEWS]


_SAID_VIEW = """CREATE VIEW said AS
  SELECT c.event_id, c.op_id, c.hlc, c.device_id, c.seq, c.actor, c.entity, c.entity_id, c.kind,
    c.schema, c.commitment, c.prev_hash, c.hash, p.person_id, p.body
  FROM change c LEFT JOIN payload p ON p.event_id = c.event_id AND p.device_id = c.device_id
    AND p.seq = c.seq AND p.op_id = c.op_id"""


def _said(_partitions: Partitions) -> list[str]:
    """A change with what it says, if that is still there."""
    return [_SAID_VIEW]


def _barriers(_partitions: Partitions) -> list[str]:
    """The views once more: they let analysts ask of what they leave out."""
    return list(VIEWS)


STEPS: Sequence[Step] = (
    ("0001_first_store", _first_store),
    ("0002_views", _views),
    ("0003_printing", _printing),
    ("0004_joined", _joined),
    ("0005_said", _said),
    ("0006_barriers", _barriers),
)


def statements(partitions: Partitions = PARTITIONS, steps: Sequence[Step] = STEPS) -> list[str]:
    """Every statement that makes an empty store, in order."""
    return [statement for _, step in steps for statement in step(partitions)]


_NOT_THERE = (' COLLATE "C"', " WITH (security_barrier)", ", TRUNCATE")


def plain(made: Sequence[str]) -> list[str]:
    """The same without what CockroachDB refuses: collations of columns (it sorts by bytes anyway),
    views as barriers, comments on views, a privilege to truncate.
    """
    said = [one for one in made if not one.startswith("COMMENT")]
    for words in _NOT_THERE:
        said = [one.replace(words, "") for one in said]
    return said


def tables_of_events() -> list[str]:
    """The tables whose keys ``event_id`` leads: what a distributed database spreads."""
    return [name for name, _ in _tables(_LARGE + _SMALL + _JOINED_TABLES)]


def _tables(text: str) -> list[tuple[str, str]]:
    """Names and statements; every text sorts by its bytes."""
    made = [one.strip().replace(" TEXT", ' TEXT COLLATE "C"') for one in text.split(";")]
    return [(one.split()[2], one) for one in made if one]
