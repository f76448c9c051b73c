"""What a film is to show, asked for with the editors that its options declare."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.export.film.film import Film, FilmOptions, sweepable, whole_sweep
from qhm_gui.export.film.writer import FilmError
from qhm_gui.export.scene import Scene, page_scene, view_scene
from qhm_gui.guarded import Guarded
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State
from qhm_gui.state.store import explain
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped, plain
from qhm_gui.views import VIEWS
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.form import Form
from qhm_gui.widgets.painted import apply_theme
from qhm_math.declared import Declared, ParameterError, declared_fields

SIZES = ("960x540", "1280x720", "1920x1080")
_WIDTH = 400
#: These are parts of a page's options that steer a simulation or a picture, and belong to no other page.
_OWN = ("loss", "noise")


class FilmDialog(Guarded, QDialog):
    """Asks for a film of the page of ``state``, or of one view of it. After accept, :attr:`film` holds it."""

    def __init__(self, parent: QWidget, theme: Theme, state: State, view: str, options: FilmOptions) -> None:
        super().__init__(parent)
        self.film: Film | None = None
        self._state = state
        self._row = PAGES[state.page]
        self._view = view
        self.options = options
        self.scope = "view" if view else "page"
        self._sentence = ""
        self.form = Form({})
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._theme = theme
        self.setWindowTitle(tr("Animation"))
        self.setFixedWidth(_WIDTH)
        self.accept_button = TextButton(tr("Save as…"), solid=True)
        cancel = TextButton(tr("Cancel"))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(14)
        column.addWidget(self.form)
        column.addWidget(self._summary)
        column.addLayout(buttons)
        self.form.edited.connect(self._edit)
        cancel.clicked.connect(self.reject)
        self.accept_button.clicked.connect(self.accept)
        for name in ("low", "high", "seconds"):
            self.form.set_formatter(name, plain)
        if options.path not in self._paths():
            self.options = whole_sweep(options, state, "alpha")
        if not self._scene().moves:
            self.options = replace(self.options, what="sweep")
        apply_theme(self, theme)
        self._refresh()

    def accept(self) -> None:
        """Not while a field shows a number that was refused: the film would be of another one."""
        if self.form.finish() and self.film is not None:
            super().accept()

    def _scene(self) -> Scene:
        return view_scene(self._view) if self.scope == "view" else page_scene(self._row)

    def _paths(self) -> dict[str, Declared]:
        """What can be swept here: what concerns all pages, and the options of this one."""
        owners = ("", *_OWN, self._row.options or "loss")
        found = sweepable(self._state)
        return {path: found[path] for path in found if (path.partition(".")[0] if "." in path else "") in owners}

    def _fields(self) -> dict[str, Declared]:
        declared = declared_fields(self.options)
        fields: dict[str, Declared] = {}
        if self._view:
            scopes = (("view", VIEWS[self._view].title), ("page", "the page"))
            fields["scope"] = Declared("picture", kind="choice", choices=scopes)
        if self._scene().moves:
            fields["what"] = declared["what"]
        if self.options.what == "sweep":
            choices = tuple((path, _words(field)) for path, field in self._paths().items())
            fields["path"] = Declared("parameter", kind="choice", choices=choices)
            fields |= {name: declared[name] for name in ("low", "high", "spacing")}
        fields |= {name: declared[name] for name in ("seconds", "rate")}
        sizes = tuple((size, size.replace("x", " × ")) for size in self._sizes())
        fields["size"] = Declared("size", kind="choice", choices=sizes)
        return fields | {name: declared[name] for name in ("kind", "theme")}

    def _sizes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*SIZES, self._size())))

    def _size(self) -> str:
        return f"{self.options.width}x{self.options.height}"

    def _edit(self, name: str, value: Any) -> None:
        if name == "scope":
            self.scope = value
            if not self._scene().moves:
                self.options = replace(self.options, what="sweep")
        elif name == "path":
            self.options = whole_sweep(self.options, self._state, value)
        else:
            changes = {name: value}
            if name == "size":
                width, height = value.split("x")
                changes = {"width": int(width), "height": int(height)}
            try:
                self.options = replace(self.options, **changes)
            except ParameterError as error:
                self.form.set_error(name, explain(error, self._state, {"film": self.options}))
                return
        self._refresh()

    def _refresh(self) -> None:
        """Show what is chosen, and whether a film can be made of it."""
        self.form.set_fields(self._fields())
        values = {**vars(self.options), "scope": self.scope, "size": self._size()}
        self.form.set_values({name: values[name] for name in self.form.names()})
        try:
            self.film = Film(self._scene(), self._state, self.options)
            words = tr("{frames} frames", frames=grouped(self.options.frames))
        except FilmError as error:
            self.film, words = None, str(error)
        self._summary.setText(words)
        self._summary.setStyleSheet(f"color: {self._theme.muted if self.film else self._theme.ink};")
        self.accept_button.setEnabled(self.film is not None)
        self.adjustSize()


def _words(field: Declared) -> str:
    """A parameter in a list: its symbol and its name."""
    return f"*{field.symbol}*  {tr(field.label)}" if field.symbol else tr(field.label)
