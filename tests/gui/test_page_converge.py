"""The page "Does it converge?" as its user meets it: presets, families, verdicts, curves, ensembles, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest

from qhm_gui.appearance.theme import LIGHT, Style
from qhm_gui.drawing.markup import measure
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.export.film.film import sweepable
from qhm_gui.files import session, state_text
from qhm_gui.state.options.converge import PRESETS, ConvergeOptions
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import Store
from qhm_gui.text.numbers import grouped
from qhm_gui.text.theorem_words import FORMULAS, REASONS, SUBJECTS, requirement, sentence
from qhm_gui.views.converge.checklist import draw_mark
from qhm_gui.views.converge.conditions import ConditionsView, statements
from qhm_gui.views.converge.ensemble import EnsembleRequest, EnsembleResult, EnsembleView
from qhm_gui.views.converge.schedule import ScheduleView
from qhm_gui.widgets.choice_field import ChoiceField
from qhm_gui.widgets.combo_box import Choice
from qhm_gui.widgets.segments import Segments
from qhm_gui.widgets.value_field import ValueField
from qhm_gui.window.window import Window
from qhm_math import ParameterError, draw_noise, run
from qhm_math.declared import check_declared, declared, declared_fields
from qhm_math.expression import TypedLoss
from qhm_math.losses import LOSSES, Himmelblau
from qhm_math.noise import IsotropicNoise, NoNoise
from qhm_math.progress import SILENT
from qhm_math.scheduled import ScheduledQHM
from qhm_math.schedules import (
    SCHEDULES,
    Bounds,
    Constant,
    Cosine,
    Order,
    PlateauDrops,
    PowerToOne,
    Reason,
    StepDrops,
    Subject,
    Why,
    check_theorems,
    shape_fields,
)

Settle = Callable[[Window], None]
CHANGES = {one.key: one.changes for one in PRESETS if "expanded" not in one.changes}
VERDICTS = {
    "beta-to-zero": ("holds", "does not apply"),
    "slowly": ("does not apply", "holds"),
    "too-fast": ("does not apply", "fails"),
    "alpha-too-fast": ("fails", "does not apply"),
    "constant": ("fails", "fails"),
}


def state_with(**changes: object) -> State:
    """The page with a short ensemble."""
    short = {"page": "converge", "converge.steps": 400, "converge.runs": 8}
    return changed(State(), {**short, **{name.replace("__", "."): value for name, value in changes.items()}})


@pytest.fixture
def page(used_window: Callable[..., Window]) -> Window:
    return used_window(state_with())


def view(window: Window, key: str, kind: type) -> Any:
    """A view of the page; Any, because each has a result of its own."""
    found = window.page.views[key]
    assert isinstance(found, kind)
    return found


def test_presets_show_what_their_names_say(page: Window, settle: Settle, subtests: pytest.Subtests) -> None:
    for key in CHANGES:
        with subtests.test(key=key):
            page.panel._page.preset.chosen.emit(key)
            settle(page)
            assert page.panel._page.preset.value() == key
            result = view(page, "conditions", ConditionsView)._result
            assert tuple(theorem.verdict for theorem in result.theorems) == (*VERDICTS[key], "does not apply")
            keeps = "holds" in VERDICTS[key]
            entries = view(page, "conditions", ConditionsView).entries
            assert entries[0].mark == ("check" if keeps else "cross")
            shown = {"beta-to-zero": 3 + 4, "slowly": 4 + 4, "too-fast": 4, "alpha-too-fast": 3, "constant": 3 + 4}
            assert sum(entry.kind == "row" for entry in entries) == shown[key]
            assert not [entry for entry in entries[1:] if entry.kind == "row" and not entry.sentence]
            ensemble = view(page, "ensemble", EnsembleView)._result
            beside = check_theorems(ensemble.beside)
            assert (
                "holds" in [theorem.verdict for theorem in beside]
            ) != keeps  # one keeps, the other breaks a condition
            assert ensemble.done == 400 and np.isfinite(ensemble.means).all()
            page.store.undo()
            assert page.store.state == state_with()


@pytest.mark.parametrize(
    ("changes", "mark", "title", "words"),
    [
        ({"tie": "shb", "alpha": 0.2, "beta": 0.5, "loss": Himmelblau()}, "cross", "not guaranteed", "Lipschitz"),
        ({"loss": TypedLoss("x**2 + y**2")}, "open", "cannot be decided", "Lipschitz"),
        ({}, "check", "stationary point", "Theorem 1 holds"),
        ({"noise": NoNoise(), **CHANGES["constant"]}, "check", "linearly", "*R* = 0.885"),
        ({"noise": NoNoise(), "alpha": 30.0, **CHANGES["constant"]}, "cross", "not guaranteed", "stability bound"),
        ({"noise": NoNoise(), "loss": Himmelblau(), **CHANGES["constant"]}, "cross", "not guaranteed", "that fail: "),
    ],
)
def test_a_conclusion_needs_the_loss_and_the_noise_too(
    changes: dict[str, Any], mark: str, title: str, words: str
) -> None:
    state = changed(state_with(noise=IsotropicNoise(0.1)), changes)
    theorems = list(ConditionsView.compute(ConditionsView.request(state), SILENT))[-1].theorems
    first, *rest = statements(theorems)
    assert (first.mark, title in first.title, words in first.sentence) == (mark, True, True)
    assert {"row", "head"} >= {entry.kind for entry in rest}


def test_every_code_has_its_words_and_without_them_shows_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(Why) - set(REASONS) == set()
    assert set(Subject) - set(FORMULAS) - set(SUBJECTS) == set()
    monkeypatch.delitem(REASONS, Why.EDGE)
    monkeypatch.delitem(SUBJECTS, Subject.BELOW)
    assert sentence(Reason(Why.EDGE)) == str(Why.EDGE)
    assert requirement(Subject.BELOW) == "f is bounded below"


@dataclass(frozen=True)
class Halving:
    """x_k = value/2^(k/period): a schedule of the test's own."""

    value: float = declared(0.5, label="start", low=0.0, high=1e6)
    period: int = declared(30, label="period", low=1, high=1000, kind="integer", help="Steps to half.")

    key: ClassVar[str] = "halving"
    title: ClassVar[str] = "halving"
    formula: ClassVar[str] = "value 2^(-k/period)"

    def __post_init__(self) -> None:
        check_declared(self)

    def values(self, k: Any) -> Any:
        return self.value * 0.5 ** (np.asarray(k, dtype=float) / self.period)

    def order(self) -> Bounds:
        return Bounds.known(Order(geometric=((Fraction(1, 2), Fraction(1, self.period)),)))

    def gap_order(self) -> Bounds:
        return Bounds.known(Order())

    def limit(self) -> float:
        return 0.0

    def supremum(self) -> float:
        return self.value


