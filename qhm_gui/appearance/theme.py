"""Colours, method looks and type sizes: the tokens that every painted thing takes its look from.

A :class:`Style` is handed down to whatever draws. The window uses one at scale 1; an export makes another with a
larger type scale, and the same drawing code serves both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal, get_args
from zlib import crc32

from PySide6.QtGui import QColor, QFont

Shape = Literal["circle", "square", "triangle", "diamond", "pentagon", "cross", "star", "hexagon"]

FAMILIES = [
    "Inter",
    "Noto Sans JP",
    "Noto Sans CJK JP",
    "Hiragino Sans",
    "Yu Gothic UI",
    "Meiryo",
    "sans-serif",
]
DISPLAY_FAMILIES = ["Inter Display", *FAMILIES]


@dataclass(frozen=True)
class Theme:
    """One table of colour tokens. Light is good: in maps and contours the light end is the good end."""

    key: Literal["light", "dark"]
    bg: str
    surface: str
    sunken: str
    hover: str
    line: str
    line2: str
    grid: str
    text: str
    text2: str
    muted: str
    ink: str
    onink: str
    c_out: str
    c_in: str
    c_line: str
    mono: str
    ripple: str
    osc: str
    regtext: str
    div: str
    hatch: str
    shadow: str
    methods: tuple[tuple[str, str], ...]

    @cached_property
    def method_colours(self) -> dict[str, str]:
        """The colours of the methods that have one, by key."""
        return dict(self.methods)

    def method(self, key: str) -> str:
        """The colour of a method; a token gets the ink colour, and a method without a colour of its own the violet."""
        colours = self.method_colours
        return colours.get(key) or (self.ink if hasattr(self, key) else colours["other"])

    def color(self, token: str, alpha: float | None = None) -> QColor:
        """A token (or any colour text) as a QColor, optionally with another alpha in [0, 1]."""
        return color(getattr(self, token, token), alpha)


def color(text: str, alpha: float | None = None) -> QColor:
    """'#RRGGBB' or 'rgba(r,g,b,a)' as a QColor."""
    value = _parsed(text).toRgb()  # a copy, in half of the time that the constructor takes
    if alpha is not None:
        value.setAlphaF(alpha)
    return value


@lru_cache(maxsize=256)
def _parsed(text: str) -> QColor:
    """A paint asks some hundred times for a few dozen colours."""
    if not text.startswith("rgba("):
        return QColor(text)
    r, g, b, a = text[5:-1].split(",")
    value = QColor(int(r), int(g), int(b))
    value.setAlphaF(float(a))
    return value


LIGHT = Theme(
    key="light",
    bg="#F3F5F7",
    surface="#FFFFFF",
    sunken="#EDF0F3",
    hover="#E4E9ED",
    line="#E0E5EA",
    line2="#BFC8D1",
    grid="#EDF0F3",
    text="#17202A",
    text2="#46515D",
    muted="#5F6A76",
    ink="#17202A",
    onink="#FFFFFF",
    c_out="#DFE6ED",
    c_in="#FFFFFF",
    c_line="rgba(23,42,66,.12)",
    mono="#E4F2EA",
    ripple="#E3ECFA",
    osc="#FBEBD3",
    regtext="#3D4854",
    div="#F0F2F4",
    hatch="#CBD2D9",
    shadow="rgba(23,32,42,.09)",
    methods=(
        ("sgd", "#868E98"),
        ("shb", "#DC7316"),
        ("nag", "#2171D6"),
        ("qhm", "#B5136A"),
        ("adam", "#05664A"),
        ("other", "#6A31B8"),
    ),
)

DARK = Theme(
    key="dark",
    bg="#0D1115",
    surface="#151A20",
    sunken="#1D242B",
    hover="#28313A",
    line="#262E37",
    line2="#44505C",
    grid="#1F262E",
    text="#E9EDF1",
    text2="#B6C0CA",
    muted="#909CA8",
    ink="#E9EDF1",
    onink="#12171C",
    c_out="#10151A",
    c_in="#2B3743",
    c_line="rgba(205,224,245,.09)",
    mono="#17322A",
    ripple="#192A44",
    osc="#3F2F19",
    regtext="#C3CDD6",
    div="#171C22",
    hatch="#35404A",
    shadow="rgba(0,0,0,.35)",
    methods=(
        ("sgd", "#AEB8C4"),
        ("shb", "#FFA24A"),
        ("nag", "#5C9BF0"),
        ("qhm", "#F5498E"),
        ("adam", "#4FC492"),
        ("other", "#9A6AE8"),
    ),
)

THEMES: dict[str, Theme] = {theme.key: theme for theme in (LIGHT, DARK)}


@dataclass(frozen=True)
class MethodLook:
    """How a method is drawn apart from its colour: colour is never the only cue."""

    key: str
    name: str
    shape: Shape
    width: float


class _MethodLooks(dict[str, MethodLook]):
    """The rows by key. A method without a row has its key for a name, and a shape that is always the same."""

    def __missing__(self, key: str) -> MethodLook:
        shapes: tuple[Shape, ...] = get_args(Shape)
        return MethodLook(key, key, shapes[crc32(key.encode()) % len(shapes)], 1.8)


#: The methods that have a colour (``Theme.methods``) and a shape of their own; all others share the violet.
METHOD_LOOKS: dict[str, MethodLook] = _MethodLooks(
    {
        look.key: look
        for look in (
            MethodLook("sgd", "SGD", "circle", 1.8),
            MethodLook("shb", "SHB", "square", 1.8),
            MethodLook("nag", "NAG", "triangle", 1.8),
            MethodLook("qhm", "QHM", "diamond", 2.6),
            MethodLook("adam", "Adam", "pentagon", 1.8),
        )
    }
)


@dataclass(frozen=True)
class Style:
    """What a canvas needs to draw itself: colours, and how much larger than the screen type and lines are.

    ``titles_outside`` puts axis titles beside the plot, where a slide has room for them. Type that shrinks where room
    is short stays at ``least_px`` pixels.
    """

    theme: Theme = LIGHT
    type_scale: float = 1.0
    line_scale: float = 1.0
    titles_outside: bool = False
    least_px: float = 0.0

    def with_theme(self, theme: Theme) -> Style:
        """The same scales in other colours."""
        return replace(self, theme=theme)

    def font(self, px: float = 12, weight: int = 400, *, italic: bool = False) -> QFont:
        """The interface font at ``px`` logical pixels times the type scale."""
        return font(px * self.type_scale, weight, italic=italic)

    def may_be(self, px: float) -> bool:
        """Whether type of ``px`` logical pixels is not too small."""
        return px * self.type_scale >= self.least_px - 0.01

    def width(self, px: float) -> float:
        """A line width in logical pixels times the line scale."""
        return px * self.line_scale


def font(px: float = 13, weight: int = 400, *, italic: bool = False) -> QFont:
    """Inter (from 20 px upright Inter Display, which has no italic) with its fallbacks and no hinting."""
    value = QFont()
    value.setFamilies(DISPLAY_FAMILIES if px >= 20 and not italic else FAMILIES)
    value.setPixelSize(max(1, int(px + 0.5)))
    value.setWeight(QFont.Weight(weight))
    value.setItalic(italic)
    value.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return value
