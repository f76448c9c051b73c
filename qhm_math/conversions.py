"""The ways other optimizers name a point (α, β, ν).

[M] Ma & Yarats, ICLR 2019, section 4. Momentum is dampened here: the gradient enters the buffer with weight 1-β.
PyTorch's SGD is not dampened by default, hence α = lr / (1-β).
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from .checks import ParameterError, require_array, require_number, require_positive, require_shapes
from .converted import Converted, clean, momentum_of, quiet
from .weights import own_weight


class Conversions(Converted):
    """PyTorch's SGD, PID control and the two-state form, both ways. A result beyond the largest float is infinite."""

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
        lr_, beta = require_positive("lr", lr), momentum_of("momentum", momentum)
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
        return cls(i, beta, clean("nu", np.where(off, 0.0, (p / i) * (p / safe))))

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
        beta = momentum_of("beta", clean("beta", np.asarray(beta)))
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
