"""Tab in the talk goes as a step is read. Qt's own order is that of making: what is at the foot comes first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from qhm_gui.widgets.scroll_area import bring_into_sight


def stops(window: QWidget, parts: Sequence[QWidget]) -> list[QWidget]:
    """What Tab stops at: part by part, and within a part in Qt's order."""
    takes: list[QWidget] = []
    each = window.nextInFocusChain()
    while each is not None and each is not window:
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisible() and each.isEnabled():
            takes += [] if each.focusProxy() else [each]
        each = each.nextInFocusChain()
    found: list[QWidget] = []
    for part in parts:
        found += [each for each in takes if (each is part or part.isAncestorOf(each)) and each not in found]
    return found


def go_on(window: QWidget, parts: Sequence[QWidget], *, forward: bool) -> None:
    """Give the keyboard to the next one; past the last, to the window itself."""
    order, now = stops(window, parts), window.focusWidget()
    at = order.index(now) if now in order else -1 if forward else len(order)
    at += 1 if forward else -1
    if 0 <= at < len(order):
        order[at].setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        bring_into_sight(order[at])
    else:
        window.setFocus()
