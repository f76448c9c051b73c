"""Fields: what is typed is what is kept, and what is refused says why."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QVBoxLayout, QWidget

from qhm_gui.text.numbers import exact_text, fixed, parse_number, plain, share_text
from qhm_gui.widgets.number_field import MatrixField, NumberField
from qhm_gui.widgets.value_field import ValueField


@pytest.fixture
def shown(qtbot) -> Iterator[Callable[[ValueField], tuple[QLineEdit, QLineEdit]]]:
    """Shows a field in an active window below another editor; answers with its editor and the other."""
    windows: list[QWidget] = []

    def show(field: ValueField) -> tuple[QLineEdit, QLineEdit]:
        window = QWidget()
        windows.append(window)
        qtbot.addWidget(window)
        column = QVBoxLayout(window)
        other = QLineEdit()
        column.addWidget(other)
        column.addWidget(field)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        other.setFocus()
        edit = field.findChild(QLineEdit)
        assert edit is not None
        return edit, other

    yield show


def retype(edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    edit.selectAll()
    if text.isascii():
        QTest.keyClicks(edit, text)
    else:  # QTest types ASCII only
        QGuiApplication.clipboard().setText(text)
        edit.paste()


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0.1234567890123", 0.1234567890123),
        ("1e-3", 1e-3),
        (".8", 0.8),
        ("−2.5", -2.5),
        ("１．７０", 1.7),
        ("０，５", 0.5),
    ],
)
def test_every_digit_typed_is_kept(qtbot, shown, typed, value):
    field = NumberField(lambda number: fixed(number, 2))
    edit, other = shown(field)
    field.set_value(1.0)
    with qtbot.waitSignal(field.committed) as caught:
        retype(edit, typed)
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert caught.args == [value]
    assert field.value() == value
    other.setFocus()
    assert field.text() == fixed(value, 2)
    edit.setFocus()
    assert float(field.text().replace("−", "-")) == value


def test_leaving_the_field_commits(qtbot, shown):
    field = NumberField()
    edit, other = shown(field)
    field.set_value(1.0)
    with qtbot.waitSignal(field.committed) as caught:
        retype(edit, "2.25")
        other.setFocus()
    assert caught.args == [2.25]


def test_looking_at_a_number_does_not_change_it(qtbot, shown):
    field = NumberField(lambda number: fixed(number, 2))
    edit, other = shown(field)
    field.set_value(0.123456)
    with qtbot.assertNotEmitted(field.committed):
        edit.setFocus()
        QTest.keyClick(edit, Qt.Key.Key_Return)
        other.setFocus()
    assert field.value() == 0.123456


@pytest.mark.parametrize("typed", ["fast", "1..2", "", "nan", "inf", "1_000"])
def test_nonsense_is_refused_with_a_sentence_and_stays(qtbot, shown, typed):
    field = NumberField()
    edit, other = shown(field)
    field.set_value(1.5)
    with qtbot.waitSignal(field.refused) as caught, qtbot.assertNotEmitted(field.committed):
        retype(edit, typed or " ")
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert caught.args[0].endswith(".")
    other.setFocus()
    assert field.text() == (typed or " ")
    assert field.error()
    assert field.value() == 1.5


def test_escape_reverts(qtbot, shown):
    field = NumberField(lambda number: fixed(number, 2))
    edit, _ = shown(field)
    field.set_value(1.5)
    with qtbot.assertNotEmitted(field.committed):
        retype(edit, "no")
        QTest.keyClick(edit, Qt.Key.Key_Return)
        QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert field.text() == "1.5"
    assert not field.error()


def test_typing_on_takes_the_error_back(qtbot, shown):
    field = NumberField()
    edit, _ = shown(field)
    field.set_value(1.5)
    retype(edit, "2x")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert field.error()
    with qtbot.waitSignals([field.corrected, field.committed]):
        QTest.keyClick(edit, Qt.Key.Key_Backspace)
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert not field.error()
    assert field.value() == 2.0


def test_what_the_owner_refuses_stays_in_the_field_and_the_value_does_not_change(qtbot, shown):
    field = NumberField()
    edit, _ = shown(field)
    field.set_value(0.9)
    field.committed.connect(lambda _: field.set_error("Momentum must be below 1."))
    retype(edit, "1.2")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert field.text() == "1.2"
    assert field.value() == 0.9
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert field.text() == "0.9"


def test_a_refresh_does_not_clobber_what_is_being_typed(qtbot, shown):
    field = NumberField()
    edit, _ = shown(field)
    field.set_value(1.0)
    retype(edit, "1.2")
    field.set_value(1.0)
    field.set_tied("= *β*")
    field.set_tied(None)
    field.set_formatter(None)
    assert field.text() == "1.2"
    field.set_value(3.0)
    assert field.text() == "3"


def test_whole_numbers_only(qtbot, shown):
    field = NumberField(integer=True)
    edit, _ = shown(field)
    field.set_value(7)
    with qtbot.waitSignal(field.refused):
        retype(edit, "7.5")
        QTest.keyClick(edit, Qt.Key.Key_Return)
    with qtbot.waitSignal(field.committed) as caught:
        retype(edit, "1e3")
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert caught.args == [1000]
    assert isinstance(caught.args[0], int)


def test_suffix_and_tie(qtbot, shown):
    field = NumberField(lambda number: fixed(number, 0), suffix="°")
    edit, other = shown(field)
    field.set_value(20)
    assert field.text() == "20°"
    with qtbot.waitSignal(field.committed) as caught:
        retype(edit, "30°")
        other.setFocus()
    assert caught.args == [30.0]
    field.set_tied("= *β*")
    assert field.text() == ""
    edit.setFocus()
    assert field.text() == "30"


def test_the_field_moves_out_of_the_way_of_its_icon(qtbot, shown):
    field = NumberField(integer=True)
    edit, _ = shown(field)
    before = edit.geometry().right()
    field.set_action("dice", "New seed")
    assert edit.geometry().right() < before
    with qtbot.waitSignal(field.action_triggered):
        field.findChildren(QAbstractButton)[0].click()


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0.09, 0; 0, 0.09", ((0.09, 0.0), (0.0, 0.09))),
        ("1e-3, .5； .5，2", ((1e-3, 0.5), (0.5, 2.0))),
    ],
)
def test_matrix(qtbot, shown, typed, value):
    field = MatrixField()
    edit, _ = shown(field)
    field.set_value(((1.0, 0.0), (0.0, 1.0)))
    with qtbot.waitSignal(field.committed) as caught:
        retype(edit, typed)
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert caught.args == [value]


@pytest.mark.parametrize("typed", ["1, 2; 3", "1, x", "1;;2", "0,09; 0,09", "1,000"])
def test_broken_matrix_is_refused(qtbot, shown, typed):
    field = MatrixField()
    edit, _ = shown(field)
    field.set_value(((1.0,),))
    with qtbot.waitSignal(field.refused):
        retype(edit, typed)
        QTest.keyClick(edit, Qt.Key.Key_Return)


def test_point(qtbot, shown):
    field = MatrixField(point=True)
    edit, _ = shown(field)
    field.set_value((0.5, -1.0))
    assert field.text() == "0.500, −1.00"
    with qtbot.waitSignal(field.committed) as caught:
        retype(edit, "1, 2")
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert caught.args == [(1.0, 2.0)]


@pytest.mark.parametrize("value", [7.994839e-40, -7.994839e-40, 1e-40, -1234567.25, 123456789.0, 0.9999999999, 2508.0])
@pytest.mark.parametrize("width", [36, 44, 56, 76, 120])
@pytest.mark.parametrize("prefix", ["", "*α*"])
def test_a_field_never_shows_other_digits_than_it_holds(shown, value, width, prefix):
    field = NumberField(plain)
    field.set_prefix(prefix)
    edit, _ = shown(field)
    field.setFixedWidth(width)
    field.set_value(value)
    text = field.text()
    assert edit.fontMetrics().horizontalAdvance(text) <= edit.width()
    if text != "…":  # then it is the value with fewer digits
        digits = len(text.strip("−").partition("×")[0].replace(".", ""))
        assert parse_number(text) == float(f"{value:.{digits - 1}e}")
    assert field.tip() == ("" if text == exact_text(value) else exact_text(value))
    assert field.value() == value


@pytest.mark.parametrize("value", [0.99999999, 1 - 3.2e-12, 0.999999, 0.9951])
def test_a_field_never_shows_a_share_as_1(shown, value):
    """It had room for one digit of 0.99999999, and that is 1."""
    field = NumberField(lambda number: share_text(number, 3))
    field.set_value(value)
    shown(field)
    for width in (84, 76, 60, 40):
        field.setFixedWidth(width)
        QGuiApplication.processEvents()
        text = field._edit.text()
        assert text == "…" or 0 < parse_number(text) < 1, (width, text)
        if width == 84:
            assert parse_number(text) == pytest.approx(value, abs=0.4 * (1 - value))


def test_the_tooltip_has_every_digit_above_the_explanation(shown):
    field = NumberField(lambda number: fixed(number, 2))
    shown(field)
    field.setToolTip("learning rate α")
    field.set_value(0.123456789)
    assert field.tip() == "0.123456789\nlearning rate α"
    field.set_value(0.25)
    assert field.tip() == ""


def test_a_field_of_fixed_width_grows_while_a_long_number_is_edited(shown):
    field = NumberField(lambda number: fixed(number, 2))
    edit, other = shown(field)
    field.set_rest_width(76)
    field.set_value(0.12345678901234566)
    assert field.width() == 76
    edit.setFocus()
    assert edit.text() == "0.12345678901234566"
    assert edit.fontMetrics().horizontalAdvance(edit.text()) <= edit.width()
    other.setFocus()
    assert (field.width(), edit.text()) == (76, "0.12")


@pytest.mark.parametrize(("typed", "value"), [("auto", 0.0), ("Auto", 0.0), ("2", 2.0)])
def test_the_word_that_stands_for_zero_can_be_typed(qtbot, shown, typed, value):
    field = NumberField(lambda number: plain(number) if number else "auto", zero="auto")
    edit, _ = shown(field)
    field.set_value(1.0)
    with qtbot.waitSignal(field.committed) as caught:
        retype(edit, typed)
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert caught.args == [value]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("1,500", "two readings"), ("0.09 0", "is not a number"), ("1e999", "too large"), (" ", "is missing")],
)
def test_a_number_with_no_one_meaning_changes_nothing(qtbot, shown, typed, sentence):
    field = NumberField()
    edit, _ = shown(field)
    field.set_value(0.5)
    with qtbot.waitSignal(field.refused) as caught, qtbot.assertNotEmitted(field.committed):
        retype(edit, typed)
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert sentence in caught.args[0]
    assert field.value() == 0.5


@pytest.mark.parametrize("action", [False, True])
@pytest.mark.parametrize("prefix", ["", "seed", "steps of the run"])
def test_a_field_of_the_width_that_it_needs_has_room_for_its_editor(qtbot, prefix: str, action: bool) -> None:
    """A digit alone is narrower than Qt has an editor."""
    field = NumberField(integer=True)
    qtbot.addWidget(field)
    field.set_prefix(lambda: prefix)
    if action:
        field.set_action("dice", "Other noise")
    field.set_value(7)
    field.resize(field.needed_width(), 30)
    field.show()
    edit = field.findChild(QLineEdit)
    assert edit is not None and edit.width() >= edit.minimumSizeHint().width()