def test_a_schedule_is_one_class_and_one_row(
    monkeypatch: pytest.MonkeyPatch, make_window: Callable[..., Window], settle: Settle
) -> None:
    """Panel, checks, sessions, texts and views find it; its words, which no table has, are shown as they stand."""
    monkeypatch.setitem(SCHEDULES, Halving.key, Halving)
    window = make_window(state_with())
    window.use_language("ja")
    settle(window)
    form = window.panel._page.form
    for name in ("alpha", "beta", "nu"):
        assert (Halving.key, Halving.title) in form.row(f"converge.{name}.key").field.choices
        form.row(f"converge.{name}.key").entry.committed.emit(Halving.key)
        form.edited.emit(f"converge.{name}.period", 7)
        assert f"converge.{name}.value" not in form.names()
    state = window.store.state
    assert state.converge.alpha == state.converge.beta == state.converge.nu == Halving(period=7)
    assert session.load(session.dump(state)) == state == state_text.from_text(state_text.to_text(state))
    assert not window.store.update(**{"converge.alpha.period": 0})
    assert "converge.alpha.period" in sweepable(state)
    settle(window)
    schedule = view(window, "schedule", ScheduleView)._result
    np.testing.assert_allclose(schedule.values[0], state.alpha * 0.5 ** (schedule.steps / 7))
    theorems = view(window, "conditions", ConditionsView)._result.theorems
    assert [theorem.verdict for theorem in theorems] == ["fails", "does not apply", "does not apply"]
    assert view(window, "ensemble", EnsembleView)._result.done == state.converge.steps
    assert not window.grab().isNull()


