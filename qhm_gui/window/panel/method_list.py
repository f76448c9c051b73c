"""The list of the methods that are compared: add, duplicate, hide, rename, remove, and the parameters of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.drawing.shapes import shape_path
from qhm_gui.state.options.compare import Entry, fitted
from qhm_gui.state.state import State
from qhm_gui.state.store import Refusal, Store
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text, share_text, short
from qhm_gui.text.row_words import example_of, summary_of, title_of
from qhm_gui.views.compare.compared_methods import looks, needs_finite_sum, runs_on
from qhm_gui.views.view import ChipLook
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import IconButton, TextButton
from qhm_gui.widgets.form import Form
from qhm_gui.widgets.label import HelpLine
from qhm_gui.widgets.menu import make_menu
from qhm_gui.widgets.painted import PaintedButton, apply_theme
from qhm_gui.widgets.section import SectionTitle
from qhm_gui.widgets.text_field import TextField
from qhm_math.declared import ParameterError, declared_fields
from qhm_math.methods import METHODS, LinearMethod, Method

_ROW = 30


class _Name(PaintedButton):
    """Mark and name; a press chooses the method, a double click renames it."""

    renamed = Signal()
    removed = Signal()
    RADIUS = 6.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._look = "", ChipLook("ink", "circle")
        self._chosen = self._faint = False
        self.setFixedHeight(_ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_entry(self, name: str, look: ChipLook, *, chosen: bool, faint: bool) -> None:
        """What it shows; ``faint`` for one that does not run."""
        if (name, look, chosen, faint) != (self._name, self._look, self._chosen, self._faint):
            self._name, self._look, self._chosen, self._faint = name, look, chosen, faint
            self.setAccessibleName(name)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, _ROW)

    def paint(self, painter: QPainter) -> None:
        theme, rect = self.theme, QRectF(self.rect())
        if self._chosen:
            paint.fill_round(painter, rect, self.RADIUS, theme.color("hover"))
        elif self.glow:
            paint.fill_round(painter, rect, self.RADIUS, theme.color("hover", 0.6 * self.glow))
        color = theme.color("line2") if self._faint else theme.color(theme.method(self._look.color))
        y = rect.center().y()
        pen = QPen(color, 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap if self._look.dash else Qt.PenCapStyle.RoundCap)
        if self._look.dash:
            pen.setDashPattern([part * 0.9 for part in self._look.dash])
        painter.setPen(pen)
        painter.drawLine(QLineF(9, y, 29, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPath(shape_path(self._look.shape, 4.4).translated(19, y))
        ink = theme.color("muted" if self._faint else "ink")
        place = rect.adjusted(38, 0, -4, 0)
        paint.draw_text(painter, place, self._name, ink, 13, 600 if self._chosen else 500)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.renamed.emit()

    def key_pressed(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.renamed.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().key_pressed(event)


class EntryRow(QWidget):
    """One method of the list."""

    chosen = Signal()
    hidden = Signal()
    menu_requested = Signal()
    renamed = Signal(str)
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = _Name()
        self.field = TextField()
        self.field.setFixedHeight(_ROW)
        self.field.hide()
        self.eye = IconButton("eye", lambda: tr("Hide"), size=26, glyph=17)
        self.more = IconButton("more", lambda: tr("Duplicate, rename, remove"), size=26, glyph=17)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for widget in (self.name, self.field, self.eye, self.more):
            row.addWidget(widget)
        self.name.clicked.connect(self.chosen)
        self.name.renamed.connect(self.rename)
        self.name.removed.connect(self.removed)
        self.eye.clicked.connect(self.hidden)
        self.more.clicked.connect(self.menu_requested)
        self.field.committed.connect(lambda text: self.renamed.emit(str(text)))
        self.field.ended.connect(self._close)

    def follow(self, entry: Entry, look: ChipLook, *, chosen: bool, runs: bool) -> None:
        """Show this entry."""
        self.name.set_entry(entry.name, look, chosen=chosen, faint=entry.hidden or not runs)
        self.name.setToolTip(as_qhm_words(entry.current) or tr(summary_of(type(entry.current))))
        self.eye.set_icon("eye-off" if entry.hidden else "eye")
        self.eye.set_tooltip(lambda: tr("Show") if entry.hidden else tr("Hide"))
        self.field.set_value(entry.name)
        if not self.field.has_focus() and not self.field.error():  # a refused text that another state has replaced
            self._close()

    def rename(self) -> None:
        """Let its name be typed."""
        self.name.hide()
        self.field.show()
        self.field.edit_all()

    def _close(self) -> None:
        self.field.hide()
        self.name.show()


def as_qhm_words(method: Method) -> str:
    """'as QHM: α 1.70, β 0.800, ν 0.700' for a member of the family; '' for another method."""
    if not isinstance(method, LinearMethod):
        return ""
    point = method.as_qhm()
    return tr(
        "as QHM: α {alpha}, β {beta}, ν {nu}",
        alpha=alpha_text(float(point.alpha)),
        beta=share_text(float(point.beta), 3),
        nu=share_text(float(point.nu), 3),
    )


class MethodList(QWidget):
    """Bound to the store. The playhead's step tells from where on a change applies, where that is chosen."""

    tune_requested = Signal()  # the best parameters of every method are asked for

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._theme = LIGHT
        self._step = 0
        self._title = SectionTitle(lambda: tr("Methods"), lambda: tr("Add"))
        self._rows: list[EntryRow] = []
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(2)
        self._note = HelpLine()
        self._own_note = ""
        self.tune = TextButton(
            lambda: tr("Tune each"),
            tip=lambda: tr("Best parameters of every shown method for this budget, loss and noise"),
        )
        self.tune.clicked.connect(self.tune_requested)
        self.form = Form({})
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addLayout(self._list)
        column.addWidget(self.tune)
        column.addWidget(self._note)
        column.addWidget(self.form)
        self._title.action_triggered.connect(self._show_kinds)
        self.form.edited.connect(self._edit)
        self.form.began.connect(lambda _name: store.begin())
        self.form.ended.connect(lambda _name: store.end())

    @property
    def rows(self) -> list[EntryRow]:
        """The rows that are shown."""
        return self._rows[: len(self._store.state.compare.entries)]

    @property
    def note(self) -> str:
        """The sentence under the list, or ''."""
        return self._note.text()

    def set_theme(self, theme: Theme) -> None:
        """Remembered for rows that are made later."""
        self._theme = theme

    # -- following

    def seek(self, step: int) -> None:
        """The playhead stands at ``step``."""
        self._step = step
        self._say(self._store.state)

    def follow(self, state: State) -> None:
        """Show the methods of the state and the parameters of the chosen one."""
        options = state.compare
        while len(self._rows) < len(options.entries):
            self._add_row()
        known = looks(options.entries)
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(options.entries))
            if index < len(options.entries):
                entry = options.entries[index]
                chosen = index == options.selected
                row.follow(entry, known[index], chosen=chosen, runs=runs_on(entry, state.loss))
        self.tune.setVisible(any(not one.hidden for one in options.entries))
        entry = options.entry
        self.form.setVisible(entry is not None)
        if entry is not None:
            fields = declared_fields(entry.current)
            look = known[options.selected]
            self.form.set_accent(self._theme.color(self._theme.method(look.color)))
            for name, field in fields.items():
                if field.kind == "number":
                    self.form.set_formatter(name, short)
            self.form.set_fields(fields)
            self.form.set_values({name: getattr(entry.current, name) for name in fields})
            for name in fields:
                self.form.set_ticks(name, False)
        self._own_note = ""
        self._say(state)

    def refuse(self, refusal: Refusal) -> None:
        """Say the sentence at the field, if the change was one of this list."""
        if not refusal.name.startswith("compare."):
            return
        _, _, name = refusal.name.rpartition(".")
        if name in self.form.names():
            self.form.set_error(name, refusal.sentence)
        elif name == "label":
            for row in self.rows:
                if row.field.isVisible():
                    row.field.set_error(refusal.sentence)
            self._note.say(refusal.sentence)
        elif name in ("entries", "hidden"):
            self._note.say(refusal.sentence)

    def retranslate(self) -> None:
        """Say the sentence under the list in the language in force."""
        self.follow(self._store.state)

    def _say(self, state: State) -> None:
        """One sentence: what was just told, why the chosen method does not run, or from where on changes apply."""
        entry = state.compare.entry
        if self._own_note:
            self._note.say(self._own_note)
        elif entry is None:
            self._note.say(tr("Add a method in the panel."))
        elif not runs_on(entry, state.loss):
            self._note.say(needs_finite_sum())
        elif state.compare.replay == "here" and self._step >= state.steps:
            self._note.say(tr("The playhead is at the end: move it to an earlier step."))
        elif state.compare.replay == "here":
            self._note.say(tr("Changes apply from step {step} on.", step=self._step))
        elif entry.changes:
            steps = ", ".join(str(change.step) for change in entry.changes)
            self._note.say(tr("Its parameters change at step {steps}.", steps=steps))
        else:
            self._note.say("")

    def _add_row(self) -> None:
        row, index = EntryRow(self), len(self._rows)
        self._rows.append(row)
        self._list.addWidget(row)
        apply_theme(row, self._theme)
        row.chosen.connect(lambda: self._store.update(**{"compare.chosen": index}))
        row.hidden.connect(lambda: self.toggle(index))
        row.menu_requested.connect(lambda: self._show_menu(index))
        row.renamed.connect(lambda text: self.rename(index, text))
        row.removed.connect(lambda: self.remove(index))

    # -- actions

    def add(self, key: str) -> None:
        """Another method, its learning rate fitted to the loss; chosen at once."""
        state = self._store.state
        entry = Entry(example_of(METHODS[key]))
        (entry,) = fitted((entry,), float(state.loss.suggested_alpha()))
        self._insert(len(state.compare.entries), self._named(entry))

    def duplicate(self, index: int) -> None:
        """The same method with the same numbers again, below it."""
        self._insert(index + 1, self._named(self._store.state.compare.entries[index]))

    def toggle(self, index: int) -> None:
        """Hide or show."""
        hidden = self._store.state.compare.entries[index].hidden
        self._store.update(**{f"compare.entries.{index}.hidden": not hidden})

    def rename(self, index: int, text: str) -> None:
        """Another label; without one it has the method's own name."""
        entry = self._store.state.compare.entries[index]
        self._store.update(**{f"compare.entries.{index}.label": "" if text == title_of(entry.method) else text})

    def remove(self, index: int) -> None:
        """Take a method off the list; the choice stays on the method that it was on, as far as it can."""
        options = self._store.state.compare
        entries = (*options.entries[:index], *options.entries[index + 1 :])
        chosen = options.selected - (1 if index < options.selected else 0)
        chosen = max(0, min(chosen, len(entries) - 1))
        self._store.update(**{"compare.entries": entries, "compare.chosen": chosen})

    def _insert(self, index: int, entry: Entry) -> None:
        options = self._store.state.compare
        fits = options.fits(entry)
        entry = replace(entry, hidden=not fits)
        entries = (*options.entries[:index], entry, *options.entries[index:])
        if self._store.update(**{"compare.entries": entries, "compare.chosen": index}) and not fits:
            sentence = "{name} stays hidden: at most 12 methods are shown. Hide another one first."
            self._own_note = tr(sentence, name=entry.name)
            self._note.say(self._own_note)

    def _named(self, entry: Entry) -> Entry:
        """``entry`` with a label that is not taken yet: QHM 2 beside QHM."""
        names = {one.name for one in self._store.state.compare.entries}
        if entry.name not in names:
            return entry
        stem = title_of(entry.method)
        number = next(number for number in range(2, len(names) + 3) if f"{stem} {number}" not in names)
        return replace(entry, label=f"{stem} {number}")

    def _edit(self, name: str, value: Any) -> None:
        state = self._store.state
        entry, index = state.compare.entry, state.compare.selected
        if entry is None:
            return
        step = self._step if state.compare.replay == "here" else None
        try:
            changes = entry.edits(index, name, value, step)
        except ParameterError as error:
            self._store.refuse(f"compare.entries.{index}.{name}", error)
            return
        self._store.update(**changes)

    def _show_kinds(self) -> None:
        menu = make_menu(self, self._theme)
        for key, kind in METHODS.items():
            menu.addAction(title_of(kind), lambda key=key: self.add(key)).setToolTip(tr(summary_of(kind)))
        menu.setToolTipsVisible(True)
        self._open(menu, self._title)

    def _show_menu(self, index: int) -> None:
        menu = make_menu(self, self._theme)
        menu.addAction(tr("Duplicate"), lambda: self.duplicate(index))
        menu.addAction(tr("Rename"), self._rows[index].rename)
        menu.addAction(tr("Remove"), lambda: self.remove(index))
        self._open(menu, self._rows[index].more)

    def _open(self, menu: Any, owner: QWidget) -> None:
        corner = owner.mapToGlobal(owner.rect().bottomRight())
        corner.setX(corner.x() - menu.sizeHint().width())
        menu.popup(corner)
