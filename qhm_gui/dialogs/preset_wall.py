"""The presets of the program, grouped by the talk's questions: a picture, a name and a sentence each; searchable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QImage, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from qhm_gui.appearance.theme import Theme
from qhm_gui.background.runner import Answer, Runner
from qhm_gui.drawing.markup import plain_text
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.export import thumbnail
from qhm_gui.export.figure import Figure
from qhm_gui.guarded import Guarded
from qhm_gui.state.pages import PAGES
from qhm_gui.state.preset_rows import PresetRow, preset_rows
from qhm_gui.text.language import labelled, listed, tr
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.painted import apply_theme
from qhm_math.progress import Monitor

_PICTURE = QSize(160, 100)
_ROW, _HEAD = 116, 44
_PRESET, _IMAGE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_KEY = "thumbnail"


def name_of(row: PresetRow) -> str:
    """The name in the language in force, markup."""
    return tr(row.title)


def sentence_of(row: PresetRow) -> str:
    """The sentence in the language in force, markup."""
    return listed(*map(tr, row.sentences))


class _Rows(Guarded, QStyledItemDelegate):
    """A heading, or a preset: its picture on the left."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """A heading is lower."""
        return QSize(200, _ROW if index.data(_PRESET) is not None else _HEAD)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """With the markup of its name."""
        theme = self._theme
        cell = QRectF(option.rect)  # type: ignore[attr-defined]
        row = index.data(_PRESET)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if row is None:
            words = cell.adjusted(8, 12, -8, 0)
            paint.draw_text(painter, words, index.data(Qt.ItemDataRole.DisplayRole), theme.color("ink"), 15, 600)
        else:
            state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
            self._paint_preset(painter, cell, row, index.data(_IMAGE), bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_preset(self, painter: QPainter, cell: QRectF, row: PresetRow, image: Any, chosen: bool) -> None:
        theme = self._theme
        if chosen:
            paint.fill_round(painter, cell.adjusted(2, 2, -2, -2), 10, theme.color("hover"))
            paint.stroke_round(painter, cell.adjusted(2, 2, -2, -2), 10, theme.color("ink"), 2)
        place = QRectF(cell.left() + 10, cell.top() + 8, _PICTURE.width(), _PICTURE.height())
        paint.fill_round(painter, place, 6, theme.color("sunken"))
        if isinstance(image, QImage):
            path = QPainterPath()
            path.addRoundedRect(place, 6, 6)
            painter.setClipPath(path)
            painter.drawImage(place, image)
            painter.setClipping(False)
        paint.stroke_round(painter, place, 6, theme.color("line"), 1)
        words = QRectF(place.right() + 18, cell.top() + 14, cell.right() - place.right() - 34, 24)
        paint.draw_text(painter, words, name_of(row), theme.color("ink"), 14, 600)
        words.translate(0, 26)
        for line in wrapped(sentence_of(row), 13, words.width())[:3]:
            paint.draw_text(painter, words, line, theme.color("text2"), 13)
            words.translate(0, 20)


class PresetWall(Guarded, QDialog):
    """``chosen`` is emitted with the row to apply. Pictures come one by one, and from the cache the next time."""

    chosen = Signal(object)  # a PresetRow

    def __init__(self, parent: QWidget, theme: Theme, page: str) -> None:
        """``page`` is the one that is open: its presets are in sight at first."""
        super().__init__(parent)
        self._theme = theme
        self._runner = Runner(self)
        self._runner.answered.connect(self._draw)
        self._found: dict[str, Any] | None = None
        self._missing: list[tuple[QListWidgetItem, Figure]] = []
        self.setWindowTitle(tr("Presets"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search"))
        self.search.setAccessibleName(tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Presets"))
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setItemDelegate(_Rows(self.list, theme))
        self.apply_button = TextButton(tr("Apply"), solid=True)
        self.sentence = QLabel()
        self.sentence.setStyleSheet(f"color: {theme.text2};")
        bottom = QHBoxLayout()
        bottom.addWidget(self.sentence, 1)
        bottom.addWidget(self.apply_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(14)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(bottom)
        self._fill(page)
        self.search.textChanged.connect(self.look_for)
        self.list.itemActivated.connect(lambda _item: self.apply())
        self.list.itemSelectionChanged.connect(self._mark)
        self.apply_button.clicked.connect(self.apply)
        apply_theme(self, theme)
        self.resize(820, 640)
        self._mark()
        self._next()

    def _fill(self, page: str) -> None:
        group, first = "", None
        for row in preset_rows():
            if row.page != group:
                group = row.page
                head = QListWidgetItem(tr(PAGES[group].question or PAGES[group].title), self.list)
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                head.setData(Qt.ItemDataRole.AccessibleTextRole, plain_text(head.text()))
                first = head if group == page else first
            item = QListWidgetItem(self.list)
            item.setData(_PRESET, row)
            words = labelled(plain_text(name_of(row)), plain_text(sentence_of(row)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            item.setToolTip(words)
            figure = thumbnail.figure_of(row, self._theme.key)
            image = thumbnail.cached(figure)
            if image is not None:
                item.setData(_IMAGE, image)
            else:
                self._missing.append((item, figure))
        if first is not None:
            self.list.scrollToItem(first, QListWidget.ScrollHint.PositionAtTop)

    # -- what one can do

    def look_for(self, text: str) -> None:
        """Show only the presets that have all these words in their name, sentence or group."""
        wanted = text.casefold().split()
        group, heads, any_shown = "", {}, False
        for item in self._items():
            row = item.data(_PRESET)
            if row is None:
                group = plain_text(item.text()).casefold()
                heads[group] = item
                item.setHidden(True)
                continue
            told = f"{item.toolTip()} {row.key.replace('-', ' ')}".casefold()
            shown = all(word in told or word in group for word in wanted)
            item.setHidden(not shown)
            if shown:
                heads[group].setHidden(False)
                any_shown = True
        self.sentence.setText("" if any_shown else tr("No preset has these words."))
        current = self.list.currentItem()
        if current is not None and current.isHidden():
            self.list.setCurrentRow(-1)
        self._mark()

    def shown(self) -> list[PresetRow]:
        """The presets that are in the list, as far as the search lets them."""
        rows = (item.data(_PRESET) for item in self._items() if not item.isHidden())
        return [row for row in rows if row is not None]

    def current(self) -> PresetRow | None:
        """The chosen preset."""
        chosen = self.list.selectedItems()
        return chosen[0].data(_PRESET) if chosen else None

    def apply(self) -> None:
        """Take the chosen one over."""
        row = self.current()
        if row is not None:
            self.chosen.emit(row)
            self.accept()

    def _mark(self) -> None:
        self.apply_button.setEnabled(self.current() is not None)

    def _items(self) -> Iterator[QListWidgetItem]:
        for place in range(self.list.count()):
            yield self.list.item(place)

    # -- pictures

    def _next(self) -> None:
        if self._missing:
            self._runner.submit(_KEY, partial(_answers, partial(thumbnail.answers_of, self._missing[0][1])))

    def _draw(self, answer: Answer) -> None:
        if isinstance(answer.value, dict):
            self._found = answer.value
        if not answer.final or not self._missing:
            return
        (item, figure), found, self._found = self._missing.pop(0), self._found, None
        if found is not None:
            image = thumbnail.drawn_small(figure, found)
            item.setData(_IMAGE, image)
            thumbnail.keep(figure, image)
        self._next()

    @property
    def drawing(self) -> bool:
        """Whether there are pictures to come."""
        return bool(self._missing)

    def done(self, result: int) -> None:
        """Nothing is drawn any more."""
        self._stop()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Likewise."""
        self._stop()
        super().closeEvent(event)

    def _stop(self) -> None:
        self._missing.clear()
        self._runner.close()


def _answers(find: Callable[[], dict[str, Any]], _monitor: Monitor) -> Iterator[dict[str, Any]]:
    yield find()
