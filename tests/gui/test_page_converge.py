"""The page "Does it converge?" as its user meets it: presets, families, verdicts, curves, ensembles, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.checklist import draw_mark, wrap
from qhm_gui.canvas.markup import measure
from qhm_gui.files import session
from qhm_gui.state.options.converge import PRESETS, ConvergeOptions
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import Store
from qhm_gui.text.numbers import grouped
from qhm_gui.views.converge.conditions import ConditionsView
from qhm_gui.views.converge.ensemble import EnsembleRequest, EnsembleResult, EnsembleView
from qhm_gui.views.converge.schedule import ScheduleView
from qhm_gui.widgets.choice_field import ChoiceField
from qhm_gui.widgets.combo_box import Choice
from qhm_gui.widgets.number_field import ValueField
from qhm_gui.widgets.segments import Segments
from qhm_gui.window.window import Window
from qhm_math import ParameterError, draw_noise, run
from qhm_math.declared import declared_fields
from qhm_math.losses import LOSSES
from qhm_math.progress import SILENT
from qhm_math.scheduled import ScheduledQHM
from qhm_math.schedules import Constant, PowerToOne, judge, theorems
from qhm_math.schedules.families import SCHEDULES

Settle = Callable[[Window], None]
CHANGES = {key: changes for key, _, changes in PRESETS}
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
def page(make_window: Callable[..., Window], settle: Settle) -> Window:
    window = make_window(state_with())
    settle(window)
    return window


def view(window: Window, key: str, kind: type) -> Any:
    """A view of the page; Any, because each has a result of its own."""
    found = window.page.views[key]
    assert isinstance(found, kind)
    return found


@pytest.mark.parametrize("key", CHANGES)
def test_presets_show_what_their_names_say(key: str, page: Window, settle: Settle) -> None:
    page.panel._page.preset.chosen.emit(key)
    settle(page)
    assert page.panel._page.preset.value() == key
    result = view(page, "conditions", ConditionsView)._result
    assert tuple(theorem.verdict for theorem in result.theorems) == VERDICTS[key]
    keeps = "holds" in VERDICTS[key]
    entries = view(page, "conditions", ConditionsView).entries
    assert entries[0].mark == ("check" if keeps else "cross")
    assert sum(entry.kind == "row" for entry in entries) == 7
    ensemble = view(page, "ensemble", EnsembleView)._result
    beside = judge(ensemble.beside)
    assert ("holds" in [theorem.verdict for theorem in beside]) != keeps  # one keeps, the other breaks a condition
    assert ensemble.done == 400 and np.isfinite(ensemble.means).all()
    page.store.undo()
    assert page.store.state == state_with()


def test_another_choice_than_the_preset_s_is_custom(page: Window) -> None:
    assert page.panel._page.preset.value() == "beta-to-zero"
    page.store.update(**{"converge.alpha_exponent": 0.61})
    assert page.panel._page.preset.value() == "own"
    page.store.update(**{"converge.alpha_exponent": 0.6})
    assert page.panel._page.preset.value() == "beta-to-zero"


def test_dragging_an_exponent_over_the_edge_turns_the_verdict(page: Window, settle: Settle) -> None:
    marks = []
    for exponent in (0.5, 0.51, 1.0, 1.01):
        page.panel._page.form.edited.emit("converge.alpha_exponent", exponent)
        settle(page)
        marks.append(
            [entry.mark for entry in view(page, "conditions", ConditionsView).entries if entry.kind == "row"][:2]
        )
    assert marks == [["check", "cross"], ["check", "check"], ["check", "check"], ["cross", "check"]]


def test_only_the_fields_of_the_chosen_family_are_shown(page: Window) -> None:
    form = page.panel._page.form

    def names(prefix: str) -> list[str]:
        return [name.removeprefix(f"converge.{prefix}_") for name in form.names() if f".{prefix}_" in name]

    assert names("alpha") == ["family", "exponent"] and names("nu") == ["family"]
    entry = form.row("converge.alpha_family").entry
    for family, fields in {
        "steps": ["factor", "every"],
        "plateau": ["factor", "patience"],
        "cosine": ["floor", "horizon"],
        "warmup": ["length"],
        "constant": [],
    }.items():
        entry.committed.emit(family)
        assert page.store.state.converge.alpha_family == family
        assert names("alpha") == ["family", *fields]
        assert form.row("converge.alpha_family").entry is entry  # kept, so that the keyboard stays in it
    page.store.update(tie="nag")
    assert names("nu") == []


def test_a_tied_nu_follows_its_tie() -> None:
    slowly = {f"{name.replace('.', '__')}": value for name, value in CHANGES["slowly"].items() if name != "tie"}
    nag = ConditionsView.request(state_with(**slowly, tie="nag"))
    assert nag.nu == nag.beta and isinstance(nag.beta, PowerToOne)
    assert ConditionsView.request(state_with(**slowly, tie="shb")).nu == Constant(1.0)
    assert ConditionsView.request(state_with(**slowly, tie="sgd")).nu == Constant(0.0)


def test_the_schedule_s_curves_are_the_schedule(page: Window, settle: Settle) -> None:
    result = view(page, "schedule", ScheduleView)._result
    k = result.steps
    assert k[0] == 0 and k[-1] == 400
    np.testing.assert_allclose(result.alphas[0], 1.7 * (k + 1) ** -0.6)
    np.testing.assert_allclose(result.gaps[0], 1 - 0.7 * 0.8 * (k + 1) ** -0.5)
    assert [label.text for label in view(page, "schedule", ScheduleView)._names] == ["levels off", "slope −0.6"]
    page.store.update(**{"converge.alpha_family": "plateau", "converge.alpha_patience": 100})
    settle(page)
    result = view(page, "schedule", ScheduleView)._result
    assert result.alphas[0][-1] == 1.7 and result.alphas[1][-1] == 1.7 / 16  # no drop, and one every 100 steps
    assert view(page, "schedule", ScheduleView)._bands[1].isVisible()
    assert [theorem.verdict for theorem in judge(result.request.schedule)] == ["open", "does not apply"]


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
    qtbot.waitUntil(lambda: "Ensemble" in window.status.text(), timeout=20_000)
    window.cancel()
    settle(window)
    partial = view(window, "ensemble", EnsembleView)._result
    assert partial is None or partial.done < 400_000
    assert window.status.text().startswith("Cancelled")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("converge.alpha_exponent", 0.0, "p = 0 is not allowed; allowed is 0 < p ≤ 4."),
        ("converge.beta_exponent", 4.5, "p = 4.5 is not allowed; allowed is 0 < p ≤ 4."),
        ("converge.alpha_exponent", float("nan"), "p = nan is not allowed; allowed is 0 < p ≤ 4."),
        (
            "converge.alpha_every",
            0,
            f"every = 0 is not allowed; allowed is a whole number, 1 ≤ every ≤ {grouped(10**9)}.",
        ),
        ("converge.alpha_factor", 1.0, "factor = 1 is not allowed; allowed is 0 < factor < 1."),
        ("converge.beta_floor", 1.0, "floor = 1 is not allowed; allowed is 0 ≤ floor < 1."),
        ("converge.steps", 0, f"steps = 0 is not allowed; allowed is a whole number, 1 ≤ steps ≤ {grouped(10**6)}."),
        ("converge.runs", 10_000, None),
    ],
)
def test_bad_values_are_refused_in_one_sentence_and_change_nothing(qtbot, path: str, value: object, words) -> None:
    store = Store(state_with(converge__steps=1_000_000))
    before = store.state
    with qtbot.waitSignal(store.refused) as caught:
        assert not store.update(**{path: value})
    assert store.state is before and not store.can_undo
    refusal = caught.args[0]
    assert refusal.name == path and refusal.sentence == (words or refusal.sentence)
    assert refusal.sentence.endswith(".") and refusal.sentence.count(". ") == 0


def test_a_refused_text_is_said_at_its_field(page: Window) -> None:
    page.store.update(**{"converge.alpha_family": "steps"})
    before = page.store.state
    for text, words in (("0", "every = 0 is not allowed"), ("", "A number is missing"), ("nan", "nan")):
        entry = page.panel._page.form.row("converge.alpha_every").entry
        assert isinstance(entry, ValueField)
        entry._edit.setFocus()
        entry._edit.selectAll()
        QTest.keyClick(entry._edit, Qt.Key.Key_Delete)
        QTest.keyClicks(entry._edit, text)
        QTest.keyClick(entry._edit, Qt.Key.Key_Return)
        assert words in page.panel._page.form.error("converge.alpha_every")
        assert page.store.state == before
        entry.revert()


def test_the_run_fields_are_the_page_s_own(page: Window) -> None:
    assert page.panel._run.names() == ["converge.steps", "converge.runs", "seed"]
    page.panel._run.edited.emit("converge.runs", 5)
    assert page.store.state.converge.runs == 5 and page.store.state.runs == State().runs
    page.store.update(page="explore")
    assert page.panel._run.names() == ["steps", "runs", "seed"]
    assert not page.panel._page.isVisible()


def test_a_session_brings_the_schedules_back() -> None:
    state = state_with(converge__alpha_family="plateau", converge__nu_floor=0.5)
    assert session.load(session.dump(state)) == state
    damaged = json.loads(session.dump(state))
    damaged["state"]["converge"]["alpha_exponent"] = 9
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
    reasons = {value for name, value in vars(theorems).items() if name.isupper() and isinstance(value, str)}
    assert len(reasons) == 17
    words = reasons | {title for _, title, _ in PRESETS} | {"Schedules", "Preset", "custom"}
    for described in declared_fields(ConvergeOptions).values():
        words |= {described.label, described.help, *(choice for _, choice in described.choices)} - {""}
    for key in ("steps", "plateau", "cosine", "warmup"):
        words.add(SCHEDULES[key].title)
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
    assert view(page, "conditions", ConditionsView).entries[0].title == "収束が保証されます"


def test_hovering_says_the_values(page: Window) -> None:
    schedule = view(page, "schedule", ScheduleView)
    schedule._canvas.hovered.emit(101.0, 0.1)
    assert "*k* 100" in page._under_mouse and "0.107" in page._under_mouse  # 1.7 · 101^-0.6
    schedule._canvas.left.emit()
    assert page._under_mouse == ""
    runs = view(page, "ensemble", EnsembleView)
    row = len(runs._result.steps) // 2
    point = runs._canvas.to_pixels(float(runs._result.steps[row] + 1), float(runs._result.means[0, row, 0]))
    runs._canvas.hovered.emit(*runs._canvas.from_pixels(QPointF(point)))
    assert f"*k* {runs._result.steps[row]}" in page._under_mouse and "QHM" in page._under_mouse


def test_the_list_keeps_its_lines_in_their_width(qapp) -> None:
    style = Style()
    english = str(theorems.Reason(theorems.FAST, (("q", 1.25),)))
    japanese = "項は *k*^{−1.25} で減り、1/*k* より速いので、和は有限です。"
    for text in (english, japanese):
        lines = wrap(text, 140, style, 12)
        assert len(lines) > 1 and all(measure(line, style, 12).width() <= 140 + 12 for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not any(line[0] in "、。" for line in lines)


def test_entries_lie_below_each_other_at_the_least_height(page: Window, settle: Settle) -> None:
    page.store.update(**CHANGES["constant"])
    settle(page)
    conditions = view(page, "conditions", ConditionsView)
    canvas = conditions._canvas
    for height in (canvas.minimumHeight(), 900):
        canvas.resize(420, height)
        areas = conditions._list.areas(canvas.frame())
        assert all(below.top() >= above.bottom() for above, below in pairwise(areas))
        assert areas[-1].bottom() <= canvas.frame().plot.bottom() + 1


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


def test_the_marks_differ_by_shape(qtbot, page: Window, settle: Settle) -> None:
    """Drawn in one colour, the four verdicts are four different pictures."""
    frame = view(page, "conditions", ConditionsView)._canvas.frame()
    pictures = set()
    for mark in ("check", "cross", "open", "dash"):
        picture = QPixmap(24, 24)
        picture.fill(Qt.GlobalColor.white)
        with QPainter(picture) as painter:
            draw_mark(painter, QPointF(12, 12), 9, mark, frame)
        image = picture.toImage()
        pictures.add(bytes(image.constBits()))
    assert len(pictures) == 4


def test_too_many_numbers_are_refused() -> None:
    with pytest.raises(ParameterError, match="at most 2×10⁸"):
        ConvergeOptions(steps=1_000_000, runs=10_000)
