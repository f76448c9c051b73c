"""The relief and the paths in 3-D, over the flat picture; and, where that cannot be, one sentence on why.

pyqtgraph.opengl and PyOpenGL are the extra ``surface``: they are imported when the view is first shown on a screen.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QOffscreenSurface,
    QOpenGLContext,
    QSurfaceFormat,
    QVector3D,
)
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance import colour_maps
from qhm_gui.appearance.theme import Theme, font
from qhm_gui.drawing.background_colour import resolve
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed
from qhm_gui.views.compare.surface_mesh import Floats, Lifted, SurfaceMesh, raised

NEEDS_EXTRA = "3-D needs PyOpenGL (the extra named surface); shown flat."
NEEDS_OPENGL = "3-D needs OpenGL, which this screen does not offer; shown flat."

_SCREENLESS = ("offscreen", "minimal", "vnc")
_OLDEST = (2, 1)
_GHOST = 0.4
#: Of two paths at one place the later one is seen, and the past before the future.
_APART = 0.0012
_START = {"elevation": 47.0, "azimuth": -62.0}
#: The first distance of the camera, the nearest and the farthest, of the distance from the middle to a corner: the
#: surface fills the card at most about twofold, and does not shrink to a dot.
_DISTANCE, _NEAR, _FAR = 2.75, 1.3, 5.0
#: Degrees above the plane: from below, and from straight above, nothing can be told apart.
_LOWEST, _HIGHEST = 8.0, 85.0
#: Middle of the box, which the camera looks at.
_CENTRE = (0.0, 0.0, 0.22)
#: Names stand so far above what they name, those of the axes so far beside the rim, and are so high in pixels.
_ABOVE_MARK, _BESIDE, _LABEL_PX = 0.09, 0.09, 13
#: The name of a mark stands above it, however small the surface is seen.
_ON_TOP = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
#: A start so near to the minimum is not named: the names would lie on each other.
_TOGETHER = 0.15
#: What is seen from top to bottom, in degrees: a wide card shows more at its sides.
_HIGH_ANGLE = 38.0


@dataclass(frozen=True)
class Trail:
    """One method: its path on the surface, and its look."""

    lifted: Lifted
    color: str
    width: float


def missing() -> str:
    """Why there can be no 3-D view (English), or an empty text. Makes no widget."""
    try:
        importlib.import_module("OpenGL")
    except ImportError:
        return NEEDS_EXTRA
    if QGuiApplication.platformName() in _SCREENLESS or not _has_context():
        return NEEDS_OPENGL
    # PyOpenGL must ask the same library for the current context as Qt does.
    platform = {"xcb": "glx", "wayland": "egl"}.get(QGuiApplication.platformName().split("-")[0])
    if platform is not None:
        os.environ.setdefault("PYOPENGL_PLATFORM", platform)
    try:
        importlib.import_module("pyqtgraph.opengl")
    except Exception:  # whatever a driver's library raises while it is loaded
        return NEEDS_OPENGL
    return ""


def _has_context() -> bool:
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    if not surface.isValid() or not context.create() or not context.makeCurrent(surface):
        return False
    version = context.format().version()
    context.doneCurrent()
    return not context.isOpenGLES() and cast(tuple[int, int], version) >= _OLDEST


class Surface3D(QObject):
    """A GL widget that covers ``parent``. Call only where :func:`missing` says nothing."""

    failed = Signal()  # OpenGL has raised an error after all
    menu_requested = Signal(QPoint)

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        gl: Any = importlib.import_module("pyqtgraph.opengl")
        self._theme = theme
        self._relief: SurfaceMesh | None = None
        self._trails: list[Trail] = []
        self._minima: Floats = np.empty((0, 3))
        self._start: Floats = np.empty((0, 3))
        self._step = 0
        self.widget: Any = _make_widget(gl, parent, self.failed.emit)
        self.widget.customContextMenuRequested.connect(lambda at: self.menu_requested.emit(self.widget.mapToGlobal(at)))
        self._gl = gl
        self._mesh: Any = None
        self._lines = gl.GLLinePlotItem(mode="lines", width=1.0, glOptions="translucent")
        self._lines.setDepthValue(1)
        self._marks = [_dots(gl, 4), _dots(gl, 5)]
        self._past: list[Any] = []
        self._future: list[Any] = []
        self._heads = [_dots(gl, 6), _dots(gl, 7)]
        self._start_mark = _dots(gl, 5)
        for item in (self._lines, *self._marks, *self._heads, self._start_mark):
            self.widget.addItem(item)
        self._labels: list[Any] = []
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Colour everything anew."""
        self._theme = theme
        self.widget.setBackgroundColor(theme.color("surface"))
        if self._relief is not None:
            self.set_relief(self._relief, self._minima)
            self.set_start(self._start)
            self.set_trails(self._trails)

    def set_relief(self, relief: SurfaceMesh, minima: Floats) -> None:
        """Show a surface, with its lowest minima (n, 3) marked."""
        if relief is not self._relief:
            self.widget.set_home(float(np.hypot(*relief.points[0, :2])))
        self._relief, self._minima = relief, minima
        if self._mesh is not None:
            self.widget.removeItem(self._mesh)
        self._mesh = self._gl.GLMeshItem(
            vertexes=relief.points.astype(np.float32),
            faces=relief.faces,
            vertexColors=shades(relief, self._theme),
            smooth=True,
            computeNormals=False,
            shader=None,
            glOptions=_behind_lines(),
        )
        self.widget.addItem(self._mesh)
        self._lines.setData(pos=relief.isolines, color=_rgba(self._theme, "ink", 0.22))
        self._lines.setVisible(len(relief.isolines) > 0)
        ring, core = self._marks
        ring.setData(pos=minima, size=15.0, color=_rgba(self._theme, "ink"))
        core.setData(pos=raised(minima, 0.001), size=10.0, color=_rgba(self._theme, "surface"))
        for item in self._marks:
            item.setVisible(len(minima) > 0)

    def set_start(self, start: Floats) -> None:
        """Mark where the runs begin, (1, 3), or (0, 3) where that is not on the surface; and name what is marked."""
        self._start = start
        self._start_mark.setVisible(len(start) > 0)
        if len(start):
            self._start_mark.setData(pos=start, size=10.0, color=_rgba(self._theme, "ink"))
        if self._relief is not None:
            self._show_labels(surface_labels(self._relief, self._minima, start))

    def retranslate(self) -> None:
        """Name everything in the language in force."""
        self.set_start(self._start)

    def _show_labels(self, labels: Sequence[SurfaceLabel]) -> None:
        while len(self._labels) < len(labels):
            item = self._gl.GLTextItem(font=font(_LABEL_PX), alignment=Qt.AlignmentFlag.AlignCenter)
            self._labels.append(item)
            self.widget.addItem(item)
        for item, label in zip(self._labels, labels, strict=False):
            color = self._theme.color("muted" if label.rank else "ink")
            side = Qt.AlignmentFlag.AlignCenter if label.rank else _ON_TOP
            item.setData(pos=np.array(label.place), text=label.text, color=color, alignment=side)
            item.setDepthValue(9 + label.rank)
            item.setVisible(True)
        for item in self._labels[len(labels) :]:
            item.setVisible(False)

    def set_trails(self, trails: Sequence[Trail]) -> None:
        """Show these paths, the last one on top."""
        self._trails = list(trails)
        for lines, depth in ((self._future, 2), (self._past, 3)):
            while len(lines) < len(self._trails):
                line = self._gl.GLLinePlotItem(mode="line_strip", glOptions="translucent")
                line.setDepthValue(depth)
                lines.append(line)
                self.widget.addItem(line)
            for line in lines[len(self._trails) :]:
                line.setVisible(False)
        self.seek(self._step)

    def seek(self, step: int) -> None:
        """Put the playhead at ``step``."""
        self._step = step
        heads: list[Floats] = []
        colors: list[tuple[float, ...]] = []
        for place, (trail, past, future) in enumerate(zip(self._trails, self._past, self._future, strict=False)):
            color = _rgba(self._theme, trail.color)
            for line, points, tint, width in (
                (past, raised(trail.lifted.until(step), _APART * (place + 1)), color, trail.width + 0.6),
                (future, trail.lifted.after(step), self._ghost(color), trail.width),
            ):
                line.setVisible(len(points) > 1)
                line.setData(pos=points, color=tint, width=width)
            if len(trail.lifted.points):
                heads.append(trail.lifted.head(step) + np.array([0.0, 0.0, _APART * place]))
                colors.append(color)
        ring, core = self._heads
        for item in self._heads:
            item.setVisible(bool(heads))
        if heads:
            places = raised(np.array(heads), 0.02)
            ring.setData(pos=places, size=15.0, color=_rgba(self._theme, "surface"))
            core.setData(pos=raised(places, 0.002), size=11.0, color=np.array(colors))

    def _ghost(self, color: tuple[float, ...]) -> tuple[float, ...]:
        """Mixed with the ground instead of let through: nothing shows where the pieces of a line meet."""
        ground = _rgba(self._theme, "c_out")
        mixed = [_GHOST * one + (1 - _GHOST) * other for one, other in zip(color[:3], ground[:3], strict=True)]
        return (*mixed, 1.0)


