"""The part of the panel that belongs to the page that is shown: its presets, and the editors of its own options.

What is edited comes from the dataclass that PageRow.options names in the state. The class may say more of itself:
``title`` heads the section, ``panel_fields(state)`` names the fields to show, in order. Without it every declared field
is shown that no card of the page has in its header.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qhm_gui.state.page_presets import holds, presets_of
from qhm_gui.state.pages import PAGES, PagePreset, PageRow
from qhm_gui.state.state import State, declared_at, value_at
from qhm_gui.state.store import Refusal, Store
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import plain
from qhm_gui.views import VIEWS
from qhm_gui.widgets.combo_box import Choice
from qhm_gui.widgets.form import Form
from qhm_gui.widgets.section import Hairline, SectionTitle
from qhm_math.declared import declared_fields

_OWN = "own"


class PageOptions(QWidget):
    """A section of the panel; not there on pages without options."""

    file_requested = Signal(str)  # the values of a list are to be read from a file: the path of its field

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._presets: tuple[PagePreset, ...] = ()
        self._words = ""
        self._title = SectionTitle(lambda: tr(self._words))
        self.preset = Choice(name="Preset")
        self.form = Form({})
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Hairline())
        column.addWidget(self._title)
        column.addWidget(self.preset)
        column.addWidget(self.form)
        self.preset.chosen.connect(self._choose)
        self.form.edited.connect(lambda path, value: store.update(**{path: value}))
        self.form.began.connect(lambda _path: store.begin())
        self.form.ended.connect(lambda _path: store.end())
        self.form.action_triggered.connect(self.file_requested)

    def follow(self, state: State, accent: QColor) -> None:
        """Show what the page of the state has, and its values."""
        row = PAGES[state.page]
        paths = panel_paths(row, state)
        presets = presets_of(row.key) if row.options else ()
        self.setVisible(bool(paths or presets))
        self.form.setVisible(bool(paths))
        if not (paths or presets):
            return
        options = value_at(state, row.options)
        self._words = getattr(options, "title", row.title)
        self._title.update()
        self._show_presets(presets, state)
        self.form.set_accent(accent)
        for path in paths:
            field = declared_at(state, path)
            if field.zero:
                self.form.set_formatter(path, zero_words(field.zero))
            elif field.kind == "number":
                self.form.set_formatter(path, plain)
            elif field.kind == "list":
                self.form.set_action(path, "open", "Read from a file")
        self.form.set_fields({path: declared_at(state, path) for path in paths})
        self.form.set_values({path: value_at(state, path) for path in paths})
        for path in paths:
            self.form.set_ticks(path, False)

    def refuse(self, refusal: Refusal) -> None:
        """Say the sentence at the field, if it is one of these."""
        self.form.set_error(refusal.name, refusal.sentence)

    def _show_presets(self, presets: tuple[PagePreset, ...], state: State) -> None:
        self.preset.setVisible(bool(presets))
        found = next((one.key for one in presets if holds(one.changes, state)), _OWN)
        rows = [(one.key, one.title, "") for one in presets]
        self._presets = presets
        self.preset.set_options([*rows, (_OWN, "custom", "")] if found == _OWN else rows)
        self.preset.set_value(found)

    def _choose(self, key: str) -> None:
        changes = next((one.changes for one in self._presets if one.key == key), None)
        if changes is not None:
            self._store.update(**changes)


def panel_paths(row: PageRow, state: State) -> tuple[str, ...]:
    """The paths of the page's options that the panel shows."""
    if not row.options:
        return ()
    options = value_at(state, row.options)
    choose = getattr(options, "panel_fields", None)
    if choose is not None:
        return tuple(f"{row.options}.{name}" for name in choose(state))
    in_headers = {option.field for key in row.views for option in VIEWS[key].options}
    paths = (f"{row.options}.{name}" for name in declared_fields(options))
    return tuple(path for path in paths if path not in in_headers)


@cache
def zero_words(word: str) -> Callable[[float], str]:
    """A formatter that says ``word`` for 0, where 0 means that the program chooses."""
    return lambda value: plain(value) if value else tr(word)
