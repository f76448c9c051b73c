"""What a canvas shows: sentences, its formula as a picture, where it comes from, its limits, what to try."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.dialogs.text_sheet import MARGIN, WIDTH, TextSheet, paragraph
from qhm_gui.drawing.formula import natural_size, paint_formula
from qhm_gui.drawing.markup import plain_text
from qhm_gui.guarded import Guarded
from qhm_gui.text.help_words import Help, picture_of, pictures
from qhm_gui.text.language import tr
from qhm_gui.text.resource_words import resource_sentence
from qhm_math.resource_files import ResourceError

_ROOM = WIDTH - 2 * MARGIN


class Formula(Guarded, QWidget):
    """A typeset formula, made narrower where it has no room. ResourceError where its file is damaged."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._name, self._theme = name, theme
        self._size = natural_size(name)
        self.setAccessibleName(pictures()[picture_of(name)])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(round(self._size.height() * self._factor(_ROOM)) + 12)

    def _factor(self, width: float) -> float:
        natural = self._size.width()
        return min(1.0, width / natural) if natural > 0 else 1.0

    def sizeHint(self) -> QSize:
        return QSize(_ROOM, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        size = self._size * self._factor(self.width())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_formula(painter, QRectF(0, 6, size.width(), size.height()), self._name, self._theme)


class HelpSheet(TextSheet):
    """One canvas explained."""

    def __init__(self, parent: QWidget, theme: Theme, title: str, row: Help) -> None:
        super().__init__(parent, theme, plain_text(title))
        self.column.setSpacing(6)
        self.column.addWidget(paragraph(plain_text(title), theme.ink, 18, 600))
        self.column.addWidget(paragraph(tr(row.shows), theme.text, 14))
        if row.formula:
            self.column.addWidget(_formula(row.formula, theme))
        for name, words in ((tr("Source"), row.source), (tr("Limits"), row.limits), (tr("Try"), row.attempt)):
            if words:
                self.column.addSpacing(8)
                self.column.addWidget(paragraph(name, theme.muted, 12, 600))
                self.column.addWidget(paragraph(tr(words), theme.text, 14))
        self.finish()


def _formula(name: str, theme: Theme) -> QWidget:
    """The picture, or the sentence that says why it is not there."""
    try:
        return Formula(name, theme)
    except ResourceError as error:
        return paragraph(resource_sentence(error), theme.div, 14)
