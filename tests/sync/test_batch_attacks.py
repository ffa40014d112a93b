"""Batches that are broken, foreign, forged or meant to harm: each refused, for the right reason."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain.batch import MOST_BODY_BYTES, MOST_CHANGES, MOST_FILE_BYTES
from kiosk.domain.change import SCHEMA, encode
from kiosk.domain.ids import CampaignId
from kiosk.sync.batch import BatchOpener
from kiosk.sync.bodies import DEEPEST, LONGEST_BODY, read_body
from kiosk.sync.header import claimed_header, framed
from kiosk.sync.identity import new_identity, renew_identity
from kiosk.sync.refusal import REASONS, BatchRefused
from tests.sync.samples import (
    KIOSK,
    OTHER,
    PERSON,
    SALT,
    TRUST,
    encrypted,
    leaving,
    nobodies,
    opener,
    parts,
    sealed,
    signed,
    unsigned,
    visit,
    with_body,
    with_header,
    with_lines,
)

GOOD = sealed(visit())
ROOT = Path(__file__).parents[2]
# The lines of a visit: the head, seven columns, six bodies, anonymous responses.
HEAD, SAYINGS, CLOCKS, OWNERS, IDS, PEOPLE, SALTS, GONE, BODIES = range(9)


def reason(content: bytes, by: BatchOpener | None = None) -> str:
    with pytest.raises(BatchRefused) as refused:
        (by or opener()).open(content)
    assert refused.value.key in REASONS
    return refused.value.key


def forged(**fields: Any) -> bytes:
    return with_header(GOOD, **fields)


@pytest.mark.parametrize("bit", [0x01, 0x80])
def test_a_flipped_bit_at_any_place_is_noticed(bit: int) -> None:
    by = opener()
    for at in range(len(GOOD)):
        flipped = bytearray(GOOD)
        flipped[at] ^= bit
        reason(bytes(flipped), by)


def test_a_file_that_ends_anywhere_is_noticed() -> None:
    by = opener()
    body = len(parts(GOOD)[2])
    reasons = [reason(GOOD[:length], by) for length in range(len(GOOD))]
    assert set(reasons[:8]) == {"batch_magic"}
    assert set(reasons[12:-body]) == {"batch_truncated"}
    assert set(reasons[-body:]) == {"batch_damaged"}
    assert reason(GOOD + b"\0") == "batch_damaged"


def test_parts_of_two_good_files_make_no_third() -> None:
    other = parts(sealed(visit(), batch_no=2))
    raw, signature, body = parts(GOOD)
    assert reason(unsigned(other[0], signature, body)) == "batch_signature"
    assert reason(unsigned(raw, other[1], body)) == "batch_signature"
    assert reason(unsigned(raw, signature, other[2])) == "batch_damaged"
    assert reason(unsigned(other[0], other[1], body)) == "batch_damaged"


def test_the_body_of_another_stretch_under_a_good_header_is_noticed() -> None:
    body = parts(sealed(leaving([], {})))[2]
    assert reason(with_body(body)) == "batch_contents"


def test_the_same_file_again_is_the_same_batch() -> None:
    assert opener().open(GOOD) == opener().open(bytes(GOOD))


def test_another_campaign_s_batch_is_told_from_a_stranger_s() -> None:
    foreign = replace(TRUST, campaign=CampaignId("other")).enrol("KA1")
    content = sealed(visit(), foreign, campaign=CampaignId("other"))
    assert reason(content) == "batch_foreign"
    root = Ed25519PrivateKey.generate()
    stranger = new_identity("KA1", TRUST.campaign, bytes(32), root.private_bytes_raw())
    assert reason(sealed(visit(), stranger)) == "batch_unknown_device"


def test_a_laptop_speaks_for_itself_alone() -> None:
    other = TRUST.enrol("KA2")
    header = claimed_header(GOOD)
    body = parts(GOOD)[2]
    pretending = framed(replace(header, certificate=KIOSK.certificate), other, body)
    assert reason(pretending) == "batch_signature"
    mixed = framed(replace(header, certificate=other.certificate), other, body)
    assert reason(mixed) == "batch_unknown_device"
    taken = framed(replace(header, certificate=other.certificate, device=other.id), other, body)
    assert reason(taken) == "batch_chain"  # its device is in every hash


def test_a_lost_laptop_is_believed_up_to_its_last_good_batch() -> None:
    lost = opener(replace(TRUST, revoked={KIOSK.id: 4}))
    assert lost.open(sealed(visit(), batch_no=4)).code == "KA1"
    assert reason(sealed(visit(), batch_no=5), lost) == "device_revoked"
    renewed = renew_identity(KIOSK)
    span = replace(leaving([], {}).span, device_id=renewed.id)
    assert reason(sealed(replace(leaving([], {}), span=span), renewed), lost) == "device_revoked"


def test_sealed_for_others_it_stays_closed() -> None:
    stranger = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
    assert reason(sealed(visit(), recipients=[stranger])) == "batch_closed"
    assert reason(GOOD, BatchOpener(TRUST, [])) == "batch_closed"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"version": 2, "more": 1}, "batch_newer"),
        ({"schema": SCHEMA + 1}, "batch_newer"),
        ({"cipher": "age-pq+zstd"}, "batch_newer"),
        ({"version": "1"}, "batch_header"),
        ({"version": True}, "batch_header"),
        ({"version": 0}, "batch_header"),
        ({"more": 1}, "batch_header"),
        ({"first": 1.0}, "batch_header"),
        ({"first": -1}, "batch_header"),
        ({"first": 0, "last": 5}, "batch_header"),
        ({"first": 2, "last": 7}, "batch_header"),
        ({"last": 1_000_000_000, "top": 1_000_000_000}, "batch_header"),
        ({"last": 2**70}, "batch_header"),
        ({"last": MOST_CHANGES + 1, "top": MOST_CHANGES + 1}, "batch_header"),
        ({"last": 0, "first": 2}, "batch_header"),
        ({"last": 0}, "batch_header"),
        ({"top": 5}, "batch_header"),
        ({"batch_no": 0}, "batch_header"),
        ({"before": "ab" * 32}, "batch_header"),
        ({"before": "AB" * 32, "first": 2, "last": 7, "top": 7}, "batch_header"),
        ({"head": "ab" * 31}, "batch_header"),
        ({"previous": "ab"}, "batch_header"),
        ({"previous": None}, "batch_header"),
        ({"device": "../../etc/passwd"}, "batch_header"),
        ({"event": "ka\n"}, "batch_header"),
        ({"event": "a" * 65}, "batch_header"),
        ({"campaign": "../x"}, "batch_header"),
        ({"certificate": "ज"}, "batch_header"),
        ({"certificate": "a" * 16_385}, "batch_header"),
        ({"certificate": ["{}"]}, "batch_header"),
        ({"certificate": "[" * 16_000}, "batch_unknown_device"),
        ({"event": "another"}, "batch_chain"),
        ({"head": "ab" * 32}, "batch_chain"),
        ({"before": "ab" * 32, "first": 7, "last": 12, "top": 12}, "batch_chain"),
        ({"first": 2, "last": 7, "top": 7, "before": "00" * 32}, "batch_chain"),
        ({"last": 5, "top": 6}, "batch_contents"),
        ({"last": 7, "top": 7}, "batch_contents"),
    ],
)  # fmt: skip
def test_a_header_that_lies_is_refused_even_if_signed(fields: dict[str, Any], why: str) -> None:
    assert reason(forged(**fields)) == why


def test_a_header_is_written_in_one_way() -> None:
    raw, _, body = parts(GOOD)
    key = Ed25519PrivateKey.from_private_bytes(KIOSK.private)
    told = json.loads(raw)
    del told["top"]
    for other in (
        b"", b"[]", b"1", b"\xff", b"[" * 9_999, raw + b" ", raw.replace(b'"top":', b'"top": '),
        raw[:-1] + b',"top":6}', json.dumps(told).encode(), b'{"version":1}', b'{"version":NaN}',
        raw.replace(b'"top":6', b'"top":' + b"6" * 9_999), raw.replace(b"gem", b"g\\u0065m"),
    ):  # fmt: skip
        assert reason(signed(other, key, body)) == "batch_header"
    assert reason(GOOD[:8] + b"\xff\xff\xff\xff" + GOOD[12:]) == "batch_header"


def edited(line: int, change: Callable[[Any], Any]) -> bytes:
    """A visit with one line altered by who may sign it."""

    def change_lines(lines: list[bytes]) -> None:
        told = change(json.loads(lines[line]))
        lines[line] = json.dumps(told, separators=(",", ":")).encode()

    return with_lines(change_lines)


def put(line: int, text: bytes) -> bytes:
    return with_lines(lambda lines: lines.__setitem__(line, text))


def at(place: int, value: Any) -> Callable[[list[Any]], list[Any]]:
    return lambda column: [*column[:place], value, *column[place + 1 :]]


SAYING = ["attendee", "create", "visitor", 1]


def head(**fields: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda told: told | fields


def saying(place: int, **parts_of_it: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    names = ("entity", "kind", "actor", "schema")

    def change(told: dict[str, Any]) -> dict[str, Any]:
        one = dict(zip(names, told["sayings"][place], strict=True)) | parts_of_it
        return told | {"sayings": at(place, list(one.values()))(told["sayings"])}

    return change


@pytest.mark.parametrize(
    ("line", "change"),
    [
        (HEAD, head(more=1)),
        (HEAD, head(anonymous=-1)),
        (HEAD, head(anonymous=1)),
        (HEAD, head(anonymous=10**9)),
        (HEAD, head(erased=[OTHER, OTHER])),
        (HEAD, head(erased=["b", "a"])),
        (HEAD, head(erased=[PERSON])),
        (HEAD, head(erased=["ज"])),
        (HEAD, head(erased=[""])),
        (HEAD, head(erased=["a" * 81])),
        (HEAD, head(sayings=[])),
        (HEAD, head(sayings=[[["attendee"]]])),
        (HEAD, saying(1, entity="unheard_of")),
        (HEAD, saying(1, kind="close")),
        (HEAD, saying(1, kind="e" * 41)),
        (HEAD, saying(1, actor="a\x00")),
        (HEAD, saying(1, actor="a" * 401)),
        (HEAD, saying(1, schema=0)),
        (HEAD, saying(1, schema=SCHEMA + 1)),
        (HEAD, saying(1, schema=2**40)),
        (HEAD, saying(1, entity="device")),  # a person's words as of nobody
        (HEAD, saying(0, entity="consent")),  # nobody's words as a person's
        (HEAD, saying(0, entity="attendee")),
        (SAYINGS, at(0, 9)),
        (SAYINGS, at(0, -1)),
        (SAYINGS, at(0, "0")),
        (SAYINGS, at(0, 0.5)),
        (SAYINGS, lambda column: column[:-1]),
        (SAYINGS, lambda column: [*column, 0]),
        (CLOCKS, at(1, 0)),
        (CLOCKS, at(1, 2**63)),
        (CLOCKS, at(1, -(2**63))),
        (CLOCKS, lambda column: at(1, 2**63 - 2)(at(2, 2**63 - 2)(column))),
        (CLOCKS, at(1, 2**63 - 2)),  # a reading of the year 6429
        (OWNERS, at(0, -1)),
        (OWNERS, at(1, 9)),
        (OWNERS, at(0, None)),
        (OWNERS, at(3, 0)),
        (OWNERS, at(1, 0)),
        (IDS, at(0, None)),
        (IDS, at(3, None)),
        (IDS, at(1, OTHER)),
        (IDS, at(2, "../..")),
        (IDS, at(2, "a b")),
        (IDS, at(2, "")),
        (IDS, at(2, 7)),
        (PEOPLE, lambda column: [*column, "unheard-of"]),
        (PEOPLE, lambda column: [*column, column[0]]),
        (PEOPLE, at(1, OTHER)),
        (PEOPLE, lambda column: column[:-1]),
        (SALTS, lambda column: [*column, "ab" * 32]),
        (SALTS, at(0, "AB" * 32)),
        (SALTS, at(0, " " * 64)),
        (SALTS, at(0, "ab" * 31)),
        (GONE, lambda _: []),
        (GONE, lambda column: column * 2),
        (GONE, at(0, "zz" * 32)),
        (BODIES + 1, lambda _: None),
        (BODIES + 1, lambda _: [1]),
        (BODIES + 2, head(attendee_id=OTHER)),
        (BODIES + 2, head(attendee_id="")),
        (BODIES + 2, lambda _: {"purpose": "contact"}),
        (BODIES + 3, lambda _: {"name": "आशा"}),
    ],
)  # fmt: skip
def test_a_column_that_lies_is_refused(line: int, change: Callable[[Any], Any]) -> None:
    assert reason(edited(line, change)) == "batch_contents"


@pytest.mark.parametrize(
    ("line", "change"),
    [
        (SAYINGS, at(4, 1)),
        (CLOCKS, at(1, -5_001)),
        (IDS, at(2, "c-2")),
        (SALTS, at(1, "ab" * 32)),
        (GONE, at(0, "ab" * 32)),
        (HEAD, saying(2, actor="coordinator")),
        (HEAD, saying(2, kind="withdraw")),
        (BODIES + 4, head(name="x")),
    ],
)  # fmt: skip
def test_a_word_that_was_altered_breaks_the_chain(line: int, change: Callable[[Any], Any]) -> None:
    assert reason(edited(line, change)) == "batch_chain"


def test_words_put_down_to_another_person_break_the_chain() -> None:
    def rename(lines: list[bytes]) -> None:
        lines[:] = [line.replace(PERSON.encode(), b"016f8d9c") for line in lines]

    assert reason(with_lines(rename)) == "batch_chain"


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":1}', b'{"b":1,"a":1}', b'{"a": 1}', b'{"a":NaN}', b'{"a":-Infinity}',
        b'{"a":1e999}', b'{"a":1.0e5}', b'{"a":-0}', b'{"a":9223372036854775808}',
        b'{"a":-9223372036854775809}', b'{"a":' + b"9" * 9_999 + b"}", b'{"a":"\\ud800"}',
        b'{"a":"\xff"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\\u0000"}', b'{"\\u0000":1}', b"",
        b'{"a":"\\/"}', b"\xef\xbb\xbf{}", b"[]", b"1", b'"a"', b"nul", b"{}x", b"{",
        b'{"a":' + b"[" * 100_000, b'{"a":' * 100_000,
        b'{"a":' + b"[" * DEEPEST + b"]" * DEEPEST + b"}",
        b'{"a":"' + b"a" * LONGEST_BODY + b'"}',
    ],
)  # fmt: skip
def test_a_body_is_one_tame_object(body: bytes) -> None:
    with pytest.raises(BatchRefused, match="batch_contents"):
        read_body(body)
    assert reason(put(BODIES + 1, body)) == "batch_contents"


@pytest.mark.parametrize(
    "body",
    [
        b"{}", b'{"a":9223372036854775807}', b'{"a":-9223372036854775808}', b'{"a":1e+16}',
        b'{"a":[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]}', b'{"a":"[[[[[[[[[[[[[["}', b'{"a":"\\\\u0000"}',
        b'{"a":"12345678901234567890"}', b'{"a":0.1}', b'{"a":"\x7f\\u001f\\n"}',
    ],
)  # fmt: skip
def test_what_a_kiosk_may_write_is_read(body: bytes) -> None:
    assert read_body(body) == json.loads(body)


@pytest.mark.parametrize(
    "field",
    [
        {"registered_at": "x"}, {"registered_at": True}, {"registered_at": None}, {"masked": 1},
        {"assisted": None}, {"withdrawn_at": "x"}, {"kinds": {}}, {"more": []}, {"name": 7},
        {"name": ["x"]}, {"registered_at": 1.5}, {"at": "x"}, {"reason": 1}, {"settles": {}},
        {"name": None, "odd": 0.5}, {"registered_at": 2**47}, {"registered_at": -(2**42)},
        {"withdrawn_at": 2**62}, {"at": 2**47}, {"kinds": [{"a": 1}]}, {"kinds": ["a", 5]},
        {"settles": [["b"]]}, {"number": "9" * 201}, {"receipt_hash": "ab" * 101},
    ],
)  # fmt: skip
def test_a_field_of_another_kind_would_break_a_store(field: dict[str, Any]) -> None:
    def change(lines: list[bytes]) -> None:
        lines[BODIES + 1] = encode(field)

    assert reason(with_lines(change)) == "batch_contents"


def test_a_head_says_nothing_twice() -> None:
    def twice(lines: list[bytes]) -> None:
        lines[HEAD] = lines[HEAD].replace(b'"erased"', b'"erased":[],"erased"')

    assert reason(with_lines(twice)) == "batch_contents"


@pytest.mark.parametrize("text", [b"", b"{}", b"[", b"null", b"\xff", b"[" * 10_000, b"[1e400]"])
@pytest.mark.parametrize("line", range(BODIES))
def test_a_line_of_anything_else_is_refused(line: int, text: bytes) -> None:
    assert reason(put(line, text)) == "batch_contents"


def test_lines_are_counted_before_they_are_read() -> None:
    assert reason(with_lines(lambda lines: lines.append(b"{}"))) == "batch_contents"
    assert reason(with_lines(lambda lines: lines.__delitem__(-1))) == "batch_contents"
    assert reason(with_lines(lambda lines: lines.clear())) == "batch_contents"
    assert reason(with_lines(lambda lines: lines.extend([b""] * 30_000))) == "batch_contents"


def anonymous(change: Callable[[list[bytes]], None]) -> str:
    return reason(with_lines(change, replace(visit(), anonymous=nobodies(10))))


def test_anonymous_responses_come_ten_together_sorted_beside_a_closing() -> None:
    assert anonymous(lambda lines: lines.reverse()) == "batch_contents"

    def change_two(lines: list[bytes]) -> None:
        lines[-1], lines[-2] = lines[-2], lines[-1]

    def repeat_one(lines: list[bytes]) -> None:
        lines[-1] = lines[-2]

    def nine(lines: list[bytes]) -> None:
        lines.pop()
        lines[HEAD] = lines[HEAD].replace(b'"anonymous":10', b'"anonymous":9')

    assert [anonymous(one) for one in (change_two, repeat_one, nine)] == ["batch_contents"] * 3
    told = visit().told[:3]
    span = replace(visit().span, last=3)
    early = replace(
        visit(), anonymous=nobodies(10), told=told, head=told[-1].hash, span=span, erased=[]
    )
    assert reason(sealed(early)) == "batch_contents"


@pytest.mark.parametrize(
    "line",
    [
        b"{}", b"[]", b'["' + b"ab" * 16 + b'","f","1",{"a":1,"a":2},"","",""]',
        b'["' + b"AB" * 16 + b'","f","1",{},"","",""]',
        b'["' + b"zz" * 16 + b'","f","1",{},"","",""]',
        b'["' + b"ff" * 16 + b'","f","1",{"a":"\\u0000"},"","",""]',
        b'["' + b"ff" * 16 + b'","f","1",{"a":[[' + b"[" * 5_000,
        b'["' + b"ff" * 16 + b'","f","1",{},"","",""] ',
        b'["' + b"ff" * 16 + b'","f","1",{},"","","",""]',
    ],
)  # fmt: skip
def test_an_anonymous_response_is_of_one_shape(line: bytes) -> None:
    assert anonymous(lambda lines: lines.__setitem__(-1, line)) == "batch_contents"


def test_a_body_that_is_no_batch_is_damaged_or_closed() -> None:
    assert reason(with_body(b"")) == "batch_closed"
    assert reason(with_body(b"age-encryption.org/v1\n-> X25519 x\n")) == "batch_closed"
    assert reason(with_body(encrypted(b""))) == "batch_damaged"
    assert reason(with_body(encrypted(b"no zstd"))) == "batch_damaged"
    good = zstandard.ZstdCompressor().compress(b"lines")
    assert reason(with_body(encrypted(good[:-1]))) == "batch_damaged"
    assert reason(with_body(encrypted(good + good))) == "batch_damaged"
    assert reason(with_body(encrypted(good))) == "batch_contents"


def test_bombs_are_not_unpacked() -> None:
    large = bytes(MOST_BODY_BYTES + 1)
    assert reason(with_body(encrypted(zstandard.ZstdCompressor().compress(large)))) == "batch_bomb"
    quiet = zstandard.ZstdCompressor(write_content_size=False).compress(large)
    assert reason(with_body(encrypted(quiet))) == "batch_bomb"
    liar = bytearray(zstandard.ZstdCompressor().compress(b"\n" * 1_000))
    assert liar[4] & 0xC0 == 0x40  # two bytes say how much it holds
    liar[5:7] = b"\0\0"
    assert reason(with_body(encrypted(bytes(liar)))) == "batch_damaged"
    assert reason(GOOD + bytes(MOST_FILE_BYTES)) == "batch_bomb"


BOMBS = """
import resource, sys, zstandard
from tests.sync.samples import encrypted, opener, visit, with_body, with_header, sealed
from kiosk.domain.batch import MOST_BODY_BYTES as MOST
from kiosk.sync.packing import pack
from kiosk.sync.refusal import BatchRefused

