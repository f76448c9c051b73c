"""The parameter panel: editors generated from the declared fields of the state, its loss and its noise."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite
from random import randrange
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.drawing import markup
from qhm_gui.state.no_theory import no_theory_words
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import (
    ALL_LOSSES,
    OutsideWindow,
    State,
    alpha_range,
    declared_at,
    rate,
    start_range,
    tie_words,
    value_at,
)
from qhm_gui.state.store import Refusal, Store
from qhm_gui.text.formula_errors import formula_sentence
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text, fixed, grouped, plain, rate_text, scientific, share_text
from qhm_gui.text.row_words import RowChoices, example_of, summary_of, title_of
from qhm_gui.views.shared.theory_words import spread_words
from qhm_gui.widgets.choice_field import ChoiceField
from qhm_gui.widgets.combo_box import Choice
from qhm_gui.widgets.form import Form
from qhm_gui.widgets.label import HelpLine
from qhm_gui.widgets.number_field import ValueField
from qhm_gui.widgets.painted import apply_theme
from qhm_gui.widgets.read_out import ReadOut, Verdict
from qhm_gui.widgets.scroll_area import ScrollArea
from qhm_gui.widgets.section import Hairline, SectionTitle
from qhm_gui.widgets.segments import Segments
from qhm_gui.widgets.text_field import Misread, TextField
from qhm_gui.window.panel.page_options import PageOptions
from qhm_math import LocalQuadratic, steps_per_decade
from qhm_math.declared import ParameterError, declared_fields
from qhm_math.expression import ExpressionError, TypedLoss, read_somewhere
from qhm_math.losses import FiniteSum
from qhm_math.methods import NU_RULES, LinearMethod
from qhm_math.minibatch_noise import MiniBatches
from qhm_math.noise import NOISES

if TYPE_CHECKING:
    from qhm_gui.window.panel.method_list import MethodList
    from qhm_math.choose import Problem

WIDTH = 300
_POINT = ("alpha", "beta", "nu")


class Panel(QFrame):
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
        self._loss = Choice(name="Loss")
        self._loss_form = Form(declared_fields(store.state.loss), compact=True)
        self.formula = TextField(read_formula)
        self.formula.set_prefix("*f* =")
        self.formula.setFixedHeight(30)
        self._loss_help = HelpLine()
        self._method_title = SectionTitle("Method", "Reset")
        self._loss_title = SectionTitle("Loss")
        self._noise = ChoiceField(RowChoices(NOISES, summary_of), name="Noise")
        self._noise.editor.tells = True  # it is in no row of a form
        self._noise_form = Form(declared_fields(store.state.noise))
        self._noise_form.set_ticks("sigma", False)
        self._noise_help = HelpLine()
        self._plane = QWidget()  # the loss and the noise of the plane
        self._page = PageOptions(store)
        self._page.file_requested.connect(self.file_requested)
        self._methods: MethodList | None = None
        self._methods_place = QVBoxLayout()
        self._step = 0
        self._run = Form({}, compact=True)
        self._run.set_action("seed", "dice", "Other noise")
        self._readout = ReadOut()
        self._no_theory = HelpLine()
        self._pinned = QWidget()  # what the theory says of the plane's loss
        self._forms = (
            (self._point, ""),
            (self._run, ""),
            (self._loss_form, "loss."),
            (self._noise_form, "noise."),
        )
        self._build()
        self._connect()
        self._method.set_options([(rule, title_of(kind), summary_of(kind)) for rule, kind in NU_RULES.items()])
        self._loss.set_options([(key, title_of(kind), summary_of(kind)) for key, kind in ALL_LOSSES.items()])
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
        return self._readout.code()

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
        plane = QVBoxLayout(self._plane)
        plane.setContentsMargins(0, 0, 0, 0)
        plane.setSpacing(8)
        plane.addWidget(Hairline())
        plane.addWidget(self._loss_title)
        plane.addWidget(self._loss)
        plane.addWidget(self.formula)
        plane.addWidget(self._loss_help)
        plane.addWidget(self._loss_form)
        plane.addWidget(Hairline())
        plane.addLayout(_row(SectionTitle("Noise"), self._noise))
        plane.addWidget(self._noise_form)
        plane.addWidget(self._noise_help)
        column.addWidget(self._plane)
        column.addWidget(Hairline())
        column.addWidget(self._run)
        column.addStretch(1)
        scroll = ScrollArea()
        scroll.setWidget(inside)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        bottom = QVBoxLayout(self._pinned)
        bottom.setContentsMargins(20, 0, 20, 12)
        bottom.setSpacing(10)
        bottom.addWidget(Hairline())
        bottom.addWidget(self._readout)
        bottom.addWidget(self._no_theory)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 1, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addWidget(self._pinned)

    def _connect(self) -> None:
        store = self._store
        self._method_title.action_triggered.connect(store.reset)
        self._method.chosen.connect(lambda tie: store.update(tie=tie))
        self._tie.chosen.connect(lambda tie: store.update(tie=tie))
        self._loss.chosen.connect(self._choose_loss)
        self.formula.committed.connect(self._take_formula)
        self.formula.refused.connect(self._loss_help.say)
        self.formula.corrected.connect(lambda: self._loss_help.say(""))
        self._noise.committed.connect(lambda key: store.update(noise=example_of(NOISES[key])))
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
        self._plane.setVisible(plane)
        self._loss.set_value(state.loss.key)
        self._loss_form.set_fields(declared_fields(state.loss))
        self._loss_form.setVisible(bool(self._loss_form.names()))
        typed = state.loss if isinstance(state.loss, TypedLoss) else None
        self.formula.setVisible(typed is not None)
        if typed is not None:
            self.formula.set_value(typed.text)
        if not self.formula.isVisible() or not self.formula.error():
            self._loss_help.say(spectrum_words(state) if typed is None else edge_words(typed))
        self._noise.set_value(state.noise.key)
        self._noise_form.set_fields(declared_fields(state.noise))
        data = isinstance(state.noise, MiniBatches) and isinstance(state.loss, FiniteSum)
        self._noise_form.setVisible(not data)
        self._noise_help.say(tr("Batches of the data: the batch size is a field of the loss.") if data else "")
        self._page.follow(state, accent)
        self._run.set_fields({path: declared_at(state, path) for path in run_fields(state)})
        for form, prefix in self._forms:
            form.set_values({name: value_at(state, prefix + name) for name in form.names()})
        ratio = f"*κ* = {plain(state.local.condition)}" if state.has_theory else ""
        self._loss_title.set_note(ratio)
        looked = read_out_state(state)
        why_not = no_theory_words(state)
        self._pinned.setVisible(plane)
        self._readout.setVisible(looked is not None and why_not is None)
        self._no_theory.setVisible(why_not is not None)
        without = tr("{title}: there is no bound and no rate.", title=why_not[0] if why_not else "")
        self._no_theory.say("" if why_not is None else why_not[1] if state.has_minima else without)
        if looked is not None and why_not is None:
            self._show_readout(looked)

    def _show_readout(self, state: State) -> None:
        bound, current = bound_of(state), rate(state)
        local = state.local
        theory = theory_of(state)
        coefficient = float(theory.mean_square_coefficient(state.point))
        verdict: Verdict = "stable" if state.alpha < bound else ("edge" if state.alpha == bound else "diverges")
        relation = {"stable": "<", "edge": "=", "diverges": ">"}[verdict]
        grows = verdict == "stable" and coefficient >= 1
        self._readout.set_verdict(
            "spread" if grows else verdict, f"*α* = {alpha_text(state.alpha)} {relation} {alpha_text(bound)}"
        )
        words = markup.plain_text(spread_words(theory, state.point)).replace("\n", " ")
        self._readout.set_note(words[:1].upper() + words[1:])
        level = float(theory.stationary_loss(state.point))
        label = "Loss above this minimum" if local.height > 0 else "Stationary loss"
        reach = (
            "Expected loss above this minimum in the stationary state, exact."
            if local.exact
            else "Expected loss above this minimum in the stationary state, to second order near it."
        )
        none = tr("none")
        batches = (
            "Mean-square coefficient *K*",
            scientific(coefficient) if isfinite(coefficient) else none,
            "The spread stays bounded if it is below 1.",
        )
        per_decade = fixed(float(steps_per_decade(current)), 1) if current < 1 else none
        self._readout.set_rows(
            [
                (
                    "Rate *R*",
                    rate_text(current),
                    "The error shrinks by this factor a step, near the minimum.",
                ),
                ("Steps per decade", per_decade, "Steps in which the loss falls to a tenth."),
                (
                    label,
                    scientific(level) if isfinite(level) else none,
                    reach,
                ),
                *([batches] if local.batches is not None else []),
            ]
        )
        call = pytorch_call(state)
        self._readout.set_code(
            call, call.replace("torch.optim.", "").replace("qhoptim.pyt.", "").replace("params, ", "")
        )

    def _finish_editing(self) -> None:
        """End what is being typed in here: only the field that has the cursor can hold it."""
        edited = self.window().focusWidget()
        field = edited.parentWidget() if edited is not None and self.isAncestorOf(edited) else None
        if isinstance(field, ValueField):
            field.finish()

    def _edit(self, path: str, value: Any) -> None:
        """A start that is typed has to lie in the window of the loss, as one that is dragged does."""
        loss = self._store.state.loss
        if isinstance(loss, TypedLoss) and path.startswith("loss.") and _is_allowed(loss, path, value):
            self.edge_requested.emit(path, value)
            return
        low, high = start_range(self._store.state, path) or (-inf, inf)
        if isinstance(value, float | int) and not low <= value <= high:
            self._store.refuse(path, OutsideWindow(path, value, low, high))
        else:
            self._store.update(**{path: value})

    def _choose_loss(self, key: str) -> None:
        """Another kind of loss; one's own begins with a formula that works."""
        if key == TypedLoss.key:
            self.loss_requested.emit("loss", lambda: {"loss": example_of(TypedLoss)})
        else:
            self._store.update(loss=example_of(ALL_LOSSES[key]))

    def _take_formula(self, text: object) -> None:
        self.loss_requested.emit("loss.text", lambda: {"loss": TypedLoss(str(text))})

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
        if refusal.name in ("loss", "loss.text") and self.formula.isVisible():
            self.formula.set_error(refusal.sentence)
            self._loss_help.say(refusal.sentence)


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
        x, y = (f"{value:.7g}" for value in edge[0])
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


