"""What the machine does not allow: a fault with words, and nothing half in the folder."""

from __future__ import annotations

import contextlib
import errno
import gc
import hashlib
import resource
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519

from kiosk.errors import EnvironmentFault
from kiosk.export import xlsx_file
from kiosk.export.csv_file import CsvFile
from kiosk.export.day import DayExport
from kiosk.export.sealed import read_recipients, seal
from kiosk.export.source import Cell
from kiosk.export.staging import Made, Staging
from kiosk.services.exporting import ExportRequest

MakeExport = Callable[..., DayExport]
Tables = Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]
ROOT = Path(__file__).parents[2]


class BreakingSqlite:
    """A disk that gives up after some rows have been written everywhere."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, path: Path, tables: Tables, /) -> None:
        path.write_bytes(b"half a file")
        for _, _, rows in tables:
            next(iter(rows), None)
            raise OSError(self.number, "the disk says no", str(path))


class ForgettingSqlite:
    """A disk that says that it has written, and has not."""

    def __init__(self, write: Callable[[Path, Tables], None]) -> None:
        self.write = write

    def __call__(self, path: Path, tables: Tables, /) -> None:
        self.write(path, ((name, columns, list(rows)[:-1]) for name, columns, rows in tables))


def fault_of(export: DayExport, request: ExportRequest) -> EnvironmentFault:
    with pytest.raises(EnvironmentFault) as fault:
        export.export(request)
    return fault.value


def test_a_missing_folder_is_never_made(make_export: MakeExport, tmp_path: Path) -> None:
    missing = tmp_path / "stick"
    fault = fault_of(make_export({}), ExportRequest(missing, plain=True))
    assert fault.key == "export_folder_missing"
    assert not missing.exists()
    file = tmp_path / "file"
    file.write_bytes(b"")
    assert fault_of(make_export({}), ExportRequest(file, plain=True)).key == fault.key


def test_a_folder_that_takes_no_files(make_export: MakeExport) -> None:
    fault = fault_of(make_export({}), ExportRequest(Path("/sys/kernel"), plain=True))
    assert fault.key == "export_folder_read_only"


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "export_disk_full"),
        (errno.EROFS, "export_folder_read_only"),
        (errno.ENOENT, "export_folder_missing"),
        (errno.EFBIG, "export_file_too_large"),
        (errno.EIO, "export_interrupted"),
    ],
)
def test_what_breaks_midway_leaves_the_earlier_export_as_it_was(
    make_export: MakeExport,
    attendee_row: Callable[..., dict[str, Any]],
    tmp_path: Path,
    number: int,
    key: str,
) -> None:
    rows = {"attendee": [attendee_row(1), attendee_row(2)]}
    make_export(rows).export(ExportRequest(tmp_path, plain=True))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    breaking = make_export(rows, write=BreakingSqlite(number))
    assert fault_of(breaking, ExportRequest(tmp_path, plain=True)).key == key
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_reads_back_otherwise_is_removed(
    make_export: MakeExport,
    write_sqlite: Callable[[Path, Tables], None],
    attendee_row: Callable[..., dict[str, Any]],
    tmp_path: Path,
) -> None:
    export = make_export({"attendee": [attendee_row(1)]}, write=ForgettingSqlite(write_sqlite))
    assert fault_of(export, ExportRequest(tmp_path, plain=True)).key == "export_not_verified"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", [b"y", b"\xff", b'"', b"x\r\ny"])
def test_a_table_that_changed_on_the_disk_is_noticed(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "t.csv"
    file = CsvFile("t.csv", path, ["a", "b"])
    file.add(["x", 1])
    file.close()
    assert file.verify().rows == 1
    path.write_bytes(path.read_bytes().replace(b"x", damage))
    with pytest.raises(EnvironmentFault) as fault:
        file.verify()
    assert fault.value.key == "export_not_verified"


@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.98])
def test_a_workbook_that_changed_on_the_disk_is_noticed(tmp_path: Path, at: float) -> None:
    path = tmp_path / "b.xlsx"
    book = xlsx_file.XlsxFile("b.xlsx", path, tmp_path, dated=datetime(2020, 1, 10, tzinfo=UTC))
    book.begin("attendee", ["name"])
    for number in range(2000):
        book.add([f"Asha {number * 7919}"])
    book.close()
    assert book.verify({"attendee": 2000}).rows == 2000
    with pytest.raises(EnvironmentFault):
        book.verify({"attendee": 1999})
    data = bytearray(path.read_bytes())
    where = slice(int(len(data) * at), int(len(data) * at) + 40)
    data[where] = bytes(byte ^ 0x55 for byte in data[where])
    path.write_bytes(data)
    with pytest.raises(EnvironmentFault) as fault:
        book.verify({"attendee": 2000})
    assert fault.value.key == "export_not_verified"


@contextlib.contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """The system itself refuses to let a file grow beyond ``size`` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("formats", [("csv",), ("xlsx",)])
def test_a_disk_that_stops_taking_bytes(
    make_export: MakeExport,
    attendee_row: Callable[..., dict[str, Any]],
    tmp_path: Path,
    formats: tuple[str, ...],
) -> None:
    export = make_export({"attendee": [attendee_row(at) for at in range(3000)]})
    with files_up_to(50_000):
        fault = fault_of(export, ExportRequest(tmp_path, formats, plain=True))
    assert fault.key == "export_file_too_large"
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_on_a_full_disk_is_cleared_away_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book = xlsx_file.XlsxFile("b.xlsx", path, tmp_path, dated=datetime(2020, 1, 10, tzinfo=UTC))
    for sheet in range(30):
        book.begin(f"t{sheet}", ["name"])
        for row in range(50):
            book.add([hashlib.sha256(f"{sheet} {row}".encode()).hexdigest()])
    with files_up_to(20_000):  # each sheet fits, all of them packed do not
        with pytest.raises(OSError, match="large") as error:
            book.close()
        assert error.value.errno == errno.EFBIG
        del book, error
        gc.collect()  # what a library says while it is thrown away fails the test


