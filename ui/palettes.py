"""Colours by role. Every palette has every role, and a test measures their contrasts."""

from __future__ import annotations

from typing import NamedTuple


class Palette(NamedTuple):
    """What each colour is for; ``on_…`` is what is written or drawn on it."""

    name: str
    ground: str
    card: str
    line: str  # around cards, between rows
    edge: str  # around what can be touched
    ink: str
    quiet: str
    primary: str
    on_primary: str
    pressed: str  # primary under a finger
    deep: str
    on_deep: str
    quiet_on_deep: str
    tint: str  # ground of what is chosen
    warm: str
    key_ground: str
    key: str
    key_tool: str
    key_sign: str
    highlight: str
    gold: str
    danger: str
    on_danger: str
    danger_ground: str
    danger_line: str
    focus: str


LIGHT = Palette(
    name="light",
    ground="#FAF6EF",
    card="#FFFFFF",
    line="#E5DDCF",
    edge="#8B8371",
    ink="#1C2333",
    quiet="#596275",
    primary="#0B5D63",
    on_primary="#FFFFFF",
    pressed="#083F44",
    deep="#0B4F55",
    on_deep="#FFFFFF",
    quiet_on_deep="#C9DCDA",
    tint="#EAF3F2",
    warm="#F3ECDF",
    key_ground="#EAE2D3",
    key="#FFFFFF",
    key_tool="#D7E5E2",
    key_sign="#FDF1D6",
    highlight="#F6C453",
    gold="#C9A14A",
    danger="#B3261E",
    on_danger="#FFFFFF",
    danger_ground="#FDF3F2",
    danger_line="#E9B5B1",
    focus="#C2410C",
)

DARK = Palette(
    name="dark",
    ground="#14181F",
    card="#1F2530",
    line="#3A4352",
    edge="#7E8899",
    ink="#F0ECE4",
    quiet="#B3BBC9",
    primary="#62C4C6",
    on_primary="#06282A",
    pressed="#9ADFE0",
    deep="#0E3A3F",
    on_deep="#F0ECE4",
    quiet_on_deep="#B9CFCE",
    tint="#1C383B",
    warm="#2B2822",
    key_ground="#0D1016",
    key="#2A3240",
    key_tool="#21434A",
    key_sign="#4A3E1D",
    highlight="#F6C453",
    gold="#D9B764",
    danger="#FF9A91",
    on_danger="#3B0703",
    danger_ground="#36201F",
    danger_line="#8A4A45",
    focus="#F6C453",
)

HIGH_CONTRAST = Palette(
    name="contrast",
    ground="#0C0C0C",
    card="#141414",
    line="#F7F3E8",
    edge="#F7F3E8",
    ink="#F7F3E8",
    quiet="#E9E4D6",
    primary="#FFD84D",
    on_primary="#141414",
    pressed="#FFF0B0",
    deep="#141414",
    on_deep="#F7F3E8",
    quiet_on_deep="#E9E4D6",
    tint="#3A3100",
    warm="#232323",
    key_ground="#0C0C0C",
    key="#232323",
    key_tool="#10343A",
    key_sign="#3A3100",
    highlight="#FFD84D",
    gold="#FFD84D",
    danger="#FFB0A8",
    on_danger="#2B0300",
    danger_ground="#2B0A08",
    danger_line="#FFB0A8",
    focus="#7FE3FF",
)

PALETTES = {palette.name: palette for palette in (LIGHT, DARK, HIGH_CONTRAST)}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two ``#RRGGBB`` colours, 1 to 21 (WCAG 2.2, 1.4.3)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
