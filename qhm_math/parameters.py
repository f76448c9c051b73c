"""The point (α, β, ν) of the family, and the ways other optimizers name the same point.

    g_k = ∇f(x_k) + noise
    d_k = (1-β) g_k + β d_{k-1},   d_{-1} = 0
    x_{k+1} = x_k - α [(1-ν) g_k + ν d_k]

[G] Gitman et al., NeurIPS 2019, eq. (3); [M] Ma & Yarats, ICLR 2019, section 4. Momentum is dampened: the
gradient enters the buffer with weight 1-β. PyTorch's SGD is not dampened by default, hence α = lr / (1-β).

Every conversion rests on one identity. Eliminating d for constant parameters leaves
    x_{k+1} = x_k + β (x_k - x_{k-1}) - p g_k + q g_{k-1},   p = α(1-νβ),   q = αβ(1-ν),
so any method with this three-term form is QHM with α = (p-q)/(1-β), ν = 1 - q/(αβ). For k = 0 it needs
x_{-1} = x_0 and g_{-1} = 0, which is what d_{-1} = 0 means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from .checks import ParameterError, require_array, require_positive
from .declared import declared, declared_fields


def own_weight(beta: Any, nu: Any) -> Any:
    """1 - νβ: the weight of a gradient in the step that it is taken for. Arrays broadcast; nothing is checked.

    As (1-ν) + ν(1-β), a sum of what is not negative: right to its last digits where ν and β are near 1.
    """
    return (1 - nu) + nu * (1 - beta)


def flip_weight(beta: Any, nu: Any) -> Any:
    """1 + β - 2νβ, by which αL is multiplied in condition (13) of [G]. Arrays broadcast; nothing is checked.

    As (1-β) + 2β(1-ν), a sum of what is not negative: right to its last digits where ν and β are near 1.
    """
    return (1 - beta) + 2 * beta * (1 - nu)


_TINY = 1e-12  # rounding that a conversion may leave at the ends of the range of nu or beta


@dataclass(frozen=True, eq=False)
class QHM:
    """One point, or an array of points, of quasi-hyperbolic momentum ([G] eq. (3)).

    alpha > 0 (learning rate, in units of 1/curvature), 0 <= beta < 1, 0 <= nu <= 1; floats, or arrays that
    broadcast together. nu = 0 or beta = 0: SGD. nu = 1: stochastic heavy ball. nu = beta: Nesterov.
    Arrays are copied and read-only; equality and hash go by value. Raises ParameterError for anything else.
    """

    alpha: Any = declared(  # noqa: RUF009  (a field, like every `declared`)
        label="Learning rate", symbol="α", low=0.0, low_open=True, scale="log", slider=(1e-3, 10.0),
        unit="1/curvature"
    )
    beta: Any = declared(  # noqa: RUF009
        0.0, label="Momentum", symbol="β", low=0.0, high=1.0, high_open=True, scale="momentum", slider=(0.0,
        0.999)
    )
    nu: Any = declared(  # noqa: RUF009
        1.0, label="Share of momentum", symbol="ν", low=0.0, high=1.0, slider=(0.0, 1.0)
    )

    def __post_init__(self) -> None:
        for name, field in declared_fields(self).items():
            array = require_array(
                name,
                getattr(self, name),
                field.low,
                field.high,
                low_open=field.low_open,
                high_open=field.high_open,
            )
            array.flags.writeable = False
            object.__setattr__(self, name, array if array.ndim else float(array))
        try:
            np.broadcast_shapes(np.shape(self.alpha), np.shape(self.beta), np.shape(self.nu))
        except ValueError:
            shapes = f"{np.shape(self.alpha)}, {np.shape(self.beta)}, {np.shape(self.nu)}"
            allowed = "arrays of shapes that broadcast together"
            raise ParameterError("alpha, beta, nu", shapes, allowed) from None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape that alpha, beta and nu broadcast to; () for one point."""
        return np.broadcast_shapes(np.shape(self.alpha), np.shape(self.beta), np.shape(self.nu))

    def _key(self) -> tuple[object, ...]:
        return tuple((np.shape(v), np.asarray(v).tobytes()) for v in (self.alpha, self.beta, self.nu))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QHM) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def with_axes(self, count: int) -> Self:
        """The same points with `count` axes of length 1 appended, for modes or coordinates."""
        tail = (1,) * count
        return type(self)(*(np.reshape(v, np.shape(v) + tail) for v in (self.alpha, self.beta, self.nu)))

    # The three members of the family that have names of their own.

    @classmethod
    def sgd(cls, alpha: ArrayLike) -> Self:
        """Stochastic gradient descent: x <- x - α g. Stored with β = 0, ν = 0."""
        return cls(alpha, 0.0, 0.0)

    @classmethod
    def heavy_ball(cls, alpha: ArrayLike, beta: ArrayLike) -> Self:
        """Normalised stochastic heavy ball ([G] eq. (4)): ν = 1. α = lr/(1-β) for an undampened step `lr`."""
        return cls(alpha, beta, 1.0)

    @classmethod
    def nesterov(cls, alpha: ArrayLike, beta: ArrayLike) -> Self:
        """Nesterov's accelerated gradient, normalised: ν = β ([G] section 2)."""
        return cls(alpha, beta, beta)

    # What other optimizers call the same thing.

    @classmethod
    def from_pytorch_sgd(cls, lr: ArrayLike, momentum: ArrayLike = 0.0, nesterov: bool = False) -> Self:
        """torch.optim.SGD(lr, momentum, dampening=0, nesterov): α = lr/(1-β), ν = β with nesterov, else 1
        ([M] 4.1).

        PyTorch starts its buffer with the first gradient undampened, buf_0 = g_0; that is d_{-1} = 0 here,
        because buf = d/(1-β). nesterov=True needs momentum > 0, in PyTorch as here.
        """
        lr_, beta = require_positive("lr", lr), _momentum("momentum", momentum)
        if nesterov and bool(np.any(beta == 0)):
            raise ParameterError("momentum", 0.0, "greater than 0 and less than 1 with nesterov=True")
        if not np.any(beta):
            return cls.sgd(lr_)
        return cls(lr_ / (1 - beta), beta, beta if nesterov else 1.0)

    def to_pytorch_sgd(self) -> tuple[float, float, bool] | None:
        """(lr, momentum, nesterov) of the torch.optim.SGD that takes the same steps; None when there is none.

        There is one for β = 0 or ν = 0 (plain SGD), ν = 1 and ν = β. One point only: ParameterError for
        arrays.
        """
        alpha, beta, nu = self._scalars()
        if beta == 0 or nu == 0:
            return alpha, 0.0, False
        if nu in (1.0, beta):
            return alpha * (1 - beta), beta, nu != 1.0
        return None

    @classmethod
    def from_pid(cls, k_p: ArrayLike, k_i: ArrayLike, k_d: ArrayLike) -> Self:
        """PID control with gains (k_P, k_I, k_D) ([M] section 4.3, Recht 2018):

            e_k = -g_k,  w_k = w_{k-1} + e_k,  v_k = β v_{k-1} + (1-β)(e_k - e_{k-1}),
            x_{k+1} = x_0 + k_P e_k + k_I w_k + k_D v_k,      β = k_D/(k_D - k_P).
        α = k_I, ν = k_P²/(k_I k_D). k_I > 0, and k_P < 0 < k_D or both 0 (plain SGD); k_P² <= k_I k_D.
        The derivative's filter is not free: with another coefficient the controller is outside the family.
        """
        p = require_array("k_p", k_p, high=0.0)
        i = require_positive("k_i", k_i)
        d = require_array("k_d", k_d, low=0.0)
        p, i, d = np.broadcast_arrays(p, i, d)
        off = p == 0
        if bool(np.any(off != (d == 0))):
            allowed = "both 0, or k_p less than 0 and k_d greater than 0"
            raise ParameterError("k_p, k_d", (p.tolist(), d.tolist()), allowed)
        safe = np.where(off, 1.0, d)
        beta = np.where(off, 0.0, safe / (safe - p))
        return cls(i, beta, _clean("nu", np.where(off, 0.0, p * p / (i * safe))))

    def to_pid(self) -> tuple[Any, Any, Any]:
        """Gains (k_P, k_I, k_D) of the PID controller that takes the same steps: see `from_pid`."""
        lag = self.nu * self.beta / (1 - self.beta)
        return -self.alpha * lag, self.alpha + 0 * lag, self.alpha * lag * self.beta / (1 - self.beta)

    @classmethod
    def from_synthesized_nesterov(cls, alpha: ArrayLike, beta1: ArrayLike, beta2: ArrayLike) -> Self:
        """Synthesized Nesterov variant (Lessard, Recht & Packard 2016, section 6; [M] section 4.4):

            ξ_{k+1} = ξ_k + β1 (ξ_k - ξ_{k-1}) - α g(y_k),   y_k = ξ_k + β2 (ξ_k - ξ_{k-1}),   ξ_{-1} = ξ_0.
        QHM's x is y, where gradients are taken: α/(1-β1), β = β1, ν = 1 - β2 (1-β1)/β1.
        alpha > 0, 0 <= beta1 < 1, 0 <= beta2 <= beta1/(1-beta1): the range in which ν lies in [0, 1].
        """
        alpha_, one = require_positive("alpha", alpha), _momentum("beta1", beta1)
        two = require_array("beta2", beta2, low=0.0)
        return cls._from_three_terms(alpha_ * (1 + two), one, alpha_ * two)

    def to_synthesized_nesterov(self) -> tuple[Any, Any, Any]:
        """(alpha, beta1, beta2) of the synthesized Nesterov variant whose y is this x."""
        damping = 1 - self.beta
        return self.alpha * damping, self.beta + 0 * self.nu, self.beta * (1 - self.nu) / damping

    @classmethod
    def from_robust_momentum(cls, L: ArrayLike, kappa: ArrayLike, rho: ArrayLike | None = None) -> Self:
        """Robust momentum (Cyrus, Hu, Van Scoy & Lessard 2018; [M] section 4.4) for curvatures in [L/κ, L].

        rho: the noise-free rate, from 1 - 1/√κ (the default: triple momentum) to 1 - 1/κ (gradient descent,
        step 1/L). A synthesized Nesterov variant with α = κ(1-ρ)²(1+ρ)/L, β1 = κρ³/(κ-1), β2 =
        ρ³/((κ-1)(1-ρ)²(1+ρ)). L > 0, kappa >= 1. ν = 1 - (1-β1)/(κ(1-ρ)²(1+ρ)) is always in [0, 1].
        """
        top, k = require_positive("L", L), require_array("kappa", kappa, low=1.0)
        fastest, slowest = 1 - 1 / np.sqrt(k), 1 - 1 / k
        r = fastest if rho is None else require_array("rho", rho, 0.0, 1.0, high_open=True)
        wrong = (r < fastest - _TINY) | (r > slowest + _TINY)
        if bool(np.any(wrong)):
            value = np.broadcast_to(r, wrong.shape)[wrong].flat[0]
            raise ParameterError("rho", value, "at least 1 - 1/√kappa and at most 1 - 1/kappa")
        gain = k * (1 - r) ** 2 * (1 + r)
        one = k > 1
        beta = np.where(one, k * r**3 / np.where(one, k - 1, 1.0), 0.0)
        # 1 - rho has few digits left for large kappa; nu is inside by theory, so rounding is all that is
        # clipped.
        return cls(gain / (top * (1 - beta)), beta, np.clip(1 - (1 - beta) / gain, 0.0, 1.0))

    @classmethod
    def from_triple_momentum(cls, L: ArrayLike, kappa: ArrayLike) -> Self:
        """Triple momentum (Van Scoy, Freeman & Lynch 2018): robust momentum at ρ = 1 - 1/√κ."""
        return cls.from_robust_momentum(L, kappa)

    @classmethod
    def from_accsgd(cls, delta: ArrayLike, kappa: ArrayLike, xi: ArrayLike, eps: ArrayLike = 0.7) -> Self:
        """AccSGD (Kidambi, Netrapalli, Jain & Kakade 2018; [M] section 4.5), with a = 1 - ε²ξ/κ, w̄_0 = w_0:

            w̄_{k+1} = a w̄_k + (1-a)(w_k - (κδ/ε) g_k)
            w_{k+1} = [ε (w_k - δ g_k) + (1-a) w̄_{k+1}] / (ε + 1 - a)
        α = δε(1+ξ)/(1+ε), β = (κ-ε²ξ)/(κ+εξ), ν = (εξ-1)/(ε(1+ξ)).
        delta, kappa > 0, 0 < eps < 1, 1/eps <= xi <= kappa/eps²: below 1/eps AccSGD has ν < 0, outside the
        family.
        """
        step, long = require_positive("delta", delta), require_positive("kappa", kappa)
        e = require_array("eps", eps, 0.0, 1.0, low_open=True, high_open=True)
        gain = require_positive("xi", xi)
        wrong = (e * gain < 1 - _TINY) | (e * e * gain > long)
        if bool(np.any(wrong)):
            value = np.broadcast_to(gain, wrong.shape)[wrong].flat[0]
            raise ParameterError("xi", value, "at least 1/eps and at most kappa/eps²")
        beta = (long - e * e * gain) / (long + e * gain)
        return cls(step * e * (1 + gain) / (1 + e), beta, _clean("nu", (e * gain - 1) / (e * (1 + gain))))

    def to_accsgd(self, eps: float = 0.7) -> tuple[Any, Any, Any]:
        """(delta, kappa, xi) of the AccSGD with this eps that takes the same steps; needs nu < 1."""
        e = require_array("eps", eps, 0.0, 1.0, low_open=True, high_open=True)
        if bool(np.any(np.asarray(self.nu) >= 1)):
            raise ParameterError("nu", 1.0, "less than 1 for AccSGD")
        xi = (1 + e * self.nu) / (e * (1 - self.nu))
        return self.alpha * (1 + e) / (e * (1 + xi)), e * xi * (e + self.beta) / (1 - self.beta), xi

    @classmethod
    def from_two_state(cls, h: float, k: float, l: float, m: float, q: float, z: float) -> Self:  # noqa: E741
        """The two-state method of [M] section 4.6, one point: a' = h a + k x + l g,  x' = m a + q x + z g.

        It is QHM when its matrix [[h, k], [m, q]] has the eigenvalues 1 and β, in [0, 1) (else x would not
        rest where g = 0, or would forget at another pace), and starts at rest, m a_0 = (1-q) x_0. Then β = hq
        - km, p = -z, q' = ml - hz in the three-term form.
        """
        names = {"h": h, "k": k, "l": l, "m": m, "q": q, "z": z}
        c = {name: float(require_array(name, value)) for name, value in names.items()}
        beta = c["h"] * c["q"] - c["k"] * c["m"]
        scale = 1 + abs(c["h"] * c["q"]) + abs(c["k"] * c["m"])
        if abs(1 - c["h"] - c["q"] + beta) > 1e-10 * scale:
            matrix = [[c["h"], c["k"]], [c["m"], c["q"]]]
            raise ParameterError("[[h, k], [m, q]]", matrix, "a matrix with one eigenvalue equal to 1")
        beta = float(_clean("beta", np.asarray(beta)))
        now, before = -c["z"], c["m"] * c["l"] - c["h"] * c["z"]
        return cls._from_three_terms(np.asarray(now), np.asarray(beta), np.asarray(before))

    def to_two_state(self) -> tuple[float, float, float, float, float, float]:
        """(h, k, l, m, q, z) of `from_two_state` with a = d, the momentum buffer, a_0 = 0. One point only."""
        alpha, beta, nu = self._scalars()
        return beta, 0.0, 1 - beta, -alpha * nu * beta, 1.0, -alpha * (1 - nu * beta)

    @classmethod
    def _from_three_terms(cls, now: Any, beta: Any, before: Any) -> Self:
        """x_{k+1} = x_k + β (x_k - x_{k-1}) - now·g_k + before·g_{k-1} as QHM; arrays broadcast."""
        alpha = require_positive("alpha", (now - before) / (1 - beta))
        none = beta == 0
        if bool(np.any(none & (np.abs(before) > _TINY * alpha))):
            raise ParameterError("beta", 0.0, "greater than 0 when the gradient before enters the step")
        nu = np.where(none, 0.0, 1 - before / (alpha * np.where(none, 1.0, beta)))
        return cls(alpha, beta, _clean("nu", nu))

    def _scalars(self) -> tuple[float, float, float]:
        if self.shape:
            raise ParameterError("alpha, beta, nu", self.shape, "one point, not arrays, for this conversion")
        return self.alpha, self.beta, self.nu


def _momentum(name: str, value: ArrayLike) -> Any:
    return require_array(name, value, 0.0, 1.0, high_open=True)


def _clean(name: str, value: Any) -> Any:
    """Take rounding off the ends 0 and 1; QHM refuses a value that is farther out."""
    value = np.where((value < 0) & (value > -_TINY), 0.0, value)
    if name == "nu":
        value = np.where((value > 1) & (value < 1 + _TINY), 1.0, value)
    return value
