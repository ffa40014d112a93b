"""What lies on a target, and where; anything else there is ignored, however much there is.

    <device id>/<number>-<sha256>.ekb          a batch, as the device sealed it
    receipts/<store>-<when>-<sha256>.ekr       what a merged store says it holds

``when`` is in milliseconds since 1970, 14 digits, so that the newest is known by its name. A
file whose name ends in ``.part`` is under way and counts for nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

RECEIPTS = "receipts"
PART = ".part"
_DEVICE = re.compile(r"[0-9a-f]{32}")
_BATCH = re.compile(r"([0-9]{1,9})-([0-9a-f]{64})\.ekb")
_RECEIPT = re.compile(r"([0-9a-f]{32})-([0-9]{14})-([0-9a-f]{64})\.ekr")


class BatchName(NamedTuple):
    """What the name of a batch file says."""

    number: int
    sha256: str


class ReceiptName(NamedTuple):
    """What the name of a receipt says."""

    store: str
    at: int
    sha256: str


def is_device(folder: str) -> bool:
    """Whether a folder is named like a device."""
    return _DEVICE.fullmatch(folder) is not None


def is_ours(folder: str) -> bool:
    """Whether a folder at the top of a target can hold anything that matters."""
    return folder == RECEIPTS or is_device(folder)


def is_kept(file: str) -> bool:
    """Whether a file is named like a batch or a receipt."""
    return batch_name(file) is not None or receipt_name(file) is not None


def batch_name(file: str) -> BatchName | None:
    """What the name says; None for another file."""
    found = _BATCH.fullmatch(file)
    return BatchName(int(found[1]), found[2]) if found else None


def receipt_name(file: str) -> ReceiptName | None:
    """What the name says; None for another file."""
    found = _RECEIPT.fullmatch(file)
    return ReceiptName(found[1], int(found[2]), found[3]) if found else None


def receipt_file(store: str, at: int, sha256: str) -> str:
    """The name, with its folder, under which a receipt is left."""
    return f"{RECEIPTS}/{store}-{at:014d}-{sha256}.ekr"
