"""Editors generated from declared fields: nothing in here knows what a learning rate is.

A field with a slider gets its symbol and name, an exact field and the slider under them. A choice has its name on the
left and what can be chosen on the right. A field with neither is a compact field in a row of up to three. Matrices and
lists take a whole row. The form holds no truth: it shows values and asks for others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import tr
from qhm_gui.text.ranges import allowed_text
from qhm_gui.text.symbols import lettered
from qhm_gui.widgets.choice_field import ChoiceField
from qhm_gui.widgets.label import FieldLabel, HelpLine, in_line
from qhm_gui.widgets.list_field import ListField
from qhm_gui.widgets.number_field import MatrixField, NumberField
from qhm_gui.widgets.painted import Words, apply_theme
from qhm_gui.widgets.slider import ParameterSlider
from qhm_gui.widgets.value_field import Formatter, ValueField
from qhm_math.declared import Declared

FIELD_WIDTH = 84  # 1−3×10⁻¹² has room
COMPACT_HEIGHT = 30
COLUMNS = 3
GAP = 8
#: A form is as wide as the panel between its margins; its own width may be what too many columns made of it.
WIDEST = 259


def explain(field: Declared) -> str:
    """The tooltip of an editor: what it is, and what is allowed."""
    lines = [f"{tr(field.label)} {lettered(field.symbol)}".rstrip()]
    if field.help:
        lines.append(tr(field.help))
    if field.kind in ("number", "integer"):
        lines.append(tr("Allowed: {range}", range=allowed_text(field)))
    return "\n".join(lines)


class Row(QWidget):
    """The editor of one field: an exact entry, with or without a slider under it."""

    edited = Signal(str, object)
    began = Signal(str)
    ended = Signal(str)
    action_triggered = Signal(str)

    def __init__(self, name: str, field: Declared, compact: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.field = name, field
        self.entry = _entry(field)
        self.slider: ParameterSlider | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        with_slider = field.slider is not None and not compact and field.kind in ("number", "integer")
        if with_slider and field.slider is not None and isinstance(self.entry, ValueField):
            # in the form before its entry is: Tab would find the entry first
            self.slider = ParameterSlider(field.scale, *field.slider, self, infinite=field.infinite)
        if with_slider or field.kind == "choice":
            top = QHBoxLayout()
            top.setSpacing(4)
            top.addWidget(FieldLabel(field.symbol, lambda: tr(field.label)), 1)
            top.addWidget(self.entry)
            column.addLayout(top)
        if self.slider is not None and isinstance(self.entry, ValueField):
            self.entry.set_rest_width(FIELD_WIDTH)
            column.addWidget(self.slider)
            self.slider.moved.connect(self._moved)
            self.slider.began.connect(self._began)
            self.slider.ended.connect(self._ended)
        elif field.kind != "choice":
            symbol = f"*{field.symbol}*" if field.symbol else ""
            self.entry.set_prefix(lambda: symbol or in_line(tr(field.label)))
            self.entry.setFixedHeight(COMPACT_HEIGHT)
            column.addWidget(self.entry)
        self.help = HelpLine()
        column.addWidget(self.help)
        self.entry.committed.connect(self._committed)
        self.entry.refused.connect(self.help.say)
        self.entry.corrected.connect(self._corrected)
        self.entry.action_triggered.connect(self._act)
        self.retranslate()

    def retranslate(self) -> None:
        label = tr(self.field.label)
        tip = explain(self.field)
        self.entry.set_accessible(label)
        self.setToolTip(tip)
        if self.slider:
            self.slider.setAccessibleName(label)

    def set_value(self, value: Any) -> None:
        self.entry.set_value(value)
        self.help.say(self.entry.error())
        if self.slider and isinstance(value, int | float):
            self.slider.set_value(float(value))

    def set_error(self, sentence: str) -> None:
        self.entry.set_error(sentence)
        self.help.say(sentence)

    def _committed(self, value: object) -> None:
        self.edited.emit(self.name, value)

    def _corrected(self) -> None:
        self.help.say("")

    def _moved(self, value: float) -> None:
        whole = self.field.kind == "integer" and math.isfinite(value)
        self.edited.emit(self.name, round(value) if whole else value)

    def _began(self) -> None:
        self.began.emit(self.name)

    def _ended(self) -> None:
        self.ended.emit(self.name)

    def _act(self) -> None:
        self.action_triggered.emit(self.name)


def _entry(field: Declared) -> ValueField | ChoiceField:
    if field.kind == "choice":
        return ChoiceField(field.choices, name=field.label)
    if field.kind in ("matrix", "point"):
        return MatrixField(point=field.kind == "point")
    if field.kind == "list":
        return ListField()
    suffix = field.unit if field.unit == "°" else ""
    return NumberField(integer=field.kind == "integer", suffix=suffix, zero=field.zero, infinite=field.infinite)


class Form(Guarded, QWidget):
    """The editors of some declared fields; with ``compact`` none of them has a slider.

    ``edited`` comes for every move of a slider and for every committed text. A slider's moves lie between
    ``began`` and ``ended``, so that one drag can be one step of undo; a committed text comes without these two.
    """

    edited = Signal(str, object)
    began = Signal(str)
    ended = Signal(str)
    action_triggered = Signal(str)

    def __init__(self, fields: Mapping[str, Declared], parent: QWidget | None = None, *, compact: bool = False) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._compact = compact
        self._fields: dict[str, Declared] = {}
        self._rows: dict[str, Row] = {}
        self._accent: QColor | None = None
        self._formatters: dict[str, Formatter] = {}
        self._actions: dict[str, tuple[str, Words]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._grids: list[tuple[QGridLayout, list[Row], int]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_fields(fields)

    # building

    def set_fields(self, fields: Mapping[str, Declared]) -> None:
        """Edit these fields from now on; editors are made anew only for fields that differ, so that the focus stays."""
        if dict(fields) == self._fields:
            return
        kept = {name: row for name, row in self._rows.items() if fields.get(name) == row.field}
        for name, row in self._rows.items():
            if name not in kept:
                row.hide()
                row.setParent(None)
                row.deleteLater()
        self._fields = dict(fields)
        self._rows.clear()
        self._grids.clear()
        while self._column.count():
            self._column.takeAt(0)
        compact: list[Row] = []
        for name, field in self._fields.items():
            row = self._rows[name] = kept.get(name) or self._make_row(name, field)
            whole = row.slider is not None or field.kind in ("matrix", "list", "choice")
            if not whole:
                compact.append(row)
                continue
            self._add_grid(compact)
            compact = []
            self._column.addWidget(row)
        self._add_grid(compact)
        self._chain_tabs()
        apply_theme(self, self._theme)

    def _make_row(self, name: str, field: Declared) -> Row:
        row = Row(name, field, self._compact, self)
        row.edited.connect(self.edited)
        row.began.connect(self.began)
        row.ended.connect(self.ended)
        row.action_triggered.connect(self.action_triggered)
        if name in self._formatters:
            row.entry.set_formatter(self._formatters[name])
        if name in self._actions:
            row.entry.set_action(*self._actions[name])
        if row.slider:
            row.slider.set_accent(self._accent)
        return row

    def _add_grid(self, rows: list[Row]) -> None:
        if not rows:
            return
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(GAP)
        self._column.addLayout(grid)
        self._grids.append((grid, rows, 0))
        self._arrange(len(self._grids) - 1)

    def _columns(self, rows: list[Row]) -> int:
        """How many compact fields fit side by side, the widest of each column taken."""
        if any(row.field.kind == "point" for row in rows):
            return 1
        needed = [row.entry.needed_width() for row in rows]
        for columns in range(min(COLUMNS, len(rows)), 1, -1):
            widths = [max(needed[start::columns]) for start in range(columns)]
            if sum(widths) + GAP * (columns - 1) <= min(max(self.width(), 200), WIDEST):
                return -(-len(rows) // -(-len(rows) // columns))  # four in two lines are two and two
        return 1

    def _arrange(self, which: int) -> None:
        """Put the compact fields of one group three, two or one a row, as many as fit."""
        grid, rows, before = self._grids[which]
        columns = self._columns(rows)
        for row in rows:
            row.entry.setMinimumWidth(row.entry.needed_width())
        if columns == before:
            return
        for row in rows:
            grid.removeWidget(row)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1 if column < columns else 0)
        for index, row in enumerate(rows):
            grid.addWidget(row, index // columns, index % columns, Qt.AlignmentFlag.AlignTop)
        self._grids[which] = (grid, rows, columns)

    def _refit(self, row: Row) -> None:
        """A value grew or shrank: the fields may need another arrangement."""
        if row.slider is None and row.entry.needed_width() != row.entry.minimumWidth():
            for which, (_, rows, _) in enumerate(self._grids):
                if row in rows:
                    self._arrange(which)

    def _chain_tabs(self) -> None:
        chain: list[QWidget] = []
        for row in self._rows.values():
            chain += [row.slider] if row.slider else []
            chain += row.entry.tab_stops()
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    def resizeEvent(self, event) -> None:
        for which in range(len(self._grids)):
            self._arrange(which)

    def sizeHint(self) -> QSize:
        return QSize(260, self._column.sizeHint().height())

    # what it shows

    def names(self) -> list[str]:
        """The names of the fields, in order."""
        return list(self._rows)

    def row(self, name: str) -> Row:
        """The editor of one field."""
        return self._rows[name]

    def set_value(self, name: str, value: Any) -> None:
        """Show this value and forget any error; a name that the form lacks is passed over."""
        if name in self._rows:
            self._rows[name].set_value(value)
            self._refit(self._rows[name])

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show these values."""
        for name, value in values.items():
            self.set_value(name, value)

    def set_error(self, name: str, sentence: str) -> None:
        """Dash the field's outline and say the sentence under it, until the next set_value."""
        if name in self._rows:
            self._rows[name].set_error(sentence)

    def error(self, name: str) -> str:
        """The sentence under a field, or an empty text."""
        return self._rows[name].help.text() if name in self._rows else ""

    def finish(self) -> bool:
        """Take what is typed; False where a field still shows what was refused: that field gets the keyboard."""
        for name in self.names():
            row = self._rows.get(name)  # what is taken may change which fields there are
            if row is not None and isinstance(row.entry, ValueField) and not row.entry.commit():
                row.entry.take_focus()
                return False
        return True

    def _slider(self, name: str) -> ParameterSlider | None:
        return self._rows[name].slider if name in self._rows else None

    def set_bound(self, name: str, value: float | None, dotted: float | None = None) -> None:
        """Where the slider's track starts to be hatched, and from where it is dotted before that."""
        if slider := self._slider(name):
            slider.set_bound(value, dotted)

    def set_slider_range(self, name: str, low: float, high: float) -> None:
        """Another range for the slider; the field still takes what is allowed."""
        if slider := self._slider(name):
            slider.set_range(low, high)

    def set_ticks(self, name: str, shown: bool) -> None:
        """Whether the slider has numbers under it."""
        if slider := self._slider(name):
            slider.set_ticks(shown)

    def set_accent(self, color: QColor | None) -> None:
        """The colour of what is edited; None is neutral."""
        self._accent = color
        for row in self._rows.values():
            if row.slider:
                row.slider.set_accent(color)

    def set_tied(self, name: str, markup: str | None) -> None:
        """Show that the value follows another one, as "= *β*"; None sets it free."""
        if name in self._rows:
            row = self._rows[name]
            row.entry.set_tied(markup)
            if row.slider:
                row.slider.set_tied(markup is not None)

    def set_formatter(self, name: str, formatter: Formatter | None) -> None:
        """How the field writes its number at rest; remembered for fields that come later."""
        if formatter is None:
            self._formatters.pop(name, None)
        else:
            self._formatters[name] = formatter
        if name in self._rows:
            self._rows[name].entry.set_formatter(formatter)

    def set_action(self, name: str, icon: str, tooltip: Words) -> None:
        """A small icon in the field, such as dice for a seed; pressing it emits action_triggered(name)."""
        self._actions[name] = (icon, tooltip)
        if name in self._rows:
            self._rows[name].entry.set_action(icon, tooltip)
            self._refit(self._rows[name])
            self._chain_tabs()

    def set_theme(self, theme: Theme) -> None:
        """Remembered for editors that are made later; those that exist are told on their own."""
        self._theme = theme

    def retranslate(self) -> None:
        for which, (grid, rows, _) in enumerate(self._grids):
            self._grids[which] = (grid, rows, 0)
            self._arrange(which)
