"""The fields for the texts of a figure: title, subtitle, caption and author, as markup or as they are read."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qhm_gui.drawing.markup import escaped, plain_text
from qhm_gui.export.options import LONGEST_NAME
from qhm_gui.export.recipe import Words
from qhm_gui.text.language import tr
from qhm_gui.text.signs import storable
from qhm_gui.widgets.text_field import TextField

#: The name and the meaning of each.
_TEXTS = (
    ("Title", "Above the figure; empty = none"),
    ("Subtitle", "Below the title; empty = that of the canvas"),
    ("Caption", "Below the figure; empty = none"),
    ("Author", "Stands in the properties of the file"),
)


class FigureTexts(QWidget):
    """``worded`` when a text is typed that was not shown: which one, and its markup."""

    worded = Signal(str, str)
    author_chosen = Signal(str)

    def __init__(self, given: Words) -> None:
        super().__init__()
        self.title, self.subtitle, self.caption, self.author = (TextField() for _ in _TEXTS)
        texts = (given.title, given.subtitle, given.caption)
        #: Whether what is typed is "markup", or "typed" as it is to be read.
        self.reading = "markup" if any(text and escaped(plain_text(text)) != text for text in texts) else "typed"
        self._shown = {"title": "", "subtitle": "", "caption": ""}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for (words, tip), field in zip(_TEXTS, (self.title, self.subtitle, self.caption, self.author), strict=True):
            field.set_prefix(words)
            field.setFixedHeight(30)
            field.set_accessible(tr(words))
            field.setToolTip(tr(tip))
            column.addWidget(field)
        for name in self._shown:
            getattr(self, name).committed.connect(partial(self._take, name))
        self.author.committed.connect(lambda text: self.author_chosen.emit(str(text)[:LONGEST_NAME]))

    def show_texts(self, title: str, subtitle: str, caption: str) -> None:
        """The texts of the figure, markup."""
        for name, text in (("title", title), ("subtitle", subtitle), ("caption", caption)):
            self._shown[name] = text if self.reading == "markup" else plain_text(text)
            getattr(self, name).set_value(self._shown[name])

    def _take(self, name: str, text: object) -> None:
        typed = storable(str(text))
        if typed != self._shown[name]:  # else its italics would go
            self.worded.emit(name, typed if self.reading == "markup" else escaped(typed))
