"""The colour bar beside a map: a pg.ColorBarItem. (It has no needle, no hatched cap, and its numbers need an axis.)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintDevice, QPainter, QPainterPath, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QGraphicsItem, QSizePolicy

from qhm_gui.appearance import colour_maps
from qhm_gui.appearance.colour_maps import Colormap
from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.plot import TITLE_ABOVE, TITLE_BELOW, WITH_AXES
from qhm_gui.canvas.plot_item import Plot
from qhm_gui.canvas.plot_widget import PlotWidget
from qhm_gui.drawing import markup
from qhm_gui.drawing.background_colour import resolve
from qhm_gui.drawing.device import SMOOTH
from qhm_gui.drawing.hatch import HATCH_STEP, HATCH_WIDTH, draw_dotted, draw_hatch, draw_map_hatch
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.scene_painting import paint_scene
from qhm_gui.guarded import Guarded

_Cap = Literal["diverges", "doubt", "spread", "missing", "plain"]
#: Room above the title and below the cap: that of a canvas with axes.
ABOVE, BELOW = WITH_AXES[1], WITH_AXES[3]
BAR = 12.0
RADIUS = 3.0
LEFT = 14.0  # room for the needle
CAP = 12.0
_CAP_STEP = 18.0
CAP_GAP = 9.0  # so that the word beside the cap keeps clear of the lowest number
TITLE = 22.0


class BarItem(pg.ColorBarItem, Plot):
    """pyqtgraph's, without menu."""