def own_methods(state: State) -> bool:
    """Whether the page that is shown has methods of its own."""
    return PAGES[state.page].own_methods


def read_out_state(state: State) -> State | None:
    """The state whose point the read-out tells of: on a page with methods of its own that of the chosen one.

    None where that one is no member of the family, so that the theory does not apply to it.
    """
    if not own_methods(state):
        return state
    entry = state.compare.entry
    if entry is None or not isinstance(entry.current, LinearMethod):
        return None
    point = entry.current.as_qhm()
    try:
        return replace(state, alpha=float(point.alpha), beta=float(point.beta), nu=float(point.nu), tie="free")
    except ParameterError:
        return None


def run_fields(state: State) -> tuple[str, ...]:
    """The paths of the fields that set the runs of the page that is shown."""
    row = PAGES[state.page]
    choose = getattr(value_at(state, row.options), "run_fields", None) if row.options else None
    return row.run if choose is None else choose(row.run, state)


def bound_of(state: State) -> float:
    """The largest stable α at the current β and ν; infinite where there is no quadratic to be stable on."""
    if not state.has_theory:
        return float("inf")
    return float(state.local.max_stable_alpha(state.point))


def bounds_of(state: State) -> tuple[float, float | None]:
    """The largest stable α, and under mini-batches the largest at which the spread is bounded."""
    if state.local.batches is None:
        return bound_of(state), None
    return bound_of(state), float(theory_of(state).max_mean_square_alpha(state.point))


