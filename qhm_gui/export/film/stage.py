"""What a film is taken of: one view as a slide, or the views of a page as cards, shown moment by moment.

The views are those of the window, on a hidden window of their own. Only Qt's own thread may use a stage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style, Theme
from qhm_gui.drawing import markup
from qhm_gui.drawing.device import SMOOTH
from qhm_gui.export.empty_message import paint_empty
from qhm_gui.export.figure import SLIDE, Drawing, Figure
from qhm_gui.export.legend import draw_legend, legend_width
from qhm_gui.export.painted_widgets import arrange, paint_widget
from qhm_gui.export.scene import Scene
from qhm_gui.state.state import State, declared_at, value_at
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed, grouped_whole, scientific
from qhm_gui.widgets.deletion import delete_now

#: A page has type of the window's size at 960 × 540, and grows with the picture.
_PAGE = QSize(960, 540)
#: And somewhat smaller type where three cards stand side by side.
_NARROW = 0.78
_HEADING, _GAP = 44.0, 9.0
_HEADER, _SIDE, _BODY, _RADIUS = 34.0, 14.0, 6.0, 10.0


@dataclass(frozen=True)
class Moment:
    """What one frame shows: a state, where the playhead stands, and the path of what is swept ('' for nothing)."""

    state: State
    step: int
    swept: str = ""

    @property
    def caption(self) -> str:
        """The value that changes, as markup."""
        if not self.swept:
            return f"{tr('step')} {grouped_whole(self.step)}"
        declared = declared_at(self.state, self.swept)
        value = value_at(self.state, self.swept)
        name = f"*{declared.symbol}*" if declared.symbol else tr(declared.label)
        if declared.kind == "integer":
            return f"{name} = {value}"
        span = declared.high - declared.low
        return f"{name} = {fixed(value, 4) if span <= 1 else scientific(value)}"


class Stage:
    """The views of a scene, kept from frame to frame; a context that takes them away at its end."""

    def __init__(self, scene: Scene, size: QSize, theme: Theme) -> None:
        self._scene = scene
        self._size = size
        self._style = _style(scene, size, theme)
        self._views = [cell.view(self._style) for cell in scene.cells]
        self._areas: list[QRectF] = []
        self._drawing: Drawing | None = None
        self._moment: Moment | None = None
        self._backdrop: tuple[tuple[str, ...], QImage] | None = None
        self._holder = QWidget()
        self._holder.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self._holder.resize(size)
        for view in self._views:
            view.widget.setParent(self._holder)
        self._holder.show()
        for view in self._views:
            view.widget.show()

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Take the views away."""
        self._holder.close()
        delete_now(self._holder, *self._views)

    def picture(self, moment: Moment, answers: Mapping[str, Any]) -> QImage:
        """The frame of a moment. ``answers``: by the views' keys, what has been computed anew; the rest stays."""
        for view in self._views:
            if view.key in answers:
                view.show(answers[view.key])
            view.follow(moment.state)
            view.seek(moment.step)
        self._moment = moment
        image = QImage(self._size, QImage.Format.Format_RGB32)
        with QPainter(image) as painter:
            painter.setRenderHints(SMOOTH)
            if len(self._views) == 1:
                self._paint_slide(painter, moment, answers)
            else:
                self._paint_page(painter, moment)
        return image

    def _paint_slide(self, painter: QPainter, moment: Moment, answers: Mapping[str, Any]) -> None:
        view = self._views[0]
        size = (self._size.width(), self._size.height())
        words = view.words(moment.state)
        figure = Figure(type(view), moment.state, subtitle=words, style=self._style, size=size)
        if self._drawing is None:  # laid out once, so that nothing jumps while a tick grows longer
            self._drawing = Drawing(figure, view, answers.get(view.key))
            self._drawing.kept = True
        self._drawing.figure = figure
        self._drawing.subtitle = words
        self._drawing.paint(painter)
        unit = self._style.type_scale
        self._paint_caption(painter, QPointF(size[0] - 40 * unit, 42 * unit), 18)

    def _paint_page(self, painter: QPainter, moment: Moment) -> None:
        if not self._areas:
            self._lay_out()
        texts = tuple(view.words(moment.state) for view in self._views)
        if self._backdrop is None or self._backdrop[0] != texts:
            self._backdrop = (texts, self._new_backdrop(texts, moment.state))
        painter.drawImage(0, 0, self._backdrop[1])
        unit = self._style.type_scale
        self._paint_caption(painter, QPointF(self._size.width() - (_GAP + 4) * unit, _HEADING / 2 * unit), 15)
        for view, area in zip(self._views, self._areas, strict=True):
            if words := view.message(moment.state):
                paint_empty(painter, self._body(area), words, self._style)
            else:
                paint_widget(painter, view.widget, QPointF(view.widget.pos()), kept=True)

    def _paint_caption(self, painter: QPainter, right_middle: QPointF, px: float) -> None:
        if self._moment is not None:
            color = self._style.theme.color("ink")
            x, y = right_middle.x(), right_middle.y()
            markup.paint(painter, x, y, self._moment.caption, self._style, color, px=px, weight=600, anchor=(1.0, 0.5))

    # -- the cards of a page

    def _lay_out(self) -> None:
        unit, cells = self._style.type_scale, self._scene.cells
        rows = max(cell.row + cell.rows for cell in cells)
        columns = max(cell.column for cell in cells) + 1
        gap, top = _GAP * unit, _HEADING * unit
        wide = (self._size.width() - (columns + 1) * gap) / columns
        high = (self._size.height() - top - rows * gap) / rows
        for cell, view in zip(cells, self._views, strict=True):
            x, y = gap + cell.column * (wide + gap), top + cell.row * (high + gap)
            area = QRectF(x, y, wide, cell.rows * high + (cell.rows - 1) * gap)
            self._areas.append(area)
            view.widget.setGeometry(self._body(area).toAlignedRect())
            arrange(view.widget)

    def _body(self, area: QRectF) -> QRectF:
        unit = self._style.type_scale
        return area.adjusted(_BODY * unit, _HEADER * unit, -_BODY * unit, -_BODY * unit)

    def _new_backdrop(self, subtitles: tuple[str, ...], state: State) -> QImage:
        """Everything but the canvases."""
        style, theme, unit = self._style, self._style.theme, self._style.type_scale
        image = QImage(self._size, QImage.Format.Format_RGB32)
        with QPainter(image) as painter:
            painter.setRenderHints(SMOOTH)
            painter.fillRect(image.rect(), theme.color("bg"))
            x, y = (_GAP + 4) * unit, _HEADING / 2 * unit
            ink = theme.color("ink")
            markup.paint(painter, x, y, tr(self._scene.title), style, ink, px=17, weight=600, anchor=(0.0, 0.5))
            for view, area, subtitle in zip(self._views, self._areas, subtitles, strict=True):
                self._paint_card(painter, area)
                right = area.right() - _SIDE * unit
                middle = area.top() + _HEADER / 2 * unit
                if view.legend:
                    right -= legend_width(view, state, style)
                    draw_legend(painter, QPointF(right, middle), view, state, style)
                    right -= _SIDE * unit
                x = area.left() + _SIDE * unit
                title = markup.paint(
                    painter, x, middle, tr(view.title), style, ink, px=14, weight=600, anchor=(0.0, 0.5)
                )
                x = title.right() + 10 * unit
                if subtitle and x + markup.layout(subtitle, 12 * unit).width <= right:
                    muted = theme.color("muted")
                    markup.paint(painter, x, middle, subtitle, style, muted, px=12, anchor=(0.0, 0.5))
        return image

    def _paint_card(self, painter: QPainter, area: QRectF) -> None:
        theme, radius = self._style.theme, _RADIUS * self._style.type_scale
        painter.setPen(theme.color("line"))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def _style(scene: Scene, size: QSize, theme: Theme) -> Style:
    """Type and lines that grow with the picture."""
    if len(scene.cells) == 1:
        unit = min(size.width() / 1920, size.height() / 1080)
        return replace(SLIDE, theme=theme, type_scale=SLIDE.type_scale * unit, line_scale=SLIDE.line_scale * unit)
    unit = min(size.width() / _PAGE.width(), size.height() / _PAGE.height())
    if max(cell.column for cell in scene.cells) > 1:
        unit *= _NARROW
    return Style(theme, type_scale=unit, line_scale=unit)
