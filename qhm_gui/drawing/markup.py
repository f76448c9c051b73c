"""The small markup of every text on a canvas, in a control and in an export, measured and painted.

``*β*`` is italic, ``*R**`` an italic R with an asterisk, ``_{max}`` a small subscript, ``^{2k}`` a small superscript,
and a backslash takes the sign after it as it is. Japanese is never slanted and one weight lighter where Latin is
semibold.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath

from qhm_gui.appearance.theme import FAMILIES, Style, font
from qhm_gui.drawing import painted_texts
from qhm_gui.drawing.device import device_scale, is_raster
from qhm_gui.drawing.glyph_outlines import outline
from qhm_gui.drawing.halo import Kept, WithCorner, halo_pen, paint_halo
from qhm_gui.drawing.missing_letters import drawable
from qhm_gui.text.symbols import lettered

SMALL = 0.72
HALO_WIDTH = 3.5
LARGE = 64.0  # device pixels from which Qt fills shapes as well, but shapes that vary: see glyph_outlines.py
_SIGN = re.compile(r"[\\*]|[_^](?=\{)")
_TOKEN = re.compile(r"\\(.)|([_^])\{([^}]*)\}|(\*)", re.DOTALL)
_RAISED = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOWERED = re.compile("[₀₁₂₃₄₅₆₇₈₉]+")
_FULL_SIZE = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "−01234567890123456789")


@dataclass(frozen=True)
class Run:
    """A stretch of text in one look; ``level`` is -1 below the line, 0 on it, 1 above it."""

    text: str
    italic: bool = False
    level: int = 0


@dataclass(frozen=True)
class Placed:
    """A run with its font and where its baseline starts."""

    text: str
    font: QFont
    x: float
    dy: float


@dataclass(frozen=True)
class Layout:
    """A measured text: its runs in place, its width, and its rise above and fall below the baseline."""

    runs: tuple[Placed, ...]
    width: float
    ascent: float
    descent: float

    @property
    def height(self) -> float:
        """From the top of the tallest to the bottom of the deepest letter a line can hold."""
        return self.ascent + self.descent


def parse(text: str) -> tuple[Run, ...]:
    """Markup as runs. An asterisk without a partner, or right after the one that ends italics, and braces without a
    sign before them stay as they are."""
    return _parse(lettered(text))


@lru_cache(maxsize=1024)
def _parse(text: str) -> tuple[Run, ...]:
    runs: list[Run] = []
    italic = False
    ended = -1  # where italics ended
    plain = ""

    def flush() -> None:
        nonlocal plain
        if plain:
            runs.append(Run(plain, italic))
            plain = ""

    position = 0
    for match in _TOKEN.finditer(text):
        plain += text[position : match.start()]
        position = match.end()
        escaped, sign, inner, star = match.groups()
        if escaped:
            plain += escaped
        elif star and not italic and (match.start() == ended or not re.search(r"(?<!\\)\*", text[position:])):
            plain += star
        elif star:
            flush()
            italic = not italic
            ended = -1 if italic else position
        else:
            flush()
            level = -1 if sign == "_" else 1
            for part in parse(inner):  # numbers are upright, also beside an italic letter
                slanted = (part.italic or italic) and any(sign.isalpha() for sign in part.text)
                runs.append(Run(part.text, slanted, level))
    plain += text[position:]
    flush()
    return tuple(runs)


def plain_text(text: str) -> str:
    """The words of a markup text without its signs, for tables and accessible names."""
    return "".join(run.text for run in parse(text))


def escaped(text: str) -> str:
    """The markup that shows ``text`` as it is, every asterisk and underscore of it."""
    return _SIGN.sub(r"\\\g<0>", text)


@lru_cache(maxsize=1024)
def with_raised_digits(text: str) -> str:
    """Markup whose ⁻³ and ₀ are digits raised and lowered: on a screen they are easier to read than the characters.

    (An export keeps the characters, which are copied from it as they are.)
    """
    text = _RAISED.sub(lambda run: f"^{{{run[0].translate(_FULL_SIZE)}}}", text)
    return _LOWERED.sub(lambda run: f"_{{{run[0].translate(_FULL_SIZE)}}}", text)


_narrow: set[str] = set()  # signs that are known not to be Japanese


def _scripts(text: str) -> Iterator[tuple[str, bool]]:
    """``text`` cut where Japanese begins or ends: (part, is it Japanese)."""
    if text and _narrow.issuperset(text):
        yield text, False
        return
    part, wide = "", False
    for sign in text:
        now = unicodedata.east_asian_width(sign) in "WF" and not sign.isspace()
        if not now:
            _narrow.add(sign)
        if part and unicodedata.category(sign) in ("Mn", "Me"):  # an accent, or which form of a character is meant
            now = wide
        if part and now != wide:
            yield part, wide
            part = ""
        part, wide = part + sign, now
    if part:
        yield part, wide


@lru_cache(maxsize=512)
def _font(px: float, weight: int, italic: bool, wide: bool = False) -> QFont:
    face = font(px, weight, italic=italic)
    if wide:  # its own family first: behind Inter Display, which has no 500, Japanese would come out as 400
        face.setFamilies(FAMILIES[1:])
    return face


def layout(text: str, px: float, weight: int = 400) -> Layout:
    """Measure a one-line markup text at ``px`` pixels (the style's scale already in them)."""
    return _layout(lettered(text), px, weight)


@lru_cache(maxsize=4096)
def _layout(text: str, px: float, weight: int) -> Layout:
    placed: list[Placed] = []
    x = 0.0
    slanted = False
    metrics = QFontMetricsF(_font(px, weight, False))
    for run in parse(text):
        size = px if run.level == 0 else max(8.0, px * SMALL)
        dy = {-1: 0.22, 0: 0.0, 1: -0.38}[run.level] * px
        for part, wide in _scripts(drawable(run.text)):
            italic = run.italic and not wide
            if slanted and not italic and run.level == 0 and not part.startswith(" "):
                x += 0.04 * px
            slanted = italic
            face = _font(size, min(weight, 500) if wide else weight, italic, wide)
            placed.append(Placed(part, face, x, dy))
            x += QFontMetricsF(face).horizontalAdvance(part)
    return Layout(tuple(placed), x, metrics.ascent(), metrics.descent())


def elided(line: Layout, width: float) -> Layout:
    """The line, or its beginning with an ellipsis where it is wider than ``width`` pixels."""
    if line.width <= width + 0.5:
        return line
    kept: list[Placed] = []
    for run in line.runs:
        metrics = QFontMetricsF(run.font)
        if run.x + metrics.horizontalAdvance(run.text + "…") > width:
            text = metrics.elidedText(run.text + "…", Qt.TextElideMode.ElideRight, max(0.0, width - run.x))
            kept.append(replace(run, text=text))
            return replace(line, runs=tuple(kept), width=run.x + metrics.horizontalAdvance(text))
        kept.append(run)
    return line


def measure(text: str, style: Style, px: float = 12, weight: int = 400) -> QSizeF:
    """The size of a text of one or more lines in the style's scale."""
    lines = [layout(line, px * style.type_scale, weight) for line in text.split("\n")]
    pitch = line_pitch(style, px)
    return QSizeF(max(line.width for line in lines), lines[0].height + pitch * (len(lines) - 1))


def fitting(text: str, room: float, style: Style, px: float, weight: int = 400) -> float:
    """``px``, or less where a line of that size would be wider than ``room`` pixels."""
    width = measure(text, style, px, weight).width()
    return px * min(1.0, room / width) if room > 0 else px


def line_pitch(style: Style, px: float = 12) -> float:
    """From one baseline to the next."""
    return 1.45 * px * style.type_scale


def box(
    x: float, y: float, text: str, style: Style, *, px: float = 12, weight: int = 400,
    anchor: tuple[float, float] = (0.0, 0.0),
) -> QRectF:  # fmt: skip
    """Where a text painted at (x, y) lies. Anchor (0, 0): (x, y) is its top left; (1, 1): its bottom right."""
    size = measure(text, style, px, weight)
    return QRectF(x - anchor[0] * size.width(), y - anchor[1] * size.height(), size.width(), size.height())


def paint(
    painter: QPainter, x: float, y: float, text: str, style: Style, color: QColor, *, px: float = 12,
    weight: int = 400, anchor: tuple[float, float] = (0.0, 0.0), halo: QColor | None = None,
    align: float | None = None,
) -> QRectF:  # fmt: skip
    """Paint a text and return its box. ``halo`` is the colour of a soft rim that lifts it off what lies beneath.

    Lines of several-line texts are aligned like the anchor, or by ``align`` (0 left, 1 right). The letters are drawn
    as text, so they stay text in PDF, and in SVG where that is asked for.
    """
    text = lettered(text)
    raster = is_raster(painter)
    area = box(x, y, text, style, px=px, weight=weight, anchor=anchor)
    share = anchor[0] if align is None else align
    pitch = line_pitch(style, px)
    size = px * style.type_scale
    runs = _placed(text, size, weight, pitch, share)
    if painted_texts.heard():
        stretches = ((run.text, run.font) for run, _ in runs)
        painted_texts.tell(painter, drawable(plain_text(text)), area, stretches)
    width = HALO_WIDTH * max(1.0, 0.7 * style.type_scale)
    if halo is not None and raster:
        looks = (text, size, weight, pitch, share, halo.rgba(), width, device_scale(painter))
        picture, corner = _halos.get(looks, lambda: _halo(*looks))
        painter.drawImage(area.topLeft() + corner, picture)
    elif halo is not None:
        painter.strokePath(_outline(runs, area.topLeft()), halo_pen(halo, width))
    painter.setPen(color)
    for run, place in runs:
        if raster and run.font.pixelSize() * device_scale(painter) >= LARGE:
            painter.fillPath(outline(run.text, run.font).translated(area.topLeft() + place), color)
            continue
        painter.setFont(run.font)
        painter.drawText(area.topLeft() + place, run.text)
    return area


@lru_cache(maxsize=1024)
def _placed(text: str, size: float, weight: int, pitch: float, share: float) -> tuple[tuple[Placed, QPointF], ...]:
    """Every run with the place of its baseline from the top left of the text."""
    lines = [layout(line, size, weight) for line in text.split("\n")]
    widest = max(line.width for line in lines)
    return tuple(
        (run, QPointF(share * (widest - line.width) + run.x, lines[0].ascent + row * pitch + run.dy))
        for row, line in enumerate(lines)
        for run in line.runs
    )


def _outline(runs: Iterable[tuple[Placed, QPointF]], origin: QPointF) -> QPainterPath:
    path = QPainterPath()
    for run, place in runs:
        path.addPath(outline(run.text, run.font).translated(origin + place))
    return path


_halos = Kept(16_000_000)


def _halo(
    text: str, size: float, weight: int, pitch: float, share: float, rgba: int, width: float, scale: float
) -> WithCorner:
    """The halo as a picture, ``width`` larger than the text on every side, and its corner from that of the text."""
    runs = _placed(text, size, weight, pitch, share)
    lines = [layout(line, size, weight) for line in text.split("\n")]
    across = max(line.width for line in lines) + 2 * width
    down = lines[0].height + pitch * (len(lines) - 1) + 2 * width
    picture = QImage(math.ceil(across * scale), math.ceil(down * scale), QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    rim = QPointF(width, width)
    paint_halo(picture, ((run.text, run.font, rim + place) for run, place in runs), QColor.fromRgba(rgba), width)
    return picture, -rim
