"""The loss and the noise of the plane, as a section of the panel."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import ALL_LOSSES, OutsideWindow, State, start_range
from qhm_gui.state.store import Refusal, Store
from qhm_gui.text.formula_errors import formula_sentence
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped, plain
from qhm_gui.text.row_words import RowChoices, example_of, summary_of, title_of
from qhm_gui.widgets.choice_field import ChoiceField
from qhm_gui.widgets.combo_box import Choice
from qhm_gui.widgets.form import Form
from qhm_gui.widgets.label import HelpLine
from qhm_gui.widgets.section import Hairline, SectionTitle
from qhm_gui.widgets.text_field import Misread, TextField
from qhm_math.declared import ParameterError, declared_fields
from qhm_math.expression import ExpressionError, TypedLoss, read_somewhere
from qhm_math.losses import FiniteSum
from qhm_math.minibatch_noise import MiniBatches
from qhm_math.noise import NOISES


class LossSection(QWidget):
    """Not there on pages with a loss of their own."""

    loss_requested = Signal(str, object)  # a field, and what makes the changes: another typed loss, which takes a while
    edge_requested = Signal(str, object)  # a field, and its value: another end of the window of a typed loss

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._title = SectionTitle("Loss")
        self.loss = Choice(name="Loss")
        self.loss.set_options([(key, title_of(kind), summary_of(kind)) for key, kind in ALL_LOSSES.items()])
        self.loss_form = Form(declared_fields(store.state.loss), compact=True)
        self.formula = TextField(read_formula)
        self.formula.set_prefix("*f* =")
        self.formula.setFixedHeight(30)
        self.loss_help = HelpLine()
        self.noise = ChoiceField(RowChoices(NOISES, summary_of), name="Noise")
        self.noise.editor.tells = True  # it is in no row of a form
        self.noise_form = Form(declared_fields(store.state.noise))
        self.noise_form.set_ticks("sigma", False)
        self.noise_help = HelpLine()
        self._build()
        self.loss.chosen.connect(self._choose)
        self.formula.committed.connect(self._take_formula)
        self.formula.refused.connect(self.loss_help.say)
        self.formula.corrected.connect(lambda: self.loss_help.say(""))
        self.noise.committed.connect(lambda key: store.update(noise=example_of(NOISES[key])))

    @property
    def forms(self) -> tuple[tuple[Form, str], ...]:
        """Its forms, and the paths in the state that their fields belong under."""
        return (self.loss_form, "loss."), (self.noise_form, "noise.")

    def follow(self, state: State) -> None:
        """Show the loss and the noise of this state; the values in the forms are the panel's to set."""
        self.setVisible(not PAGES[state.page].own_loss)
        self.loss.set_value(state.loss.key)
        self.loss_form.set_fields(declared_fields(state.loss))
        self.loss_form.setVisible(bool(self.loss_form.names()))
        typed = state.loss if isinstance(state.loss, TypedLoss) else None
        self.formula.setVisible(typed is not None)
        if typed is not None:
            self.formula.set_value(typed.text)
        if not self.formula.isVisible() or not self.formula.error():
            self.loss_help.say(spectrum_words(state) if typed is None else edge_words(typed))
        self.noise.set_value(state.noise.key)
        self.noise_form.set_fields(declared_fields(state.noise))
        data = isinstance(state.noise, MiniBatches) and isinstance(state.loss, FiniteSum)
        self.noise_form.setVisible(not data)
        self.noise_help.say(tr("Batches of the data: the batch size is a field of the loss.") if data else "")
        self._title.set_note(f"*κ* = {plain(state.local.condition)}" if state.has_theory else "")

    def takes(self, path: str, value: Any) -> bool:
        """Whether the section sees to this edit itself: another end of a window, or a start outside it."""
        loss = self._store.state.loss
        if isinstance(loss, TypedLoss) and path.startswith("loss.") and _is_allowed(loss, path, value):
            self.edge_requested.emit(path, value)
            return True
        low, high = start_range(self._store.state, path) or (-inf, inf)
        if isinstance(value, float | int) and not low <= value <= high:
            # A start that is typed has to lie in the window of the loss, as one that is dragged does.
            self._store.refuse(path, OutsideWindow(path, value, low, high))
            return True
        return False

    def refuse(self, refusal: Refusal) -> None:
        """Say the sentence at the formula, if it is of the loss."""
        if refusal.name in ("loss", "loss.text") and self.formula.isVisible():
            self.formula.set_error(refusal.sentence)
            self.loss_help.say(refusal.sentence)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (Hairline(), self._title, self.loss, self.formula, self.loss_help, self.loss_form, Hairline()):
            column.addWidget(widget)
        noise = QHBoxLayout()
        noise.setContentsMargins(0, 0, 0, 0)
        noise.addWidget(SectionTitle("Noise"), 1)
        noise.addWidget(self.noise)
        column.addLayout(noise)
        column.addWidget(self.noise_form)
        column.addWidget(self.noise_help)

    def _choose(self, key: str) -> None:
        """Another kind of loss; one's own begins with a formula that works."""
        if key == TypedLoss.key:
            self.loss_requested.emit("loss", lambda: {"loss": example_of(TypedLoss)})
        else:
            self._store.update(loss=example_of(ALL_LOSSES[key]))

    def _take_formula(self, text: object) -> None:
        self.loss_requested.emit("loss.text", lambda: {"loss": TypedLoss(str(text))})


def _is_allowed(loss: TypedLoss, path: str, value: Any) -> bool:
    """Whether the field of a typed loss takes this value. Nothing is looked for: the other ends are known."""
    changes: dict[str, Any] = {path.removeprefix("loss."): value}
    try:
        replace(loss, **changes)
    except ParameterError:
        return False
    return True


def read_formula(text: str) -> str:
    """The formula in the program's notation; Misread, which points at a character, if the text is none."""
    try:
        return read_somewhere(text)
    except ExpressionError as error:
        raise Misread(formula_sentence(error), error.position) from None


def edge_words(loss: TypedLoss) -> str:
    """Which minima of a typed loss are only its lowest values inside the window; '' where none are."""
    edge, all_of_them = loss.minima_at_edge(), loss.minima()
    if not len(edge):
        return ""
    if (edge[0] == all_of_them[0]).all():
        x, y = (plain(value, 7) for value in edge[0])
        return tr("The lowest minimum, ({x}, {y}), is at the window's edge: beyond it the loss may be lower.", x=x, y=y)
    return tr("Minima at the window's edge: {count} of {all}.", count=len(edge), all=len(all_of_them))


def spectrum_words(state: State) -> str:
    """That the loss stands for a spectrum of more directions; '' where it does not."""
    nodes, page = state.choose.nodes, PAGES["choose"].title
    if nodes is None:
        return ""
    return tr(
        "Smallest and largest of the {count} eigenvalues of “{page}”; another loss takes their place.",
        count=grouped(len(nodes.curvatures)),
        page=tr(page),
    )
