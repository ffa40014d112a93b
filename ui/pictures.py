"""Photographs of certificates, made ready for what finds symbols in them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

from kiosk.errors import VisitorError
from kiosk.services.attesting import Eyes, Picture, Seen

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
_LARGEST_FILE = 64 * 2**20
# Pixels of the longer side: as phones take them, then smaller ones enlarged, as fine modules want.
_SIDES = (1600, 2600, 900)


def seen_in(eyes: Eyes, file: Path) -> Seen:
    """The symbols on a photograph; none where there is none. VisitorError where it is no picture.

    May be called on any thread.
    """
    image = _read(file)
    seen = Seen((), None)
    for side in _SIDES:
        seen = eyes.picture(_grey(image, side))
        if seen.symbols:
            break
    return seen


def _read(file: Path) -> QImage:
    broken = VisitorError("verify_file_broken", field="file")
    try:
        large = file.stat().st_size > _LARGEST_FILE
    except OSError as error:
        raise broken from error
    if large:
        raise VisitorError("verify_file_large", field="file", limit=_LARGEST_FILE // 2**20)
    reader = QImageReader(str(file))
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        raise broken
    return image


def _grey(image: QImage, side: int) -> Picture:
    scaled = image.scaled(
        QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )  # fmt: skip
    paper = QImage(scaled.size(), QImage.Format.Format_Grayscale8)
    paper.fill(255)  # what is transparent is paper
    painter = QPainter(paper)
    painter.drawImage(0, 0, scaled)
    painter.end()
    rows, stride = bytes(paper.constBits()), paper.bytesPerLine()
    width, height = paper.width(), paper.height()
    tight = b"".join(rows[at * stride : at * stride + width] for at in range(height))
    return Picture(width, height, tight)