def theory_of(state: State) -> LocalQuadratic | Problem:
    """What the page that is shown knows of the minimum: the quadratic of the plane, or a spectrum of more directions.

    Their bound (13) and their rate are the same.
    """
    if state.page != "choose" or state.choose.nodes is None:
        return state.local
    from qhm_gui.views.choose.problem import problem_of

    return problem_of(state)


def pytorch_call(state: State) -> str:
    """The call in PyTorch that takes the same steps: torch.optim.SGD where it can, else QHM of qhoptim."""
    known = state.point.to_pytorch_sgd()
    if known is None:
        momentum, nu = _in_code(state.beta), _in_code(state.nu)
        return f"qhoptim.pyt.QHM(params, lr={_in_code(state.alpha)}, momentum={momentum}, nu={nu})"
    lr, momentum, nesterov = known
    extra = (f", momentum={_in_code(momentum)}" if momentum else "") + (", nesterov=True" if nesterov else "")
    return f"torch.optim.SGD(params, lr={_in_code(lr)}{extra})"


def _in_code(value: float) -> str:
    """As few digits, from 6 on, as hold ``value`` and its distance from 1 to a millionth: .9999999999 is not 1."""
    enough = 1e-6 * min(abs(value), abs(1 - value))
    texts = (f"{value:.{digits}g}" for digits in range(6, 18))
    return next((text for text in texts if abs(float(text) - value) <= enough), repr(value))


def _row(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(left, 1)
    row.addWidget(right)
    return row