@dataclass(frozen=True)
class SurfaceLabel:
    """A text at a place of the box. Of two that would lie on each other the one of lower ``rank`` is drawn: 0 for the
    name of a mark, 1 for that of an axis, 2 for an end of one."""

    text: str
    place: tuple[float, float, float]
    rank: int = 0


def surface_labels(relief: SurfaceMesh, minima: Floats, start: Floats) -> list[SurfaceLabel]:
    """x, y and f with the ends of x and y at the rim nearest to the first camera; the start; one minimum."""
    nodes = round(len(relief.points) ** 0.5)
    grid = relief.points.reshape(nodes, nodes, 3)
    ends = (0, nodes // 2, nodes - 1)
    front = [grid[0, column] - (0.0, _BESIDE, 0.0) for column in ends]
    right = [grid[row, -1] + (_BESIDE, 0.0, 0.0) for row in ends]
    corner = grid[-1, 0] + (0.0, 0.0, _BESIDE)
    texts = [(low, name, high) for name, (low, high) in (("x", plain_ends(*relief.x)), ("y", plain_ends(*relief.y)))]
    rims = zip([*texts[0], *texts[1], "f"], [*front, *right, corner], (2, 1, 2, 2, 1, 2, 1), strict=True)
    labels = [SurfaceLabel(text, (float(at[0]), float(at[1]), float(at[2])), rank) for text, at, rank in rims]
    named = [(tr("minimum"), minima[:1]), (tr("start"), start[:1])]
    if len(minima) and len(start) and float(np.linalg.norm(minima[0] - start[0])) < _TOGETHER:
        named.pop()
    return labels + [
        SurfaceLabel(text, (float(at[0]), float(at[1]), float(at[2]) + _ABOVE_MARK))
        for text, places in named
        for at in places
    ]


def plain_ends(low: float, high: float) -> tuple[str, str]:
    """Both ends of an axis, with as many decimals as tell its length to a hundredth."""
    decimals = max(0, 2 - int(np.floor(np.log10(high - low))))
    return fixed(low, decimals), fixed(high, decimals)


def shades(relief: SurfaceMesh, theme: Theme) -> NDArray[np.float32]:
    """The colour of every node, (nodes, 4): light at the minimum, and darker where the light does not reach."""
    tints = colour_maps.blend((theme.c_in, theme.c_out), 256)[np.round(255 * relief.level).astype(int)] / 255
    shadow, lit_up = (0.7, 1.0) if theme.key == "light" else (0.8, 1.7)
    lit = tints * (shadow + (lit_up - shadow) * relief.light)[:, None]
    return np.column_stack([np.clip(lit, 0, 1), np.ones(len(lit))]).astype(np.float32)


def _rgba(theme: Theme, token: str, alpha: float = 1.0) -> tuple[float, ...]:
    """A token of the theme or the key of a method, as OpenGL takes colours."""
    color = resolve(theme, token, alpha)
    return color.redF(), color.greenF(), color.blueF(), color.alphaF()


def _behind_lines() -> dict[Any, Any]:
    """The surface is pushed back a little in depth, so that what lies on it is not broken up by it."""
    names: Any = importlib.import_module("OpenGL.GL")
    return {
        names.GL_DEPTH_TEST: True,
        names.GL_BLEND: False,
        names.GL_CULL_FACE: False,
        names.GL_POLYGON_OFFSET_FILL: True,
        "glPolygonOffset": (2.0, 80.0),
    }


def _dots(gl: Any, depth: int) -> Any:
    item = gl.GLScatterPlotItem(pos=np.zeros((1, 3)), pxMode=True, glOptions="translucent")
    item.setDepthValue(depth)
    item.setVisible(False)
    return item


def _finds_room(text: Any, taken: list[QRectF]) -> bool:
    """Whether a text lies on none of those before it; then it takes its room as well."""
    at = text.align_text(text.compute_projection().map(QVector3D(*map(float, text.pos))).toPointF())
    area = QRectF(QFontMetrics(text.font).tightBoundingRect(text.text)).translated(at).adjusted(-2, -1, 2, 1)
    if any(area.intersects(other) for other in taken):
        return False
    taken.append(area)
    return True


def _make_widget(gl: Any, parent: QWidget, fail: Any) -> Any:
    """The class can only be made once pyqtgraph.opengl is there."""
    Vector: Any = importlib.import_module("pyqtgraph").Vector
    shaders: Any = importlib.import_module("pyqtgraph.opengl.shaders")

    class Relief3D(Guarded, gl.GLViewWidget):
        """Turned by the left button, zoomed by the wheel, put back by a double click; it cannot be moved away from the
        surface. An error of OpenGL is told, not printed."""

        corner = 1.0  # from the middle of the surface to its corner

        def set_home(self, corner: float) -> None:
            """The surface reaches so far: look at all of it from the first direction."""
            self.corner = corner
            self.go_home()

        def go_home(self) -> None:
            self.opts["center"] = Vector(*_CENTRE)
            self.setCameraPosition(distance=_DISTANCE * self.corner, **_START)

        def initializeGL(self) -> None:
            # pyqtgraph keeps compiled programs by class: those of an earlier context mean nothing in this one.
            shaders.initShaders()
            gl.GLLinePlotItem._shaderProgram = None
            gl.GLScatterPlotItem._shaderProgram = None
            try:
                super().initializeGL()
            except Exception:
                fail()

        def paintGL(self) -> None:
            try:
                super().paintGL()
            except Exception:
                fail()

        def drawItemTree(self, item: Any = None, useItemNames: bool = False) -> None:
            # Not pyqtgraph's, which prints what an item raises; there are no items within items here.
            taken: list[QRectF] = []  # by texts: from far away those at one corner come to lie on each other
            for each in sorted(self.items, key=lambda one: one.depthValue()):
                if each.visible() and (not hasattr(each, "align_text") or _finds_room(each, taken)):
                    if self.default_vao.isCreated():
                        self.default_vao.bind()
                    each.paint()

        def resizeEvent(self, event: Any) -> None:
            super().resizeEvent(event)
            half = np.tan(np.radians(_HIGH_ANGLE) / 2) * self.width() / max(self.height(), 1)
            self.opts["fov"] = float(np.degrees(2 * np.arctan(half)))

        def orbit(self, azim: float, elev: float) -> None:
            super().orbit(azim, elev)
            self.opts["elevation"] = min(max(self.opts["elevation"], _LOWEST), _HIGHEST)

        def pan(self, *_: Any, **__: Any) -> None:
            """Neither a drag with the middle button nor one with Ctrl takes the surface out of sight."""

        def mouseDoubleClickEvent(self, event: Any) -> None:
            self.go_home()
            event.accept()

        def wheelEvent(self, event: Any) -> None:
            turned = event.angleDelta().y() or event.angleDelta().x()
            distance = self.opts["distance"] * 0.999**turned
            near, far = _NEAR * self.corner, _FAR * self.corner
            self.setCameraPosition(distance=min(max(distance, near), far))
            event.accept()

        def keyPressEvent(self, event: Any) -> None:
            event.ignore()  # the arrows belong to the playhead

    made: Any = Relief3D
    widget: Any = made(parent)
    wanted = QSurfaceFormat(widget.format())
    wanted.setSamples(4)
    widget.setFormat(wanted)
    widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    widget.go_home()
    return widget
