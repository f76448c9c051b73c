"""The parameter panel: editors generated from the declared fields of the state, its loss and its noise."""

from __future__ import annotations

from random import randrange
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.guarded import Guarded
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import (
    State,
    alpha_range,
    declared_at,
    tie_words,
    value_at,
)
from qhm_gui.state.store import Refusal, Store
from qhm_gui.text.numbers import alpha_text, share_text
from qhm_gui.text.row_words import summary_of, title_of
from qhm_gui.widgets.combo_box import Choice
from qhm_gui.widgets.form import Form
from qhm_gui.widgets.painted import apply_theme
from qhm_gui.widgets.scroll_area import ScrollArea
from qhm_gui.widgets.section import Hairline, SectionTitle
from qhm_gui.widgets.segments import Segments
from qhm_gui.widgets.value_field import ValueField
from qhm_gui.window.panel.loss_section import LossSection
from qhm_gui.window.panel.page_options import PageOptions
from qhm_gui.window.panel.theory_read_out import TheoryReadOut, bounds_of, own_methods
from qhm_math.declared import declared_fields
from qhm_math.methods import NU_RULES

if TYPE_CHECKING:
    from qhm_gui.window.panel.method_list import MethodList

WIDTH = 300
#: Below this height the read-out is scrolled with the controls.
LOW = 440
_POINT = ("alpha", "beta", "nu")


