"""A cure for PySide6 6.12 on Python 3.11: it returns None without taking a reference to it.

From Python 3.12 on None is immortal (PEP 683) and nobody notices. On 3.11 every call of Qt that
returns nothing takes away one reference that nobody gave, and after some thousands of calls the
interpreter stops: "Fatal Python error: none_dealloc". So None is given more references than any
running kiosk can use up.
"""

from __future__ import annotations

import ctypes
import sys

_ENOUGH = 1 << 60
_COUNTED = (3, 12)  # the first version that does not count references to None


def keep_none_alive() -> None:
    """Does once what Python 3.12 does by itself; without effect there, or the second time."""
    if sys.version_info < _COUNTED and sys.getrefcount(None) < _ENOUGH // 2:
        # CPython 3.11, Include/object.h: an object begins with its count, a Py_ssize_t.
        ctypes.c_ssize_t.from_address(id(None)).value += _ENOUGH
