"""What a figure says where there is nothing to show."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import markup
from qhm_gui.state.no_theory import no_theory_words
from qhm_gui.state.state import State
from qhm_gui.views import NEED_MINIMUM
from qhm_gui.views.view import View


def needs_missing_minimum(view: type[View], state: State) -> bool:
    """Whether the view speaks of a minimum that the loss has not: then it is asked for nothing."""
    return view.key in NEED_MINIMUM and not state.has_theory


def empty_words(view: View, state: State) -> tuple[str, str] | None:
    """Why there is nothing to show, as the card in the window says it."""
    if needs_missing_minimum(type(view), state):
        return no_theory_words(state)
    return view.empty(state)


def paint_empty(painter: QPainter, body: QRectF, words: tuple[str, str], style: Style) -> None:
    """These words, in the middle of ``body``."""
    theme, unit = style.theme, style.type_scale
    painter.fillRect(body, theme.color("surface", 1.0))
    middle = body.center()
    for text, px, weight, token, dy in ((words[0], 14, 600, "ink", -11), (words[1], 13, 400, "muted", 11)):
        y = middle.y() + dy * unit
        markup.paint(painter, middle.x(), y, text, style, theme.color(token), px=px, weight=weight, anchor=(0.5, 0.5))
