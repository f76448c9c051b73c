"""Sums over runs on a quadratic for every cell of a grid of settings, without a step that is simulated.

For one mode z' = T z + ε n with T = [[β, (1-β)u], [-νβ, 1-u(1-νβ)]], n = (1-β, -(1-νβ)), z = (d, (x-x*)/α), u = αλ
(`stationary.py`). Summing z z' over a run of N steps gives, exactly and for every single run, the Stein equation
    W - T W Tᵀ = E n nᵀ + g nᵀ + n gᵀ - T (z_N z_Nᵀ - z_0 z_0ᵀ) Tᵀ,   W = Σ_{k=1..N} z_k z_kᵀ,
    E = Σ ε_k²,   g = T Σ_k ε_k z_k = T [Σ_{l≥1} r_l T^{l-1} n + Σ_k ε_k T^k z_0],   r_l = Σ_k ε_k ε_{k-l},
in which a cell enters by polynomials in its T whose coefficients (the noise and its autocorrelation) are the
same for all cells. With h = c1/2 and δ = T - h, δ² = c1²/4 - c2 =: Δ, a power of T is a number H + U δ, and a
polynomial of degree N is √N such numbers for steps, √N for strides, and one matrix product between the two.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checks import FloatArray
from .losses import Quadratic
from .parameters import QHM
from .progress import Monitor
from .weights import flip_weight, own_weight

CHUNK_NUMBERS = 6_000_000  # numbers in the largest array of a chunk of members: 48 MB
_TRUSTED = 1e-8  # of the terms of a sum must be left, or rounding has eaten more than half of the digits


class QuadraticRuns:
    """A grid of settings on a quadratic, by the identity above. Arrays end with (modes, cells)."""

    def __init__(
        self,
        loss: Quadratic,
        grid: QHM,
        start: FloatArray,
        burn_in: int,
        limit: float,
        steps: int,
        covariance: FloatArray,
    ) -> None:
        alpha, beta, nu = (field.reshape(-1) for field in np.broadcast_arrays(grid.alpha, grid.beta, grid.nu))
        self.cells, self.burn_in, self.limit, self.basis = len(alpha), burn_in, limit, loss.eigenvectors
        self.curvatures = loss.eigenvalues[:, None]
        offset = self.basis.T @ (start - loss.minimum)
        self.resting = not offset.any()
        variances = np.einsum("ij,ik,kj->j", self.basis, covariance, self.basis)
        with np.errstate(all="ignore"):
            u = alpha * self.curvatures
            keep, damping = own_weight(beta, nu), 1 - beta
            half = (1 + beta - keep * u) / 2
            gap = (damping - keep * u) / 2
            square = gap * gap - damping * nu * beta * u  # δ², without cancellation
            # Not worth computing: where the first half of the noise, or the start, has grown so far beyond the
            # limit in the other half that nothing could bring every run back.
            radius = np.sqrt(np.maximum(square, 0)) + np.sqrt(half * half - np.minimum(square, 0))
            push = np.sqrt(alpha**2 * variances[:, None] + offset[:, None] ** 2)
            grown = np.log10(radius) * (steps // 2) + np.log10(push)
            self.kept = kept = np.flatnonzero(~(grown > np.log10(limit) + 20).any(axis=0))
            self.alpha, beta, nu, keep, damping = (part[kept] for part in (alpha, beta, nu, keep, damping))
            u, self.half, self.square = (np.take(part, kept, axis=1) for part in (u, half, square))
            self.unit = self.half, np.ones_like(u)  # T itself, as H + U δ
            self.first = np.zeros((2, *u.shape))
            self.first[1] = offset[:, None] / self.alpha
            # T and n.
            self.t11, self.t12, self.t21, self.t22 = beta, damping * u, -nu * beta, 1 - keep * u
            self.n = damping, -keep
            self.skew = (beta - self.t22) / 2  # δ = [[skew, t12], [t21, -skew]]
            self.product = product = beta * (1 - u * (1 - nu))  # det T
            rest = damping + u * (beta * (1 - nu))  # 1 - det T, without cancellation
            self.det = rest * u * damping * (2 * (1 + beta) - u * flip_weight(beta, nu))
            self.weights = (
                self.t21**2 * (1 + product),
                2 * self.t21 * (self.t22 - beta * product),
                rest * (1 - beta) * (1 + beta) - 2 * self.t12 * self.t21,
            )

    def means(self, draws: FloatArray, monitor: Monitor) -> FloatArray | None:
        """(members, cells), inf where a run diverged; None when cancelled."""
        result = np.full((draws.shape[1], self.cells), np.inf)
        if len(self.kept):
            result[:, self.kept] = self._means(draws)
        return result

    def _means(self, draws: FloatArray) -> FloatArray:
        modes = np.ascontiguousarray((draws @ self.basis).transpose(1, 2, 0))  # (members, modes, steps)
        with np.errstate(all="ignore"):
            z: Any = self.first[:, None]
            if self.burn_in:
                before = modes[..., : self.burn_in]
                z = self._arrive(z, not self.resting, self._polynomials([before[..., ::-1]])[0], self.burn_in)
                modes = np.ascontiguousarray(modes[..., self.burn_in :])
            squares, trusted = self._sum(z, modes)
            if not trusted.all():
                doubtful = np.flatnonzero(~trusted)
                squares[:, :, doubtful] = self._step_by_step(z[..., doubtful], modes, doubtful)
            if self.resting:  # a run that nothing pushes stays, where an unstable cell would give inf · 0
                squares[~draws.any(axis=0).any(axis=-1)] = 0.0
            weighted = (self.curvatures * self.alpha**2 * squares).sum(axis=1)
            reach = np.sqrt((self.alpha**2 * squares).sum(axis=1))
            means = weighted / (2 * modes.shape[-1])
            means[~(reach <= self.limit)] = np.inf
        return means

    def _sum(self, z: Any, noise: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Σ_{k=1..N} y_k², (members, modes, cells), from z_0, and in which cells it is not rounding."""
        count = noise.shape[-1]
        moving = bool(self.burn_in) or not self.resting
        spectrum = np.fft.rfft(noise, 2 * count)
        correlation = np.fft.irfft((spectrum * spectrum.conj()).real, 2 * count)[..., :count]
        lagged = np.concatenate((correlation[..., 1:], np.zeros_like(correlation[..., :1])), axis=-1)
        found = self._polynomials([lagged, noise[..., ::-1], *([noise] if moving else [])])
        end = self._arrive(z, moving, found[1], count)
        pushed = self._apply(found[0], self.n)
        if moving:
            pushed = [a + b for a, b in zip(pushed, self._apply(found[2], z), strict=True)]
        gd, gy = self._turn(pushed)
        ad, ay = self._turn(end)
        energy = correlation[..., :1]
        nd, ny = self.n
        terms = [
            (nd * (2 * gd + nd * energy), nd * gy + ny * gd + nd * ny * energy, ny * (2 * gy + ny * energy)),
            (-ad * ad, -ad * ay, -ay * ay),
        ]
        if moving:
            bd, by = self._turn(z)
            terms.append((bd * bd, bd * by, by * by))
        parts = [sum(w * f for w, f in zip(self.weights, term, strict=True)) for term in terms]
        total, size = sum(parts), sum(abs(part) for part in parts)
        trusted = (abs(total) >= _TRUSTED * size) & (self.det != 0)
        trusted |= ~np.isfinite(total)  # has diverged, or stands still
        return np.asarray(total / self.det), trusted.all(axis=(0, 1))

    def _step_by_step(self, z: Any, noise: FloatArray, cells: NDArray[np.int64]) -> FloatArray:
        """The same sum by the recurrence, for the cells at the edge of stability and those that hardly move."""
        shape = (noise.shape[0], 2, len(cells))
        t11, t12, t21, t22, nd, ny = (
            np.broadcast_to(value, (2, len(self.alpha)))[:, cells]
            for value in (self.t11, self.t12, self.t21, self.t22, *self.n)
        )
        d, y = (np.broadcast_to(part, shape) for part in z)
        total = np.zeros(shape)
        for k in range(noise.shape[-1]):
            push = noise[..., k, None]
            d, y = t11 * d + t12 * y + nd * push, t21 * d + t22 * y + ny * push
            total += y * y
        return total

    def _arrive(self, z: Any, moving: bool, polynomial: Any, count: int) -> Any:
        """z after `count` steps: T^count z, unless it is 0, + Σ T^j n ε_{count-1-j}."""
        d, y = self._apply(polynomial, self.n)
        if moving:
            free = self._apply(self._power(count), z)
            d, y = d + free[0], y + free[1]
        return np.stack((d, y))

    def _turn(self, z: Any) -> tuple[Any, Any]:
        """T z."""
        return self.t11 * z[0] + self.t12 * z[1], self.t21 * z[0] + self.t22 * z[1]

    def _apply(self, number: Any, z: Any) -> list[Any]:
        """(H + U δ) z."""
        h, u = number
        d, y = z
        return [h * d + u * (self.skew * d + self.t12 * y), h * y + u * (self.t21 * d - self.skew * y)]

    def _power(self, count: int) -> tuple[Any, Any]:
        """T^count as H + U δ, by squaring."""
        result: tuple[Any, Any] = (np.ones_like(self.half), np.zeros_like(self.half))
        base = self.half, np.ones_like(self.half)
        while count:
            if count & 1:
                result = self._times(result, base)
            base = self._times(base, base)
            count >>= 1
        return result

    def _times(self, a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Any, Any]:
        return a[0] * b[0] + self.square * (a[1] * b[1]), a[0] * b[1] + a[1] * b[0]

    def _powers(self, base: Any, determinant: Any, count: int) -> FloatArray:
        """Powers 0..count-1 of a number of that determinant H² - δ²U², (count, 2, modes, cells).

        Each from the two before it, as Cayley and Hamilton have it: half the work of multiplying numbers.
        """
        out = np.empty((count + 1, 2, *self.half.shape))
        out[0, 0], out[0, 1] = 1.0, 0.0
        out[1, 0], out[1, 1] = base
        trace, lag = 2 * base[0], np.empty_like(out[0])
        for power in range(2, count):
            np.multiply(out[power - 1], trace, out=out[power])
            out[power] -= np.multiply(out[power - 2], determinant, out=lag)
        return out[:count]

    def _polynomials(self, coefficients: list[FloatArray]) -> Any:
        """Σ_m p_m T^m as numbers (H, U) for each p (members, modes, terms): (polynomials, 2, members, modes,
        cells)."""
        kinds, (members, modes, terms) = len(coefficients), coefficients[0].shape
        cells = len(self.alpha)
        short, strides = steps_and_strides(terms, cells, members)
        padded = np.zeros((modes, kinds, members, strides * short))
        for kind, values in enumerate(coefficients):
            padded[:, kind, :, :terms] = values.transpose(1, 0, 2)
        rows = padded.reshape(modes, kinds * members * strides, short)
        steps = self._powers(self.unit, self.product, short)
        leaps = self._powers(self._times(self.unit, (steps[-1, 0], steps[-1, 1])), self.product**short, strides)
        out = np.empty((kinds, 2, members, modes, cells))
        shape = (kinds, members, strides, cells)
        for mode in range(modes):
            h, u = ((rows[mode] @ steps[:, part, mode]).reshape(shape) for part in (0, 1))
            far_h, far_u = leaps[:, 0, mode], leaps[:, 1, mode]
            out[:, 0, :, mode] = _along(h, far_h) + self.square[mode] * _along(u, far_u)
            out[:, 1, :, mode] = _along(h, far_u) + _along(u, far_h)
        return out


def _along(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Σ over strides."""
    return np.einsum("kmsc,sc->kmc", values, weights)


def steps_and_strides(terms: int, cells: int, members: int = 1) -> tuple[int, int]:
    """(steps, strides) whose product covers `terms`: more steps where many members share their cost."""
    short = int(np.ceil(np.sqrt(terms * min(2 * members, 16))))
    short = max(1, min(short, terms, max(32, CHUNK_NUMBERS // (4 * cells))))
    return short, -(-terms // short)
