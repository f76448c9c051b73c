"""What takes long to paint is painted in several turns of the event loop, and looks the same in the end."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QWidget

from qhm_gui.appearance.theme import LIGHT, Style
from qhm_gui.canvas import turns
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import PixelItem
from qhm_gui.canvas.plot import Canvas


class Slow(PixelItem):
    """Takes so many seconds of a clock that the test turns."""

    def __init__(self, clock: "Clock", place: int) -> None:
        super().__init__()
        self._clock, self._place = clock, place
        self.color = "#808080"
        self.setZValue(5.0 + place)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        self._clock.work(self, 0.06)
        side = 20.0
        painter.fillRect(QRect(round(frame.plot.left() + side * self._place), 60, 16, 16), QColor(self.color))


class Clock:
    """The seconds of work, and what was drawn in which turn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.turn = 1.0, 0
        self.drawn: dict[int, list[PixelItem]] = {}
        begin = turns.Turn._begin
        monkeypatch.setattr(turns.Turn, "_begin", lambda one: (self.begin(), begin(one)))
        monkeypatch.setattr("time.thread_time", lambda: self.now)

    def begin(self) -> None:
        self.turn += 1

    def work(self, item: PixelItem, seconds: float) -> None:
        self.now += seconds
        self.drawn.setdefault(self.turn, []).append(item)

    def most(self) -> int:
        """The most items that one turn has drawn."""
        return max(map(len, self.drawn.values()))


def on_screen(canvas: Canvas) -> QImage:
    """What the window shows of it."""
    window = canvas.window()
    store = window.backingStore().paintDevice()
    assert isinstance(store, QImage)
    corner = canvas.mapTo(window, canvas.rect().topLeft())
    return store.copy(QRect(corner, canvas.size())).convertToFormat(QImage.Format.Format_RGB32)


def drawn_at_once(canvas: Canvas) -> QImage:
    return canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


@pytest.fixture
def shown_slowly(qtbot, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Clock, list[Canvas], list[Slow]]]:
    app = turns.QCoreApplication.instance()
    assert app is not None
    for old in app.findChildren(turns.Turn):  # that of earlier tests knows no clock of ours
        old.setParent(None)
    clock = Clock(monkeypatch)
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    canvases, items = [Canvas(Style(LIGHT), Axis(0, 1), Axis(0, 1)) for _ in range(3)], []
    for canvas in canvases:
        row.addWidget(canvas)
        for place in range(3):
            items.append(canvas.add(Slow(clock, place)))
    window.resize(900, 240)
    window.show()
    yield clock, canvases, items
    for own in app.findChildren(turns.Turn):
        own.setParent(None)


def finish(qtbot, canvases: list[Canvas]) -> None:
    qtbot.wait(1)
    qtbot.waitUntil(lambda: not any(canvas.turns.behind for canvas in canvases))


CHANGES: dict[str, Callable[[list[Canvas], list[Slow]], object]] = {
    "shown first": lambda canvases, items: None,
    "another size": lambda canvases, items: canvases[0].window().resize(800, 260),
    "all painted again": lambda canvases, items: [item.changed() for item in items],
    "another style": lambda canvases, items: [canvas.set_style(Style(LIGHT, line_scale=2.0)) for canvas in canvases],
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_turn_paints_for_long(qtbot, shown_slowly, change: str) -> None:
    clock, canvases, items = shown_slowly
    finish(qtbot, canvases)
    if change != "shown first":
        clock.drawn.clear()
        CHANGES[change](canvases, items)
        finish(qtbot, canvases)
    assert {item for row in clock.drawn.values() for item in row} == set(items)
    assert clock.most() == 1
    for canvas in canvases:
        assert on_screen(canvas) == drawn_at_once(canvas)


def test_what_stood_there_stays_until_all_is_drawn(qtbot, shown_slowly) -> None:
    clock, canvases, items = shown_slowly
    finish(qtbot, canvases)
    before, clock.drawn = on_screen(canvases[0]), {}
    for item in items[:3]:
        item.color = "#FF0000"
        item.changed()
    qtbot.waitUntil(lambda: sum(map(len, clock.drawn.values())) >= 2)
    if canvases[0].turns.behind:
        assert on_screen(canvases[0]) == before
    finish(qtbot, canvases)
    assert on_screen(canvases[0]) == drawn_at_once(canvases[0]) != before
    assert all(len(row) == 1 for row in list(clock.drawn.values())[:3])


def test_what_has_not_changed_is_not_drawn_again(qtbot, shown_slowly) -> None:
    clock, canvases, items = shown_slowly
    finish(qtbot, canvases)
    clock.drawn.clear()
    for _ in range(3):
        items[2].changed()
        finish(qtbot, canvases)
    assert {item for row in clock.drawn.values() for item in row} == {items[2]}


def test_a_picture_is_drawn_at_once(qtbot, shown_slowly) -> None:
    _, canvases, _items = shown_slowly
    picture = drawn_at_once(canvases[0])
    finish(qtbot, canvases)
    assert picture == drawn_at_once(canvases[0]) == on_screen(canvases[0])


@pytest.mark.slow
def test_what_changes_all_the_time_is_finished_all_the_same(qtbot, shown_slowly) -> None:
    _, canvases, items = shown_slowly
    finish(qtbot, canvases)
    before = on_screen(canvases[0])
    for number in range(40):
        for item in items[:3]:
            item.color = f"#{number + 16:02x}0000"
            item.changed()
        qtbot.wait(1)
    assert on_screen(canvases[0]) != before
    finish(qtbot, canvases)


def test_what_a_hand_moves_is_drawn_in_one_turn(qtbot, shown_slowly: tuple[Clock, list[Canvas], list[Slow]]) -> None:
    """In pieces it would come frames later, and cost more."""
    clock, canvases, items = shown_slowly
    finish(qtbot, canvases)
    clock.drawn.clear()
    canvases[0].set_drafting(True)
    for item in items[:3]:
        item.set_look(color="#204080")
    qtbot.wait(5)
    qtbot.waitUntil(lambda: bool(clock.drawn))
    assert clock.most() >= 3 and not canvases[0].turns.behind
