"""Accelerated methods as points (α, β, ν): synthesized Nesterov, robust and triple momentum, AccSGD.

[M] Ma & Yarats, ICLR 2019, section 4; α, β, ν as in :mod:`qhm_math.parameters`.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from .checks import ParameterError, require_array, require_positive, require_shapes
from .converted import TINY, Converted, clean, momentum_of, quiet


class AcceleratedConversions(Converted):
    """Accelerated methods, both ways where there are two. A result beyond the largest float is infinite."""

    @classmethod
    @quiet
    def from_synthesized_nesterov(cls, alpha: ArrayLike, beta1: ArrayLike, beta2: ArrayLike) -> Self:
        """Synthesized Nesterov variant.

        Parameters
        ----------
        alpha : array_like
            Its step > 0.
        beta1 : array_like
            0 <= beta1 < 1.
        beta2 : array_like
            0 <= beta2 <= beta1/(1-beta1): the range in which ν lies in [0, 1]. All broadcast together.

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
        Lessard, Recht & Packard 2016, section 6; [M] section 4.4:

            ξ_{k+1} = ξ_k + β1 (ξ_k - ξ_{k-1}) - α g(y_k),   y_k = ξ_k + β2 (ξ_k - ξ_{k-1}),   ξ_{-1} = ξ_0.

        QHM's x is y, where gradients are taken: α/(1-β1), β = β1, ν = 1 - β2 (1-β1)/β1.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM.from_synthesized_nesterov(0.5, 0.5, 0.5)
        QHM(alpha=1.0, beta=0.5, nu=0.5)
        """
        step, one = require_positive("alpha", alpha), momentum_of("beta1", beta1)
        two = require_array("beta2", beta2, low=0.0)
        require_shapes(alpha=step.shape, beta1=one.shape, beta2=two.shape)
        return cls._from_lag(step / (1 - one), one, two)

    @quiet
    def to_synthesized_nesterov(self) -> tuple[Any, Any, Any]:
        """The synthesized Nesterov variant whose y is this x: see :meth:`from_synthesized_nesterov`.

        Returns
        -------
        alpha, beta1, beta2 : ndarray or float
            Its parameters.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM(1.0, 0.5, 0.5).to_synthesized_nesterov()
        (0.5, 0.5, 0.5)
        """
        damping = 1 - self.beta
        return self.alpha * damping, self.beta + 0 * self.nu, self.beta * (1 - self.nu) / damping

    @classmethod
    @quiet
    def from_robust_momentum(cls, L: ArrayLike, kappa: ArrayLike, rho: ArrayLike | None = None) -> Self:
        """Robust momentum for curvatures in [L/κ, L].

        Parameters
        ----------
        L : array_like
            Largest curvature > 0.
        kappa : array_like
            Condition number >= 1; beyond 10³⁰ β would round to 1, which is refused.
        rho : array_like, optional
            The noise-free rate, from 1 - 1/√κ (the default: triple momentum) to 1 - 1/κ (gradient descent, step 1/L).
            All broadcast together.

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
        Cyrus, Hu, Van Scoy & Lessard 2018; [M] section 4.4. A synthesized Nesterov variant with α = κ(1-ρ)²(1+ρ)/L,
        β1 = κρ³/(κ-1), β2 = ρ³/((κ-1)(1-ρ)²(1+ρ)). ν = 1 - (1-β1)/(κ(1-ρ)²(1+ρ)) is always in [0, 1].

        Examples
        --------
        >>> from qhm_math import QHM
        >>> round(QHM.from_robust_momentum(1.0, 4.0).alpha, 12)
        1.8
        """
        top, k = require_positive("L", L), require_array("kappa", kappa, low=1.0)
        least, most = 1 / k, 1 / np.sqrt(k)  # of 1 - ρ, which has more digits than ρ where κ is large
        r = require_array("rho", 0.0 if rho is None else rho, 0.0, 1.0, high_open=True)
        require_shapes(L=top.shape, kappa=k.shape, rho=r.shape)
        gap = most if rho is None else 1 - r
        wrong = (gap > most + TINY) | (gap < least - TINY)
        if bool(np.any(wrong)):
            value = np.broadcast_to(r, wrong.shape)[wrong].flat[0]
            raise ParameterError("rho", value, "at least 1 - 1/√kappa and at most 1 - 1/kappa")
        r = 1 - gap
        gain = (k * gap) * gap * (1 + r)
        one = k > 1
        rest = np.where(one, k - 1, 1.0)
        beta = np.where(one, (k / rest) * r**3, 0.0)
        damping = np.where(one, (k * gap * (1 + r + r * r) - 1) / rest, 1.0)  # 1 - β
        # nu is inside by theory, so rounding is all that is clipped.
        return cls(gain / (top * damping), beta, np.clip(1 - damping / gain, 0.0, 1.0))

    @classmethod
    def from_triple_momentum(cls, L: ArrayLike, kappa: ArrayLike) -> Self:
        """Triple momentum (Van Scoy, Freeman & Lynch 2018): robust momentum at ρ = 1 - 1/√κ.

        Parameters
        ----------
        L : array_like
            Largest curvature > 0.
        kappa : array_like
            Condition number >= 1. Broadcasts against `L`.

        Returns
        -------
        QHM
            The same steps.

        Raises
        ------
        ParameterError
            A value is out of its range, or the shapes do not fit.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM.from_triple_momentum(1.0, 4.0) == QHM.from_robust_momentum(1.0, 4.0, 0.5)
        True
        """
        return cls.from_robust_momentum(L, kappa)

    @classmethod
    @quiet
    def from_accsgd(cls, delta: ArrayLike, kappa: ArrayLike, xi: ArrayLike, eps: ArrayLike = 0.7) -> Self:
        """AccSGD.

        Parameters
        ----------
        delta : array_like
            Short step > 0.
        kappa : array_like
            Long step over the short one, > 0.
        xi : array_like
            Statistical advantage, 1/eps <= xi <= kappa/eps²: below 1/eps AccSGD has ν < 0, outside the family.
        eps : array_like
            0 < eps < 1. All broadcast together.

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
        Kidambi, Netrapalli, Jain & Kakade 2018; [M] section 4.5. With a = 1 - ε²ξ/κ, w̄_0 = w_0:

            w̄_{k+1} = a w̄_k + (1-a)(w_k - (κδ/ε) g_k)
            w_{k+1} = [ε (w_k - δ g_k) + (1-a) w̄_{k+1}] / (ε + 1 - a)

        α = δε(1+ξ)/(1+ε), β = (κ-ε²ξ)/(κ+εξ), ν = (εξ-1)/(ε(1+ξ)).

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM.from_accsgd(1.0, 5.0, 2.0, 0.5)
        QHM(alpha=1.0, beta=0.75, nu=0.0)
        """
        step, long = require_positive("delta", delta), require_positive("kappa", kappa)
        e = require_array("eps", eps, 0.0, 1.0, low_open=True, high_open=True)
        gain = require_positive("xi", xi)
        require_shapes(delta=step.shape, kappa=long.shape, xi=gain.shape, eps=e.shape)
        wrong = (e * gain < 1 - TINY) | (e * e * gain > long)
        if bool(np.any(wrong)):
            value = np.broadcast_to(gain, wrong.shape)[wrong].flat[0]
            raise ParameterError("xi", value, "at least 1/eps and at most kappa/eps²")
        share = e * gain / long
        beta = (1 - e * share) / (1 + share)
        return cls(step * e * (1 + gain) / (1 + e), beta, clean("nu", (e - 1 / gain) / (e * (1 + 1 / gain))))

    @quiet
    def to_accsgd(self, eps: ArrayLike = 0.7) -> tuple[Any, Any, Any]:
        """The AccSGD that takes the same steps: see :meth:`from_accsgd`.

        Parameters
        ----------
        eps : array_like
            0 < eps < 1. Broadcasts against these points.

        Returns
        -------
        delta, kappa, xi : ndarray or float
            Its parameters.

        Raises
        ------
        ParameterError
            `eps` is out of its range, its shape does not fit, or ν = 1.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> [float(value) for value in QHM(1.0, 0.75, 0.0).to_accsgd(0.5)]
        [1.0, 5.0, 2.0]
        """
        e = require_array("eps", eps, 0.0, 1.0, low_open=True, high_open=True)
        fields = {"alpha": np.shape(self.alpha), "beta": np.shape(self.beta), "nu": np.shape(self.nu)}
        require_shapes(**fields, eps=e.shape)
        if bool(np.any(np.asarray(self.nu) >= 1)):
            raise ParameterError("nu", 1.0, "less than 1 for AccSGD")
        xi = (1 + e * self.nu) / (e * (1 - self.nu))
        return self.alpha * (1 + e) / (e * (1 + xi)), e * xi * (e + self.beta) / (1 - self.beta), xi
