"""The map of a sweep: the loss of a model trained for every cell of a grid ([G] figure 3, second and third rows)."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.key_cursor import KeyCursor
from qhm_gui.canvas.markers import Head
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import scientific
from qhm_gui.text.parameter_words import place_words, values_of
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.level_scale import LevelScale
from qhm_gui.views.shared.sweep_map_picture import Floats, SweepMapPicture, error_scale, scale_of
from qhm_gui.views.shared.training_curve import TrainingCurve
from qhm_gui.views.shared.two_canvases import Pair
from qhm_gui.views.view import Chip, Table, View
from qhm_math.experiments import SweepMap

#: A colour bar with its numbers, in pixels.
_ROOM_OF_BAR = 110.0
#: Shares of the height: the maps, and the curve of a cell below them.
_MAPS, _CURVE = 5, 3
#: From this share of the noise on negative curvature on, a checkpoint is said to be no minimum.
_NEGATIVE = 0.02


def map_table(found: SweepMap) -> Table:
    """Every cell, with what theory expects of it."""
    x, y = np.meshgrid(found.xs, found.ys)
    loss = np.where(np.isfinite(found.mean), found.mean, np.nan)
    columns: Table = {found.across: x.ravel(), found.up: y.ravel(), "loss": loss.ravel()}
    columns |= {"standard_error": found.standard_error.ravel(), "accuracy": found.accuracy.ravel()}
    known = found.expected
    mean, error = np.full((2, *loss.shape), np.nan) if known is None else (known.mean, known.error)
    return columns | {"expected": np.where(np.isfinite(mean), mean, np.nan).ravel(), "expected_error": error.ravel()}


def ratio_of(found: SweepMap) -> Floats:
    """Measured over expected, (ys, xs); inf where one of them diverges, NaN where one is not known or not positive."""
    expected = np.full(found.mean.shape, np.nan) if found.expected is None else found.expected.mean
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = found.mean / expected
    known = np.where(np.isfinite(ratio) & (ratio > 0), ratio, np.nan)
    return np.where((np.isinf(found.mean) | np.isinf(expected)) & ~np.isnan(found.mean), np.inf, known)


def error_of(found: SweepMap) -> Floats:
    """The share of wrong answers on the test images, (ys, xs); inf where a run diverged, NaN where it is not known."""
    return np.where(found.diverged > 0, np.inf, 1 - found.accuracy)


def error_words(error: float) -> str:
    """' ± 0.01 (standard error)': of two seeds no interval is to be had that covers 95 %."""
    return f" ± {scientific(error, 1)} ({tr('standard error')})"


def no_theory_of(found: SweepMap) -> str:
    """Why nothing of theory stands beside a map, translated."""
    if found.settings.origin == "scratch":
        return tr("From the initial weights there is no theory.")
    return tr("No theory stands beside this map: the noise at its start was not measured.")


def no_minimum_of(found: SweepMap) -> str:
    """That the map does not begin at a minimum, as theory has it, translated; '' where it does."""
    share = found.negative_share
    if share < _NEGATIVE:
        return ""
    words = "The checkpoint is no minimum: {share} of the noise is on negative curvature, where theory expects nothing."
    return tr(words, share=f"{100 * share:.0f}\u2009%")


class SweepMapView(View):
    """Abstract: a subclass hands the map to ``_draw``, and says what stands beside it and which point is chosen.

    A click on a cell takes its α, β and ν over. The learning curve of the cell at the current point is drawn below.
    """

    columns = described(
        {
            "loss": Column("mean loss in the end, above the checkpoint's if there is one; empty where it diverged"),
            "standard_error": Column("standard error of the mean, from the seeds"),
            "accuracy": Column("share of right answers on the test images"),
            "expected": Column("prediction of theory for loss, from curvatures and noise measured at the checkpoint"),
            "expected_error": Column("its standard error, from the sample of images"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._state = State()
        self._found: SweepMap | None = None
        self._pictures = [SweepMapPicture(style), SweepMapPicture(style)]
        self._heads = [picture.canvas.add(Head("diamond", "qhm")) for picture in self._pictures]
        self._curve = TrainingCurve(style)
        self._widget = QWidget()
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        first, second = self._pictures
        column.addWidget(Pair(first.widget, second.widget, aspect=1.2, bar=_ROOM_OF_BAR), _MAPS)
        column.addWidget(self._curve.canvas, _CURVE)
        second.widget.hide()
        self._curve.canvas.hide()
        for picture in self._pictures:
            picture.canvas.hovered.connect(self._hover)
            picture.canvas.clicked.connect(self._take)
            picture.canvas.add(KeyCursor(lambda: tr("Arrow keys, then Return: show the learning curve of a cell")))
        self._curve.canvas.hovered.connect(lambda x, _y: self.said.emit(self._curve.words_at(x)))
        for canvas in (*(picture.canvas for picture in self._pictures), self._curve.canvas):
            canvas.left.connect(lambda: self.said.emit(""))
            canvas.context_requested.connect(self.menu_requested)

    @property
    def widget(self) -> QWidget:
        return self._widget

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return (*(part for picture in self._pictures for part in picture.parts), self._curve.canvas)

    @property
    def _canvas(self) -> Canvas:
        return self._pictures[0].canvas

    def chips(self, state: State) -> list[Chip]:
        return []

    def _beside(self, state: State) -> str:
        """What is to stand beside the map: theory, ratio, accuracy or nothing."""
        raise NotImplementedError

    def _draw(self, found: SweepMap) -> None:
        """Put a map into the items."""
        self._found = found
        first, second = self._pictures
        beside = self._beside(self._state)
        wanted = {
            "theory": found.expected is not None,
            "ratio": found.expected is not None,
            "accuracy": bool(np.isfinite(found.accuracy).any()),
        }.get(beside, False)
        second.widget.setVisible(wanted)
        scale = scale_of(found)
        first.draw(found, found.mean, scale, tr("loss"), tr("measured") if wanted else "")
        if wanted and beside == "accuracy":
            errors = error_of(found)
            second.draw(found, errors, error_scale(errors), tr("wrong answers"), tr("test images"))
        elif wanted and beside == "ratio":
            ratio = ratio_of(found)
            second.draw(found, ratio, LevelScale.about_one(ratio, 0.9, 1.5, 10.0), tr("ratio"), tr("measured / theory"))
        elif wanted and found.expected is not None:
            second.draw(found, found.expected.mean, scale, tr("loss"), tr("theory"))
        self._choose()
        self.noted.emit(self._note(found))

    def _note(self, found: SweepMap) -> str:
        """What is to be said of a map, translated; '' for nothing."""
        if self._beside(self._state) not in ("theory", "ratio"):
            return ""
        lacking = found.expected is None and self._without_theory()
        return no_theory_of(found) if lacking else no_minimum_of(found)

    def _without_theory(self) -> bool:
        """Whether what theory expects is not to come."""
        return True

    def mark(self, state: State) -> None:
        """The current point, where it is a cell of the map, and the learning curve there."""
        before, self._state = self._state, state
        if self._found is None:
            return
        if self._beside(before) != self._beside(state):
            self._draw(self._found)
        else:
            self._choose()

    def _choose(self) -> None:
        """Show the cell at the current point."""
        found, state = self._found, self._state
        assert found is not None
        here = values_of(state.point)
        cell = None if self._beside(state) == "nothing" else found.cell_at(here)
        for head in self._heads:
            head.setVisible(cell is not None)
            if cell is not None:
                head.set_shape(METHOD_LOOKS[state.active].shape)
                head.set_color(state.active)
                head.set_position(float(found.xs[cell[1]]), float(found.ys[cell[0]]))
        shown = cell is not None and self._curve.draw(found, cell, self._words(found, cell), state.active)
        self._curve.canvas.setVisible(shown)

    def restyle(self, style: Style) -> None:
        self.style = style
        for part in self._pictures:
            part.restyle(style)
        self._curve.canvas.set_style(style)

    def retranslate(self) -> None:
        if self._found is not None:
            self._draw(self._found)

    # -- the mouse

    @staticmethod
    def _cell(found: SweepMap, x: float, y: float) -> tuple[int, int]:
        """Row and column of the cell at a place."""
        return int(np.argmin(np.abs(found.ys - y))), int(np.argmin(np.abs(found.xs - x)))

    def _take(self, x: float, y: float) -> None:
        """A click on a cell."""
        if self._found is not None:
            self.edited.emit({"tie": "free", **self._found.point(*self._cell(self._found, x, y))})

    @staticmethod
    def _words(found: SweepMap, cell: tuple[int, int]) -> str:
        return place_words(found.point(*cell))

    def _hover(self, x: float, y: float) -> None:
        found = self._found
        if found is None:
            return
        cell = self._cell(found, x, y)
        value, error, accuracy = (float(part[cell]) for part in (found.mean, found.standard_error, found.accuracy))
        if np.isnan(value):
            self.said.emit("")
            return
        loss = scientific(value) if np.isfinite(value) else tr("diverges")
        parts = [self._words(found, cell)]
        parts.append(f"{tr('loss')} {loss}" + (error_words(error) if np.isfinite(error) else ""))
        if np.isfinite(accuracy):
            parts.append(f"{tr('accuracy')} {100 * accuracy:.1f}\u2009%")
        if found.expected is not None:
            mean, spread = float(found.expected.mean[cell]), float(found.expected.error[cell])
            said = f"{scientific(mean)}{error_words(spread)}" if np.isfinite(mean) else tr("diverges")
            parts.append(f"{tr('theory')} {said}")
        self.said.emit("   ".join(parts))
