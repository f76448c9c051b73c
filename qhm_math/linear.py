"""QHM on a quadratic as a linear filter: blocks of steps as matrix products, no Python loop over steps.

Per eigenmode and with y = (x - x*)/α, z = (d, y): z' = T z + ε n, T = [[β, (1-β)u], [-νβ, 1-u(1-νβ)]],
n = (1-β, -(1-νβ)), u = αλ. For a block of B steps
    y_i = (row 2 of T^i) z_0 + Σ_{j<=i} h_{i-j} ε_j,    i = 1..B,
a (B × 2) matrix times the state plus a (B × B) lower triangular Toeplitz matrix times the noise. The noise term of all
blocks is one matrix product (which releases the GIL); only the two numbers of state go from block to block.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checks import FloatArray
from .losses import Quadratic
from .parameters import QHM

_BLOCK = 64
_DIGITS = 140.0  # decimal digits that a block may grow by; products of two such numbers stay finite


def _powers(step: FloatArray, count: int) -> FloatArray:
    """T^0..T^count of matrices (..., 2, 2), shape (..., count+1, 2, 2), by doubling."""
    out = np.empty((*step.shape[:-2], count + 1, 2, 2))
    out[..., 0, :, :] = np.eye(2)
    done, power = 1, step
    while done <= count:
        more = min(done, count + 1 - done)
        out[..., done : done + more, :, :] = out[..., :more, :, :] @ power[..., None, :, :]
        power = power @ power
        done += more
    return out


class LinearEngine:
    """The stepper of `simulate` for a Quadratic: state in the eigenbasis, shapes (cells, 2 modes, ..., members)."""

    def __init__(self, qhm: QHM, loss: Quadratic, start: FloatArray, want_buffers: bool) -> None:
        self.basis, self.minimum, self.want_buffers = loss.eigenvectors, loss.minimum, want_buffers
        self.shape = start.shape
        cells, members = math.prod(self.shape[:-2]), self.shape[-2]
        fields = (np.broadcast_to(v, self.shape[:-2]).reshape(cells, 1) for v in (qhm.alpha, qhm.beta, qhm.nu))
        self.alpha, beta, nu = fields
        u = self.alpha * loss.eigenvalues
        keep = 1 - nu * beta
        with np.errstate(over="ignore"):
            step = np.empty((cells, 2, 2, 2))
            step[..., 0, 0] = beta
            step[..., 0, 1] = (1 - beta) * u
            step[..., 1, 0] = -nu * beta
            step[..., 1, 1] = 1 - u * keep
        entry = np.concatenate((1 - beta, -keep), axis=1)
        largest = max(1.0, float(np.abs(step).sum(axis=-1).max()))
        self.block = int(max(1, min(_BLOCK, _DIGITS // max(math.log10(largest), 1e-9))))
        self.step, self.entry = step, entry
        modes = (start.reshape(cells, members, 2) - self.minimum) @ self.basis
        self.state = np.zeros((cells, 2, 2, members))
        self.state[:, :, 1, :] = modes.transpose(0, 2, 1) / self.alpha[:, :, None]
        self.kernels: dict[int, tuple[FloatArray, FloatArray]] = {}

    def _kernel(self, size: int) -> tuple[FloatArray, FloatArray]:
        """For blocks of `size` steps: free response (cells, 2 modes, outputs, 2) and noise response
        (cells, 2 modes, outputs, size). Outputs: y of each step, then d of the last, or d of each if wanted."""
        if size not in self.kernels:
            powers = _powers(self.step, size)
            hits = (powers[..., :-1, :, :] @ self.entry[:, None, None, :, None])[..., 0]
            lag = np.subtract.outer(np.arange(size), np.arange(size))
            noise = np.where(lag[..., None] >= 0, hits[..., np.maximum(lag, 0), :], 0.0)
            first = 0 if self.want_buffers else size - 1
            free = np.concatenate((powers[..., 1:, 1, :], powers[..., 1 + first :, 0, :]), axis=-2)
            forced = np.concatenate((noise[..., 1], noise[..., first:, :, 0]), axis=-2)
            self.kernels[size] = np.ascontiguousarray(free), np.ascontiguousarray(forced)
        return self.kernels[size]

    def advance(self, noise: FloatArray | None, count: int) -> tuple[FloatArray, FloatArray | None]:
        """The next `count` positions (count, *P, members, 2), and the buffers if wanted."""
        rows = np.empty((count, *self.shape))
        buffers = np.empty_like(rows) if self.want_buffers else None
        whole = count - count % self.block
        modes = None if noise is None else np.moveaxis(noise @ self.basis, -1, 0)  # (2, count, members)
        for first, size, blocks in ((0, self.block, whole // self.block), (whole, count - whole, 1)):
            if size and blocks:
                part = slice(first, first + size * blocks)
                forcing = None if modes is None else modes[:, part]
                self._advance(rows[part], None if buffers is None else buffers[part], forcing, size, blocks)
        return rows, buffers

    def _advance(
        self, rows: FloatArray, buffers: FloatArray | None, noise: FloatArray | None, size: int, blocks: int
    ) -> None:
        free, forced = self._kernel(size)
        cells, members = len(self.alpha), self.shape[-2]
        outputs = free.shape[-2]
        states = np.empty((cells, 2, 2, blocks, members))
        response: FloatArray | None = None
        if noise is not None:
            columns = noise.reshape(2, blocks, size, members).transpose(0, 2, 1, 3).reshape(2, size, -1)
            response = (forced @ columns).reshape(cells, 2, outputs, blocks, members)
        last = [-1, size - 1]  # rows of (d, y) at the end of a block
        carry = free[..., last, :]
        state = self.state
        for block in range(blocks):
            states[..., block, :] = state
            state = carry @ state
            if response is not None:
                state += response[:, :, last, block, :]
        self.state = state
        out = (free @ states.reshape(cells, 2, 2, -1)).reshape(cells, 2, outputs, blocks, members)
        if response is not None:
            out += response
        self._write(rows, out[:, :, :size], self.alpha, self.minimum)
        if buffers is not None:
            self._write(buffers, out[:, :, size:], np.ones_like(self.alpha), np.zeros(2))

    def _write(self, target: FloatArray, modes: FloatArray, scale: Any, shift: FloatArray) -> None:
        """Modes (cells, 2, size, blocks, members) as points of the plane, steps first, into `target`."""
        size, blocks = modes.shape[2:4]
        view = target.reshape(blocks, size, len(scale), self.shape[-2], 2)
        ordered = modes.transpose(1, 3, 2, 0, 4)  # (mode, blocks, size, cells, members)
        along, across = ordered[0] * scale, ordered[1] * scale
        for axis in (0, 1):
            view[..., axis] = along * self.basis[axis, 0] + across * self.basis[axis, 1] + shift[axis]

    def drop(self, lost: NDArray[np.bool_]) -> None:
        """Members that have diverged become NaN, which the products keep to their own columns."""
        cells = len(self.alpha)
        self.state[np.broadcast_to(lost.reshape(cells, 1, 1, -1), self.state.shape)] = np.nan