def lines(line, text):
    told = pack(visit()).split(b"\\n")
    told[line] = text
    return b"\\n".join(told)

def full(unit, count=MOST): return (unit * (count // len(unit) + 1))[:count]

def bombs():
    yield full(b"\\n")
    for line in (0, 1, 3, 4, 5, 8):
        for unit in (b"[", b"[],", b'"a",', b"0,", b'{"a":'):
            yield lines(line, b"[" + full(unit, MOST - 8_000))
            yield lines(line, b"[" + full(unit, 1_000_000))
    yield lines(9, b'{"a":' + full(b"[],", 1_000_000) + b"0]}")

files = [with_body(encrypted(zstandard.ZstdCompressor().compress(one))) for one in bombs()]
files.append(with_header(sealed(visit()), last=10**9, top=10**9))
by = opener()
by.open(sealed(visit()))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
base = sum(map(len, files)) // 1024
for content in files:
    try:
        by.open(content)
    except BatchRefused as refused:
        assert refused.key in ("batch_contents", "batch_header"), refused
    else:
        raise SystemExit("a bomb was taken")
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(len(files), before // 1024, after // 1024)
"""


def test_memory_stays_bounded_whatever_is_promised() -> None:
    """In a process of its own: making the bombs takes memory too, before the measure begins."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({1 << 30}, {1 << 30}))\n"
    result = subprocess.run(
        [sys.executable, "-c", limit + BOMBS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    count, before, after = map(int, result.stdout.split())
    assert count > 60
    assert after - before < 3 * MOST_BODY_BYTES >> 20


def test_salts_of_others_open_nothing() -> None:
    told = visit()
    salts = {**told.salts, PERSON: [bytes(32), SALT]}  # one that was used, one that was not
    assert opener().open(sealed(replace(told, salts=salts))).salts[PERSON] == [SALT]
