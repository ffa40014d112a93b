"""The touch window: PySide6 Widgets.

PySide6 6.12 gives ``True`` back from every ``Signal.emit`` without counting the reference. Before
Python 3.12, where constants are immortal (PEP 683), ``True`` therefore wears out: after some
thousand signals Python destroys it and aborts, in the middle of somebody's registration. So it is
given more references here than any day can use up. ``tests/ui/test_references.py`` watches both.
"""

from __future__ import annotations

import ctypes
import sys

ENOUGH = 1 << 30

if sys.implementation.name == "cpython" and sys.version_info < (3, 12):
    ctypes.c_ssize_t.from_address(id(True)).value += ENOUGH
