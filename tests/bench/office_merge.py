"""What an office does today: LibreOffice's mail merge of a letter and a table of names, to PDF.

Run by the python that has LibreOffice's ``uno``: office_merge.py FOLDER COUNT, with soffice at the
pipe ``samvad``. Says the seconds that the merge took.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
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
TRIES = 240


def prop(name: str, value: object) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def connected() -> Any:
    """The office at the pipe, as soon as it listens."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(TRIES):
        try:
            return resolver.resolve("uno:pipe,name=samvad;urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.25)
    raise SystemExit("no soffice at the pipe")


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
    context = connected()
    manager = context.ServiceManager
    register(manager, folder)
    merge = manager.createInstanceWithContext("com.sun.star.text.MailMerge", context)
    merge.DocumentURL = letter(manager, folder)
    merge.DataSourceName, merge.CommandType, merge.Command = SOURCE, TABLE, SOURCE
    merge.OutputType, merge.OutputURL = TO_FILE, folder.as_uri()
    merge.SaveAsSingleFile, merge.SaveFilter = True, "writer_pdf_Export"
    merge.FileNameFromColumn, merge.FileNamePrefix = False, "merged"
    started = time.perf_counter()
    merge.execute(())
    sys.stdout.write(f"{time.perf_counter() - started}\n")
    with suppress(DisposedException):
        manager.createInstance("com.sun.star.frame.Desktop").terminate()


if __name__ == "__main__":
    main()
