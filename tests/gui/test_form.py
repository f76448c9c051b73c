"""Forms: editors come from the declared fields alone."""

import dataclasses
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from qhm_gui.text.language import set_language
from qhm_gui.text.numbers import alpha_text
from qhm_gui.widgets.form import Form, explain
from qhm_gui.widgets.number_field import MatrixField, NumberField
from qhm_math.declared import Declared, ParameterError, check_declared, declared, declared_fields

SHIFTED = Declared("Rotation", "θ", low=-180, high=180, unit="°")


@dataclass
class Example:
    alpha: float = declared(
        1.7, label="Learning rate", symbol="α", low=0, low_open=True, scale="log", slider=(0.05, 20), help="Stride."
    )
    beta: float = declared(
        0.8, label="Momentum", symbol="β", low=0, high=1, high_open=True, scale="momentum", slider=(0, 0.999)
    )
    angle: float = declared(20.0, label="Rotation", symbol="θ", low=-180, high=180, unit="°")
    steps: int = declared(120, label="Steps", low=1, kind="integer")
    cov: tuple = declared(((1.0, 0.0), (0.0, 1.0)), label="Covariance", symbol="S", kind="matrix")
    start: tuple = declared((-2.6, 0.55), label="Start", kind="point")

    def __post_init__(self) -> None:
        check_declared(self)


@pytest.fixture
def form(qtbot) -> Form:
    form = Form(declared_fields(Example))
    qtbot.addWidget(form)
    form.resize(260, 500)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    form.setFocus()
    form.set_values(vars(Example()))
    return form


def test_tab_goes_through_sliders_and_fields_in_order(form):
    alpha, beta = form.row("alpha"), form.row("beta")
    alpha.slider.setFocus()
    seen = []
    for _ in range(4):
        QTest.keyClick(form.window().focusWidget(), Qt.Key.Key_Tab)
        seen.append(form.window().focusWidget())
    assert seen == [editor(form, "alpha"), beta.slider, editor(form, "beta"), editor(form, "angle")]


def editor(form: Form, name: str) -> QLineEdit:
    found = form.row(name).entry.findChild(QLineEdit)
    assert found is not None
    return found


def enter(form: Form, name: str, text: str) -> None:
    edit = editor(form, name)
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def test_each_kind_of_field_gets_its_editor(form):
    assert form.names() == ["alpha", "beta", "angle", "steps", "cov", "start"]
    assert [form.row(name).slider is not None for name in form.names()] == [True, True, False, False, False, False]
    assert isinstance(form.row("steps").entry, NumberField)
    assert isinstance(form.row("cov").entry, MatrixField)
    assert form.row("angle").entry.text() == "20°"
    assert form.row("cov").entry.text() == "1.00, 0; 0, 1.00"
    assert form.row("alpha").entry.accessibleName() == "Learning rate"


def test_compact_forms_have_no_sliders(qtbot):
    form = Form(declared_fields(Example), compact=True)
    qtbot.addWidget(form)
    assert all(form.row(name).slider is None for name in form.names())


def test_tooltips_say_what_is_allowed(form):
    tip = form.row("alpha").toolTip()
    assert "Stride." in tip and "0 < α" in tip
    assert explain(SHIFTED).startswith("Rotation θ")


def test_typing_edits_without_a_gesture(qtbot, form):
    with qtbot.assertNotEmitted(form.began), qtbot.waitSignal(form.edited) as caught:
        enter(form, "alpha", "0.123456789")
    assert caught.args == ["alpha", 0.123456789]
    with qtbot.waitSignal(form.edited) as caught:
        enter(form, "steps", "80")
    assert caught.args == ["steps", 80]
    with qtbot.waitSignal(form.edited) as caught:
        enter(form, "cov", "2, 0; 0, 2")
    assert caught.args == ["cov", ((2.0, 0.0), (0.0, 2.0))]
    with qtbot.waitSignal(form.edited) as caught:
        enter(form, "start", "1, -1")
    assert caught.args == ["start", (1.0, -1.0)]


