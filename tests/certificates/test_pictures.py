"""Backgrounds, logos and signatures: drawn as an independent engine draws them, or refused."""

from __future__ import annotations

import contextlib
import io
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter
from reportlab.pdfgen.canvas import Canvas

from kiosk.certificates.pictures import LARGEST_SVG, read_picture
from kiosk.certificates.raster import MOST_PIXELS
from kiosk.certificates.xobject import Picture, as_stream
from kiosk.errors import EnvironmentFault
from kiosk.typesetting.document import Document
from tests.certificates.conftest import RESOURCES

SIDE = 300
XMLNS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
STAR = "M150 20L180 110H280L200 165L230 270L150 205L70 270L100 165L20 110H120Z"


def svg(inner: str, box: str = "0 0 300 300") -> bytes:
    return f'<svg {XMLNS} viewBox="{box}">{inner}</svg>'.encode()


def rendered(picture: Picture, side: int = SIDE) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """A square page with the picture on it, a pixel a point."""
    document = Document(title="x", language="en", width_pt=side, height_pt=side)
    document.keep("p", as_stream(picture.stream, document.canvas._doc))
    document.operators("q", picture.within(0, 0, side, side))
    document.repeat("p")
    document.operators("Q")
    document.next_page()
    page = pypdfium2.PdfDocument(document.finish())[0]
    return np.asarray(page.render(scale=1).to_pil().convert("RGB")).astype(np.int16)


