"""QHM on a quadratic as a linear filter: blocks of steps as matrix products, no Python loop over steps.

With y = (x - x*)/α and the Hessian A, z = (d_{k-1}, y_k) obeys z' = T z + N ε,
    T = [[β, (1-β)αA], [-νβ, 1 - αA(1-νβ)]],   N = [(1-β) 1; -(1-νβ) 1]     (blocks of 2 × 2).
For a block of B steps
    y_i = (lower rows of T^i) z_0 + Σ_{j<i} (lower rows of T^{i-1-j} N) ε_j,    i = 1..B:
a (2B × 4) matrix times the state plus a block Toeplitz (2B × 2B) matrix times the noise. The noise term of
all blocks is one matrix product (which releases the GIL); only the four numbers of state go from block to
block.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .checks import FloatArray
from .gradients import GradientStream
from .losses import Quadratic
from .parameters import QHM
from .weights import own_weight

_DIGITS = 140.0  # decimal digits that a block may grow by: products of two such numbers stay finite
_LARGEST = 1e150  # of what a block begins with, likewise


class _Kernel(NamedTuple):
    """The responses of a block of `size` steps: cells first; outputs are (step, axis) rows."""

    free: FloatArray  # (cells, outputs, 4): positions, then buffers if wanted, from the state
    forced: FloatArray  # (cells, outputs, 2 size): the same from the noise
    carry: FloatArray  # (cells, 4, 4): the state after the block from the state before
    entry: FloatArray  # (cells, 4, 2 size): the same from the noise


class LinearEngine:
    """The stepper of `simulate` for a Quadratic: the same numbers as a loop over steps, up to rounding."""

    def __init__(
        self, qhm: QHM, loss: Quadratic, start: FloatArray, stream: GradientStream, want_buffers: bool
    ) -> None:
        self.minimum, self.stream, self.want_buffers = loss.minimum, stream, want_buffers
        self.members = start.shape[-2]
        cells = math.prod(start.shape[:-2])
        shape = start.shape[:-2]
        fields = (qhm.alpha, qhm.beta, qhm.nu)
        alpha, beta, nu = (np.broadcast_to(value, shape).reshape(cells, 1, 1) for value in fields)
        self.alpha = alpha
        unit, keep = np.eye(2), own_weight(beta, nu)
        with np.errstate(over="ignore", invalid="ignore"):
            pull = alpha * loss.hessian(loss.minimum)
            upper = np.concatenate((beta * unit, (1 - beta) * pull), axis=2)
            lower = np.concatenate((-nu * beta * unit, unit - pull * keep), axis=2)
        step = np.concatenate((upper, lower), axis=1)
        self.size = _block_size(step, self.members)
        self.powers = _powers(step, self.size)
        self.hits = self.powers[:, :-1] @ np.concatenate(((1 - beta) * unit, -keep * unit), axis=1)[:, None]
        self.state = np.zeros((cells, 4, self.members))
        self.state[:, 2:] = ((start.reshape(cells, -1, 2) - self.minimum) / alpha).transpose(0, 2, 1)
        self.kernels: dict[int, _Kernel] = {}

    def advance(self, rows: FloatArray, buffers: FloatArray | None) -> None:
        """Fill rows (count, *P, members, 2) with the next positions, and buffers, if wanted, with theirs."""
        count, noise = len(rows), self.stream.pushes
        whole = count - count % self.size
        for part, size in ((slice(0, whole), self.size), (slice(whole, count), count - whole)):
            if part.stop > part.start:
                forcing = None if noise is None else noise[part]
                self._advance(rows[part], None if buffers is None else buffers[part], forcing, size)

    def _advance(self, rows: FloatArray, buffers: FloatArray | None, noise: FloatArray | None, size: int) -> None:
        kernel = self._kernel(size)
        cells, members, blocks = len(self.alpha), self.members, len(rows) // size
        states = np.empty((cells, 4, blocks, members))
        columns = push = None
        if noise is not None:
            ordered = noise.reshape(blocks, size, members, 2).transpose(1, 3, 0, 2)
            columns = np.ascontiguousarray(ordered).reshape(2 * size, -1)
            push = (kernel.entry.reshape(-1, 2 * size) @ columns).reshape(cells, 4, blocks, members)
        state = self.state
        for block in range(blocks):
            states[:, :, block] = state
            state = kernel.carry @ state
            if push is not None:
                state += push[:, :, block]
        self.state = state
        out = kernel.free @ states.reshape(cells, 4, -1)
        if columns is not None:
            out += (kernel.forced.reshape(-1, 2 * size) @ columns).reshape(out.shape)
        out = out.reshape(cells, -1, 2, blocks, members)
        for axis in (0, 1):
            target = rows.reshape(blocks, size, cells, members, 2)[..., axis]
            np.add(out[:, :size, axis].transpose(2, 1, 0, 3), self.minimum[axis], out=target)
            if buffers is not None:
                view = buffers.reshape(blocks, size, cells, members, 2)
                view[..., axis] = out[:, size:, axis].transpose(2, 1, 0, 3)

    def _kernel(self, size: int) -> _Kernel:
        if size in self.kernels:
            return self.kernels[size]
        powers, hits, cells = self.powers, self.hits, len(self.alpha)
        wanted = [(slice(2, 4), self.alpha[:, None])]  # positions are α y
        if self.want_buffers:
            wanted.append((slice(0, 2), np.ones((1, 1, 1, 1))))
        free: list[FloatArray] = []
        forced: list[FloatArray] = []
        for pair, scale in wanted:
            free.append((powers[:, 1 : size + 1, pair] * scale).reshape(cells, 2 * size, 4))
            padded = np.zeros((cells, 2 * size - 1, 2, 2))
            padded[:, size - 1 :] = hits[:, :size, pair] * scale
            # Row i sees column j through hit i-j: windows of the padded sequence, read backwards.
            windows = sliding_window_view(padded, size, axis=1)[..., ::-1]
            forced.append(windows.transpose(0, 1, 2, 4, 3).reshape(cells, 2 * size, 2 * size))
        entry = hits[:, :size][:, ::-1].transpose(0, 2, 1, 3).reshape(cells, 4, 2 * size)
        kernel = _Kernel(np.concatenate(free, axis=1), np.concatenate(forced, axis=1), powers[:, size], entry)
        self.kernels[size] = kernel
        return kernel


def in_reach(qhm: QHM, loss: Quadratic, start: FloatArray) -> bool:
    """Whether a double holds what :class:`LinearEngine` counts in, (start − minimum) / α: not where α is near 0."""
    furthest = float(np.abs(start - loss.minimum).max(initial=0.0))
    return furthest / _LARGEST <= float(np.min(qhm.alpha))


def _block_size(step: FloatArray, members: int) -> int:
    """Long blocks for few members (fewer Python steps), short ones for many (fewer operations), and in any
    case so short that no response overflows: inf times 0 would be NaN."""
    size = 64 if members < 8 else 32 if members < 64 else 16
    largest = float(np.abs(step).sum(axis=-1).max())
    return int(max(1, min(size, _DIGITS / max(math.log10(max(largest, 1.0)), 1e-9))))


def _powers(step: FloatArray, count: int) -> FloatArray:
    """T^0..T^count of matrices (cells, n, n), shape (cells, count+1, n, n), by doubling."""
    out = np.empty((len(step), count + 1, *step.shape[1:]))
    out[:, 0] = np.eye(step.shape[-1])
    done, power = 1, step
    with np.errstate(over="ignore", invalid="ignore"):
        while done <= count:
            more = min(done, count + 1 - done)
            np.matmul(out[:, :more], power[:, None], out=out[:, done : done + more])
            power = power @ power
            done += more
    return out