def test_another_choice_than_the_preset_s_is_custom(page: Window) -> None:
    assert page.panel._page.preset.value() == "beta-to-zero"
    page.store.update(**{"converge.alpha.exponent": 0.61})
    assert page.panel._page.preset.value() == "own"
    page.store.update(**{"converge.alpha.exponent": 0.6})
    assert page.panel._page.preset.value() == "beta-to-zero"


def test_dragging_an_exponent_over_the_edge_turns_the_verdict(page: Window, settle: Settle) -> None:
    marks = []
    for exponent in (0.5, 0.51, 1.0, 1.01):
        page.panel._page.form.edited.emit("converge.alpha.exponent", exponent)
        settle(page)
        marks.append(
            [entry.mark for entry in view(page, "conditions", ConditionsView).entries if entry.kind == "row"][:2]
        )
    assert marks == [["check", "cross"], ["check", "check"], ["check", "check"], ["cross", "check"]]


def test_only_the_fields_of_the_chosen_family_are_shown(page: Window) -> None:
    form = page.panel._page.form

    def names(prefix: str) -> list[str]:
        return [name.removeprefix(f"converge.{prefix}.") for name in form.names() if f".{prefix}." in name]

    assert names("alpha") == ["key", "exponent"] and names("nu") == ["key"]
    entry = form.row("converge.alpha.key").entry
    for family, fields in {
        "steps": ["factor", "every"],
        "plateau": ["factor", "patience"],
        "cosine": ["floor", "horizon"],
        "warmup": ["length"],
        "constant": [],
    }.items():
        entry.committed.emit(family)
        assert page.store.state.converge.alpha.key == family
        assert names("alpha") == ["key", *fields]
        assert form.row("converge.alpha.key").entry is entry  # kept, so that the keyboard stays in it
    page.store.update(tie="nag")
    assert names("nu") == []


def test_a_tied_nu_follows_its_tie() -> None:
    slowly = {f"{name.replace('.', '__')}": value for name, value in CHANGES["slowly"].items() if name != "tie"}
    nag = ConditionsView.request(state_with(**slowly, tie="nag")).schedule
    assert nag.nu == nag.beta and isinstance(nag.beta, PowerToOne)
    assert ConditionsView.request(state_with(**slowly, tie="shb")).schedule.nu == Constant(1.0)
    assert ConditionsView.request(state_with(**slowly, tie="sgd")).schedule.nu == Constant(0.0)


def test_the_schedule_s_curves_are_the_schedule(page: Window, settle: Settle) -> None:
    result = view(page, "schedule", ScheduleView)._result
    k = result.steps
    assert k[0] == 0 and k[-1] == 400
    np.testing.assert_allclose(result.alphas[0], 1.7 * (k + 1) ** -0.6)
    np.testing.assert_allclose(result.gaps[0], 1 - 0.7 * 0.8 * (k + 1) ** -0.5)
    assert [label.text for label in view(page, "schedule", ScheduleView)._names] == ["levels off", "slope −0.6"]
    page.store.update(**{"converge.alpha.key": "plateau", "converge.alpha.patience": 100})
    settle(page)
    result = view(page, "schedule", ScheduleView)._result
    assert result.alphas[0][-1] == 1.7 and result.alphas[1][-1] == 1.7 / 16  # no drop, and one every 100 steps
    assert view(page, "schedule", ScheduleView)._bands[1].isVisible()
    assert [theorem.verdict for theorem in check_theorems(result.request.schedule)] == ["open", "does not apply"]


