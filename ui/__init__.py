"""The touch window: PySide6 Widgets.

PySide6 6.12 gives ``None``, ``True`` and ``False`` back without counting the reference, as one may
since Python 3.12, where constants are immortal (PEP 683). On Python 3.11 they wear out instead:
after some thousand calls Python destroys None and aborts, in the middle of somebody's
registration. So they are given more references here than a lifetime of touches can use up.
``tests/ui/test_references.py`` watches that this is so.
"""

from __future__ import annotations

import ctypes
import sys

ENOUGH = 1 << 60
CONSTANTS = (None, True, False, NotImplemented, ...)

if sys.implementation.name == "cpython" and sys.version_info < (3, 12):
    for _constant in CONSTANTS:
        ctypes.c_ssize_t.from_address(id(_constant)).value += ENOUGH
