"""Race: the loss as contours, every method's path over it, and the arrows and numbers of one step of the chosen one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label, ScaleBar
from qhm_gui.state.options.compare import MOST_SHOWN
from qhm_gui.state.state import State
from qhm_gui.text.language import in_a_row, listed, tr
from qhm_gui.views.columns import Column, described
from qhm_gui.views.compare.arrows import Arrows
from qhm_gui.views.compare.compared_methods import (
    ComparisonRequest,
    ComparisonResult,
    answers,
    comparison_request,
    legend_of,
    no_racers,
)
from qhm_gui.views.compare.step_caption import StepCaption
from qhm_gui.views.compare.step_explanation import step_arrows, step_numbers, step_squares
from qhm_gui.views.compare.surface_overlay import SurfaceOverlay
from qhm_gui.views.shared.contour_data import field
from qhm_gui.views.shared.loss_contours import LossContours
from qhm_gui.views.shared.lowest import lowest_met
from qhm_gui.views.shared.method_path import MOST_DOTS, MethodPath, StepTip
from qhm_gui.views.shared.offers import StartPoint
from qhm_gui.views.view import Chip, Table, View
from qhm_math.losses import Loss
from qhm_math.progress import Monitor

_MARGINS = (8.0, 0.0, 8.0, 0.0)


class ComparedPathsView(View):
    """Contours and paths, a start that is dragged or clicked, and one step in numbers."""

    key = "race"
    title = "Paths"
    columns = described(
        {
            "{method}_x": Column("position x of {method}", "x"),
            "{method}_y": Column("position y of {method}", "x"),
            "{method}_loss": Column("loss of {method} above the lowest minimum", "f"),
        }
    )
    legend = True

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: ComparisonResult | None = None
        self._loss: Loss | None = None
        self._step = 0
        self._explains = True
        span = Axis(-1.0, 1.0)
        self._canvas = Canvas(style, span, span, aspect_locked=True, show_axes=False, margins=_MARGINS)
        self._ground = LossContours(self._canvas)
        self._traces = [MethodPath(self._canvas) for _ in range(MOST_SHOWN)]  # row by row, the chosen method on top
        self._canvas.add(ScaleBar())
        self._arrows = self._canvas.add(Arrows())
        self._squares = self._canvas.add(Label("", "text", anchor=(0.0, 0.0), free=True))
        self._start = StartPoint(self, self._canvas, named=True, clicks=True)
        self._nearest = StepTip(self, self._canvas, self._traces, lambda: self._loss, self._told)
        self._canvas.context_requested.connect(self.menu_requested)
        self._canvas.range_changed.connect(self._place_squares)
        self._caption = StepCaption(style)
        self._widget = QWidget()
        layout = QVBoxLayout(self._widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._canvas, 1)
        layout.addWidget(self._caption)
        self.offer_menu(self._caption)
        self._departed = ""
        self._depth = SurfaceOverlay(self._canvas, style)
        self._depth.told.connect(self._note)
        self._depth.menu_requested.connect(self.menu_requested)

    @property
    def widget(self) -> QWidget:
        return self._widget

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return (self._canvas,)

    @staticmethod
    def request(state: State) -> ComparisonRequest:
        return comparison_request(state)

    @staticmethod
    def compute(request: ComparisonRequest, monitor: Monitor) -> Iterator[ComparisonResult]:
        if request.racers:
            field(request.loss)
        yield from answers(request, monitor)

    @staticmethod
    def table(result: ComparisonResult) -> Table:
        """Position and loss above the lowest minimum of every method at every step; nothing after it has left."""
        steps = result.run.completed if result.run else 0
        table: Table = {"step": np.arange(steps + 1)}
        for row, racer in enumerate(result.request.racers):
            name = f"{racer.index + 1}_{racer.name}"
            x, y = result.path(row).T
            table |= {f"{name}_x": x, f"{name}_y": y, f"{name}_loss": result.losses(row)}
        return table

    @staticmethod
    def lowest(result: ComparisonResult) -> tuple[Loss, float] | None:
        if result.run is None:
            return None
        run = result.run
        return lowest_met(result.request.loss, *(run.losses[:, *at] for at in np.argwhere(run.diverged_at < 0)))

    def subtitle(self, state: State) -> str:
        return tr(self._depth.why) if self._depth.why else tr("same start, same noise")

    def empty(self, state: State) -> tuple[str, str] | None:
        return no_racers(state)

    def chips(self, state: State) -> list[Chip]:
        return legend_of(state)

    def hidden(self, state: State) -> frozenset[str]:
        return frozenset()

    def toggle(self, state: State, key: str) -> dict[str, Any]:
        """A method that is hidden leaves the legend: the panel shows it again."""
        return {f"compare.entries.{key}.hidden": True}

    def solo(self, state: State, key: str) -> dict[str, Any]:
        rows = enumerate(state.compare.entries)
        return {"compare.entries": tuple(replace(entry, hidden=str(index) != key) for index, entry in rows)}

    def show(self, result: ComparisonResult) -> None:
        self._result = result
        if self._loss != result.request.loss:
            self._loss = result.request.loss
            self._ground.show(result.request.loss, field(result.request.loss))
        order, dotted = result.request.order, result.request.steps <= MOST_DOTS  # also of a short first answer
        for place, trace in enumerate(self._traces):
            shown = place < len(order)
            trace.show(shown=shown)
            if not shown:
                continue
            row = order[place]
            racer, current = result.request.racers[row], row == result.request.chosen
            trace.draw(result.path(row), racer.look, current=current, dotted=dotted, gone=result.left(row))
        self._depth.show(result)
        self.seek(self._step)
        self._departed = result.departed
        self._note()

    def _note(self) -> None:
        """Why the picture is flat although it is to be 3-D, and who has left."""
        why = tr(self._depth.why) if self._depth.why else ""
        self.noted.emit(in_a_row(why, self._departed))

    def mark(self, state: State) -> None:
        self._depth.want(state.compare.surface == "3-D")
        explains = state.compare.terms == "shown"
        if explains != self._explains:
            self._explains = explains
            self._caption.setVisible(explains)
            if self._result is not None:
                self._tell(self._result)
        self._start.mark(state)

    def seek(self, step: int) -> None:
        self._step = step
        self._depth.seek(step)
        result = self._result
        if result is None:
            return
        for trace, _ in zip(self._traces, result.request.order, strict=False):
            trace.seek(step)
        self._tell(result)

    def emphasise(self, key: str) -> None:
        result = self._result
        if result is None:
            return
        for trace, row in zip(self._traces, result.request.order, strict=False):
            faded = bool(key) and str(result.request.racers[row].index) != key
            trace.show(shown=True, faded=faded)

    def restyle(self, style: Style) -> None:
        self.style = style
        self._canvas.set_style(style)
        self._caption.set_style(style)
        self._depth.restyle(style)

    def retranslate(self) -> None:
        self._ground.retranslate()
        self._depth.retranslate()
        self.seek(self._step)
        if self._depth.why:
            self._note()

    # -- one step

    def _tell(self, result: ComparisonResult) -> None:
        """The arrows and the numbers of the step that leaves the playhead, of the last one at the end."""
        row = result.request.chosen
        if row < 0 or result.run is None or not self._explains:
            self._arrows.set_arrows(0.0, 0.0, ())
            self._caption.set_text("")
            self._squares.set_text("")
            return
        racer = result.request.racers[row]
        index = min(self._step, result.run.completed - 1)
        heading = listed(racer.name, tr("step {first} → {last}", first=index, last=index + 1))
        if not result.run.records:
            self._arrows.set_arrows(0.0, 0.0, ())
            self._squares.set_text("")
            self._caption.set_text(heading, [tr("Terms of each step are not kept for a run of this length.")])
            return
        if 0 <= result.left(row) <= index + 1:
            self._arrows.set_arrows(0.0, 0.0, ())
            self._squares.set_text("")
            self._caption.set_text(racer.name, [tr("diverged at step {step}", step=result.left(row))])
            return
        terms = result.run.explain(row, index)
        step = result.run.step(row, index)
        x, y = step.points.tolist()
        arrows = step_arrows(racer.lane.at(index), step, terms, racer.look.color)
        self._arrows.set_arrows(x, y, arrows, tr("arrows"))
        self._caption.set_text(heading, step_numbers(terms))
        self._squares.set_text(step_squares(step))
        self._place_squares()

    def _place_squares(self) -> None:
        left, _, _, top = self._canvas.visible_range()
        self._squares.set_position(left, top, dx=10, dy=10)

    # -- the mouse

    def _told(self, path: int, step: int) -> tuple[str, float] | None:
        result = self._result
        if result is None or path >= len(result.request.order):
            return None
        row = result.request.order[path]
        return result.request.racers[row].name, float(result.losses(row)[step])
