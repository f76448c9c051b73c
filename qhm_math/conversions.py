"""The ways other optimizers name a point (α, β, ν).

[M] Ma & Yarats, ICLR 2019, section 4. Momentum is dampened here: the gradient enters the buffer with weight 1-β.
PyTorch's SGD is not dampened by default, hence α = lr / (1-β).

Every conversion rests on one identity. Eliminating d for constant parameters leaves
    x_{k+1} = x_k + β (x_k - x_{k-1}) - p g_k + q g_{k-1},   p = α(1-νβ),   q = αβ(1-ν),
so any method with this three-term form is QHM with α = (p-q)/(1-β), ν = 1 - q/(αβ). For k = 0 it needs
x_{-1} = x_0 and g_{-1} = 0, which is what d_{-1} = 0 means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from .checks import ParameterError, require_array, require_number, require_positive, require_shapes
from .weights import own_weight

_TINY = 1e-12  # rounding that a conversion may leave at the ends of the range of nu or beta

quiet = np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore")  # QHM refuses what comes of it


class Converted:
    """What conversions need of the point that they make or turn into something else."""

    alpha: Any
    beta: Any
    nu: Any

    if TYPE_CHECKING:

        def __init__(self, alpha: Any, beta: Any = 0.0, nu: Any = 1.0) -> None: ...


class Conversions(Converted):
    """What `QHM` can be made from and turned into. A result beyond the largest float is infinite."""

    @classmethod
    @quiet
    def from_pytorch_sgd(cls, lr: ArrayLike, momentum: ArrayLike = 0.0, nesterov: bool = False) -> Self:
        """torch.optim.SGD(lr, momentum, dampening=0, nesterov).

        Parameters
        ----------
        lr : array_like
            Its learning rate > 0, not dampened.
        momentum : array_like
            0 <= momentum < 1; greater than 0 with `nesterov`, in PyTorch as here.
        nesterov : bool
            Whether it is Nesterov's method.

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
        α = lr/(1-β), ν = β with nesterov, else 1 ([M] section 4.1). PyTorch starts its buffer with the first gradient
        undampened, buf_0 = g_0; that is d_{-1} = 0 here, because buf = d/(1-β).

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM.from_pytorch_sgd(0.5, 0.5)
        QHM(alpha=1.0, beta=0.5, nu=1.0)
        """
        lr_, beta = require_positive("lr", lr), _momentum("momentum", momentum)
        require_shapes(lr=lr_.shape, momentum=beta.shape)
        if nesterov and bool(np.any(beta == 0)):
            raise ParameterError("momentum", 0.0, "greater than 0 and less than 1 with nesterov=True")
        if not np.any(beta):
            return cls(lr_, 0.0, 0.0)
        return cls(lr_ / (1 - beta), beta, beta if nesterov else 1.0)

    def to_pytorch_sgd(self) -> tuple[float, float, bool] | None:
        """The torch.optim.SGD that takes the same steps.

        Returns
        -------
        (lr, momentum, nesterov) or None
            There is one for β = 0 or ν = 0 (plain SGD), ν = 1 and ν = β.

        Raises
        ------
        ParameterError
            This is not one point.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM(1.0, 0.5, 0.5).to_pytorch_sgd()
        (0.5, 0.5, True)
        """
        alpha, beta, nu = self._scalars()
        if beta == 0 or nu == 0:
            return alpha, 0.0, False
        if nu in (1.0, beta):
            return alpha * (1 - beta), beta, nu != 1.0
        return None

    @classmethod
    @quiet
    def from_pid(cls, k_p: ArrayLike, k_i: ArrayLike, k_d: ArrayLike) -> Self:
        """PID control.

        Parameters
        ----------
        k_p : array_like
            Proportional gain; less than 0, or 0 where `k_d` is (plain SGD).
        k_i : array_like
            Integral gain > 0.
        k_d : array_like
            Derivative gain; greater than 0, or 0 where `k_p` is. k_p² <= k_i k_d. All broadcast together.

        Returns
        -------
        QHM
            The same steps.

        Raises
        ------
        ParameterError
            A gain is out of its range, or the shapes do not fit.

        Notes
        -----
        [M] section 4.3 (Recht 2018):

            e_k = -g_k,  w_k = w_{k-1} + e_k,  v_k = β v_{k-1} + (1-β)(e_k - e_{k-1}),
            x_{k+1} = x_0 + k_P e_k + k_I w_k + k_D v_k,      β = k_D/(k_D - k_P).

        α = k_I, ν = k_P²/(k_I k_D). The derivative's filter is not free: with another coefficient the controller is
        outside the family.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM.from_pid(-1.0, 1.0, 1.0)
        QHM(alpha=1.0, beta=0.5, nu=1.0)
        """
        p = require_array("k_p", k_p, high=0.0)
        i = require_positive("k_i", k_i)
        d = require_array("k_d", k_d, low=0.0)
        require_shapes(k_p=p.shape, k_i=i.shape, k_d=d.shape)
        p, i, d = np.broadcast_arrays(p, i, d)
        off = p == 0
        if bool(np.any(off != (d == 0))):
            allowed = "both 0, or k_p less than 0 and k_d greater than 0"
            raise ParameterError("k_p, k_d", (p.tolist(), d.tolist()), allowed)
        safe = np.where(off, 1.0, d)
        beta = np.where(off, 0.0, 1 / (1 - p / safe))
        return cls(i, beta, _clean("nu", np.where(off, 0.0, (p / i) * (p / safe))))

    @quiet
    def to_pid(self) -> tuple[Any, Any, Any]:
        """The PID controller that takes the same steps: see :meth:`from_pid`.

        Returns
        -------
        k_p, k_i, k_d : ndarray or float
            Its gains.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM(1.0, 0.5, 1.0).to_pid()
        (-1.0, 1.0, 1.0)
        """
        lag = self.nu * self.beta / (1 - self.beta)
        return -self.alpha * lag, self.alpha + 0 * lag, self.alpha * lag * self.beta / (1 - self.beta)

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
        step, one = require_positive("alpha", alpha), _momentum("beta1", beta1)
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
        wrong = (gap > most + _TINY) | (gap < least - _TINY)
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
        wrong = (e * gain < 1 - _TINY) | (e * e * gain > long)
        if bool(np.any(wrong)):
            value = np.broadcast_to(gain, wrong.shape)[wrong].flat[0]
            raise ParameterError("xi", value, "at least 1/eps and at most kappa/eps²")
        share = e * gain / long
        beta = (1 - e * share) / (1 + share)
        return cls(step * e * (1 + gain) / (1 + e), beta, _clean("nu", (e - 1 / gain) / (e * (1 + 1 / gain))))

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

    @classmethod
    @quiet
    def from_two_state(cls, h: float, k: float, l: float, m: float, q: float, z: float) -> Self:  # noqa: E741
        """The two-state method of [M] section 4.6, one point: a' = h a + k x + l g,  x' = m a + q x + z g.

        Parameters
        ----------
        h, k, l, m, q, z : float
            Its coefficients. The matrix [[h, k], [m, q]] must have the eigenvalues 1 and β, in [0, 1): else x would
            not rest where g = 0, or would forget at another pace.

        Returns
        -------
        QHM
            The same steps.

        Raises
        ------
        ParameterError
            It is not in the family, or a coefficient is not a finite number.

        Notes
        -----
        It starts at rest, m a_0 = (1-q) x_0. β = hq - km, p = -z, q' = ml - hz in the three-term form, and
        α(1-β) = p - q'. α is right to 1e-15 of itself and ν to 1e-15, also where β is near 1.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM.from_two_state(0.5, 0.0, 0.5, -0.5, 1.0, -0.5)
        QHM(alpha=1.0, beta=0.5, nu=1.0)
        """
        names = {"h": h, "k": k, "l": l, "m": m, "q": q, "z": z}
        c = {name: require_number(name, value) for name, value in names.items()}
        beta = c["h"] * c["q"] - c["k"] * c["m"]
        scale = 1 + abs(c["h"] * c["q"]) + abs(c["k"] * c["m"])
        gap = (1 - c["h"]) + (1 - c["q"])  # 1-β of a matrix with the eigenvalue 1, with all digits also near β = 1
        if not (abs(gap - 1 + beta) <= 1e-10 * scale < np.inf and (gap > 0 or beta >= 1)):
            matrix = [[c["h"], c["k"]], [c["m"], c["q"]]]
            raise ParameterError("[[h, k], [m, q]]", matrix, "a matrix with one eigenvalue equal to 1")
        beta = _momentum("beta", _clean("beta", np.asarray(beta)))
        before = np.float64(c["m"] * c["l"] - c["h"] * c["z"])
        alpha = require_positive("alpha", (-c["z"] * (1 - c["h"]) - c["m"] * c["l"]) / gap)
        return cls._from_lag(alpha, beta, before / (alpha * (1 - beta)))

    def to_two_state(self) -> tuple[float, float, float, float, float, float]:
        """The two-state method of :meth:`from_two_state` with a = d, the momentum buffer, a_0 = 0.

        Returns
        -------
        h, k, l, m, q, z : float
            Its coefficients.

        Raises
        ------
        ParameterError
            This is not one point.

        Examples
        --------
        >>> from qhm_math import QHM
        >>> QHM(1.0, 0.5, 1.0).to_two_state()
        (0.5, 0.0, 0.5, -0.5, 1.0, -0.5)
        """
        alpha, beta, nu = self._scalars()
        return beta, 0.0, 1 - beta, -alpha * nu * beta, 1.0, -alpha * own_weight(beta, nu)

    @classmethod
    def _from_lag(cls, alpha: Any, beta: Any, lag: Any) -> Self:
        """The point whose step takes -αg_k and αλ(g_{k-1} - g_k), both times 1-β, with λ = lag = β(1-ν)/(1-β)."""
        none = beta == 0
        if bool(np.any(none & (np.abs(lag) > _TINY))):
            raise ParameterError("beta", 0.0, "greater than 0 when the gradient before enters the step")
        nu = np.where(none, 0.0, 1 - lag * (1 - beta) / np.where(none, 1.0, beta))
        return cls(alpha, beta, _clean("nu", nu))

    def _scalars(self) -> tuple[float, float, float]:
        shapes = [np.shape(value) for value in (self.alpha, self.beta, self.nu)]
        if any(shapes):
            raise ParameterError("alpha, beta, nu", np.broadcast_shapes(*shapes), "one point for this conversion")
        return self.alpha, self.beta, self.nu


def _momentum(name: str, value: ArrayLike) -> Any:
    return require_array(name, value, 0.0, 1.0, high_open=True)


def _clean(name: str, value: Any) -> Any:
    """Take rounding off the ends 0 and 1; QHM refuses a value that is farther out."""
    value = np.where((value < 0) & (value > -_TINY), 0.0, value)
    if name == "nu":
        value = np.where((value > 1) & (value < 1 + _TINY), 1.0, value)
    return value
