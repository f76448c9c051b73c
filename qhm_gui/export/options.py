"""How an exported figure looks: sizes, colours, layers. Remembered from one export to the next."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from qhm_gui.appearance.theme import THEMES
from qhm_gui.export import EXPORTERS
from qhm_gui.text.row_words import RowChoices
from qhm_math.checks import ParameterError
from qhm_math.declared import check_declared, declared

#: 144 units an inch: a slide of 1920 × 1080 is 13 ⅓ inches wide, as slides are.
UNITS_AN_INCH = 144.0
UNITS = {"mm": UNITS_AN_INCH / 25.4, "cm": UNITS_AN_INCH / 2.54, "in": UNITS_AN_INCH, "pt": 2.0, "px": 1.0}
#: 6 pt.
LEAST_PX = 12.0
#: A figure with sides shorter or longer than this is a mistake.
SMALLEST, LARGEST = 160, 8000
#: Longest name of an author.
LONGEST_NAME = 200


@dataclass(frozen=True)
class SizePreset:
    """Width and height in units, and the type of tick labels in units: 25 on a slide, 8 pt in a paper."""

    key: str
    words: str
    width: float
    height: float
    type_px: float

    @property
    def least_px(self) -> float:
        """The least type in units: 24 on a slide, less on a smaller picture, and never below 6 pt (12 pixels)."""
        return LEAST_PX if self.for_paper else max(LEAST_PX, 24 / 25 * self.type_px)

    @property
    def for_paper(self) -> bool:
        """Whether it stands in a text, not on a slide."""
        return self.type_px < 20


_MM = UNITS["mm"]
PRESETS: dict[str, SizePreset] = {
    row.key: row
    for row in (
        SizePreset("slide", "slide 16:9", 1920, 1080, 25),
        SizePreset("half", "half a slide", 960, 1080, 25),
        SizePreset("third", "a third of a slide", 640, 1080, 25),
        SizePreset("slide43", "slide 4:3", 1440, 1080, 25),
        SizePreset("column", "paper, 85 mm", 85 * _MM, 68 * _MM, 16),
        SizePreset("text", "paper, 170 mm", 170 * _MM, 102 * _MM, 16),
    )
}
#: What a figure can leave out, each a field of :class:`ExportOptions`: the current point with crosshair and needle, the
#: draggable start with its words, the playhead.
LAYERS = ("point", "start", "playhead")
_SHOWN = (("shown", "shown"), ("hidden", "hidden"))


@dataclass(frozen=True)
class ExportOptions:
    """Everything but the words that are drawn. ``width``, ``height`` and ``unit`` hold for the size "custom"."""

    size: str = declared(
        "slide",
        label="size",
        kind="choice",
        choices=RowChoices(PRESETS, attrgetter("words"), ("custom", "custom")),
    )
    width: float = declared(120.0, label="width", low=0.0, low_open=True, high=20_000.0)
    height: float = declared(80.0, label="height", low=0.0, low_open=True, high=20_000.0)
    unit: str = declared("mm", label="unit", kind="choice", choices=tuple((unit, unit) for unit in UNITS))
    theme: str = declared("light", label="colours", kind="choice", choices=RowChoices(THEMES, attrgetter("key")))
    ground: str = declared(
        "filled", label="background", kind="choice", choices=(("filled", "filled"), ("clear", "transparent"))
    )
    type_scale: float = declared(
        1.0,
        label="type size",
        low=0.5,
        high=2.0,
        slider=(0.5, 2.0),
        help="Text size, relative to the default for this size.",
    )
    legend: str = declared(
        "auto",
        label="legend",
        kind="choice",
        choices=(("auto", "auto"), ("below", "below"), ("above", "above"), ("none", "none")),
        help="Auto: only where the lines themselves are not named.",
    )
    point: str = declared("hidden", label="current point", kind="choice", choices=_SHOWN)
    start: str = declared("hidden", label="start", kind="choice", choices=_SHOWN)
    playhead: str = declared("hidden", label="playhead", kind="choice", choices=_SHOWN)
    text: str = declared(
        "outlines",
        label="text",
        kind="choice",
        choices=(("outlines", "outlines"), ("text", "text")),
        help="Outlines look alike in every program; text can be edited.",
    )
    author: str = ""
    kind: str = declared("pdf", label="format", kind="choice", choices=RowChoices(EXPORTERS))
    scale: int = declared(2, label="pixels per unit", kind="integer", low=1, high=4)

    def __post_init__(self) -> None:
        check_declared(self)
        if not isinstance(self.author, str) or len(self.author) > LONGEST_NAME:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ParameterError("author", self.author, f"a text of at most {LONGEST_NAME} characters")

    @property
    def hidden(self) -> frozenset[str]:
        """The layers that are left out."""
        return frozenset(name for name in LAYERS if getattr(self, name) == "hidden")

    @property
    def sheet(self) -> SizePreset:
        """The size in units, with the type that belongs to it."""
        if self.size != "custom":
            return PRESETS[self.size]
        width, height = self.width * UNITS[self.unit], self.height * UNITS[self.unit]
        slide = 25 * min(width / 1920, height / 1080) if self.unit == "px" else 16.0
        return SizePreset("custom", "custom", width, height, max(slide, 12.0))

    @property
    def refused(self) -> bool:
        """Whether a custom size is smaller or larger than a figure can be."""
        sheet = self.sheet
        return not all(SMALLEST <= round(side) <= LARGEST for side in (sheet.width, sheet.height))
