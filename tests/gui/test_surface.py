"""The 3-D view of the comparison: the numbers of its surface, and what is shown where it cannot be."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QMatrix4x4, QSurfaceFormat, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.theme import DARK, LIGHT
from qhm_gui.state.state import State, changed
from qhm_gui.text import language
from qhm_gui.views.compare import surface_widget as surface3d
from qhm_gui.views.compare.paths import ComparedPathsView
from qhm_gui.views.compare.surface_mesh import Lifted, SurfaceMesh, compressed, lift, relief
from qhm_gui.views.compare.surface_widget import NEEDS_EXTRA, NEEDS_OPENGL, shades
from qhm_gui.views.shared.contour_data import field
from qhm_gui.window.window import Window
from qhm_math.expression import TypedLoss
from qhm_math.losses import Loss, Quadratic, Rosenbrock

Settle = Callable[[Window], None]


def surface_of(loss: Loss) -> SurfaceMesh:
    return relief(loss, field(loss).levels)


def plane(surface: SurfaceMesh, points: np.ndarray) -> np.ndarray:
    """Points of the box back on the plane, by the definition of the box."""
    return np.asarray(surface.centre) + surface.half * points[..., :2]


# -- the numbers


def test_height_is_the_logarithm_of_the_loss() -> None:
    values = np.array([2.0, 5.0, 32.0, 1e9, np.nan, np.inf])
    expected = [0.0, np.log(4) / np.log(31), 1.0, 1.0, np.nan, np.nan]
    np.testing.assert_allclose(compressed(values, 2.0, 1.0, 32.0), expected, rtol=1e-12)


@pytest.mark.parametrize("loss", [Quadratic(), Rosenbrock()])
def test_nodes_stand_as_high_as_their_loss(loss: Loss) -> None:
    surface = surface_of(loss)
    values = loss.value(plane(surface, surface.points))
    expected = np.log1p((values - surface.low) / surface.bend) / np.log1p((surface.top - surface.low) / surface.bend)
    np.testing.assert_allclose(surface.level, expected, atol=1e-9)
    highest = surface.points[:, 2].max()
    np.testing.assert_allclose(surface.points[:, 2], highest * surface.level, atol=1e-12)
    assert surface.level.max() == pytest.approx(1.0)
    lowest = surface.points[np.argmin(surface.level)]
    spacing = surface.half * 2 / 100
    assert np.abs(plane(surface, lowest) - loss.minima()).max(axis=-1).min() < spacing * 10


def test_triangles_cover_the_grid_once_and_look_up() -> None:
    surface = surface_of(Quadratic())
    corners = surface.points[surface.faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (normals[:, 2] > 0).all()
    wide, high = np.ptp(surface.points[:, 0]), np.ptp(surface.points[:, 1])
    assert normals[:, 2].sum() / 2 == pytest.approx(wide * high)


def test_where_the_loss_is_not_defined_there_is_no_surface() -> None:
    loss = TypedLoss("log(x) + y**2")
    surface = surface_of(loss)
    used = surface.points[np.unique(surface.faces)]
    x = plane(surface, used)[:, 0]
    assert 0 < len(used) < len(surface.points)
    assert (x > 0).all()
    assert np.isfinite(surface.points).all() and np.isfinite(surface.isolines).all()
    assert np.isnan(surface.place(np.array([-0.5, 0.0]))).all()


def test_isolines_lie_on_levels_of_the_loss() -> None:
    loss = Quadratic()
    known = field(loss)
    surface = relief(loss, known.levels[3:4])
    inner = surface.isolines[(np.abs(surface.isolines[:, :2]) < 0.8 * np.abs(surface.points[:, :2]).max(axis=0)).all(1)]
    assert len(inner) > 20
    np.testing.assert_allclose(loss.value(plane(surface, inner)), known.levels[3], rtol=0.05)


def test_a_path_lies_on_the_surface_between_its_steps_too() -> None:
    loss = Rosenbrock()
    surface = surface_of(loss)
    (x0, x1), (y0, y1) = loss.window()
    path = np.array([[x0, y0], [0.0, 1.0], [x1, y1]])
    lifted = lift(surface, path)
    assert lifted.pieces > 1 and len(lifted.points) == 2 * lifted.pieces + 1
    np.testing.assert_allclose(plane(surface, lifted.points[:: lifted.pieces]), path, atol=1e-12)
    ground = surface.place(plane(surface, lifted.points))
    over = lifted.points[:, 2] - ground[:, 2]
    assert over.min() > 0 and np.median(over) < 0.01 and over.max() < 0.08
    assert (lifted.points[:, 2] > surface.mesh_height(lifted.points)).all()
    np.testing.assert_array_equal(lifted.until(1)[-1], lifted.head(1))
    np.testing.assert_array_equal(lifted.after(1)[0], lifted.head(1))
    np.testing.assert_array_equal(lifted.head(7), lifted.points[-1])


@pytest.mark.parametrize("gone", [(np.nan, np.nan), (1e200, -1e200), (np.inf, 0.0)])
def test_a_path_ends_where_it_leaves_the_surface(gone: tuple[float, float]) -> None:
    surface = surface_of(Quadratic())
    path = np.array([[1.0, 1.0], [-1.0, 0.5], gone, [0.0, 0.0]])
    lifted = lift(surface, path)
    assert np.isfinite(lifted.points).all()
    assert lifted.pieces < len(lifted.points) <= 2 * lifted.pieces
    np.testing.assert_allclose(plane(surface, lifted.head(3)), path[1], atol=1e-12)


def test_a_path_that_begins_outside_is_empty() -> None:
    lifted = lift(surface_of(Quadratic()), np.full((4, 2), np.nan))
    assert lifted.points.shape == (0, 3)
    assert isinstance(lifted, Lifted) and len(lifted.until(2)) == len(lifted.after(2)) == 0


def test_short_pieces_are_not_drawn_but_the_playhead_is() -> None:
    surface = surface_of(Quadratic())
    path = np.column_stack([np.linspace(-1.0, 1.0, 5001), np.zeros(5001)])
    lifted = lift(surface, path)
    past, future = lifted.until(1234), lifted.after(1234)
    np.testing.assert_array_equal(past[-1], lifted.head(1234))
    np.testing.assert_array_equal(future[0], lifted.head(1234))
    np.testing.assert_array_equal(past[0], lifted.points[0])
    assert 20 < len(past) + len(future) < 500
    gaps = np.linalg.norm(np.diff(future, axis=0), axis=1)
    assert gaps.max() < 0.03 and np.median(gaps) > 0.01


def test_triangles_are_as_high_as_their_corners_say() -> None:
    surface = surface_of(Rosenbrock())
    corners = surface.points[surface.faces]
    weights = np.array([0.2, 0.3, 0.5])
    inside = np.einsum("k,nkc->nc", weights, corners)
    np.testing.assert_allclose(surface.mesh_height(inside), inside[:, 2], atol=1e-9)


def test_a_long_run_has_a_point_a_step() -> None:
    path = np.zeros((50_001, 2))
    lifted = lift(surface_of(Quadratic()), path)
    assert lifted.pieces == 1 and len(lifted.points) == 50_001


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_minimum_is_light(theme: object) -> None:
    assert theme in (LIGHT, DARK)
    surface = surface_of(Quadratic())
    colors = shades(surface, LIGHT if theme is LIGHT else DARK)
    assert colors.shape == (len(surface.points), 4) and colors.min() >= 0 and colors.max() <= 1
    assert colors[np.argmin(surface.level), :3].sum() > colors[np.argmax(surface.level), :3].sum()


def test_start_minimum_and_axes_are_named() -> None:
    """The ends of the axes are those of the surface, beside its rim; a start at the minimum is not named twice."""
    surface = surface_of(Quadratic())
    minima, start = surface.place(Quadratic().minima()), surface.place(np.array([[-3.0, 0.5]]))
    labels = {label.text: np.array(label.place) for label in surface3d.surface_labels(surface, minima, start)}
    assert {"x", "y", "f", "start", "minimum"} < set(labels) and len(labels) == 9
    low, high = surface3d.plain_ends(*surface.x)
    numbers = [float(text.replace("−", "-")) for text in (low, high)]
    np.testing.assert_allclose(numbers, surface.x, atol=0.01 * (surface.x[1] - surface.x[0]))
    box = np.abs(surface.points[:, :2]).max(axis=0)
    assert labels["x"][1] < -box[1] and labels["y"][0] > box[0]
    np.testing.assert_allclose(labels["start"][:2], start[0, :2])
    assert labels["start"][2] > start[0, 2]
    at_it = [label.text for label in surface3d.surface_labels(surface, minima, minima)]
    assert "minimum" in at_it and "start" not in at_it
    outside = [label.text for label in surface3d.surface_labels(surface, minima, np.empty((0, 3)))]
    assert "start" not in outside


class FakeView(QWidget):
    """What the camera asks of pyqtgraph's GLViewWidget, without OpenGL."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.opts: dict[str, object] = {"center": None}
        self.moved = False

    def format(self) -> QSurfaceFormat:
        return QSurfaceFormat()

    def setFormat(self, _format: QSurfaceFormat) -> None:
        pass

    def setCameraPosition(self, **opts: float) -> None:
        self.opts |= opts

    def orbit(self, azim: float, elev: float) -> None:
        self.opts["azimuth"] += azim  # type: ignore[operator]
        self.opts["elevation"] += elev  # type: ignore[operator]

    def pan(self, *_: object) -> None:
        self.moved = True