def ensemble(state: State) -> tuple[EnsembleRequest, list[EnsembleResult]]:
    request = EnsembleView.request(state)
    return request, list(EnsembleView.compute(request, SILENT))


@pytest.mark.parametrize("loss", ["quadratic", "rosenbrock"])
def test_the_ensemble_is_what_the_engine_runs(loss: str) -> None:
    state = state_with(loss=LOSSES[loss](), converge__steps=900)
    request, results = ensemble(state)
    assert [result.done >= 900 for result in results] == [False] * (len(results) - 1) + [True]
    last = results[-1]
    noise = draw_noise(state.noise, 900, 8, state.seed)
    whole = run(state.loss, ScheduledQHM((request.schedule, last.beside)), state.start, 900, noise, members=8)
    at = last.steps
    np.testing.assert_allclose(last.means[0], whole.losses[at].mean(axis=-1), rtol=1e-9)
    norms = np.linalg.norm(state.loss.gradient(whole.positions[at]), axis=-1)
    np.testing.assert_allclose(last.means[1], norms.mean(axis=-1), rtol=1e-9)
    assert (np.diff(last.quantiles, axis=-1) >= 0).all()
    np.testing.assert_allclose(last.quantiles[0, :, :, 0], np.sort(whole.losses[at], axis=-1)[..., 0], rtol=1e-9)


@pytest.mark.slow
def test_what_keeps_its_conditions_ends_below_what_does_not() -> None:
    """The noise floor of constants stays; a power goes under it."""
    _, results = ensemble(state_with(converge__steps=8000, converge__runs=40))
    current, beside = results[-1].means[0, -1]
    assert current < beside / 10


def test_divergence_is_a_result(page: Window, settle: Settle) -> None:
    page.store.update(alpha=9.0, **CHANGES["constant"])
    settle(page)
    result = view(page, "ensemble", EnsembleView)._result
    assert 0 < result.diverged[0] < 100 and result.diverged[1] == -1
    assert page.status.text() == f"The current schedule diverges at step {result.diverged[0]}."
    assert not page.grab().isNull()


def test_long_runs_tell_their_progress_and_stop(make_window: Callable[..., Window], qtbot, settle: Settle) -> None:
    window = make_window(state_with(converge__steps=400_000))
    with qtbot.waitSignal(window.runner.progressed, check_params_cb=lambda p: p.key == "ensemble", timeout=20_000):
        pass
    qtbot.waitUntil(lambda: "Mean and spread of the runs" in window.status.text(), timeout=20_000)
    window.cancel()
    settle(window)
    partial = view(window, "ensemble", EnsembleView)._result
    assert partial is None or partial.done < 400_000
    assert window.status.text().startswith("Cancelled")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("converge.alpha.exponent", 0.0, "p = 0 is not allowed; allowed is 0 < p ≤ 4."),
        ("converge.beta.exponent", 4.5, "p = 4.5 is not allowed; allowed is 0 < p ≤ 4."),
        ("converge.alpha.exponent", float("nan"), "p = nan is not allowed; allowed is 0 < p ≤ 4."),
        (
            "converge.alpha.every",
            0,
            f"every = 0 is not allowed; allowed is a whole number, 1 ≤ every ≤ {grouped(10**9)}.",
        ),
        ("converge.alpha.factor", 1.0, "factor = 1 is not allowed; allowed is 0 < factor < 1."),
        ("converge.beta", Cosine(floor=1.0), "β = 1 is not allowed; allowed is 0 ≤ β < 1."),
        ("converge.beta.key", "soon", None),
        ("converge.alpha.key", "to-one", None),
        ("converge.nu", Cosine(floor=1.5), "ν = 1.5 is not allowed; allowed is 0 ≤ ν ≤ 1."),
        ("converge.nu", 3, None),
        ("converge.steps", 0, f"steps = 0 is not allowed; allowed is a whole number, 1 ≤ steps ≤ {grouped(10**6)}."),
        ("converge.runs", 10_000, None),
    ],
)
def test_bad_values_are_refused_in_one_sentence_and_change_nothing(qtbot, path: str, value: object, words) -> None:
    store = Store(state_with(converge__steps=1_000_000, converge__alpha=StepDrops()))
    if path.endswith("exponent"):
        store = Store(state_with(converge__steps=1_000_000))
    before = store.state
    with qtbot.waitSignal(store.refused) as caught:
        assert not store.update(**{path: value})
    assert store.state is before and not store.can_undo
    refusal = caught.args[0]
    assert refusal.name == path and refusal.sentence == (words or refusal.sentence)
    assert refusal.sentence.endswith(".") and refusal.sentence.count(". ") == 0


