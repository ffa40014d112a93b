"""Reads designs that atheris makes up, for as long as one likes; run by hand, never by pytest.

    .venv/bin/pip install atheris
    nice -n 19 .venv/bin/python -m tests.fuzz.templates -max_total_time=3600 CORPUS

The first byte says what the rest is: a template in TOML or JSON, a drawing (SVG), a picture (PNG,
JPEG), a page (PDF), a package (zip), or one file of a good package. Nothing but a fault of a
template may come out; what is read is drawn into a file and must be a PDF.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["kiosk.certificates"]):
    import io
    import tempfile
    import zipfile
    from pathlib import Path

    from PIL import Image

    from kiosk.certificates.package import Package, open_package
    from kiosk.certificates.pictures import read_picture
    from kiosk.certificates.reading import read_template
    from kiosk.certificates.svg import read_svg
    from kiosk.certificates.xobject import Picture, as_stream
    from kiosk.errors import EnvironmentFault
    from kiosk.settings import RESOURCES
    from kiosk.typesetting.document import Document
    from tests.certificates.test_templates import SMALL

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-templates-"))
FESTIVE = RESOURCES / "templates" / "festive"


def as_template(data: bytes) -> None:
    read_template(Package("t.toml", data.decode("utf-8", "replace"), json=False, read=nothing))


def as_json(data: bytes) -> None:
    read_template(Package("t.json", data.decode("utf-8", "replace"), json=True, read=nothing))


def as_line(data: bytes) -> None:
    """A line of a good template replaced, so that the others let it through."""
    lines = SMALL.splitlines()
    if data:
        lines[data[0] % len(lines)] = data[1:].decode("utf-8", "replace")
    as_template("\n".join(lines).encode())


def as_svg(data: bytes) -> None:
    draw(read_picture("a.svg", data, 300, 200))


def as_shape(data: bytes) -> None:
    """What stands within a good drawing."""
    as_svg(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">' + data + b"</svg>")


def as_tree(data: bytes) -> None:
    read_svg("a.svg", data)


def as_dots(data: bytes) -> None:
    draw(read_picture("a.png", data, 30, 20))


def as_pdf(data: bytes) -> None:
    draw(read_picture("a.pdf", data, 300, 200))


def as_zip(data: bytes) -> None:
    path = FOLDER / "a.zip"
    path.write_bytes(data)
    package = open_package(path)
    read_template(package)
    package.read("background.svg")


def as_entry(data: bytes) -> None:
    """A good package with an odd entry: its name first, then its bytes."""
    name, _, held = data.partition(b"\0")
    as_zip(packed({"template.toml": SMALL.encode(), name.decode("latin-1") or "x": held}))


WAYS = (
    as_template, as_json, as_line, as_svg, as_shape, as_tree, as_dots, as_pdf, as_zip, as_entry,
)  # fmt: skip


def nothing(_name: str) -> bytes | None:
    return None


def draw(picture: Picture) -> None:
    document = Document(title="x", language="en", width_pt=300, height_pt=200)
    document.keep("p", as_stream(picture.stream, document.canvas._doc))
    document.operators("q", picture.within(0, 0, 300, 200))
    document.repeat("p")
    document.operators("Q")
    document.next_page()
    if not document.finish().startswith(b"%PDF"):
        raise AssertionError("no PDF")


def one(data: bytes) -> None:
    if not data:
        return
    try:
        WAYS[data[0] % len(WAYS)](data[1:])
    except EnvironmentFault as fault:
        if not fault.key.startswith("template_"):
            raise


def packed(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


def picture(kind: str, mode: str) -> bytes:
    held = io.BytesIO()
    Image.new(mode, (5, 4)).save(held, kind)
    return held.getvalue()


def page() -> bytes:
    document = Document(title="x", language="en", width_pt=300, height_pt=200)
    document.box(10, 10, 50, 50, fill="#112233")
    document.next_page()
    return document.finish()


SHAPES = (
    b'<path d="M0 0L9 9Q1 2 3 4T5 6A3 2 10 1 0 4 4S1 2 3 4H3V2Z" fill="#123" stroke="red"/>',
    (
        b'<defs><linearGradient id="g"><stop offset="0" stop-color="red"/><stop offset="1"/>'
        b'</linearGradient><clipPath id="c"><rect width="3" height="3" rx="1"/></clipPath></defs>'
        b'<g clip-path="url(#c)" opacity=".5"><circle r="4" fill="url(#g)"/></g>'
    ),
    (
        b'<style>.a{fill:#123;stroke-dasharray:1 2}</style><polygon class="a" points="1,2 3,4"/>'
        b'<use href="#x" x="3"/><ellipse id="x" rx="2" ry="3" transform="rotate(3 1 2)scale(2)"/>'
    ),
    (
        b'<radialGradient id="r" fx=".2"><stop offset=".5"/></radialGradient>'
        b'<rect width="5" height="5" fill="url(#r)"/><line x2="3" y2="3" stroke="#fff"/>'
    ),
)


def seeds() -> list[bytes]:
    svg = (RESOURCES / "templates/calm/background.svg").read_bytes()
    toml = (FESTIVE / "template.toml").read_bytes()
    good = packed({"template.toml": SMALL.encode(), "background.svg": svg})
    told = [(0, SMALL.encode()), (0, toml[:4000]), (1, b'{"schema": 1, "page": {}}')]
    told += [(2, bytes([at]) + line.encode()) for at, line in enumerate(SMALL.splitlines())]
    told += [(3, svg), (5, svg), (8, good), (9, b"background.svg\0" + svg)]
    told += [(4, shape) for shape in SHAPES]
    told += [(6, picture("PNG", mode)) for mode in ("RGB", "RGBA", "L", "P", "1", "I;16")]
    told += [(6, picture("JPEG", mode)) for mode in ("RGB", "L", "CMYK")]
    told += [(7, page())]
    return [bytes([way]) + data for way, data in told]


def main() -> None:
    folder = next((one for one in sys.argv[1:] if not one.startswith("-")), None)
    if folder is not None:
        Path(folder).mkdir(exist_ok=True)
        for at, seed in enumerate(seeds()):
            (Path(folder) / f"seed-{at}").write_bytes(seed)
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