def by_rsvg(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    command = ["rsvg-convert", "-w", str(SIDE), "-h", str(SIDE), "-b", "white"]
    png = subprocess.run(command, input=data, check=True, capture_output=True).stdout
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(np.int16)


DRAWINGS = {
    "paths": f'<path d="{STAR}" fill="#a23" stroke="#123456" stroke-width="5"/>',
    "relative": '<path d="m20 20h100v100h-100zm150 0l100 0 0 100t-50 20q-30 40-60 0z"/>',
    "curves": '<path d="M20 150C60 20 120 20 150 150S240 280 280 150" fill="none" stroke="navy" '
    'stroke-width="8" stroke-linecap="round"/>',
    "arcs": '<path d="M60 150A90 60 30 1 1 240 150A20 20 0 0 0 60 150Z" fill="teal"/>',
    "shapes": '<rect x="10" y="10" width="90" height="60" rx="15" ry="25" fill="#c9a14a"/>'
    '<circle cx="200" cy="60" r="45" fill="rgb(12,96,99)"/><ellipse cx="80" cy="200" rx="60" '
    'ry="30" fill="none" stroke="red" stroke-width="6"/><line x1="160" y1="160" x2="280" y2="280" '
    'stroke="#000" stroke-width="7"/><polyline points="160,280 200,220 240,280" fill="#abc"/>'
    '<polygon points="20 260 60 290 100 260" fill="#0a0"/>',
    "even odd": f'<path d="{STAR}" transform="rotate(36 150 150)" fill-rule="evenodd"/>'
    '<path fill-rule="evenodd" d="M0 0H80V80H0ZM20 20H60V60H20Z" fill="maroon"/>',
    "transforms": '<g transform="translate(150 150) rotate(20)"><g transform="scale(.5,1.2) '
    'skewX(15)"><rect x="-80" y="-60" width="160" height="120" fill="#639"/></g></g>'
    '<rect width="40" height="40" transform="matrix(1 .3 -.3 1 240 20)"/>',
    "styles": "<style>/* as drawing programs do */.a,.b{fill:#123456;stroke:none}.b{fill:#a23}"
    '#last{fill:#0a0}</style><rect class="a" width="90" height="90"/><rect class="b" x="100" '
    'width="90" height="90"/><rect id="last" class="a" x="200" width="90" height="90"/>'
    '<g style="fill:gold;stroke:#000;stroke-width:4px"><rect y="150" x="9" width="90" height="90"/>'
    '<rect y="150" x="110" width="90" height="90" style="fill:none"/></g>',
    "copies": '<defs><g id="m"><circle r="20"/><rect x="10" width="40" height="9"/></g></defs>'
    '<use href="#m" x="60" y="60"/><use xlink:href="#m" transform="translate(200 200) scale(2)" '
    'fill="#a23"/>',
    "dashes": '<path d="M20 100H280" stroke="#000" stroke-width="12" stroke-dasharray="30 12 6" '
    'fill="none"/><rect x="40" y="150" width="200" height="90" fill="none" stroke="#a23" '
    'stroke-width="14" stroke-linejoin="round"/>',
    "clips": '<clipPath id="c"><circle cx="150" cy="150" r="90"/></clipPath>'
    '<g clip-path="url(#c)"><rect width="300" height="150" fill="#c33"/>'
    '<rect y="150" width="300" height="150" fill="#33c"/></g>',
    "moved clips": '<clipPath id="c" transform="translate(150 150)"><rect width="90" height="50" '
    'transform="rotate(30)"/><circle r="40"/></clipPath><g clip-path="url(#c)">'
    '<rect width="300" height="300" fill="#c33"/></g>',
    "order": '<rect x="50" y="50" width="200" height="200" fill="#c33" stroke="#33c" '
    'stroke-width="40" style="paint-order:markers stroke fill"/>',
    "opacity": '<rect width="300" height="140" fill="#000"/><g opacity=".5"><circle cx="110" '
    'cy="150" r="80" fill="#f00"/><circle cx="190" cy="150" r="80" fill="#0f0"/></g>'
    '<rect x="20" y="220" width="80" height="60" fill="#00f" fill-opacity=".3"/>'
    '<rect x="200" y="230" width="60" height="40" fill="#ff0" stroke="#000" stroke-width="12" '
    'opacity=".6"/>',
    "linear": '<linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" '
    'stop-color="#c33"/><stop offset="50%" stop-color="#ff0"/><stop offset="1" stop-color="#33c"/>'
    '</linearGradient><linearGradient id="h" href="#g" gradientUnits="userSpaceOnUse" x1="0" '
    'y1="200" x2="300" y2="200"/><rect x="20" y="20" width="200" height="120" fill="url(#g)"/>'
    '<circle cx="150" cy="220" r="70" fill="url(#h)"/>',
    "radial": '<radialGradient id="g" gradientTransform="rotate(0)"><stop offset="0" '
    'stop-color="#fff"/><stop offset="1" stop-color="#0b4f55"/></radialGradient>'
    '<rect x="50" y="50" width="200" height="200" fill="url(#g)"/>',
    "silent": "<title>t</title><desc>d</desc><metadata><x>y</x></metadata>"
    '<g display="none"><rect width="300" height="300"/></g><circle cx="150" cy="150" r="50" '
    'visibility="hidden"/><rect x="9" y="9" width="20" height="20" color="#a23" '
    'fill="currentColor"/>',
    "symbol": '<symbol id="s"><rect width="50" height="50" fill="#a23"/></symbol>'
    '<use href="#s" x="30" y="40"/>',
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_looks_as_another_engine_draws_it(name: str) -> None:
    data = svg(DRAWINGS[name])
    ours, theirs = rendered(read_picture("a.svg", data, SIDE, SIDE)), by_rsvg(data)
    assert (theirs < 250).any(), "the drawing shows something"
    off = np.abs(ours - theirs).max(axis=2)
    assert (off > 64).mean() < 0.004, "no more than the edges differ"
    assert np.abs(ours - theirs).mean() < 1.5


@pytest.mark.parametrize("design", ["calm", "festive"])
def test_shipped_backgrounds_look_as_another_engine_draws_them(design: str) -> None:
    data = (RESOURCES / "templates" / design / "background.svg").read_bytes()
    picture = read_picture("a.svg", data, SIDE, SIDE)
    box = f'viewBox="0 {(210 - 297) / 2} 297 297"'
    square = data.replace(b'viewBox="0 0 297 210"', box.encode())
    off = np.abs(rendered(picture) - by_rsvg(square)).max(axis=2)
    assert (off > 90).mean() < 0.01
    assert len(picture.stream.data) < 30_000


UNSAFE = {
    "script": "<script>alert(1)</script>",
    "handler": '<rect width="9" height="9" onclick="x()"/>',
    "link": '<a href="http://example.org"><rect/></a>',
    "picture": '<image href="http://example.org/a.png"/>',
    "picture within": '<image href="data:image/png;base64,AAAA"/>',
    "use outside": '<use href="other.svg#x"/>',
    "use by data": '<use xlink:href="data:image/svg+xml,x"/>',
    "fill outside": '<rect width="9" height="9" fill="url(http://example.org/#g)"/>',
    "style outside": '<rect width="9" height="9" style="fill:url(file:///etc/passwd)"/>',
    "sheet import": "<style>@import url(http://example.org/x.css);</style>",
    "sheet outside": "<style>.a{fill:url(//example.org/x)}</style>",
    "foreign": "<foreignObject><body/></foreignObject>",
    "animation": '<rect width="9" height="9"><animate attributeName="x"/></rect>',
    "instruction": "<?xml-stylesheet href='x.css'?>",
}
PARTS = {
    "text": "<text>words</text>",
    "filter": '<filter id="f"/><rect width="9" height="9" filter="url(#f)"/>',
    "mask": '<rect width="9" height="9" mask="url(#m)"/>',
    "pattern": '<pattern id="p"/>',
    "marker": '<path d="M0 0L9 9" marker-end="url(#m)"/>',
    "blend": '<rect width="9" height="9" style="mix-blend-mode:multiply"/>',
    "nested": '<svg viewBox="0 0 9 9"/>',
    "selector": "<style>g > rect{fill:red}</style>",
    "stroke gradient": '<rect width="9" height="9" stroke="url(#g)"/>',
    "stop opacity": '<linearGradient id="g"><stop offset="0" stop-opacity=".5"/></linearGradient>'
    '<rect width="9" height="9" fill="url(#g)"/>',
    "spread": '<linearGradient id="g" spreadMethod="reflect"><stop offset="0"/></linearGradient>'
    '<rect width="9" height="9" fill="url(#g)"/>',
    "grouped clip": '<clipPath id="c"><g><rect width="9" height="9"/></g></clipPath>'
    '<rect width="9" height="9" clip-path="url(#c)"/>',
    "symbol box": '<symbol id="s" viewBox="0 0 9 9"/><use href="#s"/>',
}
BROKEN = {
    "path": '<path d="M0 0X9 9"/>',
    "path numbers": '<path d="M0 0L9"/>',
    "arc": '<path d="M0 0A1 1"/>',
    "huge": '<rect width="1e99" height="9"/>',
    "nan": '<rect width="nan" height="9"/>',
    "colour": '<rect width="9" height="9" fill="nosuchcolour"/>',
    "transform": '<rect width="9" height="9" transform="spin(3)"/>',
    "cap": '<path d="M0 0L9 9" stroke="#000" stroke-linecap="fancy"/>',
    "copy of nothing": '<use href="#none"/>',
    "gradient of nothing": '<rect width="9" height="9" fill="url(#none)"/>',
    "gradient chain": '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>'
    '<rect width="9" height="9" fill="url(#a)"/>',
    "clip by nothing": '<rect width="9" height="9" clip-path="url(#none)"/>',
    "not well formed": "<g>",
}
LAUGHS = ['<rect id="l0"/>'] + [
    f'<g id="l{at}">' + f'<use href="#l{at - 1}"/>' * 10 + "</g>" for at in range(1, 9)
]
LARGE = {
    "loop": '<g id="a"><use href="#a"/></g>',
    "laughs": "".join(LAUGHS),
    "deep": "<g>" * 100 + "</g>" * 100,
    "many": "<g/>" * 40_000,
}


def fault_of(data: bytes, file: str = "a.svg") -> EnvironmentFault:
    with pytest.raises(EnvironmentFault) as fault:
        read_picture(file, data, SIDE, SIDE)
    assert fault.value.values["file"] == file
    return fault.value


@pytest.mark.parametrize(
    ("inner", "key"),
    [(inner, "unsafe") for inner in UNSAFE.values()]
    + [(inner, "part") for inner in PARTS.values()]
    + [(inner, "") for inner in BROKEN.values()]
    + [(inner, "large") for inner in LARGE.values()],
    ids=[*UNSAFE, *PARTS, *BROKEN, *LARGE],
)
def test_what_a_drawing_may_not_hold_is_refused_with_its_line(inner: str, key: str) -> None:
    fault = fault_of(svg(f"\n\n{inner}"))
    assert fault.key == f"template_picture{'_' if key else ''}{key}"
    assert fault.values["line"] == 3


ENTITIES = [
    '<!DOCTYPE svg [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE svg [<!ENTITY % p SYSTEM "http://example.org/x.dtd"> %p;]>',
]


@pytest.mark.parametrize("doctype", ENTITIES)
def test_entities_are_refused(doctype: str) -> None:
    data = doctype.encode() + svg('<rect width="9" height="9"/>')
    assert fault_of(data).key == "template_picture_unsafe"


def test_a_doctype_without_entities_is_what_drawing_programs_write() -> None:
    doctype = (
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    rect = svg('<rect width="9" height="9"/>')
    with_it = read_picture("a.svg", doctype.encode() + rect, SIDE, SIDE)
    without = read_picture("a.svg", rect, SIDE, SIDE)
    assert (with_it.box, with_it.stream.data) == (without.box, without.stream.data)


@pytest.mark.parametrize("data", [b"", b"<html/>", b"\xff\xfe", b"<svg/>", svg("", "0 0 0 9")])
def test_what_is_no_drawing_is_refused(data: bytes) -> None:
    assert fault_of(data).key in {"template_picture", "template_picture_part"}


def test_too_large_a_drawing_is_refused() -> None:
    assert fault_of(b" " * (LARGEST_SVG + 1)).key == "template_picture_large"


def dots(mode: str, kind: str = "PNG", size: tuple[int, int] = (40, 20)) -> bytes:
    image = Image.new("RGB", size, "#0b5d63").convert(mode)
    held = io.BytesIO()
    image.save(held, kind)
    return held.getvalue()


@pytest.mark.parametrize(
    ("mode", "kind"),
    [(mode, "PNG") for mode in ("RGB", "RGBA", "L", "LA", "P", "1", "I;16")]
    + [(mode, "JPEG") for mode in ("RGB", "L", "CMYK")],
)
def test_pictures_of_dots_are_shown_in_their_proportions(mode: str, kind: str) -> None:
    if mode == "I;16":
        held = io.BytesIO()
        Image.new("I;16", (40, 20), 0x6000).save(held, "PNG")
        data = held.getvalue()
    else:
        data = dots(mode, kind)
    picture = read_picture("a.png", data, SIDE, SIDE)
    assert picture.width / picture.height == pytest.approx(2)
    page = rendered(picture)
    assert page[80:220].min() < 128
    if mode in {"L", "I;16"}:
        assert abs(page[150, 150, 0] - 0x50) < 24, "neither black nor white"
    assert (page[40, 150] == 255).all()


def test_what_can_be_seen_through_lets_the_ground_through() -> None:
    held = io.BytesIO()
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((10, 20, 30, 255), (0, 0, 20, 40))
    image.save(held, "PNG")
    page = rendered(read_picture("a.png", held.getvalue(), SIDE, SIDE))
    assert tuple(page[150, 60]) == (10, 20, 30)
    assert tuple(page[150, 240]) == (255, 255, 255)


def test_a_picture_is_no_finer_than_print_needs() -> None:
    picture = read_picture("a.png", dots("RGB", size=(4000, 2000)), 72, 36)
    image = picture.stream.entries["Resources"]["XObject"]["I"]
    assert (image.entries["Width"], image.entries["Height"]) == (300, 150)


def test_a_picture_that_unpacks_to_too_much_is_refused() -> None:
    side = int(MOST_PIXELS**0.5) + 1
    head = b"\x89PNG\r\n\x1a\n"
    header = side.to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    data = head + b"".join(
        len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        for kind, body in chunks
    )
    assert fault_of(data, "a.png").key == "template_picture_large"


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", dots("RGB")[:60], b"GIF89a" * 9])
def test_what_is_no_picture_of_dots_is_refused(data: bytes) -> None:
    assert fault_of(data, "a.png").key == "template_picture"


def page_with(text: str = "a page", *, encrypt: str | None = None) -> bytes:
    held = io.BytesIO()
    canvas = Canvas(held, pagesize=(200, 100), encrypt=encrypt)
    canvas.setFillColorRGB(0.8, 0.1, 0.2)
    canvas.rect(0, 0, 50, 50, stroke=0, fill=1)
    canvas.drawString(60, 60, text)
    canvas.linkURL("http://example.org", (0, 0, 50, 50))
    canvas.showPage()
    canvas.showPage()
    canvas.save()
    return held.getvalue()


def test_the_first_page_of_a_pdf_is_a_drawing_with_its_own_fonts() -> None:
    picture = read_picture("a.pdf", page_with(), SIDE, SIDE)
    assert (picture.width, picture.height) == (200, 100)
    page = rendered(picture)
    assert tuple(page[200, 30]) == (204, 26, 51)  # its lower left, in the middle of the square
    assert tuple(page[100, 30]) == (255, 255, 255)
    assert (page[100:150, 90:200] < 128).any(), "its text"


def test_a_page_that_is_turned_stays_turned() -> None:
    writer, held = PdfWriter(io.BytesIO(page_with())), io.BytesIO()
    writer.pages[0].rotate(90)
    writer.write(held)
    picture = read_picture("a.pdf", held.getvalue(), SIDE, SIDE)
    assert (picture.width, picture.height) == (100, 200)
    page = rendered(picture)
    assert tuple(page[30, 100]) == (204, 26, 51)  # clockwise: the lower left is the upper left


def test_links_and_scripts_of_a_pdf_stay_behind(tmp_path: Path) -> None:
    document = Document(title="x", language="en", width_pt=200, height_pt=100)
    picture = read_picture("a.pdf", page_with(), SIDE, SIDE)
    document.keep("p", as_stream(picture.stream, document.canvas._doc))
    document.repeat("p")
    document.next_page()
    made = document.finish()
    assert b"example.org" in page_with()
    assert b"example.org" not in made
    path = tmp_path / "a.pdf"
    path.write_bytes(made)
    subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)


def test_a_pdf_is_kept_once_for_all_pages() -> None:
    picture = read_picture("a.pdf", page_with(text="once"), SIDE, SIDE)
    document = Document(title="x", language="en", width_pt=200, height_pt=100)
    document.keep("p", as_stream(picture.stream, document.canvas._doc))
    for _ in range(5):
        document.repeat("p")
        document.next_page()
    assert document.finish().count(b"/Helvetica") == 1


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.4", page_with()[:300], page_with(encrypt="secret"), b"x" * 5000]
)
def test_what_is_no_page_is_refused(data: bytes) -> None:
    assert fault_of(data, "a.pdf").key == "template_picture"


def test_a_page_that_opens_other_files_is_refused() -> None:
    made = page_with()
    at = made.index(b"/Font <<") if b"/Font <<" in made else made.index(b"/Font ")
    assert at
    outside = made.replace(b"/Resources <<", b"/Resources <<\n/XObject <</X 99 0 R>>", 1)
    body = b"99 0 obj\n<</Type /XObject /Subtype /PS /Length 0>>\nstream\n\nendstream\nendobj\n"
    data = outside.replace(b"xref\n", body + b"xref\n", 1)
    assert fault_of(data, "a.pdf").key in {"template_picture_unsafe", "template_picture"}


@given(st.data())
def test_bent_files_are_read_or_refused(data: st.DataObject) -> None:
    name, good = data.draw(
        st.sampled_from([("a.pdf", page_with()), ("a.png", dots("RGBA")), ("a.svg", svg(
            DRAWINGS["opacity"] + DRAWINGS["linear"]))])
    )  # fmt: skip
    at = data.draw(st.integers(0, len(good) - 1))
    bent = good[:at] + data.draw(st.binary(max_size=12)) + good[at + data.draw(st.integers(0, 9)) :]
    picture = None
    with contextlib.suppress(EnvironmentFault):
        picture = read_picture(name, bent, SIDE, SIDE)
    if picture is not None:
        rendered(picture, 20)
