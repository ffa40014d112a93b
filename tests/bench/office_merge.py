"""What an office does today: LibreOffice's mail merge of a letter and a table of names, to PDF.

Run by the python that has LibreOffice's ``uno``: office_merge.py FOLDER COUNT. Starts an office of
its own, with its profile in the folder, and says the seconds that the merge took.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException

LINES = (  # size of type and text; {name} and {serial} are of the table
    (17, "जेम संवाद · GeM Samvad"), (11, "गवर्नमेंट ई-मार्केटप्लेस (जेम)"), (40, "सहभागिता प्रमाण-पत्र"),
    (14, "प्रमाणित किया जाता है कि"), (42, "{name}"),
    (16, "ने 23-12-2019 को नमूना स्थल, विजयवाड़ा में आयोजित “जेम संवाद, आंध्र प्रदेश” में भाग लिया।"),
    (12, "जिन सत्रों में भाग लिया: ख़रीदारों और विक्रेताओं की भेंट"),
    (10, "हस्ताक्षर और मुहर"), (11, "प्रमाण-पत्र संख्या {serial}"),
)  # fmt: skip
SOURCE = "people"
TABLE, PARAGRAPH_BREAK, TO_FILE = 0, 0, 2  # CommandType, ControlCharacter, MailMergeType
TRIES, LISTENING_S, ENDING_S = 240, 0.25, 60


def prop(name: str, value: object) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


@contextmanager
def an_office(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    accept = "--accept=pipe,name=samvad;urp;"
    office = subprocess.Popen(["soffice", profile, "--headless", "--norestore", accept])
    try:
        yield office
    finally:
        office.terminate()
        office.wait(ENDING_S)


def connected(office: subprocess.Popen[bytes]) -> Any:
    """The office at its pipe, as soon as it listens; told at once where it ends instead."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(TRIES):
        try:
            return resolver.resolve("uno:pipe,name=samvad;urp;StarOffice.ComponentContext")
        except NoConnectException:
            with suppress(subprocess.TimeoutExpired):
                raise SystemExit(f"soffice ended: {office.wait(LISTENING_S)}") from None
    raise SystemExit("soffice does not listen")


def register(manager: Any, folder: Path) -> None:
    databases = manager.createInstance("com.sun.star.sdb.DatabaseContext")
    source = databases.createInstance()
    source.URL = "sdbc:flat:" + folder.as_uri()
    source.Info = (
        prop("Extension", "csv"), prop("CharSet", "UTF-8"),
        prop("FieldDelimiter", ","), prop("HeaderLine", True),
    )  # fmt: skip
    place = (folder / "people.odb").as_uri()
    source.DatabaseDocument.storeAsURL(place, ())
    databases.registerDatabaseLocation(SOURCE, place)


def letter(manager: Any, folder: Path) -> str:
    """The page with its two fields; gives the address of its file."""
    desktop = manager.createInstance("com.sun.star.frame.Desktop")
    document = desktop.loadComponentFromURL("private:factory/swriter", "_blank", 0, ())
    style = document.StyleFamilies.getByName("PageStyles").getByName("Standard")
    style.IsLandscape = True
    style.Width, style.Height = 29700, 21000
    text, cursor = document.Text, document.Text.createTextCursor()
    for size, line in LINES:
        for kind in ("CharHeight", "CharHeightComplex"):
            cursor.setPropertyValue(kind, float(size))
        for kind in ("CharFontName", "CharFontNameComplex"):
            cursor.setPropertyValue(kind, "Noto Sans Devanagari")
        before, _, field = line.partition("{")
        text.insertString(cursor, before, False)
        if field:
            text.insertTextContent(cursor, shown(document, field.rstrip("}")), False)
        text.insertControlCharacter(cursor, PARAGRAPH_BREAK, False)
    place = (folder / "letter.odt").as_uri()
    document.storeAsURL(place, ())
    document.close(False)
    return place


def shown(document: Any, column: str) -> Any:
    master = document.createInstance("com.sun.star.text.fieldmaster.Database")
    master.DataBaseName, master.DataTableName = SOURCE, SOURCE
    master.DataCommandType, master.DataColumnName = TABLE, column
    field = document.createInstance("com.sun.star.text.textfield.Database")
    field.attachTextFieldMaster(master)
    return field


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    rows = [f"श्रीमती लक्ष्मी कृष्णमूर्ति {at},AP1-C-{at:04}" for at in range(count)]
    (folder / f"{SOURCE}.csv").write_text("\n".join(["name,serial", *rows]), "utf-8")
    with an_office(folder) as office:
        sys.stdout.write(f"{merge(folder, connected(office))}\n")


def merge(folder: Path, context: Any) -> float:
    """Seconds that the office takes."""
    manager = context.ServiceManager
    register(manager, folder)
    mail = manager.createInstanceWithContext("com.sun.star.text.MailMerge", context)
    mail.DocumentURL = letter(manager, folder)
    mail.DataSourceName, mail.CommandType, mail.Command = SOURCE, TABLE, SOURCE
    mail.OutputType, mail.OutputURL = TO_FILE, folder.as_uri()
    mail.SaveAsSingleFile, mail.SaveFilter = True, "writer_pdf_Export"
    mail.FileNameFromColumn, mail.FileNamePrefix = False, "merged"
    started = time.perf_counter()
    mail.execute(())
    taken = time.perf_counter() - started
    with suppress(DisposedException):
        manager.createInstance("com.sun.star.frame.Desktop").terminate()
    return taken


if __name__ == "__main__":
    main()
