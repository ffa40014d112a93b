"""Font files that are broken, or made to harm: bounded in time and memory, and told."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

from kiosk.errors import EnvironmentFault
from kiosk.typesetting.document import Document
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import LONGEST_TEXT, Typesetter
from tests.typesetting.sheets import painted
from tests.typesetting.test_fonts import NOTO, wheel

LIMITS = ("maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours", "maxZones",
          "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
          "maxStackElements", "maxSizeOfInstructions", "maxComponentElements",
          "maxComponentDepth")  # fmt: skip


def square() -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((0, 500), (500, 500), (500, 0)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def composed(*names: str) -> Glyph:
    glyph = Glyph()
    glyph.numberOfContours = -1
    glyph.components = []
    for name in names:
        part = GlyphComponent()
        part.glyphName, part.x, part.y, part.flags = name, 10, 10, 0x0006
        glyph.components.append(part)
    return glyph


def font(
    path: Path, glyphs: Mapping[str, Any], features: str = "", characters: Mapping[int, str] = {}
) -> Path:
    """A font of glyphs a and b, as broken as it is asked to be."""
    whole = {".notdef": square(), "a": square(), "b": square(), **glyphs}
    for glyph in whole.values():
        glyph.xMin = glyph.yMin = 0
        glyph.xMax = glyph.yMax = 500
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(whole))
    builder.setupCharacterMap({97: "a", 98: "b", **characters})
    made = builder.font
    made["glyf"], made["loca"] = newTable("glyf"), newTable("loca")
    made["glyf"].glyphs, made["glyf"].glyphOrder = whole, list(whole)
    builder.setupHorizontalMetrics(dict.fromkeys(whole, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost()
    if features:
        builder.addOpenTypeFeatures(features)
    made.recalcBBoxes = False
    for limit in LIMITS:
        setattr(made["maxp"], limit, 1)
    made.save(path)
    return path


def page(typesetter: Typesetter, text: str) -> bytes:
    document = Document(title="t", language="en", width_pt=100, height_pt=100)
    document.draw(typesetter.set_line(text, "en", 20), 10, 10)
    document.next_page()
    return document.finish()


def test_a_font_as_it_should_be(tmp_path: Path) -> None:
    typesetter = Typesetter(Fonts(files=[font(tmp_path / "a.ttf", {})], system=()))
    assert painted(page(typesetter, "ab")).max() > 100


def test_outlines_that_hold_themselves_are_told(tmp_path: Path) -> None:
    path = font(tmp_path / "a.ttf", {"a": composed("b", "b"), "b": composed("a", "a")})
    assert Typesetter(Fonts(files=[path], system=())).unsettable("ab", "en") == ("a", "b")


def test_outlines_of_outlines_without_end_stay_small(tmp_path: Path) -> None:
    """Eight parts of eight parts, thirty deep: HarfBuzz and those who paint the page stop early."""
    parts = {f"c{at}": composed(*[f"c{at - 1}"] * 8) for at in range(1, 30)}
    path = font(tmp_path / "a.ttf", {"c0": square(), **parts, "a": composed(*["c29"] * 8)})
    typesetter = Typesetter(Fonts(files=[path], system=()))
    if not typesetter.unsettable("ab", "en"):
        assert len(page(typesetter, "ab")) < 20_000
        painted(page(typesetter, "ab"))


def test_substitutions_without_end_are_refused(tmp_path: Path) -> None:
    lookups = "".join(f"lookup L{at} {{ sub a by {'a ' * 20}; }} L{at};" for at in range(20))
    used = " ".join(f"lookup L{at};" for at in range(20))
    path = font(tmp_path / "a.ttf", {}, f"{lookups} feature ccmp {{ {used} }} ccmp;")
    typesetter = Typesetter(Fonts(files=[path], system=()))
    with pytest.raises(EnvironmentFault) as fault:
        typesetter.set_line("a" * LONGEST_TEXT, "en", 12)
    assert (fault.value.key, fault.value.values["file"]) == ("font_unusable", str(path))


def test_a_font_of_more_characters_than_there_are_is_refused(tmp_path: Path) -> None:
    path = font(tmp_path / "a.ttf", {}, characters=dict.fromkeys(range(0x10000, 0x40000), "a"))
    with pytest.raises(EnvironmentFault) as fault:
        Fonts(files=[path])
    assert fault.value.key == "font_unusable"


FUZZ = """
    import random, resource, sys
    from pathlib import Path
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    from kiosk.errors import EnvironmentFault
    from kiosk.typesetting.document import Document
    from kiosk.typesetting.fonts import Fonts
    from kiosk.typesetting.typesetter import Typesetter
    source, folder, first, last = Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:])
    program = source.read_bytes()
    outcomes = {"refused": 0, "told": 0, "set": 0}
    for seed in range(first, last):
        chance = random.Random(seed)
        mutated = bytearray(program)
        tables = int.from_bytes(program[4:6], "big")
        for _ in range(chance.choice((1, 8, 64, 512))):
            # tables of layout and outlines are hit as often as the directory before them
            record = 12 + 16 * chance.randrange(tables)
            start = int.from_bytes(program[record + 8 : record + 12], "big")
            size = int.from_bytes(program[record + 12 : record + 16], "big")
            at = chance.choice((record + chance.randrange(16), start + chance.randrange(size)))
            mutated[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        if chance.random() < 0.2:
            del mutated[chance.randrange(len(mutated)) :]
        path = folder / f"{seed}.ttf"
        path.write_bytes(mutated)
        try:
            typesetter = Typesetter(Fonts(files=[path], system=()))
        except EnvironmentFault as fault:
            assert fault.key == "font_unusable"
            outcomes["refused"] += 1
            continue
        finally:
            path.unlink()
        line = typesetter.set_line("श्रीमती क्षत्रिय", "hi", 12, weight=600)
        if line.missing:
            outcomes["told"] += 1
            continue
        document = Document(title="t", language="hi", width_pt=300, height_pt=100)
        try:
            document.draw(line, 0, 0)
            document.next_page()
            document.finish()
            outcomes["set"] += 1
        except EnvironmentFault as fault:
            assert fault.key == "font_unusable"
            outcomes["refused"] += 1
    print(*outcomes.values())
"""


def mutated_fonts(source: Path, folder: Path, first: int, last: int) -> dict[str, int]:
    """Sets a name with mutated fonts in a process of 1 GiB; what became of them."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FUZZ), str(source), str(folder), str(first),
         str(last)],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    refused, told, whole = map(int, done.stdout.split())
    assert refused + told + whole == last - first
    return {"refused": refused, "told": told, "set": whole, "s": int(time.monotonic() - started)}


@pytest.mark.parametrize("name", ["static", "variable"])
def test_mutated_fonts_are_refused_or_told_or_harmless(tmp_path: Path, name: str) -> None:
    source = {
        "static": NOTO / "NotoSansDevanagari-Regular.ttf",
        "variable": wheel() / "NotoSansDevanagari[wght].ttf",
    }[name]
    outcomes = mutated_fonts(source, tmp_path, 0, 60)
    assert min(outcomes["refused"], outcomes["set"]) > 0


@pytest.mark.long
@pytest.mark.parametrize("name", ["NotoSansDevanagari", "NotoNastaliqUrdu", "NotoSansTelugu"])
def test_thousands_of_mutated_fonts(tmp_path: Path, name: str) -> None:
    seed = random.Random(name).randrange(1 << 30)
    mutated_fonts(NOTO / f"{name}-Regular.ttf", tmp_path, seed, seed + 2000)
