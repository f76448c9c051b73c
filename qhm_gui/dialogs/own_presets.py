"""Presets of one's own: a wall of pictures to save to, apply from, rename and delete."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QKeySequence, QPainter, QPainterPath, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from qhm_gui.appearance.theme import Theme
from qhm_gui.drawing.markup import escaped
from qhm_gui.files.own_presets import LONGEST_NAME, OwnPreset, OwnPresets
from qhm_gui.files.session import SessionError
from qhm_gui.guarded import Guarded
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.system_words import reason_of
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.painted import apply_theme

_PICTURE = QSize(240, 150)
_CELL = QSize(264, 200)
_PRESET = Qt.ItemDataRole.UserRole
#: A picture in the folder that is wider or higher than this is not ours.
_LARGEST = 4096


class _Tile(Guarded, QStyledItemDelegate):
    """A picture with round corners, and its name below."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return _CELL

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The name is edited where it stands."""
        cell: QRect = option.rect  # type: ignore[attr-defined]
        editor.setGeometry(cell.left() + 12, cell.top() + 166, _PICTURE.width(), 28)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._theme
        cell = QRectF(option.rect)  # type: ignore[attr-defined]
        place = QRectF(cell.left() + 12, cell.top() + 12, _PICTURE.width(), _PICTURE.height())
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        paint.fill_round(painter, place, 8, theme.color("sunken"))
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QPixmap) and not picture.isNull():
            path = QPainterPath()
            path.addRoundedRect(place, 8, 8)
            painter.setClipPath(path)
            painter.drawPixmap(place, picture, QRectF(picture.rect()))
            painter.setClipping(False)
        paint.stroke_round(painter, place, 8, theme.color("line"), 1)
        if chosen:
            paint.stroke_round(painter, place.adjusted(-3, -3, 3, 3), 11, theme.color("ink"), 2)
        words = QRectF(place.left() + 2, place.bottom() + 7, place.width() - 4, 24)
        name = escaped(str(index.data(Qt.ItemDataRole.DisplayRole)))
        paint.draw_text(painter, words, name, theme.color("ink"), 13, 600 if chosen else 500)
        painter.restore()


class PresetsDialog(QDialog):
    """Everything one does with presets of one's own. ``chosen`` is emitted with the one to apply."""

    chosen = Signal(object)  # an OwnPreset

    def __init__(
        self, parent: QWidget, theme: Theme, presets: OwnPresets, state: State, picture: Callable[[], bytes]
    ) -> None:
        """``picture`` makes the thumbnail of the present state, a PNG."""
        super().__init__(parent)
        self._presets = presets
        self._state = state
        self._picture = picture
        self._theme = theme
        self.setWindowTitle(tr("My presets"))
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setPlaceholderText(tr("A name for the present state"))
        self.save_button = TextButton(tr("Save"))
        self.list = QListWidget()
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setGridSize(_CELL)
        self.list.setEditTriggers(QListWidget.EditTrigger.EditKeyPressed)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setItemDelegate(_Tile(self.list, theme))
        self.list.setAccessibleName(tr("My presets"))
        self.rename_button = TextButton(tr("Rename"))
        self.delete_button = TextButton(tr("Delete"), "trash")
        self.restore_button = TextButton(tr("Bring back"), "undo")
        self.apply_button = TextButton(tr("Apply"), solid=True)
        self.sentence = QLabel()
        self._lay_out()
        self._connect()
        apply_theme(self, theme)
        self.resize(860, 600)
        self._show(None)
        self.name.setFocus()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.name, 1)
        top.addWidget(self.save_button)
        empty = QLabel(tr("No presets yet. Give the present state a name and save it."))
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty.setStyleSheet(f"color: {self._theme.muted}; background: {self._theme.sunken}; border-radius: 8px;")
        wall = QWidget()
        self._wall = QStackedLayout(wall)
        self._wall.addWidget(self.list)
        self._wall.addWidget(empty)
        self.sentence.setStyleSheet(f"color: {self._theme.text2};")
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        for button in (self.rename_button, self.delete_button, self.restore_button):
            bottom.addWidget(button)
        bottom.addWidget(self.sentence, 1)
        bottom.addWidget(self.apply_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(14)
        column.addLayout(top)
        column.addWidget(wall, 1)
        column.addLayout(bottom)

    def _connect(self) -> None:
        self.name.textChanged.connect(self._name_changed)
        self.name.returnPressed.connect(self.save)
        self.save_button.clicked.connect(self.save)
        self.list.itemSelectionChanged.connect(self._mark)
        self.list.itemActivated.connect(lambda _item: self.apply())
        self.list.itemChanged.connect(self._renamed)
        self.rename_button.clicked.connect(lambda: self.list.editItem(self.list.currentItem()))
        self.delete_button.clicked.connect(self.delete)
        self.restore_button.clicked.connect(self.restore)
        self.apply_button.clicked.connect(self.apply)
        remove = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self.delete)

    # -- what one can do

    def save(self) -> None:
        """Keep the present state under the name in the field, in place of one of that name."""
        try:
            preset = self._presets.save(self.name.text(), self._state, self._picture())
        except (SessionError, OSError) as error:
            return self._complain(error)
        self.name.clear()
        self._show(preset)
        self.sentence.setText(tr("Saved: {name}", name=preset.name))

    def apply(self) -> None:
        """Take the chosen one over, and close."""
        preset = self.current()
        if preset is not None:
            self.accept()
            self.chosen.emit(preset)

    def delete(self) -> None:
        """Delete the chosen one; it can be brought back until the dialog closes."""
        preset = self.current()
        if preset is None:
            return
        try:
            self._presets.delete(preset)
        except OSError as error:
            return self._complain(error, "The preset could not be deleted: {reason}.")
        self._show(None)
        self.sentence.setText(tr("Deleted: {name}", name=preset.name))

    def restore(self) -> None:
        """Bring back what was deleted last."""
        try:
            preset = self._presets.restore()
        except (SessionError, OSError) as error:
            return self._complain(error)
        self._show(preset)
        self.sentence.clear()

    def current(self) -> OwnPreset | None:
        """The chosen preset."""
        items = self.list.selectedItems()
        return items[0].data(_PRESET) if items else None

    # -- within

    def _show(self, chosen: OwnPreset | None) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for preset in self._presets.all():
            item = QListWidgetItem(preset.name)
            item.setData(_PRESET, preset)
            item.setData(Qt.ItemDataRole.DecorationRole, picture_of(preset, self.devicePixelRatioF()))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.list.addItem(item)
            if chosen is not None and preset.path == chosen.path:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._wall.setCurrentIndex(0 if self.list.count() else 1)
        self._name_changed()
        self._mark()

    def _mark(self) -> None:
        for button in (self.rename_button, self.delete_button, self.apply_button):
            button.setEnabled(self.current() is not None)
        self.restore_button.setVisible(self._presets.can_restore)

    def _name_changed(self) -> None:
        known = bool(self.name.text().strip()) and self._presets.find(self.name.text()) is not None
        self.save_button.set_text(tr("Replace") if known else tr("Save"))
        self.save_button.setEnabled(bool(self.name.text().strip()))

    def _renamed(self, item: QListWidgetItem) -> None:
        preset: OwnPreset = item.data(_PRESET)
        try:
            renamed = self._presets.rename(preset, item.text()) if item.text() != preset.name else preset
        except (SessionError, OSError) as error:
            self._complain(error)
            renamed = preset
        self._show(renamed)

    def _complain(
        self, error: SessionError | OSError, sentence: str = "The preset could not be saved: {reason}."
    ) -> None:
        words = tr(sentence, reason=reason_of(error)) if isinstance(error, OSError) else str(error)
        self.sentence.setText(words)


def picture_of(preset: OwnPreset, dpr: float) -> QPixmap:
    """The thumbnail in the size of a tile, cut to its shape; empty when there is none that can be read."""
    reader = QImageReader(str(preset.picture), b"png")
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > _LARGEST:
        return QPixmap()
    reader.setScaledSize(size.scaled(_PICTURE * dpr, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    picture: QImage = reader.read()
    wanted = _PICTURE * dpr
    place = QRect(QPoint((picture.width() - wanted.width()) // 2, 0), wanted)
    return QPixmap.fromImage(picture.copy(place))