def test_a_refused_text_is_said_at_its_field(page: Window) -> None:
    page.store.update(**{"converge.alpha.key": "steps"})
    before = page.store.state
    for text, words in (("0", "every = 0 is not allowed"), ("", "A number is missing"), ("nan", "nan")):
        entry = page.panel._page.form.row("converge.alpha.every").entry
        assert isinstance(entry, ValueField)
        entry._edit.setFocus()
        entry._edit.selectAll()
        QTest.keyClick(entry._edit, Qt.Key.Key_Delete)
        QTest.keyClicks(entry._edit, text)
        QTest.keyClick(entry._edit, Qt.Key.Key_Return)
        assert words in page.panel._page.form.error("converge.alpha.every")
        assert page.store.state == before
        entry.revert()


def test_the_run_fields_are_the_page_s_own(page: Window) -> None:
    assert page.panel._run.names() == ["start_x", "start_y", "converge.steps", "converge.runs", "seed"]
    page.panel._run.edited.emit("converge.runs", 5)
    assert page.store.state.converge.runs == 5 and page.store.state.runs == State().runs
    page.store.update(page="explore")
    assert page.panel._run.names() == ["start_x", "start_y", "steps", "runs", "seed"]
    assert not page.panel._page.isVisible()


def test_a_session_brings_the_schedules_back() -> None:
    state = state_with(converge__alpha=PlateauDrops(patience=7), converge__nu=Cosine(floor=0.5))
    assert session.load(session.dump(state)) == state
    damaged = json.loads(session.dump(state))
    assert damaged["state"]["converge"]["alpha"] == {"kind": "plateau", "factor": 0.5, "patience": 7}  # no start
    damaged["state"]["converge"]["beta"]["exponent"] = 9
    with pytest.raises(session.SessionError, match=r"^p = 9 is not allowed; allowed is 0 < p ≤ 4\.$"):
        session.load(json.dumps(damaged))


def test_the_tables_are_rectangular() -> None:
    state = state_with()
    kinds: tuple[Any, ...] = (ConditionsView, ScheduleView, EnsembleView)
    for kind in kinds:
        result = list(kind.compute(kind.request(state), SILENT))[-1]
        table = kind.table(result)
        lengths = {len(column) for column in table.values()}
        assert len(lengths) == 1 and lengths.pop() > 3
    assert "loss_current_q95" in EnsembleView.table(ensemble(state)[1][-1])


def test_every_sentence_has_its_japanese() -> None:
    table = json.loads((Path(__file__).resolve().parents[2] / "resources/translations/ja.json").read_text("utf-8"))
    words = set(REASONS.values()) | set(SUBJECTS.values()) | {one.title for one in PRESETS}
    words |= {"Schedules", "Preset", "custom"}
    for described in declared_fields(ConvergeOptions).values():
        words |= {described.label, described.help, *(choice for _, choice in described.choices)} - {""}
    for kind in SCHEDULES.values():
        words.add(kind.title)
        for described in shape_fields(kind).values():
            words |= {described.label, described.help} - {""}
    assert words - set(table) == set()


