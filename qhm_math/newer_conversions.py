"""Newer methods in the same family, both ways: Schedule-Free SGD, Lion's direction, AdEMAMix's simple form and DANA.

Each conversion is tested by running both iterations side by side. α, β, ν as in :mod:`qhm_math.parameters`.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from .checks import (
    MAX_STEPS,
    FloatArray,
    ParameterError,
    require_array,
    require_integer,
    require_positive,
    require_shapes,
)
from .converted import Converted, quiet


class NewerConversions(Converted):
    """What `QHM` can be made from and turned into, of methods since 2023."""

    @classmethod
    @quiet
    def from_averaging(cls, gamma: ArrayLike, b: ArrayLike, c: ArrayLike) -> Self:
        """Schedule-Free SGD with a constant averaging weight.

        Parameters
        ----------
        gamma : array_like
            Its step > 0.
        b : array_like
            Its interpolation, 0 <= b <= 1 (`momentum` in schedulefree).
        c : array_like
            Weight of a new point in the average, greater than 0 and at most 1. All broadcast together.

        Returns
        -------
        QHM
            Whose x is y, where gradients are taken.

        Raises
        ------
        ParameterError
            A value is out of its range, or the shapes do not fit.

        Notes
        -----
        Defazio et al. 2024:

            y_k = (1-b) z_k + b x̄_k,   z_{k+1} = z_k - γ g(y_k),   x̄_{k+1} = (1-c) x̄_k + c z_{k+1},   z_0 = x̄_0.

        α = γ, β = 1-c, ν = b.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM.from_averaging(0.5, 0.75, 0.5)
        QHM(alpha=0.5, beta=0.5, nu=0.75)
        """
        step, share = require_positive("gamma", gamma), require_array("b", b, 0.0, 1.0)
        weight = require_array("c", c, 0.0, 1.0, low_open=True)
        require_shapes(gamma=step.shape, b=share.shape, c=weight.shape)
        return cls(step, 1 - weight, share)

    @quiet
    def to_averaging(self) -> tuple[Any, Any, Any]:
        """The Schedule-Free SGD with a constant averaging weight whose y is this x: see :meth:`from_averaging`.

        Returns
        -------
        gamma, b, c : ndarray or float
            Its parameters.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM(0.5, 0.5, 0.75).to_averaging()
        (0.5, 0.75, 0.5)
        """
        return self.alpha, self.nu, 1 - self.beta

    @classmethod
    @quiet
    def from_schedule_free(cls, gamma: ArrayLike, b: ArrayLike, step: ArrayLike) -> Self:
        """Schedule-Free SGD, as the point that it is at at a step: a path along which β rises to 1.

        Parameters
        ----------
        gamma : array_like
            Its step > 0 (`lr` in schedulefree).
        b : array_like
            Its interpolation, 0 <= b <= 1 (`momentum` in schedulefree).
        step : array_like
            k >= 0, which numbers the steps. All broadcast together.

        Returns
        -------
        QHM
            The point of step k; run with these α, ν and β_k, its x is y, where gradients are taken.

        Raises
        ------
        ParameterError
            A value is out of its range, or the shapes do not fit.

        Notes
        -----
        c_k = 1/(k+2), so that x̄ is the mean of all z from z_0 on; else as :meth:`from_averaging`. α = γ(1-b/2),
        ν = b/(2-b), β_k = k/(k+2). The package schedulefree leaves z_0 out, c_k = 1/(k+1): it takes one plain step γ
        first, and this path from there.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM.from_schedule_free(1.0, 1.0, [0, 2]).beta.tolist()
        [0.0, 0.5]
        """
        pace, share = require_positive("gamma", gamma), require_array("b", b, 0.0, 1.0)
        k = require_array("step", step, 0.0, 1e15)
        require_shapes(gamma=pace.shape, b=share.shape, step=k.shape)
        return cls(pace * (1 - share / 2), k / (k + 2), share / (2 - share))

    @quiet
    def to_schedule_free(self) -> tuple[Any, Any]:
        """The Schedule-Free SGD with this α and ν; its β is not free: see :meth:`from_schedule_free`.

        Returns
        -------
        gamma, b : ndarray or float
            γ = α(1+ν), b = 2ν/(1+ν).

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM(0.5, 0.9, 1.0).to_schedule_free()
        (1.0, 1.0)
        """
        return self.alpha * (1 + self.nu), 2 * self.nu / (1 + self.nu)

    @classmethod
    @quiet
    def from_lion(cls, lr: ArrayLike, beta1: ArrayLike = 0.9, beta2: ArrayLike = 0.99) -> Self:
        """Lion before the sign: Lion's step is lr times the sign of this direction.

        Parameters
        ----------
        lr : array_like
            Its learning rate > 0.
        beta1 : array_like
            0 <= beta1 <= beta2: beyond it ν > 1, outside the family.
        beta2 : array_like
            0 <= beta2 < 1. All broadcast together.

        Returns
        -------
        QHM
            Whose step from the same gradients is α times the direction that Lion takes the sign of.

        Raises
        ------
        ParameterError
            A value is out of its range, or the shapes do not fit.

        Notes
        -----
        Chen et al. 2023: c_k = β1 m_{k-1} + (1-β1) g_k, m_k = β2 m_{k-1} + (1-β2) g_k, x ← x - lr sign(c_k).
        α = lr, β = β2, ν = β1/β2.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM.from_lion(0.5, 0.25, 0.5)
        QHM(alpha=0.5, beta=0.5, nu=0.5)
        """
        step, one = require_positive("lr", lr), require_array("beta1", beta1, 0.0, 1.0, high_open=True)
        two = require_array("beta2", beta2, 0.0, 1.0, high_open=True)
        shape = require_shapes(lr=step.shape, beta1=one.shape, beta2=two.shape)
        wrong = np.broadcast_to(one > two, shape)
        if wrong.any():
            raise ParameterError("beta1", np.broadcast_to(one, shape)[wrong].flat[0], "at most beta2")
        return cls(step, two, np.where(two > 0, one / np.where(two > 0, two, 1.0), 0.0))

    @quiet
    def to_lion(self) -> tuple[Any, Any, Any]:
        """Lion with this direction before its sign: see :meth:`from_lion`.

        Returns
        -------
        lr, beta1, beta2 : ndarray or float
            Its parameters.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM(0.5, 0.5, 0.5).to_lion()
        (0.5, 0.25, 0.5)
        """
        return self.alpha, self.nu * self.beta, self.beta

    @classmethod
    @quiet
    def from_two_buffers(cls, gamma1: ArrayLike, gamma2: ArrayLike, gamma3: ArrayLike, delta: ArrayLike) -> Self:
        """DANA, and the two-buffer forms like it, with constant coefficients.

        Parameters
        ----------
        gamma1 : array_like
            Weight of the gradient in the buffer, > 0.
        gamma2 : array_like
            Step along the gradient, >= 0.
        gamma3 : array_like
            Step along the buffer, >= 0; not both 0.
        delta : array_like
            What the buffer forgets in a step, greater than 0 and at most 1. All broadcast together.

        Returns
        -------
        QHM
            The same steps.

        Raises
        ------
        ParameterError
            A value is out of its range, or the shapes do not fit.

        Notes
        -----
        Paquette et al. 2024: y_k = (1-Δ) y_{k-1} + γ1 g_k, θ ← θ - γ2 g_k - γ3 y_k. α(1-ν) = γ2, αν = γ1γ3/Δ, β = 1-Δ.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM.from_two_buffers(0.5, 0.25, 0.25, 0.5)
        QHM(alpha=0.5, beta=0.5, nu=0.5)
        """
        fed, own = require_positive("gamma1", gamma1), require_array("gamma2", gamma2, 0.0)
        along = require_array("gamma3", gamma3, 0.0)
        forgets = require_array("delta", delta, 0.0, 1.0, low_open=True)
        require_shapes(gamma1=fed.shape, gamma2=own.shape, gamma3=along.shape, delta=forgets.shape)
        buffered = fed * along / forgets
        alpha = own + buffered
        if bool(np.any(alpha == 0)):
            raise ParameterError("gamma2, gamma3", (own.tolist(), along.tolist()), "not both 0")
        return cls(alpha, 1 - forgets, np.clip(buffered / np.where(np.isfinite(alpha), alpha, 1.0), 0.0, 1.0))

    @quiet
    def to_two_buffers(self) -> tuple[Any, Any, Any, Any]:
        """The two-buffer form with γ1 = Δ, whose buffer is d: see :meth:`from_two_buffers`.

        Returns
        -------
        gamma1, gamma2, gamma3, delta : ndarray or float
            Its coefficients.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM(0.5, 0.5, 0.5).to_two_buffers()
        (0.5, 0.25, 0.25, 0.5)
        """
        forgets = 1 - self.beta
        return forgets, self.alpha * (1 - self.nu), self.alpha * self.nu, forgets

    @classmethod
    @quiet
    def from_ademamix(cls, lr: ArrayLike, mix: ArrayLike, beta3: ArrayLike) -> Self:
        """AdEMAMix's simple form: no second moments, and the gradient itself instead of its fast average.

        Parameters
        ----------
        lr : array_like
            Its learning rate > 0.
        mix : array_like
            Weight of the slow average beside the gradient, >= 0 (`alpha` in AdEMAMix).
        beta3 : array_like
            Momentum of the slow average, 0 <= beta3 < 1. All broadcast together.

        Returns
        -------
        QHM
            The same steps.

        Raises
        ------
        ParameterError
            A value is out of its range, or the shapes do not fit.

        Notes
        -----
        Pagliardini et al. 2024, simplified: m_k = β3 m_{k-1} + (1-β3) g_k, θ ← θ - lr (g_k + a m_k). α = lr (1+a),
        β = β3, ν = a/(1+a).

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM.from_ademamix(0.25, 1.0, 0.5)
        QHM(alpha=0.5, beta=0.5, nu=0.5)
        """
        step, slow = require_positive("lr", lr), require_array("mix", mix, 0.0)
        beta = require_array("beta3", beta3, 0.0, 1.0, high_open=True)
        require_shapes(lr=step.shape, mix=slow.shape, beta3=beta.shape)
        return cls(step * (1 + slow), beta, slow / (1 + slow))

    @quiet
    def to_ademamix(self) -> tuple[Any, Any, Any]:
        """AdEMAMix's simple form with the same steps: see :meth:`from_ademamix`.

        Returns
        -------
        lr, mix, beta3 : ndarray or float
            Its parameters.

        Raises
        ------
        ParameterError
            ν = 1: the gradient itself has no part in the step.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM(0.5, 0.5, 0.5).to_ademamix()
        (0.25, 1.0, 0.5)
        """
        if bool(np.any(np.asarray(self.nu) >= 1)):
            raise ParameterError("nu", 1.0, "less than 1 for AdEMAMix")
        return self.alpha * (1 - self.nu), self.nu / (1 - self.nu), self.beta


def schedule_free_betas(steps: int) -> FloatArray:
    """The momenta of Schedule-Free SGD.

    Parameters
    ----------
    steps : int
        From 1 to 10,000,000.

    Returns
    -------
    ndarray
        β_k = k/(k+2) for k = 0..steps-1, (steps,).

    Raises
    ------
    ParameterError
        `steps` is out of its range.

    Notes
    -----
    See :meth:`QHM.from_schedule_free`.

    Examples
    --------
    >>> schedule_free_betas(3).round(3).tolist()
    [0.0, 0.333, 0.5]
    """
    k = np.arange(require_integer("steps", steps, 1, MAX_STEPS), dtype=np.float64)
    return k / (k + 2)
