"""How fast: the rate R over the (α, β) plane, light where it is fast, with the fastest point marked."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.views.shared.parameter_plane import plane_request
from qhm_gui.views.shared.rate_picture import RatePicture, RateRequest, RateResult, compute_rates, rate_table
from qhm_gui.views.view import Option, Table, View
from qhm_math.progress import Monitor


class RateView(View):
    """The rate map with its colour bar, isolines, the optimum and the draggable point."""

    key = "rate"
    needs_minimum = True
    title = "Convergence rate"
    options = (Option("rate_unit"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: RateResult | None = None
        self._picture = RatePicture(self, style)
        self._plane = self._picture.plane

    @property
    def widget(self) -> QWidget:
        return self._picture.widget

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return self._picture.parts

    @staticmethod
    def request(state: State) -> RateRequest:
        return RateRequest(plane_request(state), state.rate_unit)

    @staticmethod
    def refined(request: RateRequest, width: int, height: int) -> RateRequest:
        return request.refined(width, height)

    @staticmethod
    def compute(request: RateRequest, monitor: Monitor) -> Iterator[RateResult]:
        yield compute_rates(request)

    @staticmethod
    def table(result: RateResult) -> Table:
        """R of every cell; from 1 on it diverges."""
        return rate_table(result)

    def subtitle(self, state: State) -> str:
        return tr("rate *R*, light is fast") if state.rate_unit == "rate" else tr("steps for a tenth of the loss")

    def show(self, result: RateResult) -> None:
        self._result = result
        self._picture.show(result)

    def mark(self, state: State) -> None:
        self._picture.mark(state)

    def restyle(self, style: Style) -> None:
        self.style = style
        self._picture.restyle(style)

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)
