"""The mean loss of simulated runs over a grid of settings: every cell of a map in one piece ([G] figure 3).

All cells meet the same noise. On a quadratic no step is simulated one by one. For one mode z' = T z + ε n with
T = [[β, (1-β)u], [-νβ, 1-u(1-νβ)]], n = (1-β, -(1-νβ)), z = (d, (x-x*)/α), u = αλ (`stationary.py`). Summing
z z' over a run of N steps gives, exactly and for every single run, the Stein equation
    W - T W Tᵀ = E n nᵀ + g nᵀ + n gᵀ - T (z_N z_Nᵀ - z_0 z_0ᵀ) Tᵀ,   W = Σ_{k=1..N} z_k z_kᵀ,
    E = Σ ε_k²,   g = T Σ_k ε_k z_k = T [Σ_{l≥1} r_l T^{l-1} n + Σ_k ε_k T^k z_0],   r_l = Σ_k ε_k ε_{k-l},
in which a cell enters by polynomials in its T whose coefficients (the noise and its autocorrelation) are the
same for all cells. With h = c1/2 and δ = T - h, δ² = c1²/4 - c2 =: Δ, a power of T is a number H + U δ, and a
polynomial of degree N is √N such numbers for steps, √N for strides, and one matrix product between the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import FloatArray, ParameterError, is_infinity, require_integer, require_number, require_point
from .gradients import noise_on
from .losses import Loss, Quadratic
from .measurement import sample_skewness
from .minibatch_noise import MiniBatches
from .noise import MAX_MEMBERS, MAX_STEPS, DrawnNoise, Noise, NoNoise, draw_noise, make_rng
from .parameters import QHM
from .progress import SILENT, Monitor
from .simulation import simulate
from .weights import flip_weight, own_weight

MAX_CELLS = 1_000_000
_CHUNK_NUMBERS = 6_000_000  # numbers in the largest array of a chunk of members: 48 MB
_CHUNK_DRAWS, _CHUNK_STEPS = 500_000, 30_000_000  # steps of all members, and of all cells: some 50 ms
_TRUSTED = 1e-8  # of the terms of a sum must be left, or rounding has eaten more than half of the digits


@dataclass(frozen=True, eq=False)
class Sweep:
    """The answer so far.

    Attributes
    ----------
    mean : ndarray
        (*P), mean of f - f* over the steps of `members` runs; inf where one of them diverged or came to where f is not
        defined, and never above the cut.
    standard_error : ndarray
        (*P), of the mean, from the spread of the runs; NaN for a single run and where the mean is cut or infinite.
    skewness : ndarray
        (*P), of the means of the runs (:func:`sample_skewness`); NaN where the standard error is.
    members : int
        How many runs that is.
    """

    mean: FloatArray
    standard_error: FloatArray
    skewness: FloatArray
    members: int


def sweep(
    loss: Loss,
    grid: QHM,
    steps: int,
    noise: Noise | None = None,
    seed: int = 0,
    members: int = 1,
    *,
    start: ArrayLike | None = None,
    burn_in: int = 0,
    cut: float = np.inf,
    chunk: int | None = None,
    monitor: Monitor = SILENT,
    limit: float = 1e8,
) -> Iterator[Sweep]:
    """Mean simulated loss over `steps` steps for every cell of a grid of settings ([G] figure 3).

    Parameters
    ----------
    loss : Loss
        With a minimum, unless `start` is given.
    grid : QHM
        Of any shape P of at most 1,000,000 cells.
    steps : int
        Steps that count, 1 to 10,000,000.
    noise : Noise or None
        All cells meet the draws that :func:`simulate` makes of it for burn_in + steps steps, the members and the seed,
        and so have the same losses.
    seed : int
        At least 0.
    members : int
        Runs a cell, 1 to 100,000.
    start : array_like, optional
        One point; None: the lowest minimum of `loss`.
    burn_in : int
        Steps before those, that do not count.
    cut : float
        Means above it are set to it.
    chunk : int or None
        An answer comes after every so many members; None: as many as take some 50 ms.
    monitor : Monitor
        Told the share done; a cancelled sweep ends without its last answers.
    limit : float
        A run has diverged where a position is not finite or farther than this from the start.

    Returns
    -------
    iterator of Sweep
        Ever better answers; the last has all members.

    Raises
    ------
    ParameterError
        At the call, for a bad value.

    Notes
    -----
    On a quadratic under additive noise by the Stein equation of this module, which no step is simulated for; the same
    numbers to rounding.

    Examples
    --------
    >>> from qhm_math import IsotropicNoise
    >>> answers = list(sweep(Quadratic(), QHM([0.1, 1.0]), 1000, IsotropicNoise(), members=4))
    >>> answers[-1].mean.shape, answers[-1].members
    ((2,), 4)
    """
    steps = require_integer("steps", steps, 1, MAX_STEPS)
    burn_in = require_integer("burn_in", burn_in, 0, MAX_STEPS)
    members = require_integer("members", members, 1, MAX_MEMBERS)
    far = require_number("limit", limit, 0.0, low_open=True)
    top = _cut(cut)
    cells = int(np.prod(grid.shape, dtype=np.int64))
    if not 1 <= cells <= MAX_CELLS:
        raise ParameterError("grid", cells, f"from 1 to {MAX_CELLS:,} cells")
    origin = require_point("start", loss.minima()[0] if start is None else start)
    if origin.shape != (2,):
        raise ParameterError("start", start, "one pair of finite numbers")
    size = None if chunk is None else require_integer("chunk", chunk, 1)
    noise = NoNoise() if noise is None else noise_on(loss, noise)
    if isinstance(noise, MiniBatches):
        draws = noise.draw(make_rng(seed), burn_in + steps, members)
    else:
        draws = draw_noise(noise, burn_in + steps, members, seed)
    if isinstance(loss, Quadratic) and not isinstance(noise, MiniBatches):
        covariance = noise.covariance()
        runs: Any = _QuadraticRuns(loss, grid, origin, burn_in, far, burn_in + steps, covariance)
    else:
        runs = _SimulatedRuns(loss, grid, origin, burn_in, far, noise)
    if size is None:
        total = burn_in + steps
        fitting = _CHUNK_NUMBERS // (4 * cells * _split(total, cells)[1])
        size = max(1, min(fitting, _CHUNK_DRAWS // total, _CHUNK_STEPS // (cells * total)))
    return _gather(runs, draws, grid.shape, min(size, members), top, monitor)


def _cut(cut: float) -> float:
    return np.inf if is_infinity(cut) else require_number("cut", cut, 0.0, low_open=True)


def _gather(
    runs: Any, draws: FloatArray, shape: tuple[int, ...], size: int, cut: float, monitor: Monitor
) -> Iterator[Sweep]:
    """Means and standard errors from ever more members."""
    members = draws.shape[1]
    known = np.empty((members, int(np.prod(shape, dtype=np.int64))))
    for first in range(0, members, size):
        last = min(first + size, members)
        found = None if monitor.cancelled() else runs.means(draws[:, first:last], monitor)
        if found is None:
            return
        known[first:last] = found
        monitor.report(last / members)
        yield _summary(known[:last], shape, cut)


def _summary(values: FloatArray, shape: tuple[int, ...], cut: float) -> Sweep:
    count = len(values)
    with np.errstate(invalid="ignore", over="ignore"):
        mean = values.mean(axis=0)
        error = values.std(axis=0, ddof=1) / np.sqrt(count) if count > 1 else np.full_like(mean, np.nan)
    error[~(mean <= cut) | ~np.isfinite(mean)] = np.nan
    skewed = np.where(np.isnan(error), np.nan, sample_skewness(values.T))
    return Sweep(np.minimum(mean, cut).reshape(shape), error.reshape(shape), skewed.reshape(shape), count)


class _SimulatedRuns:
    """Any loss and noise: the cells are simulated side by side, and only sums are kept."""

    def __init__(self, loss: Loss, grid: QHM, start: FloatArray, burn_in: int, limit: float, noise: Noise) -> None:
        fields = np.broadcast_arrays(grid.alpha, grid.beta, grid.nu)
        self.grid = QHM(*(field.reshape(-1) for field in fields))
        self.loss, self.start, self.burn_in, self.limit, self.noise = loss, start, burn_in, limit, noise

    def means(self, draws: FloatArray, monitor: Monitor) -> FloatArray | None:
        """(members, cells), inf where a run diverged; None when cancelled."""
        total, members = draws.shape[:2]
        sums = np.zeros((*self.grid.shape, members))
        lost = np.zeros(sums.shape, dtype=bool)
        size = max(1, 200_000 // sums.size)
        watch = _Watch(monitor)
        pieces = simulate(
            self.loss, self.grid, self.start, total, DrawnNoise(self.noise, draws), members=members,
            chunk=size, monitor=watch, limit=self.limit,
        )  # fmt: skip
        done = 0
        for piece in pieces:
            after = max(0, self.burn_in + 1 - piece.first)
            with np.errstate(all="ignore"):
                sums += (self.loss.value(piece.positions[after:]) - self.loss.minimum_value()).sum(axis=0)
            lost |= (piece.diverged_at >= 0) | (piece.undefined_at >= 0)
            done = piece.first + len(piece.positions) - 1
        if done < total:
            return None
        return np.where(lost, np.inf, sums / (total - self.burn_in)).T


class _Watch:
    """Asks the caller whether to stop, and reports nothing: progress goes by members."""

    def __init__(self, monitor: Monitor) -> None:
        self.cancelled = monitor.cancelled

    def report(self, fraction: float) -> None:
        """Keep it."""


class _QuadraticRuns:
    """A quadratic: the identity of this module's docstring. Arrays end with (modes, cells)."""

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
        short, strides = _split(terms, cells, members)
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


def _split(terms: int, cells: int, members: int = 1) -> tuple[int, int]:
    """(steps, strides) whose product covers `terms`: more steps where many members share their cost."""
    short = int(np.ceil(np.sqrt(terms * min(2 * members, 16))))
    short = max(1, min(short, terms, max(32, _CHUNK_NUMBERS // (4 * cells))))
    return short, -(-terms // short)
