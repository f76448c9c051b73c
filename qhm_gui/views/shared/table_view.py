"""What views that are one table have in common."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.views.shared.method_table import MethodTable
from qhm_gui.views.view import View

#: Left, top, right, bottom, at type scale 1.
_MARGINS = (14, 2, 14, 10)


class TableView(View):
    """Abstract: a view of one table, ``_table``, with a margin around it."""

    room = (400, 110)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._table = MethodTable(style)
        self._widget = QWidget()
        self._column = QVBoxLayout(self._widget)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._table)
        self._set_margins()
        self.offer_menu(self._table)

    def _set_margins(self) -> None:
        self._widget.setContentsMargins(*(round(side * self.style.type_scale) for side in _MARGINS))

    @property
    def widget(self) -> QWidget:
        return self._widget

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return (self._table,)

    def crowded(self) -> bool:
        return self._table.crowded

    def restyle(self, style: Style) -> None:
        self.style = style
        self._table.set_look(style)
        self._set_margins()

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)