class Panel(Guarded, QFrame):
    """Bound to the store: edits go there, and what is shown comes from there."""

    tune_requested = Signal()  # the best parameters of every method are asked for
    loss_requested = Signal(str, object)  # a field, and what makes the changes: another typed loss, which takes a while
    file_requested = Signal(str)  # the values of a list are to be read from a file: the path of its field
    edge_requested = Signal(str, object)  # a field, and its value: another end of the window of a typed loss

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setFixedWidth(WIDTH)
        self._store = store
        self._theme = LIGHT
        fields = declared_fields(State)
        self._method = Choice(name="Method")
        self._tie = Segments(fields["tie"].choices, small=True, name="Momentum share")
        self._point = Form({name: fields[name] for name in _POINT})
        self._point.set_formatter("alpha", alpha_text)
        self._point.set_formatter("beta", lambda value: share_text(value, 3))
        self._point.set_formatter("nu", lambda value: share_text(value, 2))
        self._method_title = SectionTitle("Method", "Reset")
        self.plane = LossSection(store)
        self.plane.loss_requested.connect(self.loss_requested)
        self.plane.edge_requested.connect(self.edge_requested)
        self._page = PageOptions(store)
        self._page.file_requested.connect(self.file_requested)
        self._methods: MethodList | None = None
        self._methods_place = QVBoxLayout()
        self._step = 0
        self._run = Form({}, compact=True)
        self._run.set_action("seed", "dice", "Other noise")
        self.theory = TheoryReadOut()
        self._forms = ((self._point, ""), (self._run, ""), *self.plane.forms)
        self._build()
        self._connect()
        self._method.set_options([(rule, title_of(kind), summary_of(kind)) for rule, kind in NU_RULES.items()])
        self._follow(store.state)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme (the controls inside take theirs themselves)."""
        self._theme = theme
        self._follow(self._store.state)

    def retranslate(self) -> None:
        """Say what the panel itself says in the language in force."""
        self._follow(self._store.state)

    def edit(self, name: str) -> None:
        """Put the cursor into the field ``name``, its number selected."""
        form = next(form for form in (*(form for form, _ in self._forms), self._page.form) if name in form.names())
        form.row(name).entry.take_focus()

    def seek(self, step: int) -> None:
        """The playhead stands at ``step``."""
        self._step = step
        if self._methods is not None:
            self._methods.seek(step)

    @property
    def methods(self) -> MethodList:
        """The list of the methods of a page that has its own; made when it is first wanted."""
        if self._methods is None:
            from qhm_gui.window.panel.method_list import MethodList

            self._methods = MethodList(self._store)
            self._methods.tune_requested.connect(self.tune_requested)
            self._methods.seek(self._step)
            apply_theme(self._methods, self._theme)
            self._methods_place.addWidget(self._methods)
        return self._methods

    @property
    def call(self) -> str:
        """The PyTorch call that the read-out shows."""
        return self.theory.read_out.code()

    # -- building

    def _build(self) -> None:
        inside = QWidget()
        inside.setFixedWidth(WIDTH - 1)  # a scroll bar lies on the margin, and nothing moves when it comes
        column = QVBoxLayout(inside)
        column.setContentsMargins(20, 14, 20, 8)
        column.setSpacing(8)
        column.addWidget(self._method_title)
        column.addWidget(self._method)
        column.addWidget(self._point)
        column.addWidget(self._tie)
        column.addLayout(self._methods_place)
        column.addWidget(self._page)
        column.addWidget(self.plane)
        column.addWidget(Hairline())
        column.addWidget(self._run)
        column.addStretch(1)
        self._column = column
        scroll = ScrollArea()
        scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 1, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addWidget(self.theory)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The read-out is always in sight, but where it would leave no room for the controls: there it ends them."""
        super().resizeEvent(event)
        outer = self.layout()
        assert isinstance(outer, QVBoxLayout)
        scrolled = self.height() < LOW
        if scrolled != (outer.indexOf(self.theory) < 0):
            (self._column if scrolled else outer).addWidget(self.theory)

    def _connect(self) -> None:
        store = self._store
        self._method_title.action_triggered.connect(store.reset)
        self._method.chosen.connect(lambda tie: store.update(tie=tie))
        self._tie.chosen.connect(lambda tie: store.update(tie=tie))
        self._run.action_triggered.connect(self._roll)
        for form, prefix in self._forms:
            form.edited.connect(lambda name, value, prefix=prefix: self._edit(prefix + name, value))
            form.began.connect(lambda _name: store.begin())
            form.ended.connect(lambda _name: store.end())
        store.about_to_change.connect(self._finish_editing)
        store.changed.connect(self._follow)
        store.refused.connect(self._refuse)

    # -- following the state

    def _follow(self, state: State) -> None:
        accent = self._theme.color(self._theme.method(state.active))
        own, plane = own_methods(state), not PAGES[state.page].own_loss
        for widget in (self._method_title, self._method, self._point, self._tie):
            widget.setVisible(not own)
        if own:
            self.methods.follow(state)
        if self._methods is not None:
            self._methods.setVisible(own)
        self._method.set_value(state.tie)
        self._method.set_dot(accent)
        self._tie.set_value(state.tie)
        self._point.set_accent(accent)
        self._point.set_slider_range("alpha", *alpha_range(state))
        self._point.set_bound("alpha", *bounds_of(state) if state.has_theory and plane else (None, None))
        for name in ("beta", "nu"):
            self._point.set_tied(name, tie_words(state.tie, name) or None)
        self.plane.follow(state)
        self._page.follow(state, accent)
        self._run.set_fields({path: declared_at(state, path) for path in run_fields(state)})
        for form, prefix in self._forms:
            form.set_values({name: value_at(state, prefix + name) for name in form.names()})
        self.theory.follow(state)

    def _finish_editing(self) -> None:
        """End what is being typed in here: only the field that has the cursor can hold it."""
        edited = self.window().focusWidget()
        field = edited.parentWidget() if edited is not None and self.isAncestorOf(edited) else None
        if isinstance(field, ValueField):
            field.finish()

    def _edit(self, path: str, value: Any) -> None:
        if not self.plane.takes(path, value):
            self._store.update(**{path: value})

    def _roll(self, name: str) -> None:
        """Another seed than the present one."""
        self._store.update(**{name: (self._store.state.seed + randrange(1, 1000)) % 1000})

    def _refuse(self, refusal: Refusal) -> None:
        for form, prefix in self._forms:
            name = refusal.name.removeprefix(prefix)
            if refusal.name.startswith(prefix) and name in form.names():
                form.set_error(name, refusal.sentence)
        self._page.refuse(refusal)
        if self._methods is not None:
            self._methods.refuse(refusal)
        self.plane.refuse(refusal)


def run_fields(state: State) -> tuple[str, ...]:
    """The paths of the fields that set the runs of the page that is shown."""
    row = PAGES[state.page]
    choose = getattr(value_at(state, row.options), "run_fields", None) if row.options else None
    return row.run if choose is None else choose(row.run, state)