class ColourBar(PlotWidget):
    """pyqtgraph's ColorBarItem, 12 px wide, with its quantity on top, numbers to the right, a needle at the current
    value, and a hatched cap below for what diverges. Stands level with a canvas of the same height."""

    def __init__(self, style: Style, colormap: Colormap, title: str = "") -> None:
        self._style, self._title = style, title
        self._colormap: Colormap = colormap
        self._ticks: list[tuple[float, str]] = []
        self._needle: float | None = None
        self._needle_color = "ink"
        self._caps: list[tuple[str, _Cap]] = []
        self._paper = "surface"
        bar = BarItem(values=(0.0, 1.0), width=int(BAR), interactive=False, colorMapMenu=False)
        super().__init__(plotItem=bar)
        self.bar: pg.ColorBarItem = bar
        self.setAcceptDrops(False)
        for name in ("left", "right", "top", "bottom"):
            bar.hideAxis(name)
        bar.getViewBox().setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsFocusable, False)
        bar.bar.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._marks = BarMarks()
        self.scene().addItem(self._marks)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setRenderHints(SMOOTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._changed()

    def set_style(self, style: Style) -> None:
        """Draw in another theme or scale."""
        self._set(_style=style)

    def set_colormap(self, colormap: Colormap) -> None:
        """Another map."""
        self._set(_colormap=colormap)

    def set_title(self, title: str) -> None:
        """The quantity, in markup."""
        self._set(_title=title)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """(place in [0, 1], text)."""
        return self._ticks

    def set_ticks(self, ticks: Sequence[tuple[float, str]]) -> None:
        """(place in [0, 1], text); those that would collide are left out."""
        self._set(_ticks=list(ticks))

    def set_needle(self, unit: float | None, color: str = "ink") -> None:
        """Where the current value lies, in the colour of its method; None for no needle."""
        if (unit, color) != (self._needle, self._needle_color):
            self._needle, self._needle_color = unit, color
            self._marks.update()

    def set_cap(self, unstable: str, doubtful: str = "", spread: str = "", missing: str = "", plain: str = "") -> None:
        """The words at the caps: what diverges, where values are not to be trusted, where the spread grows, where there
        are none, and what is left plain; '' for no cap."""
        words: tuple[tuple[str, _Cap], ...] = (
            (doubtful, "doubt"), (spread, "spread"), (missing, "missing"), (plain, "plain"), (unstable, "diverges"),
        )  # fmt: skip
        self._set(_caps=[(text, kind) for text, kind in words if text])

    @property
    def caps(self) -> list[str]:
        """The words at the caps, from the highest down."""
        return [text for text, _ in self._caps]

    def _set(self, **looks: object) -> None:
        if any(getattr(self, name) != look for name, look in looks.items()):
            vars(self).update(looks)
            self._changed()

    def _changed(self) -> None:
        self.bar.setColorMap(colour_maps.color_map(self._colormap, self._style.theme.key))
        self.setBackground(self._color(self._paper))
        self._lay_out()
        self.updateGeometry()

    def _lay_out(self) -> None:
        pg.GraphicsView.resizeEvent(self, None)
        self._laid_out = self.size()
        area = self.bar_rect()
        layout: Any = self.bar.layout
        layout.setColumnFixedWidth(1, area.width())
        right, bottom = self.width() - area.right(), self.height() - area.bottom()
        layout.setContentsMargins(area.left(), area.top(), max(right, 0.0), max(bottom, 0.0))
        layout.activate()
        self._marks.prepareGeometryChange()
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """As wide as its texts."""
        unit = self._style.type_scale
        texts = [text for _, text in self._ticks] + self.caps
        widest = max((markup.measure(text, self._style, 12).width() for text in texts), default=30 * unit)
        title = markup.measure(self._title, self._style, 12).width() if self._title else 0.0
        width = max((LEFT + BAR + 10 + 10) * unit + widest, (LEFT + 8) * unit + title)
        return QSize(round(width), round(160 * unit))

    def minimumSizeHint(self) -> QSize:
        """The same width, less height."""
        return QSize(self.sizeHint().width(), 80)

    def render(self, painter: QPainter | QPaintDevice, target: QRectF | None = None) -> None:  # type: ignore[override]
        """Draw the scene onto any painter or device, scaled into ``target`` if given."""
        if not isinstance(painter, QPainter):
            with QPainter(painter) as own:
                self.render(own, target)
            return
        if self.size() != self._laid_out:
            self._lay_out()
        bounds = QRectF(self.rect())
        target = target or bounds
        painter.fillRect(target, self._color(self._paper))
        paint_scene(self.scene(), painter, target, bounds)

    def wheelEvent(self, ev: Any) -> None:
        """The page scrolls."""
        ev.ignore()

    def resizeEvent(self, ev: QResizeEvent | None) -> None:
        """The layout follows the size. (pyqtgraph calls this while it is being made, Qt after it has been closed.)"""
        if not hasattr(self, "_marks"):
            super().resizeEvent(ev)
        elif not self.closed:
            self._lay_out()

    def _color(self, name: str, alpha: float | None = None) -> QColor:
        return resolve(self._style.theme, name, alpha)

    def bar_rect(self) -> QRectF:
        """Where the colours lie."""
        unit = self._style.type_scale
        top = (ABOVE + (TITLE if self._title else 0)) * unit
        below = BELOW + (CAP + CAP_GAP if self._caps else 0) + _CAP_STEP * max(0, len(self._caps) - 1)
        if self._style.titles_outside:  # level with the plot, the cap beside the labels of its axis
            top, below = (ABOVE + TITLE_ABOVE) * unit, BELOW + TITLE_BELOW
        bottom = self.height() - below * unit
        return QRectF(LEFT * unit, top, BAR * unit, max(bottom - top, 10.0))

    def draw_marks(self, painter: QPainter) -> None:
        """Everything but the colours."""
        painter.setRenderHints(SMOOTH)
        style, unit, bar = self._style, self._style.type_scale, self.bar_rect()
        corners, rounded = QPainterPath(), QPainterPath()
        corners.addRect(bar.adjusted(-1, -1, 1, 1))
        rounded.addRoundedRect(bar, RADIUS * unit, RADIUS * unit)
        painter.fillPath(corners.subtracted(rounded), self._color(self._paper))
        if self._title:
            markup.paint(painter, bar.left(), ABOVE * unit, self._title, style, self._color("muted"), anchor=(0, 0))
        self._draw_ticks(painter, bar)
        for area, (text, kind) in zip(self._cap_areas(bar), self._caps, strict=True):
            self._draw_cap(painter, bar, area, text, kind)
        if self._needle is not None:
            self._draw_needle(painter, bar)

    @property
    def visible_ticks(self) -> list[tuple[float, str]]:
        """Those with room, upwards: the ends of the scale first, then from the lowest on."""
        height, gap = self.bar_rect().height(), 16 * self._style.type_scale
        shown: list[tuple[float, str]] = []
        for place, text in sorted(self._ticks, key=lambda tick: (tick[0] not in (0.0, 1.0), tick[0])):
            if 0 <= place <= 1 and all(abs(place - other) * height >= gap for other, _ in shown):
                shown.append((place, text))
        return sorted(shown)

    def text_areas(self) -> list[tuple[str, QRectF]]:
        """Every text that is drawn, and where."""
        unit, bar = self._style.type_scale, self.bar_rect()
        beside = bar.right() + 8 * unit
        found: list[tuple[str, QRectF]] = []
        if self._title:
            found.append((self._title, self._box(bar.left(), ABOVE * unit, self._title, 0.0)))
        for place, text in self.visible_ticks:
            found.append((text, self._box(beside, bar.bottom() - place * bar.height(), text, 0.5)))
        for area, (text, _) in zip(self._cap_areas(bar), self._caps, strict=True):
            found.append((text, self._box(beside, area.center().y(), text, 0.5)))
        return found

    def _box(self, x: float, y: float, text: str, anchor: float) -> QRectF:
        return markup.box(x, y, text, self._style, anchor=(0.0, anchor))

    def _cap_areas(self, bar: QRectF) -> list[QRectF]:
        unit = self._style.type_scale
        tops = [bar.bottom() + (CAP_GAP + row * _CAP_STEP) * unit for row in range(len(self._caps))]
        return [QRectF(bar.left(), top, bar.width(), CAP * unit) for top in tops]

    def _draw_ticks(self, painter: QPainter, bar: QRectF) -> None:
        unit = self._style.type_scale
        for place, text in self.visible_ticks:
            y = bar.bottom() - place * bar.height()
            painter.setPen(make_pen(self._color("line2"), self._style.width(1)))
            painter.drawLine(QPointF(bar.right() + 1.5 * unit, y), QPointF(bar.right() + 4.5 * unit, y))
            markup.paint(painter, bar.right() + 8 * unit, y, text, self._style, self._color("muted"), anchor=(0, 0.5))

    def _draw_cap(self, painter: QPainter, bar: QRectF, area: QRectF, text: str, kind: _Cap) -> None:
        unit = self._style.type_scale
        path = QPainterPath()
        path.addRoundedRect(area, 2 * unit, 2 * unit)
        across, down = (area.left(), area.right()), (area.top(), area.bottom())
        corners = [np.array([(across[i], down[j]) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))])]
        step, width = HATCH_STEP / 2 * unit, HATCH_WIDTH * unit
        if kind in ("doubt", "spread"):
            middle = colour_maps.sample(self._colormap, 0.5, self._style.theme.key)
            painter.fillPath(path, QColor(middle))
        if kind == "spread":
            draw_dotted(painter, corners, area, self._color, 0.7 * unit)
        elif kind == "plain":
            painter.fillPath(path, self._color("sunken"))
            painter.strokePath(path, make_pen(self._color("line2"), self._style.width(1)))
        elif kind in ("doubt", "missing"):
            if kind == "missing":
                painter.fillPath(path, self._color("sunken"))
            draw_map_hatch(painter, corners, area, self._color, step, width)
        else:
            painter.fillPath(path, self._color("div"))
            draw_hatch(painter, corners, area, self._color("hatch"), step, width)
        markup.paint(
            painter, bar.right() + 8 * unit, area.center().y(), text, self._style, self._color("muted"),
            anchor=(0, 0.5),
        )  # fmt: skip

    def _draw_needle(self, painter: QPainter, bar: QRectF) -> None:
        assert self._needle is not None
        unit = self._style.type_scale
        y = bar.bottom() - min(max(self._needle, 0.0), 1.0) * bar.height()
        color = self._color(self._needle_color)
        line = QPointF(bar.left() - 2 * unit, y), QPointF(bar.right() + 2 * unit, y)
        painter.setPen(make_pen(self._color("#FFFFFF"), 4.4 * unit))
        painter.drawLine(*line)
        painter.setPen(make_pen(color, 2 * unit))
        painter.drawLine(*line)
        tip = bar.left() - 2 * unit
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(
            QPolygonF(
                [QPointF(tip, y), QPointF(tip - 6.5 * unit, y - 4.5 * unit), QPointF(tip - 6.5 * unit, y + 4.5 * unit)]
            )
        )


class BarMarks(Guarded, pg.GraphicsObject):
    """What a ColorBarItem has not: round corners, a needle, a hatched cap, and numbers without an axis."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(100.0)

    @property
    def _bar(self) -> ColourBar | None:
        """The bar that it stands on. Were it kept here, Python could take the scene apart from the wrong end."""
        return self.getViewWidget()

    def boundingRect(self) -> QRectF:
        return QRectF() if self._bar is None else QRectF(self._bar.rect())

    def paint(self, painter: QPainter, *_: Any) -> None:
        """In pixels: the item lies in the scene itself."""
        if self._bar is not None:
            self._bar.draw_marks(painter)
