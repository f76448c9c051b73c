"""Where the parts of the window stand, and which of them there is room for."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from qhm_gui.widgets.folded_panel import Rail
from qhm_gui.widgets.header import Header
from qhm_gui.widgets.scroll_area import WholeArea
from qhm_gui.widgets.status import StatusLine
from qhm_gui.widgets.transport import Transport
from qhm_gui.window.page_stack import PageStack
from qhm_gui.window.panel.panel import Panel

#: Below this width the panel folds into a rail.
_NARROW = 1280
#: Below this one it shows the panel or the page; beside the panel the transport is shown from the next one on; what is
#: smaller than the last is scrolled as a whole.
_ONE_AT_A_TIME, _TRANSPORT = 600, 340
_LEAST = QSize(480, 340)


class Layout:
    """Header, panel or rail, pages above the transport, and status line, in a window that may be too small for them."""

    def __init__(
        self,
        window: QWidget,
        header: Header,
        rail: Rail,
        panel: Panel,
        stack: PageStack,
        transport: Transport,
        status: StatusLine,
    ) -> None:
        self._window = window
        self._rail, self._panel, self._transport, self._status = rail, panel, transport, status
        self.panel_open = False  # in a narrow window
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.addWidget(stack, 1)
        right.addWidget(transport)
        body = QHBoxLayout()
        body.addWidget(rail)
        body.addWidget(panel)
        body.addWidget(self._right, 1)
        body.addStretch(0)  # what is left where the page is hidden
        self._ground = QWidget()
        self._ground.setMinimumSize(_LEAST)
        self._column = QVBoxLayout(self._ground)
        self._column.addWidget(header)
        self._column.addLayout(body, 1)
        self._column.addWidget(status)
        self._whole = WholeArea()
        self._whole.setWidget(self._ground)
        self._ground.setAutoFillBackground(False)
        outer = QVBoxLayout(window)
        outer.addWidget(self._whole)
        for part in (right, body, self._column, outer):
            _close(part)

    def add_above_status(self, widget: QWidget) -> None:
        """Give it a line of its own between the page and the status line, where it covers nothing."""
        self._column.insertWidget(self._column.indexOf(self._status), widget)

    def parts(self) -> Iterator[QObject]:
        """What a look is given to one by one: not what holds the pages with everything else."""
        for holder in (self._window, self._ground, self._right):
            yield from (part for part in holder.children() if part not in (self._whole, self._right))
        yield from (self._whole.verticalScrollBar(), self._whole.horizontalScrollBar())

    def holds_parts(self, part: QObject) -> bool:
        """Whether it only holds what has a look of its own: a look for it would be worked out anew for each of them."""
        return part is self._whole

    def fold(self) -> None:
        """Leave out what the window is too narrow for."""
        width = self._window.width()
        narrow = width < _NARROW
        self._rail.setVisible(narrow)
        self._panel.setVisible(not narrow or self.panel_open)
        self._right.setVisible(not (narrow and self.panel_open and width < _ONE_AT_A_TIME))

    def show_transport(self, wanted: bool) -> None:
        """Show it where it is wanted and has room beside the panel."""
        taken = [part.width() for part in (self._rail, self._panel) if not part.isHidden()]
        room = max(self._window.width(), _LEAST.width()) - sum(taken)
        self._transport.setVisible(wanted and room >= _TRANSPORT)


def _close(layout: QBoxLayout) -> None:
    """Nothing around and between its parts."""
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
