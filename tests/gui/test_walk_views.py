"""Every view of the table: zoom and pan on each flat canvas, and the minimum of a quadratic named where marked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from qhm_gui.canvas.drawn import DrawnMarks, DrawnText
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.offer import Offer
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.text import language
from qhm_gui.views import VIEWS
from qhm_gui.views.view import View
from qhm_gui.widgets.deletion import delete_now
from qhm_math.expression import TypedLoss
from tests.covering import covered
from tests.gui.conftest import QUICK, SCREEN, Shown, drag, wheel

pytestmark = pytest.mark.slow

LEFT = Qt.MouseButton.LeftButton
#: Lists and tables, which have no canvas.
TABLES = {"conditions", "standings", "recommended", "training_run"}
FLAT = sorted(set(VIEWS) - TABLES)


def state_for(key: str, **changes: object) -> State:
    page = next(page.key for page in PAGES.values() if key in (*page.views, *page.alone))
    return changed(State(), {**QUICK, "page": page, **changes})


def free_place(canvas: Canvas) -> QPointF:
    """A place in the plot where a press and a drag from it meet neither a handle nor anything that can be clicked."""
    plot = canvas.frame().plot
    places = [
        QPointF(plot.left() + plot.width() * x, plot.top() + plot.height() * y)
        for y in (0.62, 0.4, 0.75, 0.25)
        for x in (0.45, 0.3, 0.6, 0.2, 0.75)
    ]
    for place in places:
        if not any(isinstance(item, Handle | Offer) for item in canvas.items(place.toPoint())):
            return QPointF(place.toPoint())
    raise AssertionError("there is no free place")


class Windows(QObject):
    """Every widget that is shown as a window meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.found.append(type(watched).__name__)
        return False


def test_no_view_shows_a_window_while_it_is_made(qapp: QApplication) -> None:
    """One that is shown before it has a parent takes the keyboard from the window, and is seen for a moment."""
    windows = Windows()
    qapp.installEventFilter(windows)
    try:
        for key in VIEWS:
            view = VIEWS[key](SCREEN)
            assert windows.found == [], key
            delete_now(view.widget, view)
    finally:
        qapp.removeEventFilter(windows)


@pytest.mark.parametrize(("key", "back"), covered(FLAT, ("double click", "Home")))
def test_every_flat_canvas_zooms_pans_and_comes_back_and_names_the_centre(shown: Shown, key: str, back: str) -> None:
    view = shown(VIEWS[key], state_for(key), size=(800, 560))
    assert view.canvases
    for canvas in view.canvases:
        QTest.qWaitForWindowExposed(view.widget)
        whole, place = canvas.visible_range(), free_place(canvas)
        edits: list[object] = []
        view.edited.connect(edits.append)
        under = canvas.from_pixels(place)
        wheel(canvas, place, 3)
        inside = canvas.visible_range()
        assert canvas.zoomed and inside != whole, key
        assert canvas.from_pixels(place) == pytest.approx(under, rel=1e-6, abs=1e-9), key
        held = canvas.from_pixels(place)
        drag(canvas, place, place + QPointF(24, -16))
        assert canvas.from_pixels(place + QPointF(24, -16)) == pytest.approx(held, rel=1e-6, abs=1e-9), key
        assert canvas.visible_range() != inside
        if back == "Home":
            canvas.setFocus()
            QTest.keyClick(canvas, Qt.Key.Key_Home)
        else:
            spot = free_place(canvas)
            QTest.mouseClick(canvas.viewport(), LEFT, pos=spot.toPoint())  # as Qt tells a double click: this first
            QTest.mouseDClick(canvas.viewport(), LEFT, pos=spot.toPoint())
            QTest.mouseRelease(canvas.viewport(), LEFT, pos=spot.toPoint())
        assert not canvas.zoomed and canvas.visible_range() == pytest.approx(whole), (key, back)
        wheel(canvas, place, -3)
        assert canvas.zoomed
        canvas.reset_zoom()
        assert edits == [], key  # looking changes nothing
    the_centre_is_named(view)


@pytest.mark.parametrize("key", sorted(TABLES))
def test_a_table_has_no_canvas(shown: Shown, key: str) -> None:
    assert not shown(VIEWS[key], state_for(key)).canvases


def the_centre_is_named(view: View) -> None:
    """Which views mark the minimum of a quadratic is not told by the table: by what they draw."""
    key = view.key
    for canvas in view.canvases:
        canvas.grab()
        drawn = canvas.drawn()
        marks = [part for part in drawn if isinstance(part, DrawnMarks) and part.kind == "MinimumMark"]
        names = [part.text for part in drawn if isinstance(part, DrawnText) and part.text == "minimum"]
        assert len(names) == len(marks) <= 1, key
    if key in ("path", "race", "eigen", "cloud", "basins"):
        assert any(isinstance(part, DrawnMarks) and part.kind == "MinimumMark" for part in view.drawn())
        language.set_language("ja")
        view.retranslate()
        view.widget.grab()
        assert any(isinstance(part, DrawnText) and part.text == "最小点" for part in view.drawn()), key


@pytest.mark.parametrize("key", ["eigen", "cloud"])
def test_a_minimum_that_is_not_the_lowest_is_named_as_such(shown: Shown, key: str) -> None:
    loss = TypedLoss("(x**2 - 4)**2/8 + 0.2*x + y**2")
    changes = {"loss": loss, "start_x": 2.2, "start_y": 0.2, "alpha": 0.02, "noise.sigma": 0.05}
    view = shown(VIEWS[key], state_for(key, **changes), size=(800, 560))
    view.widget.grab()
    texts = [part.text for part in view.drawn() if isinstance(part, DrawnText)]
    assert "local minimum" in texts and "minimum" not in texts
