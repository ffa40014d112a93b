"""The day's export, opened as its users would: sqlite3, csv, openpyxl, age."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import sqlite3
import unicodedata
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pyrage
import pytest

from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.export.day import DayExport
from kiosk.services.exporting import Exporter, ExportRequest

MakeExport = Callable[..., DayExport]
PREFIX = "ka-2020-01-10-KA1"
TABLES = [
    "attendee", "consent", "check_in", "response", "certificate", "device", "anonymous_response",
    "event", "code", "documentation", "about",
]  # fmt: skip
NAMES = [
    "श्रीमती सुशीला देवी", "క్షమా", "ಶ್ರೀನಿವಾಸ", "محمد عبدالرّحمٰن", "അവന്‍", "ᱥᱟᱱᱛᱟᱲ", "'Abdul", "-Asha",
    "Jose\u0301", 'Asha "Rani", BE',
]  # fmt: skip
AWKWARD = [
    "=1+1",
    "+91 98765",
    "\tx",
    "'quoted",
    "'=1",
    "@SUM(A1)",
    "-1",
    "http://x.in",
    "１",
    "＝1",
]


def rows_of(attendee_row: Callable[..., dict[str, Any]], count: int = 3) -> dict[str, Any]:
    people = [attendee_row(at) for at in range(1, count + 1)]
    first = people[0]["id"]
    device = {"device_id": "device-1"}
    return {
        "attendee": people,
        "consent": [
            {
                "id": "c1", "attendee_id": first, "purpose": "contact", "given": 1,
                "notice_version": "1", "language": "kn", "how": "self", "at": 1_578_630_000_000,
                "withdrawn_at": None,
            }
        ],
        "check_in": [
            {
                "id": "i1", "attendee_id": first, "session_id": "s1", "at": 1_578_630_000_000,
                **device,
            }
        ],
        "response": [
            {
                "id": "r1", "attendee_id": first, "form_id": "feedback", "form_version": "1",
                "language": "kn", "submitted_at": 1_578_640_000_000, **device,
                "answers": json.dumps(
                    {
                        "rating": "4", "themes": ["price", "search"], "old": {"a": True},
                        "language": "ok",
                    }
                ),
            }
        ],
        "certificate": [
            {
                "id": "z1", "serial": "KA1-C-0001", "attendee_id": first, "name": "Asha 1",
                "blank": 0, "language": "kn", "sessions": '["Talk","Open house"]',
                "issued_at": 1_578_640_000_000, **device, "status": "valid",
                "replaced_by": "", "reason": "",
            }
        ],
        "anonymous_response": [
            {
                "key": bytes([at]) * 16, "form_id": "feedback", "form_version": "1",
                "answers": {"rating": "" if at == 9 else "1", "sentence": f"said {at}"}, "does": "",
                "language": "kn", "state": "",
            }
            for at in (7, 3, 9, 1)
        ],
    }  # fmt: skip


@pytest.fixture
def rows(attendee_row: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return rows_of(attendee_row)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_sheet(path: Path, table: str) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(path)
    head, *body = book[table].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in body]


def read_sqlite(path: Path, table: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        query = f'SELECT * FROM "{table}"'
        return [dict(row) for row in database.execute(query)]


def test_all_formats_hold_the_same_day(
    make_export: MakeExport, rows: dict[str, Any], tmp_path: Path
) -> None:
    exporter: Exporter = make_export(rows)
    files = exporter.export(ExportRequest(tmp_path, plain=True))

    names = {file.path.name for file in files}
    assert names == {f"{PREFIX}-{table}.csv" for table in TABLES} | {
        f"{PREFIX}.sqlite", f"{PREFIX}.xlsx", f"{PREFIX}-manifest.json",
    }  # fmt: skip
    assert names == {path.name for path in tmp_path.iterdir()}  # nothing else is left
    for table in TABLES:
        in_csv = read_csv(tmp_path / f"{PREFIX}-{table}.csv")
        in_sqlite = read_sqlite(tmp_path / f"{PREFIX}.sqlite", table)
        in_book = read_sheet(tmp_path / f"{PREFIX}.xlsx", table)
        assert len(in_csv) == len(in_sqlite) == len(in_book) > 0
        plain = [{key: _text(value) for key, value in row.items()} for row in in_sqlite]
        assert [{key: _text(value) for key, value in row.items()} for row in in_book] == plain
        assert [{key: _unescaped(value) for key, value in row.items()} for row in in_csv] == plain


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _unescaped(text: str) -> str:
    bare = text.lstrip("'")
    return text[1:] if text.startswith("'") and bare and bare[0] in "=+-@\t\r\n＝＋－＠" else text


def test_what_stands_in_the_cells(
    make_export: MakeExport, rows: dict[str, Any], tmp_path: Path
) -> None:
    rows["attendee"][0]["more"] = '{"shg_members":12,"old":"x"}'
    make_export(rows).export(ExportRequest(tmp_path, ("sqlite", "xlsx"), plain=True))
    database = tmp_path / f"{PREFIX}.sqlite"

    first = read_sqlite(database, "attendee")[0]
    assert first["kinds"] == "msme startup"
    assert first["registered_at"] == "2020-01-10T09:50:00.001+05:30"
    assert first["shg_members"] == 12
    assert json.loads(first["other_answers"]) == {"old": "x"}
    assert first["practice"] == 0
    assert not {"receipt_hash", "hlc", "event_id", "changed_by"} & set(first)

    response = read_sqlite(database, "response")[0]
    assert (response["rating"], response["themes"], response["sentence"]) == (
        4,
        "price search",
        None,
    )
    assert (response["language"], response["answer_language"]) == ("kn", "ok")
    assert json.loads(response["other_answers"]) == {"old": {"a": True}}
    assert read_sheet(tmp_path / f"{PREFIX}.xlsx", "response")[0]["rating"] == 4  # a number
    assert "hello" not in response  # a note is not answered

    assert read_sqlite(database, "certificate")[0]["sessions"] == "Talk; Open house"
    assert read_sqlite(database, "consent")[0]["withdrawn_at"] is None
    assert read_sqlite(database, "device") == [{"id": "device-1", "code": "KA1", "practice": 0}]
    assert read_sqlite(database, "event")[0]["name"] == "Bengaluru"


def test_codes_and_columns_are_explained(
    make_export: MakeExport, rows: dict[str, Any], tmp_path: Path
) -> None:
    rows["device"] = [{"id": "device-1", "code": "KA1"}, {"id": "device-2", "code": "KA2"}]
    request = ExportRequest(tmp_path, ("sqlite",), plain=True, language=Tag("kn"))
    make_export(rows).export(request)
    database = tmp_path / f"{PREFIX}.sqlite"

    labels = {
        (row["list"], row["code"], row["language"]): row["label"]
        for row in read_sqlite(database, "code")
    }
    assert labels["does", "seller", "en"] == "Seller"
    assert labels["feedback.themes", "price", "kn"] == "Price (kn)"
    assert labels["state", "IN-KA", "en"] == "Karnataka"
    assert labels["purpose", "contact", "en"] == "Contact"
    assert labels["session", "s1", "kn"] == "Talk (kn)"
    assert labels["language", "kn", "kn"] == "ಕನ್ನಡ"
    explained = {
        (row["table"], row["column"]): row["meaning"]
        for row in read_sqlite(database, "documentation")
    }
    for table in TABLES:
        assert explained[table, ""]
        for column in read_sqlite(database, table)[0]:
            assert explained[table, column]
    assert explained["response", "rating"] == "How was it? (kn)"
    assert [row["code"] for row in read_sqlite(database, "device")] == ["KA1", "KA2"]
    assert read_sqlite(database, "event")[0]["name"] == "Bengaluru (kn)"


def test_names_come_out_byte_for_byte(
    make_export: MakeExport, attendee_row: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    names = [unicodedata.normalize("NFC", name) for name in NAMES]
    people = [attendee_row(at, name=name) for at, name in enumerate(names)]
    make_export({"attendee": people}).export(ExportRequest(tmp_path, plain=True))
    in_csv = read_csv(tmp_path / f"{PREFIX}-attendee.csv")
    assert [_unescaped(row["name"]) for row in in_csv] == names
    assert [row["name"] for row in read_sheet(tmp_path / f"{PREFIX}.xlsx", "attendee")] == names
    assert [row["name"] for row in read_sqlite(tmp_path / f"{PREFIX}.sqlite", "attendee")] == names


def test_no_cell_becomes_a_formula_or_a_link(
    make_export: MakeExport, attendee_row: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    people = [attendee_row(at, offers=one) for at, one in enumerate(AWKWARD)]
    make_export({"attendee": people}).export(ExportRequest(tmp_path, ("csv", "xlsx"), plain=True))

    sheet = openpyxl.load_workbook(tmp_path / f"{PREFIX}.xlsx")["attendee"]
    head = [cell.value for cell in sheet[1]]
    cells = [row[head.index("offers")] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == AWKWARD
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert not any(cell.hyperlink for cell in cells)
    assert sheet.freeze_panes == "A2"

    in_csv = [row["offers"] for row in read_csv(tmp_path / f"{PREFIX}-attendee.csv")]
    assert not any(one[:1] in set("=+-@\t\r＝") for one in in_csv)
    assert [_unescaped(one) for one in in_csv] == AWKWARD
    assert "'quoted" in in_csv
    assert (tmp_path / f"{PREFIX}-attendee.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_manifest_tells_what_the_files_are(
    make_export: MakeExport, rows: dict[str, Any], tmp_path: Path
) -> None:
    files = make_export(rows, practice=True).export(ExportRequest(tmp_path, plain=True))
    manifest = json.loads((tmp_path / f"{PREFIX}-manifest.json").read_text("utf-8"))
    assert files[-1].path.name == f"{PREFIX}-manifest.json"
    for file in files:
        assert hashlib.sha256(file.path.read_bytes()).hexdigest() == file.sha256
    listed = {one["path"]: (one["rows"], one["sha256"]) for one in manifest["files"]}
    assert listed == {file.path.name: (file.rows, file.sha256) for file in files[:-1]}
    assert listed[f"{PREFIX}-attendee.csv"][0] == 3
    assert listed[f"{PREFIX}.sqlite"][0] == 3 + 1 + 1 + 1 + 1 + 1 + 4 + 1
    assert manifest["tables"]["anonymous_response"] == 4
    assert manifest["practice"] is True
    assert (manifest["event"], manifest["device"]) == ("ka-2020-01-10", "KA1")
    for table in TABLES:
        assert {row["practice"] for row in read_csv(tmp_path / f"{PREFIX}-{table}.csv")} == {"1"}
        assert {row["practice"] for row in read_sheet(tmp_path / f"{PREFIX}.xlsx", table)} == {1}
    note = read_csv(tmp_path / f"{PREFIX}-about.csv")[0]
    assert note["item"] == "note"
    assert "Practice" in note["value"]


def test_anonymous_rows_stand_by_their_key_and_carry_nothing_of_anyone(
    make_export: MakeExport, attendee_row: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """The attack: line up people and anonymous rows by any order that the files show."""
    draw = random.Random(5)
    people = [attendee_row(at) for at in range(200)]
    answers = [
        {
            "key": draw.randbytes(16), "form_id": "feedback", "form_version": "1",
            "answers": json.dumps({"sentence": f"by {at}"}), "does": "", "language": "",
            "state": "",
        }
        for at in range(200)
    ]  # fmt: skip
    rows = {"attendee": people, "anonymous_response": answers}
    make_export(rows).export(ExportRequest(tmp_path, plain=True))

    for found in (
        read_sqlite(tmp_path / f"{PREFIX}.sqlite", "anonymous_response"),
        read_csv(tmp_path / f"{PREFIX}-anonymous_response.csv"),
        read_sheet(tmp_path / f"{PREFIX}.xlsx", "anonymous_response"),
    ):
        hits = sum(row["sentence"] == f"by {at}" for at, row in enumerate(found))
        assert hits <= 6  # one in a lifetime of guessing, Poisson(1): more is 1 in 12,000
        assert [row["key"] for row in found] == sorted(str(row["key"]) for row in found)
        assert not set(found[0]) & {
            "id", "number", "name", "language", "does", "organisation", "mobile", "email",
            "registered_at", "device_id",
        }  # fmt: skip
    assert len({path.stat().st_mtime_ns for path in tmp_path.iterdir()}) == 1


def test_who_has_withdrawn_is_a_row_without_words(
    make_export: MakeExport, rows: dict[str, Any], tmp_path: Path
) -> None:
    rows["attendee"][0]["masked"] = 1
    make_export(rows).export(ExportRequest(tmp_path, ("sqlite", "csv"), plain=True))
    database = tmp_path / f"{PREFIX}.sqlite"
    masked, other, _ = read_sqlite(database, "attendee")
    assert (masked["name"], masked["mobile"], masked["kinds"]) == (None, None, None)
    assert (masked["number"], masked["masked"], other["name"]) == ("KA1-0001", 1, "Asha 2")
    assert read_sqlite(database, "response")[0]["rating"] is None
    assert read_sqlite(database, "certificate")[0]["name"] is None
    assert read_sqlite(database, "consent")[0]["purpose"] == "contact"
    assert b"Asha 1" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_sealed_files_open_for_each_recipient_and_leave_nothing_plain(
    make_export: MakeExport, rows: dict[str, Any], tmp_path: Path
) -> None:
    keys = [pyrage.x25519.Identity.generate() for _ in range(3)]
    campaign = [str(key.to_public()) for key in keys[:2]]
    files = make_export(rows, recipients=campaign).export(ExportRequest(tmp_path))

    assert all(file.path.name.endswith((".age", "manifest.json")) for file in files)
    assert b"Asha" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    manifest = json.loads((tmp_path / f"{PREFIX}-manifest.json").read_text("utf-8"))
    inside = {one["path"]: one["sha256_inside"] for one in manifest["files"]}
    for file in files[:-1]:
        sealed = file.path.read_bytes()
        assert hashlib.sha256(sealed).hexdigest() == file.sha256
        for key in keys[:2]:
            plain = pyrage.decrypt(sealed, [key])
            assert hashlib.sha256(plain).hexdigest() == inside[file.path.name]
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(sealed, [keys[2]])
    table = pyrage.decrypt((tmp_path / f"{PREFIX}-attendee.csv.age").read_bytes(), [keys[0]])
    assert len(list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))) == 3


def test_named_recipients_take_the_place_of_the_campaigns(
    make_export: MakeExport, rows: dict[str, Any], tmp_path: Path
) -> None:
    key, other = (pyrage.x25519.Identity.generate() for _ in range(2))
    exporter = make_export(rows, recipients=[str(other.to_public())])
    request = ExportRequest(
        tmp_path, ("csv",), recipients=(f"# the deputy\n\n{key.to_public()}\n",)
    )
    sealed = exporter.export(request)[0].path.read_bytes()
    assert pyrage.decrypt(sealed, [key])
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [other])


def test_exporting_again_replaces_and_sweeps(
    make_export: MakeExport, rows: dict[str, Any], tmp_path: Path
) -> None:
    stale = tmp_path / f".{PREFIX}-attendee.csv.part"
    stale.write_bytes(b"half")
    foreign = tmp_path / ".tn-2020-01-11-TN1-attendee.csv.part"
    foreign.write_bytes(b"of somebody else")
    exporter = make_export(rows)
    first = exporter.export(ExportRequest(tmp_path, plain=True))
    rows["attendee"].append(rows["attendee"][0] | {"id": "x", "number": "KA1-0004"})
    second = exporter.export(ExportRequest(tmp_path, plain=True))
    assert [file.path for file in first] == [file.path for file in second]
    assert len(read_csv(tmp_path / f"{PREFIX}-attendee.csv")) == 4
    assert not stale.exists()
    assert foreign.exists()


def test_without_anybody_to_seal_for_nothing_is_written(
    make_export: MakeExport, rows: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        make_export(rows).export(ExportRequest(tmp_path))
    assert fault.value.key == "export_no_recipient"
    with pytest.raises(VisitorError) as refused:
        make_export(rows).export(ExportRequest(tmp_path, recipients=("age1nonsense",)))
    assert refused.value.key == "recipient"
    assert list(tmp_path.iterdir()) == []