@pytest.fixture
def camera(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The widget of the surface over a base class that needs no OpenGL."""
    real = importlib.import_module

    def without_shaders(name: str) -> Any:
        return SimpleNamespace(initShaders=lambda: None) if name == "pyqtgraph.opengl.shaders" else real(name)

    monkeypatch.setattr(surface3d.importlib, "import_module", without_shaders)
    parent = QWidget()
    qtbot.addWidget(parent)
    made = surface3d._make_widget(SimpleNamespace(GLViewWidget=FakeView), parent, lambda: None)
    made.set_home(1.3)
    yield made
    assert made.parent() is parent


def wheel(turned: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> QWheelEvent:
    at = QPointF(5, 5)
    none = Qt.MouseButton.NoButton
    return QWheelEvent(at, at, QPoint(), QPoint(0, turned), none, modifiers, Qt.ScrollPhase.NoScrollPhase, False)


def test_the_camera_stays_where_the_surface_can_be_seen(camera: Any) -> None:
    home = dict(camera.opts)
    for turned, end in ((1200, surface3d._NEAR), (-1200, surface3d._FAR)):
        for modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
            for _ in range(30):
                camera.wheelEvent(wheel(turned, modifiers))
            assert camera.opts["distance"] == pytest.approx(1.3 * end)
    camera.orbit(10.0, 500.0)
    assert camera.opts["elevation"] < 90
    camera.orbit(10.0, -500.0)
    assert camera.opts["elevation"] > 0
    camera.pan(300, 300, 0, relative="view")
    assert not camera.moved and camera.opts["center"] == home["center"]
    QTest.mouseDClick(camera, Qt.MouseButton.LeftButton)
    assert camera.opts == home


# -- where there is no OpenGL


@pytest.fixture
def window(make_window: Callable[..., Window], settle: Settle) -> Window:
    """A window on the page."""
    made = make_window(changed(State(), {"page": "compare"}))
    made.resize(1600, 1000)
    settle(made)
    return made


def race_of(window: Window) -> ComparedPathsView:
    found = window.page.views["race"]
    assert isinstance(found, ComparedPathsView)
    return found


def test_without_opengl_there_is_a_sentence_and_the_flat_view(
    window: Window, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The offscreen platform has none, whether the extra is installed or not."""
    monkeypatch.setitem(sys.modules, "OpenGL", type(sys)("OpenGL"))
    race = race_of(window)
    children = len(race.widget.children())
    race.widget.setFixedSize(race.widget.size())  # the sentence may take the card's header a second line
    race.widget.grab()  # from the second on, what has not changed is copied, here and below
    flat = race.widget.grab().toImage()
    window.store.update(**{"compare.surface": "3-D"})
    settle(window)
    assert window.status.text() == NEEDS_OPENGL
    assert race.subtitle(window.store.state) == NEEDS_OPENGL
    assert len(race.widget.children()) == children
    assert race.widget.grab().toImage() == flat
    assert "pyqtgraph.opengl" not in sys.modules
    window.store.update(**{"compare.surface": "flat"})
    settle(window)
    assert window.status.text() == ""
    assert race.subtitle(window.store.state) != NEEDS_OPENGL


def test_without_the_extra_it_says_what_to_install(
    window: Window, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "OpenGL", None)
    window.store.update(**{"compare.surface": "3-D"})
    settle(window)
    assert window.status.text() == NEEDS_EXTRA
    window.use_language("ja")
    assert race_of(window).subtitle(window.store.state) == language.tr(NEEDS_EXTRA) != NEEDS_EXTRA


def test_what_nobody_sees_stays_flat_and_asks_for_nothing(monkeypatch: pytest.MonkeyPatch, qtbot: object) -> None:
    """Exports, films and screenshots make a view of their own that is not on a screen."""
    monkeypatch.setattr(surface3d, "missing", lambda: pytest.fail("asked for OpenGL"))
    from qhm_gui.export.figure import Figure, drawn

    state = changed(State(), {"page": "compare", "compare.surface": "3-D"})
    with drawn(Figure(ComparedPathsView, state)) as drawing:
        assert drawing.view.widget.isVisible()
        assert drawing.view.subtitle(state) == language.tr("same start, same noise")


class FakeText:
    """What pyqtgraph's text item has, its place in pixels."""

    def __init__(self, text: str, x: float, y: float, depth: int) -> None:
        self.text, self.pos, self.font = text, (x, y, 0.0), QFont()
        self._depth, self.painted = depth, 0

    def depthValue(self) -> int:
        return self._depth

    def visible(self) -> bool:
        return True

    def compute_projection(self) -> QMatrix4x4:
        return QMatrix4x4()

    def align_text(self, at: QPointF) -> QPointF:
        return at

    def paint(self) -> None:
        self.painted += 1


def test_texts_of_the_surface_never_lie_on_each_other(camera: Any) -> None:
    """From far away the ends of both axes come together at their corner."""
    low, high, apart = FakeText("2.09", 40, 50, 11), FakeText("−2.13", 48, 53, 11), FakeText("1.18", 200, 50, 11)
    mark = FakeText("minimum", 190, 52, 9)
    camera.items, camera.default_vao = [low, high, apart, mark], SimpleNamespace(isCreated=lambda: False)
    camera.drawItemTree()
    assert [text.painted for text in (low, high, apart, mark)] == [1, 0, 0, 1]