def test_a_disk_that_stops_taking_bytes_of_a_sealed_file(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"x" * 1_000_000)
    keys = read_recipients([str(x25519.Identity.generate().to_public())])
    staging = Staging(tmp_path, "day", sealed=True)
    with files_up_to(200_000), pytest.raises(OSError, match="large") as error:
        seal(Made("day-attendee.csv", plain, 1, ""), staging, keys)
    assert error.value.errno == errno.EFBIG


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book = xlsx_file.XlsxFile("b.xlsx", path, tmp_path, dated=datetime(2020, 1, 10, tzinfo=UTC))
    book.begin("attendee", ["name"])
    for _ in range(xlsx_file.ROW_LIMIT - 1):
        book.add([None])
    with pytest.raises(EnvironmentFault) as fault:
        book.add([None])
    assert fault.value.key == "export_too_many_rows"
    book.abandon()


def test_a_format_that_is_not_there_is_said(make_export: MakeExport, tmp_path: Path) -> None:
    fault = fault_of(make_export({}), ExportRequest(tmp_path, ("parquet",), plain=True))
    assert (fault.key, fault.values) == ("export_format", {"format": "parquet"})


@pytest.mark.parametrize("tag", ["hi", "en", "ur", "kn", "te"])
def test_every_fault_has_its_sentence(tag: str) -> None:
    def words(language: str) -> Mapping[str, Any]:
        path = ROOT / "resources/languages" / language / "export.toml"
        return tomllib.loads(path.read_text("utf-8"))

    said, english = words(tag), words("en")
    for part in ("error", "fault", "export"):
        assert set(said[part]) == set(english[part])
    assert set(said["export"]["column"]) == set(english["export"]["column"])
    values = {"folder": "F", "file": "f.csv", "format": "x", "limit": 1, "table": "t"}
    for key, sentence in said["fault"].items():
        assert sentence.format(**values) != sentence or key == "export_no_recipient"