def test_switching_theme_language_and_measure_computes_nothing_new(page: Window, qtbot) -> None:
    submitted = []
    page.runner.answered.connect(lambda answer: submitted.append(answer.key))
    page.store.update(**{"converge.measure": "gradient"})
    page.use_language("ja")
    page.use_theme("dark")
    qtbot.wait(30)
    assert submitted == []
    title = view(page, "ensemble", EnsembleView)._canvas.y_axis.title
    assert "勾配" in title
    assert view(page, "conditions", ConditionsView).entries[0].title == "停留点に収束します"


def test_hovering_says_the_values(page: Window) -> None:
    schedule = view(page, "schedule", ScheduleView)
    schedule._canvas.hovered.emit(101.0, 0.1)
    assert "*k* 100" in page.messages._under_mouse and "0.107" in page.messages._under_mouse  # 1.7 · 101^-0.6
    schedule._canvas.left.emit()
    assert page.messages._under_mouse == ""
    runs = view(page, "ensemble", EnsembleView)
    row = len(runs._result.steps) // 2
    point = runs._canvas.to_pixels(float(runs._result.steps[row] + 1), float(runs._result.means[0, row, 0]))
    runs._canvas.hovered.emit(*runs._canvas.from_pixels(QPointF(point)))
    assert f"*k* {runs._result.steps[row]}" in page.messages._under_mouse and "QHM" in page.messages._under_mouse


def test_the_list_keeps_its_lines_in_their_width(qapp) -> None:
    style = Style()
    english = sentence(Reason(Why.FAST, (("q", 1.25),)))
    japanese = "項は *k*^{−1.25} で減り、1/*k* より速いので、和は有限です。"
    for text in (english, japanese):
        lines = wrapped(text, 12, 140)
        assert len(lines) > 1 and all(measure(line, style, 12).width() <= 140 for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not any(line[0] in "、。" for line in lines)


def test_entries_lie_below_each_other_at_the_least_height(page: Window, settle: Settle) -> None:
    page.store.update(**CHANGES["constant"])
    settle(page)
    conditions = view(page, "conditions", ConditionsView)
    shown = conditions._list
    for height in (shown.minimumHeight(), 900):
        shown.resize(420, height)
        areas = shown.areas()
        assert all(below.top() >= above.bottom() for above, below in pairwise(areas))
        assert areas[-1].bottom() <= shown.contentsRect().bottom() + 2


def test_choices_are_edited_by_words_side_by_side_or_by_a_list(qtbot) -> None:
    short = ChoiceField((("a", "one"), ("b", "two")), name="Example")
    long = ChoiceField(tuple((str(i), f"a long description {i}") for i in range(5)), name="Example")
    for field, kind, wanted in ((short, Segments, "b"), (long, Choice, "3")):
        qtbot.addWidget(field)
        assert isinstance(field.editor, kind)
        field.set_value(wanted)
        assert field.value() == wanted and field.editor.value() == wanted
        with qtbot.waitSignal(field.committed) as caught:
            field.editor._choose(0)
        assert caught.args[0] in ("a", "0")
        field.set_error("No.")  # refused: what holds is shown again
        assert field.editor.value() == wanted and field.error() == "No."


def test_the_marks_differ_by_shape(qapp) -> None:
    """Drawn in one colour, the four verdicts are four different pictures."""
    pictures = set()
    for mark in ("check", "cross", "open", "dash"):
        picture = QPixmap(24, 24)
        picture.fill(Qt.GlobalColor.white)
        with QPainter(picture) as painter:
            draw_mark(painter, QPointF(12, 12), 9, mark, LIGHT)
        image = picture.toImage()
        pictures.add(bytes(image.constBits()))
    assert len(pictures) == 4


def test_too_many_numbers_are_refused() -> None:
    with pytest.raises(ParameterError, match="at most 2×10⁸"):
        ConvergeOptions(steps=1_000_000, runs=10_000)
