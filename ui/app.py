"""The window side wired together: application, fonts, words, worker, press, window, host."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication

from kiosk.domain.language import Tag
from kiosk.services.words import load_all_languages, load_all_words
from ui.host import Host
from ui.theme import Theme, current_theme, dress, load_first_fonts, load_later_fonts
from ui.translate import Speaker
from ui.widgets.ink import forget_blocks
from ui.window import Window, monotonic_ms
from ui.worker import Worker

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from ui.keeping import Keeper
    from ui.printers import Printer
    from ui.printing import Press

PRACTICE_VISITORS = 24
FIRST_LANGUAGE = Tag("en")
SETTLE_MS = 100  # from the window's showing; nobody has found a button by then


class Options(NamedTuple):
    """What the command line said. ``data`` is None for a temporary practice folder."""

    data: Path | None = None
    demo: bool = False
    windowed: QSize | None = None
    language: Tag | None = None
    find_printer: Callable[[], Printer | None] | None = None  # None: by looking at the machine
    now_ms: Callable[[], int] = monotonic_ms
    practice_visitors: int = PRACTICE_VISITORS  # who came before the practice day was opened


class Kiosk:
    """Everything that lives as long as the window does."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._settled = False
        self._press: Press | None = None
        self.data = options.data or practice_folder()
        words, languages = load_all_words(), load_all_languages()
        first = options.language if options.language in languages else FIRST_LANGUAGE
        self.speaker = Speaker(words, languages, first or FIRST_LANGUAGE)
        self.worker = Worker()
        self.window = Window(self.speaker, options.now_ms)
        self.host = Host(
            window=self.window,
            speaker=self.speaker,
            worker=self.worker,
            press=lambda: self.press,
            data=self.data,
            language=options.language,
            now_ms=options.now_ms,
        )
        self._keeper: Keeper | None = None
        self.host.opened.connect(self._keep)

    def _keep(self, desk: Desk) -> None:
        """Regular backups from now on."""
        from ui.keeping import Keeper  # noqa: PLC0415 - once it is open

        if self._keeper is None:
            self._keeper = Keeper()
        self._keeper.start(desk)

    def begin(self) -> None:
        """Shows the first screen: unlocking, or in a practice day the languages at once."""
        if self.options.demo:
            self.host.wait()
            data, visitors = self.data, self.options.practice_visitors
            self.worker.open(lambda: open_practice(data, visitors), self.host.open)
        else:
            self.host.lock()

    def show(self) -> None:
        """Over the whole screen, or in a window of the size that was asked for."""
        if self.options.windowed is None:
            # where X runs for the kiosk alone, no window manager hears the wish for the full screen
            self.window.setGeometry(self.window.screen().geometry())
            self.window.showFullScreen()
        else:
            self.window.resize(self.options.windowed)
            self.window.show()
        QTimer.singleShot(SETTLE_MS, self.window, self.settle)

    def settle(self) -> None:
        """What the first picture did not need is made ready."""
        if self._settled:
            return
        self._settled = True
        self.window.settle()
        app = QApplication.instance()
        if load_later_fonts() and isinstance(app, QApplication):
            forget_blocks()
            dress(app, current_theme())
        QTimer.singleShot(0, self.window, self.make_press)
        if not gc.isenabled():  # ``__main__`` put it off: all that was made so far stays anyway
            gc.freeze()
            gc.enable()

    @property
    def press(self) -> Press:
        """Where paper comes out."""
        return self._press or self.make_press()

    def make_press(self) -> Press:
        """Looks for a printer from now on, if it does not yet."""
        from ui.printers import OnlyPrinter, machine_printers  # noqa: PLC0415 - not for the first
        from ui.printing import Press  # noqa: PLC0415 - screen

        if self._press is None:
            find = self.options.find_printer
            printers = machine_printers if find is None else partial(OnlyPrinter, find)
            self._press = Press(self.worker, printers)
        return self._press

    def end(self) -> None:
        """Finishes what was begun; the record is closed by the thread that owns it."""
        self._settled = True
        if self._press is not None:
            self._press.close()
        if self._keeper is not None:
            self._keeper.close()
        self.worker.close()


def practice_folder() -> Path:
    """A new temporary folder for a practice day."""
    import tempfile  # noqa: PLC0415 - for a practice day only

    return Path(tempfile.mkdtemp(prefix="samvad-practice-")) / "kiosk"


def open_practice(data: Path, visitors: int = PRACTICE_VISITORS) -> Desk:
    """The practice day of that folder, made first if it is not there yet."""
    from kiosk.bootstrap import (  # noqa: PLC0415 - for a practice day only
        PRACTICE_PASSPHRASE,
        demo_kiosk,
        open_kiosk,
    )
    from kiosk.settings import SETTINGS_FILE  # noqa: PLC0415

    if not (data / SETTINGS_FILE).exists():
        demo_kiosk(data, attendees=visitors, seed=1)
    return open_kiosk(data, PRACTICE_PASSPHRASE)


def make_application(arguments: list[str]) -> QApplication:
    """Qt with the fonts and colours of the product."""
    app = QApplication(arguments[:1])
    app.setApplicationName("Samvad Kiosk")
    # Qt takes two quick touches for a double click, wherever they were; here nothing has one.
    app.setDoubleClickInterval(0)
    load_first_fonts()
    dress(app, Theme())
    return app


def catch_everything(kiosk: Kiosk) -> None:
    """A bug becomes a note in the data folder and a calm notice; the kiosk goes on."""

    def surprised(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            kiosk.host.surprised(error)
        else:
            sys.__excepthook__(kind, error, trace)

    def surprised_elsewhere(told: threading.ExceptHookArgs) -> None:
        from ui.notices import note_trouble  # noqa: PLC0415 - where there is trouble

        if told.exc_value is not None:
            note_trouble(told.exc_value, kiosk.data)

    sys.excepthook = surprised
    threading.excepthook = surprised_elsewhere


def run(options: Options, arguments: list[str]) -> int:
    """The kiosk until its window is closed; the process's exit code."""
    app = make_application(arguments)
    kiosk = Kiosk(options)
    catch_everything(kiosk)
    kiosk.begin()
    kiosk.show()
    try:
        return app.exec()
    finally:
        kiosk.end()


Environment = Mapping[str, str]


def has_display(platform: str, environment: Environment) -> bool:
    """Whether a window can be seen here."""
    if environment.get("QT_QPA_PLATFORM"):
        return environment["QT_QPA_PLATFORM"] != "offscreen"
    seen = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return not platform.startswith("linux") or bool(seen)
