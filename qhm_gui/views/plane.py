"""The (α, β) plane that two views share: axes, the divergent region, the draggable point and its crosshairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.canvas.axes import Axis
from qhm_gui.canvas.canvas import Canvas
from qhm_gui.canvas.handle import Crosshair, Handle
from qhm_gui.canvas.regions import HatchRegion
from qhm_gui.language import tr
from qhm_gui.numbers import alpha_text, fixed
from qhm_gui.state import State, alpha_range
from qhm_gui.theme import Style
from qhm_gui.views.base import View
from qhm_math import max_stable_alpha

#: A drag to the very top means "as strong as possible", not the β = 1 that no method allows.
_HIGHEST_BETA = 0.9999

#: Rows of the plane at which boundaries are computed, closer together at both ends, where they bend.
BETAS: NDArray[np.float64] = np.minimum(np.sin(np.linspace(0, np.pi / 2, 401)) ** 2, 1 - 1e-9)


@dataclass(frozen=True)
class PlaneRequest:
    """The plane at one ν (None: along ν = β), for a spectrum from μ to L."""

    nu: float | None
    mu: float
    L: float
    alphas: tuple[float, float]

    @property
    def nus(self) -> NDArray[np.float64]:
        """ν on every row of :data:`BETAS`."""
        return BETAS if self.nu is None else np.full_like(BETAS, self.nu)

    @property
    def bound(self) -> NDArray[np.float64]:
        """The largest stable α on every row: condition (13)."""
        return np.asarray(max_stable_alpha(BETAS, self.nus, self.L))


def plane_request(state: State) -> PlaneRequest:
    """The plane that belongs to the state: it does not depend on where in it the point is."""
    mu, largest = state.curvatures
    return PlaneRequest(None if state.tie == "nag" else state.nu, mu, largest, alpha_range(state))


class Plane:
    """The canvas of a view over (α, β); reports drags through the view's signals."""

    def __init__(self, view: View, style: Style, *, on_map: bool) -> None:
        self._view = view
        self.canvas = Canvas(style, Axis(0.05, 20.0, "log"), Axis(0.0, 1.0))
        self.hatch = HatchRegion()
        self.hatch.z = 5.0  # over the map or the regimes, whenever those are added
        self.canvas.add(self.hatch)
        self.crosshair = self.canvas.add(Crosshair("qhm", cased=on_map))
        self.handle = self.canvas.add(Handle("qhm"))
        self.handle.began.connect(view.began)
        self.handle.ended.connect(view.ended)
        self.handle.moved.connect(self._drag)
        self.handle.double_clicked.connect(self._type)
        self.canvas.hovered.connect(self._hover)
        self.canvas.left.connect(self._leave)

    def show(self, request: PlaneRequest) -> None:
        """Axes and the divergent region of the request."""
        low, high = request.alphas
        self.canvas.set_axes(
            Axis(low, high, "log", title=tr("learning rate") + " *α*"),
            Axis(0.0, 1.0, title=tr("momentum") + " *β*"),
        )
        bound = np.clip(request.bound, low, high)
        self.hatch.set_polygon(np.concatenate([bound, [high, high]]), np.concatenate([BETAS, [1.0, 0.0]]))
        inside = (request.bound > low) & (request.bound < high)
        self.hatch.set_boundary(np.where(inside, request.bound, np.nan), BETAS)

    def mark(self, state: State) -> None:
        """Put the point where the state has it, in the colour of the current method."""
        for item in (self.handle, self.crosshair):
            item.set_color(state.active)
            item.set_position(state.alpha, state.beta)
        self.handle.set_chip(f"*α* {alpha_text(state.alpha)}  *β* {fixed(state.beta, 3)}")

    def _drag(self, alpha: float, beta: float) -> None:
        self._view.edited.emit({"alpha": alpha, "beta": min(max(beta, 0.0), _HIGHEST_BETA)})

    def _type(self) -> None:
        self._view.typing.emit("alpha")

    def _hover(self, alpha: float, beta: float) -> None:
        self._view.said.emit(f"α {alpha_text(alpha)}   β {fixed(beta, 3)}")

    def _leave(self) -> None:
        self._view.said.emit("")
