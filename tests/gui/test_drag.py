"""What a drag paints: every canvas once a move, in drafts until a rest, and never where a picture is asked for."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.theme import LIGHT, Style
from qhm_gui.canvas import curves
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.curves import DashName, PlotCurve
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.markers import StepDots
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.drawing.stroke import Segments
from qhm_gui.state.state import State, changed
from qhm_gui.views.view import View
from qhm_gui.window.window import Window


class Drag:
    """The mouse on the handle of a view, with the left button down."""

    def __init__(self, view: View, kind: str) -> None:
        self.canvas, self.handle = next(
            (canvas, item)
            for canvas in view.canvases
            for item in canvas.items_shown
            if isinstance(item, Handle) and item.kind == kind
        )
        self.here = self.canvas.to_pixels(*self.handle.position)
        self._send(QEvent.Type.MouseMove, self.here, Qt.MouseButton.NoButton)
        self._send(QEvent.Type.MouseButtonPress, self.here, Qt.MouseButton.LeftButton)

    def to(self, dx: float, dy: float) -> None:
        """Move by so many pixels from where it began."""
        self._send(QEvent.Type.MouseMove, self.here + QPointF(dx, dy), Qt.MouseButton.LeftButton)

    def end(self) -> None:
        """Let go."""
        self._send(QEvent.Type.MouseButtonRelease, self.here, Qt.MouseButton.NoButton)

    def _send(self, kind: QEvent.Type, point: QPointF, buttons: Qt.MouseButton) -> None:
        port = self.canvas.viewport()
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        keys = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(port, QMouseEvent(kind, point, port.mapToGlobal(point), button, buttons, keys))


def full(canvas: Canvas) -> QImage:
    """What an export would have of it."""
    image = QImage(canvas.size(), QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        canvas.render(painter)
    return image


@pytest.fixture
def slow_rest(monkeypatch):
    """A hand that never rests for long: a slow machine must not end a drag between two moves."""
    monkeypatch.setattr("qhm_gui.window.view_updates._REST", 30_000)
    monkeypatch.setattr("qhm_gui.window.busy_chips.PATIENCE", 1e9)  # nor does a chip come over a card, and go


@pytest.mark.parametrize(("page", "view", "kind"), [("explore", "stability", "point"), ("compare", "race", "start")])
def test_a_move_paints_every_canvas_once(qtbot, monkeypatch, slow_rest, make_window, page: str, view: str, kind: str):
    monkeypatch.setattr("qhm_gui.background.runner._REST", 30_000)  # nothing is refined
    paints: Counter[Canvas] = Counter()
    paint = Canvas.drawBackground
    monkeypatch.setattr(Canvas, "drawBackground", lambda self, *at: (paints.update([self]), paint(self, *at))[1])
    window: Window = make_window(changed(State(), {"page": page}))
    qtbot.waitUntil(lambda: window.page.link.up_to_date)
    drag = Drag(window.page.views[view], kind)

    def settled() -> bool:
        return window.page.link.up_to_date

    def nothing_is_painted() -> bool:  # on a slow machine what was shown before may still come
        paints.clear()
        qtbot.wait(100)
        return settled() and not paints

    drag.to(3, 3)
    qtbot.waitUntil(nothing_is_painted, timeout=20_000)
    names = {canvas: f"{key} {n}" for key, v in window.page.views.items() for n, canvas in enumerate(v.canvases)}
    for move in range(1, 5):
        before = window.store.state
        paints.clear()
        drag.to(3 + 5 * move, 3 + 4 * move)
        assert window.store.state != before
        qtbot.waitUntil(settled)
        qtbot.wait(50)
        times = {names.get(canvas, "another"): count for canvas, count in paints.items()}
        hand = times.pop(f"{view} 0")  # its handle follows at once, its answer when it comes
        assert hand <= 2 and times and set(times.values()) == {1}, (hand, times)
    drag.end()


def test_the_worker_begins_when_what_the_hand_holds_is_painted(qtbot, monkeypatch, slow_rest, make_window):
    """Both at once would each take as long as both: Python does one thing at a time."""
    happened: list[object] = []
    paint = Canvas.drawBackground
    monkeypatch.setattr(Canvas, "drawBackground", lambda self, *at: (happened.append(self), paint(self, *at))[1])
    window: Window = make_window(changed(State(), {"page": "explore"}))
    qtbot.waitUntil(lambda: window.page.link.up_to_date)
    views = window.page.views
    for key in ("path", "loss"):
        compute = views[key].compute
        monkeypatch.setattr(
            views[key], "compute", lambda *asked, compute=compute: (happened.append("computed"), compute(*asked))[1]
        )
    drag = Drag(views["stability"], "point")
    drag.to(3, 3)
    qtbot.waitUntil(lambda: window.page.link.up_to_date)
    qtbot.wait(50)
    happened.clear()
    drag.to(12, 9)
    qtbot.waitUntil(lambda: "computed" in happened and window.page.link.up_to_date)
    drag.end()
    assert happened.index(views["stability"].canvases[0]) < happened.index("computed")


def test_a_map_beside_a_bar_that_becomes_wider_is_painted_once(qtbot, monkeypatch, slow_rest, make_window):
    """The numbers of a bar take more or less room as they change, and Qt told the map when it was painted."""
    monkeypatch.setattr("qhm_gui.background.runner._REST", 30_000)
    paints: Counter[Canvas] = Counter()
    paint = Canvas.drawBackground
    monkeypatch.setattr(Canvas, "drawBackground", lambda self, *at: (paints.update([self]), paint(self, *at))[1])
    window: Window = make_window(changed(State(), {"page": "good"}))
    qtbot.waitUntil(lambda: window.page.link.up_to_date)
    canvas = window.page.views["stationary_right"].canvases[0]
    window.store.begin()
    widths: list[int] = []
    for sigma in (0.2, 0.3, 0.45, 0.7, 1.0, 1.5, 2.0, 0.1, 0.05):
        paints.clear()
        window.store.update(**{"noise.sigma": sigma})
        qtbot.waitUntil(lambda: window.page.link.up_to_date)
        qtbot.wait(50)
        widths.append(canvas.width())
        assert len(widths) == 1 or paints[canvas] == 1, widths
    window.store.end()
    assert len(set(widths)) > 2


def test_places_for_texts_are_found_once_a_turn(qtbot, monkeypatch, slow_rest, make_window):
    """A move concerns the view under the hand; another one when its turn comes, with its marks and its answer."""
    found: Counter[Canvas] = Counter()
    prepare = Canvas.prepare
    monkeypatch.setattr(Canvas, "prepare", lambda self: (found.update([self]), prepare(self))[1])
    window: Window = make_window(changed(State(), {"page": "explore"}))
    qtbot.waitUntil(lambda: window.page.link.up_to_date)
    drag = Drag(window.page.views["stability"], "point")
    drag.to(3, 3)
    qtbot.waitUntil(lambda: window.page.link.up_to_date)
    qtbot.wait(50)
    found.clear()
    drag.to(12, 9)
    qtbot.waitUntil(lambda: window.page.link.up_to_date)
    qtbot.wait(50)
    drag.end()
    hand = window.page.views["stability"].canvases[0]
    assert found.pop(hand) <= 2
    assert set(found.values()) == {1}


def test_what_takes_longer_than_a_frame_waits_for_the_rest(qtbot, make_window, settle):
    window: Window = make_window(changed(State(), {"page": "compare", "steps": 1000}))
    settle(window)
    views = window.page.views
    before = views["standings"].result
    drag = Drag(views["race"], "start")
    drag.to(15, 15)
    qtbot.waitUntil(lambda: views["race"].result.request.start != before.request.start)
    assert views["standings"].result is before
    dots = [item for item in drag.canvas.items_shown if isinstance(item, StepDots) and item.drawn()]
    assert not dots  # a run of so many steps has none, and its first answer, a short one, neither
    qtbot.waitUntil(lambda: views["standings"].result.request == views["race"].result.request)
    drag.end()


def test_drafts_end_at_rest(qtbot, make_window, settle):
    window: Window = make_window(changed(State(), {"page": "explore", "steps": 2000}))
    settle(window)
    drag = Drag(window.page.views["stability"], "point")
    canvases = [canvas for key in window.page.row.views for canvas in window.page.views[key].canvases]
    drag.to(10, 10)
    assert all(canvas.drafting for canvas in canvases)
    qtbot.waitUntil(lambda: not any(canvas.drafting for canvas in canvases))  # the button is still down
    settle(window)
    shown = [canvas.grab().toImage() for canvas in canvases]
    for canvas in canvases:
        canvas.layers.clear()
    assert [canvas.grab().toImage() for canvas in canvases] == shown
    drag.end()


@pytest.fixture
def empty(qtbot) -> Canvas:
    canvas = Canvas(Style(LIGHT), Axis(0, 1), Axis(0, 1))
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    return canvas


@pytest.fixture
def noisy(empty: Canvas) -> Canvas:
    canvas = empty
    random = np.random.default_rng(0)
    looks: list[tuple[float, DashName | None]] = [(1.0, None), (0.3, None), (1.0, "theory")]
    for alpha, dash in looks:
        line = canvas.add(PlotCurve("qhm", 2.4, dash=dash, alpha=alpha))
        line.setData(*random.uniform(0.1, 0.9, (2, 400)))
    return canvas


def test_a_picture_is_never_a_draft(noisy: Canvas):
    before, screen = full(noisy), noisy.grab().toImage()
    noisy.set_drafting(True)
    noisy.grab()
    for _ in range(2):
        noisy.grab()
    assert full(noisy) == before
    image = QImage(noisy.size(), QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        noisy.render(painter, kept=True)
    assert image == before
    noisy.set_drafting(False)
    assert noisy.grab().toImage() == screen


def test_a_draft_is_cheaper_and_begins_in_full(noisy: Canvas, monkeypatch):
    hints: list[tuple[int, bool]] = []
    draw = curves.draw_polyline
    monkeypatch.setattr(curves, "draw_polyline", lambda *a, **k: (hints.append((len(a[1]), k["draft"])), draw(*a, **k)))
    segments = Segments.draw
    monkeypatch.setattr(Segments, "draw", lambda *a: (hints.append((a[2], False)), segments(*a)))
    dashes = curves.draw_dashes
    monkeypatch.setattr(curves, "draw_dashes", lambda *a: (hints.append((len(a[1]), False)), dashes(*a)))
    noisy.grab()
    noisy.set_drafting(True)
    for line in noisy.items_shown:
        line.update()
    noisy.grab()
    assert [draft for _, draft in hints] == [False] * 3 + [True] * 3


def test_texts_keep_their_places_in_drafts_and_find_better_ones_at_rest(empty: Canvas):
    label = empty.add(Label("a name", "text"))
    label.set_position(0.5, 0.5)
    handle = empty.add(Handle("qhm"))
    handle.set_position(0.1, 0.1)
    empty.placer.update()
    area = label.area()
    empty.set_drafting(True)
    handle.set_position(*empty.from_pixels(area.center()))
    assert label.area() == area
    empty.set_drafting(False)
    assert label.area() != area
    assert not any(area.intersects(label.area()) for area in empty.placer.obstacles(empty.frame()).areas)
