"""The QR symbols of a picture: noise beside one may look like a symbol of some other kind."""

from __future__ import annotations

from typing import Any

import zxingcpp

_QR: Any = zxingcpp.BarcodeFormat.QRCode


def symbols_in(picture: object) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(picture, formats=_QR)
