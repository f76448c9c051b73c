"""What views that are one canvas have in common."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.plot import Canvas
from qhm_gui.views.view import View


class CanvasView(View):
    """Abstract: a view of one canvas. A subclass makes ``_canvas``, and ``_tip`` where it tells what is hovered."""

    _canvas: Canvas
    _tip: Tooltip

    @property
    def widget(self) -> QWidget:
        return self._canvas

    def restyle(self, style: Style) -> None:
        self.style = style
        self._canvas.set_style(style)

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)

    def _leave(self) -> None:
        """The mouse has left what it was on."""
        self._tip.hide()
        self.said.emit("")
