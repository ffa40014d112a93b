"""Pictures of dots (PNG, JPEG) as they go into a PDF: bounded, and no finer than print needs."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

from PIL import Image, UnidentifiedImageError

from kiosk.certificates.xobject import Name, Picture, Stream
from kiosk.errors import EnvironmentFault

MOST_PIXELS = 50_000_000  # A3 at 400 dpi has 31 million
_DPI = 300
_BITS = 8
# what Pillow raises for files that are cut off, bent, or larger than they say
_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, OverflowError,
    MemoryError, struct.error, zlib.error, UnidentifiedImageError,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


def read_raster(file: str, data: bytes, width: float, height: float) -> Picture:
    """The picture, for a place of ``width`` × ``height`` pt. Raises ``template_picture_…``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise EnvironmentFault("template_picture_large", file=file, line=1)
                image.load()
                colour, alpha = _split(_no_finer(_eight_bits(image), width, height))
    except _BROKEN as error:
        reason = str(error)[:200]
        raise EnvironmentFault("template_picture", file=file, line=1, reason=reason) from error
    entries = _entries(colour)
    if alpha is not None:
        entries["SMask"] = Stream(_entries(alpha), zlib.compress(alpha.tobytes(), 9))
    stream = Stream(entries, zlib.compress(colour.tobytes(), 9))
    # an image fills the unit square; its box gives it its proportions
    return _of_unit(stream, colour.width / colour.height)


def _no_finer(image: Image.Image, width: float, height: float) -> Image.Image:
    """At most 300 dots an inch in its place."""
    scale = min(width / image.width, height / image.height) * _DPI / 72
    if scale >= 1:
        return image
    if image.mode not in {"RGB", "RGBA", "L", "LA"}:
        image = _plain(image)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Pillow cuts off what is brighter than 255 where a picture has 16 bits a dot."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda dot: dot * (1 / 256)).convert("L")


def _plain(image: Image.Image) -> Image.Image:
    see_through = image.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or "transparency" in image.info
    return image.convert("RGBA" if see_through else "RGB")


def _split(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    image = image if image.mode in {"RGB", "RGBA", "L"} else _plain(image)
    if image.mode != "RGBA":
        return image, None
    alpha = image.getchannel("A")
    return image.convert("RGB"), None if alpha.getextrema() == (255, 255) else alpha


def _entries(image: Image.Image) -> dict[str, object]:
    return {
        "Type": Name("XObject"), "Subtype": Name("Image"), "Width": image.width,
        "Height": image.height, "BitsPerComponent": _BITS, "Filter": Name("FlateDecode"),
        "ColorSpace": Name("DeviceGray" if image.mode == "L" else "DeviceRGB"),
    }  # fmt: skip


def _of_unit(image: Stream, shape: float) -> Picture:
    """A form that shows the image in its own proportions."""
    content = zlib.compress(f"{shape:.6f} 0 0 1 0 0 cm /I Do".encode(), 9)
    entries = {
        "Type": Name("XObject"), "Subtype": Name("Form"), "BBox": [0, 0, round(shape, 6), 1],
        "Filter": Name("FlateDecode"), "Resources": {"XObject": {"I": image}},
    }  # fmt: skip
    return Picture(Stream(entries, content), (0.0, 0.0, shape, 1.0))