def test_a_drag_lies_between_began_and_ended(form):
    log: list = []
    form.began.connect(lambda name: log.append(("began", name)))
    form.edited.connect(lambda name, value: log.append((name, value)))
    form.ended.connect(lambda name: log.append(("ended", name)))
    slider = form.row("beta").slider
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(150, 13))
    for x in range(151, 200, 7):
        QTest.mouseMove(slider, QPoint(x, 13))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(199, 13))
    assert log[0] == ("began", "beta") and log[-1] == ("ended", "beta")
    assert len(log) > 4 and {name for name, _ in log[1:-1]} == {"beta"}
    values = [value for _, value in log[1:-1]]
    assert values == sorted(values)


def test_what_the_mathematics_refuses_is_said_under_the_field(form):
    def check(name: str, value: object) -> None:
        try:
            dataclasses.replace(Example(), **{name: value})
        except ParameterError as reason:
            form.set_error(name, str(reason))

    form.edited.connect(check)
    enter(form, "beta", "1.2")
    assert "1.2" in form.error("beta") and form.row("beta").help.isVisible()
    assert form.row("beta").entry.text() == "1.2"
    form.set_value("beta", 0.9)
    assert form.error("beta") == "" and not form.row("beta").help.isVisible()
    enter(form, "beta", "fast")
    assert form.error("beta")
    QTest.keyClick(editor(form, "beta"), Qt.Key.Key_Escape)
    assert form.error("beta") == ""
    assert form.row("beta").entry.value() == 0.9


def test_a_value_set_shows_in_field_and_slider(form):
    form.set_formatter("alpha", alpha_text)
    form.set_value("alpha", 0.0123456)
    row = form.row("alpha")
    assert row.entry.text() == alpha_text(0.0123456)
    assert row.slider is not None and row.slider.value() == 0.0123456
    form.set_value("unknown", 1.0)
    form.set_error("unknown", "Nothing.")


def test_editors_are_made_anew_only_for_other_fields(qtbot, form):
    before = form.row("alpha")
    form.set_fields(declared_fields(Example))
    assert form.row("alpha") is before
    form.set_formatter("angle", lambda value: f"{value:.1f}")
    form.set_fields({"angle": SHIFTED})
    assert form.names() == ["angle"]
    form.set_value("angle", 12.25)
    assert form.row("angle").entry.text() == "12.2°"


def test_fields_may_go_while_one_of_them_is_edited(qtbot, form):
    form.row("alpha").slider.setFocus(Qt.FocusReason.TabFocusReason)
    form.set_fields({"angle": SHIFTED})
    qtbot.wait(1)
    form.row("angle").entry.take_focus(Qt.FocusReason.TabFocusReason)
    assert editor(form, "angle").hasFocus()


def test_short_fields_share_a_row_while_they_fit(qtbot):
    names = {name: Declared(name, kind="integer") for name in ("steps", "runs", "seed")}
    form = Form(names)
    qtbot.addWidget(form)
    form.resize(260, 200)
    form.set_values({"steps": 120, "runs": 400, "seed": 7})
    form.set_action("seed", "dice", "New seed")
    with qtbot.waitExposed(form):
        form.show()
    qtbot.waitUntil(lambda: form.row("seed").x() > form.row("runs").x() > form.row("steps").x())
    assert len({form.row(name).y() for name in names}) == 1
    form.set_value("steps", 1234567890)
    qtbot.waitUntil(lambda: len({form.row(name).y() for name in names}) > 1)
    with qtbot.waitSignal(form.action_triggered) as caught:
        form.row("seed").entry.action_triggered.emit()
    assert caught.args == ["seed"]


def test_forms_speak_japanese(form, monkeypatch):
    monkeypatch.setattr("qhm_gui.widgets.form.tr", lambda text, **values: {"Momentum": "モーメンタム"}.get(text, text))
    set_language("ja")
    try:
        form.row("beta").retranslate()
        form.retranslate()
    finally:
        set_language("en")
    assert form.row("beta").entry.accessibleName() == "モーメンタム"


def test_ties_and_bounds_reach_the_slider(form):
    form.set_tied("beta", "= *α*")
    form.set_bound("alpha", 5.29)
    form.set_slider_range("alpha", 0.1, 1)
    form.set_ticks("alpha", False)
    form.set_accent(None)
    assert form.row("beta").entry.text() == ""
    assert form.row("alpha").slider.fraction(1.0) == 1.0
    form.set_tied("beta", None)
    assert form.row("beta").entry.text()
