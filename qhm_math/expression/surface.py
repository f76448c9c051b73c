"""A formula as a surface: value, gradient and Hessian everywhere, also at kinks and where a derivative has a gap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..checks import FloatArray
from ..losses.base import stack_hessian
from .engine import Compiled, compile_text

HUGE = 1e150  # a derivative that is not finite has grown beyond bounds where the value is larger than this
_RING = np.stack((np.cos(np.arange(16) * np.pi / 8 + 0.1), np.sin(np.arange(16) * np.pi / 8 + 0.1)), axis=-1)


@dataclass(frozen=True)
class Surface:
    """f of a formula's text; points are arrays of shape (..., 2)."""

    text: str

    @property
    def programs(self) -> Compiled:
        """The operations of the formula and of its derivatives."""
        return compile_text(self.text)

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...); NaN outside its domain."""
        return self.programs.value.run(points)[..., 0]

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f, shape (..., 2): where f has a kink an element of its subdifferential, NaN where f is not defined.

        A partial derivative that is not finite at a point where f is counts as 0 there, as at the tip of |x|**(1/2).
        """
        program = self.programs.gradient
        found = program.run(points)
        if program.total:
            return found
        gradient, value = found[..., :2], found[..., 2]
        fine = np.isfinite(value)
        if not fine.all():
            gradient[np.isnan(value)] = np.nan
        gap = ~np.isfinite(gradient)
        if gap.any():
            gradient[gap & (fine & (np.abs(value) < HUGE))[..., None]] = 0.0
        return gradient

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f, shape (..., 2, 2); where the formulas have a gap its limit, NaN where there is none."""
        hessian = self.raw_hessian(points)
        gap = ~np.isfinite(hessian).all(axis=(-1, -2))
        if gap.any():
            gap &= np.isfinite(self.value(points))
            hessian[gap] = self._limit(points[gap])
        return hessian

    def raw_hessian(self, points: FloatArray) -> FloatArray:
        """∇²f as its formulas give it: not finite where one of them divides by zero, as at the middle of cos(r)."""
        xx, xy, yy = np.moveaxis(self.programs.hessian.run(points), -1, 0)
        return stack_hessian(xx, xy, yy)

    def _limit(self, points: FloatArray) -> FloatArray:
        """The Hessian at points (n, 2) from those on circles around, (n, 2, 2); NaN where they do not agree.

        Means at radii h, 2h and 4h, extrapolated: without errors of order h and h². They agree if their spread shrinks
        with the radius, as it does where the Hessian is continuous; at a kink it grows like 1/h.
        """
        scale = 1.0 + np.abs(points).max(axis=-1)
        means: list[FloatArray] = []
        spreads: list[FloatArray] = []
        for radius in (1e-4, 2e-4, 4e-4):
            around = points[:, None] + radius * scale[:, None, None] * _RING
            found = self.raw_hessian(around)
            means.append(found.mean(axis=1))
            spreads.append(np.abs(found - means[-1][:, None]).max(axis=(1, 2, 3)))
        limit = 8 / 3 * means[0] - 2 * means[1] + means[2] / 3
        size = np.abs(limit).max(axis=(1, 2))
        agree = (spreads[0] <= 0.75 * spreads[1]) | (spreads[0] <= 1e-9 * size)
        agree &= spreads[0] <= np.maximum(size, 1e-300)
        return np.where(agree[:, None, None], limit, np.nan)
