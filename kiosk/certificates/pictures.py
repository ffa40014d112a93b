"""The pictures of a template: read once, bounded, each kept once in every file it is shown in."""

from __future__ import annotations

from kiosk.certificates.imported import read_pdf
from kiosk.certificates.package import Package
from kiosk.certificates.raster import read_raster
from kiosk.certificates.svg_paint import svg_picture
from kiosk.certificates.xobject import Picture
from kiosk.errors import EnvironmentFault

LARGEST_SVG = 4 << 20
OWN = "@"  # before the name of a picture that the campaign has, whatever its kind
SUFFIXES = (".svg", ".pdf", ".png", ".jpg", ".jpeg")


def read_picture(file: str, data: bytes, width: float, height: float) -> Picture:
    """The picture in bytes, for a place that large (pt). Raises ``template_picture…``."""
    suffix = file[file.rfind(".") :].lower()
    if suffix == ".svg":
        if len(data) > LARGEST_SVG:
            raise EnvironmentFault("template_picture_large", file=file, line=1)
        return svg_picture(file, data)
    if suffix == ".pdf":
        return read_pdf(file, data)
    return read_raster(file, data, width, height)


def find_picture(
    package: Package, name: str, width: float, height: float, own: Package | None
) -> Picture | None:
    """A picture by the name that a template calls it; None where the campaign has none.

    ``own`` is the campaign's folder, in which ``@logo`` is logo.svg, logo.pdf, logo.png …
    Raises EnvironmentFault ``template_file_missing``.
    """
    if not name.startswith(OWN):
        data = package.read(name)
        if data is None:
            raise EnvironmentFault("template_file_missing", file=package.file, value=name)
        return read_picture(name, data, width, height)
    for suffix in SUFFIXES if own is not None else ():
        data = own.read(name[1:].lower() + suffix) if own is not None else None
        if data is not None:
            return read_picture(name[1:] + suffix, data, width, height)
    return None
